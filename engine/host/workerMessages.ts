import type { MessagePort } from "node:worker_threads";
import type { EarlierFault } from "./journal/continuation.ts";
import type { JournalFault } from "../../shared/faults.ts";
import type { TypedError } from "../../shared/errors.ts";
import type { PackedRecords } from "../core/records/records.ts";
import type { ClockSetting } from "./venueClock.ts";

/** What the threads of the engine process say to each other. Buffers of records are transferred, never copied. */

/** workerData of the engine thread. */
export type EngineStart = {
  /** The state to go on from. */
  readonly snapshot: Uint8Array;
  readonly clock: ClockSetting;
  /** To the journal thread: DecidedBatch out, CommitNotice back. */
  readonly journal: MessagePort;
  /** One BigInt64: the last decided sequence number, for the status line. */
  readonly decidedSeq: SharedArrayBuffer;
};

/** Host -> engine thread. */
export type EngineRequest =
  | { readonly type: "commands"; readonly commands: PackedRecords }
  | { readonly type: "setClock"; readonly clock: ClockSetting }
  /** Everything sent before is decided and handed on; nothing comes after. */
  | { readonly type: "end" };

/** Engine thread -> journal thread: all that was decided since the last batch, or the end. */
export type DecidedBatch = { readonly type: "batch"; readonly records: PackedRecords; readonly atUs: number } | { readonly type: "end" };

/** Journal thread -> engine thread: one batch more is on disk. */
export type CommitNotice = { readonly lastSeq: number };

/** workerData of the journal thread. */
export type JournalStart = { readonly dataFolder: string; readonly quotaBytes: number | null; readonly engineVersion: string };

/** Host -> journal thread. */
export type JournalRequest =
  /** Begin to write behind the row that ends with this sequence. The port is the engine thread's. */
  | { readonly type: "write"; readonly lastSeq: number; readonly engine: MessagePort }
  /** Keep the damaged file aside and go on with a copy of the rows up to this sequence. */
  | { readonly type: "continueAfter"; readonly lastSeq: number }
  /** These faults of the disk are on from now, in the place of others. */
  | { readonly type: "faults"; readonly faults: readonly JournalFault[] }
  /** End: at once where nothing was written, else behind the engine thread's last batch. */
  | { readonly type: "end" };

/** Journal thread -> host. */
export type JournalReport =
  /**
   * The folder is ours, and the file is there with the newest schema; or the file is damaged outside its rows, which are to be read from
   * the salvaged copy.
   */
  | { readonly type: "prepared"; readonly damage: string | null }
  | { readonly type: "writing" }
  /** A batch is on disk; only now may anyone learn of it. */
  | {
      readonly type: "committed";
      readonly records: PackedRecords;
      readonly atUs: number;
      /** Hash of the row. */
      readonly hash: Uint8Array;
      readonly commitMs: number;
      readonly journalBytes: number;
    }
  | { readonly type: "faultStruck"; readonly kind: JournalFault["kind"] }
  | { readonly type: "continued"; readonly keptAs: string }
  /** Copying the good rows found an earlier bad one; nothing has been moved. */
  | { readonly type: "notContinued"; readonly fault: EarlierFault }
  | { readonly type: "ended" }
  /** Nothing further will be written; the process must end. */
  | { readonly type: "fatal"; readonly error: TypedError };
