import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, open, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errorFromZod, TerminalError, typedError, type TypedError } from "../../shared/errors.ts";
import { unreadable } from "./history.ts";

const FOLDER = "history";
const TEMPORARY = ".incoming";
const FORMAT = 1;
const FILE_BYTES_MAX = 1_024 ** 3;
const MINUTE_US = 60_000_000;
/** Ten days of one-minute bars stand before a synthetic start. */
export const SYNTHETIC_PAST_BARS = 14_400;

const timeUs = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const digest = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
const seed = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const syntheticSchema = z.strictObject({
  seed,
  originUs: timeUs,
  originTicks: z.number().int().min(1),
  meanVolumeLots: z.number().min(0),
});

/** What is kept of an instrument's source between starts. Times are venue time. */
const storedSourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    format: z.literal(FORMAT),
    kind: z.literal("history"),
    symbol: z.string().min(1).max(24),
    /** Name of the imported file, without its folder. */
    fileName: z.string().min(1).max(255),
    sha256: digest,
    startUs: timeUs,
    shiftUs: z.number().int(),
    seed,
  }),
  z
    .strictObject({
      format: z.literal(FORMAT),
      kind: z.literal("synthetic"),
      symbol: z.string().min(1).max(24),
      startUs: timeUs,
      path: syntheticSchema,
    })
    .refine(
      ({ startUs, path: { originUs } }) =>
        startUs >= originUs &&
        startUs - originUs <= SYNTHETIC_PAST_BARS * MINUTE_US &&
        startUs % MINUTE_US === 0 &&
        originUs % MINUTE_US === 0,
      `a path that began on a whole minute, at most ${SYNTHETIC_PAST_BARS} minutes before its start`,
    ),
]);
export type StoredSource = z.infer<typeof storedSourceSchema>;
export type StoredHistory = Extract<StoredSource, { kind: "history" }>;
export type StoredSynthetic = Extract<StoredSource, { kind: "synthetic" }>;

/** A copy of a file that is being imported; it is nobody's source until `commit`. */
export type StagedFile = { readonly path: string; readonly sha256: string };

/**
 * The market thread's files in the data folder: `history/<symbol>.json` says what an instrument follows, `history/<sha256>.csv` holds an
 * imported file byte by byte as it was. Renaming the JSON file into place is the commit: a crash before it leaves the old source.
 * All methods throw TerminalError: HISTORY_UNREADABLE for the imported file, JOURNAL_FULL or JOURNAL_IO for the data folder.
 */
export class HistoryStore {
  readonly #folder: string;

  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, FOLDER);
  }

  /** The stored source of a symbol, or null. Throws HISTORY_MALFORMED if its record is damaged. */
  async load(symbol: string): Promise<StoredSource | null> {
    let text: string;
    try {
      text = await readFile(this.#recordPath(symbol), "utf8");
    } catch (error) {
      if (hasCode(error, "ENOENT")) return null;
      throw folderError(error);
    }
    let record: unknown;
    try {
      record = JSON.parse(text);
    } catch {
      throw new TerminalError(damaged(symbol, "JSON"));
    }
    const parsed = storedSourceSchema.safeParse(record);
    if (!parsed.success) throw new TerminalError(errorFromZod("HISTORY_MALFORMED", parsed.error, record));
    return parsed.data;
  }

  /** Path of the stored copy, after checking that it still is what was imported. Throws HISTORY_UNREADABLE if it is not. */
  async verifiedPath(stored: StoredHistory): Promise<string> {
    const path = this.#filePath(stored.sha256);
    let found: string;
    try {
      found = await sha256Of(path);
    } catch (error) {
      throw new TerminalError(unreadable(stored.fileName, error), { cause: error });
    }
    if (found !== stored.sha256) {
      const rule = `the bytes that were imported (sha256 ${stored.sha256})`;
      throw new TerminalError(
        typedError("HISTORY_UNREADABLE", {
          field: "sha256",
          value: found,
          rule,
          message: `The stored copy of ${stored.fileName} is damaged.`,
        }),
      );
    }
    return path;
  }

  /** Copies a file that is to be imported into the data folder, so that what is checked is what is kept. */
  async stage(path: string): Promise<StagedFile> {
    try {
      await checkReadable(path);
    } catch (error) {
      throw new TerminalError(unreadable(path, error), { cause: error });
    }
    try {
      await mkdir(this.#folder, { recursive: true });
      const staged = join(this.#folder, `${process.pid}${TEMPORARY}`);
      await copyFile(path, staged);
      return { path: staged, sha256: await sha256Of(staged) };
    } catch (error) {
      throw folderError(error);
    }
  }

  async discard(staged: StagedFile): Promise<void> {
    await rm(staged.path, { force: true });
  }

  /** Makes the staged file an instrument's source. */
  async commit(staged: StagedFile, source: StoredHistory): Promise<void> {
    try {
      await flush(staged.path);
      await rename(staged.path, this.#filePath(staged.sha256));
    } catch (error) {
      throw folderError(error);
    }
    await this.save(source);
  }

  /** Replaces an instrument's record in one step, and removes files that no record names any more. */
  async save(source: StoredSource): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true });
      const path = this.#recordPath(source.symbol);
      const handle = await open(`${path}${TEMPORARY}`, "w");
      try {
        await handle.writeFile(`${JSON.stringify(source, null, 2)}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(`${path}${TEMPORARY}`, path);
    } catch (error) {
      throw folderError(error);
    }
    // The record stands: what cannot be cleared away now is cleared away the next time.
    await this.#removeOrphans().catch(() => undefined);
  }

  /** Moves a damaged record out of the way, where a person can look at it. */
  async setAside(symbol: string): Promise<void> {
    try {
      await rename(this.#recordPath(symbol), `${this.#recordPath(symbol)}.damaged`);
    } catch (error) {
      throw folderError(error);
    }
  }

  async #removeOrphans(): Promise<void> {
    const names = await readdir(this.#folder);
    const records = await Promise.all(
      names.filter((name) => name.endsWith(".json")).map((name) => readFile(join(this.#folder, name), "utf8")),
    );
    const named = (name: string): boolean => records.some((record) => record.includes(name.slice(0, -".csv".length)));
    const orphans = names.filter((name) => name.endsWith(TEMPORARY) || (name.endsWith(".csv") && !named(name)));
    await Promise.all(orphans.map((name) => rm(join(this.#folder, name), { force: true })));
  }

  #recordPath(symbol: string): string {
    // A symbol may hold a slash; the prefix keeps names such as CON away from Windows.
    return join(this.#folder, `symbol-${encodeURIComponent(symbol)}.json`);
  }

  #filePath(sha256: string): string {
    return join(this.#folder, `${sha256}.csv`);
  }
}

/** Throws unless it is a file of acceptable size that may be read. */
async function checkReadable(path: string): Promise<void> {
  const facts = await stat(path);
  if (!facts.isFile()) throw new Error("it is not a file");
  if (facts.size > FILE_BYTES_MAX) throw new Error(`it has ${facts.size} bytes, more than ${FILE_BYTES_MAX}`);
  await (await open(path, "r")).close();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function damaged(symbol: string, rule: string): TypedError {
  return typedError("HISTORY_MALFORMED", {
    field: "history record",
    value: symbol,
    rule,
    message: `The stored price source of ${symbol} is damaged.`,
  });
}

function folderError(error: unknown): TerminalError {
  const code = hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT") ? "JOURNAL_FULL" : "JOURNAL_IO";
  const why = error instanceof Error ? error.message : String(error);
  const typed = typedError(code, {
    field: "data folder",
    value: FOLDER,
    rule: "a writable data folder with free space",
    message: `The history cannot be kept in the data folder: ${why}.`,
  });
  return new TerminalError(typed, { cause: error });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
