import type { InstrumentId, Seq } from "../../shared/ids.ts";
import { LEVEL_STRIDE, type BookView, type Frame } from "../../shared/views.ts";
import { LATE_AFTER_MS } from "./connection.ts";

/** The whole picture is asked for again no more often than this. */
const ASK_AGAIN_MS = 1_000;

/** Something in a frame that cannot be right, and the whole picture has been asked for; or the line was cut, and there is another. */
export type Trouble =
  | { readonly kind: "gap"; readonly expected: Seq | null; readonly received: Seq }
  | { readonly kind: "crossed"; readonly instrumentId: InstrumentId }
  | { readonly kind: "lineCut" };

/** Looks at what comes and at what should have come (GW-60). It keeps no picture and sends nothing; engineClient.ts acts on what it finds. */
export class FrameWatch {
  /** Where this window should stand by now, as the engine last said. */
  #expectedSeq: Seq | null = null;
  /** Data has been missing since then. */
  #lateSinceMs: number | null = null;
  #askedMs = 0;
  /** Instruments whose books were crossed and were asked for again: crossed once more, they are. */
  readonly #crossed = new Set<InstrumentId>();

  /** Is anything missing? */
  get isLate(): boolean {
    return this.#lateSinceMs !== null;
  }

  /** The line is another one. */
  reset(): void {
    this.#expectedSeq = null;
    this.#lateSinceMs = null;
  }

  /** The whole picture was asked for. */
  asked(nowMs: number): void {
    this.#askedMs = nowMs;
  }

  /** A frame that comes a second time says nothing new. */
  isRepeated(frame: Frame, seq: Seq | null): boolean {
    return !frame.snapshot && seq !== null && frame.toSeq <= seq && frame.fromSeq < seq;
  }

  /** A book of the frame that is crossed and was not before; null when there is none. */
  newlyCrossed(frame: Frame): Trouble | null {
    const found = frame.books.find((book) => isCrossed(book) && !this.#crossed.has(book.instrumentId));
    for (const book of frame.books) if (!isCrossed(book)) this.#crossed.delete(book.instrumentId);
    if (found === undefined) return null;
    this.#crossed.add(found.instrumentId);
    return { kind: "crossed", instrumentId: found.instrumentId };
  }

  /** The window stands here now. */
  reached(seq: Seq): void {
    if (this.#expectedSeq !== null && seq >= this.#expectedSeq) this.#lateSinceMs = null;
  }

  /**
   * The engine said where the window should stand. Frames come before the status that counts them, so whatever is missing by then is late
   * or lost. Answers whether the numbers are old by now, and whether the whole picture is to be asked for.
   */
  expect(
    frameSeq: Seq | null,
    here: { readonly isMissing: boolean; readonly nowMs: number },
  ): { readonly isOld: boolean; readonly ask: boolean } {
    this.#expectedSeq = frameSeq;
    if (!here.isMissing) {
      this.#lateSinceMs = null;
      return { isOld: false, ask: false };
    }
    this.#lateSinceMs ??= here.nowMs;
    if (here.nowMs - this.#lateSinceMs < LATE_AFTER_MS) return { isOld: false, ask: false };
    const ask = here.nowMs - this.#askedMs >= ASK_AGAIN_MS;
    if (ask) this.#askedMs = here.nowMs;
    return { isOld: true, ask };
  }
}

function isCrossed({ bids, asks }: BookView): boolean {
  return bids.length >= LEVEL_STRIDE && asks.length >= LEVEL_STRIDE && (bids[0] ?? 0) >= (asks[0] ?? 0);
}
