import { unreachable } from "../../shared/assert.ts";
import type { Asset, Instrument } from "../../shared/catalog.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { OrderValues } from "../../shared/orderForms.ts";
import type { CancelReason, OrderType, Side } from "../../shared/orders.ts";
import { rejectTable, type OperandName, type OperandUnit, type Refusal } from "../../shared/rejects.ts";
import { formatAmountExact, formatDate, formatLotsShort, formatPrice, formatTime, unbroken, zoneLabel } from "../ui/format.ts";
import { orderFormTexts } from "./orderFormTexts.ts";
import type { ReadModel } from "./readModel.ts";

type Described = {
  readonly instrumentId: InstrumentId;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly limitTicks: PriceTicks | null;
  readonly lots: QtyLots;
  readonly values?: OrderValues;
};

/** An order in words: "buy 0.5 BTC/USD at 65 000.10". */
export function describeRequest(order: Described, model: Pick<ReadModel, "instrument"> & Partial<Pick<ReadModel, "asset">>): string {
  const instrument = model.instrument(order.instrumentId);
  if (instrument === undefined) return `${order.side} in an unknown instrument`;
  const price =
    order.limitTicks === null ? (order.orderType === "market" ? "at market" : "") : `at ${formatPrice(order.limitTicks, instrument)}`;
  const form = order.values?.form;
  const kind = form === undefined || form === "limit" || form === "market" ? "" : ` (${orderFormTexts.forms[form].toLowerCase()})`;
  const quote = model.asset?.(instrument.quoteAssetId);
  const amount = order.values?.quoteAmount ?? null;
  const quantity =
    amount === null || quote === undefined
      ? formatLotsShort(order.lots, instrument)
      : `${formatAmountExact(amount, quote)} ${quote.code} of`;
  return unbroken(`${order.side} ${quantity} ${instrument.symbol} ${price}`.trimEnd() + kind);
}

const cancelWords: Readonly<Record<CancelReason, string>> = {
  user: "By request",
  immediateRemainder: "Remainder of an immediate order",
  priceBand: "Stopped at the price band",
  selfTrade: "Would have traded with this owner's own order",
  expired: "Its time was over",
  amended: "Changed to no more than had filled",
  listSibling: "The other order of its list took effect",
  overflow: "Its receipts would exceed the largest balance",
  killSwitch: "Kill switch",
  disconnected: "Session lost",
  halted: "Trading halted",
  disabled: "Too many executions in a short time",
  protected: "Market-maker protection",
  lossLimit: "Loss limit",
  ineligible: "No longer open to this client",
};

/** Why an order was taken off, in words. */
export function cancelReasonText(reason: CancelReason): string {
  return cancelWords[reason];
}

/**
 * The engine's reason in words, its operands in the instrument's own units, followed by the rule that says so. `order` tells which
 * instrument and side the operands belong to; null for commands that have none.
 */
export function refusalText(
  refusal: Refusal,
  model: Pick<ReadModel, "instrument" | "asset">,
  order: Pick<Described, "instrumentId" | "side"> | null,
): string {
  const row = rejectTable[refusal.code];
  const instrument = order === null ? undefined : model.instrument(order.instrumentId);
  const text = row.text.replace(/\{(limit|used|actual|headroom|licence|rule)\}/g, (_, name: OperandName) => {
    if (name === "licence") return String(refusal.licenceId ?? "not known");
    if (name === "rule") return String(refusal.ruleId ?? "not known");
    const value = refusal[name];
    return value === null ? "not known" : operandText(value, row.unit, instrument, order?.side ?? "buy", model);
  });
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
