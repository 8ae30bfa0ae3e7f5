import { panelTitle } from "../../app/panels.ts";
import { handsTexts } from "./handsTexts.ts";

/** Where keys count, by the name that the panel's tab bears. */
export function scopeText(scope: string): string {
  return scope === "global" ? handsTexts.keys.everywhere : panelTitle(scope.replace(/-panel$|^blotter-/, ""), scope);
}
