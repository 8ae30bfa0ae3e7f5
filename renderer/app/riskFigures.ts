import type { Asset, Instrument } from "../../shared/catalog.ts";
import { controlParameters, instrumentControls, type LimitChange, type RiskControl } from "../../shared/risk.ts";
import { riskWordTexts } from "./riskWordTexts.ts";
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
      return instrument === undefined ? formatCount(n) : `${formatLotsShort(n, instrument)} ${baseCode(instrument)}`;
    case "ppm":
      return formatPpm(n);
    case "money":
      return currency === undefined ? formatCount(n) : `${formatAmount(n, currency, displayPlaces(currency))} ${currency.code}`;
    case "count":
      return formatCount(n);
  }
}

export type ParameterKind = "tokens" | "window" | "coolingOff";

/** What a control's limits need beside their bounds; null for nothing. */
export function parameterKind(control: RiskControl): ParameterKind | null {
  if (!hasParameter(control)) return null;
  if (controlParameters[control] === "tokens a second") return "tokens";
  return controlParameters[control] === "window in microseconds" ? "window" : "coolingOff";
}

function hasParameter(control: RiskControl): control is keyof typeof controlParameters {
  return control in controlParameters;
}

/** "Window 60 s", "5 000 tokens a second"; "" for a control without one. */
export function parameterText(control: RiskControl, parameter: number | null): string {
  const kind = parameterKind(control);
  if (kind === null || parameter === null) return "";
  return kind === "tokens"
    ? riskWordTexts.ofTokens(formatCount(parameter))
    : riskWordTexts[kind === "window" ? "ofWindow" : "ofCoolingOff"](secondsText(parameter));
}

/** Seconds with the decimals that say something. */
function secondsText(us: number): string {
  const decimals = String(us % 1_000_000)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${formatCount(Math.floor(us / 1_000_000))}${decimals === "" ? "" : `.${decimals}`}`;
}

/** What an instrument's quantities count: "BTC". */
function baseCode({ symbol }: Instrument): string {
  return symbol.split("/")[0] ?? symbol;
}

/** Bounds of a control as one text, the further figure included: "soft 0.5 BTC, hard 1 BTC"; "no limit" where neither is set. */
export function boundsText(
  control: RiskControl,
  { soft, hard, parameter }: Pick<LimitChange, "soft" | "hard" | "parameter">,
  instrument: Instrument | undefined,
  currency: Asset | undefined,
): string {
  if (soft === null && hard === null) return riskWordTexts.noLimit;
  const figure = (n: number | null): string => (n === null ? riskWordTexts.none : figureText(control, n, instrument, currency));
  const rest = parameterText(control, parameter);
  return `${riskWordTexts.bounds(figure(soft), figure(hard))}${rest === "" ? "" : ` (${rest})`}`;
}
