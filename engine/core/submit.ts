import type { Engine } from "./engineParts.ts";
import { checkEligibility } from "./eligibility.ts";
import { emitOrderAccepted, emitOrderDenied } from "./emit.ts";
import { NO_OPERAND, int } from "./fields.ts";
import { checkFunds } from "./hold.ts";
import { SWEPT_TO_OWN_ORDER } from "./incomingOrder.ts";
import { commandLayouts } from "./layout.ts";
import { matchAndPlace, sweep } from "./match.ts";
import { seekNearest } from "./nearest.ts";
import { PASSED } from "./refused.ts";
import { checkPrice } from "./risk.ts";
import { checkRisk } from "./risk/check.ts";
import { emitConfirmations, emitRiskBreached } from "./risk/emitRisk.ts";
import { isFillOrKill, isMarket } from "./terms.ts";
import { checkIdentity, checkNotional, checkTerms } from "./validate.ts";

const slots = commandLayouts.SubmitOrder.slots;

/** The way of every order: validate, eligible, risk, book, ledger, then accept, match and place. The first stage that objects ends it. */
export function submitOrder(engine: Engine, at: number): void {
  const { incoming, log, state } = engine;
  const row = log.numbers;
  incoming.accountId = int(row[at + slots.accountId]);
  incoming.instrumentId = int(row[at + slots.instrumentId]);
  incoming.clientOrderId = row[at + slots.clientOrderId]!;
  incoming.terms = int(row[at + slots.terms]);
  incoming.limitTicks = int(row[at + slots.limitTicks]);
  incoming.lots = int(row[at + slots.lots]);
  incoming.isExact =
    row[at + slots.accountId] === incoming.accountId &&
    row[at + slots.instrumentId] === incoming.instrumentId &&
    row[at + slots.limitTicks] === incoming.limitTicks &&
    row[at + slots.lots] === incoming.lots &&
    Number.isSafeInteger(incoming.clientOrderId);
  incoming.confirmation = int(row[at + slots.confirmation]);
  if (checkAll(engine) !== PASSED) {
    if (engine.assessment.hasBreach) emitRiskBreached(engine);
    seekNearest(engine, checkAll);
    emitOrderDenied(engine);
    return;
  }
  if (engine.assessment.confirmed > 0) emitConfirmations(engine);
  emitOrderAccepted(engine);
  matchAndPlace(engine, state.orders.find(state.lastSeq));
}

/**
 * RK-22: an order of the engine's own that trades a position back, whatever the incoming order's account may still send. It passes every
 * stage but the pre-trade controls; what the market does not take at once is not traded.
 */
export function submitFlattening(engine: Engine): void {
  const { incoming, state } = engine;
  incoming.confirmation = 0;
  incoming.isExact = true;
  engine.assessment.clear();
  const instrument = state.catalog.instrument(incoming.instrumentId);
  const objection =
    checkTerms(engine, instrument) ||
    checkPrice(engine, instrument) ||
    checkNotional(engine, instrument) ||
    checkLiquidity(engine) ||
    checkFunds(engine, instrument);
  if (objection !== PASSED) return emitOrderDenied(engine);
  emitOrderAccepted(engine);
  matchAndPlace(engine, state.orders.find(state.lastSeq));
}

/** Every stage in order. It writes to engine.incoming and engine.refused alone, so that it can be asked about another order too. */
function checkAll(engine: Engine): number {
  engine.assessment.clear();
  const unidentified = checkIdentity(engine);
  if (unidentified !== PASSED) return unidentified;
  const ineligible = checkEligibility(engine);
  if (ineligible !== PASSED) return ineligible;
  const instrument = engine.state.catalog.instrument(engine.incoming.instrumentId);
  return (
    checkTerms(engine, instrument) ||
    checkPrice(engine, instrument) ||
    checkNotional(engine, instrument) ||
    checkRisk(engine, instrument) ||
    checkLiquidity(engine) ||
    checkFunds(engine, instrument)
  );
}

/** MT-6 and MT-7: a fill-or-kill order needs its whole quantity at once, a market order at least something to meet. */
function checkLiquidity(engine: Engine): number {
  const { incoming, refused } = engine;
  const { terms } = incoming;
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
