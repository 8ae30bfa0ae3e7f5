import { textsOf } from "../../shared/languages.ts";
import type { SourceFile } from "../../shared/views.ts";

/** Where past bars and the reference path come from. */
export const sourceTexts = textsOf(
  {
    kinds: { history: "history", synthetic: "synthetic" },
    synthetic: (seed: number) => `synthetic, seed ${seed}`,
    continued: (seed: number, file: string) => `synthetic (seed ${seed}) since the end of ${file}`,
    file: ({ name, interval, from, to }: SourceFile) => `${name}, ${interval} bars ${from} to ${to} UTC`,
    shifted: (by: string) => `shifted by ${by}`,
    days: (days: number, clock: string) => `${days} days ${clock}`,
    rounded: (prices: number) => `${prices} prices rounded to a tick`,
    and: (parts: readonly string[]) => parts.join(", "),
  },
  {
    kinds: { history: "歷史", synthetic: "合成" },
    synthetic: (seed) => `合成數據，種子 ${seed}`,
    continued: (seed, file) => `${file} 結束後的合成數據（種子 ${seed}）`,
    file: ({ name, interval, from, to }) => `${name}，${interval} 陰陽燭，UTC ${from} 至 ${to}`,
    shifted: (by) => `時間移動 ${by}`,
    days: (days, clock) => `${days} 日 ${clock}`,
    rounded: (prices) => `${prices} 個價格已取至最近價位`,
    and: (parts) => parts.join("，"),
  },
  {
    kinds: { history: "历史", synthetic: "合成" },
    synthetic: (seed) => `合成数据，种子 ${seed}`,
    continued: (seed, file) => `${file} 结束后的合成数据（种子 ${seed}）`,
    file: ({ name, interval, from, to }) => `${name}，${interval} K线，UTC ${from} 至 ${to}`,
    shifted: (by) => `时间移动 ${by}`,
    days: (days, clock) => `${days} 天 ${clock}`,
    rounded: (prices) => `${prices} 个价格已取至最近价位`,
    and: (parts) => parts.join("，"),
  },
);
