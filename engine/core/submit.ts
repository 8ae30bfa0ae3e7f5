import type { Instrument } from "../../shared/catalog.ts";
import { MAX_AMOUNT } from "../../shared/money.ts";
import { opposite } from "./books.ts";
import { emitOrderAccepted, emitOrderDenied } from "./emit.ts";
import type { Engine } from "./engineParts.ts";
import { feeFor } from "./fees.ts";
import { NO_OPERAND, int } from "./fields.ts";
import { SWEPT_TO_OWN_ORDER } from "./incomingOrder.ts";
import { commandLayouts } from "./layout.ts";
import { balanceOf, valueOf, worstCaseOfBuy } from "./ledger.ts";
import { matchAndPlace, sweep } from "./match.ts";
import { PASSED } from "./refused.ts";
import { checkPrice } from "./risk.ts";
import { isBuy, isFillOrKill, isMarket, sideBit } from "./terms.ts";
import { checkIdentity, checkNotional, checkTerms } from "./validate.ts";

const slots = commandLayouts.SubmitOrder.slots;

/** The way of every order: validate, risk, book, ledger, then accept, match and place. The first stage that objects ends it. */
export function submitOrder(engine: Engine, at: number): void {
  const { incoming, log, state } = engine;
  const row = log.numbers;
  incoming.accountId = int(row[at + slots.accountId]);
  incoming.instrumentId = int(row[at + slots.instrumentId]);
  incoming.clientOrderId = row[at + slots.clientOrderId]!;
  incoming.terms = int(row[at + slots.terms]);
  incoming.limitTicks = int(row[at + slots.limitTicks]);
  incoming.lots = int(row[at + slots.lots]);
  if (checkAll(engine) !== PASSED) {
    emitOrderDenied(engine);
    return;
  }
  emitOrderAccepted(engine);
  matchAndPlace(engine, state.orders.find(state.lastSeq));
}

function checkAll(engine: Engine): number {
  const unidentified = checkIdentity(engine);
  if (unidentified !== PASSED) return unidentified;
  const instrument = engine.state.catalog.instrument(engine.incoming.instrumentId);
  return (
    checkTerms(engine, instrument) ||
    checkPrice(engine, instrument) ||
    checkNotional(engine, instrument) ||
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
    return incoming.sweptLots < incoming.lots ? refused.with("BOOK_FILL_OR_KILL", NO_OPERAND, incoming.lots, incoming.sweptLots) : PASSED;
  }
  if (incoming.sweptLots === 0 && incoming.sweepEnd !== SWEPT_TO_OWN_ORDER) return refused.because("BOOK_NO_LIQUIDITY");
  return PASSED;
}

/** LG-2, LG-3 and LG-6: computes the hold, and refuses what is not available or could overflow. */
function checkFunds(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const { terms } = incoming;
  const isBuyer = isBuy(terms);
  incoming.held = holdOf(engine, instrument);
  if (incoming.held > MAX_AMOUNT) return refused.because("LEDGER_OVERFLOW");
  const pays = balanceOf(state, incoming.accountId, isBuyer ? instrument.quoteAssetId : instrument.baseAssetId);
  const available = state.balances.available(pays);
  if (incoming.held > available) return refused.with("LEDGER_INSUFFICIENT_FUNDS", NO_OPERAND, incoming.held, available);
  return checkRoom(engine, instrument);
}

/** LG-3: worst case of a limit order; exact cost of a market order's sweep. */
function holdOf(engine: Engine, instrument: Instrument): number {
  const { incoming } = engine;
  const { terms } = incoming;
  if (isMarket(terms)) {
    return isBuy(terms)
      ? incoming.sweptValue + feeFor(incoming.sweptValue, instrument.takerFeePpm, 0)
      : incoming.sweptLots * instrument.baseUnitsPerLot;
  }
  return isBuy(terms) ? worstCaseOfBuy(instrument, incoming.limitTicks, incoming.lots, 0) : incoming.lots * instrument.baseUnitsPerLot;
}

/** LG-6: no fill of this order may lift the account's or the fee account's balance above the largest amount. */
function checkRoom(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const { balances } = state;
  const side = sideBit(incoming.terms);
  // A sell may fill above its limit, at most at the best price there is.
  const topTicks = isBuy(side)
    ? incoming.boundTicks
    : Math.max(incoming.boundTicks, state.books.bestTicks(incoming.instrumentId, opposite(side)));
  const value = isMarket(incoming.terms) ? incoming.sweptValue : valueOf(instrument, topTicks, incoming.lots);
  const receipts = isBuy(side) ? incoming.lots * instrument.baseUnitsPerLot : value;
  const gets = balanceOf(state, incoming.accountId, isBuy(side) ? instrument.baseAssetId : instrument.quoteAssetId);
  if (balances.total(gets) + balances.incoming(gets) + receipts > MAX_AMOUNT) return refused.because("LEDGER_OVERFLOW");
  const feeBalance = balanceOf(state, state.catalog.feeAccountId, instrument.quoteAssetId);
  const due = balances.total(feeBalance) + balances.incoming(feeBalance) + (gets === feeBalance ? receipts : 0);
  // Rates are at most a tenth and a lot is worth at least a unit, so with this margin no exact sum is needed.
  if (due + 4 * value <= MAX_AMOUNT) return PASSED;
  const fees = feeFor(value, instrument.makerFeePpm + instrument.takerFeePpm, 0) + incoming.lots + 1;
  return due + fees > MAX_AMOUNT ? refused.because("LEDGER_OVERFLOW") : PASSED;
}
