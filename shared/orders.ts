import { z } from "zod";

export const sides = ["buy", "sell"] as const;
export type Side = (typeof sides)[number];

/**
 * stop and trailingStop become immediate orders once triggered, stopLimit a limit order; pegged follows the best prices up to its limit;
 * marketToLimit takes the best opposite price as its limit.
 */
export const orderTypes = ["limit", "market", "stop", "stopLimit", "trailingStop", "pegged", "marketToLimit"] as const;
export type OrderType = (typeof orderTypes)[number];

/**
 * gtc: rests until cancelled. ioc: the remainder is cancelled at once. fok: all or nothing at once. gtd: until a given time. day: until
 * midnight UTC. A market order is ioc or fok.
 */
export const timesInForce = ["gtc", "ioc", "fok", "gtd", "day"] as const;
export type TimeInForce = (typeof timesInForce)[number];

/** What becomes of an order that must only add liquidity and would trade at once. */
export const postOnlyModes = ["reject", "reprice"] as const;
export type PostOnly = (typeof postOnlyModes)[number];

/** What happens when an order would meet one of its own side of the counter; null is expireTaker. */
export const selfTradeModes = ["expireTaker", "expireMaker", "expireBoth", "decrement"] as const;
export type SelfTradeMode = (typeof selfTradeModes)[number];

/** Whose orders count as own; null is account. */
export const selfTradeScopes = ["account", "group", "firm"] as const;
export type SelfTradeScope = (typeof selfTradeScopes)[number];

/** The price that a stop watches; null is last. */
export const triggers = ["last", "mark", "index"] as const;
export type Trigger = (typeof triggers)[number];

/** The price that a pegged order follows. */
export const pegs = ["bestBid", "bestAsk", "mid"] as const;
export type Peg = (typeof pegs)[number];

/** Life of an order as the engine knows it. "sending" and "unknown" exist only on a client's screen. */
export const orderStatuses = ["working", "partiallyFilled", "filled", "cancelled", "partiallyCancelled", "denied"] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Why the engine took an order off. */
export const cancelReasons = [
  "user",
  "immediateRemainder",
  "priceBand",
  "selfTrade",
  "expired",
  "amended",
  "listSibling",
  "overflow",
  "killSwitch",
  "disconnected",
  "halted",
  "disabled",
  "protected",
  "lossLimit",
  "ineligible",
  "venueCancelled",
  "venueRefused",
  "notReceived",
  "amountReached",
  "replaced",
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

/** Phases of an instrument's trading; only in "continuous" do orders match as they arrive. */
export const tradingPhases = [
  "continuous",
  "preOpen",
  "openingAuction",
  "volatilityAuction",
  "closingAuction",
  "halted",
  "closed",
] as const;
/** Why a phase began. */
export const phaseCauses = ["operator", "time", "volatility"] as const;
export type PhaseCause = (typeof phaseCauses)[number];
export type TradingPhase = (typeof tradingPhases)[number];

/** Why the engine changed an order's open quantity or hold without a fill. */
export const adjustmentReasons = ["selfTrade", "listSibling"] as const;
export type AdjustmentReason = (typeof adjustmentReasons)[number];
