import type { Asset, Instrument } from "../../shared/catalog.ts";
import { instrumentControls, type RiskControl } from "../../shared/risk.ts";
import { displayPlaces, formatAmount, formatCount, formatLotsShort, formatPpm } from "../ui/format.ts";

/** What a control's bounds count. */
type ControlUnit = "lots" | "ppm" | "money" | "count";

const counted: readonly RiskControl[] = ["messages", "orderToTrade", "executions", "duplicates", "protectionFills"];

export function unitOf(control: RiskControl): ControlUnit {
  if (control.endsWith("Ppm")) return "ppm";
  if (instrumentControls.some((one) => one === control)) return "lots";
  return counted.includes(control) ? "count" : "money";
}

/** A bound or use of a control in words. */
export function figureText(control: RiskControl, n: number, instrument: Instrument | undefined, currency: Asset | undefined): string {
  switch (unitOf(control)) {
    case "lots":
      return instrument === undefined ? formatCount(n) : formatLotsShort(n, instrument);
    case "ppm":
      return formatPpm(n);
    case "money":
      return currency === undefined ? formatCount(n) : `${formatAmount(n, currency, displayPlaces(currency))} ${currency.code}`;
    case "count":
      return formatCount(n);
  }
}
