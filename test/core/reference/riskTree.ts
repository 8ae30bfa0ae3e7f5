import { refusalOf, type Refusal } from "../../../shared/rejects.ts";
import {
  controlParameters,
  type LimitChange,
  type RecordedProposal,
  type RiskControl,
  type RiskLock,
  type RiskNode,
} from "../../../shared/risk.ts";

export const VENUE = 1;
const ENDLESS = Number.MAX_SAFE_INTEGER;
const MOST_TOKENS = 1_000_000_000;

type Bounds = Pick<LimitChange, "soft" | "hard" | "parameter"> & { readonly proposalId: number };
type Proposed = { readonly proposal: RecordedProposal; status: "proposed" | "approved" | "applied" };

/** Bounds in force: what is above `soft` needs a confirmation, what is above `hard` is refused. */
export type Limits = { readonly soft: bigint; readonly hard: bigint; readonly parameter: bigint };

const ofInstrument = new Set<RiskControl>([
  "orderLots",
  "netLots",
  "grossLots",
  "collarPpm",
  "nearTouchPpm",
  "farTouchPpm",
  "protectionLots",
]);
const ofVenue = new Set<RiskControl>(["orderLots", "collarPpm", "nearTouchPpm", "farTouchPpm", "orderValue", "messages"]);

/** Places, bounds, states and locks: RK-4, RK-5, RK-16, RK-19, RK-20, RK-28. All nodes here count in one currency. */
export class RiskTree {
  readonly nodes: RiskNode[] = [];
  readonly proposals = new Map<number, Proposed>();
  /** Nodes and users that are blocked by a kill switch, and who engaged it. */
  readonly killed = new Map<number, string>();
  readonly killedUsers = new Map<string, string>();
  readonly states = new Map<number, string>();
  readonly coolingUntil = new Map<number, number>();
  private readonly locks = new Map<number, Set<RiskLock>>();
  private readonly bounds = new Map<string, { permanent: Bounds | null; temporary: Bounds[] }>();

  hasNode(nodeId: number): boolean {
    return nodeId <= this.nodes.length + 1;
  }

  node(nodeId: number): RiskNode | undefined {
    return this.nodes[nodeId - 2];
  }

  nodeOf(accountId: number): number {
    return this.nodes.find((node) => node.accountId === accountId)?.nodeId ?? VENUE;
  }

  /** From the account's node up to the venue. */
  chain(accountId: number): number[] {
    const chain = [this.nodeOf(accountId)];
    while (chain.at(-1) !== VENUE) chain.push(this.node(chain.at(-1)!)!.parentId);
    return chain;
  }

  isBelow(accountId: number, nodeId: number): boolean {
    return this.chain(accountId).includes(nodeId);
  }

  /** The placed accounts at and below a node. */
  accountsBelow(nodeId: number): number[] {
    return this.nodes
      .flatMap(({ accountId }) => (accountId !== null && this.isBelow(accountId, nodeId) ? [accountId] : []))
      .toSorted((a, b) => a - b);
  }

  objectToNode({ accountId, currencyAssetId, level, nodeId, parentId }: RiskNode, accounts: number): Refusal | null {
    if (!this.hasNode(parentId)) return refusalOf("RISK_UNKNOWN_NODE", { actual: parentId });
    const parent = this.node(parentId);
    const below = { firm: ["venue"], desk: ["firm"], account: ["venue", "firm", "desk"], venue: [] }[level] as readonly string[];
    const known = this.nodes.find((node) => accountId !== null && node.accountId === accountId);
    const isMove = known?.nodeId === nodeId && known.parentId === VENUE && parentId !== VENUE;
    const fits =
      (isMove || (known === undefined && nodeId === this.nodes.length + 2)) &&
      below.includes(parent?.level ?? "venue") &&
      (level === "account") === (accountId !== null) &&
      (accountId === null || accountId <= accounts) &&
      (parent === undefined || parent.currencyAssetId === currencyAssetId);
    return fits ? null : refusalOf("RISK_TREE", { limit: this.nodes.length + 2, actual: nodeId });
  }

  define(node: RiskNode): void {
    this.nodes[node.nodeId - 2] = node;
  }

  // Bounds.

  objectToProposal({ changes, effectiveUs, expiresUs, nodeId }: Omit<RecordedProposal, "by">, atUs: number): Refusal | null {
    if (!this.hasNode(nodeId)) return refusalOf("RISK_UNKNOWN_NODE", { actual: nodeId });
    if (expiresUs !== null && (expiresUs <= atUs || expiresUs <= (effectiveUs ?? 0)))
      return refusalOf("RISK_PROPOSAL_LATE", { limit: atUs, actual: expiresUs });
    for (const change of changes) {
      const { control, hard, instrumentId, parameter, soft } = change;
      const isLifted = soft === null && hard === null;
      const isSound =
        changes.filter((other) => other.control === control && other.instrumentId === instrumentId).length === 1 &&
        ofInstrument.has(control) === (instrumentId !== null) &&
        (soft === null || hard === null || soft <= hard) &&
        (isLifted ? parameter === null && expiresUs === null : (parameter !== null) === Object.hasOwn(controlParameters, control)) &&
        (control !== "messages" || isLifted || (hard !== null && hard <= MOST_TOKENS)) &&
        (nodeId !== VENUE || ofVenue.has(control));
      if (!isSound) return refusalOf("RISK_LIMIT_INVALID");
      const above = this.hardAbove(nodeId, control, instrumentId);
      if (hard !== null && hard > above) return refusalOf("RISK_LIMIT_ABOVE_PARENT", { limit: above, actual: hard, headroom: above });
    }
    return null;
  }

  apply(proposalId: number): void {
    const proposed = this.proposals.get(proposalId)!;
    const { changes, expiresUs, nodeId } = proposed.proposal;
    for (const { control, hard, instrumentId, parameter, soft } of changes) {
      const key = `${nodeId}/${control}/${instrumentId}`;
      const entry = this.bounds.get(key) ?? { permanent: null, temporary: [] };
      this.bounds.set(key, entry);
      const bounds = { soft, hard, parameter, proposalId };
      if (expiresUs === null) entry.permanent = bounds;
      else entry.temporary.push(bounds);
    }
    proposed.status = "applied";
    if (expiresUs === null) this.proposals.delete(proposalId);
  }

  /** What was there before counts again. */
  endBounds(proposalId: number): void {
    this.proposals.delete(proposalId);
    for (const entry of this.bounds.values()) entry.temporary = entry.temporary.filter((one) => one.proposalId !== proposalId);
  }

  /** Each bound capped by what the levels above allow; null if the node has none of its own. */
  limitsOf(nodeId: number, control: RiskControl, instrumentId: number | null): Limits | null {
    const own = this.inForce(nodeId, control, instrumentId);
    if (own === null || (own.soft === null && own.hard === null)) return null;
    const hard = Math.min(own.hard ?? ENDLESS, this.hardAbove(nodeId, control, instrumentId));
    let parameter = own.parameter ?? 0;
    if (control === "messages") {
      for (let above = this.node(nodeId)?.parentId; above !== undefined; above = this.node(above)?.parentId)
        parameter = Math.min(parameter, this.inForce(above, control, null)?.parameter ?? parameter);
    }
    return { soft: BigInt(Math.min(own.soft ?? hard, hard)), hard: BigInt(hard), parameter: BigInt(parameter) };
  }

  private inForce(nodeId: number, control: RiskControl, instrumentId: number | null): Bounds | null {
    const entry = this.bounds.get(`${nodeId}/${control}/${instrumentId}`);
    return entry === undefined ? null : (entry.temporary.at(-1) ?? entry.permanent);
  }

  private hardAbove(nodeId: number, control: RiskControl, instrumentId: number | null): number {
    let lowest = ENDLESS;
    for (let above = this.node(nodeId)?.parentId; above !== undefined; above = this.node(above)?.parentId)
      lowest = Math.min(lowest, this.inForce(above, control, instrumentId)?.hard ?? ENDLESS);
    return lowest;
  }

  // Locks.

  isLocked(nodeId: number, lock: RiskLock): boolean {
    return this.locks.get(nodeId)?.has(lock) ?? false;
  }

  lock(nodeId: number, lock: RiskLock, untilUs: number | null): void {
    this.locks.set(nodeId, (this.locks.get(nodeId) ?? new Set()).add(lock));
    if (untilUs !== null) this.coolingUntil.set(nodeId, Math.max(untilUs, this.coolingUntil.get(nodeId) ?? 0));
  }

  unlock(nodeId: number, ...locks: readonly RiskLock[]): void {
    for (const lock of locks) this.locks.get(nodeId)?.delete(lock);
  }
}
