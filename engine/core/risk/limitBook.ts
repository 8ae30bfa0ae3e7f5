import { invariant } from "../../../shared/assert.ts";
import { instrumentControls, nodeControls, type LimitChange, type RecordedProposal, type RiskControl } from "../../../shared/risk.ts";
import { NO_LIMIT } from "./controls.ts";

/** Bounds as they were approved. */
export type Bounds = {
  readonly soft: number | null;
  readonly hard: number | null;
  readonly parameter: number | null;
  /** Who approved them. */
  readonly owner: string;
  readonly proposalId: number;
};

/** Everything about one control at one node (and for one instrument): what was approved, and what happened to it. */
export type LimitEntry = {
  readonly nodeId: number;
  readonly control: RiskControl;
  readonly instrumentId: number | null;
  permanent: Bounds | null;
  /** Temporary bounds in order of taking effect; the last one counts. */
  temporary: Bounds[];
  changedUs: number;
  /** Time and sequence number of the last breach; 0 before the first. */
  breachedUs: number;
  breachedSeq: number;
};

type ProposalStatus = "proposed" | "approved" | "applied";
export type ProposalEntry = { readonly proposalId: number; readonly proposal: RecordedProposal; status: ProposalStatus; approver: string };

/** Bounds of all nodes and what is proposed for them (RK-5, RK-28). Rarely touched: orders read the copies in the rows of the pools. */
export class LimitBook {
  readonly entries = new Map<string, LimitEntry>();
  readonly proposals = new Map<number, ProposalEntry>();

  find(nodeId: number, control: RiskControl, instrumentId: number | null): LimitEntry | undefined {
    return this.entries.get(keyOf(nodeId, control, instrumentId));
  }

  /** The entries in an order that does not depend on how they came about. */
  sorted(): LimitEntry[] {
    return [...this.entries.values()].sort(
      (a, b) => a.nodeId - b.nodeId || (a.instrumentId ?? 0) - (b.instrumentId ?? 0) || (a.control < b.control ? -1 : 1),
    );
  }

  proposal(proposalId: number): ProposalEntry {
    const found = this.proposals.get(proposalId);
    invariant(found !== undefined, `there is no limit proposal ${proposalId}`);
    return found;
  }

  /** Puts a proposal's bounds in force. */
  apply(proposalId: number, atUs: number): void {
    const entry = this.proposal(proposalId);
    const { proposal, approver } = entry;
    for (const change of proposal.changes) {
      const limit = this.entryFor(proposal.nodeId, change);
      const bounds = { soft: change.soft, hard: change.hard, parameter: change.parameter, owner: approver, proposalId };
      if (proposal.expiresUs === null) limit.permanent = bounds;
      else limit.temporary.push(bounds);
      limit.changedUs = atUs;
    }
    entry.status = "applied";
    if (proposal.expiresUs === null) this.proposals.delete(proposalId);
  }

  /** Ends temporary bounds: what was there before counts again. */
  expire(proposalId: number, atUs: number): void {
    for (const change of this.proposal(proposalId).proposal.changes) {
      const limit = this.entryFor(this.proposal(proposalId).proposal.nodeId, change);
      limit.temporary = limit.temporary.filter((bounds) => bounds.proposalId !== proposalId);
      limit.changedUs = atUs;
    }
    this.proposals.delete(proposalId);
  }

  private entryFor(nodeId: number, change: LimitChange): LimitEntry {
    const key = keyOf(nodeId, change.control, change.instrumentId);
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = {
        nodeId,
        control: change.control,
        instrumentId: change.instrumentId,
        permanent: null,
        temporary: [],
        changedUs: 0,
        breachedUs: 0,
        breachedSeq: 0,
      };
      this.entries.set(key, entry);
    }
    return entry;
  }
}

export function keyOf(nodeId: number, control: RiskControl, instrumentId: number | null): string {
  return `${nodeId}/${control}/${instrumentId ?? 0}`;
}

/** The bounds of an entry that count now, before those of the levels above cap them; null if it has none. */
export function boundsOf(entry: LimitEntry): Bounds | null {
  return entry.temporary.at(-1) ?? entry.permanent;
}

/** The upper bound as a number: what is not set is no limit. */
export function hardOf(bounds: Bounds | null): number {
  return bounds?.hard ?? NO_LIMIT;
}

/** Place of an instrument's control in its row; -1 for a control of the whole node. */
export function instrumentPlace(control: RiskControl): number {
  return instrumentControls.findIndex((one) => one === control);
}
export function nodePlace(control: RiskControl): number {
  return nodeControls.findIndex((one) => one === control);
}
