import { randomBytes } from "node:crypto";
import type { AccountId, VenueId } from "../../shared/ids.ts";
import type { Amount } from "../../shared/money.ts";
import type { Adjustment, VenueLink, VenueReport } from "../../shared/venueReports.ts";
import type { LinkStatus } from "../../shared/views.ts";
import type { LocalBook } from "./book.ts";
import type { Credentials } from "./credentials.ts";
import { Dispatcher } from "./dispatcher.ts";
import { LinkLost } from "./linkLost.ts";
import { openMarketStream, type OutsideMarket } from "./marketStream.ts";
import { openPrivateStream } from "./privateStream.ts";
import { Reconciler } from "./reconciler.ts";
import { VenueAccount } from "./venueAccount.ts";
import { VenueRest } from "./venueRest.ts";
import { catalogDifferences, unitsIn } from "./venueWords.ts";

/** Pauses between attempts to connect, the last one for ever. */
const RETRY_MS = [100, 250, 500, 1_000, 2_000, 5_000] as const;
/** How soon a comparison is tried again that some fact was missing for. */
const COMPARE_AGAIN_MS = 250;
/** A difference that lasts for so many comparisons is one. */
const PATIENCE = 8;
/** After a lasting difference a person is needed; the next look comes so much later. */
const DIFFERENT_MS = 5_000;
/** A look although nothing was pushed, in case a message was lost. */
const LOOK_MS = 3_000;
const BALANCES_MS = 15_000;
const RENEW_MS = 25 * 60_000;

/** Where to connect, and which account here stands for the key's. */
export type LinkSettings = {
  readonly site: VenueLink["site"];
  readonly rest: string;
  /** Base address of the sockets. */
  readonly stream: string;
  readonly venueId: VenueId;
  readonly accountId: AccountId;
};

/** One connection, and what was pushed on it that nobody has looked at yet. */
type Session = { isOver: boolean; hasFills: boolean; readonly ended: Set<string> };

/**
 * The link to an outside venue: connects, compares, is live, loses the connection, and begins again. Live is recorded in the journal, and
 * the engine lets no order out before (CN-2).
 */
export class Connector {
  readonly #settings: LinkSettings;
  readonly #book: LocalBook;
  readonly #market: OutsideMarket;
  readonly #told: (status: LinkStatus) => void;
  readonly #rest: VenueRest;
  readonly #account: VenueAccount;
  readonly #reconciler: Reconciler;
  readonly #dispatcher: Dispatcher;
  #status: LinkStatus;
  #running: Promise<void> | null = null;
  #isEnding = false;
  /** Ends the present session, if there is one. */
  #lose: (why: string) => void = () => undefined;
  #wake: () => void = () => undefined;

  constructor(
    settings: LinkSettings,
    parts: {
      readonly credentials: Credentials;
      readonly book: LocalBook;
      readonly market: OutsideMarket;
      readonly told: (status: LinkStatus) => void;
    },
  ) {
    this.#settings = settings;
    this.#book = parts.book;
    this.#market = parts.market;
    this.#told = parts.told;
    this.#status = { address: settings.rest, mode: "live", state: "connecting", note: "", discrepancies: [], takeOver: null };
    this.#rest = new VenueRest(settings.rest, parts.credentials);
    this.#account = new VenueAccount(this.#rest);
    this.#reconciler = new Reconciler({ book: this.#book, account: this.#account, rest: this.#rest });
    this.#dispatcher = new Dispatcher({
      book: this.#book,
      rest: this.#rest,
      reconciler: this.#reconciler,
      lost: (why) => this.#lose(why),
    });
  }

  get status(): LinkStatus {
    const mode = this.#book.link()?.simulated === true ? "simulated" : "live";
    return { ...this.#status, mode, discrepancies: this.#book.discrepancies().map(({ text }) => text), takeOver: this.#book.takeOver() };
  }

  /** Begins to connect. What a process before this one left as live is no longer, and that is on disk when this returns. */
  async start(): Promise<void> {
    if (this.#book.isLive()) await this.#book.record({ kind: "lost", why: "the terminal started anew" });
    this.#running ??= this.#run();
  }

  /** Something about routed orders is on disk. */
  committed(): void {
    if (this.#status.state === "live") this.#dispatcher.send();
  }

  /** CN-10: by how much which balances would change if what the venue says were taken over. Null while the venue cannot be asked. */
  adjustments(): Promise<readonly Adjustment[] | null> {
    return this.#whileAnswered(() => this.#reconciler.adjustments());
  }

  /** CN-10: takes over what was proposed, which `by` approves. Null while the venue cannot be asked. */
  async takeOver(by: string): Promise<"done" | "changed" | null> {
    const done = await this.#whileAnswered(() => this.#reconciler.takeOver(by));
    this.#wake();
    return done;
  }

  async #whileAnswered<T>(ask: () => Promise<T>): Promise<T | null> {
    if (this.#status.state !== "reconciling" && this.#status.state !== "live") return null;
    try {
      return await ask();
    } catch {
      // The link was lost in between, which its state tells; what was recorded until then is true.
      return null;
    }
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    this.#lose("the terminal ends");
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let attempt = 0; !this.#isEnding; attempt += 1) {
      const beganMs = performance.now();
      await this.#session().catch((error: unknown) => this.#lost(textOf(error)));
      if (performance.now() - beganMs > DIFFERENT_MS) attempt = 0;
      await this.#pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0);
    }
  }

  /** One connection, from the first question to its loss. Throws when there was none. */
  async #session(): Promise<void> {
    this.#tell("connecting", "");
    const hello = await this.#rest.syncClock();
    if (hello.kind !== "ok") throw new LinkLost(hello.kind === "silent" ? hello.why : `${hello.code} ${hello.message}`);
    // Only what says itself that it is a simulation is one; everything else counts as live.
    if (this.#book.link() === null) await this.#attach(hello.isSimulated);
    if (this.#book.link()?.simulated === true && !hello.isSimulated)
      throw new LinkLost("this journal belongs to a simulated venue, and the other side no longer says that it is one");
    await this.#checkCatalog();
    const lost = Promise.withResolvers<string>();
    const session: Session = { isOver: false, hasFills: false, ended: new Set() };
    const listenKey = await this.#account.openStream();
    const stream = await openPrivateStream(`${this.#settings.stream}/api/v1/ws/${listenKey}`, {
      happened: ({ hasFills, ended }) => {
        session.hasFills ||= hasFills;
        for (const id of ended) session.ended.add(id);
        if (this.#status.state === "live") this.#wake();
      },
      closed: lost.resolve,
    });
    this.#lose = lost.resolve;
    if (this.#isEnding) lost.resolve("the terminal ends");
    const market = await openMarketStream(`${this.#settings.stream}/quote/ws/v1`, this.#book.instruments(), {
      market: this.#market,
      closed: lost.resolve,
    }).catch((error: unknown) => {
      stream.close();
      throw error;
    });
    const work = this.#becomeLive(session).then(() => this.#stayLive(session, listenKey));
    const why = await Promise.race([lost.promise, work]).catch(textOf);
    // Nothing may look live while what is under way runs out, and nothing of this session may go on beside the next one.
    session.isOver = true;
    this.#lose = () => undefined;
    await this.#lost(why);
    this.#wake();
    stream.close();
    market.close();
    await work.catch(() => undefined);
    // It may have come to be live in its last moment.
    await this.#lost(why);
  }

  async #lost(why: string): Promise<void> {
    this.#tell("lost", why);
    if (this.#book.isLive()) await this.#book.record({ kind: "lost", why: why.slice(0, 500) });
  }

  /** The first connection of a journal: notes whose it is, and begins with the balances that the account has there. */
  async #attach(simulated: boolean): Promise<void> {
    const { accountId, rest, site, venueId } = this.#settings;
    for (let attempt = 0; attempt < PATIENCE; attempt += 1) {
      const before = await this.#account.newestTradeId();
      const balances = await this.#account.balances();
      // A trade in between would be in the balances and come again as a fill.
      if ((await this.#account.newestTradeId()) !== before) continue;
      const tag = randomBytes(4).toString("hex");
      const link: VenueLink = { venueId, site, address: rest, simulated, accountId, tag, sinceTradeId: before };
      const amounts = this.#book.assets().flatMap((asset): VenueReport[] => {
        const amount = unitsIn(balances.get(asset.code) ?? "0", asset);
        if (amount === null) throw new LinkLost(`the balance of ${asset.code} has more decimals than are kept here`);
        // Units that were read from the venue's text.
        return amount === 0
          ? []
          : [{ kind: "adjusted", accountId, assetId: asset.assetId, amount: amount as Amount, why: "at the beginning of the link" }];
      });
      // In one turn, so that they are one commit: a journal is linked with its balances or not at all.
      await Promise.all([...amounts, { kind: "linked" as const, link }].map((report) => this.#book.record(report)));
      return;
    }
    throw new LinkLost("the account trades without pause; its balances cannot be taken over");
  }

  async #checkCatalog(): Promise<void> {
    const differences = catalogDifferences(await this.#account.exchangeInfo(), this.#book.instruments());
    if (differences.length > 0) throw new LinkLost(`the venue's catalog differs: ${differences.join("; ")}`);
  }

  /** CN-9: compares until both sides agree, then lets orders out. */
  async #becomeLive(session: Session): Promise<void> {
    this.#tell("reconciling", "");
    let differences = 0;
    while (!session.isOver) {
      const found = await this.#reconciler.compare();
      if (found === "agreed") break;
      differences = found === "different" ? differences + 1 : 0;
      const isLasting = differences >= PATIENCE;
      if (differences === PATIENCE) {
        await this.#reconciler.reportBalances();
        this.#tell("reconciling", "The venue and this terminal differ.");
      }
      if (!session.isOver) await this.#pause(isLasting ? DIFFERENT_MS : COMPARE_AGAIN_MS);
    }
    if (session.isOver) return;
    this.#dispatcher.inherit();
    await this.#book.record({ kind: "live" });
    if (session.isOver) return;
    this.#tell("live", "");
    this.#dispatcher.send();
  }

  /** Looks when something was pushed, and now and then anyway. */
  async #stayLive(session: Session, listenKey: string): Promise<string> {
    let balancesMs = performance.now();
    let renewedMs = performance.now();
    while (!session.isOver) {
      if (session.hasFills || session.ended.size > 0) await this.#lookAtNews(session);
      else await this.#lookAtAll();
      this.#dispatcher.send();
      this.#market.stillHolds();
      if (performance.now() - balancesMs > BALANCES_MS) {
        balancesMs = performance.now();
        if (!(await this.#agrees())) return "balances differ";
      }
      if (performance.now() - renewedMs > RENEW_MS) {
        renewedMs = performance.now();
        await this.#account.renewStream(listenKey);
      }
      if (!session.isOver && !session.hasFills && session.ended.size === 0) await this.#pause(LOOK_MS);
    }
    return "the connection is over";
  }

  async #lookAtNews(session: Session): Promise<void> {
    const ended = [...session.ended];
    session.ended.clear();
    session.hasFills = false;
    await this.#reconciler.pull();
    const orders = this.#book.orders();
    for (const id of ended) {
      const order = orders.find(({ venueOrderId }) => venueOrderId === id);
      if (order !== undefined) await this.#reconciler.look(order.orderId);
    }
  }

  /** Fills, and the orders that the venue no longer lists as open: they have ended there. */
  async #lookAtAll(): Promise<void> {
    await this.#reconciler.pull();
    const working = this.#book.orders().filter(({ venueOrderId }) => venueOrderId !== "");
    if (working.length === 0) return;
    const open = new Set((await this.#account.openOrders()).map(({ orderId }) => orderId));
    for (const { orderId, venueOrderId } of working) if (!open.has(venueOrderId)) await this.#reconciler.look(orderId);
  }

  /** Trades on the way between two questions make a difference that is gone with the next one. */
  async #agrees(): Promise<boolean> {
    for (let attempt = 0; attempt < PATIENCE; attempt += 1) {
      if (await this.#reconciler.agrees()) return true;
      await this.#reconciler.pull();
    }
    return false;
  }

  #tell(state: LinkStatus["state"], note: string): void {
    this.#status = { ...this.#status, state, note };
    this.#told(this.status);
  }

  /** Lets time pass until something wakes it; none when everything ends. */
  #pause(ms: number): Promise<void> {
    if (this.#isEnding) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
