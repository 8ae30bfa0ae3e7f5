import type { Asset, Instrument } from "../../../shared/catalog.ts";
import { parseSteps, unitStep } from "../../../shared/decimal.ts";
import { controlParameters, instrumentControls, type RiskControl, type RiskControlView, type RiskView } from "../../../shared/risk.ts";
import type { Result } from "../../../shared/result.ts";
import { unitOf } from "../../app/riskFigures.ts";
import { formatCount, parseLots, typedDecimal } from "../../ui/format.ts";
import { riskTexts as texts } from "./riskTexts.ts";

export function needsInstrument(control: RiskControl): boolean {
  return instrumentControls.some((one) => one === control);
}

/** A bound that a person typed, in the control's own units. */
export function parseFigure(
  control: RiskControl,
  text: string,
  instrument: Instrument | undefined,
  currency: Asset | undefined,
): Result<number> {
  const typed = typedDecimal(text.replace("%", ""));
  switch (unitOf(control)) {
    case "lots":
      return instrument === undefined ? parseSteps(typed, "1", "Limit") : parseLots(typed, instrument);
    case "ppm":
      return parseSteps(typed, "0.0001", "Limit");
    case "money":
      return parseSteps(typed, unitStep(currency?.decimals ?? 0), "Limit");
    case "count":
      return parseSteps(typed, "1", "Limit");
  }
}

type ParameterKind = "tokens" | "window" | "coolingOff";

/** What a control's limits need beside their bounds; null for nothing. */
export function parameterKind(control: RiskControl): ParameterKind | null {
  if (!hasParameter(control)) return null;
  if (controlParameters[control] === "tokens a second") return "tokens";
  return controlParameters[control] === "window in microseconds" ? "window" : "coolingOff";
}

function hasParameter(control: RiskControl): control is keyof typeof controlParameters {
  return control in controlParameters;
}

/** A parameter that a person typed: a whole number of tokens, or seconds down to the microsecond. Never none. */
export function parseParameter(kind: ParameterKind, text: string): number | null {
  const parsed = parseSteps(typedDecimal(text), kind === "tokens" ? "1" : SECONDS, "Parameter");
  return parsed.ok && parsed.value >= 1 && parsed.value <= MAX_PARAMETER ? parsed.value : null;
}

/** "Window 60 s", "5 000 tokens a second"; "" for a control without one. */
export function parameterText(control: RiskControl, parameter: number | null): string {
  const kind = parameterKind(control);
  if (kind === null || parameter === null) return "";
  return kind === "tokens"
    ? texts.ofTokens(formatCount(parameter))
    : texts[kind === "window" ? "ofWindow" : "ofCoolingOff"](secondsText(parameter));
}

/** Seconds with the decimals that say something. */
function secondsText(us: number): string {
  const decimals = String(us % 1_000_000)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${formatCount(Math.floor(us / 1_000_000))}${decimals === "" ? "" : `.${decimals}`}`;
}

const SECONDS = "0.000001";
/** The protocol takes no more. */
const MAX_PARAMETER = 10 ** 15;

/** Used part of a limit, 0 to 1 and beyond; null where use means nothing. */
export function partUsed({ used, hard, soft }: RiskControlView): number | null {
  const whole = hard ?? soft;
  return used === null || whole === null ? null : whole === 0 ? (used > 0 ? 1 : 0) : used / whole;
}

export function tierOf({ used, hard, soft }: RiskControlView): "free" | "soft" | "hard" {
  if (used === null) return "free";
  if (hard !== null && used >= hard) return "hard";
  return soft !== null && used >= soft ? "soft" : "free";
}

/** The limit of a node that is closest to its bound. */
export function fullest(view: RiskView): { readonly control: RiskControlView; readonly part: number } | null {
  let found: { readonly control: RiskControlView; readonly part: number } | null = null;
  for (const control of view.controls) {
    const part = partUsed(control);
    if (part !== null && part > (found?.part ?? -1)) found = { control, part };
  }
  return found;
}
