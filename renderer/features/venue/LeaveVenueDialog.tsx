import { useState, type ReactNode } from "react";
import { dialogs } from "../../app/dialogs.ts";
import { shellRequest } from "../../app/shell.ts";
import { venueConnection } from "../../app/venueConnection.ts";
import { Dialog } from "../../ui/controls.tsx";
import { venueTexts as texts } from "./venueTexts.ts";

/** CN-16: asks before the terminal turns its back on orders that stay open at the venue. */
export function LeaveVenueDialog(): ReactNode {
  const { canReturn, connectedTo: at } = venueConnection();
  const [problem, setProblem] = useState("");
  const [isSending, setSending] = useState(false);
  const leave = async (): Promise<void> => {
    setSending(true);
    const reply = await shellRequest({ type: "leaveVenue" });
    if (reply.ok) return;
    setSending(false);
    setProblem(texts.notDone(reply.error.message, reply.error.rule));
  };
  return (
    <Dialog testId="leave-venue-dialog" title={texts.leaveTitle} onClose={() => dialogs.close()}>
      <p data-testid="leave-venue-text">{at === null ? texts.atHome : canReturn ? texts.leave(at.site, at.address) : texts.noHome}</p>
      {problem !== "" && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="button large" onClick={() => dialogs.close()}>
          {texts.stay}
        </button>
        <button
          type="button"
          className="button large"
          data-testid="leave-venue"
          disabled={isSending || !canReturn}
          onClick={() => void leave()}
        >
          {texts.goBack}
        </button>
      </div>
    </Dialog>
  );
}
