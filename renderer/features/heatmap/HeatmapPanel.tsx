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
import { tokens } from "../../ui/tokens.ts";
import { HeatmapFeed } from "./HeatmapFeed.ts";
import "./heatmap.css";
import type { HeatmapOrder, HeatmapReading, HeatmapReport } from "./heatmapProtocol.ts";
import { heatmapTexts } from "./heatmapTexts.ts";

const settingSchema = z.object({
  spanSeconds: z.number(),
  low: z.number().min(0).max(99),
  high: z.number().min(1).max(100),
  bubbles: z.boolean(),
});
type HeatmapSetting = z.infer<typeof settingSchema>;
const usual: HeatmapSetting = { spanSeconds: 300, low: 40, high: 97, bubbles: true };
const spanChoices = [60, 300, 900, 3_600] as const;
const ZOOM = 1.15;
const KEY_PIXELS = 60;
/** A press that moved less is a click. */
const CLICK_SLACK = 4;

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
            <Percentile which="low" value={setting.low} onChange={(low) => change({ low: Math.min(low, setting.high - 1) })} />
            <Percentile which="high" value={setting.high} onChange={(high) => change({ high: Math.max(high, setting.low + 1) })} />
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

type PercentileProps = { readonly which: "low" | "high"; readonly value: number; readonly onChange: (value: number) => void };

function Percentile({ which, value, onChange }: PercentileProps): ReactNode {
  return (
    <input
      type="number"
      className="input small number"
      data-testid={`heatmap-cut-${which}`}
      aria-label={heatmapTexts[which]}
      title={heatmapTexts[which]}
      min={which === "low" ? 0 : 1}
      max={which === "low" ? 99 : 100}
      value={value}
      onChange={(event) => {
        const typed = Number(event.target.value);
        if (Number.isInteger(typed) && typed >= 0 && typed <= 100) onChange(typed);
      }}
    />
  );
}

/** A canvas whose pixels belong to a thread of their own from here on. */
function startWorker(
  host: HTMLElement,
  instrument: Instrument,
  report: (report: HeatmapReport) => void,
): { readonly send: (order: HeatmapOrder, transfer?: readonly Transferable[]) => void; readonly dispose: () => void } {
  const canvas = document.createElement("canvas");
  canvas.dataset["testid"] = "heatmap-canvas";
  host.append(canvas);
  const worker = new Worker(new URL("./heatmapWorker.ts", import.meta.url), { type: "module" });
  const send = (order: HeatmapOrder, transfer: readonly Transferable[] = []): void => worker.postMessage(order, [...transfer]);
  worker.addEventListener("message", (event: MessageEvent<HeatmapReport>) => report(event.data));
  const offscreen = canvas.transferControlToOffscreen();
  const sizeNow = (): { width: number; height: number; ratio: number } => ({
    width: Math.max(1, host.clientWidth),
    height: Math.max(1, host.clientHeight),
    ratio: devicePixelRatio,
  });
  const look = (): { colours: ReturnType<typeof tokens>; zone: typeof preferences.zone } => ({ colours: tokens(), zone: preferences.zone });
  send({ type: "start", canvas: offscreen, size: sizeNow(), look: look(), instrument }, [offscreen]);
  const observer = new ResizeObserver(() => {
    if (host.clientWidth > 0 && host.clientHeight > 0) send({ type: "size", size: sizeNow() });
  });
  observer.observe(host);
  const stop = readModel.subscribe("preferences", () => send({ type: "look", look: look() }));
  return {
    send,
    dispose: () => {
      stop();
      observer.disconnect();
      worker.terminate();
      canvas.remove();
    },
  };
}

function apply(send: (order: HeatmapOrder) => void, { spanSeconds, low, high, bubbles }: HeatmapSetting): void {
  send({ type: "span", spanUs: spanSeconds * 1_000_000 });
  send({ type: "cut", low, high });
  send({ type: "bubbles", shown: bubbles });
}

/** Drag pans, the wheel zooms time (with Ctrl prices, with Shift it scrolls), a click prices the ticket. */
function listenToGestures(host: HTMLElement, send: (order: HeatmapOrder) => void): () => void {
  let pressed: { readonly x: number; readonly y: number; moved: boolean; lastX: number; lastY: number } | null = null;
  const at = (event: MouseEvent): { x: number; y: number } => {
    const box = host.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const stop = new AbortController();
  const { signal } = stop;
  host.addEventListener(
    "pointerdown",
    (event) => {
      if (event.button !== 0) return;
      host.setPointerCapture(event.pointerId);
      pressed = { ...at(event), moved: false, lastX: event.clientX, lastY: event.clientY };
    },
    { signal },
  );
  host.addEventListener(
    "pointermove",
    (event) => {
      const point = at(event);
      send({ type: "pointer", at: point });
      if (pressed === null) return;
      if (!pressed.moved && Math.hypot(point.x - pressed.x, point.y - pressed.y) < CLICK_SLACK) return;
      pressed.moved = true;
      send({ type: "pan", dx: event.clientX - pressed.lastX, dy: event.clientY - pressed.lastY });
      pressed.lastX = event.clientX;
      pressed.lastY = event.clientY;
    },
    { signal },
  );
  host.addEventListener(
    "pointerup",
    (event) => {
      if (pressed !== null && !pressed.moved) send({ type: "pick", ...at(event) });
      pressed = null;
    },
    { signal },
  );
  host.addEventListener("pointerleave", () => send({ type: "pointer", at: null }), { signal });
  host.addEventListener("dblclick", () => send({ type: "follow" }), { signal });
  host.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        send({ type: "pan", dx: -(event.deltaX === 0 ? event.deltaY : event.deltaX), dy: 0 });
        return;
      }
      send({ type: "zoom", axis: event.ctrlKey ? "price" : "time", factor: event.deltaY < 0 ? ZOOM : 1 / ZOOM, ...at(event) });
    },
    { signal, passive: false },
  );
  return () => stop.abort();
}

function keyOrder(event: KeyboardEvent, host: HTMLElement | null): HeatmapOrder | null {
  const middle = { x: (host?.clientWidth ?? 0) / 2, y: (host?.clientHeight ?? 0) / 2 };
  const axis = event.shiftKey ? "price" : "time";
  switch (event.key) {
    case "ArrowLeft":
      return { type: "pan", dx: KEY_PIXELS, dy: 0 };
    case "ArrowRight":
      return { type: "pan", dx: -KEY_PIXELS, dy: 0 };
    case "ArrowUp":
      return { type: "pan", dx: 0, dy: KEY_PIXELS };
    case "ArrowDown":
      return { type: "pan", dx: 0, dy: -KEY_PIXELS };
    case "+":
    case "=":
      return { type: "zoom", axis, factor: ZOOM, ...middle };
    case "-":
    case "_":
      return { type: "zoom", axis, factor: 1 / ZOOM, ...middle };
    case "End":
      return { type: "follow" };
    default:
      return null;
  }
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
  const lots = (n: number): string => formatLotsShort(n, instrument);
  const texts: Readonly<Record<(typeof readoutRows)[number], readonly [label: string, value: string]>> = {
    time: [formatTime(reading.atUs, preferences.zone), formatPrice(Math.max(1, reading.ticks), instrument)],
    size: [heatmapTexts[reading.side], lots(reading.lots)],
    sum: [heatmapTexts.sum, lots(reading.cumulativeLots)],
    traded: [heatmapTexts.traded, `${lots(reading.boughtLots)} · ${lots(reading.soldLots)}`],
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
