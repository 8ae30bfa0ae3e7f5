import { z } from "zod";
import { momentUsSchema } from "./ids.ts";
import { priceTicksSchema, qtyLotsSchema } from "./money.ts";
import { orderTypeSchema, sideSchema, timeInForceSchema, triggers } from "./orders.ts";

const trigger = z.enum(triggers).nullable().default(null);

/** One order of a list. */
const listedOrderSchema = z.strictObject({
  side: sideSchema,
  orderType: orderTypeSchema,
  timeInForce: timeInForceSchema,
  limitTicks: priceTicksSchema.nullable().default(null),
  lots: qtyLotsSchema,
  expireAtUs: momentUsSchema.nullable().default(null),
  trigger,
  triggerTicks: priceTicksSchema.nullable().default(null),
  offsetTicks: priceTicksSchema.nullable().default(null),
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
    profitTicks: priceTicksSchema,
    stopTicks: priceTicksSchema,
    /** Null for a stop without limit. */
    stopLimitTicks: priceTicksSchema.nullable().default(null),
    trigger,
  }),
]);
export type OrderList = z.infer<typeof orderListSchema>;
