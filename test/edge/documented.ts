import { z } from "zod";

/** The venue's documented replies: the very fields, and whether each is a number, a text of one, or a list. */

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const digits = z.string().regex(/^\d+$/);
const millis = z.string().regex(/^\d{13}$/);
const ms = z.number().int().min(1_000_000_000_000).max(9_999_999_999_999);
const level = z.tuple([decimal, decimal]);
const book = z.strictObject({ t: ms, b: z.array(level).min(1), a: z.array(level).min(1) });

const filter = z.discriminatedUnion("filterType", [
  z.strictObject({ filterType: z.literal("PRICE_FILTER"), minPrice: decimal, maxPrice: decimal, tickSize: decimal }),
  z.strictObject({
    filterType: z.literal("LOT_SIZE"),
    minQty: decimal,
    maxQty: decimal,
    stepSize: decimal,
    marketOrderMinQty: decimal,
    marketOrderMaxQty: decimal,
  }),
  z.strictObject({ filterType: z.literal("MIN_NOTIONAL"), minNotional: decimal }),
  z.strictObject({
    filterType: z.literal("TRADE_AMOUNT"),
    minAmount: decimal,
    maxAmount: decimal,
    minBuyPrice: decimal,
    marketOrderMinAmount: decimal,
    marketOrderMaxAmount: decimal,
  }),
  z.strictObject({
    filterType: z.literal("LIMIT_TRADING"),
    maxSellPrice: decimal,
    buyPriceUpRate: decimal,
    sellPriceDownRate: decimal,
    maxEntrustNum: z.number().int(),
  }),
  z.strictObject({ filterType: z.literal("MARKET_TRADING"), buyPriceUpRate: decimal, sellPriceDownRate: decimal }),
  z.strictObject({
    filterType: z.literal("OPEN_QUOTE"),
    noAllowMarketStartTime: digits,
    noAllowMarketEndTime: digits,
    limitOrderStartTime: digits,
    limitOrderEndTime: digits,
    limitMinPrice: decimal,
    limitMaxPrice: decimal,
  }),
]);
const symbol = z.strictObject({
  symbol: z.string(),
  symbolName: z.string(),
  status: z.enum(["IN_PREVIEW", "TRADING", "HALT", "RESUMING"]),
  baseAsset: z.string(),
  baseAssetName: z.string(),
  baseAssetPrecision: decimal,
  quoteAsset: z.string(),
  quoteAssetName: z.string(),
  quotePrecision: decimal,
  retailAllowed: z.boolean(),
  piAllowed: z.boolean(),
  corporateAllowed: z.boolean(),
  omnibusAllowed: z.boolean(),
  icebergAllowed: z.boolean(),
  isAggregate: z.boolean(),
  allowMargin: z.boolean(),
  filters: z.array(filter).length(7),
});
const coin = z.strictObject({
  orgId: digits,
  coinId: z.string(),
  coinName: z.string(),
  coinFullName: z.string(),
  allowWithdraw: z.boolean(),
  allowDeposit: z.boolean(),
  tokenType: z.enum(["CHAIN_TOKEN", "ERC20_TOKEN", "REAL_MONEY"]),
  chainTypes: z.array(
    z.strictObject({
      chainType: z.string(),
      withdrawFee: decimal,
      minWithdrawQuantity: decimal,
      maxWithdrawQuantity: decimal,
      minDepositQuantity: decimal,
      allowDeposit: z.boolean(),
      allowWithdraw: z.boolean(),
    }),
  ),
});

const status = z.enum(["NEW", "PARTIALLY_FILLED", "FILLED", "PARTIALLY_CANCELED", "CANCELED", "PENDING_CANCEL", "REJECTED"]);
const terms = {
  timeInForce: z.enum(["GTC", "IOC", "FOK"]),
  type: z.enum(["LIMIT", "MARKET", "LIMIT_MAKER"]),
  side: z.enum(["BUY", "SELL"]),
};
const ack = {
  accountId: digits,
  symbol: z.string(),
  clientOrderId: z.string(),
  orderId: digits,
  transactTime: millis,
  price: decimal,
  origQty: decimal,
  executedQty: decimal,
  status,
  ...terms,
  concentration: z.string(),
};
const orderAck = z.strictObject({ ...ack, symbolName: z.string(), reqAmount: decimal });
const cancelAck = z.strictObject(ack);
const detail = {
  accountId: digits,
  exchangeId: z.literal("301"),
  symbol: z.string(),
  symbolName: z.string(),
  clientOrderId: z.string(),
  orderId: digits,
  price: decimal,
  origQty: decimal,
  executedQty: decimal,
  cummulativeQuoteQty: decimal,
  cumulativeQuoteQty: decimal,
  avgPrice: decimal,
  status,
  ...terms,
  stopPrice: decimal,
  icebergQty: decimal,
  time: millis,
  updateTime: millis,
  isWorking: z.literal(true),
  reqAmount: decimal,
};
const orderDetail = z.strictObject({
  ...detail,
  feeCoin: z.string(),
  feeAmount: decimal,
  feeSupplementaryAmount: decimal,
  sumFeeAmount: decimal,
  platformFeeCoin: z.string(),
  sumPlatformFeeAmount: decimal,
  ordCxlReason: z.string(),
  stpMode: z.enum(["EXPIRE_TAKER", "EXPIRE_MAKER"]),
});
const orderList = z.array(z.strictObject(detail)).min(1);
const ownTrade = z.strictObject({
  id: digits,
  clientOrderId: z.string(),
  ticketId: digits,
  symbol: z.string(),
  symbolName: z.string(),
  orderId: digits,
  matchOrderId: digits,
  price: decimal,
  qty: decimal,
  commission: decimal,
  commissionAsset: z.string(),
  time: millis,
  isBuyer: z.boolean(),
  isMaker: z.boolean(),
  fee: z.strictObject({
    feeCoinId: z.string(),
    feeCoinName: z.string(),
    fee: decimal,
    originFee: decimal,
    originCoinId: z.string(),
    originCoinName: z.string(),
  }),
  feeCoinId: z.string(),
  feeAmount: decimal,
  feeSupplementaryAmount: decimal,
  makerRebate: decimal,
  accountId: digits,
  hskDeduct: z.boolean(),
  hskDeductPrice: z.string(),
});
const batch = z.strictObject({
  code: z.literal(0),
  result: z
    .array(z.union([z.strictObject({ code: z.literal("0000"), order: orderAck }), z.strictObject({ code: z.string(), msg: z.string() })]))
    .min(1),
  concentration: z.string(),
});
const ticker = z.strictObject({
  t: ms,
  s: z.string(),
  c: decimal,
  h: decimal,
  l: decimal,
  o: decimal,
  b: decimal,
  a: decimal,
  v: decimal,
  qv: decimal,
  it: z.literal("SPOT"),
});
const success = z.strictObject({ success: z.literal(true) });

/** By method and path; every endpoint that is served has its reply here. */
export const documentedReplies: Readonly<Record<string, z.ZodType>> = {
  "GET /api/v1/ping": z.strictObject({}),
  "GET /api/v1/time": z.strictObject({ serverTime: ms }),
  "GET /api/v1/exchangeInfo": z.union([
    z.strictObject({
      timezone: z.literal("UTC"),
      serverTime: millis,
      site: z.enum(["HK", "BMU"]),
      brokerFilters: z.array(z.never()),
      options: z.array(z.never()),
      symbols: z.array(symbol).min(1),
      contracts: z.array(z.never()),
      coins: z.array(coin).min(1),
    }),
    symbol,
  ]),
  "GET /quote/v1/depth": book,
  "GET /quote/v1/depth/merged": book,
  "GET /quote/v1/trades": z.array(z.strictObject({ t: ms, p: decimal, q: decimal, ibm: z.boolean() })).min(1),
  "GET /quote/v1/klines": z
    .array(z.tuple([ms, decimal, decimal, decimal, decimal, decimal, z.number(), decimal, z.number().int(), decimal, decimal]))
    .min(1),
  "GET /quote/v1/ticker/24hr": z.array(ticker).min(1),
  "GET /quote/v1/ticker/price": z.array(z.strictObject({ s: z.string(), p: decimal })).min(1),
  "GET /quote/v1/ticker/bookTicker": z
    .array(z.strictObject({ s: z.string(), b: decimal, bq: decimal, a: decimal, aq: decimal, t: ms }))
    .min(1),
  "GET /quote/v1/index": z.strictObject({ index: z.record(z.string(), decimal), edp: z.record(z.string(), decimal) }),
  "POST /api/v1/spot/orderTest": z.strictObject({}),
  "POST /api/v1/spot/order": orderAck,
  "POST /api/v1.1/spot/order": orderAck,
  "POST /api/v1/spot/batchOrders": batch,
  "POST /api/v1.1/spot/batchOrders": batch,
  "POST /api/v1/spot/batchOrders-1": batch,
  "DELETE /api/v1/spot/order": cancelAck,
  "DELETE /api/v1/spot/openOrders": success,
  "DELETE /api/v1/spot/cancelOrderByIds": z.strictObject({
    code: z.literal("0000"),
    result: z.array(z.strictObject({ orderId: digits, code: z.string() })),
  }),
  "DELETE /api/v1/spot/cancelAllOpenOrders": success,
  "GET /api/v1/spot/order": orderDetail,
  "GET /api/v1/spot/openOrders": orderList,
  "GET /api/v1/spot/tradeOrders": orderList,
  "GET /api/v1/spot/subAccount/openOrders": orderList,
  "GET /api/v1/spot/subAccount/tradeOrders": orderList,
  "GET /api/v1/account/trades": z.array(ownTrade).min(1),
  "GET /api/v1/subAccount/trades": z.array(ownTrade).min(1),
  "GET /api/v1/account/tradesByClOrderId": z.array(ownTrade).min(1),
  "GET /api/v1/account": z.strictObject({
    balances: z
      .array(
        z.strictObject({ asset: z.string(), assetId: z.string(), assetName: z.string(), total: decimal, free: decimal, locked: decimal }),
      )
      .min(1),
    userId: digits,
  }),
  "GET /api/v1/account/type": z
    .array(
      z.strictObject({
        accountId: digits,
        accountLabel: z.string(),
        accountType: z.union([1, 3, 5, 6, 7, 9].map((type) => z.literal(type))),
        accountIndex: z.number().int(),
        userId: digits,
      }),
    )
    .min(1),
  "GET /api/v1/account/vipInfo": z.strictObject({
    code: z.literal(0),
    vipLevel: digits,
    tradeVol30Day: decimal,
    totalAssetBal: decimal,
    data: z
      .array(
        z.strictObject({
          symbol: z.string(),
          productType: z.enum(["Token-Fiat", "Token-Token", "ST-Token"]),
          buyMakerFeeCurrency: z.string(),
          buyTakerFeeCurrency: z.string(),
          sellMakerFeeCurrency: z.string(),
          sellTakerFeeCurrency: z.string(),
          actualMakerRate: decimal,
          actualTakerRate: decimal,
        }),
      )
      .min(1),
    updateTimestamp: millis,
  }),
  "GET /api/v1/account/checkApiKey": z.strictObject({ accountType: z.enum(["master", "sub"]) }),
  "GET /api/v1/account/depositOrders": z.array(z.never()),
  "GET /api/v1/account/withdrawOrders": z.array(z.never()),
  "POST /api/v1/userDataStream": z.strictObject({ listenKey: z.string().regex(/^[0-9A-Za-z]{64}$/) }),
  "PUT /api/v1/userDataStream": z.strictObject({}),
  "DELETE /api/v1/userDataStream": z.strictObject({}),
  "GET /api/v1/futures/fundingRate": z.array(z.never()),
  "GET /api/v1/futures/balance": z.array(z.never()),
  "GET /api/v1/futures/positions": z.array(z.never()),
  "GET /api/v1/futures/openOrders": z.array(z.never()),
  "GET /api/v1/futures/historyOrders": z.array(z.never()),
  "GET /api/v1/futures/userTrades": z.array(z.never()),
};

/** Events of the private stream. */
export const documentedEvents: Readonly<Record<string, z.ZodType>> = {
  outboundAccountInfo: z.strictObject({
    e: z.literal("outboundAccountInfo"),
    E: millis,
    T: z.literal(true),
    W: z.literal(true),
    D: z.literal(true),
    B: z.array(z.strictObject({ a: z.string(), f: decimal, l: decimal, r: z.string() })).min(1),
  }),
  executionReport: z.strictObject({
    e: z.literal("executionReport"),
    E: millis,
    s: z.string(),
    c: z.string(),
    S: terms.side,
    o: terms.type,
    f: terms.timeInForce,
    q: decimal,
    p: decimal,
    X: status,
    i: digits,
    M: digits,
    l: decimal,
    z: decimal,
    L: decimal,
    n: decimal,
    F: decimal,
    N: z.string(),
    u: z.boolean(),
    w: z.boolean(),
    m: z.boolean(),
    O: millis,
    U: millis,
    Z: decimal,
    A: digits,
    C: z.boolean(),
    v: z.string(),
    reqAmt: decimal,
    d: z.string(),
    r: decimal,
    V: decimal,
    x: z.string(),
    rt: z.string(),
    T: z.string(),
  }),
  ticketInfo: z.strictObject({
    e: z.literal("ticketInfo"),
    E: millis,
    s: z.string(),
    q: decimal,
    t: millis,
    p: decimal,
    T: digits,
    o: digits,
    c: z.string(),
    O: z.literal("0"),
    a: digits,
    A: z.string(),
    m: z.boolean(),
    S: terms.side,
  }),
};
