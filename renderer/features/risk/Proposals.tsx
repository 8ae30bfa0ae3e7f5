import { useState, type ReactNode } from "react";
import type { OpenProposal, RiskTree } from "../../../shared/risk.ts";
import { orderFormTexts } from "../../app/orderFormTexts.ts";
import { readModel, type Session } from "../../app/readModel.ts";
import { riskDeed } from "../../app/riskDeeds.ts";
import { preferences } from "../../app/preferences.ts";
import { boundsText } from "../../app/riskFigures.ts";
import { riskNodeName } from "../../app/riskTree.ts";
import { formatDate, formatTime, zoneLabel } from "../../ui/format.ts";
import { riskTexts as texts } from "./riskTexts.ts";

const UNBOUNDED = { soft: null, hard: null, parameter: null };

/** Limits that wait for a second person, a risk officer. Who proposed them can only withdraw them. */
export function Proposals({ tree, session }: { readonly tree: RiskTree; readonly session: Session | null }): ReactNode {
  const actor = session?.user?.code ?? session?.session;
  return (
    <section className="risk-proposals">
      <h3>{texts.proposals}</h3>
      {tree.proposals.length === 0 && <p className="secondary">{texts.noProposals}</p>}
      {tree.proposals.map((waiting) => (
        <Waiting
          key={waiting.proposalId}
          waiting={waiting}
          tree={tree}
          isOwn={waiting.proposal.by === actor}
          mayApprove={session?.user?.role !== "owner"}
        />
      ))}
    </section>
  );
}

function Waiting({
  waiting,
  tree,
  isOwn,
  mayApprove,
}: {
  readonly waiting: OpenProposal;
  readonly tree: RiskTree;
  readonly isOwn: boolean;
  readonly mayApprove: boolean;
}): ReactNode {
  const { proposalId, proposal, status } = waiting;
  const node = tree.nodes.find((view) => view.node.nodeId === proposal.nodeId)?.node;
  const name = node === undefined ? String(proposal.nodeId) : riskNodeName(node);
  const currency = node === undefined ? undefined : readModel.asset(node.currencyAssetId);
  const [isSending, setSending] = useState(false);
  const deed = async (...[command, words]: Parameters<typeof riskDeed>): Promise<void> => {
    setSending(true);
    await riskDeed(command, words);
    setSending(false);
  };
  // All that would hold is said, and what holds now: the second person approves it as a whole.
  const inForce = tree.nodes.find((view) => view.node.nodeId === proposal.nodeId)?.controls ?? [];
  const lines = proposal.changes.map((change) => {
    const { control, instrumentId } = change;
    const instrument = instrumentId === null ? undefined : readModel.instrument(instrumentId);
    const now = inForce.find((one) => one.control === control && one.instrumentId === instrumentId) ?? UNBOUNDED;
    const [before, after] = [now, change].map((bounds) => boundsText(control, bounds, instrument, currency));
    return `${orderFormTexts.controls[control]} ${instrument?.symbol ?? ""}: ${before} → ${after}`;
  });
  if (proposal.effectiveUs !== null) lines.push(texts.from(timeText(proposal.effectiveUs)));
  if (proposal.expiresUs !== null) lines.push(texts.until(timeText(proposal.expiresUs)));
  return (
    <div className="risk-line" data-testid={`proposal-${proposalId}`}>
      <span className="risk-proposal" title={proposal.reason}>
        <strong>{name}</strong> {lines.join(", ")}{" "}
        <span className="secondary">
          {texts.by} {readModel.userName(proposal.by)}: {proposal.reason}
        </span>
      </span>
      {status === "approved" ? (
        <span className="secondary">{texts.approved}</span>
      ) : (
        <button
          type="button"
          className="button"
          data-testid="proposal-approve"
          disabled={isOwn || !mayApprove || isSending}
          title={isOwn || !mayApprove ? texts.sessionExplain : undefined}
          onClick={() =>
            void deed(
              { type: "ApproveLimits", proposalId },
              { done: texts.did.approve(name, proposalId), asked: texts.asked.approve(proposalId) },
            )
          }
        >
          {texts.approve}
        </button>
      )}
      <button
        type="button"
        className="button"
        disabled={isSending}
        onClick={() =>
          void deed(
            { type: "RejectLimits", proposalId, reason: isOwn ? texts.withdraw : texts.reject },
            { done: texts.did.reject(name, proposalId), asked: texts.asked.reject(proposalId) },
          )
        }
      >
        {isOwn ? texts.withdraw : texts.reject}
      </button>
    </div>
  );
}

function timeText(us: number): string {
  const { zone } = preferences;
  return `${formatDate(us, zone)} ${formatTime(us, zone)} ${zoneLabel(zone)}`;
}
