import type { Instrument } from "../../shared/catalog.ts";
import { alerts } from "./alerts.ts";
import { readModel } from "./readModel.ts";

/** An alert at a price, as a chart draws it. It fires once, when the last price reaches it from where the price stood when it was set. */
export type PriceAlert = { readonly id: string; readonly ticks: number; readonly from: "above" | "below" };

/** The price rules among the window's alerts. Changes are heard on the topic "alerts". */
export const priceAlerts = {
  of(symbol: string): readonly PriceAlert[] {
    return alerts.settings.rules
      .filter((rule) => rule.kind === "price" && rule.symbol === symbol)
      .map(({ id, value, side }) => ({ id, ticks: value, from: side === "above" ? "below" : "above" }));
  },

  /** Id of the new alert; null when there is no price to come from. */
  add(instrument: Instrument, ticks: number): string | null {
    const side = sideOf(instrument, ticks);
    return side === null ? null : alerts.add({ kind: "price", symbol: instrument.symbol, side, value: ticks });
  },

  move(id: string, instrument: Instrument, ticks: number): void {
    const side = sideOf(instrument, ticks);
    if (side !== null) alerts.change(id, { side, value: ticks });
  },

  remove(id: string): void {
    alerts.remove(id);
  },
} as const;

/** Where the alert lies, seen from the market: the last price, or before the first trade the best prices. */
function sideOf(instrument: Instrument, ticks: number): "above" | "below" | null {
  const ticker = readModel.ticker(instrument.instrumentId);
  const last = ticker?.lastTicks ?? ticker?.bidTicks ?? ticker?.askTicks ?? null;
  if (last === null || last === ticks) return null;
  return ticks > last ? "above" : "below";
}
