import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import {
  formatAmount,
  formatAmountExact,
  formatChange,
  formatLots,
  formatLotsAt,
  formatLotsCompact,
  formatLotsShort,
  formatMeanPrice,
  formatPpm,
  formatPrice,
  formatTime,
  parseLots,
  parsePrice,
  placesFor,
  plainNumber,
} from "../../renderer/ui/format.ts";
import { formatSteps } from "../../shared/decimal.ts";
import { MAX_AMOUNT, MAX_LOTS, MAX_TICKS } from "../../shared/money.ts";
import { btc, btcUsd, usd } from "./support/venue.ts";

/** Thin spaces shown as underscores, minus as a hyphen. */
const shown = (text: string): string => text.replaceAll("\u2009", "_").replaceAll("\u2212", "-");
const instruments = ["0.01", "0.05", "0.5", "1", "0.00000001", "25"].map((step) => ({ ...btcUsd, tickSize: step, lotSize: step }));
const instrument = fc.constantFrom(...instruments);

describe("prices and quantities", () => {
  it("say exactly the decimal that the steps say", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_TICKS }), instrument, (n, of) => {
        expect(plainNumber(formatPrice(n, of))).toBe(formatSteps(n, of.tickSize));
        expect(plainNumber(formatLots(n, of))).toBe(formatSteps(n, of.lotSize));
      }),
    );
  });

  it("come back as the same steps when typed again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_LOTS }), instrument, (n, of) => {
        expect(parsePrice(formatPrice(n, of), of)).toEqual({ ok: true, value: n });
        expect(parseLots(formatLotsShort(n, of), of)).toEqual({ ok: true, value: n });
      }),
    );
  });

  it("are grouped by thousands", () => {
    expect([6_500_010, 99_999, 100, 1, 123_456_789].map((n) => shown(formatPrice(n, btcUsd)))).toEqual([
      "65_000.10",
      "999.99",
      "1.00",
      "0.01",
      "1_234_567.89",
    ]);
    expect(shown(formatMeanPrice(6_500_010.25, btcUsd))).toBe("65_000.103");
  });

  it("refuse what is no multiple of the step", () => {
    expect(parsePrice("1.005", btcUsd)).toMatchObject({ ok: false, error: { field: "Price", rule: "a multiple of 0.01" } });
    expect(parseLots("1e3", btcUsd)).toMatchObject({ ok: false, error: { field: "Quantity" } });
  });

  it("may be grouped by threes, and only so: a comma meant as the decimal mark does not become ten times as much", () => {
    for (const text of ["65000.1", "65,000.1", "65 000.10", " 65\u2009000.1 "])
      expect(parsePrice(text, btcUsd)).toEqual({ ok: true, value: 6_500_010 });
    for (const text of ["1,5", "0,5", "1 5", "1,50", "1,0000", "1,234 567", "1,234,56", ",500", "1.000,5", "1.5 000", "1 ,000"])
      expect(parseLots(text, btcUsd)).toMatchObject({ ok: false, error: { field: "Quantity", rule: "a plain decimal number, e.g. 12.5" } });
  });
});

describe("quantities in narrow columns", () => {
  const columns = fc.integer({ min: 4, max: 9 });

  it("line up on the point, are cut and never rounded up, and are never zero for something", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50_000_000 }), { minLength: 1, maxLength: 20 }), columns, (lots, characters) => {
        const places = placesFor(Math.max(...lots), btcUsd, characters);
        for (const one of lots) {
          const text = formatLotsAt(one, btcUsd, places);
          if (text.startsWith("<")) continue;
          expect(text.split(".")[1]?.length ?? 0).toBe(places);
          expect(Number(plainNumber(text))).toBeLessThanOrEqual(one / 100_000);
          expect(Number(plainNumber(text))).toBeGreaterThan(one / 100_000 - 10 ** -places);
          expect(Number(plainNumber(text))).toBeGreaterThan(0);
        }
      }),
    );
  });

  it("fit the column alone, cut and never rounded up", () => {
    expect([1_000, 12_345, 9_876_543, 123_456_700_000, 1].map((n) => shown(formatLotsCompact(n, btcUsd, 6)))).toEqual([
      "0.01",
      "0.1234",
      "98.765",
      "1.23M",
      "<0.001",
    ]);
    // Whole coins in the width of a row that stands for several orders.
    expect([1_234, 12_345, 123_456, 1_234_567].map((coins) => shown(formatLotsCompact(coins * 100_000, btcUsd, 4)))).toEqual([
      "1234",
      "12k",
      "123k",
      "1.23M",
    ]);
  });
});

describe("money", () => {
  it("is exact for every amount", () => {
    fc.assert(
      fc.property(fc.integer({ min: -MAX_AMOUNT, max: MAX_AMOUNT }), (units) => {
        expect(plainNumber(formatAmount(units, usd))).toBe(formatSteps(units, "0.0000001"));
        expect(Number(plainNumber(formatAmountExact(units, usd)))).toBe(Number(formatSteps(units, "0.0000001")));
      }),
    );
  });

  it("is cut towards zero where fewer decimals are shown, on both sides of zero", () => {
    expect([19_999_999, -19_999_999, 5, -5].map((n) => shown(formatAmount(n, usd, 2)))).toEqual(["1.99", "-1.99", "0.00", "0.00"]);
  });

  it("without zeros at the end keeps at least cents", () => {
    expect([25_000_000_000_000, 18_847_100, 10_000_000].map((n) => shown(formatAmountExact(n, usd)))).toEqual([
      "2_500_000.00",
      "1.88471",
      "1.00",
    ]);
    expect(formatAmountExact(1, btc)).toBe("0.00000001");
  });
});

describe("change, rates and times", () => {
  it("carry their sign and unit", () => {
    expect(
      [formatChange(100, 101), formatChange(100, 99), formatChange(100, 100), formatChange(null, 5), formatChange(0, 5)].map(shown),
    ).toEqual(["+1.00%", "-1.00%", "0.00%", "", ""]);
    expect([formatPpm(2_900), formatPpm(0), formatPpm(1_000_000)]).toEqual(["0.29%", "0%", "100%"]);
  });

  it("are told in the zone asked for", () => {
    const us = Date.UTC(2026, 0, 1, 23, 59, 58, 7) * 1_000 + 12;
    expect([formatTime(us, "utc"), formatTime(us, "hongKong", 3), formatTime(us, "utc", 6)]).toEqual([
      "23:59:58",
      "07:59:58.007",
      "23:59:58.007012",
    ]);
  });
});
