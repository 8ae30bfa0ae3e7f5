import type { AutoscaleInfo, IChartApi, ISeriesApi } from "lightweight-charts";
import { onAnimationFrame, type Painter } from "../../app/frame.ts";
import type { OrderMark } from "./chartMarks.ts";
import { beyondScale, widened, type BeyondScale } from "./chartScale.ts";

/** What the panel around the chart says of the price scale. */
export type ScaleNews = BeyondScale & {
  /** A person has changed the scale: it no longer follows the bars by itself, or makes room for all own orders. */
  readonly isChanged: boolean;
  /** Height of the candles' pane, CSS pixels. */
  readonly height: number;
  /** Width of the scale, CSS pixels. */
  readonly width: number;
};

/** The candles' price scale. By itself it holds the bars in sight and the own orders near them; which lie beyond it is told. */
export class PriceScaleView {
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #marks: () => readonly OrderMark[];
  readonly #told: (news: ScaleNews) => void;
  readonly #looking: Painter;
  #rescale: () => void = () => undefined;
  /** All own orders are to be on the scale, however far they are. */
  #holdsAll = false;
  #last = "";

  /** `marks`: lines of own orders, the highest price first. */
  constructor(chart: IChartApi, candles: ISeriesApi<"Candlestick">, marks: () => readonly OrderMark[], told: (news: ScaleNews) => void) {
    this.#chart = chart;
    this.#candles = candles;
    this.#marks = marks;
    this.#told = told;
    this.#looking = onAnimationFrame(() => this.#look());
    candles.applyOptions({ autoscaleInfoProvider: (bars: () => AutoscaleInfo | null) => this.#scaled(bars()) });
    candles.attachPrimitive({
      attached: ({ requestUpdate }) => {
        this.#rescale = requestUpdate;
      },
      // Called with every repaint, and so after every change of the scale, of which the library tells nothing else.
      updateAllViews: () => this.#looking.invalidate(),
    });
  }

  dispose(): void {
    this.#looking.dispose();
  }

  /** Own orders' lines have changed. */
  marksChanged(): void {
    this.#rescale();
  }

  /** Brings every own order onto the scale. */
  holdAll(): void {
    this.#holdsAll = true;
    this.#scaleByItself();
  }

  /** The scale follows the bars and what is near them again. */
  reset(): void {
    this.#holdsAll = false;
    this.#scaleByItself();
  }

  #scaleByItself(): void {
    this.#candles.priceScale().setAutoScale(true);
    this.#rescale();
  }

  #scaled(bars: AutoscaleInfo | null): AutoscaleInfo | null {
    if (bars?.priceRange === null || bars === null) return bars;
    const lines = this.#marks().map(({ ticks }) => ticks);
    return { ...bars, priceRange: widened(bars.priceRange, lines, this.#holdsAll ? Infinity : undefined) };
  }

  #look(): void {
    const height = this.#chart.panes()[0]?.getHeight() ?? 0;
    const maxValue = this.#candles.coordinateToPrice(0);
    const minValue = this.#candles.coordinateToPrice(height);
    const marks = this.#marks();
    if (marks.length === 0) this.#holdsAll = false;
    const beyond = minValue === null || maxValue === null ? { above: null, below: null } : beyondScale(marks, { minValue, maxValue });
    const isChanged = this.#holdsAll || !this.#candles.priceScale().options().autoScale;
    const news = { ...beyond, isChanged, height, width: this.#candles.priceScale().width() };
    const text = JSON.stringify(news);
    if (text === this.#last) return;
    this.#last = text;
    this.#told(news);
  }
}
