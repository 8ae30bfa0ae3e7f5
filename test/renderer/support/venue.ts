import type { Asset, Instrument } from "../../../shared/catalog.ts";
import type { AccountId, AssetId, ClientOrderId, EpochUs, InstrumentId, OrderId, Seq } from "../../../shared/ids.ts";
import type { Amount, PriceTicks, QtyLots } from "../../../shared/money.ts";
import { emptyFrame, type BookView, type Catalog, type EngineStatus, type Frame, type OrderRow } from "../../../shared/views.ts";

/** A small venue for tests of what the window makes of the host's messages. */
export const USD = 1 as AssetId;
export const BTC = 2 as AssetId;
export const BTCUSD = 1 as InstrumentId;
export const ALPHA = 2 as AccountId;
export const BRAVO = 3 as AccountId;

export const usd: Asset = { assetId: USD, code: "USD", decimals: 7, usdMillionths: 1_000_000 };
export const btc: Asset = { assetId: BTC, code: "BTC", decimals: 8, usdMillionths: 0 };

export const btcUsd: Instrument = {
  instrumentId: BTCUSD,
  symbol: "BTC/USD",
  baseAssetId: BTC,
  quoteAssetId: USD,
  tickSize: "0.01",
  lotSize: "0.00001",
  baseUnitsPerLot: 1_000,
  quoteUnitsPerTickLot: 1,
  minLots: 30,
  maxLots: 1_600_000,
  marketMaxLots: 800_000,
  minNotional: 100_000_000 as Amount,
  priceBandPpm: 200_000,
  makerFeePpm: 1_000,
  takerFeePpm: 2_900,
  maxNotional: null,
  marketMaxNotional: null,
  maxOpenOrders: null,
  staticBandPpm: null,
  dynamicBandPpm: null,
  volatilityAuctionUs: 300_000_000,
  initialPhase: "continuous",
  venueId: null,
  product: "spot",
  pairType: "tokenFiat",
};

const account = (accountId: AccountId, code: string, owner: string): Catalog["accounts"][number] => ({
  accountId,
  code,
  name: `${code} account`,
  owner,
  clientClass: "corporateProfessional",
  receivesFees: false,
  groupId: null,
  firmId: null,
  residence: "HK",
  masterAccountId: null,
});

const catalog: Catalog = {
  assets: [usd, btc],
  instruments: [btcUsd],
  accounts: [account(1 as AccountId, "FEES", "house"), account(ALPHA, "ALPHA", "desk"), account(BRAVO, "BRAVO", "desk")],
};

export function frame(fromSeq: number, toSeq: number, content: Partial<Frame> = {}): Frame {
  return { ...emptyFrame(fromSeq as Seq, toSeq as Seq), ...content };
}

export function snapshot(seq: number, content: Partial<Frame> = {}): Frame {
  return frame(seq, seq, { snapshot: true, catalog, ...content });
}

export function orderRow(id: number, content: Partial<OrderRow> = {}): OrderRow {
  const lots = content.lots ?? (100 as QtyLots);
  return {
    orderId: id as OrderId,
    seq: id as Seq,
    accountId: ALPHA,
    instrumentId: BTCUSD,
    clientOrderId: id as ClientOrderId,
    side: "buy",
    orderType: "limit",
    timeInForce: "gtc",
    limitTicks: 6_500_000 as PriceTicks,
    triggerTicks: null,
    lots,
    filledLots: 0 as QtyLots,
    leavesLots: lots,
    averageTicks: null,
    status: "working",
    cancelReason: null,
    refusal: null,
    actor: "ui-1",
    createdUs: 0 as EpochUs,
    updatedUs: 0 as EpochUs,
    ...content,
  };
}

/** A book out of [ticks, lots] pairs, best first. */
export function book(bids: readonly (readonly [number, number])[], asks: readonly (readonly [number, number])[]): BookView {
  const levels = (pairs: readonly (readonly [number, number])[]): Int32Array =>
    Int32Array.from(pairs.flatMap(([ticks, lots]) => [ticks, lots, 1]));
  return { instrumentId: BTCUSD, bids: levels(bids), asks: levels(asks) };
}

export function status(content: Partial<EngineStatus> = {}): EngineStatus {
  return {
    state: "running",
    decidedSeq: 1 as Seq,
    durableSeq: 1 as Seq,
    lastCommitMs: 0.5,
    eventsPerSecond: 10,
    journalBytes: 1_000,
    venueTimeUs: 0 as EpochUs,
    clockSpeed: 1,
    clockMode: "running",
    marketRunning: true,
    commitWaitMs: 0,
    faults: [],
    fault: null,
    warnings: [],
    ...content,
  };
}
