import { z } from "zod";
import { messages } from "./messages.ts";
import { shellRequest } from "./shell.ts";
import { topics } from "./topics.ts";
import { currentLayout, showLayout } from "./workspace.tsx";
import { layoutTexts } from "./layoutTexts.ts";

/** A layout under a name. What is inside is the docking library's; it is checked when it is shown. */
const namedSchema = z.strictObject({ name: z.string().trim().min(1).max(60), layout: z.record(z.string(), z.unknown()) });
export type NamedLayout = z.infer<typeof namedSchema>;
const MOST_LAYOUTS = 100;
const documentSchema = z.strictObject({ version: z.literal(1), layouts: z.array(namedSchema).max(MOST_LAYOUTS) });

let layouts: readonly NamedLayout[] = [];

/** The named layouts, shared by all windows; read again whenever their list is opened. */
export const workspaces = {
  list: (): readonly NamedLayout[] => layouts,

  /** False when they could not be read; that is said, and the list stays as it was. */
  async load(): Promise<boolean> {
    const reply = await shellRequest({ type: "loadWorkspaces" });
    if (!reply.ok) {
      fail(layoutTexts.unread, reply.error.message);
      return false;
    }
    const text = reply.text ?? null;
    const parsed = documentOf(text);
    if (parsed === null && text !== null && !(await setAside())) return false;
    layouts = parsed?.layouts ?? [];
    topics.bump("workspaces");
    return true;
  },

  /** Keeps the arrangement on view under the name, in place of an earlier one of that name. */
  async save(name: string): Promise<void> {
    const named = namedSchema.safeParse({ name, layout: currentLayout() });
    if (named.success) await store((known) => [...known.filter((one) => one.name !== named.data.name), named.data]);
  },

  async remove(name: string): Promise<void> {
    await store((known) => known.filter((one) => one.name !== name));
  },

  /** False, and says so, when it does not fit this version. */
  show(named: NamedLayout): boolean {
    const isShown = showLayout(named.layout);
    if (!isShown) fail(layoutTexts.unfit(named.name), "");
    return isShown;
  },

  async openWindow(layout: unknown): Promise<void> {
    const text = layout === null ? null : JSON.stringify({ version: 1, layout, settings: {} });
    const reply = await shellRequest({ type: "openWindow", layout: text });
    if (!reply.ok) fail(layoutTexts.noWindow, reply.error.message);
  },

  /** Writes the layout to a file of the person's choice. */
  async exportFile(named: NamedLayout): Promise<void> {
    const name = `${named.name.replace(/[^\w -]+/g, "-")}.json`;
    const text = JSON.stringify({ version: 1, layouts: [named] } satisfies z.infer<typeof documentSchema>, null, 2);
    const reply = await shellRequest({ type: "saveFile", name, text });
    if (!reply.ok) fail(layoutTexts.notExported, reply.error.message);
    else if (typeof reply.note === "string") messages.post({ severity: "info", text: layoutTexts.exported(named.name, reply.note) });
  },

  /** Takes the layouts of a file in; those of equal names are replaced. */
  async importFile(): Promise<void> {
    const reply = await shellRequest({ type: "openFile", kind: "workspace" });
    if (!reply.ok) return fail(layoutTexts.notImported, reply.error.message);
    if (typeof reply.text !== "string") return;
    const parsed = documentOf(reply.text);
    if (parsed === null) return fail(layoutTexts.notImported, layoutTexts.noLayouts);
    const names = new Set(parsed.layouts.map(({ name }) => name));
    const isStored = await store((known) => [...known.filter(({ name }) => !names.has(name)), ...parsed.layouts]);
    if (isStored) messages.post({ severity: "info", text: layoutTexts.imported([...names]) });
  },
} as const;

/** Changes the list as it stands on disk by now: another window may have kept one, and what cannot be read is not written over. Tells what went wrong. */
async function store(change: (known: readonly NamedLayout[]) => readonly NamedLayout[]): Promise<boolean> {
  if (!(await workspaces.load())) return false;
  const next = change(layouts);
  if (next.length > MOST_LAYOUTS) {
    fail(layoutTexts.tooMany(MOST_LAYOUTS), layoutTexts.deleteSome);
    return false;
  }
  const reply = await shellRequest({ type: "saveWorkspaces", text: JSON.stringify({ version: 1, layouts: next }) });
  if (!reply.ok) {
    fail(layoutTexts.notSaved, reply.error.message);
    return false;
  }
  layouts = next;
  topics.bump("workspaces");
  return true;
}

/** The file is damaged, or of another version. */
async function setAside(): Promise<boolean> {
  const reply = await shellRequest({ type: "setWorkspacesAside" });
  fail(reply.ok ? layoutTexts.damaged : layoutTexts.unread, reply.ok ? "" : reply.error.message);
  return reply.ok;
}

function documentOf(text: string | null): z.infer<typeof documentSchema> | null {
  if (text === null) return null;
  try {
    return documentSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function fail(text: string, detail: string): void {
  messages.post({ severity: "warning", text, detail });
}
