import type { AccountId, Seq } from "../../shared/ids.ts";
import { VENUE_NODE, type KillScope } from "../../shared/risk.ts";
import type { RiskRecord } from "../../shared/riskRecord.ts";
import { atMostEvery } from "../ui/atMostEvery.ts";
import { engineClient, RequestError } from "./engineClient.ts";
import { messages, type Severity } from "./messages.ts";
import { readModel } from "./readModel.ts";
import { recordNames } from "./riskRecordNames.ts";
import { DeedRows, type DeedRow } from "./riskRecordRows.ts";
import { riskRecordTexts, type DeedKind } from "./riskRecordTexts.ts";
import { branchesOf, refreshRiskTree, riskTreeNow, type RiskBranch } from "./riskTree.ts";

const { told } = riskRecordTexts;
const EVERY_MS = 250;

/**
 * RK-35: what somebody else did to the accounts of this desk, or a control did, is told at this window with who and why: a trader whose
 * orders are gone must not have to ask. Returns what ends it.
 */
export function reportRiskDeeds(): () => void {
  /** Up to here everything was told, or was there before this window. */
  let toldSeq: number | null = null;
  let isAsking = false;
  const look = async (): Promise<void> => {
    const { status, past, session, connection } = readModel;
    if (status === null || session?.operator !== true || connection.state !== "live" || isAsking) return;
    // A journal that goes on from an earlier row has its deeds behind that one.
    if (toldSeq === null || status.durableSeq < toldSeq) toldSeq = status.durableSeq;
    if (past !== null || (status.riskSeq ?? 0) <= toldSeq) return;
    isAsking = true;
    try {
      const { records, seq } = await engineClient.query({ type: "riskRecord", list: "deeds", afterSeq: toldSeq });
      // The answer of a window that went to the past meanwhile is of there.
      if (readModel.past !== null) return;
      toldSeq = seq;
      if (records.length > 0) await refreshRiskTree();
      if (records.some(isTold)) await tellAll(records);
    } catch (cause) {
      // The line dropped: it is looked at again once it stands.
      if (!(cause instanceof RequestError)) throw cause;
    } finally {
      isAsking = false;
    }
  };
  const paced = atMostEvery(EVERY_MS, () => void look());
  const stop = readModel.subscribe("status", paced.request);
  return () => {
    stop();
    paced.cancel();
  };
}

/** What a control does, it does at whosever command. */
function isTold({ by, event }: RiskRecord): boolean {
  const { session } = readModel;
  return event.type === "RiskLocked" || by !== (session?.user?.code ?? session?.session);
}

async function tellAll(added: readonly RiskRecord[]): Promise<void> {
  // Names of nodes and the bounds that were proposed come with the records before these.
  const { records } = await engineClient.query({ type: "riskRecord", list: "deeds", afterSeq: 0 });
  const others = new Set(added.filter(isTold).map(({ seq }) => seq));
  for (const row of new DeedRows(recordNames).add(records)) {
    if (others.has(row.seq as Seq) && row.scope !== null && concerns(row.scope)) tell(row);
  }
}

function tell(row: DeedRow): void {
  const words = WORDS[row.kind];
  if (words === undefined) return;
  const why = row.reason === "" ? "" : told.why(row.reason);
  const detail = [why, row.detail, told.atSeq(row.seq)].filter((part) => part !== "").join(" · ");
  messages.post({ ...words(row), detail, code: "RISK_DEED" });
}

/** What is told; of the other kinds nothing follows for a desk. */
const WORDS: Partial<Record<DeedKind, (row: DeedRow) => { readonly severity: Severity; readonly text: string }>> = {
  kill: ({ by, place }) => ({ severity: "halted", text: told.kill(place, by) }),
  rearm: ({ by, place }) => ({ severity: "info", text: told.rearm(place, by) }),
  state: ({ by, place, to }) => ({ severity: "warning", text: told.state(place, to, by) }),
  locked: ({ place, to }) => ({ severity: "breach", text: told.locked(place, to) }),
  released: ({ by, from, place }) => ({ severity: "info", text: told.released(place, from, by) }),
  limitInForce: ({ by, control, place, to }) => ({ severity: "info", text: told.limit(place, control, to, by) }),
};

/** Is it about a node above an account of this desk, or about whoever works here? */
function concerns(scope: KillScope): boolean {
  if (scope.kind === "node") return isAbove(scope.nodeId);
  if (scope.kind === "account") return isOwn(scope.accountId);
  const { session } = readModel;
  return scope.actor === session?.user?.code || scope.actor === session?.session;
}

function isOwn(accountId: AccountId | null): boolean {
  return readModel.ownAccounts().some((account) => account.accountId === accountId);
}

function isAbove(nodeId: number): boolean {
  if (nodeId === VENUE_NODE) return true;
  const holds = ({ view, below }: RiskBranch): boolean => isOwn(view.accountId) || below.some(holds);
  const found = (branches: readonly RiskBranch[]): boolean =>
    branches.some((branch) => (branch.view.node.nodeId === nodeId ? holds(branch) : found(branch.below)));
  return found(branchesOf(riskTreeNow()?.nodes ?? []));
}
