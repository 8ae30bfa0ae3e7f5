import { unreachable } from "../../shared/assert.ts";
import type { Instrument } from "../../shared/catalog.ts";
import { formatSteps, unitStep } from "../../shared/decimal.ts";
import { PPM } from "../../shared/money.ts";
import { checkInvariants } from "../core/snapshot/invariants.ts";
import { balance, openOrders, tradingPhase } from "../core/queries.ts";
import { nearestTicks, type ScenarioCatalog } from "./catalog.ts";
import type { SimulatedExchange } from "./exchange.ts";
import type { Label } from "./participant.ts";
import type { Assertion } from "./schema.ts";
import type { Quote, Tape, Trade } from "./tape.ts";

export type Verdict = { readonly passed: boolean; readonly text: string };

/** What assertions look at. */
export type Evidence = {
  readonly exchange: SimulatedExchange;
  readonly catalog: ScenarioCatalog;
  readonly tape: Tape;
  readonly labels: readonly Label[];
  readonly startUs: number;
};

/** SM-23: holds the assertion against the committed state and what has happened so far. */
export function judge(assertion: Assertion, evidence: Evidence): Verdict {
  const { exchange, catalog, tape, labels } = evidence;
  const { replica } = exchange.views;
  switch (assertion.check) {
    case "trades": {
      const { instrument } = assertion;
      return within(
        assertion,
        instrument === undefined ? tape.tradeCount : tape.trades(catalog.instrument(instrument).instrumentId).length,
        "trades",
      );
    }
    case "refusals": {
      const accountId = assertion.account === undefined ? null : catalog.account(assertion.account).accountId;
      const found = tape.denials.filter(
        (denial) => (assertion.code ?? denial.code) === denial.code && (accountId ?? denial.accountId) === denial.accountId,
      );
      return within(assertion, found.length, `refusals ${assertion.code ?? "of any kind"}`);
    }
    case "events":
      return within(assertion, tape.events.get(assertion.type) ?? 0, `events ${assertion.type}`);
    case "cancels": {
      const accountId = assertion.account === undefined ? null : catalog.account(assertion.account).accountId;
      const found = tape.cancels.filter(({ reason, accountId: of }) => reason === assertion.reason && (accountId ?? of) === of);
      return within(assertion, found.length, `cancels ${assertion.reason}`);
    }
    case "faults":
      return within(assertion, exchange.faults.strikesOf(assertion.kind), `strikes of ${assertion.kind}`);
    case "labels":
      return within(assertion, labels.filter(({ agent }) => agent === assertion.agent).length, `labels of ${assertion.agent}`);
    case "phase": {
      const { phase } = tradingPhase(replica, catalog.instrument(assertion.instrument).instrumentId);
      return { passed: phase === assertion.is, text: `phase of ${assertion.instrument} is ${phase}, expected ${assertion.is}` };
    }
    case "price": {
      const instrument = catalog.instrument(assertion.instrument);
      const last = tape.trades(instrument.instrumentId).at(-1)?.ticks ?? null;
      const bound = (text: string | undefined): number | undefined => (text === undefined ? undefined : nearestTicks(instrument, text));
      return within({ min: bound(assertion.min), max: bound(assertion.max) }, last, `last price of ${instrument.symbol}`, (ticks) =>
        formatSteps(ticks, instrument.tickSize),
      );
    }
    case "range":
      return within(
        ppmBounds(assertion),
        rangePpm(during(tape.trades(catalog.instrument(assertion.instrument).instrumentId), assertion, evidence)),
        `range of ${assertion.instrument} in ppm`,
      );
    case "spread":
      return within(
        ppmBounds(assertion),
        meanSpreadPpm(during(tape.quotes(catalog.instrument(assertion.instrument).instrumentId), assertion, evidence)),
        `mean spread of ${assertion.instrument} in ppm`,
      );
    case "emptySide":
      return within(
        assertion,
        tape.quotes(catalog.instrument(assertion.instrument).instrumentId).filter(({ bid, ask }) => bid === 0 || ask === 0).length,
        `seconds with an empty side of ${assertion.instrument}`,
      );
    case "balance": {
      const asset = catalog.asset(assertion.asset);
      const { total } = balance(replica, catalog.account(assertion.account).accountId, asset.assetId);
      const bound = (text: string | undefined): number | undefined => (text === undefined ? undefined : catalog.units(asset.code, text));
      return within(
        { min: bound(assertion.min), max: bound(assertion.max) },
        total,
        `balance of ${assertion.account} in ${asset.code}`,
        (units) => formatSteps(units, unitStep(asset.decimals)),
      );
    }
    case "position":
      return within(
        assertion,
        position(assertion.account, catalog.instrument(assertion.instrument), evidence),
        `position of ${assertion.account} in ${assertion.instrument}`,
      );
    case "openOrders": {
      const accountId = assertion.account === undefined ? undefined : catalog.account(assertion.account).accountId;
      return within(assertion, [...openOrders(replica, accountId)].length, `open orders of ${assertion.account ?? "everyone"}`);
    }
    case "hash": {
      const hash = exchange.stateHash();
      return { passed: hash === assertion.is, text: `state hash ${hash}, expected ${assertion.is}` };
    }
    default:
      return unreachable(assertion);
  }
}

/** What holds in every scenario: the laws of the rule book on the whole state, and no crossed book while it trades. */
export function judgeLaws({ exchange, catalog, tape }: Evidence): readonly Verdict[] {
  const crossed = catalog.instruments.filter(({ instrumentId }) => {
    const [bid, ask] = [tape.best(instrumentId, "buy"), tape.best(instrumentId, "sell")];
    return bid > 0 && ask > 0 && bid >= ask && tradingPhase(exchange.views.replica, instrumentId).phase === "continuous";
  });
  return [
    lawsOf(exchange),
    { passed: crossed.length === 0, text: `crossed books: ${crossed.map(({ symbol }) => symbol).join(", ") || "none"}` },
  ];
}

function lawsOf(exchange: SimulatedExchange): Verdict {
  try {
    checkInvariants(exchange.views.replica);
    return { passed: true, text: "every law of the ledger and the books holds" };
  } catch (error) {
    return { passed: false, text: error instanceof Error ? error.message : String(error) };
  }
}

function within(
  bounds: { readonly min?: number | undefined; readonly max?: number | undefined },
  value: number | null,
  what: string,
  inWords: (value: number) => string = String,
): Verdict {
  const { min, max } = bounds;
  const passed = value !== null && (min === undefined || value >= min) && (max === undefined || value <= max);
  return { passed, text: `${what}: ${value === null ? "none" : inWords(value)}, expected ${boundsInWords(min, max, inWords)}` };
}

function boundsInWords(min: number | undefined, max: number | undefined, inWords: (value: number) => string): string {
  if (min === undefined) return max === undefined ? "any" : `at most ${inWords(max)}`;
  if (max === undefined) return `at least ${inWords(min)}`;
  return min === max ? `exactly ${inWords(min)}` : `${inWords(min)} to ${inWords(max)}`;
}

function ppmBounds({ minPpm, maxPpm }: { readonly minPpm?: number | undefined; readonly maxPpm?: number | undefined }): {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
} {
  return { min: minPpm, max: maxPpm };
}

function during<T extends { readonly atUs: number }>(
  rows: readonly T[],
  time: { readonly from: number; readonly to?: number | undefined },
  { startUs }: Evidence,
): readonly T[] {
  return rows.filter(({ atUs }) => atUs >= startUs + time.from && (time.to === undefined || atUs <= startUs + time.to));
}

function rangePpm(trades: readonly Trade[]): number | null {
  const first = trades[0]?.ticks;
  if (first === undefined) return null;
  const [low, high] = trades.reduce(([least, most], { ticks }) => [Math.min(least, ticks), Math.max(most, ticks)], [first, first]);
  return ((high - low) / first) * PPM;
}

function meanSpreadPpm(quotes: readonly Quote[]): number | null {
  const both = quotes.filter(({ bid, ask }) => bid > 0 && ask > 0);
  return both.length === 0 ? null : both.reduce((sum, { bid, ask }) => sum + ((ask - bid) / ((ask + bid) / 2)) * PPM, 0) / both.length;
}

function position(account: string, instrument: Instrument, { exchange, catalog }: Evidence): number {
  const { accountId } = catalog.account(account);
  const row = exchange.views.positions.row(accountId, instrument.instrumentId, {
    ticks: null,
    quoteUnitsPerTickLot: instrument.quoteUnitsPerTickLot,
  });
  return (row?.netLots ?? 0) * Number(instrument.lotSize);
}
