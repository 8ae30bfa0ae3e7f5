import { historyFaultTexts } from "./historyFaultTexts.ts";

/** What a line of a history file would have had to be, as a code with its figures. Times are UTC as text. */
type HistoryRule =
  | { readonly code: "header"; readonly columns: string }
  | { readonly code: "headerColumn"; readonly name: string; readonly columns: string }
  | { readonly code: "columns"; readonly count: number }
  | { readonly code: "missingColumn"; readonly count: number; readonly name: string }
  | { readonly code: "lineLength" | "mostBars"; readonly most: number }
  | { readonly code: "twoBars" | "noEmptyLine" | "time" | "number" | "countable" | "high" | "low" | "volume" }
  | { readonly code: "after"; readonly time: string }
  | { readonly code: "next"; readonly time: string; readonly seconds: number }
  | { readonly code: "dividesDay" | "multiple"; readonly seconds: number }
  | { readonly code: "price"; readonly most: number; readonly tickSize: string };

/** Why a history file was refused, and where: each window tells it in its own language. Line and column count from 1. */
export type HistoryFault = { readonly line: number; readonly column: number; readonly rule: HistoryRule };

/** What would have been accepted there, in the language of this process. */
export function historyRuleText({ rule }: HistoryFault): string {
  const { rules } = historyFaultTexts;
  switch (rule.code) {
    case "header":
      return rules.header(rule.columns);
    case "headerColumn":
      return rules.headerColumn(rule.name, rule.columns);
    case "columns":
      return rules.columns(rule.count);
    case "missingColumn":
      return rules.missingColumn(rule.count, rule.name);
    case "lineLength":
    case "mostBars":
      return rules[rule.code](rule.most);
    case "after":
      return rules.after(rule.time);
    case "next":
      return rules.next(rule.time, rule.seconds);
    case "dividesDay":
    case "multiple":
      return rules[rule.code](rule.seconds);
    case "price":
      return rules.price(rule.most, rule.tickSize);
    case "twoBars":
    case "noEmptyLine":
    case "time":
    case "number":
    case "countable":
    case "high":
    case "low":
    case "volume":
      return rules[rule.code];
  }
}

/** The place in the file, in the language of this process. */
export function historyPlaceText({ line, column }: HistoryFault): string {
  return historyFaultTexts.place(line, column);
}
