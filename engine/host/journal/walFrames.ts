import { readFileSync } from "node:fs";

/*
 * SQLite stops reading a write-ahead log at the first frame whose checksum fails and takes that for the end: right for a frame that a power
 * cut left half written, which nobody was promised; wrong for a committed one that was damaged later. The difference shows behind the frame:
 * a commit is synced before the next transaction begins, so whatever was followed by another transaction had been on disk.
 */

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const BIG_ENDIAN_MAGIC = 0x377f0683;
const LITTLE_ENDIAN_MAGIC = 0x377f0682;

/** What is wrong with a write-ahead log beyond a torn end; null when nothing is. */
export function walFault(path: string): string | null {
  const bytes = readFileSync(path);
  if (bytes.length < HEADER_BYTES + FRAME_HEADER_BYTES) return null;
  const magic = bytes.readUInt32BE(0);
  if (magic !== BIG_ENDIAN_MAGIC && magic !== LITTLE_ENDIAN_MAGIC) return "the write-ahead log's header is damaged";
  const isBigEndian = magic === BIG_ENDIAN_MAGIC;
  const pageBytes = bytes.readUInt32BE(8);
  let sum = checksum(bytes, { from: 0, to: 24, isBigEndian }, [0, 0]);
  if (sum[0] !== bytes.readUInt32BE(24) || sum[1] !== bytes.readUInt32BE(28)) return "the write-ahead log's header is damaged";
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  let damagedFrame = 0;
  let commitsFromThere = 0;
  for (let frame = 1, at = HEADER_BYTES; at + frameBytes <= bytes.length; frame += 1, at += frameBytes) {
    // Frames of an earlier generation carry other salts and are not part of the log any more.
    const ofThisLog = bytes.compare(bytes, 16, 24, at + 8, at + 16) === 0;
    if (damagedFrame === 0) {
      sum = checksum(bytes, { from: at, to: at + 8, isBigEndian }, sum);
      sum = checksum(bytes, { from: at + FRAME_HEADER_BYTES, to: at + frameBytes, isBigEndian }, sum);
      if (ofThisLog && sum[0] === bytes.readUInt32BE(at + 16) && sum[1] === bytes.readUInt32BE(at + 20)) continue;
      damagedFrame = frame;
    }
    // A frame that ends a transaction holds the database's size there.
    if (ofThisLog && bytes.readUInt32BE(at + 4) !== 0) commitsFromThere += 1;
  }
  // One may be the torn transaction's own.
  return commitsFromThere >= 2 ? `frame ${damagedFrame} of the write-ahead log is damaged, with committed ones behind it` : null;
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
