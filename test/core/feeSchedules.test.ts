import { describe, expect, test } from "vitest";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { balance } from "../../engine/core/queries.ts";
import { feeTerms } from "../../engine/core/eligibility/ruleQueries.ts";
import type { Event } from "../../shared/events.ts";
import type { AccountId, AssetId, InstrumentId } from "../../shared/ids.ts";
import { refusalOf } from "../../shared/rejects.ts";
import {
  ALICE,
  BOB,
  CAROL,
  COIN,
  Driver,
  FEES,
  METAL,
  START_US,
  USD,
  coinUsd,
  deposit,
  only,
  order,
  type PlainCommand,
  type PlainOrder,
} from "./drive.ts";
import {
  AWAY,
  AWAY_LICENCE,
  AWAY_SPOT,
  DAY_US,
  HOME,
  HOME_SPOT,
  HOME_TOKENS,
  opening,
  rule,
  schedule,
  tier,
  venuesWith,
} from "./venues.ts";

const everybody = [rule({}), rule({ ruleId: 2, venueId: AWAY, licenceId: AWAY_LICENCE })];
const rich = [ALICE, BOB, CAROL].flatMap((accountId) => [
  deposit(accountId, USD, 10 ** 13),
  deposit(accountId, METAL, 10 ** 13),
  deposit(accountId, COIN, 10 ** 9),
]);

/** Rich traders who may trade everything, under these fee schedules. */
function market(...rows: PlainCommand[]): Driver {
  return venuesWith([...everybody, ...rich, ...rows]);
}

function have(driver: Driver, accountId: number, assetId: number): { total: number; held: number; available: number } {
  return { ...balance(driver.engine, accountId as AccountId, assetId as AssetId) };
}

/** Bob rests, Alice takes: the events of the taking order. */
function trade(driver: Driver, changes: PlainOrder & { limitTicks: number; lots: number }): Event[] {
  const side = changes.side ?? "buy";
  driver.send(order({ ...changes, accountId: BOB, side: side === "buy" ? "sell" : "buy" }));
  const events = driver.send(order({ ...changes, accountId: ALICE, side }));
  checkInvariants(driver.engine);
  return events;
}

function feesOf(events: readonly Event[]): readonly [maker: number, taker: number] {
  const { makerFee, takerFee } = only(events, "OrderFilled");
  return [makerFee, takerFee];
}

const denied = (driver: Driver, command: PlainCommand): unknown => only(driver.send(command), "CommandDenied").refusal;

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

describe("the minimum fee", () => {
  /** 0.1 % and 0.2 %, but at least 1.99 dollars. */
  const least = schedule({ minimumFeeUsdMillionths: 1_990_000 });
  const TEN_DOLLARS = { limitTicks: 100_000, lots: 100 };

  test("LG-15 an order that fills whole pays at least the minimum, buyer and seller, in one fill", () => {
    const driver = market(least);
    expect(feesOf(trade(driver, TEN_DOLLARS))).toEqual([1_990_000, 1_990_000]);
    expect(have(driver, FEES, USD).total).toBe(3_980_000);
    // 995 dollars at 0.2 % are exactly the minimum for the taker; the maker still pays it in full.
    const dearer = market(least);
    expect(feesOf(trade(dearer, { limitTicks: 995_000, lots: 1_000 }))).toEqual([1_990_000, 1_990_000]);
    expect(feesOf(trade(dearer, { limitTicks: 1_000_010, lots: 1_000 }))).toEqual([1_990_000, 2_000_020]);
  });

  test("LG-15 LG-3 a buy holds the minimum from the start, less what it has paid of it", () => {
    const driver = market(least);
    const accepted = only(driver.send(order({ accountId: BOB, ...TEN_DOLLARS })), "OrderAccepted");
    expect(accepted.held).toBe(10_000_000 + 1_990_000);
    driver.send(order({ accountId: ALICE, side: "sell", limitTicks: 100_000, lots: 40 }));
    // 0.1 % of 4 dollars paid; 6 dollars and the rest of the minimum held.
    expect(have(driver, BOB, USD).held).toBe(6_000_000 + 1_990_000 - 4_000);
    expect(have(driver, BOB, COIN).held).toBe(0);
    const last = driver.send(order({ accountId: ALICE, side: "sell", limitTicks: 100_000, lots: 60 }));
    expect(only(last, "OrderFilled").makerFee).toBe(1_986_000);
    expect(have(driver, BOB, USD)).toEqual({ total: 10 ** 13 + 10 ** 7 - 11_990_000, held: 0, available: 10 ** 13 + 10 ** 7 - 11_990_000 });
    checkInvariants(driver.engine);
  });

  test("LG-15 a market buy holds it only if the book can fill it whole", () => {
    const driver = market(least);
    const buy = { accountId: ALICE, orderType: "market", timeInForce: "ioc", limitTicks: null, lots: 100 } as const;
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100_000, lots: 60 }));
    const partly = driver.send(order(buy));
    expect(only(partly, "OrderAccepted").held).toBe(6_000_000 + 12_000);
    expect(only(partly, "OrderFilled").takerFee).toBe(12_000);
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100_000, lots: 100 }));
    const whole = driver.send(order(buy));
    expect(only(whole, "OrderAccepted").held).toBe(10_000_000 + 1_990_000);
    expect(only(whole, "OrderFilled").takerFee).toBe(1_990_000);
    checkInvariants(driver.engine);
  });

  test("LG-15 a seller's minimum is kept back from the proceeds as they come, and freed when the order is cancelled", () => {
    const driver = market(least);
    const { available } = have(driver, BOB, USD);
    const { orderId } = only(driver.send(order({ accountId: BOB, side: "sell", ...TEN_DOLLARS })), "OrderAccepted");
    driver.send(order({ accountId: ALICE, limitTicks: 100_000, lots: 10 }));
    // A dollar less 0.1 %: all of it is kept.
    expect(have(driver, BOB, USD)).toMatchObject({ held: 999_000, available });
    driver.send(order({ accountId: ALICE, limitTicks: 100_000, lots: 20 }));
    // Three dollars so far: 3,000 paid, 1,987,000 still missing.
    expect(have(driver, BOB, USD)).toMatchObject({ held: 1_987_000, available: available + 2_997_000 - 1_987_000 });
    checkInvariants(driver.engine);
    driver.send({ type: "CancelOrder", accountId: BOB, orderId });
    expect(have(driver, BOB, USD)).toMatchObject({ held: 0, available: available + 2_997_000 });
    checkInvariants(driver.engine);
  });

  test("LG-15 the last fill takes what was kept, even if it brings little itself", () => {
    const driver = market(least);
    const before = have(driver, BOB, USD).total;
    driver.send(order({ accountId: BOB, side: "sell", ...TEN_DOLLARS }));
    driver.send(order({ accountId: ALICE, limitTicks: 100_000, lots: 98 }));
    const last = driver.send(order({ accountId: ALICE, limitTicks: 100_000, lots: 2 }));
    // 9,800 of fees were paid; the last fill is worth 0.20 dollars only.
    expect(only(last, "OrderFilled").makerFee).toBe(1_990_000 - 9_800);
    expect(have(driver, BOB, USD)).toEqual({ total: before + 8_010_000, held: 0, available: before + 8_010_000 });
    checkInvariants(driver.engine);
  });

  test("LG-15 an order that brings less than the minimum is charged what it brings, and no more", () => {
    const driver = market(least);
    const before = have(driver, BOB, USD).total;
    expect(feesOf(trade(driver, { limitTicks: 1_000, lots: 100 }))).toEqual([100_000, 1_990_000]);
    expect(have(driver, BOB, USD)).toMatchObject({ total: before, held: 0 });
  });

  test("LG-15 LG-13 the minimum converts into the quote asset at its fixed worth, rounded up", () => {
    const driver = market(schedule({ minimumFeeUsdMillionths: 1_990_001 }));
    // A METAL is worth two dollars: 0.9950005 of it, rounded up at the sixth decimal.
    const events = trade(driver, { instrumentId: HOME_TOKENS, side: "sell", ...TEN_DOLLARS });
    expect(only(events, "OrderFilled").takerFee).toBe(995_001);
    expect(feeTerms(driver.engine, ALICE as AccountId, HOME_TOKENS as InstrumentId).minimumFee).toBe(995_001);
  });

  test("LG-15 LG-12 a buyer of two tokens pays it in what he receives, at the price of the last fill, rounded up", () => {
    const driver = market(least);
    const before = have(driver, BOB, COIN).total;
    driver.send(order({ accountId: BOB, instrumentId: HOME_TOKENS, limitTicks: 100_000, lots: 100 }));
    driver.send(order({ accountId: ALICE, instrumentId: HOME_TOKENS, side: "sell", limitTicks: 100_000, lots: 5 }));
    // 0.995 METAL are 9.95 lots at 100,000: 10 units, of which 1 is paid and 4 have come in.
    expect(have(driver, BOB, COIN)).toMatchObject({ total: before + 4, held: 4 });
    driver.send(order({ accountId: ALICE, instrumentId: HOME_TOKENS, side: "sell", limitTicks: 100_000, lots: 50 }));
    expect(have(driver, BOB, COIN)).toMatchObject({ total: before + 54, held: 9 });
    const last = driver.send(order({ accountId: ALICE, instrumentId: HOME_TOKENS, side: "sell", limitTicks: 100_000, lots: 45 }));
    expect(only(last, "OrderFilled").makerFee).toBe(9);
    expect(have(driver, BOB, COIN)).toMatchObject({ total: before + 90, held: 0 });
    checkInvariants(driver.engine);
  });

  test("LG-15 LG-13 with more than one unit to a tick and lot the price of the last fill still tells the minimum", () => {
    const driver = market(
      { type: "DefineAsset", asset: { assetId: 4, code: "TOKEN", decimals: 8, usdMillionths: 1_000_000 } },
      {
        type: "ListInstrument",
        instrument: {
          ...coinUsd,
          instrumentId: 5,
          symbol: "COINTOKEN",
          quoteAssetId: 4,
          quoteUnitsPerTickLot: 100,
          venueId: HOME,
          pairType: "tokenToken",
          minNotional: 1,
        },
      },
      deposit(ALICE, 4, 10 ** 12),
      least,
    );
    driver.send(order({ accountId: BOB, instrumentId: 5, side: "sell", limitTicks: 100_000, lots: 200 }));
    // 1.99 dollars are 199,000,000 units; at 10,000,000 a lot that is 19.9 lots' worth, rounded up.
    expect(feesOf(driver.send(order({ accountId: ALICE, instrumentId: 5, limitTicks: 100_000, lots: 200 })))[1]).toBe(20);
  });

  test("LG-15 LG-6 a minimum fee that comes to more than any balance refuses its orders, and leaves all others alone", () => {
    const dust = { assetId: 4, code: "DUST", decimals: 12, usdMillionths: 1 };
    const cent = { assetId: 5, code: "CENT", decimals: 6, usdMillionths: 1_000_000 };
    const coinDust = { ...coinUsd, instrumentId: 5, symbol: "COINDUST", quoteAssetId: 4, quoteUnitsPerTickLot: 10 ** 6, venueId: HOME };
    const fineCent = {
      ...coinDust,
      instrumentId: 6,
      symbol: "FINECENT",
      baseAssetId: 6,
      quoteAssetId: 5,
      pairType: "tokenToken",
      tickSize: "0.000001",
      lotSize: "1",
      baseUnitsPerLot: 10 ** 12,
      quoteUnitsPerTickLot: 1,
      minNotional: 1,
    } as const;
    const driver = market(
      { type: "DefineAsset", asset: dust },
      { type: "DefineAsset", asset: cent },
      { type: "ListInstrument", instrument: coinDust },
      { type: "DefineAsset", asset: { assetId: 6, code: "FINE", decimals: 12 } },
      { type: "ListInstrument", instrument: fineCent },
      deposit(ALICE, 4, 10 ** 12),
      deposit(ALICE, 6, 10 ** 13),
      least,
    );
    const refusalIn = (changes: PlainOrder): string => only(driver.send(order(changes)), "OrderDenied").refusal.code;
    // 1.99 dollars of dust are two million million million units.
    expect(refusalIn({ instrumentId: 5, limitTicks: 100, lots: 10 })).toBe("LEDGER_OVERFLOW");
    // 1.99 dollars at a millionth of a dollar a lot are two million lots of a million million units each.
    expect(refusalIn({ instrumentId: 6, side: "sell", limitTicks: 1, lots: 2 })).toBe("LEDGER_OVERFLOW");
    only(driver.send(order({ instrumentId: HOME_SPOT, limitTicks: 100_000, lots: 10 })), "OrderRested");
    checkInvariants(driver.engine);
  });

  test("LG-6 LG-12 LG-15 the fee account needs room for fees and minimum fees in both assets", () => {
    const resting = { accountId: BOB, instrumentId: HOME_TOKENS, limitTicks: 100_000, lots: 10 };
    const selling = { accountId: ALICE, instrumentId: HOME_TOKENS, side: "sell", limitTicks: 100_000, lots: 10 } as const;
    // Ten lots of COIN: a fifth is 2, a unit for each lot and one are 11, and eleven minimum fees of 10 units are 110.
    const room = 2 + 11 + 110;
    for (const [free, outcome] of [
      [room, "OrderAccepted"],
      [room - 1, "OrderDenied"],
    ] as const) {
      const driver = market(least);
      driver.send(order(resting));
      driver.send(deposit(FEES, COIN, Number.MAX_SAFE_INTEGER - free));
      expect(driver.send(order(selling))[0]?.type).toBe(outcome);
    }
    // A buyer pays no more than the ten units that he receives.
    for (const [free, outcome] of [
      [2 + 11, "OrderAccepted"],
      [2 + 11 - 1, "OrderDenied"],
    ] as const) {
      const driver = market(least);
      driver.send(order({ ...selling, accountId: CAROL }));
      driver.send(deposit(FEES, COIN, Number.MAX_SAFE_INTEGER - free));
      expect(driver.send(order({ ...resting, accountId: ALICE }))[0]?.type).toBe(outcome);
    }
  });

  test("LG-6 room for what the fee account itself would receive counts as well", () => {
    for (const [free, outcome] of [
      [10 + 2 + 11, "OrderAccepted"],
      [10 + 2 + 11 - 1, "OrderDenied"],
    ] as const) {
      const driver = market(schedule({}), deposit(FEES, METAL, 10 ** 9));
      driver.send(order({ accountId: BOB, instrumentId: HOME_TOKENS, side: "sell", limitTicks: 100_000, lots: 10 }));
      driver.send(deposit(FEES, COIN, Number.MAX_SAFE_INTEGER - free));
      expect(driver.send(order({ accountId: FEES, instrumentId: HOME_TOKENS, limitTicks: 100_000, lots: 10 }))[0]?.type).toBe(outcome);
    }
  });

  test("LG-15 LG-14 after rebates: what was paid back is missing to the minimum", () => {
    const none = { makerPpm: 0, takerPpm: 0 };
    const driver = market(
      schedule({
        minimumFeeUsdMillionths: 1_990_000,
        tiers: [{ minVolumeUsd: 0, tokenFiat: { makerPpm: -1_000, takerPpm: 1_000 }, tokenToken: none, securityToken: none }],
      }),
    );
    driver.send(order({ accountId: BOB, ...TEN_DOLLARS }));
    const first = driver.send(order({ accountId: ALICE, side: "sell", limitTicks: 100_000, lots: 50 }));
    expect(only(first, "OrderFilled").makerFee).toBe(-5_000);
    const last = driver.send(order({ accountId: ALICE, side: "sell", limitTicks: 100_000, lots: 50 }));
    expect(only(last, "OrderFilled").makerFee).toBe(1_995_000);
    checkInvariants(driver.engine);
  });

  test("LG-15 an asset whose worth moves has no minimum", () => {
    const driver = market(
      {
        type: "ListInstrument",
        instrument: {
          ...coinUsd,
          instrumentId: 5,
          symbol: "USDCOIN",
          baseAssetId: USD,
          quoteAssetId: COIN,
          lotSize: "0.01",
          tickSize: "0.01",
          baseUnitsPerLot: 10_000,
          quoteUnitsPerTickLot: 1,
          venueId: HOME,
          minNotional: 1,
        },
      },
      least,
    );
    expect(feesOf(trade(driver, { instrumentId: 5, limitTicks: 100, lots: 10 }))).toEqual([1, 2]);
    expect(feeTerms(driver.engine, ALICE as AccountId, 5 as InstrumentId)).toMatchObject({ minimumFee: 0, volumeUsdMillionths: 0 });
  });
});

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
