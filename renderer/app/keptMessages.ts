import { z } from "zod";

/** A message as it stands in the book that all windows write into. */
const keptSchema = z.object({
  atMs: z.number(),
  severity: z.enum(["info", "warning", "breach", "halted"]),
  text: z.string(),
  detail: z.string(),
  code: z.string(),
  /** The window that was told; older books do not say it. */
  window: z.string().optional(),
});

type KeptMessage = z.infer<typeof keptSchema>;

/** What concerns all windows each of them writes down, within this time of each other. */
const TOGETHER_MS = 2_000;

/** The messages in a book's lines, each once. What one window was told twice happened twice. Lines that are none are passed over. */
export function keptMessages(lines: readonly string[]): readonly KeptMessage[] {
  const told = new Map<string, KeptMessage>();
  return lines.flatMap(parsed).filter((message) => {
    const { atMs, severity, text, detail, code, window } = message;
    const key = JSON.stringify([severity, text, detail, code]);
    const first = told.get(key);
    const isEcho = first !== undefined && first.window !== window && atMs - first.atMs <= TOGETHER_MS;
    if (!isEcho) told.set(key, message);
    return !isEcho;
  });
}

function parsed(line: string): readonly KeptMessage[] {
  try {
    const { data } = keptSchema.safeParse(JSON.parse(line));
    return data === undefined ? [] : [data];
  } catch {
    // A line that a crash cut short.
    return [];
  }
}
