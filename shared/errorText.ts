import type { TypedError } from "./errors.ts";
import { historyPlaceText, historyRuleText } from "./historyFaults.ts";
import { errorTexts } from "./errorTexts.ts";
import { currentLanguage } from "./languages.ts";

/** An error for a person. In English it has a sentence of its own; elsewhere its code's meaning stands with the field and the value at fault. */
export function errorText({ code, field: path, value, message, history }: Omit<TypedError, "rule">): string {
  if (currentLanguage() === "en") return message;
  const field = history === undefined ? path : historyPlaceText(history);
  const at = field === "" ? "" : value === "" ? `（${field}）` : `（${field}：${value}）`;
  return `${errorTexts[code]}${at}`;
}

/** What would have been accepted, for a person; in English where there is no code for it. */
export function ruleText({ rule, history }: Pick<TypedError, "rule" | "history">): string {
  return history === undefined ? rule : historyRuleText(history);
}
