import { useId, type ReactNode } from "react";
import type { Draft } from "../../app/orderDraft.ts";
import { ticketTexts } from "./ticketTexts.ts";

/** Asks for the reason without which a soft control stands against the order. */
export function SoftBlock({ draft, onReason }: { readonly draft: Draft; readonly onReason: (reason: string) => void }): ReactNode {
  const id = useId();
  return (
    <div className="soft-block" data-testid="ticket-soft-block">
      <p>{ticketTexts.reasonNote}</p>
      <label className="visually-hidden" htmlFor={id}>
        {ticketTexts.reason}
      </label>
      <input
        id={id}
        className="input"
        data-testid="ticket-reason"
        placeholder={ticketTexts.reason}
        maxLength={500}
        value={draft.confirmation}
        onChange={(event) => onReason(event.target.value)}
      />
    </div>
  );
}
