import type { AccountId, EpochUs, InstrumentId, OrderId, TradeId } from "../../../shared/ids.ts";
import type { Amount, PriceTicks, QtyLots } from "../../../shared/money.ts";
import type { FillRow } from "../../../shared/views.ts";
import { eventLayouts } from "../../core/records/layout.ts";
import type { RecordCursor } from "../../core/records/records.ts";
import { NumberRing } from "./numberRing.ts";
import type { Owners } from "./owners.ts";

/** Fills kept in memory for each owner; older ones are read from the journal when asked for. */
const FILLS_KEPT = 10_000;

const slot = {
  tradeId: 0,
  orderId: 1,
  accountId: 2,
  instrumentId: 3,
  atUs: 4,
  /** 0 buy, 1 sell. */
  side: 5,
  /** 0 maker, 1 taker. */
  liquidity: 6,
  ticks: 7,
  lots: 8,
  notional: 9,
  fee: 10,
} as const;
const STRIDE = 11;

/** One side of an OrderFilled record. */
export type FilledSide = {
  readonly accountId: number;
  readonly orderId: number;
  readonly isBuy: boolean;
  readonly isTaker: boolean;
  readonly lots: number;
  readonly ticks: number;
  readonly notional: number;
  /** In the fee asset of instrument and side. */
  readonly fee: number;
  readonly instrumentId: number;
};

/** Both sides of the OrderFilled record at the cursor, the maker's first. */
export function filledSides(cursor: RecordCursor, quoteUnitsPerTickLot: number): readonly [FilledSide, FilledSide] {
  const slots = eventLayouts.OrderFilled.slots;
  const lots = cursor.get(slots.lots);
  const ticks = cursor.get(slots.ticks);
  const instrumentId = cursor.get(slots.instrumentId);
  const notional = ticks * lots * quoteUnitsPerTickLot;
  const takerBuys = cursor.get(slots.takerSide) === 0;
  const both = { lots, ticks, notional, instrumentId };
  return [
    {
      ...both,
      accountId: cursor.get(slots.makerAccountId),
      orderId: cursor.get(slots.makerOrderId),
      isBuy: !takerBuys,
      isTaker: false,
      fee: cursor.get(slots.makerFee),
    },
    {
      ...both,
      accountId: cursor.get(slots.takerAccountId),
      orderId: cursor.get(slots.takerOrderId),
      isBuy: takerBuys,
      isTaker: true,
      fee: cursor.get(slots.takerFee),
    },
  ];
}

/** Each owner's newest fills, oldest first. */
export class FillsView {
  readonly #owners: Owners;
  readonly #kept: number;
  readonly #rings: NumberRing[] = [];

  constructor(owners: Owners, kept = FILLS_KEPT) {
    this.#owners = owners;
    this.#kept = kept;
  }

  add(side: FilledSide, trade: { readonly tradeId: number; readonly atUs: number }): void {
    const ring = this.#ring(this.#owners.of(side.accountId));
    const at = ring.push();
    const n = ring.numbers;
    n[at + slot.tradeId] = trade.tradeId;
    n[at + slot.orderId] = side.orderId;
    n[at + slot.accountId] = side.accountId;
    n[at + slot.instrumentId] = side.instrumentId;
    n[at + slot.atUs] = trade.atUs;
    n[at + slot.side] = side.isBuy ? 0 : 1;
    n[at + slot.liquidity] = side.isTaker ? 1 : 0;
    n[at + slot.ticks] = side.ticks;
    n[at + slot.lots] = side.lots;
    n[at + slot.notional] = side.notional;
    n[at + slot.fee] = side.fee;
  }

  /** The owner's fills with a trade id below `beforeSeq`, the newest `limit` ones, descending. */
  newest(owner: number, request: { readonly beforeSeq: number; readonly limit: number }): FillRow[] {
    const ring = this.#rings[owner];
    if (ring === undefined) return [];
    const rows: FillRow[] = [];
    for (let index = ring.lowerBound(slot.tradeId, request.beforeSeq) - 1; index >= 0 && rows.length < request.limit; index -= 1) {
      rows.push(rowAt(ring, index));
    }
    return rows;
  }

  /** The owner's last fill; the owner has one. */
  last(owner: number): FillRow {
    const ring = this.#ring(owner);
    return rowAt(ring, ring.size - 1);
  }

  /** Are all fills of this owner still kept? */
  isComplete(owner: number): boolean {
    return (this.#rings[owner]?.size ?? 0) < this.#kept;
  }

  save(): readonly Float64Array[] {
    return this.#rings.map((ring) => ring.toArray());
  }

  load(saved: readonly Float64Array[]): void {
    saved.forEach((rows, owner) => this.#ring(owner).load(rows));
  }

  #ring(owner: number): NumberRing {
    while (this.#rings.length <= owner) this.#rings.push(new NumberRing({ stride: STRIDE, limit: this.#kept }));
    return this.#rings[owner]!;
  }
}

function rowAt(ring: NumberRing, index: number): FillRow {
  const at = ring.offset(index);
  const n = ring.numbers.subarray(at, at + STRIDE);
  // The numbers come from the engine's own records, which hold the checked numbers that these brands stand for.
  return {
    tradeId: n[slot.tradeId] as TradeId,
    orderId: n[slot.orderId] as OrderId,
    accountId: n[slot.accountId] as AccountId,
    instrumentId: n[slot.instrumentId] as InstrumentId,
    atUs: n[slot.atUs] as EpochUs,
    side: n[slot.side] === 0 ? "buy" : "sell",
    liquidity: n[slot.liquidity] === 0 ? "maker" : "taker",
    ticks: n[slot.ticks] as PriceTicks,
    lots: n[slot.lots] as QtyLots,
    notional: n[slot.notional] as Amount,
    fee: n[slot.fee] as Amount,
  };
}
