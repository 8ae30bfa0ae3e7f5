import type { Instrument } from "../../../shared/catalog.ts";
import { MAX_TICKS } from "../../../shared/money.ts";
import { opposite } from "../state/books.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND } from "../records/fields.ts";
import type { IncomingOrder } from "./incomingOrder.ts";
import { pegTicks } from "../matching/pegs.ts";
import { bandEdge, sourceTicks } from "../matching/priceBand.ts";
import { PASSED } from "../records/refused.ts";
import {
  MARKET_TO_LIMIT,
  PEGGED,
  POST_ONLY_REJECT,
  STOP,
  STOP_LIMIT,
  TRAILING_STOP,
  isBuy,
  postOnlyBits,
  sideBit,
  typeBits,
} from "../records/terms.ts";

/** Bounds, values and works the order at one price. */
export function priceAt(incoming: IncomingOrder, ticks: number): void {
  incoming.workingTicks = ticks;
  incoming.boundTicks = ticks;
  incoming.matchTicks = ticks;
  incoming.valuationTicks = ticks;
}

/** RK-2 and RK-3: after the first trade a limit lies within the band around the last one. */
export function checkBand(engine: Engine, instrument: Instrument, limitTicks: number): number {
  const { incoming, state } = engine;
  const last = state.markets.lastTicks(incoming.instrumentId);
  return last === 0 || isWithinBand(instrument, incoming.terms, last, limitTicks)
    ? PASSED
    : refuseBand(engine, instrument, last, limitTicks);
}

function refuseBand({ incoming, refused }: Engine, instrument: Instrument, reference: number, ticks: number): number {
  const edge = bandEdge(instrument, incoming.terms, reference);
  refused.with("RISK_PRICE_BAND", edge, ticks, NO_OPERAND);
  // Only a price that was sent can be sent otherwise.
  return refused.unless(incoming.limitTicks === ticks ? edge : 0, 0);
}

function isWithinBand(instrument: Instrument, terms: number, reference: number, limitTicks: number): boolean {
  const edge = bandEdge(instrument, terms, reference);
  return isBuy(terms) ? limitTicks <= edge : limitTicks >= edge;
}

/** Bound, value and working price of any order but a plain limit or a market order. Answers a reject number, or PASSED. */
export function priceSpecial(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const { limitTicks, terms } = incoming;
  switch (typeBits(terms)) {
    case STOP:
      return priceStop(engine, instrument, incoming.triggerTicks);
    case TRAILING_STOP: {
      // MT-33: it starts at its distance from the present price.
      const source = sourceTicks(state, incoming.instrumentId, terms);
      if (source === 0) return refused.because("RISK_NO_REFERENCE_PRICE");
      const { offsetTicks } = incoming;
      return priceStop(engine, instrument, isBuy(terms) ? Math.min(source + offsetTicks, MAX_TICKS) : Math.max(source - offsetTicks, 1));
    }
    case STOP_LIMIT:
      incoming.stopTicks = incoming.triggerTicks;
      priceAt(incoming, limitTicks);
      return isWithinBand(instrument, terms, incoming.triggerTicks, limitTicks)
        ? PASSED
        : refuseBand(engine, instrument, incoming.triggerTicks, limitTicks);
    case PEGGED: {
      priceAt(incoming, limitTicks);
      incoming.workingTicks = pegTicks(state, incoming.instrumentId, terms, incoming.offsetTicks, limitTicks);
      if (incoming.workingTicks === 0) return refused.because("RISK_NO_REFERENCE_PRICE");
      return checkBand(engine, instrument, limitTicks);
    }
    case MARKET_TO_LIMIT: {
      // MT-21: the best opposite price becomes its limit.
      const touch = state.books.bestTicks(incoming.instrumentId, opposite(sideBit(terms)));
      if (touch === 0) return refused.because("BOOK_NO_LIQUIDITY");
      priceAt(incoming, touch);
      return checkBand(engine, instrument, touch);
    }
    default:
      priceAt(incoming, limitTicks);
      return checkBand(engine, instrument, limitTicks) || (postOnlyBits(terms) === 0 ? PASSED : keepPassive(engine));
  }
}

/** MT-32: until it fires, a stop without limit is held and valued as if it had one at the edge of the band around its trigger. */
function priceStop(engine: Engine, instrument: Instrument, stopTicks: number): number {
  const { incoming } = engine;
  incoming.stopTicks = stopTicks;
  priceAt(incoming, bandEdge(instrument, incoming.terms, stopTicks));
  return PASSED;
}

/** MT-20: a post-only order that would trade at once is refused, or moved to the nearest price at which it would not. */
function keepPassive(engine: Engine): number {
  const { incoming, refused, state } = engine;
  const { limitTicks, terms } = incoming;
  if (!state.markets.isContinuous(incoming.instrumentId)) return PASSED;
  const touch = state.books.bestTicks(incoming.instrumentId, opposite(sideBit(terms)));
  if (touch === 0 || (isBuy(terms) ? limitTicks < touch : limitTicks > touch)) return PASSED;
  const nearest = isBuy(terms) ? touch - 1 : touch + 1;
  const exists = nearest >= 1 && nearest <= MAX_TICKS;
  if (!exists || postOnlyBits(terms) === POST_ONLY_REJECT) {
    refused.with("BOOK_POST_ONLY", exists ? nearest : NO_OPERAND, limitTicks, NO_OPERAND);
    return refused.unless(exists ? nearest : 0, 0);
  }
  priceAt(incoming, nearest);
  return PASSED;
}
