import { useEffect, useRef, useState, type ReactNode } from "react";
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
  const [putAway, setPutAway] = useState<ReadonlySet<number>>(new Set());
  const timed = useRef(new Set<number>());
  useEffect(() => {
    for (const message of list) {
      if (timed.current.has(message.id) || message.severity === "breach" || message.severity === "halted") continue;
      timed.current.add(message.id);
      setTimeout(() => setPutAway((before) => new Set(before).add(message.id)), SHOWN_MS[message.severity]);
    }
  }, [list]);
  const quiet = useView("alerts", () => alerts.doNotDisturb);
  const shown = list.filter((message) => !(quiet && message.severity !== "halted") && !message.isQuiet && !putAway.has(message.id));
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
        <Toast key={message.id} message={message} onPutAway={() => setPutAway((before) => new Set(before).add(message.id))} />
      ))}
    </div>
  );
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
