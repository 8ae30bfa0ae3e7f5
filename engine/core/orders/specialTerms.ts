import type { Instrument } from "../../../shared/catalog.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND } from "../records/fields.ts";
import type { IncomingOrder } from "./incomingOrder.ts";

import { PASSED } from "../records/refused.ts";
import {
  DAY,
  DECREMENT,
  GTD,
  LIMIT,
  MARKET,
  PEGGED,
  STOP,
  STOP_LIMIT,
  TRAILING_STOP,
  isBuy,
  isFillOrKill,
  isReduceOnly,
  mayStay,
  pegBits,
  postOnlyBits,
  selfTradeBits,
  timeBits,
  triggerBits,
  typeBits,
} from "../records/terms.ts";

const DAY_US = 86_400_000_000;

/** MT-18, MT-26 and MT-29: do the terms of a special order fit together? Sets when it ends; cuts a reduce-only order down. */
export function checkSpecialTerms(engine: Engine, instrument: Instrument): number {
  const { incoming, refused, state } = engine;
  const { limitTicks, terms } = incoming;
  const type = typeBits(terms);
  if (type === LIMIT && limitTicks === 0) return refused.because("VALIDATE_LIMIT_PRICE_MISSING");
  if (type === MARKET && limitTicks !== 0) return refused.with("VALIDATE_LIMIT_PRICE_ON_MARKET", NO_OPERAND, limitTicks, NO_OPERAND);
  if (type !== LIMIT && mayStay(terms) === (type === MARKET)) return refused.because("VALIDATE_TIME_IN_FORCE");
  if (!isConsistent(incoming)) return refused.because("VALIDATE_ORDER_TERMS");
  if (timeBits(terms) === GTD) {
    if (incoming.expireAtUs <= state.lastAtUs) {
      return refused.with("VALIDATE_EXPIRY", state.lastAtUs, incoming.expireAtUs === 0 ? NO_OPERAND : incoming.expireAtUs, NO_OPERAND);
    }
    incoming.endsAtUs = incoming.expireAtUs;
  } else if (timeBits(terms) === DAY) incoming.endsAtUs = state.lastAtUs - (state.lastAtUs % DAY_US) + DAY_US;
  return isReduceOnly(terms) ? reduce(engine, instrument) : PASSED;
}

function isConsistent(incoming: IncomingOrder): boolean {
  const { displayLots, limitTicks, lots, offsetTicks, quoteAmount, terms, triggerTicks } = incoming;
  const type = typeBits(terms);
  const isStop = type === STOP || type === STOP_LIMIT || type === TRAILING_STOP;
  const byAmount = quoteAmount !== 0;
  return (
    (lots === 0) === byAmount &&
    (!byAmount || (type === MARKET && !isFillOrKill(terms) && !isReduceOnly(terms) && selfTradeBits(terms) !== DECREMENT)) &&
    (limitTicks !== 0) === (type === LIMIT || type === STOP_LIMIT || type === PEGGED) &&
    (triggerTicks !== 0) === (type === STOP || type === STOP_LIMIT) &&
    (triggerBits(terms) === 0 || isStop) &&
    (offsetTicks === 0 ? type !== TRAILING_STOP : type === TRAILING_STOP || type === PEGGED) &&
    (pegBits(terms) !== 0) === (type === PEGGED) &&
    (displayLots === 0 || (type === LIMIT && mayStay(terms) && displayLots < lots)) &&
    (postOnlyBits(terms) === 0 || (type === LIMIT && mayStay(terms))) &&
    (incoming.expireAtUs === 0 || timeBits(terms) === GTD)
  );
}

/** MT-29: a reduce-only order sells at most what is available. */
function reduce({ incoming, refused, state }: Engine, instrument: Instrument): number {
  if (isBuy(incoming.terms)) return refused.with("RISK_REDUCE_ONLY", NO_OPERAND, incoming.lots, 0);
  const available = state.balances.available(state.balances.find(incoming.accountId, instrument.baseAssetId));
  const most = Math.floor(available / instrument.baseUnitsPerLot);
  if (most === 0) return refused.with("RISK_REDUCE_ONLY", NO_OPERAND, incoming.lots, 0);
  incoming.lots = Math.min(incoming.lots, most);
  return PASSED;
}
