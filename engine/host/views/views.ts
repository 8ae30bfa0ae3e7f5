import { deserialize, serialize } from "node:v8";
import { invariant } from "../../../shared/assert.ts";
import { feeAssetOf } from "../../../shared/fees.ts";
import type { Account, Instrument } from "../../../shared/catalog.ts";
import { operatorActions } from "../../../shared/commands.ts";
import type { InstrumentId } from "../../../shared/ids.ts";
import { mulDivCeil } from "../../../shared/money.ts";
import type { Side } from "../../../shared/orders.ts";
import { eventKinds } from "../../core/records/kinds.ts";
import { eventLayouts } from "../../core/records/layout.ts";
import { fold, lastSeq, type Engine } from "../../core/engine.ts";
import { accounts, instruments } from "../../core/queries.ts";
import { RecordCursor, type PackedRecords } from "../../core/records/records.ts";
import { CandlesView } from "./candles.ts";
import type { Changes } from "./changes.ts";
import { filledSides, FillsView, type FilledSide } from "./fills.ts";
import { OrdersView, type OrdersSnapshot } from "./orders.ts";
import { Owners } from "./owners.ts";
import { PositionsView } from "./positions.ts";
import { RiskRecords } from "./riskRecords.ts";
import { TradesView, type TradesSnapshot } from "./trades.ts";

/** Counts up with every change of what a view keeps; a snapshot of another version is not used, and the journal is folded instead. */
export const VIEWS_VERSION = 6;

type ViewsSnapshot = {
  readonly version: number;
  readonly orders: OrdersSnapshot;
  readonly fills: readonly Float64Array[];
  readonly positions: Float64Array;
  readonly trades: TradesSnapshot;
  readonly candles: ReturnType<CandlesView["save"]>;
  readonly marketPaused: boolean;
};

/** A public trade of an outside market. */
type OutsideTrade = { readonly atUs: number; readonly ticks: number; readonly lots: number; readonly takerBuys: boolean };

/** Sees each record once it has been folded into the replica. */
export type RecordWatcher = (cursor: RecordCursor) => void;

/**
 * The read side: a replica of the engine and what clients see beside it, both folded from committed records alone. What the replica knows
 * (balances, depth, open quantities) is asked of it; the views keep only what it forgets.
 */
export class Views {
  readonly replica: Engine;
  readonly owners = new Owners();
  readonly orders = new OrdersView(this.owners);
  readonly fills = new FillsView(this.owners);
  readonly positions = new PositionsView();
  readonly trades = new TradesView();
  readonly candles = new CandlesView();
  /** Of what was folded since these views began; the journal has the older ones. */
  readonly riskRecords: RiskRecords;
  /** Books of a connected venue, as it told them last; they are not kept. */
  readonly #outsideBooks = new Map<InstrumentId, Record<Side, Int32Array>>();
  #feeAccountId = 0;
  #marketPaused = false;

  constructor(replica: Engine) {
    this.replica = replica;
    this.riskRecords = new RiskRecords(lastSeq(replica));
    for (const account of accounts(replica)) this.#openAccount(account);
  }

  /** Folds a committed batch. `changes` collects what clients must hear of. Throws InvariantError when the batch does not continue the state. */
  apply(batch: PackedRecords, changes: Changes | null = null, watch: RecordWatcher | null = null): void {
    fold(this.replica, batch);
    const cursor = new RecordCursor(batch);
    const orderChanged = (accountId: number, seq: number): void => void changes?.of(this.owners.of(accountId))?.orders.add(seq);
    while (cursor.next()) {
      watch?.(cursor);
      this.orders.apply(cursor, orderChanged);
      this.riskRecords.apply(cursor);
      if (!cursor.isCommand) this.#applyEvent(cursor, changes);
    }
  }

  /** JR-40: did a person have the simulated participants rest? */
  get marketPaused(): boolean {
    return this.#marketPaused;
  }

  /** Levels of a side of a connected venue's book, best first; undefined for a book that is kept here, or not known yet. */
  outsideLevels(instrumentId: InstrumentId, side: Side): Int32Array | undefined {
    return this.#outsideBooks.get(instrumentId)?.[side];
  }

  takeOutsideBook(instrumentId: InstrumentId, buy: Int32Array, sell: Int32Array, changes: Changes | null): void {
    this.#outsideBooks.set(instrumentId, { buy, sell });
    changes?.books.add(instrumentId);
    changes?.traded.add(instrumentId);
  }

  /** A public trade at a connected venue, later than those before. It gets a number of its own: the venue's have more digits than a number holds. */
  takeOutsideTrade(instrumentId: InstrumentId, trade: OutsideTrade, changes: Changes | null): void {
    const { atUs, lots, takerBuys, ticks } = trade;
    const tradeId = Math.max(atUs, (this.trades.newest(instrumentId, 1)[0]?.tradeId ?? 0) + 1);
    const notional = ticks * lots * this.instrument(instrumentId).quoteUnitsPerTickLot;
    this.candles.addTrade({ instrumentId, atUs, ticks, lots });
    this.trades.add({ tradeId, instrumentId, atUs, ticks, lots, notional, takerBuys });
    changes?.traded.add(instrumentId);
    changes?.trades.push(...this.trades.newest(instrumentId, 1));
  }

  instrument(instrumentId: number): Instrument {
    const found = instruments(this.replica)[instrumentId - 1];
    invariant(found !== undefined, `no instrument ${instrumentId}`);
    return found;
  }

  save(): Uint8Array {
    const saved: ViewsSnapshot = {
      version: VIEWS_VERSION,
      orders: this.orders.save(),
      fills: this.fills.save(),
      positions: this.positions.save(),
      trades: this.trades.save(),
      candles: this.candles.save(),
      marketPaused: this.#marketPaused,
    };
    return serialize(saved);
  }

  /** Fills empty views with what save() gave. Throws InvariantError when it is of another version; the views are then still empty. */
  load(bytes: Uint8Array): void {
    // The bytes passed the snapshot's hash, so they are what save() wrote.
    const saved = deserialize(bytes) as ViewsSnapshot;
    invariant(saved.version === VIEWS_VERSION, `views of version ${saved.version}, this program keeps version ${VIEWS_VERSION}`);
    this.orders.load(saved.orders);
    this.fills.load(saved.fills);
    this.positions.load(saved.positions);
    this.trades.load(saved.trades);
    this.candles.load(saved.candles);
    this.#marketPaused = saved.marketPaused;
  }

  #applyEvent(cursor: RecordCursor, changes: Changes | null): void {
    switch (cursor.kind) {
      case eventKinds.AccountOpened: {
        const entry = cursor.entry();
        if (entry.kind === "event" && entry.event.type === "AccountOpened") this.#openAccount(entry.event.account);
        if (changes !== null) changes.catalogGrew = true;
        return;
      }
      case eventKinds.AssetDefined:
      case eventKinds.InstrumentListed:
        if (changes !== null) changes.catalogGrew = true;
        return;
      case eventKinds.FundsDeposited: {
        const { accountId, assetId } = eventLayouts.FundsDeposited.slots;
        changes?.of(this.owners.of(cursor.get(accountId)))?.addBalance(cursor.get(accountId), cursor.get(assetId));
        return;
      }
      case eventKinds.OrderAccepted:
        if (changes !== null) this.#balancesChanged(cursor, eventLayouts.OrderAccepted.slots, changes);
        return;
      case eventKinds.OrderCancelled:
        if (changes === null) return;
        this.#balancesChanged(cursor, eventLayouts.OrderCancelled.slots, changes);
        changes.books.add(cursor.get(eventLayouts.OrderCancelled.slots.instrumentId) as InstrumentId);
        return;
      case eventKinds.OrderRested: {
        const row = changes === null ? undefined : this.orders.row(cursor.get(eventLayouts.OrderRested.slots.orderId));
        if (row !== undefined) changes?.books.add(row.instrumentId);
        return;
      }
      case eventKinds.OrderAmended:
      case eventKinds.OrderAdjusted:
      case eventKinds.OrderTriggered:
      case eventKinds.OrderRepriced:
        if (changes === null) return;
        // These rows begin alike.
        this.#balancesChanged(cursor, eventLayouts.OrderAmended.slots, changes);
        changes.books.add(cursor.get(eventLayouts.OrderAmended.slots.instrumentId) as InstrumentId);
        return;
      case eventKinds.OrderFilled:
        this.#applyFill(cursor, changes);
        return;
      case eventKinds.VenueFilled:
        this.#applyVenueFill(cursor, changes);
        return;
      case eventKinds.VenueReported: {
        const entry = cursor.entry();
        const report = entry.kind === "event" && entry.event.type === "VenueReported" ? entry.event.report : null;
        if (report?.kind === "adjusted") changes?.of(this.owners.of(report.accountId))?.addBalance(report.accountId, report.assetId);
        return;
      }
      case eventKinds.OperatorActionRecorded: {
        const action = operatorActions[cursor.get(eventLayouts.OperatorActionRecorded.slots.action)];
        if (action === "marketPaused" || action === "marketResumed") this.#marketPaused = action === "marketPaused";
        return;
      }
    }
  }

  #applyFill(cursor: RecordCursor, changes: Changes | null): void {
    const slots = eventLayouts.OrderFilled.slots;
    const instrument = this.instrument(cursor.get(slots.instrumentId));
    const { instrumentId } = instrument;
    const trade = { tradeId: cursor.seq, atUs: cursor.atUs };
    const sides = filledSides(cursor, instrument.quoteUnitsPerTickLot);
    const [maker, taker] = sides;
    this.candles.addTrade({ instrumentId, atUs: cursor.atUs, ticks: taker.ticks, lots: taker.lots });
    this.trades.add({ ...trade, instrumentId, ticks: taker.ticks, lots: taker.lots, notional: taker.notional, takerBuys: taker.isBuy });
    for (const side of [maker, taker]) {
      this.fills.add(side, trade);
      this.positions.add(side, feeInQuote(side, instrument));
      if (changes !== null) this.#sideChanged(side, instrument, changes);
    }
    if (changes === null) return;
    changes.books.add(instrumentId);
    changes.traded.add(instrumentId);
    changes.trades.push(...this.trades.newest(instrumentId, 1));
    const collector = changes.of(this.owners.of(this.#feeAccountId));
    for (const side of ["buy", "sell"] as const) collector?.addBalance(this.#feeAccountId, feeAssetOf(instrument, side));
  }

  /** A fill at an outside venue: the account's own side alone. It is no trade of a market here. */
  #applyVenueFill(cursor: RecordCursor, changes: Changes | null): void {
    const instrument = this.instrument(cursor.get(eventLayouts.VenueFilled.slots.instrumentId));
    const side = filledSides(cursor, instrument.quoteUnitsPerTickLot).find(({ orderId }) => orderId !== 0);
    invariant(side !== undefined, "a fill at a venue is of one of our orders");
    this.fills.add(side, { tradeId: cursor.seq, atUs: cursor.atUs });
    this.positions.add(side, feeInQuote(side, instrument));
    if (changes !== null) this.#sideChanged(side, instrument, changes);
  }

  #openAccount(account: Account): void {
    this.owners.add(account);
    if (account.receivesFees) this.#feeAccountId = account.accountId;
  }

  #sideChanged(side: FilledSide, instrument: Instrument, changes: Changes): void {
    const owner = this.owners.of(side.accountId);
    const own = changes.of(owner);
    if (own === null) return;
    own.fills.push(this.fills.last(owner));
    own.addBalance(side.accountId, instrument.baseAssetId);
    own.addBalance(side.accountId, instrument.quoteAssetId);
    own.addPosition(side.accountId, instrument.instrumentId);
  }

  #balancesChanged(cursor: RecordCursor, slots: { readonly accountId: number; readonly instrumentId: number }, changes: Changes): void {
    const accountId = cursor.get(slots.accountId);
    const own = changes.of(this.owners.of(accountId));
    if (own === null) return;
    const instrument = this.instrument(cursor.get(slots.instrumentId));
    own.addBalance(accountId, instrument.baseAssetId);
    own.addBalance(accountId, instrument.quoteAssetId);
  }
}

/** A fill's fee valued in quote units, rounded up. */
function feeInQuote({ fee, isBuy, ticks }: FilledSide, instrument: Instrument): number {
  if (feeAssetOf(instrument, isBuy ? "buy" : "sell") === instrument.quoteAssetId) return fee;
  return mulDivCeil(fee, ticks * instrument.quoteUnitsPerTickLot, instrument.baseUnitsPerLot);
}
