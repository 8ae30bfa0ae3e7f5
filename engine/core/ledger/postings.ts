import type { Instrument } from "../../../shared/catalog.ts";
import { feeAssetOf } from "../../../shared/fees.ts";
import type { AccountId, AssetId, Seq } from "../../../shared/ids.ts";
import { amount as checkedAmount, type Amount } from "../../../shared/money.ts";
import type { Engine } from "../engineParts.ts";
import { int } from "../records/fields.ts";
import { eventKinds } from "../records/kinds.ts";
import { eventLayouts } from "../records/layout.ts";
import { isFeeOffReceipts, settled, settlementOf, valueOf } from "./ledger.ts";
import type { RecordCursor } from "../records/records.ts";
import type { EngineState } from "../state/state.ts";
import { isBuy, sideOf } from "../records/terms.ts";

/** What a movement is for. */
type PostingReason = "deposit" | "hold" | "release" | "trade" | "fee";

/** One side of a movement of money (LG-18). A positive amount is credited, a negative one debited. */
export type Posting = {
  /** Null for the world outside the venue, against which deposits stand. */
  readonly accountId: AccountId | null;
  readonly assetId: AssetId;
  readonly part: "available" | "held";
  readonly amount: Amount;
  readonly reason: PostingReason;
  /** The event that moves the money, and the command that caused it. */
  readonly seq: Seq;
  readonly causeSeq: Seq;
};

const accepted = eventLayouts.OrderAccepted.slots;
const filled = eventLayouts.OrderFilled.slots;
const cancelled = eventLayouts.OrderCancelled.slots;
const amended = eventLayouts.OrderAmended.slots;
const adjusted = eventLayouts.OrderAdjusted.slots;
const triggered = eventLayouts.OrderTriggered.slots;
const deposited = eventLayouts.FundsDeposited.slots;

/**
 * LG-18: the double-entry postings of the event at the cursor; none for a record that moves no money. The engine stands right before the
 * event: an order's hold is known there. Changes nothing.
 */
export function postingsOf(engine: Engine, cursor: RecordCursor): Posting[] {
  const { state } = engine;
  const book = new PostingList(cursor);
  switch (cursor.kind) {
    case eventKinds.FundsDeposited:
      book.move(cursor.get(deposited.assetId), cursor.get(deposited.amount), "deposit", OUTSIDE, {
        accountId: cursor.get(deposited.accountId),
        part: "available",
      });
      break;
    case eventKinds.OrderAccepted:
      acceptance(state, cursor, book);
      break;
    case eventKinds.OrderFilled:
      fill(state, cursor, book);
      break;
    case eventKinds.VenueFilled:
      fillThere(state, cursor, book);
      break;
    case eventKinds.VenueReported: {
      const entry = cursor.entry();
      if (entry.kind !== "event" || entry.event.type !== "VenueReported" || entry.event.report.kind !== "adjusted") break;
      const { accountId, amount, assetId } = entry.event.report;
      book.move(assetId, amount, "deposit", OUTSIDE, { accountId, part: "available" });
      break;
    }
    case eventKinds.OrderAmended:
      changeHold(state, cursor, amended, book);
      break;
    case eventKinds.OrderAdjusted:
      changeHold(state, cursor, adjusted, book);
      break;
    case eventKinds.OrderTriggered:
      changeHold(state, cursor, triggered, book);
      break;
    case eventKinds.OrderCancelled: {
      const order = state.orders.find(cursor.get(cancelled.orderId));
      release(state, order, state.orders.held(order), state.orders.reserved(order), book);
      break;
    }
  }
  return book.postings;
}

type Place = { readonly accountId: number | null; readonly part: "available" | "held" };
const OUTSIDE: Place = { accountId: null, part: "available" };

class PostingList {
  readonly postings: Posting[] = [];
  private readonly seq: number;
  private readonly causeSeq: number;

  constructor(cursor: RecordCursor) {
    this.seq = cursor.seq;
    this.causeSeq = cursor.causeSeq;
  }

  /** Debits one place and credits another; nothing where there is nothing to move. */
  move(assetId: number, amount: number, reason: PostingReason, from: Place, to: Place): void {
    if (amount === 0) return;
    this.post(assetId, -amount, reason, from);
    this.post(assetId, amount, reason, to);
  }

  private post(assetId: number, amount: number, reason: PostingReason, { accountId, part }: Place): void {
    // The numbers come from the engine's own records and rows, which hold the checked numbers that these brands stand for.
    this.postings.push({
      accountId: accountId as AccountId | null,
      assetId: assetId as AssetId,
      part,
      amount: checkedAmount(amount),
      reason,
      seq: this.seq as Seq,
      causeSeq: this.causeSeq as Seq,
    });
  }
}

function acceptance(state: EngineState, cursor: RecordCursor, book: PostingList): void {
  const accountId = cursor.get(accepted.accountId);
  const instrument = state.catalog.instrument(cursor.get(accepted.instrumentId));
  const assetId = isBuy(cursor.get(accepted.terms)) ? instrument.quoteAssetId : instrument.baseAssetId;
  book.move(assetId, cursor.get(accepted.held), "hold", { accountId, part: "available" }, { accountId, part: "held" });
}

/** What an open order holds from here on is another amount. */
function changeHold(
  state: EngineState,
  cursor: RecordCursor,
  slots: { readonly orderId: number; readonly held: number },
  book: PostingList,
): void {
  const order = state.orders.find(cursor.get(slots.orderId));
  release(state, order, state.orders.held(order) - cursor.get(slots.held), 0, book);
}

function fill(state: EngineState, cursor: RecordCursor, book: PostingList): void {
  const { catalog, orders } = state;
  const instrument = catalog.instrument(cursor.get(filled.instrumentId));
  const maker = orders.find(cursor.get(filled.makerOrderId));
  const taker = orders.find(cursor.get(filled.takerOrderId));
  const isTakerBuyer = isBuy(int(cursor.get(filled.takerSide)));
  const buyer = orders.accountId(isTakerBuyer ? taker : maker);
  const seller = orders.accountId(isTakerBuyer ? maker : taker);
  const lots = cursor.get(filled.lots);
  const value = valueOf(instrument, cursor.get(filled.ticks), lots);
  book.move(instrument.quoteAssetId, value, "trade", { accountId: buyer, part: "held" }, { accountId: seller, part: "available" });
  book.move(
    instrument.baseAssetId,
    lots * instrument.baseUnitsPerLot,
    "trade",
    { accountId: seller, part: "held" },
    { accountId: buyer, part: "available" },
  );
  const collector: Place = { accountId: catalog.feeAccountId, part: "available" };
  for (const [order, isTaker] of [
    [maker, false],
    [taker, true],
  ] as const) {
    settleSide(state, cursor, { order, isTaker, instrument, collector }, book);
  }
}

/** A fill at an outside venue: the other side, and the fee, are in the world outside. */
function fillThere(state: EngineState, cursor: RecordCursor, book: PostingList): void {
  const { catalog, orders } = state;
  const instrument = catalog.instrument(cursor.get(filled.instrumentId));
  const isTaker = cursor.get(filled.takerOrderId) !== 0;
  const order = orders.find(cursor.get(isTaker ? filled.takerOrderId : filled.makerOrderId));
  const accountId = orders.accountId(order);
  const terms = orders.terms(order);
  const lots = cursor.get(filled.lots);
  const value = { assetId: instrument.quoteAssetId, amount: valueOf(instrument, cursor.get(filled.ticks), lots) };
  const base = { assetId: instrument.baseAssetId, amount: lots * instrument.baseUnitsPerLot };
  const [pays, gets] = isBuy(terms) ? [value, base] : [base, value];
  book.move(pays.assetId, pays.amount, "trade", { accountId, part: "held" }, OUTSIDE);
  book.move(gets.assetId, gets.amount, "trade", OUTSIDE, { accountId, part: "available" });
  settleSide(state, cursor, { order, isTaker, instrument, collector: OUTSIDE }, book);
}

/** Fee and change of hold of one side of a fill. */
function settleSide(
  state: EngineState,
  cursor: RecordCursor,
  {
    order,
    isTaker,
    instrument,
    collector,
  }: { readonly order: number; readonly isTaker: boolean; readonly instrument: Instrument; readonly collector: Place },
  book: PostingList,
): void {
  const { orders } = state;
  const accountId = orders.accountId(order);
  const terms = orders.terms(order);
  const feeAssetId = feeAssetOf(instrument, sideOf(terms));
  const fee = cursor.get(isTaker ? filled.takerFee : filled.makerFee);
  const payer: Place = { accountId, part: isFeeOffReceipts(instrument, terms) ? "available" : "held" };
  book.move(feeAssetId, fee, "fee", payer, collector);

  const after = new Float64Array(Object.keys(settled).length);
  settlementOf(state, order, instrument, cursor.numbers, cursor.at, isTaker, after);
  const isClosed = orders.leavesLots(order) === cursor.get(filled.lots);
  const held = isClosed ? 0 : after[settled.held]!;
  const reserved = isClosed ? 0 : after[settled.reserved]!;
  release(state, order, orders.held(order) - after[settled.paid]! - held, orders.reserved(order) - reserved, book);
}

/** Frees parts of what an order holds of what it pays and of what it receives; a negative part is held in addition. */
function release(state: EngineState, order: number, ofPaid: number, ofReceived: number, book: PostingList): void {
  const { balances, orders } = state;
  const accountId = orders.accountId(order);
  for (const [balance, amount] of [
    [orders.pays(order), ofPaid],
    [orders.gets(order), ofReceived],
  ] as const) {
    const reason = amount < 0 ? "hold" : "release";
    book.move(balances.assetId(balance), amount, reason, { accountId, part: "held" }, { accountId, part: "available" });
  }
}
