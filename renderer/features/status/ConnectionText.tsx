import type { ReactNode } from "react";
import { unreachable } from "../../../shared/assert.ts";
import type { EngineState } from "../../../shared/views.ts";
import { staleSeconds, type ConnectionState } from "../../app/connection.ts";
import { appTexts } from "../../app/appTexts.ts";
import { messages } from "../../app/messages.ts";
import { shellRequest } from "../../app/shell.ts";
import { useNow } from "../../app/useNow.ts";
import { useView } from "../../app/useView.ts";
import { lostLink } from "../../app/venueMode.ts";
import { statusTexts as texts } from "./statusTexts.ts";

/** Connection state in one word, with its shape: filled when live, hollow otherwise. */
export function ConnectionText(): ReactNode {
  const connection = useView("connection", (model) => model.connection);
  const engine = useView("status", (model) => model.status?.state ?? null);
  const isCompared = useView("status", (model) => lostLink(model) === null);
  const state = connection.state === "live" && !isCompared ? "stale" : connection.state;
  return (
    <span className="connection" data-testid="status-connection" data-state={state} data-engine={engine ?? ""}>
      {wordOf(connection.state, engine, isCompared)}
    </span>
  );
}

function wordOf(state: ConnectionState["state"], engine: EngineState | null, isCompared: boolean): string {
  if (state !== "live") return texts.states[state];
  if (engine === "recovering") return texts.states.recovering;
  if (engine === "broken") return texts.states.halted;
  return isCompared ? texts.states.live : texts.states.notCompared;
}

/** Commands that wait so long without a commit are said to wait. */
export const SLOW_DISK_MS = 300;

/** The part of the banner that says what is wrong: what, since when, what happens next, and what a person can do. */
export function ConnectionBar({ onReviewJournal }: { readonly onReviewJournal: () => void }): ReactNode {
  const connection = useView("connection", (model) => model.connection);
  const diskWaitMs = useView("status", (model) => model.status?.commitWaitMs ?? 0);
  const engine = useView("status", (model) => model.status?.state ?? null);
  const link = useView("status", lostLink);
  const now = useNow(250);
  if (connection.state === "down") {
    return (
      <Bar severity="halted" what={texts.engineDown} why={explain(connection, now)}>
        <button type="button" className="button" data-testid="restart-engine" onClick={() => void restart()}>
          {texts.restartNow}
        </button>
      </Bar>
    );
  }
  if (connection.state !== "live") return <Bar severity="warning" what={texts.notLive} why={explain(connection, now)} />;
  if (engine === "recovering") return <Bar severity="warning" what={texts.recovering} why={texts.recoveringDetail} />;
  if (engine === "broken") {
    return (
      <Bar severity="halted" what={texts.halted} why={texts.haltedDetail}>
        <button type="button" className="button" data-testid="review-journal" onClick={onReviewJournal}>
          {texts.review}
        </button>
      </Bar>
    );
  }
  if (engine === "running" && link !== null)
    return (
      <Bar severity="warning" what={texts.notLive} why={[texts.links[link.state], link.note].filter((text) => text !== "").join(" ")} />
    );
  if (engine === "running" && diskWaitMs > SLOW_DISK_MS)
    return <Bar severity="warning" what={texts.diskSlow} why={texts.diskSlowDetail((diskWaitMs / 1_000).toFixed(1))} />;
  return null;
}

type BarProps = {
  readonly severity: "warning" | "halted";
  readonly what: string;
  readonly why: string;
  /** What a person can do about it. */
  readonly children?: ReactNode;
};

function Bar({ severity, what, why, children }: BarProps): ReactNode {
  return (
    <div className="connection-bar" role="alert" data-severity={severity} data-testid="connection-bar">
      <strong>{what}</strong>
      <span>{why}</span>
      {children}
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
      if (connection.cause === "late") return appTexts.dataLateAsked;
      return texts.silent(age ?? 0);
    case "down": {
      const retry =
        connection.retryAtMs === null
          ? texts.notRestarted
          : texts.attempt(connection.attempt, Math.max(0, Math.ceil((connection.retryAtMs - nowMs) / 1_000)));
      return `${connection.reason}. ${retry}`.replace("..", ".");
    }
    default:
      return unreachable(connection);
  }
}

async function restart(): Promise<void> {
  const reply = await shellRequest({ type: "restartEngine" });
  if (!reply.ok) messages.post({ severity: "warning", text: texts.restartFailed, detail: reply.error.message, code: reply.error.code });
}
