import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ASK_EVERY_MS, MISSED_AT_MOST, Watchdog } from "../../electron/watchdog.ts";

describe("the watch over the engine process", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watch(answers: () => boolean): { readonly dog: Watchdog; readonly asked: () => number; readonly silent: () => number } {
    let asked = 0;
    let silent = 0;
    const dog: Watchdog = new Watchdog({
      ask: () => {
        asked += 1;
        if (answers()) dog.answered();
      },
      silent: () => (silent += 1),
    });
    dog.start();
    return { dog, asked: () => asked, silent: () => silent };
  }

  it("leaves one alone that answers", () => {
    const { asked, silent } = watch(() => true);
    vi.advanceTimersByTime(100 * ASK_EVERY_MS);
    expect([asked(), silent()]).toEqual([100, 0]);
  });

  it("tells once of one that stops answering, and then asks no more", () => {
    let isAlive = true;
    const { asked, silent } = watch(() => isAlive);
    vi.advanceTimersByTime(10 * ASK_EVERY_MS);
    isAlive = false;
    vi.advanceTimersByTime(MISSED_AT_MOST * ASK_EVERY_MS);
    expect(silent()).toBe(0);
    vi.advanceTimersByTime(ASK_EVERY_MS);
    expect(silent()).toBe(1);
    vi.advanceTimersByTime(100 * ASK_EVERY_MS);
    expect([asked(), silent()]).toEqual([10 + MISSED_AT_MOST, 1]);
  });

  it("forgives answers that come late", () => {
    const { dog, silent } = watch(() => false);
    for (let n = 0; n < 20; n += 1) {
      vi.advanceTimersByTime(MISSED_AT_MOST * ASK_EVERY_MS);
      dog.answered();
    }
    expect(silent()).toBe(0);
  });

  it("asks nobody once it is stopped, and begins anew with a new process", () => {
    const { dog, asked, silent } = watch(() => false);
    vi.advanceTimersByTime(MISSED_AT_MOST * ASK_EVERY_MS);
    dog.stop();
    vi.advanceTimersByTime(100 * ASK_EVERY_MS);
    expect([asked(), silent()]).toEqual([MISSED_AT_MOST, 0]);
    dog.start();
    vi.advanceTimersByTime(MISSED_AT_MOST * ASK_EVERY_MS);
    expect(silent()).toBe(0);
    vi.advanceTimersByTime(ASK_EVERY_MS);
    expect(silent()).toBe(1);
  });
});
