import type { TypedError } from "./errors.ts";
import { errorText } from "./errorText.ts";
import { hostWarningTexts } from "./hostWarningTexts.ts";

/** Why a snapshot was of no use. `why` and `version` are what a library or another version said of itself. */
export type SnapshotFault =
  | { readonly code: "unreadable"; readonly why: string }
  | { readonly code: "fileHash" | "stateHash" | "journalUnreadable" | "journalShorter" | "otherJournal" }
  | { readonly code: "version"; readonly version: string }
  | { readonly code: "notRestored"; readonly version: string; readonly why: string };

/** What the host warns of, at its start or later: a code and its figures, which each window tells in its own language. */
export type HostWarning =
  | { readonly code: "snapshotSkipped"; readonly seq: number; readonly fault: SnapshotFault }
  /** The write-ahead log holds bytes behind its last transaction. */
  | { readonly code: "looseEnd"; readonly bytes: number; readonly lastSeq: number }
  /** Rows before the snapshot that the state rests on are damaged. */
  | { readonly code: "pastDamaged"; readonly error: TypedError; readonly snapshotSeq: number }
  | { readonly code: "marketStopped"; readonly why: string }
  | { readonly code: "apiStopped"; readonly why: string }
  /** The venue's interface can be reached by other machines. */
  | { readonly code: "apiIsPublic"; readonly site: string; readonly address: string }
  | { readonly code: "historyNotImported"; readonly symbol: string; readonly error: TypedError }
  /** What else went wrong, by its own code. */
  | { readonly code: "error"; readonly error: TypedError };

/** The warning as a sentence, in the language of this process. */
export function hostWarningText(warning: HostWarning): string {
  switch (warning.code) {
    case "snapshotSkipped":
      return hostWarningTexts.snapshotSkipped(warning.seq, snapshotFaultText(warning.fault));
    case "looseEnd":
      return hostWarningTexts.looseEnd(warning.bytes, warning.lastSeq);
    case "pastDamaged":
      return hostWarningTexts.pastDamaged(errorText(warning.error), warning.snapshotSeq);
    case "marketStopped":
    case "apiStopped":
      return hostWarningTexts[warning.code](warning.why);
    case "apiIsPublic":
      return hostWarningTexts.apiIsPublic(warning.site, warning.address);
    case "historyNotImported":
      return hostWarningTexts.historyNotImported(warning.symbol, errorText(warning.error));
    case "error":
      return errorText(warning.error);
  }
}

function snapshotFaultText(fault: SnapshotFault): string {
  const { snapshotFaults } = hostWarningTexts;
  switch (fault.code) {
    case "unreadable":
      return snapshotFaults.unreadable(fault.why);
    case "version":
      return snapshotFaults.version(fault.version);
    case "notRestored":
      return snapshotFaults.notRestored(fault.version, fault.why);
    case "fileHash":
    case "stateHash":
    case "journalUnreadable":
    case "journalShorter":
    case "otherJournal":
      return snapshotFaults[fault.code];
  }
}
