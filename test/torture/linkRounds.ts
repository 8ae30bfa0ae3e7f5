import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { clientOrderIdOf as numberOf } from "../../engine/edge/hashkey/clientOrderIds.ts";
import { createKey, keyFileIn } from "../../engine/edge/hashkey/keys.ts";
import { clientOrderIdOf } from "../../engine/connector/venueWords.ts";
import { decodeEntries } from "../../engine/core/records/records.ts";
import { dataFolderAt } from "../../engine/host/dataFolder.ts";
import { CHAIN_BEGIN, JournalReader } from "../../engine/host/journal/journal.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import type { Event } from "../../shared/events.ts";
import { Dice } from "../bench/dice.ts";
import { ConnectedTerminal, balancesOf, keyFile, linkOf, openOrdersOf, untilLive } from "../connector/connectedTerminal.ts";
import { CuttableLine } from "../connector/cuttableLine.ts";
import { WIDE } from "../edge/servedExchange.ts";
import { HeadlessEngine } from "../host/headlessEngine.ts";
import { eventually } from "../host/tempFolder.ts";
import { order, type TestClient } from "../host/testClient.ts";

export type LinkReport = {
  readonly rounds: number;
  /** How often each thing was done. */
  readonly deeds: Readonly<Record<Deed, number>>;
  /** Orders that left the connected terminal's engine, and what became of them. */
  readonly routed: number;
  readonly arrived: number;
  readonly neverArrived: number;
  /** Orders that were unknown for a while, and those of them that turned out to be at the venue. */
  readonly unknown: number;
  readonly found: number;
  readonly fills: number;
  /** Rounds in which a kill switch traded the position back, in half of them across a kill or a cut. */
  readonly flattened: number;
  /** Stops that were held here and fired. */
  readonly fired: number;
  /** Orders that were asked to be changed, and those that went in for one that had come off. */
  readonly amended: number;
  readonly replaced: number;
  /** What contradicts the promise; empty when it was kept. */
  readonly faults: readonly string[];
};

const deeds = [
  "kill the venue",
  "kill the terminal",
  "kill both",
  "cut the line",
  "lose an order on its way",
  "lose an order's answer",
] as const;
type Deed = (typeof deeds)[number];

const ALPHA = 2;
const BRAVO = 3;
/** Market orders have a path of their own. */
const NEW_ORDER = /POST \/api\/v1(?:\.1)?\/spot\/order\?/;
const BURST = 24;
/** The least that the venue trades: a smaller position stays. */
const LEAST_LOTS = 30;
/** Client order ids of the orders that take the other side of a flattening, beyond all others. */
let deepOrders = 900_000_000;
const MIDDLE = 6_500_000;
/** What is under way settles within this, restarts and the certainty about unanswered orders included. */
const SETTLED_MS = 120_000;
/** Frames follow a commit within this, on a busy machine too. */
const FRAMES_MS = 5_000;
const CHANGES_MS = 1_000;

/** The two processes and the line between them. */
class House {
  readonly #folder: string;
  readonly line: CuttableLine;
  readonly #keyFile: string;
  venue: HeadlessEngine | null = null;
  terminal: ConnectedTerminal | null = null;
  venueClient: TestClient | null = null;
  terminalClient: TestClient | null = null;

  private constructor(folder: string, line: CuttableLine) {
    this.#folder = folder;
    this.line = line;
    for (const path of [this.venueData, this.terminalData]) mkdirSync(path, { recursive: true });
    const { key, secret } = createKey(keyFileIn(this.venueData), { owner: "desk", account: "ALPHA", limits: WIDE }, Date.now());
    this.#keyFile = keyFile(folder, { accessKey: key.accessKey, secret });
  }

  static async build(folder: string): Promise<House> {
    return new House(folder, await CuttableLine.open());
  }

  get venueData(): string {
    return join(this.#folder, "venue");
  }
  get terminalData(): string {
    return join(this.#folder, "terminal");
  }

  /** Starts what does not run, and waits until both sides agree. */
  async run(): Promise<{ readonly venue: TestClient; readonly terminal: TestClient }> {
    if (this.venue === null || this.venueClient === null) {
      this.venue = new HeadlessEngine(["--data", this.venueData, "--market", "off", "--api", "HK=0"]);
      this.line.leadTo(await servedAt(this.venue));
      this.venueClient = await this.venue.connect("desk");
      await this.venueClient.subscribe();
    }
    if (this.terminal === null || this.terminalClient === null) {
      this.terminal = new ConnectedTerminal(this.terminalData, { url: this.line.url, keyFile: this.#keyFile });
      this.terminalClient = await this.terminal.connect();
      await this.terminalClient.subscribe();
    }
    await untilLive(this.terminalClient);
    return { venue: this.venueClient, terminal: this.terminalClient };
  }

  /** Prepares what happens to the line by itself at the nth order from now; answers whether it has happened. */
  prepare(deed: Deed, nth: number): () => boolean {
    const { line } = this;
    let orders = 0;
    let isDone = deed !== "lose an order on its way" && deed !== "lose an order's answer";
    const restore = (): null => {
      line.passage = (data) => data;
      isDone = true;
      return null;
    };
    if (!isDone)
      line.passage = (data, direction) => {
        if (direction === "toServer" && NEW_ORDER.test(data.toString("latin1"))) orders += 1;
        if (orders < nth) return data;
        // Either it does not get there, or it does and whatever comes back first is lost.
        if (deed === "lose an order on its way") return restore();
        return direction === "toClient" ? restore() : data;
      };
    return () => isDone;
  }

  async strike(deed: Deed): Promise<void> {
    if (deed !== "kill the venue" && deed !== "kill the terminal" && deed !== "kill both") return this.line.cut();
    if (deed !== "kill the terminal") await this.#killVenue();
    if (deed !== "kill the venue") await this.#killTerminal();
  }

  async close(): Promise<void> {
    await this.terminal?.engine.shutdown();
    await this.venue?.shutdown();
    this.line.close();
  }

  async #killVenue(): Promise<void> {
    await this.venue?.kill();
    this.venue = null;
    this.venueClient = null;
  }

  async #killTerminal(): Promise<void> {
    await this.terminal?.engine.kill();
    this.terminal = null;
    this.terminalClient = null;
  }
}

/**
 * A terminal trades through the connector on another's simulated exchange, against a second account there. In the middle of each burst one
 * of them is killed, or both, or the line is cut. After every comparison the account's balances here and there are held against each other,
 * and at the end every order of both journals.
 */
export async function linkRounds(
  folder: string,
  options: { readonly rounds: number; readonly seed: number; readonly log: (line: string) => void },
): Promise<LinkReport> {
  const dice = new Dice(options.seed);
  const faults: string[] = [];
  const done: Record<Deed, number> = {
    "kill the venue": 0,
    "kill the terminal": 0,
    "kill both": 0,
    "cut the line": 0,
    "lose an order on its way": 0,
    "lose an order's answer": 0,
  };
  const house = await House.build(folder);
  let nextId = 1;
  let flattened = 0;
  for (let round = 1; round <= options.rounds; round += 1) {
    const beganMs = performance.now();
    const { terminal, venue } = await house.run();
    const deed = deeds[dice.below(deeds.length)] ?? "cut the line";
    const strikeAfter = terminal.heard.length + 1 + dice.below(BURST * 3);
    const isDone = house.prepare(deed, 1 + dice.below(BURST / 3));
    for (let n = 0; n < BURST; n += 1) {
      venue.say({ type: "submit", requestId: 2_000_000 + n, command: newOrder(dice, BRAVO, 10_000_000 + nextId) });
      terminal.say({ type: "submit", requestId: 1_000_000 + n, command: newOrder(dice, ALPHA, nextId++) });
      // What is told of the first orders makes them known, so that they can be changed and cancelled while others are on their way.
      if (n % 6 === 5) {
        const before = terminal.heard.length;
        await eventually(() => terminal.heard.length > before, "an answer within the burst", SETTLED_MS);
      }
      const old = openOrdersOf(terminal, ALPHA);
      const victim = old[dice.below(Math.max(1, old.length))];
      if (victim?.orderId === undefined || victim.orderId === null) continue;
      const command = changeOf(dice, victim.orderId);
      if (command !== null) terminal.say({ type: "submit", requestId: 3_000_000 + n, command });
    }
    await eventually(() => terminal.heard.length >= strikeAfter && isDone(), "the burst under way", SETTLED_MS);
    await changeWhatWorks(terminal, dice);
    await house.strike(deed);
    done[deed] += 1;
    const isFlattened = dice.below(4) === 0;
    if (isFlattened) await flatten(house, dice);
    const after = await house.run();
    await settle(after.terminal);
    if (isFlattened) flattened += 1;
    // Both clients are told by frames, each at its own pace: a difference counts once it lasts.
    const here = JSON.stringify(balancesOf(after.terminal, ALPHA));
    const there = await lastingly(() => JSON.stringify(balancesOf(after.venue, ALPHA)), here);
    if (there !== here) faults.push(`round ${round}, ${deed}: ${there} there, ${here} here`);
    const notes = linkOf(after.terminal)?.discrepancies ?? [];
    if (notes.length > 0) faults.push(`round ${round}, ${deed}: ${notes.join("; ")}`);
    options.log(`round ${round}: ${deed}; ${there === here ? "equal" : "DIFFERENT"} after ${Math.round(performance.now() - beganMs)} ms`);
    if (faults.length > 0) break;
  }
  await house.close();
  for (const data of [house.venueData, house.terminalData]) {
    const verdict = verifyJournal(dataFolderAt(data).journal);
    if (!verdict.good) faults.push(`the journal in ${data} is bad at row ${verdict.fault.firstSeq}: ${verdict.fault.why}`);
  }
  return { rounds: options.rounds, deeds: done, flattened, ...contradictions(house, faults), faults };
}

/** The text as soon as it is the wanted one, else what it still is after a while. */
async function lastingly(look: () => string, wanted: string): Promise<string> {
  await eventually(() => look() === wanted, "equal ledgers", FRAMES_MS).catch(() => undefined);
  return look();
}

async function servedAt(engine: HeadlessEngine): Promise<string> {
  await engine.ready();
  const report = await eventually(() => engine.reports.find(({ type }) => type === "apiListening"), "the interface listens", 30_000);
  return report.type === "apiListening" ? (report.sites[0]?.url ?? "") : "";
}

/** Takes every order off, and waits until the venue has let them go and both ledgers stand still. */
async function settle(terminal: TestClient): Promise<void> {
  await eventually(() => linkOf(terminal)?.state === "live", "a live link", SETTLED_MS);
  await terminal.submit({ type: "CancelAllOrders", accountId: ALPHA, instrumentId: null });
  await eventually(() => openOrdersOf(terminal, ALPHA).length === 0, "no open order", SETTLED_MS);
}

function newOrder(dice: Dice, accountId: number, clientOrderId: number): object {
  const side = dice.below(2) === 0 ? "buy" : "sell";
  const kind = dice.below(8);
  if (accountId === ALPHA && kind < 3) {
    // 20 to 50 USD.
    const size = kind === 0 ? { lots: null, quoteAmount: (20 + dice.below(31)) * 10 ** 7 } : { lots: 30 + dice.below(60) };
    return order({ accountId, clientOrderId, side, orderType: "market", timeInForce: "ioc", limitTicks: null, ...size });
  }
  if (accountId === ALPHA && kind === 3) {
    // Held here until the venue's price has come, which is soon.
    const triggerTicks = MIDDLE + dice.below(21) - 10;
    return order({ accountId, clientOrderId, side, orderType: "stop", triggerTicks, limitTicks: null, lots: 30 + dice.below(30) });
  }
  return order({
    accountId,
    clientOrderId,
    side,
    limitTicks: MIDDLE + dice.below(21) - 10,
    lots: 30 + dice.below(30),
    timeInForce: dice.below(4) === 0 ? "ioc" : "gtc",
  });
}

/** CN-18: engages a kill switch that flattens, perhaps kills the terminal or cuts the line then, and waits until nothing tradable is left. */
async function flatten(house: House, dice: Dice): Promise<void> {
  const { terminal, venue } = await house.run();
  // Somebody takes the other side, whichever it is.
  for (const [side, limitTicks] of [
    ["buy", MIDDLE - 100],
    ["sell", MIDDLE + 100],
  ] as const)
    await venue.submit(order({ accountId: BRAVO, clientOrderId: (deepOrders += 1), side, limitTicks, lots: 50_000 }));
  await terminal.signIn("risk");
  const scope = { kind: "account", accountId: ALPHA } as const;
  await terminal.submit({ type: "EngageKillSwitch", kill: { scope, flatten: true, reason: "torture" } });
  if (dice.below(2) === 0) await house.strike(dice.below(2) === 0 ? "kill the terminal" : "cut the line");
  const after = await house.run();
  const isFlat = (): boolean => openOrdersOf(after.terminal, ALPHA).length === 0 && Math.abs(positionOf(after.terminal)) < LEAST_LOTS;
  await eventually(isFlat, "a position that is traded back", SETTLED_MS);
  await after.terminal.signIn("second");
  await after.terminal.submit({ type: "RearmKillSwitch", rearm: { scope, reason: "over" } });
  await after.venue.submit({ type: "CancelAllOrders", accountId: BRAVO, instrumentId: null });
}

function positionOf(client: TestClient): number {
  const rows = client.frames().flatMap(({ positions }) => positions);
  return rows.findLast(({ accountId, instrumentId }) => accountId === ALPHA && instrumentId === 1)?.netLots ?? 0;
}

/** Changes up to four orders that the venue has, and lets some of what follows happen: the strike then falls between the steps (CN-19). */
async function changeWhatWorks(terminal: TestClient, dice: Dice): Promise<void> {
  const working = openOrdersOf(terminal, ALPHA).filter(({ route }) => route?.standing === "working");
  const before = terminal.heard.length;
  for (const [n, { orderId }] of working.slice(0, 4).entries()) {
    const limitTicks = MIDDLE + dice.below(21) - 10;
    const command = { type: "AmendOrder", accountId: ALPHA, orderId, limitTicks, lots: null, triggerTicks: null, confirmation: null };
    terminal.say({ type: "submit", requestId: 4_000_000 + n, command });
  }
  const heard = before + dice.below(3 * Math.min(4, working.length) + 1);
  // With the line down already less is heard; the strike comes then all the same.
  await eventually(() => terminal.heard.length >= heard, "some of the changes", CHANGES_MS).catch(() => undefined);
}

/** A cancellation or another price for an open order, or neither. */
function changeOf(dice: Dice, orderId: number): object | null {
  const choice = dice.below(6);
  if (choice < 2) return { type: "CancelOrder", accountId: ALPHA, orderId };
  if (choice > 2) return null;
  const limitTicks = MIDDLE + dice.below(21) - 10;
  return { type: "AmendOrder", accountId: ALPHA, orderId, limitTicks, lots: null, triggerTicks: null, confirmation: null };
}

type Fate = { filledLots: number; arrived: boolean; isUnknown: boolean; ended: string | null; readonly replaces: number | null };
/** An order as the venue's journal has it; places in it for its beginning and end. */
type There = { accepted: number; filledLots: number; acceptedAt: number; endedAt: number };

/** Holds every order of the one journal against the other's, read without the engines. */
function contradictions(house: House, faults: string[]): Omit<LinkReport, "rounds" | "deeds" | "flattened" | "faults"> {
  let tag = "";
  let fills = 0;
  let amended = 0;
  let fired = 0;
  const here = new Map<number, Fate>();
  for (const event of eventsIn(house.terminalData)) {
    if (event.type === "VenueReported" && event.report.kind === "linked") tag = event.report.link.tag;
    if (event.type === "OrderRouted")
      here.set(event.orderId, { filledLots: 0, arrived: true, isUnknown: false, ended: null, replaces: event.replaces });
    if (event.type === "AmendRouted") amended += 1;
    if (event.type === "OrderTriggered") fired += 1;
    if (event.type === "RouteChanged" && event.standing === "unknown" && event.venueOrderId === "") {
      const fate = here.get(event.orderId);
      if (fate !== undefined) fate.isUnknown = true;
    }
    if (event.type === "OrderCancelled") {
      const fate = here.get(event.orderId);
      if (fate !== undefined) fate.arrived = event.reason !== "notReceived" && event.reason !== "venueRefused";
      if (fate !== undefined) fate.ended = event.reason;
    }
    if (event.type !== "VenueFilled") continue;
    fills += 1;
    const fate = here.get(event.makerOrderId + event.takerOrderId);
    if (fate !== undefined) fate.filledLots += event.lots;
  }
  const there = new Map<number, There>();
  const clientIds = new Map<number, number>();
  let place = 0;
  for (const event of eventsIn(house.venueData)) {
    place += 1;
    if (event.type === "OrderAccepted" && event.accountId === ALPHA) {
      clientIds.set(event.orderId, event.clientOrderId);
      const known = there.get(event.clientOrderId);
      there.set(event.clientOrderId, {
        accepted: (known?.accepted ?? 0) + 1,
        filledLots: known?.filledLots ?? 0,
        acceptedAt: place,
        endedAt: Number.POSITIVE_INFINITY,
      });
    }
    if (event.type === "OrderCancelled") {
      const known = there.get(clientIds.get(event.orderId) ?? 0);
      if (known !== undefined) known.endedAt = place;
    }
    if (event.type !== "OrderFilled") continue;
    for (const orderId of [event.makerOrderId, event.takerOrderId]) {
      const known = there.get(clientIds.get(orderId) ?? 0);
      if (known !== undefined) known.filledLots += event.lots;
    }
  }
  // CN-19: what goes in for an order comes after that one has come off.
  for (const [orderId, { arrived, replaces }] of here) {
    if (replaces === null || !arrived) continue;
    const first = there.get(numberOf(clientOrderIdOf(tag, replaces)));
    const second = there.get(numberOf(clientOrderIdOf(tag, orderId)));
    if (first !== undefined && second !== undefined && first.endedAt > second.acceptedAt)
      faults.push(`order ${orderId} was at the venue before order ${replaces}, which it replaces, had come off`);
  }
  for (const [orderId, fate] of here) {
    const clientOrderId: number = numberOf(clientOrderIdOf(tag, orderId));
    const found = there.get(clientOrderId);
    there.delete(clientOrderId);
    if ((found !== undefined) !== fate.arrived)
      faults.push(`order ${orderId} ended as ${fate.ended}, and the venue ${found === undefined ? "never had it" : "had it"}`);
    if ((found?.accepted ?? 0) > 1) faults.push(`order ${orderId} is at the venue ${found?.accepted} times`);
    if ((found?.filledLots ?? 0) !== fate.filledLots)
      faults.push(`order ${orderId} filled ${found?.filledLots ?? 0} there, ${fate.filledLots} here`);
  }
  for (const clientOrderId of there.keys()) faults.push(`the venue has an order ${clientOrderId} that was not sent from here`);
  const arrived = [...here.values()].filter((fate) => fate.arrived).length;
  const unknown = [...here.values()].filter(({ isUnknown }) => isUnknown);
  return {
    routed: here.size,
    arrived,
    neverArrived: here.size - arrived,
    unknown: unknown.length,
    found: unknown.filter((fate) => fate.arrived).length,
    fills,
    amended,
    fired,
    replaced: [...here.values()].filter(({ replaces }) => replaces !== null).length,
  };
}

function* eventsIn(data: string): Generator<Event> {
  const reader = new JournalReader(dataFolderAt(data).journal);
  try {
    for (const { batch } of reader.batches(CHAIN_BEGIN)) {
      for (const entry of decodeEntries(batch)) if (entry.kind === "event") yield entry.event;
    }
  } finally {
    reader.close();
  }
}
