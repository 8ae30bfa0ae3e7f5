import type { ReactNode } from "react";
import { useView } from "../../app/useView.ts";
import { Dialog } from "../../ui/controls.tsx";
import { OperatorForm } from "./OperatorForm.tsx";
import { statusTexts as texts } from "./statusTexts.ts";

/** Names the journal's first bad row and lets a person, giving a reason, go on from the last good one. */
export function BrokenJournalDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const fault = useView("status", (model) => model.status?.fault ?? null);
  const lastGood = useView("status", (model) => model.status?.durableSeq ?? 0);
  return (
    <Dialog testId="broken-journal-dialog" title={texts.journalDamaged(fault?.field ?? "")} onClose={onClose}>
      <p data-testid="broken-journal-message">{fault?.message ?? texts.journalFails}</p>
      <p>{texts.rowsWhole(lastGood)}</p>
      <p className="secondary">{texts.continuing}</p>
      <OperatorForm
        testIds={{ reason: "broken-journal-reason", go: "broken-journal-continue" }}
        maxReason={500}
        go={texts.continueNow}
        going={texts.continuingNow}
        stay={texts.stayHalted}
        failed={texts.notContinued}
        operation={(reason) => ({ type: "continueFromLastGoodRow", reason })}
        onClose={onClose}
      />
    </Dialog>
  );
}
