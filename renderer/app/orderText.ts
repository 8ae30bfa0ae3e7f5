import { unreachable } from "../../shared/assert.ts";
import type { Asset, Instrument } from "../../shared/catalog.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { OrderValues } from "../../shared/orderForms.ts";
import type { CancelReason, OrderType, Side } from "../../shared/orders.ts";
import { rejectTable, type Refusal, type RejectCode } from "../../shared/rejects.ts";
import { formatAmountExact, formatLotsShort, formatPrice, unbroken } from "../ui/format.ts";
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
};

/** Why an order was taken off, in words. */
export function cancelReasonText(reason: CancelReason): string {
  return cancelWords[reason];
}

type OperandUnit = "lots" | "ticks" | "quote" | "held" | "plain";

const operandUnits: Readonly<Record<RejectCode, OperandUnit>> = {
  VALIDATE_UNKNOWN_INSTRUMENT: "plain",
  VALIDATE_UNKNOWN_ACCOUNT: "plain",
  VALIDATE_DUPLICATE_CLIENT_ORDER_ID: "plain",
  VALIDATE_LIMIT_PRICE_MISSING: "plain",
  VALIDATE_LIMIT_PRICE_ON_MARKET: "plain",
  VALIDATE_TIME_IN_FORCE: "plain",
  VALIDATE_LOTS_BELOW_MINIMUM: "lots",
  VALIDATE_LOTS_ABOVE_MAXIMUM: "lots",
  VALIDATE_NOTIONAL_BELOW_MINIMUM: "quote",
  RISK_NO_REFERENCE_PRICE: "plain",
  RISK_PRICE_BAND: "ticks",
  RISK_KILLED: "plain",
  RISK_NODE_LOCKED: "plain",
  RISK_COOLING_OFF: "lots",
  RISK_STATE_REDUCE_ONLY: "lots",
  RISK_STATE_CANCEL_ONLY: "plain",
  RISK_STATE_HALTED: "plain",
  RISK_MARK_MISSING: "plain",
  RISK_MARK_STALE: "plain",
  RISK_NOT_A_NUMBER: "plain",
  RISK_ORDER_LOTS: "lots",
  RISK_ORDER_LOTS_SOFT: "lots",
  RISK_NET_POSITION: "lots",
  RISK_NET_POSITION_SOFT: "lots",
  RISK_GROSS_POSITION: "lots",
  RISK_GROSS_POSITION_SOFT: "lots",
  RISK_COLLAR: "ticks",
  RISK_COLLAR_SOFT: "ticks",
  RISK_NEAR_TOUCH: "ticks",
  RISK_NEAR_TOUCH_SOFT: "ticks",
  RISK_FAR_TOUCH: "ticks",
  RISK_FAR_TOUCH_SOFT: "ticks",
  RISK_ORDER_VALUE: "plain",
  RISK_ORDER_VALUE_SOFT: "plain",
  RISK_OPEN_VALUE: "plain",
  RISK_OPEN_VALUE_SOFT: "plain",
  RISK_MESSAGE_RATE: "plain",
  RISK_MESSAGE_RATE_SOFT: "plain",
  RISK_ORDER_TO_TRADE: "plain",
  RISK_ORDER_TO_TRADE_SOFT: "plain",
  RISK_EXECUTIONS: "plain",
  RISK_EXECUTIONS_SOFT: "plain",
  RISK_DUPLICATE: "plain",
  RISK_DUPLICATE_SOFT: "plain",
  RISK_PROTECTION: "plain",
  RISK_PROTECTION_SOFT: "plain",
  RISK_LOSS: "plain",
  RISK_LOSS_SOFT: "plain",
  RISK_SECOND_PERSON: "plain",
  RISK_UNKNOWN_NODE: "plain",
  RISK_TREE: "plain",
  RISK_LIMIT_INVALID: "plain",
  RISK_LIMIT_ABOVE_PARENT: "plain",
  RISK_UNKNOWN_PROPOSAL: "plain",
  RISK_PROPOSAL_LATE: "plain",
  RISK_NOT_ENGAGED: "plain",
  RISK_ALREADY_ENGAGED: "plain",
  RISK_UNKNOWN_SESSION: "plain",
  LEDGER_INSUFFICIENT_FUNDS: "held",
  LEDGER_OVERFLOW: "held",
  BOOK_FILL_OR_KILL: "lots",
  BOOK_NO_LIQUIDITY: "lots",
  BOOK_UNKNOWN_ORDER: "plain",
  CATALOG_DUPLICATE_ID: "plain",
  CATALOG_ID_GAP: "plain",
  CATALOG_UNKNOWN_ASSET: "plain",
  CATALOG_INVALID_INSTRUMENT: "plain",
  CATALOG_UNKNOWN_ACCOUNT: "plain",
  CATALOG_FEE_ACCOUNT: "plain",
  VALIDATE_ORDER_TERMS: "plain",
  VALIDATE_EXPIRY: "plain",
  VALIDATE_AMEND: "plain",
  VALIDATE_AMOUNT_ABOVE_MAXIMUM: "quote",
  RISK_REDUCE_ONLY: "lots",
  RISK_OPEN_ORDERS: "plain",
  BOOK_POST_ONLY: "ticks",
  BOOK_PHASE: "plain",
};

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
  const unit = operandUnits[refusal.code];
  const text = row.text.replace(/\{(limit|actual|headroom)\}/g, (_, name: "limit" | "actual" | "headroom") => {
    const value = refusal[name];
    return value === null ? "not known" : operandText(value, unit, instrument, order?.side ?? "buy", model);
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
