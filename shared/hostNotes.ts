import { faultNames } from "./faultNameTexts.ts";
import type { FaultKind } from "./faults.ts";
import { hostNoteTexts } from "./hostNoteTexts.ts";
import type { EpochUs, Seq } from "./ids.ts";

/** What the host says of a deed that it has done: a code and its figures, which each window tells in its own language. */
export type HostNote =
  | { readonly code: "timeRuns"; readonly speed: number }
  | { readonly code: "timeStands" }
  | { readonly code: "timeHurries" }
  | { readonly code: "timeStepped"; readonly atUs: EpochUs; readonly commands: number; readonly trades: number }
  | { readonly code: "marketTrades" }
  | { readonly code: "marketRests" }
  | { readonly code: "faults"; readonly kinds: readonly FaultKind[] }
  | { readonly code: "continued"; readonly lastGoodSeq: Seq; readonly keptAs: string }
  | { readonly code: "takeOverProposed" | "takeOverWithdrawn" | "takenOver" }
  | { readonly code: "live" };

/** The note as a sentence, in the language of this process; `timeText` writes venue time as the screen around it does. */
export function hostNoteText(note: HostNote, timeText: (us: EpochUs) => string = utcText): string {
  switch (note.code) {
    case "timeRuns":
      return hostNoteTexts.timeRuns(note.speed);
    case "timeStepped":
      return hostNoteTexts.timeStepped(timeText(note.atUs), note.commands, note.trades);
    case "faults":
      return note.kinds.length === 0 ? hostNoteTexts.noFaults : hostNoteTexts.faults(note.kinds.map((kind) => faultNames[kind]));
    case "continued":
      return hostNoteTexts.continued(note.lastGoodSeq, note.keptAs);
    case "timeStands":
    case "timeHurries":
    case "marketTrades":
    case "marketRests":
    case "takeOverProposed":
    case "takeOverWithdrawn":
    case "takenOver":
    case "live":
      return hostNoteTexts[note.code];
  }
}

function utcText(us: EpochUs): string {
  return `${new Date(us / 1_000).toISOString().slice(11, 23)} UTC`;
}
