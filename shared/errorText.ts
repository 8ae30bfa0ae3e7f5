import type { TypedError } from "./errors.ts";
import { errorTexts } from "./errorTexts.ts";
import { currentLanguage } from "./languages.ts";

/** An error for a person. In English it has a sentence of its own; elsewhere its code's meaning stands with the field and the value at fault. */
export function errorText({ code, field, value, message }: Pick<TypedError, "code" | "field" | "value" | "message">): string {
  if (currentLanguage() === "en") return message;
  const at = field === "" ? "" : value === "" ? `（${field}）` : `（${field}：${value}）`;
  return `${errorTexts[code]}${at}`;
}
