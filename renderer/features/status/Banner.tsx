import { useState, type ReactNode } from "react";
import { appTexts } from "../../app/appTexts.ts";
import { clockSkewMs } from "../../app/clockWatch.ts";
import { preferences } from "../../app/preferences.ts";
import { selection } from "../../app/selection.ts";
import { sourceText } from "../../app/sourceText.ts";
import { useView } from "../../app/useView.ts";
import { lostLink, modeOf } from "../../app/venueMode.ts";
import { formatDate, formatTime, zoneLabel } from "../../ui/format.ts";
import { ConnectionBar, SLOW_DISK_MS } from "./ConnectionText.tsx";
import { DifferencesDialog } from "./DifferencesDialog.tsx";
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
    (model) =>
      model.connection.state !== "live" ||
      model.status?.state !== "running" ||
      lostLink(model) !== null ||
      model.status.commitWaitMs > SLOW_DISK_MS,
  );
  const venue = useView("catalog", (model) => model.session?.venue ?? null);
  const mode = useView(["catalog", "status"], modeOf);
  const via = useView("status", (model) => model.status?.link?.address ?? null);
  return (
    <header className="banner" data-testid="banner" data-mode={mode}>
      <strong className="banner-mode">
        {appTexts.modes[mode]}
        {via !== null && mode === "simulated" && ` · ${texts.viaApi}`}
      </strong>
      <span className="banner-venue" title={via ?? undefined}>
        {venue?.name ?? "HashKey Exchange"}
      </span>
      {via !== null && !trouble && (
        <span className="banner-source secondary" data-testid="banner-host">
          {via.replace(/^\w+:\/\//, "")}
        </span>
      )}
      <Discrepancies />
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

/** What differs between the venue and this terminal stays in sight until two persons have settled it. */
function Discrepancies(): ReactNode {
  const found = useView("status", (model) => model.status?.link?.discrepancies ?? []);
  const waits = useView("status", (model) => (model.status?.link?.takeOver ?? null) !== null);
  const [isOpen, setOpen] = useState(false);
  if (found.length === 0) return null;
  return (
    <>
      <button type="button" className="button" data-testid="banner-discrepancies" title={found.join("\n")} onClick={() => setOpen(true)}>
        <strong className="banner-faults">
          ▲ {[texts.discrepancies(found.length), ...(waits ? [texts.waitsForApproval] : [])].join(" · ")}
        </strong>
      </button>
      {isOpen && <DifferencesDialog onClose={() => setOpen(false)} />}
    </>
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
