import { readFile, stat, writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { dialog, Notification, type BrowserWindow } from "electron";
import { typedError } from "../shared/errors.ts";
import type { ShellReply } from "../shared/shell.ts";
import { shellTexts } from "./shellTexts.ts";

/** Larger files are no layouts. */
const LARGEST_FILE = 8_000_000;

/** Lets a person choose where, and writes there. `make` is asked only once a place was chosen. */
export async function saveChosen(window: BrowserWindow, name: string, make: () => Promise<string | Uint8Array>): Promise<ShellReply> {
  const extension = extname(name).slice(1);
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title: name,
    defaultPath: name,
    filters: [{ name: kindOf(extension), extensions: [extension] }],
  });
  if (canceled || filePath === "") return { ok: true, note: null };
  await writeFile(filePath, await make());
  return { ok: true, note: filePath };
}

/** Lets a person choose a layout file and returns its text. */
export async function openChosen(window: BrowserWindow): Promise<ShellReply> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    properties: ["openFile"],
    filters: [{ name: kindOf("json"), extensions: ["json"] }],
  });
  const [path] = filePaths;
  if (canceled || path === undefined) return { ok: true, text: null };
  if ((await stat(path)).size > LARGEST_FILE) {
    return {
      ok: false,
      error: typedError("MESSAGE_MALFORMED", {
        field: "file",
        value: path,
        rule: `a layout file of at most ${LARGEST_FILE} bytes`,
        message: "The file is too large to be a layout.",
      }),
    };
  }
  return { ok: true, text: await readFile(path, "utf8") };
}

function kindOf(extension: string): string {
  const kinds: Readonly<Record<string, string>> = shellTexts.fileKinds;
  return kinds[extension] ?? extension;
}

/** The window as it prints, on landscape pages. */
export async function pdfOf(window: BrowserWindow): Promise<Uint8Array> {
  return window.webContents.printToPDF({ landscape: true, printBackground: true, pageSize: "A4" });
}

/** A message of the operating system; a click brings the window to the front. Where the system shows none, nothing happens. */
export function notify(window: BrowserWindow, title: string, body: string): void {
  if (!Notification.isSupported()) return;
  const note = new Notification({ title, body, silent: true });
  note.on("click", () => {
    if (window.isDestroyed()) return;
    window.show();
    window.focus();
  });
  note.show();
}
