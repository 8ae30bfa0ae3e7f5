import type { Instrument } from "../../../shared/catalog.ts";
import { checkEligibility } from "../eligibility/checkEligibility.ts";
import { emitOrderCancelled } from "../records/emit.ts";
import { emitAmendRouted } from "../records/emitRoutes.ts";
import { emitAmendDenied, emitOrderAmended } from "../records/emitSpecials.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND, NO_TEXT, int, textAt } from "../records/fields.ts";
import { checkFunds } from "./hold.ts";
import { feeKeyOf } from "../ledger/ledger.ts";
import { commandLayouts, plainLayouts } from "../records/layout.ts";
import { matchAndPlace } from "../matching/match.ts";
import { isAmendable } from "../matching/phases.ts";
import { seekNearest } from "./nearest.ts";
import { priceAt, priceSpecial } from "./pricing.ts";
import { recall } from "./recall.ts";
import { PASSED } from "../records/refused.ts";
import { checkRisk } from "../risk/check.ts";
import { emitConfirmations, emitRiskBreached } from "../risk/emitRisk.ts";
import { UNWATCHED } from "../state/specials.ts";
import { LIMIT, MARKET_TO_LIMIT, STOP, STOP_LIMIT, asLimit, isReduceOnly, mayStay, typeBits } from "../records/terms.ts";
import { checkLots, checkNotional } from "./validate.ts";

const slots = commandLayouts.AmendOrder.slots;
/** CN-19: how long the venue may take to let an order go, lost connections and restarts included, before nothing goes in for it any more. */
const REPLACED_WITHIN_US = 60_000_000;

/** What an AmendOrder asks for; 0 for what it leaves alone. A confirmation is the index of its text. */
type Wish = { readonly limitTicks: number; readonly lots: number; readonly triggerTicks: number; readonly confirmation: number };

/** MT-27 and MT-28: changes an open order's price, quantity or trigger. */
export function amendOrder(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const row = log.numbers;
  const accountId = int(row[at + slots.accountId]);
  const orderId = row[at + slots.orderId]!;
  const wish = {
    limitTicks: int(row[at + slots.limitTicks]),
    lots: int(row[at + slots.lots]),
    triggerTicks: int(row[at + slots.triggerTicks]),
    confirmation: textAt(row, at, slots.confirmation, plainLayouts.AmendOrder.length),
  };
  const order = state.orders.findIn(row, at + slots.orderId);
  if (order === 0 || state.orders.accountId(order) !== accountId) {
    if (!state.accounts.exists(accountId)) refused.because("VALIDATE_UNKNOWN_ACCOUNT");
    else refused.with("BOOK_UNKNOWN_ORDER", NO_OPERAND, orderId, NO_OPERAND);
    return emitAmendDenied(engine, accountId, orderId);
  }
  if (!isAmendable(engine, state.orders.instrumentId(order))) {
    refused.because("BOOK_PHASE");
    return emitAmendDenied(engine, accountId, orderId);
  }
  if (!isPossible(engine, order, wish)) {
    refused.because("VALIDATE_AMEND");
    return emitAmendDenied(engine, accountId, orderId);
  }
  if (!mayChangeThere(engine, orderId)) return emitAmendDenied(engine, accountId, orderId);
  const filled = state.orders.lots(order) - state.orders.leavesLots(order);
  // A fill that came first leaves nothing of an order that is to be no larger than it.
  if (wish.lots !== 0 && wish.lots <= filled) return emitOrderCancelled(engine, order, "amended");
  amend(engine, order, withoutPresent(engine, order, wish));
}

/** MT-27: a price or a trigger that is named as it is does not change, and is not looked at like a new one. */
function withoutPresent({ state: { orders, specials } }: Engine, order: number, wish: Wish): Wish {
  const special = orders.special(order);
  return {
    ...wish,
    limitTicks: wish.limitTicks === orders.limitTicks(order) ? 0 : wish.limitTicks,
    triggerTicks: special !== 0 && wish.triggerTicks === specials.triggerTicks(special) ? 0 : wish.triggerTicks,
  };
}

/** CN-19: an order at an outside venue is changed while the link is live, and one change at a time. */
function mayChangeThere({ refused, state }: Engine, orderId: number): boolean {
  const route = state.routes.open.get(orderId);
  if (route === undefined) return true;
  if (!state.routes.isLive) refused.because("BOOK_VENUE_NOT_LIVE");
  else if (route.cancelReason !== null) refused.because("BOOK_CANCEL_ASKED");
  else return true;
  return false;
}

/** MT-27: which orders can be changed in what. */
function isPossible({ state }: Engine, order: number, { limitTicks, lots, triggerTicks }: Wish): boolean {
  const { orders, specials } = state;
  const terms = orders.terms(order);
  const type = typeBits(terms);
  const special = orders.special(order);
  const isWaiting = special !== 0 && specials.watch(special) !== UNWATCHED;
  if (limitTicks === 0 && lots === 0 && triggerTicks === 0) return false;
  // CN-19: what ends by itself at an outside venue is not waited for.
  if (state.routes.has(orders.id(order)) && !(type === LIMIT && mayStay(terms))) return false;
  // The quantities of a list hang together.
  if (special !== 0 && specials.listId(special) !== 0) return false;
  if (limitTicks !== 0 && type !== LIMIT && type !== STOP_LIMIT && type !== MARKET_TO_LIMIT) return false;
  if (triggerTicks !== 0 && !(isWaiting && (type === STOP || type === STOP_LIMIT))) return false;
  return !(isReduceOnly(terms) && lots > orders.lots(order));
}

function amend(engine: Engine, order: number, wish: Wish): void {
  engine.assessment.clear();
  const { incoming, state } = engine;
  const { catalog, orders, specials } = state;
  const special = orders.special(order);
  const lots = wish.lots === 0 ? orders.lots(order) : wish.lots;
  const left = lots - (orders.lots(order) - orders.leavesLots(order));
  const instrument = catalog.instrument(orders.instrumentId(order));
  recall(engine, order);
  incoming.lots = lots;
  incoming.askedLots = lots;
  incoming.confirmation = wish.confirmation - NO_TEXT;
  if (check(engine, instrument, order, wish, left) !== PASSED) return denyAmended(engine, order, wish);
  if (engine.assessment.confirmed > 0) emitConfirmations(engine);
  if (state.routes.has(orders.id(order))) return replace(engine, order, wish, lots);
  const isPriceKept = incoming.workingTicks === orders.limitTicks(order);
  const rests = orders.level(order) !== 0;
  const keepsPlace = !rests || (isPriceKept && left <= orders.leavesLots(order));
  emitOrderAmended(engine, order, {
    limitTicks: special !== 0 && specials.worstTicks(special) !== 0 ? 0 : incoming.workingTicks,
    triggerTicks: wish.triggerTicks,
    lots,
    left,
    held: incoming.held,
    keepsPlace,
  });
  if (keepsPlace) return;
  // A peg does not reach for its limit, it only stands where it belongs.
  priceAt(incoming, incoming.workingTicks);
  matchAndPlace(engine, order);
}

/** Refuses an amendment that a stage objects to, naming the nearest one that would have passed. */
function denyAmended(engine: Engine, order: number, wish: Wish): void {
  const { incoming, state } = engine;
  if (engine.assessment.hasBreach) emitRiskBreached(engine);
  // Here, as in the amendment, no price means the present one.
  incoming.limitTicks = wish.limitTicks;
  seekNearest(engine, () => checkInstead(engine, order, wish));
  emitAmendDenied(engine, incoming.accountId, state.orders.id(order));
}

/** XP-1: the stages on the same amendment with the price and the quantity that now stand in the incoming order. */
function checkInstead(engine: Engine, order: number, wish: Wish): number {
  const { incoming, refused, state } = engine;
  const { limitTicks, lots } = incoming;
  const filled = state.orders.lots(order) - state.orders.leavesLots(order);
  const instead = { ...wish, limitTicks, lots };
  // To as little as has filled it would be cancelled, which is another command.
  if (lots <= filled || !isPossible(engine, order, instead)) return refused.because("VALIDATE_AMEND");
  engine.assessment.clear();
  recall(engine, order);
  incoming.lots = lots;
  incoming.askedLots = lots;
  incoming.confirmation = wish.confirmation - NO_TEXT;
  const objection = check(engine, state.catalog.instrument(incoming.instrumentId), order, instead, lots - filled);
  incoming.limitTicks = limitTicks;
  incoming.lots = lots;
  return objection;
}

/** CN-19: the venue's interface changes no order, so this one comes off there, and what remains of it goes in anew when it has. */
function replace(engine: Engine, order: number, { confirmation }: Wish, lots: number): void {
  const { incoming, state } = engine;
  emitAmendRouted(engine, order, { limitTicks: incoming.workingTicks, lots, untilUs: state.lastAtUs + REPLACED_WITHIN_US, confirmation });
  emitOrderCancelled(engine, order, "replaced");
}

/** checkStages(), whose objection speaks of the whole order as an amendment does, even where the stage looked at what is open. */
function check(engine: Engine, instrument: Instrument, order: number, wish: Wish, left: number): number {
  const { incoming, refused } = engine;
  const objection = checkStages(engine, instrument, order, wish, left);
  if (objection !== PASSED && refused.insteadLots !== 0) refused.insteadLots += incoming.askedLots - incoming.lots;
  return objection;
}

/** The stages of a new order, on the changed one: quantity and value as a whole, exposure, hold and room for what is open. */
function checkStages(engine: Engine, instrument: Instrument, order: number, wish: Wish, left: number): number {
  const { incoming, state } = engine;
  const { orders, specials } = state;
  const special = orders.special(order);
  // CN-19: what remains goes in anew, so it must do as an order by itself, at an unchanged price too.
  const goesInAnew = state.routes.has(orders.id(order));
  const unfit = goesInAnew ? checkAsNew(engine, instrument, left) : PASSED;
  if (unfit !== PASSED) return unfit;
  const wrongLots = checkLots(engine, instrument);
  if (wrongLots !== PASSED) return wrongLots;
  if (special !== 0) {
    incoming.offsetTicks = specials.offsetTicks(special);
    incoming.triggerTicks = wish.triggerTicks === 0 ? specials.triggerTicks(special) : wish.triggerTicks;
  }
  const wrongPrice = goesInAnew ? priceResting(engine, instrument, wish) : priceAnew(engine, instrument, order, wish);
  if (wrongPrice !== PASSED) return wrongPrice;
  const wrongValue = checkNotional(engine, instrument);
  if (wrongValue !== PASSED) return wrongValue;
  incoming.lots = left;
  incoming.isPriceNew = goesInAnew || wish.limitTicks !== 0 || wish.triggerTicks !== 0;
  // Less at the same price is as good as a cancel, which always passes, where the order keeps its place.
  const isLess = !incoming.isPriceNew && left <= incoming.openLots;
  return (isLess ? PASSED : checkRisk(engine, instrument)) || checkFunds(engine, instrument);
}

/** As an order by itself it is asked about its account, and owes fees from the start, at the rates of now. */
function checkAsNew(engine: Engine, instrument: Instrument, left: number): number {
  const { incoming, state } = engine;
  incoming.lots = left;
  incoming.isReplacement = true;
  incoming.feeCredit = 0;
  incoming.feePaid = 0;
  incoming.feeKey = feeKeyOf(state, incoming.accountId, instrument);
  return checkEligibility(engine);
}

/** A changed price or trigger is looked at like a new one; an unchanged price stays as good as it was. */
function priceAnew(engine: Engine, instrument: Instrument, order: number, wish: Wish): number {
  const { incoming, state } = engine;
  const special = state.orders.special(order);
  const worst = special === 0 ? 0 : state.specials.worstTicks(special);
  if (worst !== 0) incoming.boundTicks = worst;
  const isWaiting = special !== 0 && state.specials.watch(special) !== UNWATCHED && worst === 0;
  if (wish.limitTicks === 0 && wish.triggerTicks === 0) return PASSED;
  if (!isWaiting) return priceResting(engine, instrument, wish);
  if (wish.limitTicks !== 0) incoming.limitTicks = wish.limitTicks;
  return priceSpecial(engine, instrument);
}

/** Whatever it was sent as, an order that rests at its limit is a limit order now. */
function priceResting(engine: Engine, instrument: Instrument, { limitTicks }: Wish): number {
  const { incoming } = engine;
  const { terms } = incoming;
  if (limitTicks !== 0) incoming.limitTicks = limitTicks;
  incoming.terms = asLimit(terms);
  const refusal = priceSpecial(engine, instrument);
  incoming.terms = terms;
  return refusal;
}
