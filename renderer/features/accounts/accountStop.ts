import type { AccountId } from "../../../shared/ids.ts";
import type { RiskTree, RiskView } from "../../../shared/risk.ts";
import { riskWordTexts } from "../../app/riskWordTexts.ts";

type Stop = { readonly word: string; /** Nothing that it sends passes. */ readonly isHard: boolean };
type Tree = Pick<RiskTree, "killedActors"> & { readonly nodes: readonly Node[] };
type Node = Pick<RiskView, "node" | "accountId" | "effectiveState" | "isKilled" | "locks">;

/**
 * SC-13: what keeps who works here from trading, or the account at its own place in the tree or above it, the strictest first; null while
 * both may. `accountId` is null while all accounts are on view, `user` undefined before anybody works here.
 */
export function stopOf({ nodes, killedActors }: Tree, accountId: AccountId | null, user: string | undefined): Stop | null {
  if (killedActors.some(({ actor }) => actor === user)) return { word: riskWordTexts.killed, isHard: true };
  const place = nodes.find((one) => one.accountId !== null && one.accountId === accountId);
  if (place === undefined) return null;
  const { effectiveState, isKilled } = place;
  if (isKilled) return { word: riskWordTexts.killed, isHard: true };
  if (effectiveState === "halted" || effectiveState === "cancelOnly") return { word: riskWordTexts.states[effectiveState], isHard: true };
  const locks = locksAbove(nodes, place);
  const hard = locks.find((lock) => lock === "disabled" || lock === "protected");
  if (hard !== undefined) return { word: riskWordTexts.lockNames[hard], isHard: true };
  // Of these orders that reduce the position pass.
  const soft = locks.find((lock) => lock !== "lossWarning");
  if (soft !== undefined) return { word: riskWordTexts.lockNames[soft], isHard: false };
  return effectiveState === "reduceOnly" ? { word: riskWordTexts.states.reduceOnly, isHard: false } : null;
}

/** Locks are told for each node by itself. */
function locksAbove(nodes: readonly Node[], { locks, node }: Node): RiskView["locks"] {
  const parent = node.level === "venue" ? undefined : nodes.find((one) => one.node.nodeId === node.parentId);
  return parent === undefined ? locks : [...locks, ...locksAbove(nodes, parent)];
}
