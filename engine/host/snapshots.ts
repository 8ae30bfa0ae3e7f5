import { hash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { z } from "zod";
import type { SnapshotFault } from "../../shared/hostWarnings.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { Engine } from "../core/engine.ts";
import { snapshot as engineSnapshot, restore } from "../core/snapshot/snapshot.ts";
import type { ChainEnd } from "./journal/journal.ts";
import { ENGINE_VERSION } from "./version.ts";
import { Views, VIEWS_VERSION } from "./views/views.ts";

/** The newest so many are kept whatever their place: an older one serves when a newer one is damaged. */
const KEPT_NEWEST = 3;
/** Behind them one is kept in each so many records, so that any past state is a short fold away. */
export const RECORDS_PER_SNAPSHOT = 100_000;
/** A journal that grows beyond what these allow keeps one in twice as many records, and so on. */
const KEPT_ALONG = 64;
const BYTES_KEPT_ALONG = 512 * 1_024 * 1_024;
const NAME = /^(\d{16})\.snapshot$/;
const UNFINISHED = ".unfinished";
const MAGIC = Buffer.from("HKTSNAP1");
const HASH_BYTES = 32;
const HEAD_LENGTH_BYTES = 4;
const HEAD_AT = MAGIC.length + HEAD_LENGTH_BYTES;

const headSchema = z.strictObject({
  lastSeq: z.number().int().min(1),
  atUs: z.number().int().min(0),
  /** Hash of the journal's row that ends with lastSeq, in hex: ties the snapshot to its journal. */
  chain: z.string().regex(/^[0-9a-f]{64}$/),
  stateHash: z.string().regex(/^[0-9a-f]{64}$/),
  engineVersion: z.string(),
  viewsVersion: z.number().int(),
  engineBytes: z.number().int().min(1),
  viewsBytes: z.number().int().min(1),
});

/** What every version's head says of itself. */
const writtenBySchema = z.object({ engineVersion: z.string().max(40) });
const viewsOfSchema = z.object({ viewsVersion: z.number() });
/** No head is longer. */
const MOST_HEAD_BYTES = 4_096;

/** A state with the place in the journal where it was taken. */
export type Snapshot = { readonly views: Views; readonly end: ChainEnd };

/** Hash of the engine's whole state, in hex. */
export function stateHashOf(engine: Engine): string {
  return hash("sha256", engineSnapshot(engine), "hex");
}

/** Writes the state into a file of its own, which appears whole or not at all, and drops the oldest ones. Returns the state hash. */
export function writeSnapshot(folder: string, { views, end }: Snapshot): string {
  const engine = engineSnapshot(views.replica);
  const seen = views.save();
  const digest = hash("sha256", engine, "hex");
  const head: z.infer<typeof headSchema> = {
    lastSeq: end.lastSeq,
    atUs: end.atUs,
    chain: end.hash.toString("hex"),
    stateHash: digest,
    engineVersion: ENGINE_VERSION,
    viewsVersion: VIEWS_VERSION,
    engineBytes: engine.length,
    viewsBytes: seen.length,
  };
  const headBytes = Buffer.from(JSON.stringify(head), "utf8");
  const headLength = Buffer.alloc(HEAD_LENGTH_BYTES);
  headLength.writeUInt32LE(headBytes.length);
  const content = Buffer.concat([MAGIC, headLength, headBytes, engine, seen]);
  const name = join(folder, `${String(end.lastSeq).padStart(16, "0")}.snapshot`);
  writeWhole(name, Buffer.concat([content, hash("sha256", content, "buffer")]));
  dropSuperfluous(folder);
  return digest;
}

/** Records between the snapshots that are kept along a journal of this length, given the size of one. */
export function snapshotSpacing(lastSeq: number, bytesEach: number): number {
  let spacing = RECORDS_PER_SNAPSHOT;
  while (lastSeq / spacing > KEPT_ALONG || (lastSeq / spacing) * bytesEach > BYTES_KEPT_ALONG) spacing *= 2;
  return spacing;
}

/** Keeps the newest ones and, behind them, the first one in each stretch of the journal; and none that this program cannot read. */
function dropSuperfluous(folder: string): void {
  for (const { name } of snapshotFiles(folder)) if (isOfOtherViews(folder, name)) rmSync(join(folder, name), { force: true });
  const files = snapshotFiles(folder);
  const spacing = spacingIn(folder, files[0]);
  const old = files.slice(KEPT_NEWEST).toReversed();
  const stretches = new Set<number>();
  for (const { name, lastSeq } of old) {
    const stretch = Math.floor(lastSeq / spacing);
    // What lies before the first stretch's end is as quickly folded from the beginning.
    if (stretch === 0 || stretches.has(stretch)) rmSync(join(folder, name), { force: true });
    stretches.add(stretch);
  }
}

function spacingIn(folder: string, newest: SnapshotFile | undefined): number {
  if (newest === undefined) return RECORDS_PER_SNAPSHOT;
  const bytes = statSync(join(folder, newest.name), { throwIfNoEntry: false })?.size ?? 0;
  return snapshotSpacing(newest.lastSeq, bytes);
}

/** Leaves snapshots along the way of whoever folds a journal: one in each stretch that has none yet. */
export class SnapshotTrail {
  readonly #folder: string;
  readonly #seqs: number[];
  #spacing: number;

  constructor(folder: string) {
    this.#folder = folder;
    const files = snapshotFiles(folder).filter(({ name }) => !isOfOtherViews(folder, name));
    this.#seqs = files.map(({ lastSeq }) => lastSeq);
    this.#spacing = spacingIn(folder, files[0]);
  }

  /** As `passed`; false when the file system refuses to have a snapshot written. */
  tryPassed(state: Snapshot): boolean {
    try {
      this.passed(state);
      return true;
    } catch (error) {
      if (error instanceof Error && "syscall" in error) return false;
      throw error;
    }
  }

  /** The fold stands here, at the end of a row. Throws what the file system throws. */
  passed({ views, end }: Snapshot): void {
    const stretch = Math.floor(end.lastSeq / this.#spacing);
    if (stretch === 0 || this.#seqs.some((seq) => Math.floor(seq / this.#spacing) === stretch)) return;
    this.#seqs.push(end.lastSeq);
    writeSnapshot(this.#folder, { views, end });
    this.#spacing = Math.max(this.#spacing, spacingIn(this.#folder, snapshotFiles(this.#folder)[0]));
  }
}

export type SnapshotFile = { readonly name: string; readonly lastSeq: number };

/** The snapshots that there are, newest first. */
export function snapshotFiles(folder: string): readonly SnapshotFile[] {
  return (existsSync(folder) ? readdirSync(folder) : [])
    .flatMap((name) => {
      const digits = NAME.exec(name)?.[1];
      return digits === undefined ? [] : [{ name, lastSeq: Number(digits) }];
    })
    .toSorted((a, b) => b.lastSeq - a.lastSeq);
}

/** Does the file say that its views are of another version? One that is damaged or gone says nothing. */
function isOfOtherViews(folder: string, name: string): boolean {
  try {
    const bytes = Buffer.alloc(HEAD_AT + MOST_HEAD_BYTES);
    const file = openSync(join(folder, name), "r");
    try {
      readSync(file, bytes, 0, bytes.length, 0);
    } finally {
      closeSync(file);
    }
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return false;
    const said = viewsOfSchema.safeParse(JSON.parse(bytes.toString("utf8", HEAD_AT, HEAD_AT + bytes.readUInt32LE(MAGIC.length))));
    return said.success && said.data.viewsVersion !== VIEWS_VERSION;
  } catch {
    return false;
  }
}

/** The state in the file, or why it cannot be used. */
export function readSnapshot(folder: string, name: string): Result<Snapshot, SnapshotFault> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, name));
  } catch (error) {
    return failed({ code: "unreadable", why: error instanceof Error ? error.message : String(error) });
  }
  const content = bytes.subarray(0, Math.max(0, bytes.length - HASH_BYTES));
  if (!hash("sha256", content, "buffer").equals(bytes.subarray(content.length))) return failed({ code: "fileHash" });
  if (!content.subarray(0, MAGIC.length).equals(MAGIC) || content.length < HEAD_AT) return failed({ code: "version", version: "unknown" });
  const bodyAt = HEAD_AT + content.readUInt32LE(MAGIC.length);
  const { head, version } = headOf(content.toString("utf8", HEAD_AT, bodyAt));
  if (head === null || head.viewsVersion !== VIEWS_VERSION) return failed({ code: "version", version });
  const engine = content.subarray(bodyAt, bodyAt + head.engineBytes);
  if (hash("sha256", engine, "hex") !== head.stateHash) return failed({ code: "stateHash" });
  try {
    const views = new Views(restore(engine));
    views.load(content.subarray(bodyAt + head.engineBytes));
    return ok({ views, end: { lastSeq: head.lastSeq, atUs: head.atUs, hash: Buffer.from(head.chain, "hex") } });
  } catch (error) {
    // The bytes are whole, yet this program cannot read them: another version wrote them.
    return failed({ code: "notRestored", version, why: error instanceof Error ? error.message : String(error) });
  }
}

/** The head, or null when it is none of this version's; and the version that wrote it, as far as it says. */
function headOf(text: string): { readonly head: z.infer<typeof headSchema> | null; readonly version: string } {
  try {
    const raw: unknown = JSON.parse(text);
    const parsed = headSchema.safeParse(raw);
    if (parsed.success) return { head: parsed.data, version: parsed.data.engineVersion };
    const said = writtenBySchema.safeParse(raw);
    return { head: null, version: said.success ? said.data.engineVersion : "unknown" };
  } catch {
    // No JSON: of a version that writes its head otherwise.
    return { head: null, version: "unknown" };
  }
}

/** Takes snapshots behind `lastSeq` out of use without deleting them: the journal no longer leads there. */
export function setAsideSnapshots(folder: string, lastSeq: number): void {
  for (const file of snapshotFiles(folder)) {
    if (file.lastSeq > lastSeq) renameSync(join(folder, file.name), join(folder, `${file.name}.set-aside`));
  }
}

/** Removes what a crash left of a snapshot under construction. */
export function dropUnfinishedSnapshots(folder: string): void {
  for (const name of readdirSync(folder)) if (name.endsWith(UNFINISHED)) rmSync(join(folder, name), { force: true });
}

function writeWhole(path: string, bytes: Buffer): void {
  // Threads that come to the same place at once do not share a file under construction.
  const unfinished = `${path}.${threadId}${UNFINISHED}`;
  const file = openSync(unfinished, "w");
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
}
