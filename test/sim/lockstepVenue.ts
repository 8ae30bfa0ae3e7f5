import { decide, lastSeq, createEngine, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { checkInvariants } from "../../engine/core/invariants.ts";
import { accounts, assets, balance, depth, instruments, openOrders } from "../../engine/core/queries.ts";
import { decodeEntries, encodeCommands, RecordCursor } from "../../engine/core/records.ts";
import { snapshot } from "../../engine/core/snapshot.ts";
import { genesisCommands } from "../../engine/host/genesis.ts";
import type { Command } from "../../shared/commands.ts";
import type { Event, JournalEntry } from "../../shared/events.ts";
import type { AccountId, EpochUs, InstrumentId, Seq } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { ClientMessage, HostMessage } from "../../shared/protocol.ts";
import type { EngineStatus, Frame, OrderRow, TradeRow } from "../../shared/views.ts";

/** One client of the lockstep venue. */
export type LockstepClient = { readonly owner: string; readonly receive: (message: HostMessage) => void };

type Served = LockstepClient & { instrumentIds: readonly InstrumentId[]; depthLevels: number; sentSeq: Seq | null; resync: boolean };

/**
 * The real core behind client sessions, without threads, journal or clock: commands are decided when a turn is made, at the turn's venue
 * time, and every client then gets its frame. For tests that must give the same course on every run.
 */
export class LockstepVenue {
  readonly engine: Engine = createEngine();
  readonly entries: JournalEntry[] = [];
  readonly #rows = new Map<number, OrderRow>();
  readonly #netLots = new Map<string, number>();
  readonly #clients: Served[] = [];
  readonly #inbox: { readonly client: Served; readonly message: ClientMessage }[] = [];
  #atUs: EpochUs;

  constructor(startUs: number) {
    this.#atUs = startUs as EpochUs;
    this.#decide(genesisCommands(), "genesis");
  }

  connect(client: LockstepClient): { postMessage(message: ClientMessage): void } {
    const served: Served = { ...client, instrumentIds: [], depthLevels: 1, sentSeq: null, resync: false };
    this.#clients.push(served);
    return { postMessage: (message) => this.#inbox.push({ client: served, message: structuredClone(message) }) };
  }

  disconnectAll(): void {
    this.#clients.length = 0;
    this.#inbox.length = 0;
  }

  /** Serves all that has come in, at this venue time, then sends frames. */
  turn(atUs: number): void {
    this.#atUs = atUs as EpochUs;
    const first = this.entries.length;
    for (const { client, message } of this.#inbox.splice(0)) this.#serve(client, message);
    const fresh = this.entries.slice(first);
    for (const client of this.#clients) this.#sendFrame(client, fresh);
  }

  state(): Uint8Array {
    return snapshot(this.engine);
  }

  check(): void {
    checkInvariants(this.engine);
  }

  levels(instrumentId: InstrumentId, side: "buy" | "sell", most = 200): number[][] {
    const out = new Int32Array(most * 3);
    const count = depth(this.engine, instrumentId, side, out, most);
    return Array.from({ length: count }, (_, level) => [...out.subarray(level * 3, level * 3 + 3)]);
  }

  #serve(client: Served, message: ClientMessage): void {
    switch (message.type) {
      case "hello":
        client.receive({
          type: "welcome",
          version: 1,
          session: client.owner,
          owner: client.owner,
          operator: false,
          venue: { mode: "simulated", name: "lockstep" },
          status: this.#status(),
        });
        return;
      case "subscribe":
        client.instrumentIds = message.instrumentIds;
        client.depthLevels = message.depthLevels;
        client.sentSeq = null;
        client.resync = true;
        return;
      case "resync":
        client.resync = true;
        return;
      case "query": {
        const orders = [...this.#rows.values()].filter((row) => this.#owns(client, row.accountId)).toSorted((a, b) => b.seq - a.seq);
        client.receive({ type: "result", requestId: message.requestId, result: { type: "orders", orders: orders.slice(0, 1) } });
        return;
      }
      case "submit": {
        const at = this.entries.length;
        this.#decide([message.command], client.owner);
        const [command, ...rest] = this.entries.slice(at);
        const events = rest.flatMap((entry) => (entry.kind === "event" ? [entry.event] : []));
        const accepted = events.find((event) => event.type === "OrderAccepted");
        const denial = events.find(
          (event) => event.type === "OrderDenied" || event.type === "CancelDenied" || event.type === "CommandDenied",
        );
        client.receive({
          type: "outcome",
          requestId: message.requestId,
          outcome: {
            seq: command!.seq,
            lastSeq: lastSeq(this.engine),
            orderId: accepted?.orderId ?? null,
            refusal: denial?.refusal ?? null,
          },
        });
        return;
      }
      case "operate":
        throw new Error("participants are no operators");
    }
  }

  #decide(commands: readonly Command[], actor: string): void {
    const cursor = new RecordCursor(encodeCommands(commands.map((command) => ({ command, actor }))));
    while (cursor.next()) decide(this.engine, cursor, this.#atUs);
    const batch = takeBatch(this.engine);
    if (batch === null) return;
    for (const entry of decodeEntries(batch)) {
      this.entries.push(entry);
      if (entry.kind === "event") this.#fold(entry.event, entry.seq);
    }
  }

  #fold(event: Event, seq: Seq): void {
    if (event.type === "OrderAccepted" || event.type === "OrderDenied") {
      const { accountId, instrumentId, clientOrderId, side, orderType, timeInForce, limitTicks, lots } = event;
      const denied = event.type === "OrderDenied";
      this.#rows.set(seq, {
        orderId: event.type === "OrderAccepted" ? event.orderId : null,
        seq,
        accountId,
        instrumentId,
        clientOrderId,
        side,
        orderType,
        timeInForce,
        limitTicks,
        lots,
        filledLots: 0 as QtyLots,
        leavesLots: denied ? (0 as QtyLots) : lots,
        averageTicks: null,
        status: denied ? "denied" : "working",
        cancelReason: null,
        refusal: event.type === "OrderDenied" ? event.refusal : null,
        actor: "",
        createdUs: this.#atUs,
        updatedUs: this.#atUs,
      });
    } else if (event.type === "OrderFilled") {
      for (const [orderId, leavesLots] of [
        [event.makerOrderId, event.makerLeavesLots],
        [event.takerOrderId, event.takerLeavesLots],
      ] as const) {
        const row = this.#rows.get(orderId)!;
        this.#rows.set(orderId, { ...row, leavesLots, status: leavesLots === 0 ? "filled" : "partiallyFilled" });
        const key = `${row.accountId}/${row.instrumentId}`;
        this.#netLots.set(key, (this.#netLots.get(key) ?? 0) + (row.side === "buy" ? event.lots : -event.lots));
      }
    } else if (event.type === "OrderCancelled") {
      this.#rows.set(event.orderId, { ...this.#rows.get(event.orderId)!, leavesLots: 0 as QtyLots, status: "cancelled" });
    }
  }

  #sendFrame(client: Served, fresh: readonly JournalEntry[]): void {
    if (client.sentSeq === null && !client.resync) return;
    const own = accounts(this.engine).filter((account) => account.owner === client.owner);
    const changed = fresh.flatMap((entry) => {
      if (entry.kind !== "event") return [];
      const event = entry.event;
      if (event.type === "OrderFilled") return [event.makerOrderId, event.takerOrderId];
      return event.type === "OrderAccepted" || event.type === "OrderDenied"
        ? [entry.seq]
        : event.type === "OrderCancelled"
          ? [event.orderId]
          : [];
    });
    const open = own.flatMap(({ accountId }) => [...openOrders(this.engine, accountId)].map(({ orderId }) => orderId));
    const orders = [...new Set<number>(client.resync ? open : changed)]
      .map((seq) => this.#rows.get(seq)!)
      .filter((row) => this.#owns(client, row.accountId));
    const trades = client.resync
      ? []
      : fresh
          .flatMap((entry) => (entry.kind === "event" ? tradeOf(entry) : []))
          .filter((trade) => client.instrumentIds.includes(trade.instrumentId));
    const frame: Frame = {
      fromSeq: client.sentSeq ?? (0 as Seq),
      toSeq: lastSeq(this.engine),
      snapshot: client.resync,
      atUs: this.#atUs,
      catalog: client.resync ? { assets: assets(this.engine), instruments: instruments(this.engine), accounts: own } : null,
      sources: [],
      books: client.instrumentIds.map((instrumentId) => ({
        instrumentId,
        bids: Int32Array.from(this.levels(instrumentId, "buy", client.depthLevels).flat()),
        asks: Int32Array.from(this.levels(instrumentId, "sell", client.depthLevels).flat()),
      })),
      tickers: [],
      candles: [],
      orders,
      balances: own.flatMap(({ accountId }) =>
        assets(this.engine).map(({ assetId }) => ({ accountId, assetId, ...balance(this.engine, accountId, assetId) })),
      ),
      positions: own.flatMap(({ accountId }) =>
        client.instrumentIds.map((instrumentId) => ({
          accountId,
          instrumentId,
          netLots: this.#netLots.get(`${accountId}/${instrumentId}`) ?? 0,
          averageTicks: null,
          markTicks: null,
          realised: 0 as never,
          unrealised: 0 as never,
        })),
      ),
      trades,
      fills: [],
    };
    client.sentSeq = frame.toSeq;
    client.resync = false;
    client.receive({ type: "frame", frame: structuredClone(frame) });
  }

  #owns(client: Served, accountId: AccountId): boolean {
    return accounts(this.engine).some((account) => account.accountId === accountId && account.owner === client.owner);
  }

  #status(): EngineStatus {
    const seq = lastSeq(this.engine);
    return {
      state: "running",
      decidedSeq: seq,
      durableSeq: seq,
      lastCommitMs: 0,
      eventsPerSecond: 0,
      journalBytes: 0,
      venueTimeUs: this.#atUs,
      clockSpeed: 1,
      marketRunning: true,
      fault: null,
      warnings: [],
    };
  }
}

function tradeOf(entry: Extract<JournalEntry, { kind: "event" }>): TradeRow[] {
  const { event } = entry;
  if (event.type !== "OrderFilled") return [];
  return [
    {
      tradeId: event.tradeId,
      instrumentId: event.instrumentId,
      atUs: entry.atUs,
      ticks: event.ticks as PriceTicks,
      lots: event.lots,
      takerSide: event.takerSide,
    },
  ];
}
