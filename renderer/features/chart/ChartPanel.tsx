import { useEffect, useRef, useState, type CSSProperties, type ReactNode } from "react";
import { z } from "zod";
import type { Instrument } from "../../../shared/catalog.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { panelTexts } from "../../app/panelTexts.ts";
import { useView } from "../../app/useView.ts";
import { savedSetting, saveSetting } from "../../app/windowState.ts";
import { Segmented } from "../../ui/controls.tsx";
import { formatLotsShort, formatPrice } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { Question } from "../../ui/Question.tsx";
import { readModel } from "../../app/readModel.ts";
import "./chart.css";
import { ChartEdges } from "./ChartEdges.tsx";
import { ChartLegend, showLegend, showReadings } from "./ChartLegend.tsx";
import { saveChartPicture } from "./chartPicture.ts";
import { chartTexts } from "./chartTexts.ts";
import { ChartTools } from "./ChartTools.tsx";
import type { ChartMove, ChartNews } from "./chartNews.ts";
import { ChartView } from "./ChartView.ts";
import type { ScaleNews } from "./PriceScaleView.ts";
import type { DrawingTool } from "./DrawingsView.ts";
import { indicators } from "./indicators.ts";
import type { ActiveIndicator } from "./IndicatorsView.ts";
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
  const [comparedSymbol, setCompare] = useState(() => savedSetting(COMPARE, z.string(), ""));
  // Kept from the chart of another instrument: nothing is compared with itself.
  const compare = comparedSymbol === instrument.symbol ? "" : comparedSymbol;
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
        style={scale === null ? {} : scaleWidthOf(scale)}
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
        <ChartLegend
          bar={legend}
          readings={indicatorLegend}
          active={active}
          onRemove={(id) => chooseIndicators(active.filter((indicator) => indicator.id !== id))}
          source={source}
        >
          {news.sparse && longer !== null && onLonger === null && news.bars > 0 && (
            <div className="chart-source">
              {chartTexts.noOlder(interval.name)}{" "}
              <button type="button" className="button chart-longer" onClick={() => onChoose(longer)}>
                {chartTexts.show(longer.name)}
              </button>
            </div>
          )}
          {news.hiddenOrders > 0 && <div className="chart-source">{chartTexts.notDrawn(news.hiddenOrders)}</div>}
        </ChartLegend>
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
        {news.bars === 0 && !news.loading && <NoBars error={news.error} onRetry={() => view.current?.retry()} />}
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

function NoBars({ error, onRetry }: { readonly error: string; readonly onRetry: () => void }): ReactNode {
  const again = (
    <button type="button" className="button" onClick={onRetry}>
      {chartTexts.again}
    </button>
  );
  return (
    <div className="chart-empty">
      {error === "" ? (
        <EmptyState title={chartTexts.empty} action={chartTexts.emptyAction} />
      ) : (
        <EmptyState title={chartTexts.notFetched(error)} action={again} />
      )}
    </div>
  );
}

/** What stands beside the price scale keeps clear of it, however wide its prices are. */
function scaleWidthOf({ width }: ScaleNews): CSSProperties {
  // A property of our own style sheet, which the type of the page's own properties does not know.
  return { "--scale-width": `${width}px` } as CSSProperties;
}

function moveText({ mark, orders }: ChartMove, instrument: Instrument): string {
  const quantity = formatLotsShort(mark.leavesLots, instrument);
  return `${chartTexts.movedSides[mark.kind][mark.side]} ${quantity}${orders.length > 1 ? ` (${orders.length})` : ""}`;
}

function same(a: ChartNews, b: ChartNews): boolean {
  return (
    a.bars === b.bars &&
    a.sparse === b.sparse &&
    a.loading === b.loading &&
    a.error === b.error &&
    a.hiddenOrders === b.hiddenOrders &&
    a.atNewest === b.atNewest
  );
}
