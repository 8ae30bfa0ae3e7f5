import { useId, useState, type ReactNode } from "react";
import { engineClient, RequestError } from "../../app/engineClient.ts";
import { messages } from "../../app/messages.ts";
import { useView } from "../../app/useView.ts";
import { Dialog } from "../../ui/controls.tsx";
import { statusTexts as texts } from "./statusTexts.ts";

const MIN_REASON = 3;
const MAX_REASON = 300;

/** What the connected venue says otherwise than this terminal, and a person's decision to take that over, with a reason (CN-10). */
export function DifferencesDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const found = useView("status", (model) => model.status?.link?.discrepancies ?? []);
  const operator = useView("catalog", (model) => model.session?.operator ?? false);
  const [reason, setReason] = useState("");
  const [sending, setSending] = useState(false);
  const field = useId();
  const ready = reason.trim().length >= MIN_REASON && !sending && operator;

  const settle = async (): Promise<void> => {
    setSending(true);
    try {
      messages.post({ severity: "warning", text: await engineClient.operate({ type: "settleDifferences", reason: reason.trim() }) });
      onClose();
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      messages.post({ severity: "breach", text: texts.notSettled, detail: cause.typed.message, code: cause.typed.code });
      setSending(false);
    }
  };

  return (
    <Dialog testId="differences-dialog" title={texts.differences} onClose={onClose}>
      <ul data-testid="differences">
        {found.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <p className="secondary">{texts.settling}</p>
      <form
        className="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void settle();
        }}
      >
        <p>
          <label htmlFor={field}>{texts.reason(MIN_REASON)}</label>
        </p>
        <textarea
          id={field}
          data-testid="differences-reason"
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
            {texts.leaveOpen}
          </button>
          <button type="submit" className="button large" data-testid="differences-settle" disabled={!ready}>
            {texts.settle}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
