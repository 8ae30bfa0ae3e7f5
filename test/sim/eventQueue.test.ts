import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventQueue } from "../../engine/sim/eventQueue.ts";
import { Fundamental } from "../../engine/sim/fundamental.ts";

const SEED = 20_261_128;

describe(`SM-22 the event queue, seed ${SEED}`, () => {
  it("SM-22 does everything once, by time, and what falls together in the order in which it was asked for", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (times) => {
        const queue = new EventQueue(0);
        const done: [number, number][] = [];
        times.forEach((us, order) => queue.at(us, () => done.push([queue.nowUs, order])));
        while (queue.step(Number.MAX_SAFE_INTEGER));
        const wanted = times.map((us, order): [number, number] => [us, order]).sort(([a, first], [b, second]) => a - b || first - second);
        expect(done).toEqual(wanted);
      }),
      { seed: SEED },
    );
  });

  it("SM-22 what is asked for in the past happens now, and time never goes back or over what is due", () => {
    const queue = new EventQueue(100);
    const seen: number[] = [];
    queue.at(150, () => queue.at(120, () => seen.push(queue.nowUs)));
    expect(queue.step(140)).toBe(false);
    expect(queue.step(150)).toBe(true);
    expect(queue.step(150)).toBe(true);
    expect(seen).toEqual([150]);
    queue.at(200, () => seen.push(queue.nowUs));
    expect(() => queue.passTo(201)).toThrow(/due/);
    queue.passTo(200);
    expect(queue.nowUs).toBe(200);
    expect(() => queue.at(0.5, () => undefined)).toThrow(/microseconds/);
  });
});

describe("SM-26 the fundamental", () => {
  const terms = { name: "BTC/USD", seed: 1, startUs: 0, startTicks: 6_500_000, volatilityPpm: 60, reversionPpm: 300, driftPpm: 0 };

  it("SM-26 is the same however often it is asked, and differs by seed and name", () => {
    const often = new Fundamental(terms);
    for (let us = 0; us < 60_000_000; us += 12_345) often.at(us);
    expect(often.at(60_000_000)).toEqual(new Fundamental(terms).at(60_000_000));
    expect(new Fundamental({ ...terms, seed: 2 }).at(60_000_000)).not.toEqual(often.at(60_000_000));
    expect(new Fundamental({ ...terms, name: "ETH/USD" }).at(60_000_000)).not.toEqual(often.at(60_000_000));
  });

  it("SM-26 a shock fades, news stays, and a stuck feed repeats itself while the truth goes on", () => {
    const still = { ...terms, volatilityPpm: 0, reversionPpm: 0 };
    const shocked = new Fundamental(still);
    shocked.shock(1_000_000, { ppm: -50_000, fadeUs: 10_000_000 });
    expect(shocked.at(1_000_000).ticks).toBeCloseTo(6_175_000, 0);
    expect(shocked.at(20_000_000).ticks / 6_500_000).toBeCloseTo(1, 2);
    const told = new Fundamental(still);
    told.news(1_000_000, { ppm: 10_000, activity: 3, forUs: 5_000_000 });
    expect(told.at(2_000_000)).toEqual({ ticks: 6_565_000, activity: 3 });
    expect(told.at(10_000_000)).toEqual({ ticks: 6_565_000, activity: 1 });
    told.stick(10_000_000, 5_000_000);
    told.news(11_000_000, { ppm: 10_000, activity: 1, forUs: 1 });
    expect(told.at(12_000_000).ticks).toBe(6_565_000);
    expect(told.truth(12_000_000).ticks).toBeCloseTo(6_630_650, 0);
    expect(told.at(15_000_000).ticks).toBeCloseTo(6_630_650, 0);
  });
});
