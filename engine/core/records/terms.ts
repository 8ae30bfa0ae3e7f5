import { invariant } from "../../../shared/assert.ts";
import {
  orderTypes,
  pegs,
  postOnlyModes,
  selfTradeModes,
  selfTradeScopes,
  sides,
  timesInForce,
  triggers,
  type OrderType,
  type Peg,
  type PostOnly,
  type SelfTradeMode,
  type SelfTradeScope,
  type Side,
  type TimeInForce,
  type Trigger,
} from "../../../shared/orders.ts";

/**
 * What an order asks for by name in one small integer, the same in a command's row, an event's row and the order pool: bit 0 side,
 * bits 1 to 4 type, bits 5 to 7 time in force, 8 and 9 post-only, 10 reduce-only, 11 to 13 self-trade mode, 14 and 15 its scope, 16 and
 * 17 trigger, 18 and 19 peg. Where a name may be null, 0 stands for null. Further terms take further bits.
 */
export const BUY = 0;
export const SELL = 1;

const TYPE_SHIFT = 1;
const TYPE_MASK = 0b1111;
const TIME_SHIFT = 5;
const TIME_MASK = 0b111;
const POST_ONLY_SHIFT = 8;
const REDUCE_ONLY_BIT = 1 << 10;
const MODE_SHIFT = 11;
const MODE_MASK = 0b111;
const SCOPE_SHIFT = 14;
const TRIGGER_SHIFT = 16;
const PEG_SHIFT = 18;
const SMALL_MASK = 0b11;
const TERMS_END = 1 << 20;

export const LIMIT = orderTypes.indexOf("limit");
export const MARKET = orderTypes.indexOf("market");
export const STOP = orderTypes.indexOf("stop");
export const STOP_LIMIT = orderTypes.indexOf("stopLimit");
export const TRAILING_STOP = orderTypes.indexOf("trailingStop");
export const PEGGED = orderTypes.indexOf("pegged");
export const MARKET_TO_LIMIT = orderTypes.indexOf("marketToLimit");
const GTC = timesInForce.indexOf("gtc");
const FOK = timesInForce.indexOf("fok");
export const GTD = timesInForce.indexOf("gtd");
export const DAY = timesInForce.indexOf("day");
export const POST_ONLY_REJECT = 1 + postOnlyModes.indexOf("reject");
export const EXPIRE_TAKER = 1 + selfTradeModes.indexOf("expireTaker");
export const EXPIRE_MAKER = 1 + selfTradeModes.indexOf("expireMaker");
export const EXPIRE_BOTH = 1 + selfTradeModes.indexOf("expireBoth");
export const DECREMENT = 1 + selfTradeModes.indexOf("decrement");
export const SCOPE_GROUP = 1 + selfTradeScopes.indexOf("group");
export const SCOPE_FIRM = 1 + selfTradeScopes.indexOf("firm");
export const TRIGGER_MARK = 1 + triggers.indexOf("mark");
export const TRIGGER_INDEX = 1 + triggers.indexOf("index");
export const PEG_BID = 1 + pegs.indexOf("bestBid");
export const PEG_ASK = 1 + pegs.indexOf("bestAsk");

/** The terms by name; what a sender leaves out is null. */
export type NamedTerms = {
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly postOnly?: PostOnly | null;
  readonly reduceOnly?: boolean;
  readonly selfTradeMode?: SelfTradeMode | null;
  readonly selfTradeScope?: SelfTradeScope | null;
  readonly trigger?: Trigger | null;
  readonly peg?: Peg | null;
};

export function packTerms(terms: NamedTerms): number {
  return (
    sides.indexOf(terms.side) |
    (orderTypes.indexOf(terms.orderType) << TYPE_SHIFT) |
    (timesInForce.indexOf(terms.timeInForce) << TIME_SHIFT) |
    (numberOf(postOnlyModes, terms.postOnly) << POST_ONLY_SHIFT) |
    (terms.reduceOnly === true ? REDUCE_ONLY_BIT : 0) |
    (numberOf(selfTradeModes, terms.selfTradeMode) << MODE_SHIFT) |
    (numberOf(selfTradeScopes, terms.selfTradeScope) << SCOPE_SHIFT) |
    (numberOf(triggers, terms.trigger) << TRIGGER_SHIFT) |
    (numberOf(pegs, terms.peg) << PEG_SHIFT)
  );
}

function numberOf<Name extends string>(names: readonly Name[], name: Name | null | undefined): number {
  return name === null || name === undefined ? 0 : 1 + names.indexOf(name);
}

/** True for a limit or market order, good till cancelled or immediate, that asks for nothing else. */
export function isPlain(terms: number): boolean {
  return typeBits(terms) <= MARKET && terms >>> TIME_SHIFT <= FOK;
}

/** BUY or SELL. */
export function sideBit(terms: number): number {
  return terms & 1;
}

export function isBuy(terms: number): boolean {
  return (terms & 1) === BUY;
}

/** The same terms for a limit order. */
export function asLimit(terms: number): number {
  return (terms & ~(TYPE_MASK << TYPE_SHIFT)) | (LIMIT << TYPE_SHIFT);
}

/** LIMIT, MARKET, ... */
export function typeBits(terms: number): number {
  return (terms >>> TYPE_SHIFT) & TYPE_MASK;
}

export function isMarket(terms: number): boolean {
  return ((terms >>> TYPE_SHIFT) & TYPE_MASK) === MARKET;
}

/** A market order, or a stop that becomes one. */
export function hasNoLimit(terms: number): boolean {
  const type = typeBits(terms);
  return type === MARKET || type === STOP || type === TRAILING_STOP;
}

/** True for an order that waits for a price before anything else becomes of it. */
export function isStop(terms: number): boolean {
  const type = typeBits(terms);
  return type === STOP || type === STOP_LIMIT || type === TRAILING_STOP;
}

export function timeBits(terms: number): number {
  return (terms >>> TIME_SHIFT) & TIME_MASK;
}

/** True for gtc, gtd and day: the order may stay open. */
export function mayStay(terms: number): boolean {
  const time = (terms >>> TIME_SHIFT) & TIME_MASK;
  return time === GTC || time >= GTD;
}

/** True if what is left after matching rests: not of immediate orders, and not of stops that became market orders. */
export function mayRest(terms: number): boolean {
  if (!mayStay(terms)) return false;
  const type = typeBits(terms);
  return type !== STOP && type !== TRAILING_STOP;
}

export function isFillOrKill(terms: number): boolean {
  return ((terms >>> TIME_SHIFT) & TIME_MASK) === FOK;
}

/** 0, POST_ONLY_REJECT or POST_ONLY_REPRICE. */
export function postOnlyBits(terms: number): number {
  return (terms >>> POST_ONLY_SHIFT) & SMALL_MASK;
}

export function isReduceOnly(terms: number): boolean {
  return (terms & REDUCE_ONLY_BIT) !== 0;
}

/** EXPIRE_TAKER, which is also the default, EXPIRE_MAKER, EXPIRE_BOTH or DECREMENT. */
export function selfTradeBits(terms: number): number {
  const mode = (terms >>> MODE_SHIFT) & MODE_MASK;
  return mode === 0 ? EXPIRE_TAKER : mode;
}

/** 0 or 1 for account, SCOPE_GROUP or SCOPE_FIRM. */
export function scopeBits(terms: number): number {
  return (terms >>> SCOPE_SHIFT) & SMALL_MASK;
}

/** 0 or 1 for the last trade, TRIGGER_MARK or TRIGGER_INDEX. */
export function triggerBits(terms: number): number {
  return (terms >>> TRIGGER_SHIFT) & SMALL_MASK;
}

export function pegBits(terms: number): number {
  return (terms >>> PEG_SHIFT) & SMALL_MASK;
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

/** All terms by name. */
export function namedTerms(terms: number): Required<NamedTerms> {
  return {
    side: sideOf(terms),
    orderType: orderTypeOf(terms),
    timeInForce: timeInForceOf(terms),
    postOnly: postOnlyModes[postOnlyBits(terms) - 1] ?? null,
    reduceOnly: isReduceOnly(terms),
    selfTradeMode: selfTradeModes[((terms >>> MODE_SHIFT) & MODE_MASK) - 1] ?? null,
    selfTradeScope: selfTradeScopes[scopeBits(terms) - 1] ?? null,
    trigger: triggers[triggerBits(terms) - 1] ?? null,
    peg: pegs[pegBits(terms) - 1] ?? null,
  };
}

/** True when the integer names existing terms and nothing else. */
export function areTerms(n: number): boolean {
  return (
    Number.isInteger(n) &&
    n >= 0 &&
    n < TERMS_END &&
    typeBits(n) < orderTypes.length &&
    timeBits(n) < timesInForce.length &&
    postOnlyBits(n) <= postOnlyModes.length &&
    ((n >>> MODE_SHIFT) & MODE_MASK) <= selfTradeModes.length
  );
}
