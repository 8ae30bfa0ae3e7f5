import type { Instrument } from "../../../shared/catalog.ts";
import type { DepthColumn, DepthMinute } from "../../../shared/depthHistory.ts";
import type { Side } from "../../../shared/orders.ts";
import type { TimeZone } from "../../ui/format.ts";
import type { Tokens } from "../../ui/tokens.ts";

/** An own order's life at its price; `toUs` is null while it rests. */
export type OwnLine = {
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  readonly fromUs: number;
  readonly toUs: number | null;
};
export type OwnFill = { readonly side: Side; readonly ticks: number; readonly lots: number; readonly atUs: number };

export type CanvasSize = { readonly width: number; readonly height: number; readonly ratio: number };
export type HeatmapLook = { readonly colours: Tokens; readonly zone: TimeZone };

/** From the panel to the thread that draws. Lengths are CSS pixels of the canvas. */
export type HeatmapOrder =
  | {
      readonly type: "start";
      readonly canvas: OffscreenCanvas;
      readonly size: CanvasSize;
      readonly look: HeatmapLook;
      readonly instrument: Instrument;
    }
  | { readonly type: "size"; readonly size: CanvasSize }
  | { readonly type: "look"; readonly look: HeatmapLook }
  /** Minutes of the past. */
  | { readonly type: "minutes"; readonly minutes: readonly DepthMinute[] }
  | { readonly type: "column"; readonly column: DepthColumn }
  /** Nothing later is shown; null for all that is known. */
  | { readonly type: "end"; readonly us: number | null }
  /** Packed trades, see PACKED_TRADE_STRIDE. */
  | { readonly type: "trades"; readonly trades: Float64Array; readonly reset: boolean }
  | { readonly type: "own"; readonly orders: readonly OwnLine[]; readonly fills: readonly OwnFill[] }
  /** Percentiles of the resting sizes on view: at or below the first nothing is drawn, from the second on the brightest. */
  | { readonly type: "cut"; readonly low: number; readonly high: number }
  | { readonly type: "bubbles"; readonly shown: boolean }
  | { readonly type: "pan"; readonly dx: number; readonly dy: number }
  /** Above 1 shows less. Keeps what is under the point where it is. */
  | { readonly type: "zoom"; readonly axis: "time" | "price"; readonly factor: number; readonly x: number; readonly y: number }
  /** Back to the newest, and to the market's price. */
  | { readonly type: "follow" }
  | { readonly type: "span"; readonly spanUs: number }
  | { readonly type: "pointer"; readonly at: { readonly x: number; readonly y: number } | null }
  | { readonly type: "pick"; readonly x: number; readonly y: number };

/** What stands under the pointer. */
export type HeatmapReading = {
  readonly atUs: number;
  /** First price of the cell. */
  readonly ticks: number;
  readonly side: "bid" | "ask";
  readonly lots: number;
  /** Lots from the best price to the cell, it included. */
  readonly cumulativeLots: number;
  readonly boughtLots: number;
  readonly soldLots: number;
};

/** From the thread that draws to the panel. */
export type HeatmapReport =
  | {
      readonly type: "painted";
      readonly columns: number;
      readonly fromUs: number;
      readonly toUs: number;
      readonly following: boolean;
      readonly cutLots: readonly [low: number, high: number];
      readonly paintMs: number;
    }
  | { readonly type: "reading"; readonly reading: HeatmapReading | null }
  | { readonly type: "picked"; readonly ticks: number; readonly side: Side };
