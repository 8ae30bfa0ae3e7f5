import { useEffect, type ReactNode } from "react";
import { alertTexts } from "../../app/alertTexts.ts";
import { messages, type Message, type Severity } from "../../app/messages.ts";
import { preferences } from "../../app/preferences.ts";
import { useView } from "../../app/useView.ts";
import { formatTime } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { statusTexts as texts } from "./statusTexts.ts";

export function SeverityMark({ severity }: { readonly severity: Severity }): ReactNode {
  return (
    <span className="severity" data-severity={severity}>
      {alertTexts.severities[severity]}
    </span>
  );
}

/** Everything that the terminal told, newest first. Nothing leaves this list before the window closes. */
export function MessagesPanel(): ReactNode {
  const list = useView("messages", () => messages.list());
  const newest = list.at(-1)?.id ?? 0;
  useEffect(() => messages.markRead(newest), [newest]);
  return (
    <Panel testId="messages" live={false}>
      {list.length === 0 ? (
        <EmptyState title={texts.noMessages} action={texts.noMessagesAction} />
      ) : (
        <ol className="messages selectable">
          {list.toReversed().map((message) => (
            <MessageLine key={message.id} message={message} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function MessageLine({ message }: { readonly message: Message }): ReactNode {
  const zone = useView("preferences", () => preferences.zone);
  return (
    <li className="message" data-testid="message" data-code={message.code}>
      <time className="secondary">{formatTime(message.atMs * 1_000, zone)}</time>
      <SeverityMark severity={message.severity} />
      <span>
        {message.text} <span className="secondary">{message.detail}</span>
      </span>
      <code className="secondary">{message.code}</code>
    </li>
  );
}
