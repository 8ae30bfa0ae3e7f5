import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { z } from "zod";
import type { Instrument } from "../../../shared/catalog.ts";
import type { PriceTicks } from "../../../shared/money.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { savedSetting, saveSetting } from "../../app/windowState.ts";
import { Segmented, Switch } from "../../ui/controls.tsx";
import { formatLotsShort, formatPrice, formatTime } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { SpokenBook } from "../../ui/Spoken.tsx";
import { WholeNumber } from "../../ui/WholeNumber.tsx";
import { HeatmapFeed } from "./HeatmapFeed.ts";
import "./heatmap.css";
import { keyOrder, listenToGestures } from "./heatmapGestures.ts";
import type { HeatmapOrder, HeatmapReading, HeatmapReport } from "./heatmapProtocol.ts";
import { heatmapTexts } from "./heatmapTexts.ts";
import { startWorker } from "./heatmapThread.ts";

const settingSchema = z.object({
  spanSeconds: z.number(),
  low: z.number().min(0).max(99),
  high: z.number().min(1).max(100),
  bubbles: z.boolean(),
});
type HeatmapSetting = z.infer<typeof settingSchema>;
const usual: HeatmapSetting = { spanSeconds: 300, low: 40, high: 97, bubbles: true };
const spanChoices = [60, 300, 900, 3_600] as const;

/** The book of the selected instrument through time. */
export function HeatmapPanel(): ReactNode {
  const selection = useSelection();
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  if (instrument === undefined) {
    return (
      <Panel testId="heatmap" title={heatmapTexts.title}>
        <EmptyState title={heatmapTexts.emptyTitle} action={heatmapTexts.emptyAction} />
      </Panel>
    );
  }
  return <Heatmap key={instrument.instrumentId} instrument={instrument} />;
}

function Heatmap({ instrument }: { readonly instrument: Instrument }): ReactNode {
  const selection = useSelection();
  const host = useRef<HTMLDivElement>(null);
  const send = useRef<(order: HeatmapOrder, transfer?: readonly Transferable[]) => void>(() => undefined);
  const readout = useRef<HTMLDivElement>(null);
  const [setting, setSetting] = useState(() => savedSetting("heatmap", settingSchema, usual));
  const [following, setFollowing] = useState(true);
  const initial = useRef(setting);
  const spokenId = useId();

  const change = (part: Partial<HeatmapSetting>): void => {
    const next = { ...setting, ...part };
    setSetting(next);
    saveSetting("heatmap", next);
    apply(send.current, next);
  };

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const drawn = startWorker(element, instrument, (report) => {
      if (report.type === "painted") {
        setFollowing(report.following);
        expose(element, report);
      } else if (report.type === "reading") showReading(readout.current, report.reading, instrument);
      else pick(report.ticks, report.side, instrument, selection);
    });
    send.current = drawn.send;
    apply(drawn.send, initial.current);
    const feed = new HeatmapFeed(instrument, selection, drawn.send);
    const stopGestures = listenToGestures(element, drawn.send);
    return () => {
      send.current = () => undefined;
      stopGestures();
      feed.dispose();
      drawn.dispose();
    };
  }, [instrument, selection]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const order = keyOrder(event, host.current);
    if (order === null) return;
    event.preventDefault();
    event.stopPropagation();
    send.current(order);
  };

  return (
    <Panel
      testId="heatmap"
      title={instrument.symbol}
      right={
        <div className="heatmap-tools">
          <Switch
            label={heatmapTexts.bubbles}
            title={heatmapTexts.bubblesTitle}
            checked={setting.bubbles}
            testId="heatmap-bubbles"
            onChange={(bubbles) => change({ bubbles })}
          />
          <span className="heatmap-cut">
            <span className="secondary">{heatmapTexts.cut}</span>
            <WholeNumber
              label={heatmapTexts.low}
              testId="heatmap-cut-low"
              min={0}
              max={setting.high - 1}
              value={setting.low}
              onChange={(low) => change({ low })}
            />
            <WholeNumber
              label={heatmapTexts.high}
              testId="heatmap-cut-high"
              min={setting.low + 1}
              max={100}
              value={setting.high}
              onChange={(high) => change({ high })}
            />
          </span>
          <Segmented
            label={heatmapTexts.span}
            value={String(setting.spanSeconds)}
            onChange={(seconds) => change({ spanSeconds: Number(seconds) })}
            options={spanChoices.map((seconds) => ({
              value: String(seconds),
              label: heatmapTexts.spans[seconds],
              testId: `heatmap-span-${seconds}`,
            }))}
          />
        </div>
      }
    >
      <div
        ref={host}
        className="heatmap-body"
        role="application"
        aria-label={heatmapTexts.label(instrument.symbol)}
        aria-describedby={spokenId}
        tabIndex={0}
        data-testid="heatmap-body"
        data-symbol={instrument.symbol}
        onKeyDown={onKeyDown}
      />
      <SpokenBook id={spokenId} testId="heatmap-spoken" instrument={instrument} />
      <div ref={readout} className="heatmap-readout" data-testid="heatmap-readout" hidden>
        {readoutRows.map((row) => (
          <div key={row} data-row={row}>
            <span className="secondary" />
            <span className="number" />
          </div>
        ))}
      </div>
      {!following && (
        <button
          type="button"
          className="button heatmap-follow"
          data-testid="heatmap-follow"
          onClick={() => send.current({ type: "follow" })}
        >
          {heatmapTexts.follow}
        </button>
      )}
    </Panel>
  );
}

function apply(send: (order: HeatmapOrder) => void, { spanSeconds, low, high, bubbles }: HeatmapSetting): void {
  send({ type: "span", spanUs: spanSeconds * 1_000_000 });
  send({ type: "cut", low, high });
  send({ type: "bubbles", shown: bubbles });
}

/** Where things are, for whoever drives the window from outside. */
function expose(host: HTMLElement, painted: Extract<HeatmapReport, { type: "painted" }>): void {
  host.dataset["columns"] = String(painted.columns);
  host.dataset["fromUs"] = String(Math.round(painted.fromUs));
  host.dataset["toUs"] = String(Math.round(painted.toUs));
  host.dataset["following"] = String(painted.following);
  host.dataset["cutLots"] = painted.cutLots.join();
  host.dataset["paintMs"] = painted.paintMs.toFixed(2);
}

const readoutRows = ["time", "size", "sum", "traded"] as const;

function showReading(box: HTMLDivElement | null, reading: HeatmapReading | null, instrument: Instrument): void {
  if (box === null) return;
  box.hidden = reading === null;
  if (reading === null) return;
  const base = readModel.asset(instrument.baseAssetId)?.code ?? "";
  const lots = (n: number): string => formatLotsShort(n, instrument);
  const texts: Readonly<Record<(typeof readoutRows)[number], readonly [label: string, value: string]>> = {
    time: [formatTime(reading.atUs, preferences.zone), formatPrice(Math.max(1, reading.ticks), instrument)],
    size: [heatmapTexts[reading.side], `${lots(reading.lots)} ${base}`],
    sum: [heatmapTexts.sum, `${lots(reading.cumulativeLots)} ${base}`],
    traded: [heatmapTexts.traded, `${lots(reading.boughtLots)} · ${lots(reading.soldLots)} ${base}`],
  };
  for (const row of readoutRows) {
    const line = box.querySelector(`[data-row="${row}"]`);
    const [label, value] = texts[row];
    if (line?.firstElementChild) line.firstElementChild.textContent = label;
    if (line?.lastElementChild) line.lastElementChild.textContent = value;
  }
}

function pick(ticks: number, side: "buy" | "sell", instrument: Instrument, selection: Selection): void {
  // A whole number of at least one; the ticket and the engine look at it again.
  selection.draftPrice({ instrumentId: instrument.instrumentId, side, limitTicks: ticks as PriceTicks, preset: "first" });
}
