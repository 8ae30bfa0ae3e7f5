import type { Engine } from "../engineParts.ts";
import { PASSED } from "../records/refused.ts";

/** EL-2 to EL-7: may the incoming order's account trade its instrument now? Both exist by then. Answers a reject number, or PASSED. */
export function checkEligibility(engine: Engine): number {
  const { incoming, refused, state } = engine;
  if (state.rulebook.venues.length === 0) return PASSED;
  const found = engine.eligibility.refusalOf(state, state.accounts.profileId(incoming.accountId), incoming.instrumentId);
  return found === null || found.code === null ? PASSED : refused.citing(found.code, found);
}
