import { unreachable } from "../../shared/assert.ts";
import type { Asset, Instrument } from "../../shared/catalog.ts";
import type { AccountId } from "../../shared/ids.ts";
import { MAX_AMOUNT, MAX_TICKS } from "../../shared/money.ts";
import {
  orderForm,
  orderForms,
  termSpec,
  termsOf,
  type OrderFormName,
  type OrderValues,
  type TermName,
  type TermValues,
} from "../../shared/orderForms.ts";
import { orderTypes, type OrderType, type Side, type TimeInForce } from "../../shared/orders.ts";
import type { TickerRow } from "../../shared/views.ts";
import {
  formatAmountExact,
  formatLots,
  formatPrice,
  parseLocalTime,
  parseLots,
  parsePrice,
  roughNumber,
  type TimeZone,
} from "../ui/format.ts";
import type { OrderRequest } from "./orderEntry.ts";
import { orderFormTexts } from "./orderFormTexts.ts";
import { sizeOf, type Size, type SizeBy } from "./orderSize.ts";
import { draftTexts } from "./draftTexts.ts";

/** What stands in an order's fields, as typed. The ticket and the command line both fill one in. */
export type Draft = {
  readonly side: Side;
  readonly form: OrderFormName;
  readonly timeInForce: TimeInForce;
  readonly sizeBy: SizeBy;
  readonly size: string;
  /** Give-up price for a size by risk, where the form has no stop of its own. */
  readonly giveUp: string;
  readonly terms: Readonly<Partial<Record<TermName, string>>>;
  /** Reason for insisting beyond a soft bound; "" for none. */
  readonly confirmation: string;
};

type DraftField = "account" | "quantity" | "giveUp" | TermName;
/** Field and rule of what cannot be sent, by field. */
export type FieldErrors = Partial<Readonly<Record<DraftField, string>>>;

export const emptyDraft: Draft = {
  side: "buy",
  form: "limit",
  timeInForce: "gtc",
  sizeBy: "base",
  size: "",
  giveUp: "",
  terms: {},
  confirmation: "",
};

/** What a draft is checked against. */
export type DraftContext = {
  readonly instrument: Instrument;
  readonly quote: Asset | undefined;
  readonly accountId: AccountId | null;
  readonly ticker: TickerRow | null;
  /** Available units of the base and the quote asset; null while unknown. */
  readonly available: { readonly base: number | null; readonly quote: number | null };
  readonly zone: TimeZone;
};

/** The draft as another form: a time in force that the form does not allow becomes its first, and what must be chosen is. */
export function withForm(draft: Draft, form: OrderFormName): Draft {
  const { timesInForce, required } = orderForm(form);
  const timeInForce = draft.form === form && timesInForce.includes(draft.timeInForce) ? draft.timeInForce : (timesInForce[0] ?? "gtc");
  const chosen = required.flatMap((term) => {
    const [first] = termSpec(term).options ?? [];
    return first === undefined || draft.terms[term] !== undefined ? [] : [[term, first] as const];
  });
  return { ...draft, form, timeInForce, terms: { ...draft.terms, ...Object.fromEntries(chosen) } };
}

export function withTerm(draft: Draft, term: TermName, text: string): Draft {
  return { ...draft, terms: { ...draft.terms, [term]: text } };
}

/**
 * The order that the draft asks for, or what is wrong with it. These are the checks of form that need nothing but the catalog; whether the
 * account may and can is the engine's to say.
 */
export function checkDraft(
  draft: Draft,
  context: DraftContext,
): { readonly request: OrderRequest | null; readonly errors: FieldErrors; readonly size: Size | null } {
  const errors: { -readonly [F in DraftField]?: string } = {};
  const { instrument, accountId } = context;
  if (accountId === null) errors.account = draftTexts.account;
  const terms = checkTerms(draft, context, errors);
  checkOrder(draft, terms, errors);
  const size = checkSize(draft, context, terms, errors);
  checkValue(size, terms, context, errors);
  if (accountId === null || size === null || Object.keys(errors).length > 0) return { request: null, errors, size };
  const { form, side, timeInForce } = draft;
  const confirmation = draft.confirmation.trim() === "" ? null : draft.confirmation.trim();
  const values: OrderValues = { form, side, timeInForce, ...size, terms, confirmation };
  return { request: { ...requestOf(accountId, instrument, values), values }, errors, size };
}

/** How the order shows until the engine has answered: the first order of a list stands for it. */
function requestOf(accountId: AccountId, instrument: Instrument, values: OrderValues): Omit<OrderRequest, "values"> {
  const { makes } = orderForm(values.form);
  const orderType: OrderType = orderTypes.find((type) => type === makes) ?? "limit";
  return {
    accountId,
    instrumentId: instrument.instrumentId,
    side: values.side,
    orderType,
    timeInForce: values.timeInForce,
    limitTicks: values.terms.limit ?? null,
    // An amount becomes lots in the engine; until then there is nothing to show.
    lots: values.lots ?? (0 as OrderRequest["lots"]),
  };
}

function checkTerms(draft: Draft, context: DraftContext, errors: Partial<Record<DraftField, string>>): TermValues {
  const values: Partial<Record<TermName, unknown>> = {};
  for (const { term, isRequired } of termsOf(draft.form, draft.timeInForce)) {
    const text = (draft.terms[term] ?? "").trim();
    if (text === "") {
      if (isRequired) errors[term] = missing(term);
      continue;
    }
    const value = termValue(term, text, context);
    if (typeof value === "object") errors[term] = value.error;
    else if (value !== false) values[term] = value;
  }
  // Each value was made by the kind that the table gives its term.
  return values as TermValues;
}

/** Prices of one list that must lie in this order for a sale; a purchase turns it round. The engine takes any: it would trade at once. */
const descending: Partial<Readonly<Record<OrderFormName, readonly (readonly [TermName, TermName])[]>>> = {
  bracket: [
    ["limit", "profit"],
    ["stop", "limit"],
  ],
  oco: [["limit", "trigger"]],
};

/** Would an exit fire the moment it comes, because it lies on the wrong side? No person means that. */
function checkOrder({ form, side }: Draft, terms: TermValues, errors: Partial<Record<DraftField, string>>): void {
  for (const [upper, lower] of descending[form] ?? []) {
    const [high, low] = side === "sell" ? [upper, lower] : [lower, upper];
    const [highTicks, lowTicks] = [terms[high], terms[low]];
    if (typeof highTicks !== "number" || typeof lowTicks !== "number" || highTicks > lowTicks) continue;
    // Of a bracket the exit is at fault, not the entry.
    const at = high === "limit" && form === "bracket" ? low : high;
    const other = at === high ? low : high;
    const { terms: names } = orderFormTexts;
    errors[at] = at === high ? draftTexts.termAbove(names[at], names[other]) : draftTexts.termBelow(names[at], names[other]);
  }
}

/** On which side of another price of its form this one must lie, in words, for a field that is still empty; "" where it is free. */
export function sideHint({ form, side }: Pick<Draft, "form" | "side">, term: TermName): string {
  for (const [upper, lower] of descending[form] ?? []) {
    const [high, low] = side === "sell" ? [upper, lower] : [lower, upper];
    // Of a bracket the entry stands where it wants, and the exits around it.
    if (form === "bracket" && term === "limit") return "";
    if (term === high) return draftTexts.hintAbove(orderFormTexts.terms[low]);
    if (term === low) return draftTexts.hintBelow(orderFormTexts.terms[high]);
  }
  return "";
}

function missing(term: TermName): string {
  const name = orderFormTexts.terms[term];
  return term === "limit" ? draftTexts.priceMissing : draftTexts.termMissing(name);
}

function termValue(
  term: TermName,
  text: string,
  { instrument, zone }: DraftContext,
): number | string | boolean | { readonly error: string } {
  const { kind, options } = termSpec(term);
  const name = orderFormTexts.terms[term];
  switch (kind) {
    case "price":
    case "distance": {
      const parsed = parsePrice(text, instrument);
      const isOutside = parsed.ok
        ? parsed.value < 1 || parsed.value > MAX_TICKS
        : roughNumber(text) > MAX_TICKS * Number(instrument.tickSize);
      if (isOutside) return { error: draftTexts.termRange(name, formatPrice(1, instrument), formatPrice(MAX_TICKS, instrument)) };
      return parsed.ok ? parsed.value : { error: draftTexts.termStep(name, instrument.tickSize) };
    }
    case "quantity": {
      const parsed = parseLots(text, instrument);
      const { lotSize, maxLots } = instrument;
      const isOutside = parsed.ok ? parsed.value < 1 || parsed.value > maxLots : roughNumber(text) > maxLots * Number(lotSize);
      if (isOutside) return { error: draftTexts.termRange(name, formatLots(1, instrument), formatLots(maxLots, instrument)) };
      return parsed.ok ? parsed.value : { error: draftTexts.termStep(name, lotSize) };
    }
    case "time":
      return parseLocalTime(text, zone) ?? { error: draftTexts.termTime(name) };
    case "choice":
      return options?.includes(text) === true ? text : { error: draftTexts.termChoice(name) };
    case "flag":
      return text === "yes";
    default:
      return unreachable(kind);
  }
}

function checkSize(
  draft: Draft,
  { instrument, quote, ticker, available }: DraftContext,
  terms: TermValues,
  errors: Partial<Record<DraftField, string>>,
): Size | null {
  const { side, sizeBy: by, size: text } = draft;
  const isMarket = orderForm(draft.form).makes === "market";
  const opposite = side === "buy" ? ticker?.askTicks : ticker?.bidTicks;
  const giveUp = parsePrice(draft.giveUp, instrument);
  const size = sizeOf({
    by,
    text,
    side,
    instrument,
    quote,
    ticks: terms.limit ?? terms.trigger ?? opposite ?? ticker?.lastTicks ?? null,
    stopTicks: terms.stop ?? (giveUp.ok && giveUp.value >= 1 ? giveUp.value : null),
    available: side === "buy" ? available.quote : available.base,
    isMarket,
    byAmount:
      "byAmount" in orderForms[draft.form] &&
      draft.timeInForce === "ioc" &&
      terms.reduceOnly !== true &&
      terms.selfTradeMode !== "decrement",
  });
  if (typeof size !== "string") return size;
  errors.quantity = size;
  return null;
}

/** Is it worth enough? Only a limit tells its value for certain. */
function checkValue(
  size: Size | null,
  terms: TermValues,
  { instrument, quote }: DraftContext,
  errors: Partial<Record<DraftField, string>>,
): void {
  if (size === null || size.lots === null || terms.limit === undefined || quote === undefined) return;
  const value = BigInt(terms.limit) * BigInt(size.lots) * BigInt(instrument.quoteUnitsPerTickLot);
  if (value >= BigInt(instrument.minNotional) || value > BigInt(MAX_AMOUNT)) return;
  errors.quantity = draftTexts.valueLeast(`${formatAmountExact(instrument.minNotional, quote)} ${quote.code}`);
}
