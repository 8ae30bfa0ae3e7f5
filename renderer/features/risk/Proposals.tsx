import type { ReactNode } from "react";
import type { OpenProposal, RiskTree } from "../../../shared/risk.ts";
import { orderFormTexts } from "../../app/orderFormTexts.ts";
import { readModel, type Session } from "../../app/readModel.ts";
import { riskDeed } from "../../app/riskDeeds.ts";
import { figureText } from "../../app/riskFigures.ts";
import { riskTexts as texts } from "./riskTexts.ts";

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
  const currency = node === undefined ? undefined : readModel.asset(node.currencyAssetId);
  const lines = proposal.changes.map(({ control, instrumentId, soft, hard }) => {
    const instrument = instrumentId === null ? undefined : readModel.instrument(instrumentId);
    const figure = (n: number | null): string => (n === null ? texts.none : figureText(control, n, instrument, currency));
    return `${orderFormTexts.controls[control]} ${instrument?.symbol ?? ""} ${figure(soft)} / ${figure(hard)}`;
  });
  return (
    <div className="risk-line" data-testid={`proposal-${proposalId}`}>
      <span className="risk-proposal" title={proposal.reason}>
        <strong>{node?.name}</strong> {lines.join(", ")}{" "}
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
          disabled={isOwn || !mayApprove}
          title={isOwn || !mayApprove ? texts.sessionExplain : undefined}
          onClick={() =>
            void riskDeed(
              { type: "ApproveLimits", proposalId },
              { done: texts.did.approve(proposalId), asked: texts.asked.approve(proposalId) },
            )
          }
        >
          {texts.approve}
        </button>
      )}
      <button
        type="button"
        className="button"
        onClick={() =>
          void riskDeed(
            { type: "RejectLimits", proposalId, reason: isOwn ? texts.withdraw : texts.reject },
            { done: texts.did.reject(proposalId), asked: texts.asked.reject(proposalId) },
          )
        }
      >
        {isOwn ? texts.withdraw : texts.reject}
      </button>
    </div>
  );
}
