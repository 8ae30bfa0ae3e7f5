import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../engine/sim/randomStream.ts";
import { SyntheticFeed } from "../../engine/sim/referencePath.ts";
import { SyntheticBars, type SyntheticSeed } from "../../engine/sim/syntheticBars.ts";

const seed: SyntheticSeed = { seed: 1, name: "BTC/USD", originUs: 1_800_000_000_000_000, originTicks: 6_500_000, meanVolumeLots: 600_000 };

function take(count: number, from: SyntheticSeed = seed): (readonly number[])[] {
  const bars = new SyntheticBars(from);
  return Array.from({ length: count }, (_, index) => {
    const { openUs, open, high, low, close, volumeLots } = index === 0 ? bars.bar : bars.advance();
    return [openUs, open, high, low, close, volumeLots];
  });
}

describe("SM-14 the synthetic path", () => {
  it("SM-14 gives the same bits on every machine", () => {
    const digest = createHash("sha256")
      .update(JSON.stringify(take(5_000)))
      .digest("hex");
    expect(digest).toBe("383fcf462858d0d27775b436a813ba27209cc072a73c7052c66255679f2f16f2");
  });

  it("SM-14 depends on the seed and on the name", () => {
    expect(take(50)).toEqual(take(50));
    expect(take(50, { ...seed, seed: 2 })).not.toEqual(take(50));
    expect(take(50, { ...seed, name: "ETH/USD" })).not.toEqual(take(50));
  });

  it("SM-14 makes sound minute bars that join, move, cluster and stay near the origin", () => {
    const bars = take(30_000);
    const returns: number[] = [];
    bars.forEach(([openUs = 0, open = 0, high = 0, low = 0, close = 0, volumeLots = 0], index) => {
      expect(openUs).toBe(seed.originUs + index * 60_000_000);
      expect(low <= Math.min(open, close) && high >= Math.max(open, close) && low >= 1).toBe(true);
      expect(volumeLots).toBeGreaterThan(0);
      expect(open).toBe(bars[index - 1]?.[4] ?? seed.originTicks);
      returns.push((close - open) / open);
    });
    const sizes = returns.map(Math.abs);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    // A calm market: 0.02 to 0.06 % a minute.
    expect(mean).toBeGreaterThan(0.000_2);
    expect(mean).toBeLessThan(0.000_6);
    // Large moves follow large moves: the size of a return is correlated with the next one's.
    let covariance = 0;
    let variance = 0;
    sizes.forEach((size, index) => {
      variance += (size - mean) ** 2;
      covariance += (size - mean) * ((sizes[index + 1] ?? mean) - mean);
    });
    expect(covariance / variance).toBeGreaterThan(0.05);
    expect(bars.every(([, , high = 0, low = 0]) => low > seed.originTicks * 0.75 && high < seed.originTicks * 1.25)).toBe(true);
  });

  it("SM-14 moves where ticks are coarse, too", () => {
    const closes = new Set(take(2_000, { ...seed, originTicks: 100 }).map((bar) => bar[4]));
    expect(closes.size).toBeGreaterThan(3);
  });

  it("SM-14 a feed finds the bar of any later time", () => {
    const feed = new SyntheticFeed(seed);
    const bars = take(2_000);
    for (const index of [0, 1, 1, 700, 1_999])
      expect(feed.barAt(seed.originUs + index * 60_000_000 + 59_999_999).open).toBe(bars[index]?.[1]);
  });
});

describe("SM-2 random streams", () => {
  it("SM-2 draws the same numbers for the same seed and name, and others for another", () => {
    const draw = (from: number, name: string): number[] => {
      const stream = new RandomStream(from, name);
      return [stream.fraction(), stream.whole(1, 6), stream.bell(), stream.between(10, 20)];
    };
    expect(draw(1, "a")).toEqual(draw(1, "a"));
    expect(new Set([draw(1, "a"), draw(1, "b"), draw(2, "a")].map((numbers) => JSON.stringify(numbers))).size).toBe(3);
  });

  it("SM-2 the bell has mean 0 and deviation 1", () => {
    const stream = new RandomStream(9, "bell");
    const drawn = Array.from({ length: 20_000 }, () => stream.bell());
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length;
    const deviation = Math.sqrt(drawn.reduce((sum, x) => sum + x * x, 0) / drawn.length);
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.03);
  });
});
