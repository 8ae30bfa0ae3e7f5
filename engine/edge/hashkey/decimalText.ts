import { decimalsOf, exactRatio } from "../../../shared/decimal.ts";
import { invariant } from "../../../shared/assert.ts";

/** The interface writes decimals as text without trailing zeros: 5000, 0.005. */
export function decimalText(units: number | bigint, decimals: number): string {
  const sign = units < 0 ? "-" : "";
  const digits = (units < 0 ? -units : units).toString().padStart(decimals + 1, "0");
  if (decimals === 0) return sign + digits;
  const whole = digits.slice(0, -decimals);
  const fraction = digits.slice(-decimals).replace(/0+$/, "");
  return fraction === "" ? sign + whole : `${sign}${whole}.${fraction}`;
}

/** Text of a whole number of steps, e.g. ticks or lots; made once for a step and then cheap. */
export class StepText {
  readonly decimals: number;
  readonly #unitsPerStep: number;

  constructor(step: string) {
    this.decimals = decimalsOf(step);
    const units = exactRatio(step, `1${"0".repeat(this.decimals)}`, "1", "step");
    invariant(units.ok, `not a step: ${step}`);
    this.#unitsPerStep = units.value;
  }

  of(steps: number): string {
    const units = steps * this.#unitsPerStep;
    return decimalText(Number.isSafeInteger(units) ? units : BigInt(steps) * BigInt(this.#unitsPerStep), this.decimals);
  }

  /** total ÷ count steps, cut off after eight further decimals: a mean price. */
  mean(total: number, count: number): string {
    const further = 8;
    const scaled = (BigInt(total) * BigInt(this.#unitsPerStep) * 10n ** BigInt(further)) / BigInt(count);
    return decimalText(scaled, this.decimals + further);
  }
}
