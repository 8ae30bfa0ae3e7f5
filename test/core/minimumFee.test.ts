import { describe, expect, test } from "vitest";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { feeTerms } from "../../engine/core/eligibility/ruleQueries.ts";
import type { AccountId, InstrumentId } from "../../shared/ids.ts";
import { ALICE, BOB, CAROL, COIN, FEES, METAL, USD, coinUsd, deposit, only, order, type PlainOrder } from "./drive.ts";
import { HOME, HOME_SPOT, HOME_TOKENS, schedule } from "./venues.ts";
import { feesOf, have, market, trade } from "./feeVenue.ts";

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
