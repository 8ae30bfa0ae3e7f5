import { useId, useState, type ReactNode } from "react";
import { engineClient, RequestError } from "../../app/engineClient.ts";
import { messages } from "../../app/messages.ts";
import { useView } from "../../app/useView.ts";
import { Dialog } from "../../ui/controls.tsx";

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
        text: "The journal could not be continued.",
        detail: cause.typed.message,
        code: cause.typed.code,
      });
      setSending(false);
    }
  };

  return (
    <Dialog
      testId="broken-journal-dialog"
      title={`The journal is damaged${fault === null || fault.field === "" ? "" : ` at ${fault.field}`}`}
      onClose={onClose}
    >
      <p data-testid="broken-journal-message">{fault?.message ?? "The journal does not pass its check."}</p>
      <p>
        Every row up to sequence {lastGood} is whole and has been recovered. The damaged row and all after it are not used. Nothing trades
        until you choose.
      </p>
      <p className="secondary">
        Continuing starts a journal with all the good rows and keeps the damaged file beside it under another name. Orders and fills that
        only the damaged rows record are not carried over. Your reason is recorded in the journal. To examine the file first, close the
        terminal and run the verify command on it.
      </p>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void proceed();
        }}
      >
        <p>
          <label htmlFor={field}>Reason (at least {MIN_REASON} characters)</label>
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
            ▲ This session may not operate the venue; ask an operator.
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button large" onClick={onClose}>
            Stay halted
          </button>
          <button type="submit" className="button large" data-testid="broken-journal-continue" disabled={!ready}>
            {sending ? "Continuing…" : "Continue from the last good row"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
