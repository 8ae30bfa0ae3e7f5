import type { BrowserWindow } from "electron";
import { typedError } from "../shared/errors.ts";
import type { ShellReply } from "../shared/shell.ts";
import { saveChosen } from "./files.ts";

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Lets a person choose where the picture goes, and writes it there. What is no PNG is refused before anybody is asked. */
export async function savePicture(
  window: BrowserWindow,
  { name, base64 }: { readonly name: string; readonly base64: string },
): Promise<ShellReply> {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return saveChosen(window, name, () => Promise.resolve(bytes));
  const message = "What was to be saved is no PNG picture.";
  return { ok: false, error: typedError("MESSAGE_MALFORMED", { field: "base64", rule: "a PNG picture", message }) };
}
