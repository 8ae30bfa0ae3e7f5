import { engineClient } from "./engineClient.ts";
import { tellRefusal } from "./operate.ts";
import { readModel } from "./readModel.ts";
import { topics } from "./topics.ts";

let isOpen = false;
/** The sequence asked for last, while it is not on view yet. */
let wanted: number | null = null;
let isBusy = false;
/** Ends with the journeys that are under way. */
let journey: Promise<void> = Promise.resolve();

/** Puts the window at past sequences and back. One question at a time; of those asked meanwhile only the last counts. */
export const timeMachine = {
  /** Is the scrub bar in sight? */
  get isOpen(): boolean {
    return isOpen;
  },

  open(): void {
    isOpen = true;
    topics.bump("past");
  },

  /** Puts the bar away, and the window back to live. */
  close(): void {
    isOpen = false;
    topics.bump("past");
    if (readModel.past !== null || isBusy) void timeMachine.returnToLive();
  },

  /** Where the bar stands: at the sequence asked for, on view or on its way; null when live. */
  get position(): number | null {
    return wanted ?? readModel.past?.askedSeq ?? null;
  },

  goTo(seq: number): void {
    wanted = seq;
    topics.bump("past");
    if (!isBusy) journey = travel();
  },

  /**
   * So many sequences on or back from where the bar stands; the newest is `end`. A sequence inside a command shows the command's end: steps
   * forwards begin there, so that each changes the picture, and steps back at what was asked for, so that they come out of the command at all.
   */
  step(by: number, end: number): void {
    const { past } = readModel;
    const from = wanted ?? (past === null ? end : by > 0 ? past.seq : past.askedSeq);
    timeMachine.goTo(Math.min(end, Math.max(1, from + by)));
  },

  async returnToLive(): Promise<void> {
    wanted = null;
    topics.bump("past");
    // A picture of the past that is still on its way would come behind the live one.
    await journey;
    try {
      await engineClient.returnToLive();
    } catch (cause) {
      tellRefusal(cause);
    }
  },
} as const;

async function travel(): Promise<void> {
  isBusy = true;
  try {
    while (wanted !== null) {
      const seq: number = wanted;
      // Each waits for the picture of the one before, so that fast hands do not pile up work.
      await engineClient.travel(seq);
      if (wanted === seq) wanted = null;
    }
  } catch (cause) {
    wanted = null;
    tellRefusal(cause);
  } finally {
    isBusy = false;
    topics.bump("past");
  }
}
