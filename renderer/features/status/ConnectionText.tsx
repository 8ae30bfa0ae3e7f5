import type { ReactNode } from "react";
import { unreachable } from "../../../shared/assert.ts";
import { staleSeconds, type ConnectionState } from "../../app/connection.ts";
import { messages } from "../../app/messages.ts";
import { shellRequest } from "../../app/shell.ts";
import { useNow } from "../../app/useNow.ts";
import { useView } from "../../app/useView.ts";

/** Connection state in one word, with its shape: filled when live, hollow otherwise. */
export function ConnectionText(): ReactNode {
  const connection = useView("connection", (model) => model.connection);
  const engine = useView("status", (model) => model.status?.state ?? null);
  const word =
    connection.state !== "live"
      ? words[connection.state]
      : engine === "recovering"
        ? "Recovering"
        : engine === "broken"
          ? "Halted"
          : "Connected";
  return (
    <span className="connection" data-testid="status-connection" data-state={connection.state} data-engine={engine ?? ""}>
      {word}
    </span>
  );
}

/** Commands that wait so long without a commit are said to wait. */
export const SLOW_DISK_MS = 300;

const words: Readonly<Record<ConnectionState["state"], string>> = {
  connecting: "Connecting",
  live: "Connected",
  stale: "Stale",
  down: "Engine down",
};

/** The part of the banner that says what is wrong: what, since when, what happens next, and what a person can do. */
export function ConnectionBar({ onReviewJournal }: { readonly onReviewJournal: () => void }): ReactNode {
  const connection = useView("connection", (model) => model.connection);
  const diskWaitMs = useView("status", (model) => model.status?.commitWaitMs ?? 0);
  const engine = useView("status", (model) => model.status?.state ?? null);
  const now = useNow(250);
  if (connection.state === "live" && engine === "recovering") {
    return (
      <div className="connection-bar" role="alert" data-severity="warning" data-testid="connection-bar">
        <strong>▲ RECOVERING</strong>
        <span>The engine reads its journal; nothing can be sent until it has reached the end.</span>
      </div>
    );
  }
  if (connection.state === "live" && engine === "running" && diskWaitMs > SLOW_DISK_MS) {
    return (
      <div className="connection-bar" role="alert" data-severity="warning" data-testid="connection-bar">
        <strong>▲ DISK SLOW</strong>
        <span>The journal has taken no commit for {(diskWaitMs / 1_000).toFixed(1)} s. Nothing is acknowledged before it is on disk.</span>
      </div>
    );
  }
  if (connection.state === "live") {
    if (engine !== "broken") return null;
    return (
      <div className="connection-bar" role="alert" data-severity="halted" data-testid="connection-bar">
        <strong>■ HALTED</strong>
        <span>The journal is damaged. Nothing can be sent; shown is the last good state.</span>
        <button type="button" className="button" data-testid="review-journal" onClick={onReviewJournal}>
          Review…
        </button>
      </div>
    );
  }
  return (
    <div
      className="connection-bar"
      role="alert"
      data-severity={connection.state === "down" ? "halted" : "warning"}
      data-testid="connection-bar"
    >
      <strong>{connection.state === "down" ? "■ ENGINE DOWN" : "▲ NOT LIVE"}</strong>
      <span>{explain(connection, now)}</span>
      {connection.state === "down" && (
        <button type="button" className="button" data-testid="restart-engine" onClick={() => void restart()}>
          Restart now
        </button>
      )}
    </div>
  );
}

function explain(connection: ConnectionState, nowMs: number): string {
  const age = staleSeconds(connection, nowMs);
  switch (connection.state) {
    case "live":
      return "";
    case "connecting":
      return `${connection.note}.`;
    case "stale":
      if (connection.cause === "late")
        return "Market data comes late or not at all; the numbers on the screen are old. The whole picture is asked for.";
      return `The engine has not been heard of for ${age ?? 0} s. Orders in flight are unknown until it answers.`;
    case "down": {
      const retry =
        connection.retryAtMs === null
          ? "It is not started again by itself."
          : `Attempt ${connection.attempt}: starting again in ${Math.max(0, Math.ceil((connection.retryAtMs - nowMs) / 1_000))} s.`;
      return `${connection.reason}. ${retry}`.replace("..", ".");
    }
    default:
      return unreachable(connection);
  }
}

async function restart(): Promise<void> {
  const reply = await shellRequest({ type: "restartEngine" });
  if (!reply.ok)
    messages.post({ severity: "warning", text: "The engine could not be restarted.", detail: reply.error.message, code: reply.error.code });
}
