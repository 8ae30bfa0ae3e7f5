import { describe, expect, test } from "vitest";
import { creditAfter, feeFor } from "../../engine/core/ledger/fees.ts";

describe("rounding of fees", () => {
  test("LG-4 a fee beyond exact products that comes out even leaves no credit, and takes none", () => {
    // 10^13 × 1,000 ppm is 10^10 exactly, though the product of the two is above 2^53.
    expect([feeFor(10 ** 13, 1_000, 0), creditAfter(10 ** 13, 1_000, 0)]).toEqual([10 ** 10, 0]);
    expect([feeFor(10 ** 13, 1_000, 999_999), creditAfter(10 ** 13, 1_000, 999_999)]).toEqual([10 ** 10, 999_999]);
  });

  test("LG-4 a fee beyond exact products that does not is rounded up, and its credit pays for the next", () => {
    // (10^13 + 7) × 1,501 ppm = 15,010,000,000.010507
    expect([feeFor(10 ** 13 + 7, 1_501, 0), creditAfter(10 ** 13 + 7, 1_501, 0)]).toEqual([15_010_000_001, 989_493]);
    expect([feeFor(10 ** 13 + 7, 1_501, 10_507), creditAfter(10 ** 13 + 7, 1_501, 10_507)]).toEqual([15_010_000_000, 0]);
    expect([feeFor(10 ** 13 + 7, 1_501, 10_506), creditAfter(10 ** 13 + 7, 1_501, 10_506)]).toEqual([15_010_000_001, 999_999]);
  });
});
