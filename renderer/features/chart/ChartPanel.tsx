import { useEffect, useRef, useState, type ReactNode } from "react";
import { z } from "zod";
import type { Instrument } from "../../../shared/catalog.ts";
import type { CandleRow } from "../../../shared/views.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { panelTexts } from "../../app/panelTexts.ts";
import { shortSourceText, sourceText } from "../../app/sourceText.ts";
import { sourceTexts } from "../../app/sourceTexts.ts";
import { useView } from "../../app/useView.ts";
import { savedSetting, saveSetting } from "../../app/windowState.ts";
import { Segmented } from "../../ui/controls.tsx";
import { formatChange, formatLotsShort, formatPrice } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { Question } from "../../ui/Question.tsx";
import { readModel } from "../../app/readModel.ts";
import "./chart.css";
import { ChartEdges } from "./ChartEdges.tsx";
import { saveChartPicture } from "./chartPicture.ts";
import { chartTexts } from "./chartTexts.ts";
import { ChartTools } from "./ChartTools.tsx";
import type { ChartMove, ChartNews } from "./chartNews.ts";
import { ChartView } from "./ChartView.ts";
import type { ScaleNews } from "./PriceScaleView.ts";
import type { DrawingTool } from "./DrawingsView.ts";
import { indicatorById, indicators } from "./indicators.ts";
import type { ActiveIndicator, IndicatorReading } from "./IndicatorsView.ts";
import { chartIntervals, type ChartInterval } from "./shownBars.ts";

const SETTING = "chart.intervalName";
const intervalSchema = z.string().nullable();
const USUAL_INTERVAL: ChartInterval = { name: "1m", seconds: 60, unit: null };
const COMPARE = "chart.compare";
const INDICATORS = "chart.indicators";
const indicatorsSchema = z.array(z.object({ id: z.string(), period: z.number().int().min(1).max(500) })).max(indicators.length);
const nothingYet: ChartNews = { bars: 0, sparse: false, loading: true, error: "", hiddenOrders: 0, atNewest: true };

/** Candles and volume of the selected instrument. */
export function ChartPanel(): ReactNode {
  const selection = useSelection();
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  // Null until a person chooses: the chart then looks for the shortest bars of which there are some.
  const [chosen, setChosen] = useState<ChartInterval | null>(() => {
    const name = savedSetting(SETTING, intervalSchema, null);
    return chartIntervals.find((interval) => interval.name === name) ?? null;
  });
  const [found, setFound] = useState<ChartInterval>(USUAL_INTERVAL);
  const interval = chosen ?? found;
  const choose = (next: ChartInterval): void => {
    setChosen(next);
    saveSetting(SETTING, next.name);
  };
  return (
    <Panel
      testId="chart"
      title={instrument?.symbol ?? panelTexts.chart}
      right={
        <div className="chart-intervals">
          <Segmented
            label={chartTexts.barLength}
            value={interval.name}
            onChange={(name) => choose(chartIntervals.find((choice) => choice.name === name) ?? interval)}
            options={chartIntervals.map(({ name }) => ({ value: name, label: name, testId: `chart-interval-${name}` }))}
          />
        </div>
      }
    >
      {instrument !== undefined && (
        <Chart
          key={`${instrument.instrumentId}:${interval.name}`}
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
  readonly interval: ChartInterval;
  /** Takes longer bars by itself where there are hardly any of this length; null once a person has chosen. */
  readonly onLonger: ((interval: ChartInterval) => void) | null;
  readonly onChoose: (interval: ChartInterval) => void;
};

function Chart({ instrument, interval, onLonger, onChoose }: ChartProps): ReactNode {
  const selection = useSelection();
  const host = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLDivElement>(null);
  const indicatorLegend = useRef<HTMLDivElement>(null);
  const view = useRef<ChartView | null>(null);
  const [news, setNews] = useState(nothingYet);
  const [active, setActive] = useState<readonly ActiveIndicator[]>(() => savedSetting(INDICATORS, indicatorsSchema, []));
  const [compare, setCompare] = useState(() => savedSetting(COMPARE, z.string(), ""));
  const [tool, setTool] = useState<DrawingTool>("none");
  const [move, setMove] = useState<ChartMove | null>(null);
  const [scale, setScale] = useState<ScaleNews | null>(null);
  const source = useView("catalog", (model) => model.source(instrument.instrumentId));
  const longer = chartIntervals[chartIntervals.findIndex(({ name }) => name === interval.name) + 1] ?? null;
  useEffect(() => {
    if (news.sparse && longer !== null) onLonger?.(longer);
  }, [news.sparse, longer, onLonger]);

  useEffect(() => {
    if (host.current === null) return undefined;
    let shown = nothingYet;
    const made = new ChartView(host.current, { instrument, selection }, interval, {
      news: (next) => {
        // Bars are counted for tests only; React need not hear of each.
        host.current?.setAttribute("data-bars", String(next.bars));
        const worth = { ...next, bars: Math.min(next.bars, 1) };
        if (same(shown, worth)) return;
        shown = worth;
        setNews(worth);
      },
      legend: (bar, readings) => {
        showLegend(legend.current, bar, instrument);
        showReadings(indicatorLegend.current, readings);
      },
      move: setMove,
      scale: setScale,
      toolDone: () => setTool("none"),
    });
    view.current = made;
    return () => {
      view.current = null;
      made.dispose();
    };
  }, [instrument, interval, selection]);

  // A chart is made once for its key, before these; they run again whenever a choice changes.
  useEffect(() => view.current?.showIndicators(active), [active]);
  useEffect(() => view.current?.compareWith(readModel.instrumentBySymbol(compare) ?? null), [compare]);
  useEffect(() => {
    if (view.current !== null) view.current.tool = tool;
  }, [tool]);

  const chooseIndicators = (next: readonly ActiveIndicator[]): void => {
    setActive(next);
    saveSetting(INDICATORS, next);
  };

  return (
    <>
      <ChartTools
        instrument={instrument}
        active={active}
        onActive={chooseIndicators}
        compare={compare}
        onCompare={(symbol) => {
          setCompare(symbol);
          saveSetting(COMPARE, symbol);
        }}
        tool={tool}
        onTool={setTool}
        onErase={() => view.current?.removeSelected()}
        onPicture={() => {
          if (view.current !== null) void saveChartPicture(view.current.picture(), instrument, interval.name);
        }}
      />
      <div
        className="chart-body"
        role="application"
        aria-label={chartTexts.label(instrument.symbol, interval.name)}
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
          data-interval={interval.name}
          data-indicators={active.map(({ id }) => id).join(" ")}
          data-symbol={instrument.symbol}
        />
        <div className="chart-legend">
          <div ref={legend} className="chart-ohlc" data-testid="chart-legend">
            {legendParts.map((part) => (
              <span key={part} data-part={part} data-label={part === "volume" ? chartTexts.volume : undefined} />
            ))}
          </div>
          <div ref={indicatorLegend} className="chart-readings" data-testid="chart-readings">
            {active.map(({ id, period }) => (
              <div key={id} data-indicator={id}>
                <span className="secondary">
                  {indicatorById(id)?.name}
                  {(indicatorById(id)?.period ?? null) === null ? "" : ` ${period}`}
                </span>
                <span className="chart-reading-values" />
                <button
                  type="button"
                  className="chart-reading-remove"
                  aria-label={chartTexts.remove(indicatorById(id)?.name ?? id)}
                  onClick={() => chooseIndicators(active.filter((indicator) => indicator.id !== id))}
                >
                  ×
                </button>
              </div>
            ))}
          </div>
          {source !== null && (
            <div
              className="chart-source"
              data-testid="chart-source"
              data-kind={source.kind}
              title={chartTexts.pastExplain(sourceText(source))}
            >
              {chartTexts.past(shortSourceText(source))}
            </div>
          )}
          {news.sparse && longer !== null && onLonger === null && news.bars > 0 && (
            <div className="chart-source">
              {chartTexts.noOlder(interval.name)}{" "}
              <button type="button" className="button chart-longer" onClick={() => onChoose(longer)}>
                {chartTexts.show(longer.name)}
              </button>
            </div>
          )}
          {news.hiddenOrders > 0 && <div className="chart-source">{chartTexts.notDrawn(news.hiddenOrders)}</div>}
        </div>
        {scale !== null && (
          <ChartEdges
            news={scale}
            instrument={instrument}
            onAll={() => view.current?.showAllOrders()}
            onReset={() => view.current?.resetScale()}
          />
        )}
        {!news.atNewest && news.bars > 0 && (
          <button type="button" className="button chart-newest" onClick={() => view.current?.goToNewest()}>
            {chartTexts.newest}
          </button>
        )}
        {news.bars === 0 && !news.loading && (
          <div className="chart-empty">
            {news.error === "" ? (
              <EmptyState title={chartTexts.empty} action={chartTexts.emptyAction} />
            ) : (
              <EmptyState
                title={chartTexts.notFetched(news.error)}
                action={
                  <button type="button" className="button" onClick={() => view.current?.retry()}>
                    {chartTexts.again}
                  </button>
                }
              />
            )}
          </div>
        )}
        {move !== null && (
          <Question
            testId="chart-move"
            text={chartTexts.move(moveText(move, instrument), formatPrice(move.ticks, instrument))}
            warning={move.crosses ? chartTexts.moveCrosses(formatPrice(move.ticks, instrument)) : ""}
            yes={chartTexts.moveYes}
            no={chartTexts.moveNo}
            answer={(yes) => view.current?.answerMove(yes)}
          />
        )}
      </div>
    </>
  );
}

function moveText({ mark, orders }: ChartMove, instrument: Instrument): string {
  const quantity = formatLotsShort(mark.leavesLots, instrument);
  return `${chartTexts.movedSides[mark.kind][mark.side]} ${quantity}${orders.length > 1 ? ` (${orders.length})` : ""}`;
}

/** Writes the indicators' numbers beside their names, as the legend of the bar is written. */
function showReadings(box: HTMLDivElement | null, readings: readonly IndicatorReading[]): void {
  if (box === null) return;
  for (const { id, values } of readings) {
    const element = box.querySelector(`[data-indicator="${id}"] .chart-reading-values`);
    const text = values.join("  ");
    if (element !== null && element.textContent !== text) element.textContent = text;
  }
}

const legendParts = ["source", "open", "high", "low", "close", "change", "volume"] as const;

/** Writes the bar under the crosshair, or the newest, into the page's own elements: many times a second, so React is not asked. */
function showLegend(box: HTMLDivElement | null, bar: CandleRow | undefined, instrument: Instrument): void {
  if (box === null) return;
  const texts: Readonly<Record<(typeof legendParts)[number], string>> =
    bar === undefined
      ? { source: "", open: "", high: "", low: "", close: "", change: "", volume: "" }
      : {
          source: bar.source === "trades" ? "" : sourceTexts.kinds[bar.source],
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
