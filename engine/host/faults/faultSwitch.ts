import { isJournalFault, type Fault, type FaultKind, type FaultStatus, type JournalFault } from "../../../shared/faults.ts";
import type { HostNote } from "../../../shared/hostNotes.ts";
import type { VenueLabel } from "../../../shared/protocol.ts";
import type { Result } from "../../../shared/result.ts";
import { wallPace, type Pace } from "../pace.ts";
import type { ClientTransport } from "../transport.ts";
import { FaultBoard, type Victim } from "./faultBoard.ts";
import { FaultyLine } from "./faultyLine.ts";

/** What faults do to the engine process, by the hands of the host. */
export type FaultHands = {
  readonly setJournalFaults: (faults: readonly JournalFault[]) => void;
  /** Ends a thread as a failure of its own would. */
  readonly crash: (thread: "engine" | "journal" | "market") => void;
  /** Cancels all open orders of the owner. */
  readonly cancelAll: (owner: string) => void;
};

/** The host's end of all faults: which are on, whose lines they strike, and what they do to its threads. */
export class FaultSwitch {
  readonly #board: FaultBoard;
  readonly #hands: FaultHands;
  readonly #pace: Pace;

  constructor(mode: VenueLabel["mode"], hands: FaultHands, pace = wallPace) {
    this.#board = new FaultBoard(mode);
    this.#hands = hands;
    this.#pace = pace;
  }

  get statuses(): readonly FaultStatus[] {
    return this.#board.statuses;
  }

  /** How often faults of this kind have struck since the beginning. */
  strikesOf(kind: FaultKind): number {
    return this.#board.strikesOf(kind);
  }

  /** Puts these in the place of those that were on; what was done, or FAULT_REFUSED. */
  set(faults: readonly Fault[]): Result<HostNote> {
    const outcome = this.#board.set(faults);
    if (outcome.ok) this.#hands.setJournalFaults(faults.filter((fault) => isJournalFault(fault)));
    return outcome;
  }

  /** The client's line with whatever faults are on for it, now or later. */
  line(transport: ClientTransport, victim: Victim): ClientTransport {
    return new FaultyLine(transport, victim, { board: this.#board, pace: this.#pace, cancelAll: this.#hands.cancelAll });
  }

  /** A fault of the journal's thread has struck there. */
  struck(kind: JournalFault["kind"]): void {
    this.#board.struck(kind);
  }

  /** A batch is on disk and was told. */
  committed(): void {
    const fault = this.#board.isQuiet ? null : this.#board.strikeProcess("workerCrash");
    if (fault !== null) this.#hands.crash(fault.target);
  }
}
