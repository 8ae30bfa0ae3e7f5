import { z } from "zod";

export const sides = ["buy", "sell"] as const;
export type Side = (typeof sides)[number];

export const orderTypes = ["limit", "market"] as const;
export type OrderType = (typeof orderTypes)[number];

/** gtc: rests until cancelled. ioc: the remainder is cancelled at once. fok: all or nothing at once. A market order is ioc or fok. */
export const timesInForce = ["gtc", "ioc", "fok"] as const;
export type TimeInForce = (typeof timesInForce)[number];

/** Life of an order as the engine knows it. "sending" and "unknown" exist only on a client's screen. */
export const orderStatuses = ["working", "partiallyFilled", "filled", "cancelled", "partiallyCancelled", "denied"] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Why the engine took an order off. */
export const cancelReasons = [
  "user",
  "immediateRemainder",
  "priceBand",
  "selfTrade",
  "ineligible",
  "killSwitch",
  "disconnected",
  "halted",
  "disabled",
  "protected",
  "lossLimit",
] as const;
export type CancelReason = (typeof cancelReasons)[number];

/** Legal moves; anything else is an invariant breach. */
export const orderTransitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  working: ["partiallyFilled", "filled", "cancelled"],
  partiallyFilled: ["partiallyFilled", "filled", "partiallyCancelled"],
  filled: [],
  cancelled: [],
  partiallyCancelled: [],
  denied: [],
};

export const sideSchema = z.enum(sides);
export const orderTypeSchema = z.enum(orderTypes);
export const timeInForceSchema = z.enum(timesInForce);
