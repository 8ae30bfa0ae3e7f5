import { copyText } from "../ui/copyText.ts";
import { appTexts } from "./appTexts.ts";
import { messages } from "./messages.ts";

/** Puts text on the clipboard and tells, by the name of what was copied, whether it is there now. */
export function copyAndTell(text: string, what: string): void {
  messages.post(
    copyText(text)
      ? { severity: "info", text: appTexts.copied(what) }
      : { severity: "warning", text: appTexts.notCopied(what), detail: appTexts.noClipboard },
  );
}
