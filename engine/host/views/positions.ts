import type { AccountId, InstrumentId } from "../../../shared/ids.ts";
import { MAX_AMOUNT, mulDivFloor, type Amount, type PriceTicks } from "../../../shared/money.ts";
import type { PositionRow } from "../../../shared/views.ts";
import type { FilledSide } from "./fills.ts";

type Position = {
  readonly accountId: number;
  readonly instrumentId: number;
  /** Bought less sold. */
  netLots: number;
  /** Quote units paid for the open quantity; negative when they were received for a short one. */
  cost: number;
  /** Quote units won and lost by closing, less all fees. */
  realised: number;
};

const STRIDE = 5;
const MAX_INSTRUMENTS = 2 ** 20;

/** What each account made of each instrument by trading: mean-cost accounting in whole quote units. */
export class PositionsView {
  readonly #positions = new Map<number, Position>();
  readonly #byInstrument: Position[][] = [];

  /** Counts a fill in; its fee is given in quote units, at the fill's own price where it is paid in the base asset. */
  add(side: FilledSide, feeInQuote: number): void {
    const position = this.#position(side.accountId, side.instrumentId);
    const direction = side.isBuy ? 1 : -1;
    const open = Math.abs(position.netLots);
    const closing = Math.sign(position.netLots) === -direction ? Math.min(side.lots, open) : 0;
    const closingValue = (side.notional / side.lots) * closing;
    if (closing > 0) {
      // The remainder of an indivisible cost stays with the open part, and is gone with its last lot.
      const cost = partOf(Math.abs(position.cost), closing, open);
      position.realised += direction * (cost - closingValue);
      position.cost += direction * cost;
    }
    position.cost += direction * (side.notional - closingValue);
    position.netLots += direction * side.lots;
    position.realised -= feeInQuote;
  }

  /** The account's position at the mark price; undefined if it never traded the instrument. */
  row(
    accountId: number,
    instrumentId: number,
    mark: { readonly ticks: number | null; readonly quoteUnitsPerTickLot: number },
  ): PositionRow | undefined {
    const position = this.#positions.get(keyOf(accountId, instrumentId));
    if (position === undefined) return undefined;
    const { netLots, cost, realised } = position;
    const unit = mark.quoteUnitsPerTickLot;
    // Statistics for display, made of the engine's own checked numbers.
    return {
      accountId: accountId as AccountId,
      instrumentId: instrumentId as InstrumentId,
      netLots,
      averageTicks: netLots === 0 ? null : cost / (netLots * unit),
      markTicks: mark.ticks as PriceTicks | null,
      realised: realised as Amount,
      unrealised: (mark.ticks === null ? 0 : netLots * mark.ticks * unit - cost) as Amount,
    };
  }

  /** Accounts with a position in the instrument that a new price revalues. */
  holders(instrumentId: number): readonly number[] {
    return (this.#byInstrument[instrumentId] ?? []).filter(({ netLots }) => netLots !== 0).map(({ accountId }) => accountId);
  }

  save(): Float64Array {
    const rows = new Float64Array(this.#positions.size * STRIDE);
    let at = 0;
    for (const { accountId, instrumentId, netLots, cost, realised } of this.#positions.values()) {
      rows.set([accountId, instrumentId, netLots, cost, realised], at);
      at += STRIDE;
    }
    return rows;
  }

  load(rows: Float64Array): void {
    for (let at = 0; at < rows.length; at += STRIDE) {
      const position = this.#position(rows[at]!, rows[at + 1]!);
      position.netLots = rows[at + 2]!;
      position.cost = rows[at + 3]!;
      position.realised = rows[at + 4]!;
    }
  }

  #position(accountId: number, instrumentId: number): Position {
    const key = keyOf(accountId, instrumentId);
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const position: Position = { accountId, instrumentId, netLots: 0, cost: 0, realised: 0 };
    this.#positions.set(key, position);
    (this.#byInstrument[instrumentId] ??= []).push(position);
    return position;
  }
}

/**
 * What so many of the open lots cost. Over several deposits a position may come to cost more than any balance holds; it is then told to about
 * sixteen digits, for nothing rests on it.
 */
function partOf(cost: number, closing: number, open: number): number {
  return cost <= MAX_AMOUNT ? mulDivFloor(cost, closing, open) : Math.floor(cost * (closing / open));
}

/** Both ids are catalog positions; their product stays a safe integer. */
function keyOf(accountId: number, instrumentId: number): number {
  return accountId * MAX_INSTRUMENTS + instrumentId;
}
