import { onAnimationFrame } from "./frame.ts";
import { readModel } from "./readModel.ts";

/**
 * Writes on the page at which sequence everything it draws stands and where it should stand, how far the engine had come by its last word,
 * how many such words there were, and whether the simulated market rests: for whoever drives the window from outside and waits for a state instead of for time.
 */
export function showSequence(): void {
  const { dataset } = document.documentElement;
  let heard = 0;
  const write = (): void => {
    const { seq, status, dueSeq } = readModel;
    dataset["shownSeq"] = String(seq ?? "");
    dataset["dueSeq"] = String(dueSeq ?? "");
    dataset["engineSeq"] = String(status?.decidedSeq ?? "");
    dataset["heard"] = String(heard);
    dataset["market"] = status?.marketRunning === false ? "rests" : "trades";
  };
  // Behind the painters of the same picture.
  const painter = onAnimationFrame(() => queueMicrotask(write));
  readModel.subscribe("seq", painter.invalidate);
  readModel.subscribe("status", () => {
    heard += 1;
    painter.invalidate();
  });
}
