import { describe, expect, test } from "vitest";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { feeTerms } from "../../engine/core/eligibility/ruleQueries.ts";
import type { Event } from "../../shared/events.ts";
import type { AccountId, InstrumentId } from "../../shared/ids.ts";
import { refusalOf } from "../../shared/rejects.ts";
import { ALICE, BOB, CAROL, Driver, START_US, USD, coinUsd, deposit, order } from "./drive.ts";
import { AWAY, AWAY_SPOT, DAY_US, HOME, HOME_SPOT, HOME_TOKENS, opening, schedule, tier } from "./venues.ts";
import { denied, feesOf, market, trade } from "./feeVenue.ts";

describe("volume and tiers", () => {
  /** Midnight in Hong Kong, some days after the start. */
  const midnight = (day: number): number => (Math.floor(START_US / DAY_US) + day) * DAY_US + 16 * 3_600_000_000;
  const HOUR_US = 3_600_000_000;
  const tiers = [tier(0, 3_000, 3_000), tier(50, 2_000, 2_500), tier(100, 1_000, 1_500)];
  const FIFTY_DOLLARS = { limitTicks: 100_000, lots: 500 };
  const termsOf = (
    driver: Driver,
    accountId: number,
    instrumentId = HOME_SPOT,
  ): { tier: number; makerPpm: number; volumeUsdMillionths: number } => {
    const { tier: reached, makerPpm, volumeUsdMillionths } = feeTerms(driver.engine, accountId as AccountId, instrumentId as InstrumentId);
    return { tier: reached, makerPpm, volumeUsdMillionths };
  };
  const advanceAt = (driver: Driver, atUs: number): Event[] => {
    driver.atUs = atUs - 1;
    return driver.send({ type: "AdvanceTime" });
  };

  test("LG-16 LG-17 volume counts for both sides; the tier is computed at midnight and applies from 07:00, UTC+8", () => {
    const driver = market(schedule({ tiers }));
    driver.atUs = midnight(1) - 1_000;
    trade(driver, FIFTY_DOLLARS);
    trade(driver, { limitTicks: 100_000, lots: 499 });
    expect(termsOf(driver, ALICE).volumeUsdMillionths).toBe(0);
    expect(advanceAt(driver, midnight(1) - 1).map(({ type }) => type)).toEqual(["TimeAdvanced"]);
    const computed = { type: "FeeTierComputed", venueId: HOME, tier: 1, volumeUsdMillionths: 99_900_000 };
    const atMidnight = advanceAt(driver, midnight(1));
    expect(atMidnight).toEqual([
      { ...computed, accountId: ALICE },
      { ...computed, accountId: BOB },
      { type: "TimeAdvanced", consequences: 2 },
    ]);
    // The day that has just begun does not count yet.
    trade(driver, FIFTY_DOLLARS);
    expect(termsOf(driver, ALICE)).toEqual({ tier: 0, makerPpm: 3_000, volumeUsdMillionths: 99_900_000 });
    expect(advanceAt(driver, midnight(1) + 7 * HOUR_US - 1)).toHaveLength(1);
    const atSeven = advanceAt(driver, midnight(1) + 7 * HOUR_US);
    expect(atSeven).toEqual([
      { type: "FeeTierApplied", accountId: ALICE, venueId: HOME, tier: 1 },
      { type: "FeeTierApplied", accountId: BOB, venueId: HOME, tier: 1 },
      { type: "TimeAdvanced", consequences: 2 },
    ]);
    expect(termsOf(driver, ALICE)).toMatchObject({ tier: 1, makerPpm: 2_000 });
    expect(feesOf(trade(driver, FIFTY_DOLLARS))).toEqual([100_000, 125_000]);
  });

  test("LG-17 JR-3 tiers turn in the order of accounts, so that a restored engine turns them alike", () => {
    const driver = market(schedule({ tiers }));
    driver.atUs = midnight(1) - 1_000;
    trade(driver, FIFTY_DOLLARS);
    driver.send(order({ ...FIFTY_DOLLARS, accountId: CAROL, side: "sell" }));
    driver.send(order({ ...FIFTY_DOLLARS, accountId: BOB }));
    const restored = new Driver(restore(snapshot(driver.engine)));
    for (const hours of [0, 7]) {
      const turned = advanceAt(driver, midnight(1) + hours * HOUR_US);
      expect(turned.flatMap((event) => ("accountId" in event ? [event.accountId] : []))).toEqual([ALICE, BOB, CAROL]);
      expect(advanceAt(restored, midnight(1) + hours * HOUR_US)).toEqual(turned);
    }
    expect(snapshot(restored.engine)).toEqual(snapshot(driver.engine));
  });

  test("LG-17 LG-16 30 days count, then the volume falls out again", () => {
    const driver = market(schedule({ tiers }));
    driver.atUs = midnight(1) - 1_000;
    trade(driver, { limitTicks: 100_000, lots: 1_000 });
    advanceAt(driver, midnight(1) + 8 * HOUR_US);
    expect(termsOf(driver, ALICE).tier).toBe(2);
    advanceAt(driver, midnight(30) + 8 * HOUR_US);
    expect(termsOf(driver, ALICE)).toMatchObject({ tier: 2, volumeUsdMillionths: 100_000_000 });
    expect(advanceAt(driver, midnight(31)).filter(({ type }) => type === "FeeTierComputed")).toMatchObject([
      { tier: 0, volumeUsdMillionths: 0 },
      { tier: 0 },
    ]);
    expect(termsOf(driver, ALICE)).toMatchObject({ tier: 2 });
    advanceAt(driver, midnight(31) + 7 * HOUR_US);
    expect(termsOf(driver, ALICE)).toMatchObject({ tier: 0 });
  });

  test("LG-16 LG-17 a volume that has fallen out stays out, though nothing is traded for months", () => {
    const driver = market(schedule({ tiers }));
    driver.atUs = midnight(1) - 1_000;
    trade(driver, { limitTicks: 100_000, lots: 1_000 });
    const computed: number[] = [];
    for (let day = 2; day < 80; day += 1) {
      if (advanceAt(driver, midnight(day)).some(({ type }) => type === "FeeTierComputed")) computed.push(day);
      if (day > 31) expect([day, termsOf(driver, ALICE).volumeUsdMillionths]).toEqual([day, 0]);
    }
    expect(computed).toEqual([2, 31]);
  });

  test("LG-16 a day's volume does not come back a month later", () => {
    const driver = market(schedule({ tiers }));
    driver.atUs = midnight(1) - 1_000;
    trade(driver, { limitTicks: 100_000, lots: 1_000 });
    // Each of the next days finds the places of the days before it, and its own.
    for (const [day, volumeUsdMillionths] of [
      [31, 1_000_000],
      [32, 2_000_000],
      [33, 3_000_000],
      [64, 1_000_000],
    ] as const) {
      driver.atUs = midnight(day) + HOUR_US;
      trade(driver, { limitTicks: 100_000, lots: 10 });
      advanceAt(driver, midnight(day + 1) + HOUR_US);
      expect(termsOf(driver, ALICE).volumeUsdMillionths).toBe(volumeUsdMillionths);
    }
  });

  test("LG-17 after a pause the last two days are made up, in order", () => {
    const driver = market(schedule({ tiers }));
    driver.atUs = midnight(1) - 1_000;
    trade(driver, FIFTY_DOLLARS);
    advanceAt(driver, midnight(1) + HOUR_US);
    driver.atUs = midnight(2) - 1_000;
    trade(driver, FIFTY_DOLLARS);
    // Asleep from there to 03:00 of the day after next: yesterday's tier applies, today's is computed.
    const late = advanceAt(driver, midnight(3) + 3 * HOUR_US).filter(({ type }) => type.startsWith("FeeTier"));
    expect(late.map((event) => [event.type, "tier" in event && event.tier])).toEqual([
      ["FeeTierComputed", 2],
      ["FeeTierComputed", 2],
      ["FeeTierApplied", 2],
      ["FeeTierApplied", 2],
    ]);
    expect(termsOf(driver, BOB)).toMatchObject({ tier: 2 });
    // Nothing is made up twice.
    expect(advanceAt(driver, midnight(3) + 4 * HOUR_US)).toHaveLength(1);
    expect(advanceAt(driver, midnight(3) + 7 * HOUR_US)).toHaveLength(1);
  });

  test("LG-16 LG-17 sub-accounts share volume and tier with their master", () => {
    const driver = market(
      schedule({ tiers }),
      opening(5, "ALICE-1", { masterAccountId: ALICE }),
      opening(6, "ALICE-2", { masterAccountId: ALICE, clientClass: "omnibus" }),
      deposit(5, USD, 10 ** 12),
    );
    driver.atUs = midnight(1) - 1_000;
    driver.send(order({ accountId: BOB, side: "sell", ...FIFTY_DOLLARS }));
    driver.send(order({ accountId: 5, ...FIFTY_DOLLARS }));
    const computed = advanceAt(driver, midnight(1)).filter(({ type }) => type === "FeeTierComputed");
    expect(computed).toMatchObject([{ accountId: ALICE }, { accountId: BOB }]);
    advanceAt(driver, midnight(1) + 7 * HOUR_US);
    expect([ALICE, 5, 6, CAROL].map((accountId) => termsOf(driver, accountId).tier)).toEqual([1, 1, 1, 0]);
  });

  test("LG-16 a master exists, before its sub-accounts, and is none itself", () => {
    const driver = market(opening(5, "SUB", { masterAccountId: ALICE }));
    const wrong = refusalOf("CATALOG_SUB_ACCOUNT");
    expect(denied(driver, opening(6, "X", { masterAccountId: 5 }))).toEqual(wrong);
    expect(denied(driver, opening(6, "X", { masterAccountId: 6 }))).toEqual(wrong);
    expect(denied(driver, opening(6, "X", { masterAccountId: 99 }))).toEqual(wrong);
    expect(driver.send(opening(6, "X", { masterAccountId: ALICE }))[0]?.type).toBe("AccountOpened");
  });

  test("LG-16 LG-13 each venue counts for itself, at the quote asset's fixed worth, rounded down", () => {
    const driver = market(schedule({ tiers }), schedule({ scheduleId: 2, venueId: AWAY, tiers }));
    driver.atUs = midnight(1) - 1_000;
    trade(driver, { limitTicks: 101, lots: 3 });
    trade(driver, { instrumentId: HOME_TOKENS, limitTicks: 101, lots: 3 });
    trade(driver, { instrumentId: AWAY_SPOT, limitTicks: 101, lots: 5 });
    driver.send({ type: "DefineAsset", asset: { assetId: 4, code: "HKD", decimals: 7, usdMillionths: 128_205 } });
    driver.sendAll([
      {
        type: "ListInstrument",
        instrument: {
          ...coinUsd,
          instrumentId: 5,
          symbol: "COINHKD",
          quoteAssetId: 4,
          quoteUnitsPerTickLot: 10,
          venueId: AWAY,
          minNotional: 1,
        },
      },
      deposit(ALICE, 4, 10 ** 9),
      deposit(BOB, 4, 10 ** 9),
    ]);
    trade(driver, { instrumentId: 5, limitTicks: 100, lots: 7 });
    advanceAt(driver, midnight(1));
    // 303 in USD and 303 METAL at two dollars; 505 in USD and 7,000 HKD units, which are 89.74 millionths.
    expect(termsOf(driver, ALICE).volumeUsdMillionths).toBe(303 + 606);
    expect(termsOf(driver, ALICE, AWAY_SPOT).volumeUsdMillionths).toBe(505 + 89);
  });

  test("LG-17 JR-8 each AdvanceTime is answered, and consequences are counted", () => {
    const driver = market();
    expect(driver.send({ type: "AdvanceTime" })).toEqual([{ type: "TimeAdvanced", consequences: 0 }]);
  });
});
