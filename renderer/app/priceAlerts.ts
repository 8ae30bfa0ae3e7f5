import { z } from "zod";
import type { Instrument } from "../../shared/catalog.ts";
import { formatPrice, unbroken } from "../ui/format.ts";
import { messages } from "./messages.ts";
import { readModel } from "./readModel.ts";
import { topics } from "./topics.ts";
import { savedSetting, saveSetting } from "./windowState.ts";

const alertSchema = z.object({
  id: z.string(),
  symbol: z.string(),
  ticks: z.number().int().min(1),
  /** Where the last price stood when the alert was set: it fires when the price reaches the level from there. */
  from: z.enum(["above", "below"]),
});
export type PriceAlert = z.infer<typeof alertSchema>;

const SETTING = "priceAlerts";
const MOST_ALERTS = 200;
let alerts: readonly PriceAlert[] | null = null;

/** Alerts at prices, kept until they fire or are taken away. Changes are heard on the topic "priceAlerts". */
export const priceAlerts = {
  of(symbol: string): readonly PriceAlert[] {
    return all().filter((alert) => alert.symbol === symbol);
  },

  /** Null when there is no price to come from, or no room for more. */
  add(instrument: Instrument, ticks: number): PriceAlert | null {
    const ticker = readModel.ticker(instrument.instrumentId);
    // Before the first trade the best prices tell from where the price will come.
    const last = ticker?.lastTicks ?? ticker?.bidTicks ?? ticker?.askTicks ?? null;
    if (last === null || last === ticks || all().length >= MOST_ALERTS) return null;
    const alert: PriceAlert = { id: crypto.randomUUID(), symbol: instrument.symbol, ticks, from: last > ticks ? "above" : "below" };
    keep([...all(), alert]);
    return alert;
  },

  move(id: string, instrument: Instrument, ticks: number): void {
    const last = readModel.ticker(instrument.instrumentId)?.lastTicks ?? ticks;
    keep(all().map((alert) => (alert.id === id ? { ...alert, ticks, from: last > ticks ? "above" : "below" } : alert)));
  },

  remove(id: string): void {
    keep(all().filter((alert) => alert.id !== id));
  },
} as const;

/** Watches last prices for the life of the window. */
export function watchPriceAlerts(): void {
  readModel.subscribe("tickers", () => {
    const fired = all().filter((alert) => hasFired(alert));
    if (fired.length === 0) return;
    keep(all().filter((alert) => !fired.includes(alert)));
    for (const alert of fired) tell(alert);
  });
}

function hasFired({ symbol, ticks, from }: PriceAlert): boolean {
  const instrument = readModel.instrumentBySymbol(symbol);
  const last = instrument === undefined ? null : (readModel.ticker(instrument.instrumentId)?.lastTicks ?? null);
  if (last === null) return false;
  return from === "above" ? last <= ticks : last >= ticks;
}

function tell({ symbol, ticks, from }: PriceAlert): void {
  const instrument = readModel.instrumentBySymbol(symbol);
  if (instrument === undefined) return;
  const text = `${symbol} ${from === "above" ? "fell to" : "rose to"} ${formatPrice(ticks, instrument)}.`;
  messages.post({ severity: "warning", text: unbroken(text), code: "PRICE_ALERT" });
}

function all(): readonly PriceAlert[] {
  alerts ??= savedSetting(SETTING, z.array(alertSchema).max(MOST_ALERTS), []);
  return alerts;
}

function keep(next: readonly PriceAlert[]): void {
  alerts = next;
  saveSetting(SETTING, next);
  topics.bump("priceAlerts");
}
