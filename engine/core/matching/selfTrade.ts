import type { IncomingOrder } from "../orders/incomingOrder.ts";
import type { EngineState } from "../state/state.ts";
import { SCOPE_FIRM, SCOPE_GROUP, scopeBits } from "../records/terms.ts";

/** MT-16 and MT-22: true when the resting order counts as the incoming one's own. */
export function isOwn(state: EngineState, incoming: IncomingOrder, maker: number): boolean {
  const other = state.orders.accountId(maker);
  if (other === incoming.accountId) return true;
  const scope = scopeBits(incoming.terms);
  return scope >= SCOPE_GROUP && isRelated(state, incoming.accountId, other, scope);
}

/** A group is part of its firm, so accounts of one group also count as of one firm. */
function isRelated({ accounts }: EngineState, one: number, other: number, scope: number): boolean {
  const group = accounts.groupId(one);
  if (group !== 0 && group === accounts.groupId(other)) return true;
  const firm = accounts.firmId(one);
  return scope === SCOPE_FIRM && firm !== 0 && firm === accounts.firmId(other);
}
