import { z } from "zod";
import { MAX_LOTS, MAX_TICKS, type PriceTicks, type QtyLots } from "./money.ts";
import type { EpochUs } from "./ids.ts";
import { orderTypeSchema, sideSchema, timeInForceSchema, triggers } from "./orders.ts";

const ticks = z
  .number()
  .int()
  .min(1)
  .max(MAX_TICKS)
  .transform((n) => n as PriceTicks);
const lots = z
  .number()
  .int()
  .min(1)
  .max(MAX_LOTS)
  .transform((n) => n as QtyLots);
const trigger = z.enum(triggers).nullable().default(null);

/** One order of a list. */
const listedOrderSchema = z.strictObject({
  side: sideSchema,
  orderType: orderTypeSchema,
  timeInForce: timeInForceSchema,
  limitTicks: ticks.nullable().default(null),
  lots,
  expireAtUs: z
    .number()
    .int()
    .min(1)
    .max(Number.MAX_SAFE_INTEGER)
    .transform((n) => n as EpochUs)
    .nullable()
    .default(null),
  trigger,
  triggerTicks: ticks.nullable().default(null),
  offsetTicks: ticks.nullable().default(null),
});
export type ListedOrder = z.infer<typeof listedOrderSchema>;

/** Orders that depend on each other. */
export const orderListSchema = z.discriminatedUnion("kind", [
  /** One cancels the other: a limit order and a stop of the same side and quantity. */
  z.strictObject({ kind: z.literal("oco"), limit: listedOrderSchema, stop: listedOrderSchema }),
  /** One triggers the other: the second comes when the first has filled whole. */
  z.strictObject({ kind: z.literal("oto"), first: listedOrderSchema, second: listedOrderSchema }),
  /** What fills of the entry is closed by a pair of exits: at a profit by a limit order, at a loss by a stop. */
  z.strictObject({
    kind: z.literal("bracket"),
    entry: listedOrderSchema,
    profitTicks: ticks,
    stopTicks: ticks,
    /** Null for a stop without limit. */
    stopLimitTicks: ticks.nullable().default(null),
    trigger,
  }),
]);
export type OrderList = z.infer<typeof orderListSchema>;
