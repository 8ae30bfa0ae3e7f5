import type { Engine } from "../engineParts.ts";
import { PASSED } from "../records/refused.ts";
import {
  DAY,
  DECREMENT,
  EXPIRE_BOTH,
  GTD,
  LIMIT,
  MARKET,
  POST_ONLY_REJECT,
  isFillOrKill,
  isReduceOnly,
  isStop,
  postOnlyBits,
  scopeBits,
  selfTradeBits,
  timeBits,
  triggerBits,
  typeBits,
} from "../records/terms.ts";

/**
 * CN-2: an order for the outside venue is a limit or market order as the venue's interface takes it, and leaves only while the link is live. A stop
 * is held here until it fires (CN-20).
 * Answers a reject number, or PASSED.
 */
export function checkRoute({ incoming, refused, state }: Engine): number {
  const { terms } = incoming;
  const mode = selfTradeBits(terms);
  const isTaken =
    (typeBits(terms) === LIMIT || (typeBits(terms) === MARKET && !isFillOrKill(terms)) || (isStop(terms) && triggerBits(terms) <= 1)) &&
    timeBits(terms) !== GTD &&
    timeBits(terms) !== DAY &&
    (postOnlyBits(terms) === 0 || postOnlyBits(terms) === POST_ONLY_REJECT) &&
    mode !== EXPIRE_BOTH &&
    mode !== DECREMENT &&
    scopeBits(terms) === 0 &&
    incoming.displayLots === 0 &&
    !isReduceOnly(terms);
  if (!isTaken) return refused.because("VALIDATE_ROUTED_TERMS");
  return state.routes.isLive ? PASSED : refused.because("BOOK_VENUE_NOT_LIVE");
}
