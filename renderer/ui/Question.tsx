import type { ReactNode } from "react";

type QuestionProps = {
  readonly testId: string;
  readonly text: string;
  /** What makes it worth a second look, or "". */
  readonly warning: string;
  readonly yes: string;
  readonly no: string;
  readonly answer: (yes: boolean) => void;
};

/** Called once for each question: the panel around it renders again and again, and a focus that has moved on to "no" must stay there. */
function takeFocus(button: HTMLButtonElement | null): void {
  button?.focus();
}

/** Asks in place, over the lower edge of what it is about: Enter answers yes, Escape no. */
export function Question({ testId, text, warning, yes, no, answer }: QuestionProps): ReactNode {
  return (
    <div
      className="question"
      role="alertdialog"
      aria-label={text}
      data-testid={testId}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        answer(false);
      }}
    >
      <p>
        {text}
        {warning !== "" && <strong>{warning}</strong>}
      </p>
      <button type="button" className="button" data-testid={`${testId}-yes`} key={text} ref={takeFocus} onClick={() => answer(true)}>
        {yes}
      </button>
      <button type="button" className="button quiet" data-testid={`${testId}-no`} onClick={() => answer(false)}>
        {no}
      </button>
    </div>
  );
}
