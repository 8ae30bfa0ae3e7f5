import { useState, type ReactNode } from "react";
import { messages } from "../../app/messages.ts";
import { operate } from "../../app/operate.ts";
import { readModel } from "../../app/readModel.ts";
import { useView } from "../../app/useView.ts";
import { durationUs } from "../../../shared/duration.ts";
import type { TimeDeed } from "../../../shared/protocol.ts";
import type { ClockMode } from "../../../shared/views.ts";
import "./time.css";
import { timeTexts as texts } from "./timeTexts.ts";

const SPEEDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_000];

/**
 * The pace of the simulated exchange: its speed, a stop, steps to what happens next, and whether its participants trade. For operators; others
 * read the speed. A stopped clock is said in words, so that nobody takes a market that stands still for a quiet one.
 */
export function TimeControls(): ReactNode {
  const operator = useView("catalog", (model) => model.session?.operator ?? false);
  const clock = useView("status", ({ status }) =>
    status === null ? null : { speed: status.clockSpeed, mode: status.clockMode, running: status.marketRunning },
  );
  // The time of an outside venue is nobody's here to change.
  const isOwn = useView("status", (model) => (model.status?.link ?? null) === null);
  const [busy, setBusy] = useState(false);
  // How many steps are under way: one that is asked for stops the one before.
  const [steps, setSteps] = useState(0);
  if (clock === null || !isOwn) return null;
  const { mode, speed, running } = clock;
  if (!operator) return <span className="secondary">{mode === "running" ? `×${speed}` : modeText(mode)}</span>;
  const control = (deed: TimeDeed): void => {
    const isStep = deed.kind === "stepEvent" || deed.kind === "stepFill" || deed.kind === "stepTo";
    setBusy(true);
    if (isStep) setSteps((count) => count + 1);
    void operate({ type: "controlTime", deed }).finally(() => {
      setBusy(false);
      if (isStep) setSteps((count) => count - 1);
    });
  };
  const isStepping = mode === "paused" && steps > 0;
  return (
    <div className="time-controls" role="group" aria-label={texts.venueTime} data-testid="time-controls" data-mode={mode} data-busy={busy}>
      <SpeedSelect mode={mode} speed={speed} />
      <span className="time-buttons">
        {mode === "paused" && !isStepping ? (
          <TimeButton testId="time-run" label={texts.run} onClick={() => control({ kind: "run" })}>
            ▶
          </TimeButton>
        ) : (
          <TimeButton testId="time-pause" label={isStepping ? texts.pauseStep : texts.pause} onClick={() => control({ kind: "pause" })}>
            ❚❚
          </TimeButton>
        )}
        <TimeButton testId="time-step-event" label={texts.stepEventExplain} onClick={() => control({ kind: "stepEvent" })}>
          <Sign text={texts.stepEvent} />
        </TimeButton>
        <TimeButton testId="time-step-fill" label={texts.stepFillExplain} onClick={() => control({ kind: "stepFill" })}>
          <Sign text={texts.stepFill} />
        </TimeButton>
        <Leap onLeap={(us) => control({ kind: "stepTo", venueTimeUs: (readModel.status?.venueTimeUs ?? 0) + us })} />
        <TimeButton
          testId="time-maximum"
          label={texts.maximumExplain}
          pressed={mode === "maximum"}
          onClick={() => control({ kind: "maximum" })}
        >
          <Sign text={texts.maximum} />
        </TimeButton>
      </span>
      <button
        type="button"
        className="button"
        data-testid="market-running"
        data-running={running}
        aria-label={running ? texts.marketPauseExplain : texts.marketResumeExplain}
        title={running ? texts.marketPauseExplain : texts.marketResumeExplain}
        onClick={() => void operate({ type: "setMarketRunning", running: !running })}
      >
        {running ? texts.marketPause : texts.marketResume}
      </button>
      {mode !== "running" && (
        <strong className="time-mode" data-testid="time-mode">
          {isStepping ? texts.stepping : modeText(mode)}
        </strong>
      )}
    </div>
  );
}

function SpeedSelect({ mode, speed }: { readonly mode: ClockMode; readonly speed: number }): ReactNode {
  const speeds = mode !== "running" || SPEEDS.includes(speed) ? SPEEDS : [...SPEEDS, speed].sort((a, b) => a - b);
  return (
    <select
      className="select small"
      aria-label={texts.speed}
      data-testid="clock-speed"
      value={mode === "running" ? String(speed) : ""}
      onChange={(event) => void operate({ type: "setClockSpeed", speed: Number(event.target.value) })}
    >
      {mode !== "running" && <option value="">–</option>}
      {speeds.map((value) => (
        <option key={value} value={String(value)}>
          ×{value}
        </option>
      ))}
    </select>
  );
}

type TimeButtonProps = {
  readonly testId: string;
  readonly label: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
};

function TimeButton({ testId, label, pressed, onClick, children }: TimeButtonProps): ReactNode {
  return (
    <button type="button" className="button" data-testid={testId} aria-label={label} aria-pressed={pressed} title={label} onClick={onClick}>
      {children}
    </button>
  );
}

/** A sign and its word; where the window is narrow the sign has to do. */
function Sign({ text }: { readonly text: string }): ReactNode {
  const [sign, word] = text.split(" ");
  return (
    <>
      {sign}
      <span className="time-word"> {word}</span>
    </>
  );
}

/** How far to go at once: a length of time that is typed and entered. */
function Leap({ onLeap }: { readonly onLeap: (us: number) => void }): ReactNode {
  const [text, setText] = useState("");
  const us = durationUs(text.trim());
  return (
    <input
      className="input time-leap"
      data-testid="time-leap"
      placeholder="+ 10s"
      aria-label={texts.leap}
      title={texts.leap}
      aria-invalid={text !== "" && us === null}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || text.trim() === "") return;
        event.preventDefault();
        if (us === null || us === 0) {
          messages.post({ severity: "warning", text: texts.noLength(text.trim()) });
          return;
        }
        setText("");
        onLeap(us);
      }}
    />
  );
}

function modeText(mode: ClockMode): string {
  return mode === "paused" ? texts.standsStill : mode === "maximum" ? texts.fullSpeed : "";
}
