import type { ReactNode, RefObject } from "react";
import type { Instrument } from "../../../shared/catalog.ts";
import type { CandleRow, PriceSource } from "../../../shared/views.ts";
import { shortSourceText, sourceText } from "../../app/sourceText.ts";
import { sourceTexts } from "../../app/sourceTexts.ts";
import { formatChange, formatLotsShort, formatPrice } from "../../ui/format.ts";
import { chartTexts } from "./chartTexts.ts";
import { indicatorById } from "./indicators.ts";
import type { ActiveIndicator, IndicatorReading } from "./IndicatorsView.ts";

type ChartLegendProps = {
  /** Filled in by showLegend. */
  readonly bar: RefObject<HTMLDivElement | null>;
  /** Filled in by showReadings. */
  readonly readings: RefObject<HTMLDivElement | null>;
  readonly active: readonly ActiveIndicator[];
  readonly onRemove: (id: string) => void;
  /** Where bars come from that are older than the engine's own trades. */
  readonly source: PriceSource | null;
  /** Further lines. */
  readonly children: ReactNode;
};

/** Over the chart's upper left corner: the bar that is read, the indicators with their numbers, and where the past comes from. */
export function ChartLegend({ bar, readings, active, onRemove, source, children }: ChartLegendProps): ReactNode {
  return (
    <div className="chart-legend">
      <div ref={bar} className="chart-ohlc" data-testid="chart-legend">
        {legendParts.map((part) => (
          <span key={part} data-part={part} data-label={part === "volume" ? chartTexts.volume : undefined} />
        ))}
      </div>
      <div ref={readings} className="chart-readings" data-testid="chart-readings">
        {active.map(({ id, period }) => {
          const definition = indicatorById(id);
          return (
            <div key={id} data-indicator={id}>
              <span className="secondary">
                {definition?.name}
                {(definition?.period ?? null) === null ? "" : ` ${period}`}
              </span>
              <span className="chart-reading-values" />
              <button
                type="button"
                className="chart-reading-remove"
                aria-label={chartTexts.remove(definition?.name ?? id)}
                onClick={() => onRemove(id)}
              >
                ×
              </button>
            </div>
          );
        })}
      </div>
      {source !== null && (
        <div className="chart-source" data-testid="chart-source" data-kind={source.kind} title={chartTexts.pastExplain(sourceText(source))}>
          {chartTexts.past(shortSourceText(source))}
        </div>
      )}
      {children}
    </div>
  );
}

/** Writes the indicators' numbers beside their names, as the legend of the bar is written. */
export function showReadings(box: HTMLDivElement | null, readings: readonly IndicatorReading[]): void {
  if (box === null) return;
  for (const { id, values } of readings) {
    const element = box.querySelector(`[data-indicator="${id}"] .chart-reading-values`);
    const text = values.join("  ");
    if (element !== null && element.textContent !== text) element.textContent = text;
  }
}

const legendParts = ["source", "open", "high", "low", "close", "change", "volume"] as const;

/** Writes the bar under the crosshair, or the newest, into the page's own elements: many times a second, so React is not asked. */
export function showLegend(box: HTMLDivElement | null, bar: CandleRow | undefined, instrument: Instrument): void {
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
