import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import { FIRST_RETRY_MS, LONGEST_RETRY_MS, nextAttempt, retryDelayMs, STABLE_AFTER_MS } from "../../electron/restartPolicy.ts";

describe("restarting a dead engine", () => {
  it("doubles the wait from a quarter of a second up to ten seconds", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((attempt) => retryDelayMs({ attempt, code: null }));
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
  });

  it("never waits less after more deaths, nor outside its bounds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (attempt) => {
        const now = retryDelayMs({ attempt, code: "JOURNAL_IO" }) ?? -1;
        const next = retryDelayMs({ attempt: attempt + 1, code: null }) ?? -1;
        expect(now).toBeGreaterThanOrEqual(FIRST_RETRY_MS);
        expect(next).toBeGreaterThanOrEqual(now);
        expect(next).toBeLessThanOrEqual(LONGEST_RETRY_MS);
      }),
    );
  });

  it.each(["JOURNAL_LOCKED", "JOURNAL_FULL", "JOURNAL_READ_ONLY", "JOURNAL_VERSION", "DATA_FOLDER_MISSING", "SQLITE_VERSION"] as const)(
    "waits for a person after %s",
    (code) => {
      expect(retryDelayMs({ attempt: 1, code })).toBeNull();
    },
  );

  it("counts deaths in a row, and begins anew after a sound run", () => {
    expect(nextAttempt(0, 10)).toBe(1);
    expect(nextAttempt(4, STABLE_AFTER_MS - 1)).toBe(5);
    expect(nextAttempt(4, STABLE_AFTER_MS)).toBe(1);
  });
});
