import { unreachable } from "../../shared/assert.ts";
import type { Asset, Instrument } from "../../shared/catalog.ts";
import { currentLanguage } from "../../shared/languages.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { OrderFormName, OrderValues } from "../../shared/orderForms.ts";
import type { CancelReason, OrderType, Side } from "../../shared/orders.ts";
import { rejectTable, type OperandName, type OperandUnit, type Refusal } from "../../shared/rejects.ts";
import { formatAmountExact, formatDate, formatLotsShort, formatPrice, formatTime, unbroken, zoneLabel } from "../ui/format.ts";
import { orderTexts } from "./orderTexts.ts";
import { orderFormTexts } from "./orderFormTexts.ts";
import type { ReadModel } from "./readModel.ts";
import { riskCurrency } from "./riskCurrency.ts";

type Described = {
  readonly instrumentId: InstrumentId;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly limitTicks: PriceTicks | null;
  readonly lots: QtyLots;
  readonly values?: OrderValues;
};

/** An order in words: "buy 0.5 BTC/USD at 65 000.10", "sell 0.5 BTC/USD (stop 60 000.00)". */
export function describeRequest(order: Described, model: Pick<ReadModel, "instrument"> & Partial<Pick<ReadModel, "asset">>): string {
  const instrument = model.instrument(order.instrumentId);
  const side = orderTexts.sides[order.side];
  if (instrument === undefined) return orderTexts.unknownInstrument(side);
  const form = order.values?.form;
  const quote = model.asset?.(instrument.quoteAssetId);
  const amount = order.values?.quoteAmount ?? null;
  return unbroken(
    orderTexts.order({
      side,
      symbol: instrument.symbol,
      quantity: amount === null || quote === undefined ? formatLotsShort(order.lots, instrument) : null,
      amount: amount === null || quote === undefined ? null : `${formatAmountExact(amount, quote)} ${quote.code}`,
      price: order.limitTicks === null ? null : formatPrice(order.limitTicks, instrument),
      atMarket: order.limitTicks === null && order.orderType === "market",
      kind: form === undefined || form === "limit" || form === "market" ? null : formText(order, form, instrument),
    }),
  );
}

/** The name of a form; of a stop, where it fires too. A list's own trigger is not its first order's. */
function formText({ orderType, values }: Described, form: OrderFormName, instrument: Instrument): string {
  const name = orderFormTexts.forms[form].toLowerCase();
  const trigger = values?.terms.trigger;
  const isStop = orderType === "stop" || orderType === "stopLimit" || orderType === "trailingStop";
  return isStop && trigger !== undefined ? `${name} ${formatPrice(trigger, instrument)}` : name;
}

/** Why an order was taken off, in words. */
export function cancelReasonText(reason: CancelReason): string {
  return orderTexts.cancelReasons[reason];
}

/** Where a refusal's row has its text in each language. */
const refusalLanguages = { en: "text", "zh-HK": "zhHant", "zh-CN": "zhHans" } as const;

type Names = Pick<ReadModel, "instrument" | "asset">;
type Concerned = Pick<Described, "instrumentId" | "side"> | null;

/** reasonText(), and the nearest order that would have passed where the engine found one. */
export function refusalText(refusal: Refusal, model: Names, order: Concerned): string {
  const nearest = nearestText(refusal, model, order);
  return nearest === null ? reasonText(refusal, model, order) : `${reasonText(refusal, model, order)} ${nearest}`;
}

/** The nearest order that would have passed (XP-1), in words; null without one. */
function nearestText({ nearest }: Refusal, model: Names, order: Concerned): string | null {
  const instrument = order === null ? undefined : model.instrument(order.instrumentId);
  if (nearest === null || instrument === undefined) return null;
  const quantity = operandText(nearest.lots, "lots", instrument, "buy", model);
  return unbroken(orderTexts.nearest(quantity, nearest.limitTicks === null ? null : formatPrice(nearest.limitTicks, instrument)));
}

/**
 * The engine's reason in words, its operands in the instrument's own units, followed by the rule that says so. `order` tells which
 * instrument and side the operands belong to; null for commands that have none.
 */
export function reasonText(refusal: Refusal, model: Names, order: Concerned): string {
  const row = rejectTable[refusal.code];
  const instrument = order === null ? undefined : model.instrument(order.instrumentId);
  const text = row[refusalLanguages[currentLanguage()]].replace(
    /\{(limit|used|actual|headroom|licence|rule)\}/g,
    (_, name: OperandName) => {
      if (name === "licence") return String(refusal.licenceId ?? orderTexts.notKnown);
      if (name === "rule") return String(refusal.ruleId ?? orderTexts.notKnown);
      const value = refusal[name];
      return value === null ? orderTexts.notKnown : operandText(value, row.unit, instrument, order?.side ?? "buy", model);
    },
  );
  return unbroken(`${text} (${row.rule})`);
}

function operandText(
  value: number,
  unit: OperandUnit,
  instrument: Instrument | undefined,
  side: Side,
  model: Pick<ReadModel, "asset">,
): string {
  if (unit === "time") return `${formatDate(value, "hongKong")} ${formatTime(value, "hongKong")} ${zoneLabel("hongKong")}`;
  if (unit === "currency") {
    const currency = riskCurrency();
    return money(value, currency === null ? undefined : model.asset(currency));
  }
  if (instrument === undefined || unit === "plain") return String(value);
  const base = model.asset(instrument.baseAssetId);
  const quote = model.asset(instrument.quoteAssetId);
  switch (unit) {
    case "lots":
      return `${formatLotsShort(value, instrument)}\u00a0${base?.code ?? ""}`.trimEnd();
    case "ticks":
      return formatPrice(value, instrument);
    case "quote":
      return money(value, quote);
    case "held":
      return money(value, side === "buy" ? quote : base);
    default:
      return unreachable(unit);
  }
}

function money(units: number, asset: Asset | undefined): string {
  return asset === undefined ? String(units) : `${formatAmountExact(units, asset)}\u00a0${asset.code}`;
}
