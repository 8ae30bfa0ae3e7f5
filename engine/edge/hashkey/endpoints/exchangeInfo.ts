import type { Asset, ClientClass } from "../../../../shared/catalog.ts";
import { unitStep } from "../../../../shared/decimal.ts";
import type { InstrumentId } from "../../../../shared/ids.ts";
import type { TradingPhase } from "../../../../shared/orders.ts";
import type { Listing } from "../../../../shared/protocol.ts";
import { refused } from "../apiError.ts";
import { pairsOf, valueOf, type PublicCall } from "../call.ts";
import { decimalText } from "../decimalText.ts";
import type { PairMarket } from "../marketView.ts";

/** Money rather than tokens. */
const FIAT = new Set(["USD", "HKD", "AED", "EUR", "SGD"]);
/** Documented as no longer in use; the venue still sends them. */
const UNUSED_PRICE_BOUNDS = { minPrice: "0.01", maxPrice: "100000.00000000" };
const MOST_OPEN_ORDERS = 300;
const PPM_DECIMALS = 6;

/** What the venue calls a phase. A call auction ends in trading. */
const statuses: Readonly<Record<TradingPhase, "IN_PREVIEW" | "TRADING" | "HALT" | "RESUMING">> = {
  preOpen: "IN_PREVIEW",
  openingAuction: "RESUMING",
  continuous: "TRADING",
  volatilityAuction: "RESUMING",
  closingAuction: "RESUMING",
  closed: "HALT",
  halted: "HALT",
};

/** GW-37: the catalog of the site, with phases and admitted clients as they are now; with `symbol` that pair alone. */
export async function exchangeInfo({ venue, parameters }: PublicCall): Promise<unknown> {
  const { exchange, profile } = venue;
  const answer = valueOf(await exchange.session.query({ type: "listings" }));
  const listings = new Map(answer.type === "listings" ? answer.listings.map((listing) => [listing.instrumentId, listing]) : []);
  const name = parameters.optional("symbol");
  const pairs = pairsOf(venue);
  if (name !== undefined) {
    const found = pairs.find(({ pair }) => pair.symbol === name);
    if (found === undefined) throw refused("-100011", "Not supported symbols");
    return symbolInfo(found, listings);
  }
  return {
    timezone: "UTC",
    serverTime: String(exchange.nowMs()),
    site: profile.siteCode,
    brokerFilters: [],
    options: [],
    symbols: pairs.map((market) => symbolInfo(market, listings)),
    contracts: [],
    coins: exchange.market.assets.map(coinInfo),
  };
}

function symbolInfo({ pair }: PairMarket, listings: ReadonlyMap<InstrumentId, Listing>): unknown {
  const { instrument, symbol, base, quote, quantity } = pair;
  const listing = listings.get(instrument.instrumentId);
  const admits = (clientClass: ClientClass): boolean => listing?.classes.includes(clientClass) ?? false;
  const money = (units: number | null): string => decimalText(units ?? 0, quote.decimals);
  const rate = decimalText(instrument.priceBandPpm, PPM_DECIMALS);
  const lots = { minQty: quantity.of(instrument.minLots), maxQty: quantity.of(instrument.maxLots) };
  return {
    symbol,
    symbolName: symbol,
    // A pair that was listed while the answer was on its way.
    status: statuses[listing?.phase ?? "preOpen"],
    baseAsset: base.code,
    baseAssetName: base.code,
    baseAssetPrecision: instrument.lotSize,
    quoteAsset: quote.code,
    quoteAssetName: quote.code,
    quotePrecision: unitStep(quote.decimals),
    retailAllowed: admits("retail"),
    piAllowed: admits("individualProfessional"),
    corporateAllowed: admits("corporateProfessional"),
    omnibusAllowed: admits("omnibus"),
    icebergAllowed: false,
    isAggregate: false,
    allowMargin: false,
    filters: [
      { filterType: "PRICE_FILTER", ...UNUSED_PRICE_BOUNDS, tickSize: instrument.tickSize },
      {
        filterType: "LOT_SIZE",
        ...lots,
        stepSize: instrument.lotSize,
        marketOrderMinQty: lots.minQty,
        marketOrderMaxQty: quantity.of(instrument.marketMaxLots),
      },
      { filterType: "MIN_NOTIONAL", minNotional: money(instrument.minNotional) },
      {
        filterType: "TRADE_AMOUNT",
        minAmount: money(instrument.minNotional),
        maxAmount: money(instrument.maxNotional),
        minBuyPrice: "0",
        marketOrderMinAmount: money(instrument.minNotional),
        marketOrderMaxAmount: money(instrument.marketMaxNotional),
      },
      {
        filterType: "LIMIT_TRADING",
        maxSellPrice: "0",
        buyPriceUpRate: rate,
        sellPriceDownRate: rate,
        maxEntrustNum: instrument.maxOpenOrders ?? MOST_OPEN_ORDERS,
      },
      { filterType: "MARKET_TRADING", buyPriceUpRate: rate, sellPriceDownRate: rate },
      {
        filterType: "OPEN_QUOTE",
        noAllowMarketStartTime: "0",
        noAllowMarketEndTime: "0",
        limitOrderStartTime: "0",
        limitOrderEndTime: "0",
        limitMinPrice: "0",
        limitMaxPrice: "0",
      },
    ],
  };
}

/** Nothing can be moved into or out of a simulated exchange. */
function coinInfo({ code }: Asset): unknown {
  const isFiat = FIAT.has(code);
  const chain = {
    chainType: code,
    withdrawFee: "0",
    minWithdrawQuantity: "0",
    maxWithdrawQuantity: "0",
    minDepositQuantity: "0",
    allowDeposit: false,
    allowWithdraw: false,
  };
  return {
    orgId: "9001",
    coinId: code,
    coinName: code,
    coinFullName: code,
    allowWithdraw: false,
    allowDeposit: false,
    tokenType: isFiat ? "REAL_MONEY" : "CHAIN_TOKEN",
    chainTypes: isFiat ? [] : [chain],
  };
}
