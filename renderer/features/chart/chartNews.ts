import type { PriceTicks } from "../../../shared/money.ts";
import type { CandleRow, OrderRow } from "../../../shared/views.ts";
import type { OrderMark } from "./chartMarks.ts";
import type { IndicatorReading } from "./IndicatorsView.ts";
import type { ScaleNews } from "./PriceScaleView.ts";

/** What the panel around the chart shows in words. */
export type ChartNews = {
  readonly bars: number;
  /** The past was reached and there is hardly any: bars of this length are finer than the history. */
  readonly sparse: boolean;
  /** A page of the past is on its way and nothing is drawn yet. */
  readonly loading: boolean;
  /** Why bars could not be fetched, or "". */
  readonly error: string;
  /** Lines of own orders that were left out because there are too many. */
  readonly hiddenOrders: number;
  /** The newest bar is in sight. */
  readonly atNewest: boolean;
};

/** An own order's line that is to stand at another price. */
export type ChartMove = {
  readonly mark: OrderMark;
  readonly orders: readonly OrderRow[];
  readonly ticks: PriceTicks;
  /** A limit order that would trade at once there. */
  readonly crosses: boolean;
};

/** What the chart tells the panel around it. */
export type ChartListener = {
  readonly news: (news: ChartNews) => void;
  /** The bar under the crosshair, or the newest, and what the indicators say of it. */
  readonly legend: (bar: CandleRow | undefined, readings: readonly IndicatorReading[]) => void;
  /** Own orders are to be moved and a person has to say yes; null when the question is over. */
  readonly move: (move: ChartMove | null) => void;
  /** Own orders beyond the price scale, and whether a person has changed it. */
  readonly scale: (news: ScaleNews) => void;
  /** The tool in hand has done its work. */
  readonly toolDone: () => void;
};
