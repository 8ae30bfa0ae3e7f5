import type { ReactNode } from "react";
import { engineClient, RequestError } from "../../app/engineClient.ts";
import { messages } from "../../app/messages.ts";
import { preferences } from "../../app/preferences.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { formatDate, formatTime, zoneLabel } from "../../ui/format.ts";
import type { Operation } from "../../../shared/protocol.ts";
import { ConnectionBar } from "./ConnectionText.tsx";
import { statusTexts as texts } from "./statusTexts.ts";

const SPEEDS = [0.5, 1, 2, 5, 10, 30, 60, 300];

type BannerProps = {
  /** Stand at the right. */
  readonly tools: ReactNode;
  readonly onReviewJournal: () => void;
};

/**
 * Says at all times whether this is the market or a simulation, and of what; and the venue's clock, or what is wrong with the engine. The
 * banner keeps its height: nothing under the pointer moves when the engine goes away.
 */
export function Banner({ tools, onReviewJournal }: BannerProps): ReactNode {
  const trouble = useView(["connection", "status"], (model) => model.connection.state !== "live" || model.status?.state !== "running");
  const venue = useView("catalog", (model) => model.session?.venue ?? null);
  const mode = venue?.mode ?? "simulated";
  return (
    <header className="banner" data-testid="banner" data-mode={mode}>
      <strong className="banner-mode">{mode === "simulated" ? texts.simulated : texts.live}</strong>
      <span className="banner-venue">{venue?.name ?? "HashKey Exchange"}</span>
      {trouble ? (
        <ConnectionBar onReviewJournal={onReviewJournal} />
      ) : (
        <>
          <Source />
          <VenueClock />
          <VenueControls />
          <span className="banner-gap" />
        </>
      )}
      {tools}
    </header>
  );
}

function Source(): ReactNode {
  const text = useView(["catalog", "selection"], (model) => {
    const id = selection.instrumentId;
    const source = id === null ? null : model.source(id);
    if (id === null || source === null) return "";
    const label = source.label.startsWith(source.kind) ? source.label : `${source.kind} ${source.label}`;
    return `${model.instrument(id)?.symbol ?? ""} ${label}`;
  });
  return text === "" ? null : (
    <span className="banner-source secondary" title={text}>
      {text}
    </span>
  );
}

function VenueClock(): ReactNode {
  const zone = useView("preferences", () => preferences.zone);
  const time = useView("status", (model) => model.status?.venueTimeUs ?? null);
  if (time === null) return null;
  return (
    <span className="banner-clock" title={texts.venueClock}>
      <span className="secondary">{formatDate(time, zone)}</span> {formatTime(time, zone)}{" "}
      <span className="secondary">{zoneLabel(zone)}</span>
    </span>
  );
}

function VenueControls(): ReactNode {
  const operator = useView("catalog", (model) => model.session?.operator ?? false);
  const speed = useView("status", (model) => model.status?.clockSpeed ?? null);
  const running = useView("status", (model) => model.status?.marketRunning ?? null);
  if (speed === null || running === null) return null;
  if (!operator) return <span className="secondary">×{speed}</span>;
  const speeds = SPEEDS.includes(speed) ? SPEEDS : [...SPEEDS, speed].sort((a, b) => a - b);
  return (
    <>
      <select
        className="select small"
        aria-label={texts.clockSpeed}
        data-testid="clock-speed"
        value={String(speed)}
        onChange={(event) => void operate({ type: "setClockSpeed", speed: Number(event.target.value) })}
      >
        {speeds.map((value) => (
          <option key={value} value={String(value)}>
            ×{value}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button"
        data-testid="market-running"
        aria-label={running ? texts.pauseMarket : texts.resumeMarket}
        title={texts.participants}
        onClick={() => void operate({ type: "setMarketRunning", running: !running })}
      >
        {running ? texts.pause : texts.resume}
      </button>
    </>
  );
}

async function operate(operation: Operation): Promise<void> {
  try {
    messages.post({ severity: "info", text: await engineClient.operate(operation) });
  } catch (cause) {
    if (!(cause instanceof RequestError)) throw cause;
    messages.post({ severity: "warning", text: cause.typed.message, detail: cause.typed.rule, code: cause.typed.code });
  }
}
