import { describe, expect, it } from "vitest";
import { findings, isInside } from "../../engine/scenario/realism/bands.ts";
import { measure, REALISM_QUOTE_US, shapesOfBars } from "../../engine/scenario/realism/measure.ts";
import { realismPage } from "../../engine/scenario/realism/report.ts";
import { autocorrelation, correlation, distribution, histogram, slope, tail } from "../../engine/scenario/realism/statistics.ts";
import { loadScenario, scenarioPath } from "../../engine/scenario/files.ts";
import { ScenarioRun } from "../../engine/scenario/run.ts";
import { readHistory } from "../../engine/sim/history.ts";
import { RandomStream } from "../../engine/sim/randomStream.ts";
import { candles } from "../sim/testData.ts";

describe("SM-27 figures of a series", () => {
  const random = new RandomStream(1, "test/realism");
  const noise = Array.from({ length: 20_000 }, () => random.bell());

  it("SM-27 know noise, memory and heavy tails when they see them", () => {
    expect(distribution(noise).excessKurtosis).toBeCloseTo(-0.2, 0);
    expect(Math.abs(autocorrelation(noise, 1)[0] ?? 1)).toBeLessThan(0.03);
    const persistent = noise.reduce<number[]>(
      (series, value) => [...series.slice(-19_999), (series.at(-1) ?? 0) * 0.5 + value].slice(-2_000),
      [],
    );
    expect(autocorrelation(persistent, 2)[0]).toBeCloseTo(0.5, 0);
    expect(distribution(noise.map((value) => value ** 3)).excessKurtosis).toBeGreaterThan(10);
    expect(
      correlation(
        noise,
        noise.map((value) => -value),
      ),
    ).toBeCloseTo(-1, 9);
  });

  it("SM-27 a power law has its exponent as slope, a histogram its shares, a tail its ends", () => {
    expect(slope([1, 2, 4, 8].map((size) => [Math.log(size), Math.log(3 * size ** 0.5)]))).toBeCloseTo(0.5, 9);
    expect(histogram([0.5, 1.5, 1.6, 9], { from: 0, to: 2, bins: 2 })).toEqual([
      [0.5, 0.25],
      [1.5, 0.5],
    ]);
    expect(tail([1, 10, 100], 3).map(([, share]) => share)).toEqual([1, 2 / 3, 1 / 3]);
  });
});

describe("SM-27 the realism report", () => {
  it.skipIf(!candles.present)(
    `SM-27 measures a run, holds it against bands and real bars, and is one page that says it is simulated (${candles.note})`,
    async () => {
      const history = await readHistory(candles.path("BTC", "4h"), {
        tickSize: "0.01",
        lotSize: "0.00001",
      });
      if (!history.ok) throw new Error(history.error.message);
      const real = shapesOfBars(history.value.bars, "BTCUSDT 4h");
      expect(real.excessKurtosis).toBeGreaterThan(2);
      expect(real.clustering[0]).toBeGreaterThan(0.1);
      const { scenario } = loadScenario(scenarioPath("ordinary-day", "/"));
      const run = new ScenarioRun(scenario, { forUs: 180_000_000, quoteUs: REALISM_QUOTE_US });
      await run.runTo(run.endUs);
      const measured = run.catalog.instruments.map((instrument) => measure(run, instrument));
      const rows = measured.flatMap((one) => findings(one, real));
      expect(rows.map(({ name }) => name)).toContain("volatility clustering, lags 1 to 5");
      // What holds on any few minutes; the rest needs the half hour of `sim realism`.
      for (const name of ["median spread, ppm", "cancels for each trade", "orders for each trade"]) {
        const found = rows.find((row) => row.name === name);
        expect(found !== undefined && isInside(found), `${name}: ${found?.value}`).toBe(true);
      }
      const page = realismPage(
        { scenario: "ordinary-day", purpose: scenario.purpose, seed: scenario.seed, result: run.finish() },
        measured,
        real,
      );
      expect(page).toContain("SIMULATED");
      expect(page.match(/<svg /g)).toHaveLength(8);
      expect(page).not.toMatch(/NaN|undefined|<script/);
    },
  );
});
