import { existsSync, readFileSync } from "node:fs";
import type { HostWarning } from "../../../shared/hostWarnings.ts";

/*
 * SQLite stops reading a write-ahead log at the first frame whose checksum fails and takes that for the end: right for a frame that a power
 * cut left half written, which nobody was promised; wrong for a committed one that was damaged later. The difference shows behind the frame:
 * a commit is synced before the next transaction begins, so whatever was followed by another transaction had been on disk. Nothing is behind
 * the newest transaction, so of that one nobody can tell; people are told that there is something.
 */

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** Where the salts end in a frame's header. */
const SALTS_END = 16;
const BIG_ENDIAN_MAGIC = 0x377f0683;
const LITTLE_ENDIAN_MAGIC = 0x377f0682;

/** What a write-ahead log is besides its committed transactions. */
export type WalReading = {
  /** What shows that a committed transaction is lost; null when nothing does. */
  readonly fault: string | null;
  /** Bytes of this log behind its last committed transaction: a torn write, or the newest transaction damaged. The two look alike. */
  readonly looseBytes: number;
};

/** Where the last committed frame of the log beside a journal ends, 0 when there is none; and the length of a frame. */
export function lastCommittedFrame(journal: string): { readonly at: number; readonly frameBytes: number } {
  const bytes = readFileSync(`${journal}-wal`);
  const frameBytes = FRAME_HEADER_BYTES + bytes.readUInt32BE(8);
  let at = 0;
  for (let end = HEADER_BYTES + frameBytes; end <= bytes.length && saltsAt(bytes, end - frameBytes) === "both"; end += frameBytes) {
    if (bytes.readUInt32BE(end - frameBytes + 4) !== 0) at = end;
  }
  return { at, frameBytes };
}

/** Reads the write-ahead log beside a journal; a missing one is an empty one. */
export function readWal(journal: string): WalReading {
  const path = `${journal}-wal`;
  if (!existsSync(path)) return { fault: null, looseBytes: 0 };
  const bytes = readFileSync(path);
  if (bytes.length < HEADER_BYTES + FRAME_HEADER_BYTES) {
    return { fault: null, looseBytes: bytes.length < HEADER_BYTES ? bytes.length : bytes.length - HEADER_BYTES };
  }
  const magic = bytes.readUInt32BE(0);
  const isBigEndian = magic === BIG_ENDIAN_MAGIC;
  const start = checksum(bytes, { from: 0, to: 24, isBigEndian }, [0, 0]);
  const isHeader = isBigEndian || magic === LITTLE_ENDIAN_MAGIC;
  if (!isHeader || start[0] !== bytes.readUInt32BE(24) || start[1] !== bytes.readUInt32BE(28)) {
    return { fault: "the write-ahead log's header is damaged", looseBytes: 0 };
  }
  return readFrames(bytes, { isBigEndian, start });
}

function readFrames(bytes: Buffer, { isBigEndian, start }: { readonly isBigEndian: boolean; readonly start: Sum }): WalReading {
  const frameBytes = FRAME_HEADER_BYTES + bytes.readUInt32BE(8);
  let sum = start;
  let damagedFrame = 0;
  let commitsFromThere = 0;
  let committedEnd = HEADER_BYTES;
  let ownEnd = HEADER_BYTES;
  let at = HEADER_BYTES;
  for (let frame = 1; at + frameBytes <= bytes.length; frame += 1, at += frameBytes) {
    const salts = saltsAt(bytes, at);
    // A frame that ends a transaction holds the database's size there.
    const isCommit = bytes.readUInt32BE(at + 4) !== 0;
    if (damagedFrame === 0) {
      sum = checksum(bytes, { from: at, to: at + 8, isBigEndian }, sum);
      sum = checksum(bytes, { from: at + FRAME_HEADER_BYTES, to: at + frameBytes, isBigEndian }, sum);
      if (salts !== "both" || sum[0] !== bytes.readUInt32BE(at + 16) || sum[1] !== bytes.readUInt32BE(at + 20)) damagedFrame = frame;
      else if (isCommit) committedEnd = at + frameBytes;
    }
    if (salts === "none") continue;
    ownEnd = at + frameBytes;
    if (damagedFrame !== 0 && isCommit) commitsFromThere += 1;
  }
  const rest = bytes.length - at;
  // Of a shorter rest only its place tells whose it is.
  const isOwnRest = rest >= SALTS_END ? saltsAt(bytes, at) !== "none" : ownEnd === at;
  if (rest > 0 && isOwnRest) ownEnd = bytes.length;
  // One may be the torn transaction's own.
  const fault = commitsFromThere >= 2 ? `frame ${damagedFrame} of the write-ahead log is damaged, with committed ones behind it` : null;
  return { fault, looseBytes: ownEnd - committedEnd };
}

/**
 * Which of the two salts at a frame are this log's. A frame of an earlier generation, which is not part of the log any more, has other ones;
 * one salt alone is a frame of this log whose other salt is damaged.
 */
function saltsAt(bytes: Buffer, at: number): "both" | "one" | "none" {
  const first = bytes.readUInt32BE(16) === bytes.readUInt32BE(at + 8);
  const second = bytes.readUInt32BE(20) === bytes.readUInt32BE(at + 12);
  if (first && second) return "both";
  return first || second ? "one" : "none";
}

/** JR-26: the end of the log, in words for people; null when there is nothing to say. */
export function looseEnd({ looseBytes }: WalReading, lastSeq: number): HostWarning | null {
  return looseBytes === 0 ? null : { code: "looseEnd", bytes: looseBytes, lastSeq };
}

type Sum = readonly [number, number];

function checksum(bytes: Buffer, span: { readonly from: number; readonly to: number; readonly isBigEndian: boolean }, start: Sum): Sum {
  let [s0, s1] = start;
  const word = (at: number): number => (span.isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  for (let at = span.from; at < span.to; at += 8) {
    s0 = (s0 + word(at) + s1) >>> 0;
    s1 = (s1 + word(at + 4) + s0) >>> 0;
  }
  return [s0, s1];
}
