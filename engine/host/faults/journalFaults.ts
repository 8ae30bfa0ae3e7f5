import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import type { JournalFault } from "../../../shared/faults.ts";
import { lastCommittedFrame } from "../journal/walFrames.ts";
import { FaultBoard } from "./faultBoard.ts";

/** What the journal's writer is asked for by a fault. */
export type JournalHand = {
  readonly path: string;
  /** Moves the write-ahead log into the file. */
  readonly checkpoint: () => void;
  /** Body of the newest row. */
  readonly newestBody: () => Buffer;
};

/** SM-63: the faults of the disk, in the thread that writes. Its dice are rolled once a commit. */
export class JournalFaults {
  readonly #board = new FaultBoard("simulated");
  readonly #struck: (kind: JournalFault["kind"]) => void;

  constructor(struck: (kind: JournalFault["kind"]) => void) {
    this.#struck = struck;
  }

  /** The host has asked the venue's board whether faults may be on at all. */
  set(faults: readonly JournalFault[]): void {
    this.#board.set(faults);
  }

  /** Before a commit: delays it, or throws what a full disk throws. */
  beforeCommit(): void {
    if (this.#board.isQuiet) return;
    const slow = this.#board.strikeProcess("slowFsync");
    if (slow !== null) {
      this.#struck("slowFsync");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, slow.ms);
    }
    if (this.#board.strikeProcess("diskFull") !== null) throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
  }

  /** After a commit of which nobody has been told yet. */
  afterCommit(journal: JournalHand): void {
    if (this.#board.isQuiet) return;
    if (this.#board.strikeProcess("partialWrite") !== null) {
      tearLastFrame(journal.path);
      die();
    }
    if (this.#board.strikeProcess("flippedByte") !== null) {
      journal.checkpoint();
      flipByteOf(journal.path, journal.newestBody());
      die();
    }
  }
}

/** The second half of the newest committed frame never reached the disk. */
function tearLastFrame(journal: string): void {
  const { at, frameBytes } = lastCommittedFrame(journal);
  const half = Math.floor(frameBytes / 2);
  if (at === 0) return;
  write(`${journal}-wal`, Buffer.alloc(half), at - half);
}

function flipByteOf(journal: string, body: Buffer): void {
  // What of a row lies on one page is found as one piece.
  const at = readFileSync(journal).lastIndexOf(body.subarray(0, 48));
  if (at < 0) return;
  const position = at + Math.min(body.length, 48) - 1;
  write(journal, Buffer.of((body[position - at] ?? 0) ^ 0x10), position);
}

function write(path: string, bytes: Buffer, position: number): void {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, position);
  fsyncSync(file);
  closeSync(file);
}

/** As in a power cut: nobody closes anything, and nothing more is written. */
function die(): void {
  process.kill(process.pid, "SIGKILL");
}
