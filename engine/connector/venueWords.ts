import { z } from "zod";
import type { Asset, Instrument } from "../../shared/catalog.ts";
import { formatSteps, parseSteps, unitStep } from "../../shared/decimal.ts";
import { MAX_LOTS, MAX_TICKS, type PriceTicks, type QtyLots } from "../../shared/money.ts";
import type { RoutedOrder } from "../../shared/venueReports.ts";
import type { Parameters } from "./venueRest.ts";

/*
 * The venue's words: shapes of its replies as far as the connector relies on them, and quantities as texts. Members that it does not use
 * may be anything.
 */

const id = z.union([z.string().min(1).max(64), z.number().int()]).transform(String);
const decimal = z.union([z.string().max(64), z.number()]).transform(String);
/** Texts that go on into reports are not longer than the venue's documents allow. */
const code = z.string().max(64);
const clientId = z.string().max(255).default("");

export const orderSchema = z.object({
  orderId: id,
  clientOrderId: clientId,
  executedQty: decimal,
  status: z.string(),
});
export type VenueOrder = z.infer<typeof orderSchema>;
export const orderListSchema = z.array(orderSchema.extend({ symbol: code }));

const tradeSchema = z.object({
  id,
  orderId: id,
  clientOrderId: clientId,
  symbol: code,
  price: decimal,
  qty: decimal,
  commission: decimal,
  commissionAsset: code,
  isMaker: z.boolean(),
});
export type VenueTrade = z.infer<typeof tradeSchema>;
export const tradesSchema = z.array(tradeSchema);

export const balancesSchema = z.object({ balances: z.array(z.object({ asset: z.string(), total: decimal })) });

export const exchangeInfoSchema = z.object({
  symbols: z.array(
    z.object({
      symbol: z.string(),
      filters: z.array(z.object({ filterType: z.string(), tickSize: z.string().optional(), stepSize: z.string().optional() })),
    }),
  ),
});
export type ExchangeInfo = z.infer<typeof exchangeInfoSchema>;

export const listenKeySchema = z.object({ listenKey: z.string().min(8).max(200) });

/** States after which nothing more happens to an order. */
const ENDED = new Set(["FILLED", "CANCELED", "PARTIALLY_CANCELED", "REJECTED", "EXPIRED", "ORDER_CANCELED"]);

export function hasEnded({ status }: { readonly status: string }): boolean {
  return ENDED.has(status);
}

/** The venue says so of an order by amount, or by quantity, that it has filled as far as it can (its rounding included). */
export function isFilled({ status }: VenueOrder): boolean {
  return status === "FILLED";
}

/** The venue writes symbols without the stroke. */
export function symbolOf({ symbol }: Instrument): string {
  return symbol.replace("/", "");
}

/** Client order ids of one journal: the same for an order each time, and different from those of every other journal. */
export function clientOrderIdOf(tag: string, orderId: number): string {
  return `HT-${tag}-${orderId}`;
}

export function orderIdIn(tag: string, clientOrderId: string): number | null {
  const found = /^HT-(?<tag>[a-z0-9]{8})-(?<orderId>[1-9]\d{0,15})$/.exec(clientOrderId)?.groups;
  return found?.["tag"] === tag ? Number(found["orderId"]) : null;
}

/** Market orders say in this version whether they name a quantity or an amount, whichever their side. */
export function newOrderPath({ limitTicks }: RoutedOrder): string {
  return limitTicks === null ? "/api/v1.1/spot/order" : "/api/v1/spot/order";
}

export function newOrderParameters(order: RoutedOrder, tag: string, assets: readonly Asset[]): Parameters {
  const { instrument, lots, orderId, quoteAmount, selfTradeMode, side } = order;
  const quote = assets[instrument.quoteAssetId - 1];
  const size =
    quoteAmount !== null && quote !== undefined
      ? { amount: formatSteps(quoteAmount, unitStep(quote.decimals)) }
      : { quantity: formatSteps(lots, instrument.lotSize) };
  return {
    symbol: symbolOf(instrument),
    side: side.toUpperCase(),
    ...size,
    ...pricing(order),
    ...(selfTradeMode === "expireMaker" ? { stpMode: "EXPIRE_MAKER" } : {}),
    newClientOrderId: clientOrderIdOf(tag, orderId),
  };
}

/** A market order that a collar bounds here leaves as an immediate order with that limit (CN-17). */
function pricing({ instrument, limitTicks, postOnly, timeInForce }: RoutedOrder): Parameters {
  if (limitTicks === null) return { type: "MARKET" };
  const price = formatSteps(limitTicks, instrument.tickSize);
  return postOnly === null ? { type: "LIMIT", price, timeInForce: timeInForce.toUpperCase() } : { type: "LIMIT_MAKER", price };
}

/** Whole lots or ticks of a text; null when it is none. */
export function stepsIn(text: string, step: string): number | null {
  const parsed = parseSteps(text, step, "venue");
  return parsed.ok ? parsed.value : null;
}

/** Can a fill, a trade or a level have such a price? */
export function isPrice(ticks: number | null): ticks is PriceTicks {
  return ticks !== null && ticks >= 1 && ticks <= MAX_TICKS;
}

export function isQuantity(lots: number | null): lots is QtyLots {
  return lots !== null && lots >= 1 && lots <= MAX_LOTS;
}

/** Units of an asset; null when the text has more decimals than we keep. */
export function unitsIn(text: string, { decimals }: Asset): number | null {
  return stepsIn(text, unitStep(decimals));
}

/** Instruments whose steps the venue does not share, with a word on each. */
export function catalogDifferences(info: ExchangeInfo, instruments: readonly Instrument[]): readonly string[] {
  return instruments.flatMap((instrument) => {
    const there = info.symbols.find(({ symbol }) => symbol === symbolOf(instrument));
    if (there === undefined) return [`${instrument.symbol} is not listed there`];
    const tick = there.filters.find(({ filterType }) => filterType === "PRICE_FILTER")?.tickSize ?? "";
    const step = there.filters.find(({ filterType }) => filterType === "LOT_SIZE")?.stepSize ?? "";
    const isSame = stepsIn(tick, instrument.tickSize) === 1 && stepsIn(step, instrument.lotSize) === 1;
    return isSame
      ? []
      : [`${instrument.symbol}: tick ${tick} and step ${step} there, ${instrument.tickSize} and ${instrument.lotSize} here`];
  });
}
