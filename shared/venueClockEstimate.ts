import type { EpochUs } from "./ids.ts";
import type { EngineStatus } from "./views.ts";

/** Without news for so long the engine is stalled or gone, and the estimate stands still. */
const NEWS_MS_MAX = 1_000;

/**
 * Venue time as a client knows it: the last status message, carried on at the clock's speed. It goes back when the clock was slowed down
 * and the next status tells so.
 */
export class VenueClockEstimate {
  #venueUs = 0;
  #speed = 0;
  #heardMs = 0;

  /** Takes a status that arrived at `nowMs` of the machine's monotonic clock. */
  hear(status: EngineStatus, nowMs: number): void {
    this.#venueUs = status.venueTimeUs;
    this.#speed = status.clockSpeed;
    this.#heardMs = nowMs;
  }

  /** False when the engine has been silent for too long, and while venue time does not follow the wall clock. */
  isFresh(nowMs: number): boolean {
    return this.#speed > 0 && nowMs - this.#heardMs <= NEWS_MS_MAX;
  }

  venueTimeUs(nowMs: number): EpochUs {
    const sinceMs = Math.min(NEWS_MS_MAX, Math.max(0, nowMs - this.#heardMs));
    // Whole microseconds are what the brand stands for.
    return Math.floor(this.#venueUs + sinceMs * 1_000 * this.#speed) as EpochUs;
  }
}
