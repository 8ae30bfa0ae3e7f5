import { useEffect, useRef, useState, type ReactNode } from "react";
import { z } from "zod";
import type { Instrument } from "../../../shared/catalog.ts";
import { candleIntervals, type CandleInterval, type CandleRow, type PriceSource } from "../../../shared/views.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { savedSetting, saveSetting } from "../../app/windowState.ts";
import { Segmented } from "../../ui/controls.tsx";
import { formatChange, formatLotsShort, formatPrice } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { intervalName } from "./candleModel.ts";
import "./chart.css";
import { ChartView, type ChartNews } from "./ChartView.ts";

const SETTING = "chart.interval";
const intervalSchema = z.literal(candleIntervals).nullable();
const USUAL_INTERVAL: CandleInterval = 60;
const nothingYet: ChartNews = { bars: 0, sparse: false, loading: true, error: "", hiddenOrders: 0, atNewest: true };

/** Candles and volume of the selected instrument. */
export function ChartPanel(): ReactNode {
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  // Null until a person chooses: the chart then looks for the shortest bars of which there are some.
  const [chosen, setChosen] = useState<CandleInterval | null>(() => savedSetting(SETTING, intervalSchema, null));
  const [found, setFound] = useState<CandleInterval>(USUAL_INTERVAL);
  const interval = chosen ?? found;
  const choose = (next: CandleInterval): void => {
    setChosen(next);
    saveSetting(SETTING, next);
  };
  return (
    <Panel
      testId="chart"
      title={instrument?.symbol ?? "Chart"}
      right={
        <div className="chart-intervals">
          <Segmented
            label="Bar length"
            value={intervalName(interval)}
            onChange={(name) => choose(candleIntervals.find((seconds) => intervalName(seconds) === name) ?? interval)}
            options={candleIntervals.map((seconds) => ({
              value: intervalName(seconds),
              label: intervalName(seconds),
              testId: `chart-interval-${intervalName(seconds)}`,
            }))}
          />
        </div>
      }
    >
      {instrument !== undefined && (
        <Chart
          key={`${instrument.instrumentId}:${interval}`}
          instrument={instrument}
          interval={interval}
          onLonger={chosen === null ? setFound : null}
          onChoose={choose}
        />
      )}
    </Panel>
  );
}

type ChartProps = {
  readonly instrument: Instrument;
  readonly interval: CandleInterval;
  /** Takes longer bars by itself where there are hardly any of this length; null once a person has chosen. */
  readonly onLonger: ((interval: CandleInterval) => void) | null;
  readonly onChoose: (interval: CandleInterval) => void;
};

function Chart({ instrument, interval, onLonger, onChoose }: ChartProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLDivElement>(null);
  const view = useRef<ChartView | null>(null);
  const [news, setNews] = useState(nothingYet);
  const source = useView("catalog", (model) => model.source(instrument.instrumentId));
  const longer = candleIntervals.find((seconds) => seconds > interval) ?? null;
  useEffect(() => {
    if (news.sparse && longer !== null) onLonger?.(longer);
  }, [news.sparse, longer, onLonger]);

  useEffect(() => {
    if (host.current === null) return undefined;
    let shown = nothingYet;
    const made = new ChartView(
      host.current,
      instrument,
      interval,
      (next) => {
        // Bars are counted for tests only; React need not hear of each.
        host.current?.setAttribute("data-bars", String(next.bars));
        const worth = { ...next, bars: Math.min(next.bars, 1) };
        if (same(shown, worth)) return;
        shown = worth;
        setNews(worth);
      },
      (bar) => showLegend(legend.current, bar, instrument),
    );
    view.current = made;
    return () => {
      view.current = null;
      made.dispose();
    };
  }, [instrument, interval]);

  return (
    <div
      className="chart-body"
      role="application"
      aria-label={`Chart of ${instrument.symbol}, ${intervalName(interval)} bars. Left and right read bar by bar, plus and minus zoom, Page Up and Page Down scroll, End returns to the newest bar.`}
      tabIndex={0}
      onBlur={() => view.current?.key("Escape", false)}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || view.current?.key(event.key, event.shiftKey) !== true) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <div
        ref={host}
        className="chart-host"
        data-testid="chart-host"
        data-interval={intervalName(interval)}
        data-symbol={instrument.symbol}
      />
      <div className="chart-legend">
        <div ref={legend} className="chart-ohlc" data-testid="chart-legend">
          {legendParts.map((part) => (
            <span key={part} data-part={part} />
          ))}
        </div>
        {source !== null && (
          <div
            className="chart-source"
            data-testid="chart-source"
            data-kind={source.kind}
            title={`Bars before this engine's own trades: ${source.label}`}
          >
            Past: {sourceName(source)}
          </div>
        )}
        {news.sparse && longer !== null && onLonger === null && news.bars > 0 && (
          <div className="chart-source">
            No older {intervalName(interval)} bars.{" "}
            <button type="button" className="button chart-longer" onClick={() => onChoose(longer)}>
              Show {intervalName(longer)}
            </button>
          </div>
        )}
        {news.hiddenOrders > 0 && (
          <div className="chart-source">{news.hiddenOrders} more order prices are not drawn; the blotter lists them.</div>
        )}
      </div>
      {!news.atNewest && news.bars > 0 && (
        <button type="button" className="button chart-newest" onClick={() => view.current?.goToNewest()}>
          Newest ▸
        </button>
      )}
      {news.bars === 0 && !news.loading && (
        <div className="chart-empty">
          {news.error === "" ? (
            <EmptyState
              title="No bars yet."
              action="The first trade draws the first bar; start the market, or import history from the menu."
            />
          ) : (
            <EmptyState
              title={`The bars could not be fetched: ${news.error}`}
              action={
                <button type="button" className="button" onClick={() => view.current?.retry()}>
                  Try again
                </button>
              }
            />
          )}
        </div>
      )}
    </div>
  );
}

/** Kind and name of the past, short enough for a corner of the chart; the tooltip has the whole label. */
function sourceName({ kind, label }: PriceSource): string {
  const [name = label] = label.split(", ");
  return name.startsWith(kind) ? label : `${kind}, ${name}`;
}

const legendParts = ["source", "open", "high", "low", "close", "change", "volume"] as const;

/** Writes the bar under the crosshair, or the newest, into the page's own elements: many times a second, so React is not asked. */
function showLegend(box: HTMLDivElement | null, bar: CandleRow | undefined, instrument: Instrument): void {
  if (box === null) return;
  const texts: Readonly<Record<(typeof legendParts)[number], string>> =
    bar === undefined
      ? { source: "", open: "", high: "", low: "", close: "", change: "", volume: "" }
      : {
          source: bar.source === "trades" ? "" : bar.source,
          open: formatPrice(bar.open, instrument),
          high: formatPrice(bar.high, instrument),
          low: formatPrice(bar.low, instrument),
          close: formatPrice(bar.close, instrument),
          change: formatChange(bar.open, bar.close),
          volume: formatLotsShort(bar.volumeLots, instrument),
        };
  for (const part of legendParts) {
    const element = box.querySelector(`[data-part="${part}"]`);
    if (element !== null && element.textContent !== texts[part]) element.textContent = texts[part];
  }
}

function same(a: ChartNews, b: ChartNews): boolean {
  return (
    a.bars === b.bars && a.loading === b.loading && a.error === b.error && a.hiddenOrders === b.hiddenOrders && a.atNewest === b.atNewest
  );
}
