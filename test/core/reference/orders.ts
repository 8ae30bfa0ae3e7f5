import type { Instrument } from "../../../shared/catalog.ts";
import type { CommandOf } from "../../../shared/commands.ts";
import { LARGEST_TICKS, bandEdge, larger, smaller } from "./arithmetic.ts";
import type { FeeTerms } from "./referenceFees.ts";
import type { Breach } from "./referenceRisk.ts";

export type Submit = CommandOf<"SubmitOrder">;

export type Order = {
  readonly id: number;
  readonly terms: Submit;
  /** Price at which it rests or matches; null for a market order. */
  limit: bigint | null;
  /** Price its hold is computed at; null for a market order. */
  worst: bigint | null;
  lots: bigint;
  left: bigint;
  /** What an iceberg shows; for other orders all that is left. */
  shown: bigint;
  held: bigint;
  /** The rates it was accepted under (LG-11). */
  readonly fees: FeeTerms;
  /** Sum of rate in millionths × basis over its fills that were charged, and the fees charged for them. */
  rated: bigint;
  charged: bigint;
  /** All it has paid, less rebates, and what is held of its receipts for the minimum fee (LG-15). */
  paid: bigint;
  reserved: bigint;
  trigger: bigint | null;
  readonly endsAtUs: number | null;
  readonly list: List | null;
  /** Who sent it, and whether it stays when that session is lost (RK-23). */
  readonly actor: string;
  readonly isKept: boolean;
};

export type List = {
  readonly id: number;
  readonly command: CommandOf<"SubmitOrderList">;
  readonly parent: List | null;
  readonly actor: string;
  orders: Order[];
  filled: bigint;
  covered: bigint;
  ending: "none" | "filled" | "withdrawn" | "prevented";
};

/** What is different for orders that follow from others. */
export type Circumstances = {
  readonly list: List | null;
  readonly isFollower: boolean;
  readonly isExit: boolean;
  /** The venue trades a position back: no pre-trade control is asked (RK-22). */
  readonly isFlattening: boolean;
  readonly alreadyHeld: bigint;
  /** The first order of the pair that it is the second of. */
  readonly sibling: Order | null;
};
export const alone: Circumstances = { list: null, isFollower: false, isExit: false, isFlattening: false, alreadyHeld: 0n, sibling: null };

/** How an order that passed every stage is accepted. */
export type Decision = {
  readonly lots: bigint;
  readonly limit: bigint | null;
  readonly worst: bigint | null;
  /** Worst price at which it may trade at once. */
  readonly bound: bigint;
  readonly held: bigint;
  readonly trigger: bigint | null;
  readonly endsAtUs: number | null;
  /** Soft bounds that it was confirmed to exceed. */
  readonly confirmed: readonly Breach[];
};

/** What the stages have found out about an order's price. */
export type Pricing = {
  readonly limit: bigint | null;
  readonly worst: bigint | null;
  readonly bound: bigint;
  readonly value: bigint;
  readonly trigger: bigint | null;
};

/** What an order could take at once; `isWhole` if that would fill it. */
export type Reach = { readonly lots: bigint; readonly value: bigint; readonly metOwn: boolean; readonly isWhole: boolean };

export type Holding = { total: bigint; held: bigint };

export function isStop({ orderType }: Submit): boolean {
  return orderType === "stop" || orderType === "stopLimit" || orderType === "trailingStop";
}

export function endOf({ expireAtUs, timeInForce }: Submit, atUs: number): number | null {
  const day = 24 * 3_600 * 1_000_000;
  return timeInForce === "day" ? (Math.floor(atUs / day) + 1) * day : expireAtUs;
}

export function leaveList(order: Order, ending: List["ending"]): void {
  if (order.list === null) return;
  order.list.orders = order.list.orders.filter((other) => other !== order);
  order.list.ending = ending;
}

export function at(price: bigint): Pricing {
  return { limit: price, worst: price, bound: price, value: price, trigger: null };
}

export function stopPricing(instrument: Instrument, side: "buy" | "sell", trigger: bigint): Pricing {
  return { ...at(bandEdge(instrument, side, trigger)), trigger };
}

/** An order without limit ends at the nearest collar; any other's bound is its limit. */
export function withBound(pricing: Pricing, bound: bigint): Pricing {
  if (pricing.bound === bound) return pricing;
  return pricing.worst === null ? { ...pricing, bound } : { ...at(bound), trigger: pricing.trigger };
}

export function trailFrom(side: "buy" | "sell", source: bigint, offset: bigint): bigint {
  return side === "buy" ? smaller(source + offset, LARGEST_TICKS) : larger(source - offset, 1n);
}
