import type { Instrument } from "../../../shared/catalog.ts";
import { MAX_LOTS, PPM, mulDivFloor } from "../../../shared/money.ts";
import { opposite } from "../state/books.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND } from "../records/fields.ts";
import { SWEPT_TO_OWN_ORDER } from "./incomingOrder.ts";
import { isFeeOffReceipts, valueOf } from "../ledger/ledger.ts";
import { isWithin } from "../matching/match.ts";
import { PASSED } from "../records/refused.ts";
import { isOwn } from "../matching/selfTrade.ts";
import { EXPIRE_MAKER, isBuy, selfTradeBits, sideBit } from "../records/terms.ts";

/**
 * MT-19: turns a market order by amount into lots: the most that the book gives within its bound without the value, for a buy with its
 * fee, exceeding the amount. Answers a reject number, or PASSED.
 */
export function sizeByAmount(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const { books, orders } = state;
  const { levels } = books;
  const side = sideBit(incoming.terms);
  const budget = isBuy(side) ? budgetOfBuy(engine, instrument) : incoming.quoteAmount;
  let spent = 0;
  let lots = 0;
  let metOwn = false;
  let isShort = false;
  let level = books.best(incoming.instrumentId, opposite(side));
  for (; level !== 0 && !metOwn && !isShort; level = levels.worse(level)) {
    const ticks = levels.ticks(level);
    if (!isWithin(side, incoming.matchTicks, ticks)) break;
    const unit = valueOf(instrument, ticks, 1);
    let there = 0;
    for (let maker = levels.first(level); maker !== 0 && !metOwn; maker = orders.next(maker)) {
      if (!isOwn(state, incoming, maker)) there += orders.leavesLots(maker);
      else if (selfTradeBits(incoming.terms) !== EXPIRE_MAKER) {
        metOwn = true;
        there = shownBefore(engine, level, maker);
      }
    }
    const affordable = Math.min(Math.max(0, Math.floor((budget - spent) / unit)), MAX_LOTS - lots);
    const taken = Math.min(there, affordable);
    isShort = taken < there;
    lots += taken;
    spent += taken * unit;
  }
  incoming.lots = lots;
  if (lots > 0) return PASSED;
  if (isShort) {
    refused.with("VALIDATE_LOTS_BELOW_MINIMUM", instrument.minLots, 0, NO_OPERAND);
    return refused.unless(0, instrument.minLots);
  }
  // With an own order in the way there is nothing to size by; the order is accepted and cancelled as any other would be.
  incoming.lots = metOwn ? instrument.minLots : 0;
  incoming.sweepEnd = metOwn ? SWEPT_TO_OWN_ORDER : incoming.sweepEnd;
  return metOwn ? PASSED : refused.because("BOOK_NO_LIQUIDITY");
}

/** The value that a buy may come to: its amount without the fee, as far as that comes on top. */
function budgetOfBuy({ incoming, state }: Engine, instrument: Instrument): number {
  const { feeKey, quoteAmount, terms } = incoming;
  if (isFeeOffReceipts(instrument, terms)) return quoteAmount;
  const { fees } = state;
  // ceil(rate × value) fits beside the value exactly while value × (1 + rate) is at most the amount. The order will fill whole (LG-15).
  return Math.min(mulDivFloor(quoteAmount, PPM, PPM + fees.takerPpm(feeKey, instrument)), quoteAmount - fees.minimum(feeKey, instrument));
}

/** What a level shows before one of its orders: hidden parts come after it. */
function shownBefore({ state }: Engine, level: number, end: number): number {
  const { books, orders } = state;
  let lots = 0;
  for (let maker = books.levels.first(level); maker !== end; maker = orders.next(maker)) lots += books.shownLots(maker);
  return lots;
}
