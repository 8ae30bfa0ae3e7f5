import type { Instrument } from "../../../shared/catalog.ts";
import { MAX_AMOUNT } from "../../../shared/money.ts";
import type { Engine } from "../engineParts.ts";
import { feeFor } from "../ledger/fees.ts";
import { SWEPT_ALL } from "./incomingOrder.ts";
import { worstCaseOfBuy, worstCaseOfValue } from "../ledger/ledger.ts";
import { sweep } from "../matching/match.ts";
import { checkRoom } from "../ledger/room.ts";
import { isBuy, isMarket } from "../records/terms.ts";
import { isRoutedMarket } from "../routing/routePrice.ts";

/** LG-2, LG-3 and LG-6: computes the hold, and refuses what is not available or could overflow. */
export function checkFunds(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  incoming.held = holdOf(engine, instrument);
  if (incoming.held > MAX_AMOUNT) return refused.because("LEDGER_OVERFLOW");
  const pays = state.balances.find(incoming.accountId, isBuy(incoming.terms) ? instrument.quoteAssetId : instrument.baseAssetId);
  const available = state.balances.available(pays) + incoming.alreadyHeld;
  if (incoming.held > available) {
    const needed = incoming.held;
    const affordable = affordableLots(engine, instrument, available);
    refused.exceeding(
      "LEDGER_INSUFFICIENT_FUNDS",
      state.balances.total(pays),
      state.balances.held(pays) - incoming.alreadyHeld,
      needed,
      available,
    );
    return refused.unless(0, affordable);
  }
  return checkRoom(engine, instrument);
}

/** LG-3: worst case of a limit order; exact cost of a market order's sweep. CN-17: worst case of a market order that is filled elsewhere. */
function holdOf(engine: Engine, instrument: Instrument): number {
  const { incoming, state } = engine;
  const { fees } = state;
  const { feeKey, lots, sweepEnd, sweptLots, sweptValue, terms } = incoming;
  const isRouted = isRoutedMarket(terms, instrument);
  if (!isBuy(terms)) return (isMarket(terms) && !isRouted ? sweptLots : lots) * instrument.baseUnitsPerLot;
  // What an order by amount may move is known to the unit.
  if (isRouted && incoming.quoteAmount !== 0)
    return worstCaseOfValue(fees, instrument, feeKey, incoming.quoteAmount, lots, incoming.feeCredit, incoming.feePaid);
  if (!isMarket(terms) || isRouted)
    return worstCaseOfBuy(fees, instrument, feeKey, incoming.boundTicks, lots, incoming.feeCredit, incoming.feePaid);
  if (instrument.pairType === "tokenToken") return sweptValue;
  const fee = feeFor(sweptValue, fees.takerPpm(feeKey, instrument), 0);
  // The minimum fee is due only if the order fills whole.
  return sweptValue + (sweepEnd === SWEPT_ALL ? Math.max(fee, fees.minimum(feeKey, instrument)) : fee);
}

/** The most lots, fewer than asked for, whose hold is available. */
function affordableLots(engine: Engine, instrument: Instrument, available: number): number {
  const { incoming } = engine;
  const { lots: asked, quoteAmount } = incoming;
  // An amount is answered in lots (XP-1), whose hold is their own.
  incoming.quoteAmount = 0;
  let affordable = 0;
  let tooMany = asked;
  while (tooMany - affordable > 1) {
    incoming.lots = Math.floor((affordable + tooMany) / 2);
    if (isMarket(incoming.terms) && !isRoutedMarket(incoming.terms, instrument)) sweep(engine);
    if (holdOf(engine, instrument) <= available) affordable = incoming.lots;
    else tooMany = incoming.lots;
  }
  incoming.lots = asked;
  incoming.quoteAmount = quoteAmount;
  return affordable;
}
