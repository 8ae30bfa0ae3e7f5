import { createEngine, decide, lastSeq, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { accounts, assets, balance, depth, instruments } from "../../engine/core/queries.ts";
import { decodeEntries, encodeCommands, RecordCursor } from "../../engine/core/records/records.ts";
import { snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { genesisSteps } from "../../engine/host/genesis.ts";
import { Changes } from "../../engine/host/views/changes.ts";
import { Views } from "../../engine/host/views/views.ts";
import type { Command } from "../../shared/commands.ts";
import type { JournalEntry } from "../../shared/events.ts";
import type { AccountId, EpochUs, InstrumentId, Seq } from "../../shared/ids.ts";
import { PROTOCOL_VERSION, type ClientMessage, type HostMessage } from "../../shared/protocol.ts";
import type { EngineStatus, Frame, PositionRow } from "../../shared/views.ts";

/** One client of the lockstep venue. */
type LockstepClient = { readonly owner: string; readonly receive: (message: HostMessage) => void };

type Served = LockstepClient & { instrumentIds: readonly InstrumentId[]; depthLevels: number; sentSeq: number; needsSnapshot: boolean };

const EVERYTHING = Number.MAX_SAFE_INTEGER;

/**
 * The real engine and the host's real views behind client sessions, without threads, journal or clock: commands are decided when a turn is
 * made, at the turn's venue time, and every client then gets its frame. For tests that must take the same course on every run.
 */
export class LockstepVenue {
  readonly engine: Engine = createEngine();
  /** Every record so far, as people read it. */
  readonly entries: JournalEntry[] = [];
  readonly #views = new Views(createEngine());
  readonly #watched = new Set<number>();
  readonly #clients: Served[] = [];
  readonly #inbox: { readonly client: Served; readonly message: ClientMessage }[] = [];
  #changes = new Changes(this.#watched);
  #atUs: EpochUs;

  constructor(startUs: number) {
    this.#atUs = startUs as EpochUs;
    for (const { command, actor } of genesisSteps(0)) this.#decide([command], actor);
  }

  connect(client: LockstepClient): { postMessage(message: ClientMessage): void } {
    const served: Served = { ...client, instrumentIds: [], depthLevels: 1, sentSeq: 0, needsSnapshot: false };
    this.#clients.push(served);
    this.#watched.add(this.#views.owners.number(client.owner));
    return { postMessage: (message) => this.#inbox.push({ client: served, message: structuredClone(message) }) };
  }

  disconnectAll(): void {
    this.#clients.length = 0;
    this.#inbox.length = 0;
  }

  /** Serves all that has come in, at this venue time, then sends frames. */
  turn(atUs: number): void {
    this.#atUs = atUs as EpochUs;
    for (const { client, message } of this.#inbox.splice(0)) this.#serve(client, message);
    const changes = this.#changes;
    this.#changes = new Changes(this.#watched);
    for (const client of this.#clients) {
      if (!client.needsSnapshot && client.sentSeq === 0) continue;
      const frame = this.#frame(client, changes);
      client.sentSeq = frame.toSeq;
      client.needsSnapshot = false;
      client.receive({ type: "frame", frame: structuredClone(frame) });
    }
  }

  /** The whole state in canonical bytes. */
  state(): Uint8Array {
    return snapshot(this.engine);
  }

  check(): void {
    checkInvariants(this.engine);
  }

  /** ticks, lots, orders of each level, best first. */
  levels(instrumentId: InstrumentId, side: "buy" | "sell", most = 200): number[][] {
    const out = new Int32Array(most * 3);
    const count = depth(this.engine, instrumentId, side, out, most);
    return Array.from({ length: count }, (_, level) => [...out.subarray(level * 3, level * 3 + 3)]);
  }

  #serve(client: Served, message: ClientMessage): void {
    switch (message.type) {
      case "hello": {
        const { owner } = client;
        const venue = { mode: "simulated", name: "lockstep" } as const;
        client.receive({
          type: "welcome",
          users: [],
          version: PROTOCOL_VERSION,
          session: owner,
          owner,
          operator: false,
          venue,
          status: this.#status(),
        });
        return;
      }
      case "subscribe":
        client.instrumentIds = message.instrumentIds;
        client.depthLevels = message.depthLevels;
        client.needsSnapshot = true;
        return;
      case "resync":
        client.needsSnapshot = true;
        return;
      case "query": {
        const orders = this.#views.orders.newest(this.#views.owners.number(client.owner), { beforeSeq: EVERYTHING, limit: 1 });
        client.receive({ type: "result", requestId: message.requestId, result: { type: "orders", orders } });
        return;
      }
      case "submit":
        this.#answer(client, message);
        return;
      case "seen":
        // A turn waits for nobody.
        return;
      case "signIn":
      case "travel":
      case "operate":
        throw new Error("participants are no operators");
    }
  }

  #answer(client: Served, message: Extract<ClientMessage, { type: "submit" }>): void {
    const [command, ...rest] = this.#decide([message.command], client.owner);
    const events = rest.flatMap((entry) => (entry.kind === "event" ? [entry.event] : []));
    const orderId = events.find((event) => event.type === "OrderAccepted")?.orderId ?? null;
    const denial = events.find((event) => event.type === "OrderDenied" || event.type === "CancelDenied" || event.type === "CommandDenied");
    const outcome = { seq: command?.seq ?? (0 as Seq), lastSeq: lastSeq(this.engine), orderId, refusal: denial?.refusal ?? null };
    client.receive({ type: "outcome", requestId: message.requestId, outcome });
  }

  #decide(commands: readonly Command[], actor: string): readonly JournalEntry[] {
    const cursor = new RecordCursor(encodeCommands(commands.map((command) => ({ command, actor }))));
    while (cursor.next()) decide(this.engine, cursor, this.#atUs);
    const batch = takeBatch(this.engine);
    if (batch === null) return [];
    this.#views.apply(batch, this.#changes);
    const entries = decodeEntries(batch);
    this.entries.push(...entries);
    return entries;
  }

  #frame(client: Served, changes: Changes): Frame {
    const { owners, replica, orders, trades } = this.#views;
    const owner = owners.number(client.owner);
    const own = owners.accounts(owner);
    const changed = [...(changes.of(owner)?.orders ?? [])].flatMap((seq) => orders.row(seq) ?? []);
    const open = client.needsSnapshot ? orders.newest(owner, { beforeSeq: EVERYTHING, limit: EVERYTHING, terminalLimit: 0 }).reverse() : [];
    const side = (instrumentId: InstrumentId, which: "buy" | "sell"): Int32Array =>
      Int32Array.from(this.levels(instrumentId, which, client.depthLevels).flat());
    return {
      fromSeq: client.sentSeq as Seq,
      toSeq: lastSeq(replica),
      snapshot: client.needsSnapshot,
      atUs: this.#atUs,
      catalog: client.needsSnapshot
        ? {
            assets: assets(replica),
            instruments: instruments(replica),
            accounts: [...accounts(replica)].filter((account) => own.includes(account.accountId)),
          }
        : null,
      sources: [],
      books: client.instrumentIds.map((instrumentId) => ({
        instrumentId,
        bids: side(instrumentId, "buy"),
        asks: side(instrumentId, "sell"),
      })),
      tickers: client.instrumentIds.map((id) => trades.ticker(id, { bidTicks: null, askTicks: null, nowUs: this.#atUs })),
      candles: [],
      orders: client.needsSnapshot ? open : changed,
      balances: own.flatMap((accountId) =>
        assets(replica).map(({ assetId }) => ({ accountId, assetId, ...balance(replica, accountId, assetId) })),
      ),
      positions: own.flatMap((accountId) => client.instrumentIds.flatMap((id) => this.#position(accountId, id))),
      trades: client.needsSnapshot ? [] : changes.trades.filter((trade) => client.instrumentIds.includes(trade.instrumentId)),
      fills: [],
    };
  }

  #position(accountId: AccountId, instrumentId: InstrumentId): PositionRow[] {
    const row = this.#views.positions.row(accountId, instrumentId, { ticks: null, quoteUnitsPerTickLot: 1 });
    return row === undefined ? [] : [row];
  }

  #status(): EngineStatus {
    const seq = lastSeq(this.engine);
    const rates = { lastCommitMs: 0, eventsPerSecond: 0, journalBytes: 0, clockSpeed: 1, clockMode: "running" } as const;
    return {
      state: "running",
      decidedSeq: seq,
      durableSeq: seq,
      ...rates,
      venueTimeUs: this.#atUs,
      marketRunning: true,
      commitWaitMs: 0,
      faults: [],
      fault: null,
      warnings: [],
    };
  }
}
