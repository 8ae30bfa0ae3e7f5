import { z } from "zod";
import { appTexts } from "./appTexts.ts";
import { messages } from "./messages.ts";
import { shellRequest } from "./shell.ts";

/**
 * What this window keeps between starts: the docking layout and small settings of panels, as one text in the shell's keeping, one for each venue that
 * the terminal was connected to. Nothing that belongs to the account is here.
 */
const documentSchema = z.object({
  version: z.literal(1),
  layout: z.unknown(),
  settings: z.record(z.string(), z.unknown()),
});

const SAVE_DELAY_MS = 400;
/** The shell refuses more. */
const MAX_LENGTH = 1_000_000;

/** What is a person's own at whatever venue. Sizes, prices and accounts of one market are never another's. */
const PERSONS_OWN: ReadonlySet<string> = new Set(["keys", "preferences", "user", "layoutLocked", "linkGroup"]);

/** Where the document is kept. */
let place = "";
let layout: unknown = null;
let settings: Record<string, unknown> = {};
/** False where what is there could not be read: saving would write over what a person made. */
let maySave = true;
let saveTimer: ReturnType<typeof setTimeout> | null = null;

/** Reads what was kept; a missing or damaged document means the defaults, which is said in a message when it was damaged. */
export async function loadWindowState(): Promise<void> {
  const reply = await shellRequest({ type: "loadLayout" });
  if (!reply.ok) {
    maySave = false;
    messages.post({
      severity: "warning",
      text: appTexts.layoutUnreadable,
      detail: reply.error.message,
      code: reply.error.code,
    });
    return;
  }
  if (reply.layout === undefined) return;
  const { isBorrowed, text } = reply.layout;
  ({ place } = reply.layout);
  if (text === null) return;
  const parsed = parseDocument(text);
  if (parsed === null) {
    messages.post({ severity: "warning", text: appTexts.layoutDamaged });
    // A borrowed one is another place's, and not written over from here.
    if (!isBorrowed) await copyLayoutAside();
    return;
  }
  layout = parsed.layout;
  settings = isBorrowed ? Object.fromEntries(Object.entries(parsed.settings).filter(([key]) => PERSONS_OWN.has(key))) : parsed.settings;
}

/** SC-4: what this version cannot show is kept beside its place before the next saving; where that fails, nothing is saved. */
export async function copyLayoutAside(): Promise<void> {
  maySave = false;
  const reply = await shellRequest({ type: "copyLayoutAside", place });
  maySave = reply.ok;
  if (!reply.ok) messages.post({ severity: "warning", text: appTexts.layoutNotSaved, detail: reply.error.message, code: reply.error.code });
}

export function savedLayout(): unknown {
  return layout;
}

export function saveLayout(next: unknown): void {
  layout = next;
  scheduleSave();
}

/** A kept setting, if one of that shape was kept. */
export function savedSetting<T>(key: string, schema: z.ZodType<T>, otherwise: T): T {
  const parsed = schema.safeParse(settings[key]);
  return parsed.success ? parsed.data : otherwise;
}

export function saveSetting(key: string, value: unknown): void {
  settings[key] = value;
  scheduleSave();
}

/** Writes at once what waits to be written; called when the window goes away. */
export function flushWindowState(): void {
  if (saveTimer === null) return;
  clearTimeout(saveTimer);
  saveTimer = null;
  void write();
}

function scheduleSave(): void {
  saveTimer ??= setTimeout(() => {
    saveTimer = null;
    void write();
  }, SAVE_DELAY_MS);
}

async function write(): Promise<void> {
  if (!maySave) return;
  const text = JSON.stringify({ version: 1, layout, settings });
  if (text.length > MAX_LENGTH) {
    messages.post({ severity: "warning", text: appTexts.layoutTooLarge, detail: appTexts.closePanels });
    return;
  }
  const reply = await shellRequest({ type: "saveLayout", place, layout: text });
  if (!reply.ok) messages.post({ severity: "warning", text: appTexts.layoutNotSaved, detail: reply.error.message, code: reply.error.code });
}

function parseDocument(text: string): z.infer<typeof documentSchema> | null {
  try {
    const parsed = documentSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not JSON: as damaged as a wrong shape.
    return null;
  }
}
