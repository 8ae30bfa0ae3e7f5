import type { ReactNode } from "react";
import { appTexts } from "../../app/appTexts.ts";
import { clockSkewMs } from "../../app/clockWatch.ts";
import { preferences } from "../../app/preferences.ts";
import { selection } from "../../app/selection.ts";
import { sourceText } from "../../app/sourceText.ts";
import { useView } from "../../app/useView.ts";
import { formatDate, formatTime, zoneLabel } from "../../ui/format.ts";
import { ConnectionBar, SLOW_DISK_MS } from "./ConnectionText.tsx";
import { statusTexts as texts } from "./statusTexts.ts";

type BannerProps = {
  /** Stand beside the venue's clock, while there is one. */
  readonly controls: ReactNode;
  /** Stand at the right. */
  readonly tools: ReactNode;
  readonly onReviewJournal: () => void;
};

/**
 * Says at all times whether this is the market or a simulation, and of what; and the venue's clock, or what is wrong with the engine. The
 * banner keeps its height: nothing under the pointer moves when the engine goes away.
 */
export function Banner({ controls, tools, onReviewJournal }: BannerProps): ReactNode {
  const trouble = useView(
    ["connection", "status"],
    (model) => model.connection.state !== "live" || model.status?.state !== "running" || model.status.commitWaitMs > SLOW_DISK_MS,
  );
  const venue = useView("catalog", (model) => model.session?.venue ?? null);
  const mode = venue?.mode ?? "simulated";
  return (
    <header className="banner" data-testid="banner" data-mode={mode}>
      <strong className="banner-mode">{appTexts.modes[mode]}</strong>
      <span className="banner-venue">{venue?.name ?? "HashKey Exchange"}</span>
      <FaultsMark />
      {trouble ? (
        <ConnectionBar onReviewJournal={onReviewJournal} />
      ) : (
        <>
          <Source />
          <VenueClock />
          {controls}
          <span className="banner-gap" />
        </>
      )}
      {tools}
    </header>
  );
}

/** A venue that is being disturbed on purpose says so in every window. */
function FaultsMark(): ReactNode {
  const faults = useView("status", (model) => model.status?.faults.length ?? 0);
  if (faults === 0) return null;
  return (
    <strong className="banner-faults" data-testid="banner-faults" title={texts.faultsExplain}>
      ▲ {texts.faults(faults)}
    </strong>
  );
}

function Source(): ReactNode {
  const text = useView(["catalog", "selection"], (model) => {
    const id = selection.instrumentId;
    const source = id === null ? null : model.source(id);
    if (id === null || source === null) return "";
    return `${model.instrument(id)?.symbol ?? ""} ${sourceText(source)}`;
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
  const skewMs = useView("status", () => clockSkewMs());
  if (time === null) return null;
  return (
    <span className="banner-clock" data-skew={skewMs} title={`${texts.venueClock} ${formatDate(time, zone)} ${zoneLabel(zone)}`}>
      <span className="secondary">{formatDate(time, zone)}</span> {formatTime(time, zone)}{" "}
      <span className="secondary">{zoneLabel(zone)}</span>
      {skewMs !== 0 && (
        <strong className="clock-skew" data-testid="clock-skew">
          {" "}
          ▲ {skewMs > 0 ? "+" : "−"}
          {(Math.abs(skewMs) / 1_000).toFixed(1)} s
        </strong>
      )}
    </span>
  );
}
