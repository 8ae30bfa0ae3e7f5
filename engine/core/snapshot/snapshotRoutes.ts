import { z } from "zod";
import { invariant } from "../../../shared/assert.ts";
import { MAX_LOTS, MAX_TICKS } from "../../../shared/money.ts";
import { cancelReasons } from "../../../shared/orders.ts";
import { routeStandings, takeOverSchema, venueLinkSchema, venueReportSchema } from "../../../shared/venueReports.ts";
import type { ByteReader, ByteWriter } from "./canonicalBytes.ts";
import { fromJson } from "../records/fields.ts";
import { areTerms } from "../records/terms.ts";
import type { Amendment } from "../state/routes.ts";
import type { EngineState } from "../state/state.ts";

/*
 * JR-3: what is known of an outside venue, as JSON with everything in a fixed order. A state that never had to do with one has no bytes
 * here, so that its hash is the same as before there were any.
 */
const whole = z.number().int().min(1);
// Members are in the order in which evolve() makes them, so that a restored state writes the same bytes.
const amendmentSchema = z.strictObject({
  limitTicks: whole.max(MAX_TICKS),
  lots: whole.max(MAX_LOTS),
  untilUs: whole,
  confirmation: z.string().nullable(),
});
const replacementSchema = z.strictObject({
  accountId: whole,
  instrumentId: whole,
  clientOrderId: whole,
  terms: z.number().refine(areTerms),
  limitTicks: whole.max(MAX_TICKS),
  lots: whole.max(MAX_LOTS),
  sender: z.string(),
  keepsOnDisconnect: z.boolean(),
  untilUs: whole,
  confirmation: z.string().nullable(),
});
const routesSchema = z.strictObject({
  link: venueLinkSchema.nullable(),
  isLive: z.boolean(),
  open: z.array(
    z.union([
      z.tuple([whole, z.enum(routeStandings), z.string(), z.enum(cancelReasons).nullable()]),
      z.tuple([
        whole,
        z.enum(routeStandings),
        z.string(),
        z.enum(cancelReasons).nullable(),
        z.number().int().min(0).max(MAX_TICKS),
        z.strictObject({ asked: whole, left: z.number().int().min(0) }).nullable(),
      ]),
    ]),
  ),
  lastFillId: z.string(),
  fills: z.array(z.string()),
  closed: z.array(z.number().int().min(1)),
  discrepancies: z.array(venueReportSchema),
  amendments: z.array(z.tuple([whole, amendmentSchema])).optional(),
  replacements: z.array(z.tuple([whole, replacementSchema])).optional(),
  flattening: z.array(z.tuple([whole, z.string()])).optional(),
  takeOver: takeOverSchema.optional(),
});

export function writeRoutes({ routes }: EngineState, out: ByteWriter): void {
  const { closed, discrepancies, fills, flattening, isLive, lastFillId, link, open, replacements, takeOver } = routes;
  if (link === null && !isLive && open.size === 0 && closed.size === 0 && fills.size === 0 && discrepancies.length === 0) return;
  const amended = [...open]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([orderId, { amendment }]): [number, Amendment][] => (amendment === null ? [] : [[orderId, amendment]]));
  const image: z.infer<typeof routesSchema> = {
    link,
    isLive,
    open: [...open]
      .toSorted(([a], [b]) => a - b)
      .map(([orderId, { amount, boundTicks, standing, venueOrderId, cancelReason }]) =>
        amount === null && boundTicks === 0
          ? [orderId, standing, venueOrderId, cancelReason]
          : [orderId, standing, venueOrderId, cancelReason, boundTicks, amount],
      ),
    lastFillId,
    fills: [...fills],
    closed: [...closed],
    discrepancies,
    ...(amended.length === 0 ? {} : { amendments: amended }),
    ...(replacements.size === 0 ? {} : { replacements: [...replacements].toSorted(([a], [b]) => a - b) }),
    ...(flattening.size === 0 ? {} : { flattening: [...flattening].toSorted(([a], [b]) => a - b) }),
    ...(takeOver === null ? {} : { takeOver }),
  };
  out.text(JSON.stringify(image));
}

export function readRoutes({ orders, routes }: EngineState, from: ByteReader): void {
  if (from.isAtEnd) return;
  const image = fromJson(routesSchema, from.text());
  routes.link = image.link === null ? null : Object.freeze(image.link);
  routes.isLive = image.isLive;
  for (const [orderId, standing, venueOrderId, cancelReason, boundTicks = 0, amount = null] of image.open) {
    invariant(orders.find(orderId) !== 0, `snapshot has a route of order ${orderId}, which is not open`);
    routes.set(orderId, { standing, venueOrderId, cancelReason, boundTicks, amount, amendment: null });
  }
  for (const [orderId, amendment] of image.amendments ?? [])
    routes.set(orderId, { ...routes.known(orderId), amendment: Object.freeze(amendment) });
  for (const [orderId, replacement] of image.replacements ?? []) routes.replacements.set(orderId, Object.freeze(replacement));
  for (const orderId of image.closed) routes.closed.add(orderId);
  for (const fill of image.fills) routes.fills.add(fill);
  routes.lastFillId = image.lastFillId;
  for (const [node, by] of image.flattening ?? []) routes.flattening.set(node, by);
  for (const found of image.discrepancies) {
    invariant(found.kind === "discrepancy", "snapshot has a discrepancy that is none");
    routes.addDiscrepancy(found);
  }
  routes.takeOver = image.takeOver === undefined ? null : Object.freeze(image.takeOver);
}
