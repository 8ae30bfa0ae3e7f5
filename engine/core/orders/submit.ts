import type { Instrument } from "../../../shared/catalog.ts";
import { rejectTable } from "../../../shared/rejects.ts";
import { checkEligibility } from "../eligibility/checkEligibility.ts";
import { emitOrderAccepted, emitOrderDenied, emitOrderRested } from "../records/emit.ts";
import type { Engine } from "../engineParts.ts";
import { emitOrderRouted } from "../records/emitRoutes.ts";
import { NO_OPERAND, NO_TEXT, headerLength, int } from "../records/fields.ts";
import { checkFunds } from "./hold.ts";
import { SWEPT_TO_OWN_ORDER } from "./incomingOrder.ts";
import { commandLayouts, plainLayouts } from "../records/layout.ts";
import { feeKeyOf } from "../ledger/ledger.ts";
import { matchAndPlace, sweep } from "../matching/match.ts";
import { seekNearest } from "./nearest.ts";
import { checkPhase, heedVolatility } from "../matching/phases.ts";
import { PASSED } from "../records/refused.ts";
import { checkPrice } from "./checkPrice.ts";
import { sizeByAmount } from "./sizing.ts";
import { PEGGED, isFillOrKill, isMarket, isPlain, isStop, typeBits } from "../records/terms.ts";
import { checkRisk } from "../risk/check.ts";
import { boundRouted, isRoutedMarket, routedBound, sizeRoutedAmount } from "../routing/routePrice.ts";
import { checkRoute } from "../routing/routeStage.ts";
import { emitConfirmations, emitRiskBreached } from "../risk/emitRisk.ts";
import { checkIdentity, checkLots, checkOpenOrders, checkNotional, checkTerms } from "./validate.ts";

const slots = commandLayouts.SubmitOrder.slots;

/** The way of every order: through the stages of checkAll(), then accept, match and place. The first stage that objects ends it. */
export function submitOrder(engine: Engine, at: number): void {
  readOrder(engine, at);
  if (checkAll(engine) !== PASSED) {
    deny(engine, checkAll);
    return;
  }
  if (engine.assessment.confirmed > 0) emitConfirmations(engine);
  emitOrderAccepted(engine);
  place(engine, engine.state.orders.find(engine.state.lastSeq));
}

/**
 * FK-5: the most lots with which this SubmitOrder would pass every stage, all its other terms as they are; 0 if no quantity would. For an
 * order that is cut down (MT-29) it is what would be left of it. Asks the stages and changes nothing but scratch.
 */
export function largestPassing(engine: Engine, at: number): number {
  readOrder(engine, at);
  const { incoming, state } = engine;
  if (!state.catalog.hasInstrument(incoming.instrumentId)) return 0;
  const { marketMaxLots, maxLots } = state.catalog.instrument(incoming.instrumentId);
  let passed = 0;
  let best = 0;
  let above = (isMarket(incoming.terms) ? marketMaxLots : maxLots) + 1;
  let next = above - 1;
  while (next > passed) {
    readOrder(engine, at);
    incoming.lots = next;
    incoming.askedLots = next;
    const objection = checkAll(engine);
    if (objection === PASSED) best = Math.max(best, incoming.lots);
    if (objection === PASSED || isTooSmall(engine, objection, next)) passed = next;
    else above = next;
    next = passed + Math.floor((above - passed) / 2);
  }
  return best;
}

const LOTS_BELOW = rejectTable.VALIDATE_LOTS_BELOW_MINIMUM.number;
const NOTIONAL_BELOW = rejectTable.VALIDATE_NOTIONAL_BELOW_MINIMUM.number;

/** Would more lots answer this objection? */
function isTooSmall({ incoming }: Engine, objection: number, lots: number): boolean {
  return objection === LOTS_BELOW || objection === NOTIONAL_BELOW || (incoming.displayLots !== 0 && lots <= incoming.displayLots);
}

function readOrder(engine: Engine, at: number): void {
  const { incoming, log } = engine;
  const row = log.numbers;
  if (incoming.isSpecial) incoming.clearSpecials();
  incoming.accountId = int(row[at + slots.accountId]);
  incoming.instrumentId = int(row[at + slots.instrumentId]);
  incoming.clientOrderId = row[at + slots.clientOrderId]!;
  incoming.terms = int(row[at + slots.terms]);
  incoming.limitTicks = int(row[at + slots.limitTicks]);
  incoming.lots = int(row[at + slots.lots]);
  incoming.askedLots = incoming.lots;
  const isWhole = headerLength(int(row[at])) !== plainLayouts.SubmitOrder.length;
  // A term that does not fit a plain order shows here, whichever row it came in.
  incoming.isSpecial = !isPlain(incoming.terms) || incoming.lots === 0;
  incoming.confirmation = 0;
  incoming.isExact =
    row[at + slots.accountId] === incoming.accountId &&
    row[at + slots.instrumentId] === incoming.instrumentId &&
    row[at + slots.limitTicks] === incoming.limitTicks &&
    row[at + slots.lots] === incoming.lots &&
    Number.isSafeInteger(incoming.clientOrderId);
  if (isWhole) readSpecials(engine, at);
}

function readSpecials({ incoming, log }: Engine, at: number): void {
  const row = log.numbers;
  incoming.quoteAmount = row[at + slots.quoteAmount]!;
  incoming.displayLots = int(row[at + slots.displayLots]);
  incoming.expireAtUs = row[at + slots.expireAtUs]!;
  incoming.triggerTicks = int(row[at + slots.triggerTicks]);
  incoming.offsetTicks = int(row[at + slots.offsetTicks]);
  incoming.confirmation = int(row[at + slots.confirmation]) - NO_TEXT;
  incoming.isSpecial ||=
    incoming.quoteAmount !== 0 ||
    incoming.displayLots !== 0 ||
    incoming.expireAtUs !== 0 ||
    incoming.triggerTicks !== 0 ||
    incoming.offsetTicks !== 0;
  incoming.isExact &&=
    Number.isSafeInteger(incoming.quoteAmount) &&
    row[at + slots.displayLots] === incoming.displayLots &&
    Number.isSafeInteger(incoming.expireAtUs) &&
    row[at + slots.triggerTicks] === incoming.triggerTicks &&
    row[at + slots.offsetTicks] === incoming.offsetTicks;
}

/** What becomes of an accepted order: a stop waits, what is traded elsewhere leaves, a peg rests, all others are matched first. */
export function place(engine: Engine, order: number): void {
  const { instrumentId, terms } = engine.incoming;
  if (isStop(terms)) return;
  const instrument = engine.state.catalog.instrument(instrumentId);
  if (instrument.routed === true) return depart(engine, order, instrument, { sender: null, replaces: 0 });
  if (typeBits(terms) === PEGGED) emitOrderRested(engine, order);
  else matchAndPlace(engine, order);
}

/** CN-2: lets an accepted order out to its venue. */
export function depart(
  engine: Engine,
  order: number,
  instrument: Instrument,
  /** Whose it is, null for who sent the command, and the order in whose place it comes, 0 for none. */
  origin: { readonly sender: string | null; readonly replaces: number },
): void {
  const { quoteAmount } = engine.incoming;
  emitOrderRouted(engine, order, { boundTicks: routedBound(engine, instrument), quoteAmount, ...origin });
}

/**
 * Refuses the incoming order for the reason in engine.refused; a breach of a control comes before it. `check` is asked for the nearest
 * order that would have passed, if its sender can send another.
 */
export function deny(engine: Engine, check: ((engine: Engine) => number) | null): void {
  if (engine.assessment.hasBreach) emitRiskBreached(engine);
  if (check !== null) seekNearest(engine, check);
  emitOrderDenied(engine);
}

/**
 * RK-22: an order of the engine's own that trades a position back, whatever the incoming order's account may still send. It passes every
 * stage but the pre-trade controls; what the market does not take at once is not traded. `sender` as in depart().
 */
export function submitFlattening(engine: Engine, sender: string | null): void {
  const { incoming, state } = engine;
  engine.assessment.clear();
  const instrument = state.catalog.instrument(incoming.instrumentId);
  incoming.feeKey = feeKeyOf(state, incoming.accountId, instrument);
  const objection =
    checkTerms(engine, instrument) ||
    (instrument.routed === true ? checkRoute(engine) : PASSED) ||
    checkPhase(engine) ||
    checkPriceAndBands(engine, instrument) ||
    checkNotional(engine, instrument) ||
    checkLiquidity(engine, instrument) ||
    checkFunds(engine, instrument);
  if (objection !== PASSED) return emitOrderDenied(engine);
  emitOrderAccepted(engine);
  const order = state.orders.find(state.lastSeq);
  if (instrument.routed === true) depart(engine, order, instrument, { sender, replaces: 0 });
  else place(engine, order);
}

/** Every stage in order, for an order that is sent. It writes to the engine's scratch space alone, so that it can be asked about another order too. */
export function checkAll(engine: Engine): number {
  engine.assessment.clear();
  const unidentified = checkIdentity(engine);
  return unidentified === PASSED ? checkStages(engine) : unidentified;
}

/** All stages but the first, for an order whose account and instrument are known to exist. */
export function checkStages(engine: Engine): number {
  engine.assessment.clear();
  const ineligible = checkEligibility(engine);
  if (ineligible !== PASSED) return ineligible;
  const { incoming, state } = engine;
  const instrument = state.catalog.instrument(incoming.instrumentId);
  incoming.feeKey = feeKeyOf(state, incoming.accountId, instrument);
  return (
    checkTerms(engine, instrument) ||
    (instrument.routed === true ? checkRoute(engine) : PASSED) ||
    checkPhase(engine) ||
    checkOpenOrders(engine, instrument) ||
    checkPriceAndBands(engine, instrument) ||
    (incoming.quoteAmount === 0 ? PASSED : checkAmount(engine, instrument)) ||
    checkNotional(engine, instrument) ||
    checkRisk(engine, instrument) ||
    checkLiquidity(engine, instrument) ||
    checkFunds(engine, instrument)
  );
}

function checkAmount(engine: Engine, instrument: Instrument): number {
  if (instrument.routed === true) return sizeRoutedAmount(engine, instrument);
  return sizeByAmount(engine, instrument) || checkLots(engine, instrument);
}

function checkPriceAndBands(engine: Engine, instrument: Instrument): number {
  const refusal = checkPrice(engine, instrument);
  if (refusal === PASSED) heedVolatility(engine, instrument);
  return refusal;
}

/** MT-6 and MT-7: a fill-or-kill order needs its whole quantity at once, a market order at least something to meet. An outside venue looks itself. */
function checkLiquidity(engine: Engine, instrument: Instrument): number {
  const { incoming, refused } = engine;
  const { terms } = incoming;
  if (isRoutedMarket(terms, instrument)) boundRouted(engine, instrument);
  if (instrument.routed === true) return PASSED;
  if (!isMarket(terms) && !isFillOrKill(terms)) return PASSED;
  sweep(engine);
  if (isFillOrKill(terms)) {
    if (incoming.sweptLots === incoming.lots) return PASSED;
    refused.with("BOOK_FILL_OR_KILL", NO_OPERAND, incoming.lots, incoming.sweptLots);
    return refused.unless(0, incoming.sweptLots);
  }
  if (incoming.sweptLots === 0 && incoming.sweepEnd !== SWEPT_TO_OWN_ORDER) return refused.because("BOOK_NO_LIQUIDITY");
  return PASSED;
}
