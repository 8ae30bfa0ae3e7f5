import type { Engine } from "../engineParts.ts";
import { PASSED } from "../records/refused.ts";

/** A repaired order may meet another stage's objection, which may be repaired in turn, so often. */
const MOST_REPAIRS = 4;

/**
 * XP-1: after a refusal, finds the order nearest to the refused one that would have passed every stage, by making the change that each
 * refusing stage suggests and asking all stages again, and notes it in the refusal. Leaves the order and the first refusal as they were.
 * `check` runs all stages on the incoming order and changes nothing but the engine's scratch space.
 */
export function seekNearest(engine: Engine, check: (engine: Engine) => number): void {
  const { firstRefused, incoming, refused } = engine;
  const { askedLots, limitTicks, quoteAmount } = incoming;
  firstRefused.copyFrom(refused);
  for (let repair = 0; repair < MOST_REPAIRS; repair += 1) {
    if (refused.insteadTicks === 0 && refused.insteadLots === 0) break;
    // An order by amount has come to lots by now, and stages speak of these.
    incoming.quoteAmount = 0;
    if (refused.insteadTicks !== 0) incoming.limitTicks = refused.insteadTicks;
    // The lots as sent come first: a stage may have cut them down.
    incoming.lots = refused.insteadLots === 0 ? incoming.askedLots : refused.insteadLots;
    incoming.askedLots = incoming.lots;
    if (check(engine) !== PASSED) continue;
    firstRefused.nearestTicks = incoming.limitTicks;
    firstRefused.nearestLots = incoming.lots;
    break;
  }
  refused.copyFrom(firstRefused);
  incoming.limitTicks = limitTicks;
  incoming.lots = askedLots;
  incoming.askedLots = askedLots;
  incoming.quoteAmount = quoteAmount;
}
