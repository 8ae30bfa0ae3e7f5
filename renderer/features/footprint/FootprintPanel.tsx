import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { z } from "zod";
import type { Instrument } from "../../../shared/catalog.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import { followTrades } from "../../app/tradeHistory.ts";
import { useView } from "../../app/useView.ts";
import { savedSetting, saveSetting } from "../../app/windowState.ts";
import { atMostEvery } from "../../ui/atMostEvery.ts";
import { Segmented } from "../../ui/controls.tsx";
import { formatLotsShort, formatPrice, formatSigned, formatTime } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { Spoken } from "../../ui/Spoken.tsx";
import { spokenTexts } from "../../ui/spokenTexts.ts";
import { tokens } from "../../ui/tokens.ts";
import { useCanvas } from "../../ui/useCanvas.ts";
import "./footprint.css";
import { fittingStep, Footprint, type FootprintBar } from "./footprintModel.ts";
import { FOOTPRINT_ROW, footprintParts, paintFootprint, PRICE_WIDTH } from "./footprintPainter.ts";
import { footprintTexts } from "./footprintTexts.ts";

const lengths = { 15: "15s", 60: "1m", 300: "5m", 900: "15m" } as const;
const lengthChoices = [15, 60, 300, 900] as const;
const stepChoices = [0, 1, 10, 50, 100, 200, 500, 1_000, 2_000, 5_000] as const;
const settingSchema = z.object({ seconds: z.number(), columnWidth: z.number().min(8).max(200) });
const usual = { seconds: 60, columnWidth: 92 };
const WIDTH_STEP = 1.15;
/** Pace of the picture while trades stream in. */
const PAINT_EVERY_MS = 66;

/** Bid and ask volume by price and bar of the selected instrument, and the running sum of their difference. */
export function FootprintPanel(): ReactNode {
  const selection = useSelection();
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  const [setting, setSetting] = useState(() => savedSetting("footprint", settingSchema, usual));
  const [step, setStep] = useState(0);
  const change = (part: Partial<typeof usual>): void => {
    const next = { ...setting, ...part };
    setSetting(next);
    saveSetting("footprint", next);
  };
  return (
    <Panel
      testId="footprint"
      title={instrument?.symbol ?? footprintTexts.title}
      right={
        <div className="footprint-tools">
          {instrument !== undefined && (
            <select
              className="select small"
              aria-label={footprintTexts.step}
              title={footprintTexts.step}
              data-testid="footprint-step"
              value={step}
              onChange={(event) => setStep(Number(event.target.value))}
            >
              {stepChoices.map((choice) => (
                <option key={choice} value={choice}>
                  {choice === 0 ? footprintTexts.autoStep : formatPrice(choice, instrument)}
                </option>
              ))}
            </select>
          )}
          <Segmented
            label={footprintTexts.barLength}
            value={String(setting.seconds)}
            onChange={(seconds) => change({ seconds: Number(seconds) })}
            options={lengthChoices.map((seconds) => ({
              value: String(seconds),
              label: lengths[seconds],
              testId: `footprint-bar-${lengths[seconds]}`,
            }))}
          />
        </div>
      }
    >
      {instrument === undefined ? (
        <EmptyState title={footprintTexts.emptyTitle} action={footprintTexts.chooseAction} />
      ) : (
        <FootprintBars
          key={`${instrument.instrumentId}:${setting.seconds}`}
          instrument={instrument}
          seconds={setting.seconds}
          wantedStep={step}
          columnWidth={setting.columnWidth}
          onWidth={(columnWidth) => change({ columnWidth })}
        />
      )}
    </Panel>
  );
}

type FootprintBarsProps = {
  readonly instrument: Instrument;
  readonly seconds: number;
  /** Ticks of a row; 0 fits them to what is on view. */
  readonly wantedStep: number;
  readonly columnWidth: number;
  readonly onWidth: (columnWidth: number) => void;
};

function FootprintBars({ instrument, seconds, wantedStep, columnWidth, onWidth }: FootprintBarsProps): ReactNode {
  const { instrumentId } = instrument;
  const footprint = useMemo(() => new Footprint(seconds), [seconds]);
  const body = useRef<HTMLDivElement>(null);
  const spokenId = useId();
  const read = useRef<HTMLDivElement>(null);
  /** Bars between the newest and the right edge. */
  const [scrolled, setScrolled] = useState(0);
  const pointed = useRef<{ readonly x: number } | { readonly back: number } | null>(null);
  const empty = useView(`trades:${instrumentId}`, (model) => model.recentTrades(instrumentId).length === 0 && footprint.bars.length === 0);

  const { canvas, invalidate } = useCanvas((surface) => {
    const parts = footprintParts(surface.height);
    const rows = Math.max(1, Math.floor(parts.cells / FOOTPRINT_ROW));
    const end = footprint.bars.length - Math.min(scrolled, Math.max(0, footprint.bars.length - 1));
    const room = Math.ceil((surface.width - PRICE_WIDTH) / columnWidth);
    const bars = footprint.bars.slice(Math.max(0, end - room), end);
    const step = wantedStep === 0 ? fittingStep(bars, rows) : wantedStep;
    const at = pointedIndex(pointed.current, bars.length, surface.width - PRICE_WIDTH, columnWidth);
    const topRow = topRowFor(bars, step, rows);
    paintFootprint(surface, { instrument, zone: preferences.zone, bars, columnWidth, step, topRow, pointed: at }, tokens());
    showBar(read.current, (at === null ? undefined : bars[at]) ?? bars.at(-1), instrument);
    if (body.current !== null) expose(body.current, footprint.bars, step);
  });

  useEffect(() => {
    const paced = atMostEvery(PAINT_EVERY_MS, invalidate);
    const stops = [
      followTrades(instrumentId, (trades, reset) => {
        footprint.take(trades, reset);
        paced.request();
      }),
      readModel.subscribe("preferences", invalidate),
      paced.cancel,
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [instrumentId, footprint, invalidate]);

  useEffect(invalidate, [scrolled, columnWidth, wantedStep, invalidate]);

  const scroll = (bars: number): void => setScrolled((now) => Math.max(0, Math.min(footprint.bars.length - 1, now + bars)));
  const onKeyDown = (event: KeyboardEvent): void => {
    const now = pointed.current;
    const back = now !== null && "back" in now ? now.back : -1;
    if (event.key === "ArrowLeft") pointed.current = { back: back + 1 };
    else if (event.key === "ArrowRight") pointed.current = { back: Math.max(0, back - 1) };
    else if (event.key === "PageUp") scroll(5);
    else if (event.key === "PageDown") scroll(-5);
    else if (event.key === "End") setScrolled(0);
    else if (event.key === "+" || event.key === "=") onWidth(Math.min(200, columnWidth * WIDTH_STEP));
    else if (event.key === "-") onWidth(Math.max(8, columnWidth / WIDTH_STEP));
    else if (event.key === "Escape" && pointed.current !== null) pointed.current = null;
    else return;
    event.preventDefault();
    event.stopPropagation();
    invalidate();
  };

  return (
    <div
      ref={body}
      className="footprint-body"
      role="application"
      aria-label={footprintTexts.label(instrument.symbol)}
      aria-describedby={spokenId}
      tabIndex={0}
      data-testid="footprint-body"
      onKeyDown={onKeyDown}
      onPointerMove={(event) => {
        pointed.current = { x: event.clientX - event.currentTarget.getBoundingClientRect().left };
        invalidate();
      }}
      onPointerLeave={() => {
        pointed.current = null;
        invalidate();
      }}
      onWheel={(event) => {
        if (event.ctrlKey) onWidth(Math.min(200, Math.max(8, event.deltaY < 0 ? columnWidth * WIDTH_STEP : columnWidth / WIDTH_STEP)));
        else scroll(event.deltaY < 0 ? 1 : -1);
      }}
    >
      <canvas ref={canvas} className="footprint-canvas" data-testid="footprint-canvas" />
      <Spoken
        id={spokenId}
        testId="footprint-spoken"
        topics={[`trades:${instrumentId}`]}
        say={() => spokenBar(footprint.bars.at(-1), instrument)}
      />
      <div ref={read} className="footprint-read" data-testid="footprint-read" role="status" />
      {scrolled > 0 && (
        <button type="button" className="button footprint-newest" onClick={() => setScrolled(0)}>
          {footprintTexts.newest}
        </button>
      )}
      {empty && (
        <div className="footprint-empty">
          <EmptyState title={footprintTexts.emptyTitle} action={footprintTexts.emptyAction} />
        </div>
      )}
    </div>
  );
}

function spokenBar(bar: FootprintBar | undefined, instrument: Instrument): string {
  if (bar === undefined) return spokenTexts.noBar;
  const lots = (n: number): string => formatLotsShort(n, instrument);
  return spokenTexts.bar(
    formatTime(bar.openUs, preferences.zone),
    formatPrice(bar.close, instrument),
    lots((bar.volume + bar.delta) / 2),
    lots((bar.volume - bar.delta) / 2),
    formatSigned(bar.delta, lots(bar.delta)),
  );
}

/** The bar under the pointer or the keyboard's, by index among those on view. */
function pointedIndex(
  pointed: { readonly x: number } | { readonly back: number } | null,
  bars: number,
  right: number,
  columnWidth: number,
): number | null {
  if (pointed === null) return null;
  const index = "back" in pointed ? bars - 1 - pointed.back : Math.floor((pointed.x - (right - bars * columnWidth)) / columnWidth);
  return index >= 0 && index < bars && ("back" in pointed || pointed.x <= right) ? index : null;
}

/** The bars' prices in the middle of the rows; of the newest bar when not all fit. */
function topRowFor(bars: readonly FootprintBar[], step: number, rows: number): number {
  const last = bars.at(-1);
  if (last === undefined) return 1;
  const high = Math.floor(Math.max(...bars.map((bar) => bar.high)) / step);
  const low = Math.floor(Math.min(...bars.map((bar) => bar.low)) / step);
  const middle = high - low < rows ? (high + low) / 2 : Math.floor(last.close / step);
  return Math.ceil(middle + (rows - 1) / 2);
}

function showBar(element: HTMLDivElement | null, bar: FootprintBar | undefined, instrument: Instrument): void {
  if (element === null) return;
  const lots = (n: number): string => formatSigned(n, formatLotsShort(n, instrument));
  const text =
    bar === undefined
      ? ""
      : footprintTexts.read({
          time: formatTime(bar.openUs, preferences.zone),
          high: formatPrice(bar.high, instrument),
          low: formatPrice(bar.low, instrument),
          volume: formatLotsShort(bar.volume, instrument),
          delta: lots(bar.delta),
          cumulative: lots(bar.cumulative.close),
        });
  if (element.textContent !== text) element.textContent = text;
}

/** What is shown, for whoever drives the window from outside. */
function expose(body: HTMLElement, bars: readonly FootprintBar[], step: number): void {
  body.dataset["bars"] = String(bars.length);
  body.dataset["step"] = String(step);
  body.dataset["cumulative"] = String(bars.at(-1)?.cumulative.close ?? 0);
  body.dataset["volume"] = String(bars.reduce((sum, bar) => sum + bar.volume, 0));
}
