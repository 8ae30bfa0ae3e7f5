import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { atMostEvery } from "../../renderer/ui/atMostEvery.ts";

describe("paced runs", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("run at once, and once more at the end of the pause however often they were asked for", () => {
    const ran: number[] = [];
    const paced = atMostEvery(100, () => ran.push(performance.now()));
    const start = performance.now();
    for (let at = 0; at < 250; at += 10) {
      paced.request();
      vi.advanceTimersByTime(10);
    }
    expect(ran.map((at) => at - start)).toEqual([0, 100, 200]);
    vi.advanceTimersByTime(500);
    expect(ran).toHaveLength(4);
  });

  it("do not run after they were cancelled", () => {
    let ran = 0;
    const paced = atMostEvery(100, () => (ran += 1));
    paced.request();
    paced.request();
    paced.cancel();
    vi.advanceTimersByTime(1_000);
    expect(ran).toBe(1);
  });
});
