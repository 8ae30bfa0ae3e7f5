import { feeAssetOf } from "../../../shared/fees.ts";
import type { CancelReason, OrderStatus } from "../../../shared/orders.ts";
import type { FillRow, OrderRow } from "../../../shared/views.ts";
import type { OrderNotes } from "./clientOrderIds.ts";
import { decimalText } from "./decimalText.ts";
import type { MarketView, Pair } from "./marketView.ts";

/** The engine's states in the venue's words. */
const statuses: Readonly<Record<OrderStatus, string>> = {
  working: "NEW",
  partiallyFilled: "PARTIALLY_FILLED",
  filled: "FILLED",
  cancelled: "CANCELED",
  partiallyCancelled: "PARTIALLY_CANCELED",
  denied: "REJECTED",
};

const cancelTexts: Readonly<Record<CancelReason, string>> = {
  user: "USER_CANCEL",
  immediateRemainder: "RISKLIMIT_CANCEL",
  priceBand: "RISKLIMIT_CANCEL",
  selfTrade: "SELF_TRADE_CANCEL",
  expired: "SYSTEM_CANCEL",
  amended: "SYSTEM_CANCEL",
  listSibling: "SYSTEM_CANCEL",
  overflow: "SYSTEM_CANCEL",
  killSwitch: "BLOCKED_CANCEL",
  disconnected: "OFFLINE_CANCEL",
  halted: "CLOSED_CANCEL",
  disabled: "BLOCKED_CANCEL",
  protected: "RISKLIMIT_CANCEL",
  lossLimit: "RISKLIMIT_CANCEL",
  ineligible: "BLOCKED_CANCEL",
  venueCancelled: "SYSTEM_CANCEL",
  venueRefused: "SYSTEM_CANCEL",
  notReceived: "SYSTEM_CANCEL",
  amountReached: "",
  replaced: "SYSTEM_CANCEL",
};

export function cancelText(reason: CancelReason | null): string {
  return reason === null ? "" : cancelTexts[reason];
}

/** An order's figures as the interface writes them: everything is text. */
export type OrderTexts = {
  readonly pair: Pair;
  readonly clientOrderId: string;
  readonly orderId: string;
  readonly price: string;
  readonly origQty: string;
  readonly executedQty: string;
  readonly quoteQty: string;
  readonly avgPrice: string;
  readonly status: string;
  readonly timeInForce: string;
  readonly type: string;
  readonly side: string;
  readonly reqAmount: string;
  readonly stpMode: string;
};

export function orderTexts(order: OrderRow, market: MarketView, notes: OrderNotes): OrderTexts {
  const { pair } = market.of(order.instrumentId);
  const note = notes.of(order.accountId, order.clientOrderId);
  const isMarket = order.orderType === "market" || order.orderType === "stop" || order.orderType === "trailingStop";
  // The mean price times the quantity is the sum of ticks × lots that it was made of.
  const tickLots = order.averageTicks === null ? 0 : Math.round(order.averageTicks * order.filledLots);
  return {
    pair,
    clientOrderId: note.text,
    orderId: String(order.orderId ?? 0),
    price: pair.price.of(order.limitTicks ?? 0),
    origQty: note.amount === null ? pair.quantity.of(order.lots) : "0",
    executedQty: pair.quantity.of(order.filledLots),
    quoteQty: decimalText(BigInt(tickLots) * BigInt(pair.instrument.quoteUnitsPerTickLot), pair.quote.decimals),
    avgPrice: order.filledLots === 0 ? "0" : pair.price.mean(tickLots, order.filledLots),
    status: statuses[order.status],
    timeInForce: order.timeInForce === "ioc" || order.timeInForce === "fok" ? order.timeInForce.toUpperCase() : "GTC",
    type: note.isLimitMaker ? "LIMIT_MAKER" : isMarket ? "MARKET" : "LIMIT",
    side: order.side.toUpperCase(),
    reqAmount: note.amount ?? "0",
    stpMode: note.expiresMaker ? "EXPIRE_MAKER" : "EXPIRE_TAKER",
  };
}

/** The answer to a new order (4.1 of the venue's documents). */
export function orderAck(order: OrderRow, texts: OrderTexts): Readonly<Record<string, unknown>> {
  const { pair, clientOrderId, orderId, price, origQty, executedQty, status, timeInForce, type, side, reqAmount } = texts;
  return {
    accountId: String(order.accountId),
    symbol: pair.symbol,
    symbolName: pair.symbol,
    clientOrderId,
    orderId,
    transactTime: millis(order.createdUs),
    price,
    origQty,
    executedQty,
    status,
    timeInForce,
    type,
    side,
    reqAmount,
    concentration: "",
  };
}

/** The answer to a cancellation: the order as it stood before it. */
export function cancelAck(order: OrderRow, texts: OrderTexts, nowMs: number): Readonly<Record<string, unknown>> {
  const { symbolName: _symbolName, reqAmount: _reqAmount, ...ack } = orderAck(order, texts);
  return { ...ack, transactTime: String(nowMs) };
}

/** An order as lists show it (4.2). */
export function orderDetail(order: OrderRow, texts: OrderTexts): Readonly<Record<string, unknown>> {
  const { pair, clientOrderId, orderId, price, origQty, executedQty, quoteQty, avgPrice, status, timeInForce, type, side, reqAmount } =
    texts;
  return {
    accountId: String(order.accountId),
    exchangeId: "301",
    symbol: pair.symbol,
    symbolName: pair.symbol,
    clientOrderId,
    orderId,
    price,
    origQty,
    executedQty,
    cummulativeQuoteQty: quoteQty,
    cumulativeQuoteQty: quoteQty,
    avgPrice,
    status,
    timeInForce,
    type,
    side,
    stopPrice: "0.0",
    icebergQty: "0.0",
    time: millis(order.createdUs),
    updateTime: millis(order.updatedUs),
    isWorking: true,
    reqAmount,
  };
}

/** What the answer about one order adds. */
export function orderFees(
  order: OrderRow,
  texts: OrderTexts,
  { fee, market }: { readonly fee: number; readonly market: MarketView },
): Readonly<Record<string, unknown>> {
  const asset = market.asset(feeAssetOf(texts.pair.instrument, order.side));
  const amount = decimalText(fee, asset.decimals);
  return {
    feeCoin: asset.code,
    feeAmount: amount,
    // The engine's fee includes the supplement to the minimum fee; the two are not told apart.
    feeSupplementaryAmount: "0",
    sumFeeAmount: amount,
    platformFeeCoin: "",
    sumPlatformFeeAmount: "0",
    ordCxlReason: cancelText(order.cancelReason),
    stpMode: texts.stpMode,
  };
}

/** One side of a trade as its account sees it. */
export function fillTexts(fill: FillRow, market: MarketView, clientOrderId: string): Readonly<Record<string, unknown>> {
  const { pair } = market.of(fill.instrumentId);
  const asset = market.asset(feeAssetOf(pair.instrument, fill.side));
  const fee = decimalText(fill.fee, asset.decimals);
  return {
    // One match has two sides; the account may be on both.
    id: `${fill.tradeId}${fill.liquidity === "maker" ? "1" : "2"}`,
    clientOrderId,
    ticketId: String(fill.tradeId),
    symbol: pair.symbol,
    symbolName: pair.symbol,
    orderId: String(fill.orderId),
    matchOrderId: "0",
    price: pair.price.of(fill.ticks),
    qty: pair.quantity.of(fill.lots),
    commission: fee,
    commissionAsset: asset.code,
    time: millis(fill.atUs),
    isBuyer: fill.side === "buy",
    isMaker: fill.liquidity === "maker",
    fee: { feeCoinId: asset.code, feeCoinName: asset.code, fee, originFee: fee, originCoinId: asset.code, originCoinName: asset.code },
    feeCoinId: asset.code,
    feeAmount: fee,
    feeSupplementaryAmount: "0",
    makerRebate: "0",
    accountId: String(fill.accountId),
    hskDeduct: false,
    hskDeductPrice: "",
  };
}

export function millis(us: number): string {
  return String(Math.floor(us / 1_000));
}
