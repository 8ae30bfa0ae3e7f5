import { describe, expect, test } from "vitest";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { feeTerms } from "../../engine/core/eligibility/ruleQueries.ts";
import type { AccountId, InstrumentId } from "../../shared/ids.ts";
import { refusalOf } from "../../shared/rejects.ts";
import {
  ALICE,
  BOB,
  CAROL,
  COIN,
  type Driver,
  FEES,
  METAL,
  START_US,
  USD,
  coinUsd,
  deposit,
  only,
  order,
  type PlainCommand,
} from "./drive.ts";
import { AWAY, AWAY_SPOT, DAY_US, HOME, HOME_SPOT, HOME_TOKENS, schedule, tier } from "./venues.ts";
import { denied, feesOf, have, market, trade } from "./feeVenue.ts";

describe("which schedule", () => {
  const value = { limitTicks: 100, lots: 100 };

  test("LG-10 an instrument's own rates apply until its venue's first schedule begins, and where there is none", () => {
    const driver = market(schedule({ fromUs: START_US + DAY_US }));
    // 0.15 % and 0.25 % of 10,000, then 0.1 % and 0.2 %.
    expect(feesOf(trade(driver, value))).toEqual([15, 25]);
    driver.atUs = START_US + DAY_US - 3;
    expect(feesOf(trade(driver, value))).toEqual([15, 25]);
    expect(feesOf(trade(driver, value))).toEqual([10, 20]);
    expect(feesOf(trade(driver, { ...value, instrumentId: AWAY_SPOT }))).toEqual([15, 25]);
  });

  test("LG-10 the schedule that began last applies; of two that began together the later defined", () => {
    const driver = market(
      schedule({ fromUs: 500, tiers: [tier(0, 3_000, 3_000)] }),
      schedule({ scheduleId: 2, fromUs: 500, tiers: [tier(0, 4_000, 4_000)] }),
      schedule({ scheduleId: 3, fromUs: 400, tiers: [tier(0, 5_000, 5_000)] }),
    );
    expect(feesOf(trade(driver, value))).toEqual([40, 40]);
    driver.send(schedule({ scheduleId: 4, fromUs: 501, tiers: [tier(0, 6_000, 6_000)] }));
    expect(feesOf(trade(driver, value))).toEqual([60, 60]);
    driver.send(schedule({ scheduleId: 5, venueId: AWAY, fromUs: 502, tiers: [tier(0, 7_000, 7_000)] }));
    expect(feesOf(trade(driver, value))).toEqual([60, 60]);
    expect(feesOf(trade(driver, { ...value, instrumentId: AWAY_SPOT }))).toEqual([70, 70]);
  });

  test("LG-10 a schedule's tiers begin at nothing and rise", () => {
    const driver = market();
    const wrong = refusalOf("CATALOG_FEE_TIERS");
    expect(denied(driver, schedule({ tiers: [tier(1, 0, 0)] }))).toEqual(wrong);
    expect(denied(driver, schedule({ tiers: [tier(0, 0, 0), tier(5, 0, 0), tier(5, 0, 0)] }))).toEqual(wrong);
    expect(denied(driver, schedule({ scheduleId: 2 }))).toEqual(refusalOf("CATALOG_ID_GAP", { limit: 1, actual: 2 }));
    expect(denied(driver, schedule({ venueId: 9 }))).toEqual(refusalOf("CATALOG_UNKNOWN_VENUE"));
    expect(driver.send(schedule({ tiers: [tier(0, 0, 0), tier(5, 0, 0)] }))[0]?.type).toBe("FeeScheduleDefined");
  });

  test("LG-10 LG-12 the rates are those of the instrument's pair type", () => {
    const rates = (ppm: number): { makerPpm: number; takerPpm: number } => ({ makerPpm: ppm, takerPpm: ppm });
    const driver = market(
      {
        type: "ListInstrument",
        instrument: { ...coinUsd, instrumentId: 5, symbol: "SHARE", venueId: HOME, pairType: "securityToken", minNotional: 10 },
      },
      schedule({ tiers: [{ minVolumeUsd: 0, tokenFiat: rates(1_000), tokenToken: rates(2_000), securityToken: rates(3_000) }] }),
    );
    const took = [HOME_SPOT, HOME_TOKENS, 5].map((instrumentId) => feesOf(trade(driver, { ...value, side: "sell", instrumentId }))[1]);
    expect(took).toEqual([10, 20, 30]);
  });

  test("LG-11 an order keeps the rates it was accepted with, and its hold covers them", () => {
    const driver = market(schedule({}));
    driver.send(order({ accountId: BOB, limitTicks: 100, lots: 100 }));
    const held = have(driver, BOB, USD).held;
    driver.send(schedule({ scheduleId: 2, tiers: [tier(0, 90_000, 95_000)] }));
    const events = driver.send(order({ accountId: ALICE, side: "sell", limitTicks: 100, lots: 60 }));
    // Bob's rate is still 0.1 % of 6,000, Alice's is the new 9.5 %.
    expect(feesOf(events)).toEqual([6, 570]);
    expect(have(driver, BOB, USD).held).toBe(held - 6_000 - 12);
    checkInvariants(driver.engine);
  });
});

describe("fee assets", () => {
  test("LG-12 a token against fiat money: the quote asset on both sides, on top for the buyer, off the proceeds for the seller", () => {
    const driver = market(schedule({}));
    trade(driver, { limitTicks: 100, lots: 100 });
    expect(have(driver, ALICE, USD).total).toBe(10 ** 13 + 10 ** 7 - 10_020);
    expect(have(driver, ALICE, COIN).total).toBe(10 ** 9 + 10_100);
    expect(have(driver, BOB, USD).total).toBe(10 ** 13 + 10 ** 7 + 9_990);
    expect(have(driver, FEES, USD).total).toBe(30);
    expect(feeTerms(driver.engine, ALICE as AccountId, HOME_SPOT as InstrumentId)).toMatchObject({
      buyFeeAssetId: USD,
      sellFeeAssetId: USD,
    });
  });

  test("LG-12 LG-3 two tokens: what is received, off the receipts; a buy holds its value alone", () => {
    const driver = market(schedule({ tiers: [tier(0, 10_000, 20_000)] }));
    const resting = only(driver.send(order({ accountId: BOB, instrumentId: HOME_TOKENS, limitTicks: 100, lots: 1_000 })), "OrderAccepted");
    expect(resting.held).toBe(100_000);
    // Alice sells 600 at 100: 60,000 less 2 %; Bob buys 600 less 1 %.
    driver.send(order({ accountId: ALICE, instrumentId: HOME_TOKENS, side: "sell", limitTicks: 100, lots: 600 }));
    expect(have(driver, ALICE, METAL).total).toBe(10 ** 13 + 10 ** 7 + 60_000 - 1_200);
    expect(have(driver, BOB, COIN).total).toBe(10 ** 9 + 10_000 + 600 - 6);
    expect(have(driver, BOB, METAL)).toMatchObject({ total: 10 ** 13 + 10 ** 7 - 60_000, held: 40_000 });
    // A market buy takes the other way: its fee is in COIN too.
    driver.send(order({ accountId: CAROL, instrumentId: HOME_TOKENS, side: "sell", limitTicks: 100, lots: 100 }));
    driver.send(order({ accountId: BOB, instrumentId: HOME_TOKENS, side: "sell", limitTicks: 101, lots: 50 }));
    const bought = driver.send(
      order({ accountId: ALICE, instrumentId: HOME_TOKENS, orderType: "market", timeInForce: "ioc", limitTicks: null, lots: 50 }),
    );
    expect(only(bought, "OrderAccepted").held).toBe(5_050);
    expect(only(bought, "OrderFilled").takerFee).toBe(1);
    expect(have(driver, FEES, COIN).total).toBe(6 + 1 + 1);
    expect(have(driver, FEES, METAL).total).toBe(1_200 + 200 + 51);
    expect(feeTerms(driver.engine, ALICE as AccountId, HOME_TOKENS as InstrumentId)).toMatchObject({
      buyFeeAssetId: COIN,
      sellFeeAssetId: METAL,
    });
    checkInvariants(driver.engine);
  });

  test("LG-13 LG-4 a fee off receipts rounds up once per order, whatever pieces it fills in: the fee account gains", () => {
    const whole = market(schedule({ tiers: [tier(0, 1_500, 1_500)] }));
    driver(whole, [30]);
    const pieces = market(schedule({ tiers: [tier(0, 1_500, 1_500)] }));
    driver(pieces, [2, 3, 2, 7, 2, 2, 2, 4, 6]);
    // 0.15 % of 30 lots is 0.045, rounded up to 1.
    expect([whole, pieces].map((one) => have(one, BOB, COIN).total)).toEqual([10 ** 9 + 10_029, 10 ** 9 + 10_029]);
    function driver(one: Driver, sizes: readonly number[]): void {
      one.send(order({ accountId: BOB, instrumentId: HOME_TOKENS, limitTicks: 100, lots: 30 }));
      for (const lots of sizes) one.send(order({ accountId: ALICE, instrumentId: HOME_TOKENS, side: "sell", limitTicks: 100, lots }));
      checkInvariants(one.engine);
    }
  });
});

describe("rebates", () => {
  const rebate = schedule({
    tiers: [
      {
        minVolumeUsd: 0,
        tokenFiat: { makerPpm: -500, takerPpm: 600 },
        tokenToken: { makerPpm: 0, takerPpm: 0 },
        securityToken: { makerPpm: 0, takerPpm: 0 },
      },
    ],
  });

  test("LG-14 a maker's rebate comes out of the taker's fee, for a buyer and for a seller", () => {
    const driver = market(rebate);
    expect(feesOf(trade(driver, { limitTicks: 100, lots: 100 }))).toEqual([-5, 6]);
    expect(have(driver, BOB, USD).total).toBe(10 ** 13 + 10 ** 7 + 10_005);
    expect(feesOf(trade(driver, { limitTicks: 100, lots: 100, side: "sell" }))).toEqual([-5, 6]);
    expect(have(driver, BOB, USD).total).toBe(10 ** 13 + 10 ** 7 + 10);
    expect(have(driver, FEES, USD).total).toBe(2);
  });

  test("LG-14 LG-3 a rebate is free at once: what is left holds its value and the taker's fee on it", () => {
    const driver = market(rebate);
    driver.send(order({ accountId: BOB, limitTicks: 100, lots: 1_000 }));
    expect(have(driver, BOB, USD).held).toBe(100_000 + 60);
    driver.send(order({ accountId: ALICE, side: "sell", limitTicks: 100, lots: 980 }));
    // 98,000 paid less 49 of rebate; 2,000 and 1.2 of fees are still at stake.
    expect(have(driver, BOB, USD)).toMatchObject({ total: 10 ** 13 + 10 ** 7 - 98_000 + 49, held: 2_002 });
    checkInvariants(driver.engine);
  });

  test("LG-14 LG-13 a rebate rounds down with each fill, so the fee account never pays in", () => {
    const driver = market(
      schedule({
        tiers: [
          {
            minVolumeUsd: 0,
            tokenFiat: { makerPpm: -500, takerPpm: 500 },
            tokenToken: { makerPpm: 0, takerPpm: 0 },
            securityToken: { makerPpm: 0, takerPpm: 0 },
          },
        ],
      }),
    );
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 101, lots: 1_000 }));
    let least = 0;
    for (let n = 0; n < 40; n += 1) {
      const before = have(driver, FEES, USD).total;
      driver.send(order({ accountId: ALICE, limitTicks: 101, lots: 11 + (n % 3) }));
      least = Math.min(least, have(driver, FEES, USD).total - before);
      checkInvariants(driver.engine);
    }
    expect(least).toBe(0);
  });

  test("LG-14 LG-6 room is kept for the rebate that a resting sell may bring", () => {
    const driver = market(rebate, deposit(CAROL, COIN, 10));
    driver.send(order({ accountId: CAROL, side: "sell", limitTicks: 10_000, lots: 1_000 }));
    const { total } = have(driver, CAROL, USD);
    // 10,000,000 of value and 5,000 of rebate.
    const room = Number.MAX_SAFE_INTEGER - total - 10_005_000;
    expect(denied(driver, deposit(CAROL, USD, room + 1))).toMatchObject({ code: "LEDGER_OVERFLOW", headroom: room });
    expect(driver.send(deposit(CAROL, USD, room))[0]?.type).toBe("FundsDeposited");
  });

  test("LG-14 a rebate above any taker's rate that may meet it is refused at load", () => {
    const none = { makerPpm: 0, takerPpm: 0 };
    const fiat = (scheduleId: number, ...rates: [number, number][]): PlainCommand =>
      schedule({
        scheduleId,
        tiers: rates.map(([makerPpm, takerPpm], n) => ({
          minVolumeUsd: n,
          tokenFiat: { makerPpm, takerPpm },
          tokenToken: none,
          securityToken: none,
        })),
      });
    const driver = market();
    expect(denied(driver, fiat(1, [-600, 900], [0, 599]))).toEqual(refusalOf("CATALOG_REBATE_NOT_FUNDED", { limit: 599, actual: 600 }));
    expect(driver.send(fiat(1, [-600, 900], [0, 600]))[0]?.type).toBe("FeeScheduleDefined");
    // Orders accepted under the first may meet takers of the second, and the other way round.
    expect(denied(driver, fiat(2, [0, 599]))).toEqual(refusalOf("CATALOG_REBATE_NOT_FUNDED", { limit: 599, actual: 600 }));
    expect(denied(driver, fiat(2, [-601, 1_000]))).toEqual(refusalOf("CATALOG_REBATE_NOT_FUNDED", { limit: 600, actual: 601 }));
    // An order under the instrument's own rates may meet it as well: 0.25 %.
    expect(denied(market(), fiat(1, [-2_501, 9_000]))).toEqual(refusalOf("CATALOG_REBATE_NOT_FUNDED", { limit: 2_500, actual: 2_501 }));
    const instrument = { ...coinUsd, instrumentId: 5, symbol: "NEW", venueId: HOME, takerFeePpm: 599 };
    expect(denied(driver, { type: "ListInstrument", instrument })).toEqual(
      refusalOf("CATALOG_REBATE_NOT_FUNDED", { limit: 599, actual: 600 }),
    );
    // Another venue's takers never meet it.
    const cheap = { ...coinUsd, instrumentId: 5, symbol: "CHEAP", venueId: AWAY, takerFeePpm: 10 };
    expect(market({ type: "ListInstrument", instrument: cheap }).send(fiat(1, [-600, 900]))[0]?.type).toBe("FeeScheduleDefined");
    expect(driver.send({ type: "ListInstrument", instrument: cheap })[0]?.type).toBe("InstrumentListed");
    // Two tokens are paid in different assets: no rebate can be funded.
    const tokens = schedule({
      scheduleId: 2,
      tiers: [
        { minVolumeUsd: 0, tokenFiat: { makerPpm: 0, takerPpm: 900 }, tokenToken: { makerPpm: -1, takerPpm: 900 }, securityToken: none },
      ],
    });
    expect(denied(driver, tokens)).toEqual(refusalOf("CATALOG_REBATE_NOT_FUNDED", { limit: 0, actual: 1 }));
  });
});
