import { describe, expect, it } from "vitest";
import { VenueClockEstimate } from "../../shared/venueClockEstimate.ts";
import type { EngineStatus } from "../../shared/views.ts";

const status = (venueTimeUs: number, clockSpeed: number): EngineStatus => ({
  state: "running",
  decidedSeq: 0 as never,
  durableSeq: 0 as never,
  lastCommitMs: 0,
  eventsPerSecond: 0,
  journalBytes: 0,
  venueTimeUs: venueTimeUs as never,
  clockSpeed,
  clockMode: "running",
  marketRunning: true,
  commitWaitMs: 0,
  faults: [],
  fault: null,
  warnings: [],
});

describe("SM-4 the clock of the market thread", () => {
  it("SM-4 carries the last status on at the clock's speed, for one second", () => {
    const clock = new VenueClockEstimate();
    expect(clock.isFresh(0)).toBe(false);
    clock.hear(status(5_000_000, 60), 100);
    expect([100, 100.5, 350, 1_100].map((ms) => clock.venueTimeUs(ms))).toEqual([5_000_000, 5_030_000, 20_000_000, 65_000_000]);
    expect([clock.isFresh(1_100), clock.isFresh(1_101)]).toEqual([true, false]);
    // A silent engine may be gone: time stands still.
    expect(clock.venueTimeUs(9_000)).toBe(65_000_000);
  });

  it("SM-4 believes the engine when a slowed clock is behind the estimate", () => {
    const clock = new VenueClockEstimate();
    clock.hear(status(0, 1_000), 0);
    expect(clock.venueTimeUs(250)).toBe(250_000_000);
    clock.hear(status(1_000_000, 1), 250);
    expect(clock.venueTimeUs(350)).toBe(1_100_000);
  });
});
