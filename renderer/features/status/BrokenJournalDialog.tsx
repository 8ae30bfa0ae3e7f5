import { useId, useState, type ReactNode } from "react";
import { engineClient, RequestError } from "../../app/engineClient.ts";
import { messages } from "../../app/messages.ts";
import { useView } from "../../app/useView.ts";
import { Dialog } from "../../ui/controls.tsx";
import { statusTexts as texts } from "./statusTexts.ts";

const MIN_REASON = 3;
const MAX_REASON = 500;

/** Names the journal's first bad row and lets a person, giving a reason, go on from the last good one. */
export function BrokenJournalDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const fault = useView("status", (model) => model.status?.fault ?? null);
  const operator = useView("catalog", (model) => model.session?.operator ?? false);
  const lastGood = useView("status", (model) => model.status?.durableSeq ?? 0);
  const [reason, setReason] = useState("");
  const [sending, setSending] = useState(false);
  const field = useId();
  const ready = reason.trim().length >= MIN_REASON && !sending && operator;

  const proceed = async (): Promise<void> => {
    setSending(true);
    try {
      messages.post({ severity: "warning", text: await engineClient.operate({ type: "continueFromLastGoodRow", reason: reason.trim() }) });
      onClose();
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      messages.post({
        severity: "breach",
        text: texts.notContinued,
        detail: cause.typed.message,
        code: cause.typed.code,
      });
      setSending(false);
    }
  };

  return (
    <Dialog testId="broken-journal-dialog" title={texts.journalDamaged(fault?.field ?? "")} onClose={onClose}>
      <p data-testid="broken-journal-message">{fault?.message ?? texts.journalFails}</p>
      <p>{texts.rowsWhole(lastGood)}</p>
      <p className="secondary">{texts.continuing}</p>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void proceed();
        }}
      >
        <p>
          <label htmlFor={field}>{texts.reason(MIN_REASON)}</label>
        </p>
        <textarea
          id={field}
          data-testid="broken-journal-reason"
          maxLength={MAX_REASON}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {!operator && (
          <p className="severity" data-severity="warning">
            {texts.notOperator}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button large" onClick={onClose}>
            {texts.stayHalted}
          </button>
          <button type="submit" className="button large" data-testid="broken-journal-continue" disabled={!ready}>
            {sending ? texts.continuingNow : texts.continueNow}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
