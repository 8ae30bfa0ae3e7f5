import { useEffect, useRef, type ReactNode } from "react";
import { alerts } from "../../app/alerts.ts";
import { messages, type Message } from "../../app/messages.ts";
import { useView } from "../../app/useView.ts";
import { SeverityMark } from "./MessagesPanel.tsx";
import { statusTexts as texts } from "./statusTexts.ts";

const SHOWN_MS = { info: 4_000, warning: 6_000 } as const;
const MAX_SHOWN = 2;

/**
 * The newest messages for a few seconds, in the free part of the status line, where they cover nothing that a person works with; breaches stay until
 * put away. All of them are in the message list as well, and whole.
 */
export function Toasts(): ReactNode {
  const list = useView("messages", () => messages.list());
  const shown = useView(["messages", "alerts"], toastsNow);
  const timed = useRef(new Set<number>());
  useEffect(() => {
    for (const { id, isQuiet, severity } of list) {
      if (isQuiet || timed.current.has(id) || severity === "breach" || severity === "halted") continue;
      timed.current.add(id);
      setTimeout(() => messages.putAway(id), SHOWN_MS[severity]);
    }
  }, [list]);
  const hidden = shown.length - MAX_SHOWN;
  return (
    <div className="toasts" role="status" aria-live="polite">
      {hidden > 0 && (
        <span className="toast-more" title={texts.more(hidden)}>
          <span aria-hidden="true">+{hidden}</span>
          <span className="visually-hidden">{texts.more(hidden)}</span>
        </span>
      )}
      {shown.slice(-MAX_SHOWN).map((message) => (
        <Toast key={message.id} message={message} onPutAway={() => messages.putAway(message.id)} />
      ))}
    </div>
  );
}

/** What has not been put away yet, as far as nobody wants to be left undisturbed by it. Another language makes this part of the window anew: it keeps nothing itself. */
function toastsNow(): readonly Message[] {
  return messages
    .list()
    .filter(({ id, isQuiet, severity }) => !isQuiet && !messages.isPutAway(id) && (!alerts.doNotDisturb || severity === "halted"));
}

function Toast({ message, onPutAway }: { readonly message: Message; readonly onPutAway: () => void }): ReactNode {
  const { text, detail } = message;
  return (
    <div className="toast" data-testid="toast" data-severity={message.severity}>
      <SeverityMark severity={message.severity} />
      <span className="toast-text" title={detail === "" ? text : `${text}\n${detail}`}>
        {text} {detail !== "" && <span className="secondary">{detail}</span>}
      </span>
      <button type="button" className="button quiet" aria-label={texts.putAway} onClick={onPutAway}>
        ✕
      </button>
    </div>
  );
}
