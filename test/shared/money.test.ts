import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalsOf, exactRatio, formatSteps, parseSteps, roundToSteps, unitStep } from "../../shared/decimal.ts";
import { InvariantError } from "../../shared/assert.ts";
import { amount, MAX_AMOUNT, MAX_TICKS, mulDivCeil, mulDivFloor, priceTicks, qtyLots } from "../../shared/money.ts";

const seed = 20_261_122;

describe("LG-3 every division names its rounding", () => {
  const factor = fc.integer({ min: 0, max: MAX_AMOUNT });
  it(`LG-3 mulDivFloor and mulDivCeil are exact where the product exceeds 2^53 (seed ${seed})`, () => {
    fc.assert(
      fc.property(factor, factor, fc.integer({ min: 1, max: MAX_AMOUNT }), (a, b, divisor) => {
        const exact = BigInt(a) * BigInt(b);
        const big = BigInt(divisor);
        const floor = exact / big;
        const ceil = floor + (exact % big === 0n ? 0n : 1n);
        if (ceil > BigInt(MAX_AMOUNT)) {
          expect(() => mulDivCeil(a, b, divisor)).toThrow(InvariantError);
          return;
        }
        expect(BigInt(mulDivFloor(a, b, divisor))).toBe(floor);
        expect(BigInt(mulDivCeil(a, b, divisor))).toBe(ceil);
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it("LG-3 the remainder goes to the house: a fee of a third of a unit costs one unit", () => {
    expect(mulDivCeil(1, 333_333, 1_000_000)).toBe(1);
    expect(mulDivFloor(1, 333_333, 1_000_000)).toBe(0);
    expect(mulDivCeil(0, 2_900, 1_000_000)).toBe(0);
  });

  it("LG-6 a result beyond the largest amount throws instead of wrapping", () => {
    expect(() => mulDivFloor(MAX_AMOUNT, 2, 1)).toThrow(InvariantError);
    expect(() => amount(MAX_AMOUNT + 1)).toThrow(InvariantError);
  });
});

describe("LG-1 steps and money are whole numbers within their range", () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_TICKS + 1])("LG-1 %d is no price in ticks", (n) => {
    expect(() => priceTicks(n)).toThrow(InvariantError);
  });
  it.each([-1, 0.5, Number.NaN, MAX_TICKS + 1])("LG-1 %d is no quantity in lots", (n) => {
    expect(() => qtyLots(n)).toThrow(InvariantError);
  });
});

describe("GW-1 decimal text becomes steps exactly or not at all", () => {
  it("GW-1 reads and writes the venue's own numbers", () => {
    expect(parseSteps("65000.10", "0.01", "price")).toEqual({ ok: true, value: 6_500_010 });
    expect(formatSteps(6_500_010, "0.01")).toBe("65000.10");
    expect(formatSteps(-25n, "0.0000001")).toBe("-0.0000025");
    expect(unitStep(7)).toBe("0.0000001");
    expect(unitStep(0)).toBe("1");
    expect(decimalsOf("0.00001")).toBe(5);
    expect(exactRatio("0.01", "0.00001", "0.0000001", "instrument")).toEqual({ ok: true, value: 1 });
  });

  it.each(["", " ", "1e5", "0x10", "1,000", "NaN", "Infinity", "--1", "1.", ".5", "1 2", "١٢", "9".repeat(25)])(
    "GW-1 refuses %j and names the field",
    (text) => {
      const result = parseSteps(text, "0.01", "price");
      expect(result.ok).toBe(false);
      if (!result.ok) expect(result.error).toMatchObject({ code: "MESSAGE_MALFORMED", field: "price", value: text });
    },
  );

  it.each(["-0", "-0.00", "0"])("GW-1 nothing has no sign: %j", (text) => {
    const [steps, rounded] = [parseSteps(text, "0.01", "price"), roundToSteps(text, "0.01", "price")];
    expect(steps.ok && Object.is(steps.value, 0)).toBe(true);
    expect(rounded.ok && Object.is(rounded.value.steps, 0)).toBe(true);
  });

  it("GW-1 refuses what is no multiple of the step or beyond a safe integer", () => {
    expect(parseSteps("0.015", "0.01", "price").ok).toBe(false);
    expect(parseSteps("90071992547409.92", "0.01", "price").ok).toBe(false);
    expect(exactRatio("0.01", "0.00001", "0.000001", "instrument").ok).toBe(false);
  });

  it(`GW-1 steps survive the way to text and back (seed ${seed})`, () => {
    const steps = fc.constantFrom("1", "0.1", "0.01", "0.00001", "0.0000001");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_AMOUNT }), steps, (count, step) => {
        expect(parseSteps(formatSteps(count, step), step, "x")).toEqual({ ok: true, value: count });
      }),
      { seed, numRuns: 1_000 },
    );
  });
});
