import { plainNumber } from "./format.ts";

/** Text that a spreadsheet runs as a formula when it is pasted; a leading apostrophe keeps it text. Signed numbers are no formulas. */
const FORMULA = /^[=+\-@\t\r](?![\d.,\s\u2009]*$)/;

/** Rows as tab-separated lines under a header line: numbers without grouping, no cell that a spreadsheet would run. */
export function tabSeparated(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((cells) => cells.map(cellText).join("\t")).join("\n");
}

function cellText(shown: string): string {
  const oneLine = shown.replace(/[\t\r\n]+/g, " ").trim();
  const plain = /^[+\u2212-]?[\d\u2009.]+$/.test(oneLine) ? plainNumber(oneLine) : oneLine.replaceAll("\u2009", " ");
  return FORMULA.test(plain) ? `'${plain}` : plain;
}
