import type { ReactNode } from "react";
import { useView } from "../../app/useView.ts";
import { Dialog } from "../../ui/controls.tsx";
import { OperatorForm } from "./OperatorForm.tsx";
import { statusTexts as texts } from "./statusTexts.ts";
import { TakeOverProposal } from "./TakeOverProposal.tsx";

/** What the connected venue says otherwise than this terminal; one person proposes to take that over, with a reason, another approves (CN-10). */
export function DifferencesDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const found = useView("status", (model) => model.status?.link?.discrepancies ?? []);
  const proposed = useView("status", (model) => model.status?.link?.takeOver ?? null);
  return (
    <Dialog testId="differences-dialog" title={texts.differences} onClose={onClose}>
      <ul data-testid="differences">
        {found.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <p className="secondary">{texts.settling}</p>
      {proposed !== null ? (
        <TakeOverProposal proposed={proposed} onClose={onClose} />
      ) : (
        <OperatorForm
          testIds={{ reason: "differences-reason", go: "differences-propose" }}
          maxReason={300}
          go={texts.proposeTakeOver}
          going={texts.proposingNow}
          stay={texts.leaveOpen}
          failed={texts.notProposed}
          operation={(reason) => ({ type: "proposeTakeOver", reason })}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}
