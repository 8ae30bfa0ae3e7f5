import { useId, useState, type ReactNode } from "react";
import type { Operation } from "../../../shared/protocol.ts";
import { useView } from "../../app/useView.ts";
import { statusTexts as texts } from "./statusTexts.ts";
import { useDeed } from "./useDeed.ts";

const MIN_REASON = 3;

type OperatorFormProps = {
  readonly testIds: { readonly reason: string; readonly go: string };
  /** Longest reason that the engine's process takes for this operation, in characters. */
  readonly maxReason: number;
  readonly go: string;
  /** Said on the button while the answer is awaited. */
  readonly going: string;
  readonly stay: string;
  /** Headline of the message when the deed was refused; the refusal's own words follow. */
  readonly failed: string;
  /** What is asked of the engine's process, with the reason as it will be kept. */
  readonly operation: (reason: string) => Operation;
  /** After the deed was done, and when the person leaves it. */
  readonly onClose: () => void;
};

/** A deed that only an operator may do and only with a reason: says so, sends it once, and tells what became of it. */
export function OperatorForm({ testIds, maxReason, go, going, stay, failed, operation, onClose }: OperatorFormProps): ReactNode {
  const operator = useView("catalog", (model) => model.session?.operator ?? false);
  const [reason, setReason] = useState("");
  const { isSending, send } = useDeed(failed, onClose);
  const field = useId();
  const ready = reason.trim().length >= MIN_REASON && !isSending && operator;
  return (
    <form
      className="dialog-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) send(operation(reason.trim()));
      }}
    >
      <p>
        <label htmlFor={field}>{texts.reason(MIN_REASON)}</label>
      </p>
      <textarea
        id={field}
        data-testid={testIds.reason}
        maxLength={maxReason}
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
          {stay}
        </button>
        <button type="submit" className="button large" data-testid={testIds.go} disabled={!ready}>
          {isSending ? going : go}
        </button>
      </div>
    </form>
  );
}
