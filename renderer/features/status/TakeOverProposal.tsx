import type { ReactNode } from "react";
import type { TakeOver } from "../../../shared/venueReports.ts";
import { readModel } from "../../app/readModel.ts";
import { useView } from "../../app/useView.ts";
import { Facts } from "../../ui/Facts.tsx";
import { formatAmountExact, formatSigned } from "../../ui/format.ts";
import { statusTexts as texts } from "./statusTexts.ts";
import { useDeed } from "./useDeed.ts";

/** CN-10: what one person proposed, for another, a risk officer, to approve; anybody may withdraw it. */
export function TakeOverProposal({ proposed, onClose }: { readonly proposed: TakeOver; readonly onClose: () => void }): ReactNode {
  const session = useView("catalog", (model) => model.session);
  const { isSending, send } = useDeed(texts.notSettled, onClose);
  const { adjustments, by, proposalId, why } = proposed;
  const user = session?.user ?? null;
  const isOwn = user?.code === by;
  const isOfficer = user?.role === "riskOfficer";
  return (
    <>
      <p data-testid="take-over-proposed">{texts.proposedBy(readModel.userName(by), why)}</p>
      {adjustments.length === 0 && <p>{texts.noBalanceChanges}</p>}
      <Facts
        testId="take-over"
        figures
        facts={adjustments.map(({ amount, assetId }) => {
          const asset = readModel.asset(assetId);
          return {
            label: asset?.code ?? String(assetId),
            value: asset === undefined ? amount : formatSigned(amount, formatAmountExact(amount, asset)),
          };
        })}
      />
      {(isOwn || !isOfficer) && (
        <p className="severity" data-severity="warning" data-testid="take-over-why-not">
          {isOwn ? texts.needsOther : texts.needsOfficer}
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="button large" onClick={onClose}>
          {texts.leaveOpen}
        </button>
        <button
          type="button"
          className="button large"
          data-testid="take-over-withdraw"
          disabled={isSending}
          onClick={() => send({ type: "withdrawTakeOver", proposalId })}
        >
          {isOwn ? texts.withdrawTakeOver : texts.rejectTakeOver}
        </button>
        <button
          type="button"
          className="button large"
          data-testid="take-over-approve"
          disabled={isSending || isOwn || !isOfficer}
          onClick={() => send({ type: "approveTakeOver", proposalId })}
        >
          {isSending ? texts.settlingNow : texts.settle}
        </button>
      </div>
    </>
  );
}
