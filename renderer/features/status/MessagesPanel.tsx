import { memo, useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { alertTexts } from "../../app/alertTexts.ts";
import { messages, type Message, type Severity } from "../../app/messages.ts";
import { preferences } from "../../app/preferences.ts";
import { useView } from "../../app/useView.ts";
import { formatDate, formatTime, zoneLabel } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { statusTexts as texts } from "./statusTexts.ts";

export function SeverityMark({ severity }: { readonly severity: Severity }): ReactNode {
  return (
    <span className="severity" data-severity={severity}>
      {alertTexts.severities[severity]}
    </span>
  );
}

/** What the terminal told, newest first, as far back as the window keeps it; the book on disk has the rest. */
export function MessagesPanel(): ReactNode {
  const list = useView("messages", () => messages.list());
  const newest = list.at(-1)?.id ?? 0;
  const lines = useRef<HTMLOListElement>(null);
  const isSeen = useIsSeen(lines, list.length > 0);
  useEffect(() => {
    // Behind another tab the panel is there as well, and nobody reads it.
    if (isSeen) messages.markRead(newest);
  }, [isSeen, newest]);
  const zone = useView("preferences", () => preferences.zone);
  return (
    <Panel testId="messages" live={false} title={<span className="secondary">{texts.messageTimes(zoneLabel(zone))}</span>}>
      {list.length === 0 ? (
        <EmptyState title={texts.noMessages} action={texts.noMessagesAction} />
      ) : (
        <ol ref={lines} className="messages selectable">
          {list.toReversed().map((message) => (
            <Line key={message.id} message={message} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** Is the element on the screen, as far as its own window goes? */
function useIsSeen(element: RefObject<Element | null>, isThere: boolean): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    if (!isThere || element.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting ?? false));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, isThere]);
  return isSeen;
}

/** A message never changes: of two thousand lines only the new ones are drawn. */
const Line = memo(MessageLine);

function MessageLine({ message }: { readonly message: Message }): ReactNode {
  const zone = useView("preferences", () => preferences.zone);
  const atUs = message.atMs * 1_000;
  return (
    <li className="message" data-testid="message" data-code={message.code}>
      <time className="secondary" title={`${formatDate(atUs, zone)} ${formatTime(atUs, zone, 3)} ${texts.messageTimes(zoneLabel(zone))}`}>
        {formatTime(atUs, zone)}
      </time>
      <SeverityMark severity={message.severity} />
      <span>
        {message.text} <span className="secondary">{message.detail}</span>
      </span>
      <code className="secondary">{message.code}</code>
    </li>
  );
}
