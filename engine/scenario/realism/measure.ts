import { BAR_STRIDE, barSlots } from "../../../shared/bars.ts";
import type { Instrument } from "../../../shared/catalog.ts";
import type { ScenarioRun } from "../run.ts";
import type { Quote, Trade } from "../tape.ts";
import { autocorrelation, correlation, distribution, mean, returnsPpm, slope, type Distribution } from "./statistics.ts";

/** How one instrument of a run traded, in figures that a real market can be held against. */
export type Realism = {
  readonly symbol: string;
  readonly seconds: number;
  readonly trades: number;
  readonly mids: readonly number[];
  readonly spreadsPpm: readonly number[];
  readonly spread: Distribution;
  /** Moves of the middle over a second and over ten. */
  readonly returns: readonly number[];
  readonly oneSecond: Distribution;
  readonly tenSeconds: Distribution;
  /** Whole units of the base asset in one trade. */
  readonly volumes: readonly number[];
  readonly volume: Distribution;
  /** Of the sides of incoming orders that traded, at lags from 1. */
  readonly signs: readonly number[];
  readonly returnMemory: readonly number[];
  /** Of the sizes of ten-second returns. */
  readonly clustering: readonly number[];
  /** Mean move of the middle over five seconds behind an incoming order, by its size, in its direction. */
  readonly impact: readonly (readonly [size: number, ppm: number])[];
  /** Exponent of a power law through these; concave below 1. */
  readonly impactExponent: number;
  readonly ordersToTrades: number;
  readonly cancelsToTrades: number;
  /** Of volume and size of return over ten seconds. */
  readonly volumeWithMoves: number;
};

/** The same shapes of real bars, where bars can tell. */
export type RealShapes = {
  readonly label: string;
  readonly bars: number;
  readonly excessKurtosis: number;
  readonly clustering: readonly number[];
  readonly returnMemory: readonly number[];
  readonly volumeWithMoves: number;
};

const LAGS = 30;
const QUOTES_PER_SECOND = 10;
/** A run that is measured takes the touch down so often. */
export const REALISM_QUOTE_US = 1_000_000 / QUOTES_PER_SECOND;
const IMPACT_SECONDS = 5;
const IMPACT_BINS = 10;
const TEN = 10;

export function measure(run: ScenarioRun, instrument: Instrument): Realism {
  const { tape } = run;
  const trades = tape.trades(instrument.instrumentId);
  const fine = tape.quotes(instrument.instrumentId).filter(({ bid, ask }) => bid > 0 && ask > 0);
  const quotes = fine.filter((_, at) => at % QUOTES_PER_SECOND === 0);
  const mids = quotes.map(({ bid, ask }) => (bid + ask) / 2);
  const spreadsPpm = quotes.map(({ bid, ask }) => ((ask - bid) / ((ask + bid) / 2)) * 1_000_000);
  const returns = returnsPpm(mids);
  const slow = returnsPpm(mids.filter((_, at) => at % TEN === 0));
  const volumes = trades.map(({ lots }) => lots * Number(instrument.lotSize));
  const incoming = incomingOrders(trades);
  const impact = impactCurve(incoming, fine, Number(instrument.lotSize));
  const slowVolumes = volumesBetween(
    trades,
    quotes.filter((_, at) => at % TEN === 0),
  );
  const fills = Math.max(1, trades.length);
  return {
    symbol: instrument.symbol,
    seconds: (run.endUs - run.startUs) / 1_000_000,
    trades: trades.length,
    mids: mids.map((ticks) => ticks * Number(instrument.tickSize)),
    spreadsPpm,
    spread: distribution(spreadsPpm),
    returns,
    oneSecond: distribution(returns),
    tenSeconds: distribution(slow),
    volumes,
    volume: distribution(volumes),
    signs: autocorrelation(
      incoming.map(({ buys }) => (buys ? 1 : -1)),
      LAGS,
    ),
    returnMemory: autocorrelation(returns, LAGS),
    clustering: autocorrelation(slow.map(Math.abs), Math.min(LAGS, Math.floor(slow.length / 4))),
    impact,
    impactExponent: slope(impact.filter(([, ppm]) => ppm > 0).map(([size, ppm]) => [Math.log(size), Math.log(ppm)])),
    ordersToTrades: (tape.events.get("OrderAccepted") ?? 0) / fills,
    cancelsToTrades: (tape.events.get("OrderCancelled") ?? 0) / fills,
    volumeWithMoves: correlation(slow.map(Math.abs), slowVolumes),
  };
}

export function shapesOfBars(bars: Float64Array, label: string): RealShapes {
  const rows = bars.length / BAR_STRIDE;
  const column = (slot: number): readonly number[] => Array.from({ length: rows }, (_, row) => bars[row * BAR_STRIDE + slot] ?? 0);
  const returns = returnsPpm(column(barSlots.close));
  return {
    label,
    bars: rows,
    excessKurtosis: distribution(returns).excessKurtosis,
    clustering: autocorrelation(returns.map(Math.abs), LAGS),
    returnMemory: autocorrelation(returns, LAGS),
    volumeWithMoves: correlation(returns.map(Math.abs), column(barSlots.volumeLots).slice(1)),
  };
}

type Incoming = { readonly atUs: number; readonly buys: boolean; readonly lots: number };

/** Fills of one incoming order count once. */
function incomingOrders(trades: readonly Trade[]): readonly Incoming[] {
  const orders: (Incoming & { readonly id: number; lots: number })[] = [];
  for (const { atUs, takerBuys, lots, takerOrderId } of trades) {
    const last = orders.at(-1);
    if (last?.id === takerOrderId) last.lots += lots;
    else orders.push({ id: takerOrderId, atUs, buys: takerBuys, lots });
  }
  return orders;
}

function impactCurve(incoming: readonly Incoming[], quotes: readonly Quote[], lotSize: number): readonly (readonly [number, number])[] {
  const moves: [size: number, ppm: number][] = [];
  let at = 0;
  for (const { atUs, buys, lots } of incoming) {
    while (at + 1 < quotes.length && (quotes[at + 1]?.atUs ?? 0) <= atUs) at += 1;
    const [before, after] = [quotes[at], quotes[at + IMPACT_SECONDS * QUOTES_PER_SECOND]];
    if (before === undefined || after === undefined) continue;
    const ppm = Math.log((after.bid + after.ask) / (before.bid + before.ask)) * 1_000_000;
    moves.push([lots * lotSize, buys ? ppm : -ppm]);
  }
  moves.sort(([a], [b]) => a - b);
  const size = Math.ceil(moves.length / IMPACT_BINS);
  return Array.from({ length: size === 0 ? 0 : Math.ceil(moves.length / size) }, (_, bin): readonly [number, number] => {
    const rows = moves.slice(bin * size, (bin + 1) * size);
    return [mean(rows.map(([lots]) => lots)), mean(rows.map(([, ppm]) => ppm))];
  });
}

function volumesBetween(trades: readonly Trade[], moments: readonly Quote[]): readonly number[] {
  let at = 0;
  return moments.slice(1).map(({ atUs }) => {
    let lots = 0;
    for (; at < trades.length && (trades[at]?.atUs ?? 0) <= atUs; at += 1) lots += trades[at]?.lots ?? 0;
    return lots;
  });
}
