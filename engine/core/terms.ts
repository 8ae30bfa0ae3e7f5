import { invariant } from "../../shared/assert.ts";
import { orderTypes, sides, timesInForce, type OrderType, type Side, type TimeInForce } from "../../shared/orders.ts";

/**
 * An order's side, type and time in force in one small integer, the same in a command's row, an event's row and the order pool:
 * bit 0 side, bits 1 to 4 type, bits 5 to 7 time in force. Further terms take further bits.
 */
export const BUY = 0;
export const SELL = 1;

const TYPE_SHIFT = 1;
const TYPE_MASK = 0b1111;
const TIME_SHIFT = 5;
const TIME_MASK = 0b111;
const MARKET = orderTypes.indexOf("market");
const GTC = timesInForce.indexOf("gtc");
const FOK = timesInForce.indexOf("fok");

export function packTerms(terms: { readonly side: Side; readonly orderType: OrderType; readonly timeInForce: TimeInForce }): number {
  return (
    sides.indexOf(terms.side) |
    (orderTypes.indexOf(terms.orderType) << TYPE_SHIFT) |
    (timesInForce.indexOf(terms.timeInForce) << TIME_SHIFT)
  );
}

/** BUY or SELL. */
export function sideBit(terms: number): number {
  return terms & 1;
}

export function isBuy(terms: number): boolean {
  return (terms & 1) === BUY;
}

export function isMarket(terms: number): boolean {
  return ((terms >>> TYPE_SHIFT) & TYPE_MASK) === MARKET;
}

export function isGoodTillCancelled(terms: number): boolean {
  return ((terms >>> TIME_SHIFT) & TIME_MASK) === GTC;
}

export function isFillOrKill(terms: number): boolean {
  return ((terms >>> TIME_SHIFT) & TIME_MASK) === FOK;
}

export function sideOf(terms: number): Side {
  return sides[terms & 1]!;
}

export function orderTypeOf(terms: number): OrderType {
  const type = orderTypes[(terms >>> TYPE_SHIFT) & TYPE_MASK];
  invariant(type !== undefined, `no order type in terms ${terms}`);
  return type;
}

export function timeInForceOf(terms: number): TimeInForce {
  const timeInForce = timesInForce[(terms >>> TIME_SHIFT) & TIME_MASK];
  invariant(timeInForce !== undefined, `no time in force in terms ${terms}`);
  return timeInForce;
}

/** True when the integer names an existing side, type and time in force and nothing else. */
export function areTerms(n: number): boolean {
  return (
    Number.isInteger(n) &&
    n >= 0 &&
    n < 1 << (TIME_SHIFT + 3) &&
    ((n >>> TYPE_SHIFT) & TYPE_MASK) < orderTypes.length &&
    n >>> TIME_SHIFT < timesInForce.length
  );
}
