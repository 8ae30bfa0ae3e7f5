import type { Asset, Instrument } from "../../../shared/catalog.ts";
import type { AccountId } from "../../../shared/ids.ts";
import { MAX_AMOUNT, MAX_TICKS, mulDivCeil, PPM, type PriceTicks, type QtyLots } from "../../../shared/money.ts";
import type { OrderType, Side, TimeInForce } from "../../../shared/orders.ts";
import { LEVEL_STRIDE, type BookView } from "../../../shared/views.ts";
import type { OrderRequest } from "../../app/orderEntry.ts";
import { formatAmountExact, formatLotsShort, formatPrice, parseLots, parsePrice, plainNumber, roughNumber } from "../../ui/format.ts";

/** What stands in the ticket's fields, as typed. */
export type Draft = {
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: string;
  readonly price: string;
};

type Field = "account" | "quantity" | "price";
/** Field and rule of what cannot be sent, by field. */
export type FieldErrors = Partial<Readonly<Record<Field, string>>>;

export const emptyDraft: Draft = { side: "buy", orderType: "limit", timeInForce: "gtc", quantity: "", price: "" };

/** Times in force that the order type allows (MT-13: a market order is immediate). */
export function allowedTimesInForce(orderType: OrderType): readonly TimeInForce[] {
  return orderType === "market" ? ["ioc", "fok"] : ["gtc", "ioc", "fok"];
}

/** The draft with another type; a time in force that the type does not allow becomes its first. */
export function withOrderType(draft: Draft, orderType: OrderType): Draft {
  const allowed = allowedTimesInForce(orderType);
  const timeInForce = draft.orderType === orderType && allowed.includes(draft.timeInForce) ? draft.timeInForce : (allowed[0] ?? "ioc");
  return { ...draft, orderType, timeInForce };
}

/**
 * The order that the draft asks for, or what is wrong with it. These are the checks of form that need nothing but the catalog; whether the
 * account may and can is the engine's to say.
 */
export function checkDraft(
  draft: Draft,
  instrument: Instrument,
  quote: Asset | undefined,
  accountId: AccountId | null,
): { readonly request: OrderRequest | null; readonly errors: FieldErrors } {
  const errors: { -readonly [F in Field]?: string } = {};
  if (accountId === null) errors.account = "Account: choose one account; “All accounts” is for viewing only.";
  const lots = checkQuantity(draft, instrument);
  if (typeof lots === "string") errors.quantity = lots;
  const limitTicks = draft.orderType === "market" ? null : checkPrice(draft, instrument);
  if (typeof limitTicks === "string") errors.price = limitTicks;
  if (typeof lots === "number" && typeof limitTicks === "number") {
    const notional = notionalOf(limitTicks, lots, instrument);
    if (notional < instrument.minNotional) {
      const least = quote === undefined ? "" : ` of ${formatAmountExact(instrument.minNotional, quote)} ${quote.code}`;
      errors.quantity = `Quantity: the order's value is below the minimum${least}.`;
    }
  }
  if (accountId === null || typeof lots === "string" || typeof limitTicks === "string" || Object.keys(errors).length > 0)
    return { request: null, errors };
  const { side, orderType, timeInForce } = draft;
  return { request: { accountId, instrumentId: instrument.instrumentId, side, orderType, timeInForce, limitTicks, lots }, errors };
}

function checkQuantity(draft: Draft, instrument: Instrument): QtyLots | string {
  if (draft.quantity.trim() === "") return "Quantity: enter how much.";
  const parsed = parseLots(draft.quantity, instrument);
  const most = draft.orderType === "market" ? Math.min(instrument.maxLots, instrument.marketMaxLots) : instrument.maxLots;
  const tooMuch = `Quantity: at most ${formatLotsShort(most, instrument)}${draft.orderType === "market" ? " for a market order" : ""}.`;
  if (!parsed.ok) return isBeyond(draft.quantity, most, instrument.lotSize) ? tooMuch : `Quantity: must be ${parsed.error.rule}.`;
  if (parsed.value < instrument.minLots) return `Quantity: at least ${formatLotsShort(instrument.minLots, instrument)}.`;
  return parsed.value > most ? tooMuch : parsed.value;
}

function checkPrice(draft: Draft, instrument: Instrument): PriceTicks | string {
  if (draft.price.trim() === "") return "Price: enter a limit price, or click one in the ladder.";
  const parsed = parsePrice(draft.price, instrument);
  const outside = `Price: from ${formatPrice(1, instrument)} to ${formatPrice(MAX_TICKS, instrument)}.`;
  if (!parsed.ok) return isBeyond(draft.price, MAX_TICKS, instrument.tickSize) ? outside : `Price: must be ${parsed.error.rule}.`;
  return parsed.value < 1 || parsed.value > MAX_TICKS ? outside : parsed.value;
}

/** Whether text that is not so many whole steps is a number beyond `most` of them: its size is then what is wrong with it. */
function isBeyond(text: string, most: number, step: string): boolean {
  return roughNumber(text) > most * Number(step);
}

function notionalOf(ticks: number, lots: number, instrument: Instrument): number {
  // Beyond a safe integer the engine refuses; for a comparison with the minimum the largest amount says the same.
  const exact = BigInt(ticks) * BigInt(lots) * BigInt(instrument.quoteUnitsPerTickLot);
  return exact > BigInt(MAX_AMOUNT) ? MAX_AMOUNT : Number(exact);
}

/** `steps` more of the price tick or lot; text that is no number starts at `from`. Never below one step. */
export function stepPrice(text: string, steps: number, from: number | null, instrument: Instrument): string {
  const parsed = parsePrice(text, instrument);
  const ticks = parsed.ok ? parsed.value + steps : (from ?? 1);
  return plainNumber(formatPrice(Math.min(Math.max(ticks, 1), MAX_TICKS), instrument));
}

/**
 * The quantity a step up or down. A step is a tenth of the quantity's own power of ten, at least one lot (0.05 steps by 0.001): single lots
 * are too small to be stepped by where a coin has a hundred thousand of them.
 */
export function stepQuantity(text: string, steps: number, instrument: Instrument): string {
  const parsed = parseLots(text, instrument);
  const step = parsed.ok && parsed.value > 0 ? Math.max(1, 10 ** (Math.floor(Math.log10(parsed.value)) - 1)) : 1;
  const lots = parsed.ok ? parsed.value + steps * step : instrument.minLots;
  return plainNumber(formatLotsShort(Math.min(Math.max(lots, instrument.minLots), instrument.maxLots), instrument));
}

/** What the order would cost at most and probably, in quote units; base units for what a sale holds. All of it is an estimate. */
export type Estimate = {
  /** Value at the limit, or at the book's prices for a market order; null when the book cannot tell. */
  readonly notional: number | null;
  /** Mean price of the part that would trade at once against the shown book, in ticks; null when nothing would. */
  readonly crossingTicks: number | null;
  readonly crossingLots: number;
  /** Fee if all of it traded as taker. */
  readonly feeAtMost: number | null;
  /** What the account must have available: quote units for a purchase, base units for a sale. */
  readonly holdAtMost: number | null;
};

export function estimate(request: OrderRequest, instrument: Instrument, book: BookView | null): Estimate {
  const sweep = sweepBook(request, book);
  const value =
    request.limitTicks === null ? marketValue(sweep, request.lots, instrument) : notionalOf(request.limitTicks, request.lots, instrument);
  const feePpm = request.orderType === "market" ? instrument.takerFeePpm : Math.max(instrument.takerFeePpm, instrument.makerFeePpm);
  const feeAtMost = value === null ? null : mulDivCeil(value, feePpm, PPM);
  const held =
    request.side === "sell" ? request.lots * instrument.baseUnitsPerLot : value === null || feeAtMost === null ? null : value + feeAtMost;
  return {
    notional: value,
    crossingTicks: sweep.lots === 0 ? null : sweep.tickLots / sweep.lots,
    crossingLots: sweep.lots,
    feeAtMost,
    holdAtMost: held !== null && held <= MAX_AMOUNT ? held : null,
  };
}

type Sweep = { readonly lots: number; /** Sum of ticks × lots, a statistic. */ readonly tickLots: number };

/** What the order would take from the levels on view. */
function sweepBook(request: OrderRequest, book: BookView | null): Sweep {
  const levels = book === null ? new Int32Array() : request.side === "buy" ? book.asks : book.bids;
  let left: number = request.lots;
  let tickLots = 0;
  for (let at = 0; at < levels.length && left > 0; at += LEVEL_STRIDE) {
    const ticks = levels[at] ?? 0;
    if (request.limitTicks !== null && (request.side === "buy" ? ticks > request.limitTicks : ticks < request.limitTicks)) break;
    const taken = Math.min(left, levels[at + 1] ?? 0);
    tickLots += taken * ticks;
    left -= taken;
  }
  return { lots: request.lots - left, tickLots };
}

function marketValue(sweep: Sweep, lots: number, instrument: Instrument): number | null {
  if (sweep.lots < lots) return null;
  const value = sweep.tickLots * instrument.quoteUnitsPerTickLot;
  return value <= MAX_AMOUNT ? value : null;
}
