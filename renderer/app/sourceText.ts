import type { PriceSource } from "../../shared/views.ts";
import { sourceTexts as texts } from "./sourceTexts.ts";

const MINUTE_US = 60_000_000;

/** The whole of where bars come from: seed, or file with its dates and what was done to it. */
export function sourceText({ file, label, seed, shiftUs }: PriceSource): string {
  if (file === null) return seed === null ? label : texts.synthetic(seed);
  const parts = [texts.file(file)];
  if (shiftUs !== 0) parts.push(texts.shifted(shiftText(shiftUs)));
  if (file.roundedPrices > 0) parts.push(texts.rounded(file.roundedPrices));
  const whole = texts.and(parts);
  return seed === null ? `${texts.kinds.history} ${whole}` : texts.continued(seed, whole);
}

/** Kind and name, short enough for a corner of the chart. */
export function shortSourceText(source: PriceSource): string {
  const { file, kind, seed } = source;
  return file === null || seed !== null ? sourceText(source) : texts.and([texts.kinds[kind], file.name]);
}

function shiftText(shiftUs: number): string {
  const minutes = Math.round(Math.abs(shiftUs) / MINUTE_US);
  const clock = `${two(Math.floor((minutes % 1_440) / 60))}:${two(minutes % 60)}`;
  return `${shiftUs < 0 ? "−" : "+"}${texts.days(Math.floor(minutes / 1_440), clock)}`;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
