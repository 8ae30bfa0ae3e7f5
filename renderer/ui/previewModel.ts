import type { PreviewLimit } from "../../shared/preview.ts";
import type { RejectCode } from "../../shared/rejects.ts";

/** A refusal that a reason can overcome. */
export function isSoftBlock(code: RejectCode | null): boolean {
  return code?.endsWith("_SOFT") === true;
}

/** A limit's use as parts of the bar: what is used, what the order adds (or frees, below 0), where the soft bound stands. All 0 to 1. */
export type UseBar = {
  readonly used: number;
  readonly change: number;
  readonly soft: number | null;
  readonly tier: "free" | "soft" | "hard";
};

export function limitBar({ soft, hard, before, after }: PreviewLimit): UseBar | null {
  const whole = hard ?? soft;
  if (whole === null || before === null || after === null) return null;
  const part = (n: number): number => (whole === 0 ? 1 : Math.min(1, Math.max(0, n / whole)));
  const tier = hard !== null && after > hard ? "hard" : soft !== null && after > soft ? "soft" : "free";
  return { used: part(Math.min(before, after)), change: part(after) - part(before), soft: soft === null ? null : part(soft), tier };
}
