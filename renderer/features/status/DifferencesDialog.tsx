import type { ReactNode } from "react";
import { useView } from "../../app/useView.ts";
import { Dialog } from "../../ui/controls.tsx";
import { OperatorForm } from "./OperatorForm.tsx";
import { statusTexts as texts } from "./statusTexts.ts";

/** What the connected venue says otherwise than this terminal, and a person's decision to take that over, with a reason (CN-10). */
export function DifferencesDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const found = useView("status", (model) => model.status?.link?.discrepancies ?? []);
  return (
    <Dialog testId="differences-dialog" title={texts.differences} onClose={onClose}>
      <ul data-testid="differences">
        {found.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <p className="secondary">{texts.settling}</p>
      <OperatorForm
        testIds={{ reason: "differences-reason", go: "differences-settle" }}
        maxReason={300}
        go={texts.settle}
        going={texts.settlingNow}
        stay={texts.leaveOpen}
        failed={texts.notSettled}
        operation={(reason) => ({ type: "settleDifferences", reason })}
        onClose={onClose}
      />
    </Dialog>
  );
}
