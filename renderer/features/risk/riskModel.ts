import type { Asset, Instrument } from "../../../shared/catalog.ts";
import { parseSteps, unitStep } from "../../../shared/decimal.ts";
import { instrumentControls, type KillScope, type RiskControl, type RiskControlView, type RiskView } from "../../../shared/risk.ts";
import type { EpochUs, Seq } from "../../../shared/ids.ts";
import type { RiskRecord } from "../../../shared/riskRecord.ts";
import type { Result } from "../../../shared/result.ts";
import { unitOf, type ParameterKind } from "../../app/riskFigures.ts";
import { parseLots, typedDecimal } from "../../ui/format.ts";

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

/** A parameter that a person typed: a whole number of tokens, or seconds down to the microsecond. Never none. */
export function parseParameter(kind: ParameterKind, text: string): number | null {
  const parsed = parseSteps(typedDecimal(text), kind === "tokens" ? "1" : SECONDS, "Parameter");
  return parsed.ok && parsed.value >= 1 && parsed.value <= MAX_PARAMETER ? parsed.value : null;
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

/** The kill that a scope stands under, as the deeds tell it, oldest first; null when they have none. */
export function lastKill(
  deeds: readonly RiskRecord[],
  scope: KillScope,
): { readonly seq: Seq; readonly atUs: EpochUs; readonly reason: string } | null {
  for (const { atUs, event, seq } of deeds.toReversed()) {
    if (event.type === "KillSwitchEngaged" && isSameScope(event.kill.scope, scope)) return { seq, atUs, reason: event.kill.reason };
  }
  return null;
}

function isSameScope(one: KillScope, other: KillScope): boolean {
  if (one.kind === "user") return other.kind === "user" && one.actor === other.actor;
  if (one.kind === "node") return other.kind === "node" && one.nodeId === other.nodeId;
  return other.kind === "account" && one.accountId === other.accountId;
}
