import { useEffect, useState, type ReactNode } from "react";
import { preferences } from "../../app/preferences.ts";
import { timeMachine } from "../../app/timeMachine.ts";
import { useView } from "../../app/useView.ts";
import { formatCount, formatDate, formatTime, zoneLabel } from "../../ui/format.ts";
import { pastTexts as texts } from "./pastTexts.ts";
import "./past.css";

const STEPS = [
  { by: -1_000, label: "−1k" },
  { by: -1, label: "−1" },
  { by: 1, label: "+1" },
  { by: 1_000, label: "+1k" },
] as const;

/** The button that brings the scrub bar into sight. */
export function PastButton(): ReactNode {
  const open = useView("past", () => timeMachine.isOpen);
  return (
    <button
      type="button"
      className="button quiet"
      data-testid="past-open"
      aria-pressed={open}
      title={texts.openExplain}
      onClick={() => (open ? timeMachine.close() : timeMachine.open())}
    >
      {texts.open}
    </button>
  );
}

/** The scrub bar: any sequence of the journal on the whole window, said so that nobody takes it for now, and the way back. */
export function PastBar(): ReactNode {
  const open = useView("past", () => timeMachine.isOpen);
  const past = useView("past", (model) => model.past);
  if (!open && past === null) return null;
  return <OpenBar />;
}

function OpenBar(): ReactNode {
  const past = useView("past", (model) => model.past);
  const position = useView("past", () => timeMachine.position);
  const newest = useView("status", (model) => model.status?.durableSeq ?? 1);
  const zone = useView("preferences", () => preferences.zone);
  // While somebody looks back the scale stays as it is, so that a place on it keeps its meaning.
  const [end, setEnd] = useState(newest);
  if (position === null && end !== newest) setEnd(newest);
  useMark(past !== null);
  const at = position ?? end;
  const step = (by: number): void => timeMachine.step(by, end);
  return (
    <section
      className="past-bar"
      data-testid="past-bar"
      data-past={past !== null}
      data-seq={past?.seq ?? ""}
      aria-label={texts.timeMachine}
    >
      <strong className="past-word">{past === null ? texts.live : texts.past}</strong>
      <span className="past-when" data-testid="past-when" role="status">
        {past === null ? texts.drag : texts.disabled(`${formatDate(past.atUs, zone)} ${formatTime(past.atUs, zone)} ${zoneLabel(zone)}`)}
      </span>
      <div className="past-steps">
        {STEPS.slice(0, 2).map(({ by, label }) => (
          <StepButton key={by} label={label} onPress={() => step(by)} />
        ))}
      </div>
      <input
        type="range"
        className="past-slider"
        data-testid="past-slider"
        aria-label={texts.sequence}
        aria-valuetext={texts.position(formatCount(at), formatCount(end))}
        min={1}
        max={end}
        step={1}
        value={at}
        onChange={(event) => timeMachine.goTo(Number(event.target.value))}
      />
      <div className="past-steps">
        {STEPS.slice(2).map(({ by, label }) => (
          <StepButton key={by} label={label} onPress={() => step(by)} />
        ))}
      </div>
      <SequenceField at={past?.seq ?? at} end={end} />
      <span className="past-hash secondary number" title={texts.hash}>
        {past === null ? "" : past.stateHash.slice(0, 10)}
      </span>
      <button
        type="button"
        className="button past-live"
        data-testid="past-live"
        disabled={past === null}
        onClick={() => void timeMachine.returnToLive()}
      >
        {texts.backToLive}
      </button>
      <button type="button" className="button quiet" aria-label={texts.close} onClick={() => timeMachine.close()}>
        ×
      </button>
    </section>
  );
}

function StepButton({ label, onPress }: { readonly label: string; readonly onPress: () => void }): ReactNode {
  return (
    <button type="button" className="button" aria-label={texts.step(label)} onClick={onPress}>
      {label}
    </button>
  );
}

/** A sequence typed in, taken on Enter or when the field is left. */
function SequenceField({ at, end }: { readonly at: number; readonly end: number }): ReactNode {
  const [typed, setTyped] = useState<string | null>(null);
  const take = (): void => {
    const seq = Number((typed ?? "").replaceAll(/[\s,]/g, ""));
    if (typed !== null && Number.isSafeInteger(seq) && seq >= 1) timeMachine.goTo(Math.min(seq, end));
    setTyped(null);
  };
  return (
    <label className="past-field">
      <span className="secondary">{texts.seq}</span>
      <input
        className="input number"
        data-testid="past-seq"
        inputMode="numeric"
        autoComplete="off"
        value={typed ?? String(at)}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === "Enter") take();
          if (event.key === "Escape") setTyped(null);
        }}
      />
      <span className="secondary">{texts.of(formatCount(end))}</span>
    </label>
  );
}

/** The page itself is marked, so that every panel can look like the past. */
function useMark(isPast: boolean): void {
  useEffect(() => {
    document.documentElement.dataset["past"] = String(isPast);
    // Stamped on every panel, in the window's language.
    document.documentElement.style.setProperty("--past-word", JSON.stringify(texts.past));
    return () => void delete document.documentElement.dataset["past"];
  }, [isPast]);
}
