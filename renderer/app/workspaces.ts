import { z } from "zod";
import { messages } from "./messages.ts";
import { shellRequest } from "./shell.ts";
import { topics } from "./topics.ts";
import { currentLayout, showLayout } from "./workspace.tsx";
import { layoutTexts } from "./layoutTexts.ts";

/** A layout under a name. What is inside is the docking library's; it is checked when it is shown. */
const namedSchema = z.strictObject({ name: z.string().trim().min(1).max(60), layout: z.record(z.string(), z.unknown()) });
export type NamedLayout = z.infer<typeof namedSchema>;
const documentSchema = z.strictObject({ version: z.literal(1), layouts: z.array(namedSchema).max(100) });

let layouts: readonly NamedLayout[] = [];

/** The named layouts, shared by all windows; read again whenever their list is opened. */
export const workspaces = {
  list: (): readonly NamedLayout[] => layouts,

  async load(): Promise<void> {
    const reply = await shellRequest({ type: "loadWorkspaces" });
    if (!reply.ok) return fail(layoutTexts.unread, reply.error.message);
    const parsed = documentOf(reply.text ?? null);
    if (parsed === null && (reply.text ?? null) !== null) fail(layoutTexts.damaged, "");
    layouts = parsed?.layouts ?? [];
    topics.bump("workspaces");
  },

  /** Keeps the arrangement on view under the name, in place of an earlier one of that name. */
  async save(name: string): Promise<void> {
    const named = namedSchema.safeParse({ name, layout: currentLayout() });
    if (named.success) await store([...layouts.filter((one) => one.name !== named.data.name), named.data]);
  },

  async remove(name: string): Promise<void> {
    await store(layouts.filter((one) => one.name !== name));
  },

  show(named: NamedLayout): void {
    if (!showLayout(named.layout)) fail(layoutTexts.unfit(named.name), "");
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
    await store([...layouts.filter(({ name }) => !names.has(name)), ...parsed.layouts]);
    messages.post({ severity: "info", text: layoutTexts.imported([...names]) });
  },
} as const;

async function store(next: readonly NamedLayout[]): Promise<void> {
  layouts = next;
  topics.bump("workspaces");
  const reply = await shellRequest({ type: "saveWorkspaces", text: JSON.stringify({ version: 1, layouts }) });
  if (!reply.ok) fail(layoutTexts.notSaved, reply.error.message);
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
