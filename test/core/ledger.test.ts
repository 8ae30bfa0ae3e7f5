import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { creditAfter, feeFor } from "../../engine/core/ledger/fees.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { balance, openOrders, totals } from "../../engine/core/queries.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";
import { MAX_AMOUNT, PPM } from "../../shared/money.ts";
import { refusalOf } from "../../shared/rejects.ts";
import {
  ALICE,
  BOB,
  CAROL,
  COIN,
  Driver,
  FEES,
  METAL,
  METAL_USD,
  USD,
  coinUsd,
  deposit,
  fundedVenue,
  only,
  order,
  venue,
} from "./drive.ts";
import { SEED } from "./runBoth.ts";

function have(driver: Driver, accountId: number, assetId: number): { total: number; held: number; available: number } {
  return { ...balance(driver.engine, accountId as AccountId, assetId as AssetId) };
}

function bare(...deposits: [number, number, number][]): Driver {
  const driver = new Driver();
  driver.sendAll(venue);
  for (const [accountId, assetId, amount] of deposits) driver.send(deposit(accountId, assetId, amount));
  return driver;
}

const OVERFLOW = refusalOf("LEDGER_OVERFLOW");

describe("holds", () => {
  test("LG-2 LG-3 a limit buy holds value and fee at the higher rate, rounded up", () => {
    const driver = bare([ALICE, USD, 10_000]);
    const accepted = only(driver.send(order({ limitTicks: 101, lots: 13 })), "OrderAccepted");
    // 13 × 101 = 1313; 0.25 % of it is 3.2825.
    expect(accepted.held).toBe(1_317);
    expect(have(driver, ALICE, USD)).toEqual({ total: 10_000, held: 1_317, available: 8_683 });
  });

  test("LG-2 LG-3 a sell holds its base units", () => {
    const driver = bare([ALICE, METAL, 3 * 10 ** 12]);
    driver.send(order({ instrumentId: METAL_USD, side: "sell", limitTicks: 5, lots: 2 }));
    expect(have(driver, ALICE, METAL)).toEqual({ total: 3 * 10 ** 12, held: 2 * 10 ** 12, available: 10 ** 12 });
  });

  test("LG-2 the last unit is enough, one less is refused with both figures", () => {
    expect(only(bare([ALICE, USD, 1_317]).send(order({ limitTicks: 101, lots: 13 })), "OrderAccepted").held).toBe(1_317);
    const short = bare([ALICE, USD, 1_316]).send(order({ limitTicks: 101, lots: 13 }));
    expect(only(short, "OrderDenied").refusal).toMatchObject({
      code: "LEDGER_INSUFFICIENT_FUNDS",
      limit: 1_316,
      used: 0,
      actual: 1_317,
      headroom: 1_316,
    });
  });

  test("LG-2 XP-3 what open orders hold is not available, what a cancelled one held is again", () => {
    const driver = bare([ALICE, COIN, 10]);
    const first = only(driver.send(order({ side: "sell", lots: 8 })), "OrderAccepted");
    expect(only(driver.send(order({ side: "sell", lots: 3 })), "OrderDenied").refusal).toMatchObject({
      limit: 10,
      used: 8,
      actual: 3,
      headroom: 2,
    });
    driver.send({ type: "CancelOrder", accountId: ALICE, orderId: first.orderId });
    expect(have(driver, ALICE, COIN)).toEqual({ total: 10, held: 0, available: 10 });
    expect(only(driver.send(order({ side: "sell", lots: 10 })), "OrderAccepted").held).toBe(10);
  });

  test("LG-3 price improvement and the lower rate are free at once", () => {
    const driver = bare([ALICE, USD, 100_000], [BOB, COIN, 100]);
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 10 }));
    driver.send(order({ limitTicks: 200, lots: 30 }));
    // Bought 10 at 100: 1000 and a fee of 2.5, rounded up to 3, of which 0.5 is credit. Still open: 20 at 200, 4000 and 10 less 0.5.
    expect(have(driver, ALICE, USD)).toEqual({ total: 98_997, held: 4_010, available: 94_987 });
    driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null });
    expect(have(driver, ALICE, USD)).toEqual({ total: 98_997, held: 0, available: 98_997 });
  });

  test("LG-3 a market buy holds exactly what it pays", () => {
    const driver = bare([ALICE, USD, 2_044], [BOB, COIN, 100]);
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 10 }));
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 103, lots: 10 }));
    // 10 × 100 + 10 × 103 = 2030; 0.25 % is 5.075: 2036 in all for 20 lots, and nothing for the 5 that the book cannot give.
    const events = driver.send(order({ orderType: "market", timeInForce: "ioc", lots: 25 }));
    expect(only(events, "OrderAccepted").held).toBe(2_036);
    expect(have(driver, ALICE, USD)).toEqual({ total: 8, held: 0, available: 8 });
    expect(have(driver, FEES, USD).total).toBe(6 + 4);
    const short = bare([ALICE, USD, 2_035], [BOB, COIN, 100]);
    short.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 10 }));
    short.send(order({ accountId: BOB, side: "sell", limitTicks: 103, lots: 10 }));
    const denied = only(short.send(order({ orderType: "market", timeInForce: "ioc", lots: 25 })), "OrderDenied");
    expect(denied.refusal).toMatchObject({ code: "LEDGER_INSUFFICIENT_FUNDS", used: 0, actual: 2_036, headroom: 2_035 });
  });

  test("LG-3 a market sell holds the base units that its sweep takes", () => {
    const driver = bare([ALICE, COIN, 10], [BOB, USD, 10_000]);
    driver.send(order({ accountId: BOB, limitTicks: 100, lots: 10 }));
    const events = driver.send(order({ side: "sell", orderType: "market", timeInForce: "ioc", lots: 25 }));
    expect(only(events, "OrderAccepted").held).toBe(10);
    expect(have(driver, ALICE, COIN)).toEqual({ total: 0, held: 0, available: 0 });
  });
});

describe("fees and settlement", () => {
  test("LG-1 LG-4 LG-5 a trade moves base, quote and both fees, and nothing is lost", () => {
    const driver = bare([ALICE, USD, 10_000], [BOB, COIN, 100]);
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 101, lots: 13 }));
    const fill = only(driver.send(order({ limitTicks: 105, lots: 13 })), "OrderFilled");
    // On 1313: the maker pays 0.15 %, 1.9695; the taker 0.25 %, 3.2825.
    expect([fill.makerFee, fill.takerFee]).toEqual([2, 4]);
    expect(have(driver, ALICE, USD)).toEqual({ total: 10_000 - 1_313 - 4, held: 0, available: 10_000 - 1_313 - 4 });
    expect(have(driver, ALICE, COIN).total).toBe(13);
    expect(have(driver, BOB, USD).total).toBe(1_313 - 2);
    expect(have(driver, BOB, COIN)).toEqual({ total: 87, held: 0, available: 87 });
    expect(have(driver, FEES, USD).total).toBe(6);
    expect(totals(driver.engine, USD as AssetId)).toBe(10_000n);
    expect(totals(driver.engine, COIN as AssetId)).toBe(100n);
  });

  test("LG-4 the fee account gains less than a unit per order, however many pieces it fills in", () => {
    const driver = bare([ALICE, USD, 100_000], [BOB, COIN, 1_000]);
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 100 }));
    let makerFees = 0;
    for (let n = 0; n < 50; n += 1) makerFees += only(driver.send(order({ limitTicks: 100, lots: 2 })), "OrderFilled").makerFee;
    // 0.15 % of 10,000 is 15 exactly, though each piece alone would cost 0.3, rounded up to 1.
    expect(makerFees).toBe(15);
  });

  test(`LG-4 fees in pieces sum to the rounded-up whole, also beyond 2^53, seed ${SEED}`, () => {
    const piece = fc.record({
      value: fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 2 ** 48 })),
      ppm: fc.integer({ min: 0, max: PPM / 10 }),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        let rated = 0n;
        let charged = 0n;
        let credit = 0;
        for (const { value, ppm } of pieces) {
          const fee = feeFor(value, ppm, credit);
          credit = creditAfter(value, ppm, credit);
          rated += BigInt(value) * BigInt(ppm);
          charged += BigInt(fee);
          expect(charged).toBe((rated + 999_999n) / 1_000_000n);
          expect(BigInt(credit)).toBe(charged * 1_000_000n - rated);
        }
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  test("LG-3 LG-4 a hold never falls short, even if each lot fills alone", () => {
    const driver = bare([ALICE, USD, 3 * 101 * 10 + 8], [BOB, COIN, 1_000]);
    driver.send(order({ limitTicks: 101, lots: 30 }));
    expect(have(driver, ALICE, USD).available).toBe(0);
    for (let n = 0; n < 15; n += 1) {
      driver.send(order({ accountId: BOB, side: "sell", limitTicks: 101, lots: 2 }));
      checkInvariants(driver.engine);
    }
    // It paid the maker's rate, 0.15 % of 3030 = 4.545, and gets the rest of the hold back.
    expect(have(driver, ALICE, USD)).toEqual({ total: 3, held: 0, available: 3 });
  });
});

describe("the largest amount", () => {
  test("LG-6 a deposit may fill a balance to the brim and no further", () => {
    const driver = bare([ALICE, USD, MAX_AMOUNT - 5]);
    const denied = only(driver.send(deposit(ALICE, USD, 6)), "CommandDenied");
    expect(denied).toEqual({
      type: "CommandDenied",
      commandType: "DepositFunds",
      refusal: refusalOf("LEDGER_OVERFLOW", { limit: MAX_AMOUNT, actual: 6, headroom: 5 }),
    });
    expect(only(driver.send(deposit(ALICE, USD, 5)), "FundsDeposited").amount).toBe(5);
    expect(have(driver, ALICE, USD).total).toBe(MAX_AMOUNT);
  });

  test("LG-1 LG-6 several full balances are no overflow of their sum", () => {
    const driver = bare([ALICE, USD, MAX_AMOUNT], [BOB, USD, MAX_AMOUNT], [CAROL, USD, MAX_AMOUNT]);
    expect(totals(driver.engine, USD as AssetId)).toBe(3n * BigInt(MAX_AMOUNT));
    checkInvariants(driver.engine);
  });

  test("LG-6 a deposit leaves room for what resting orders may bring in", () => {
    const driver = bare([ALICE, COIN, 100]);
    driver.send(order({ side: "sell", limitTicks: 100, lots: 10 }));
    expect(only(driver.send(deposit(ALICE, USD, MAX_AMOUNT - 999)), "CommandDenied").refusal.headroom).toBe(MAX_AMOUNT - 1_000);
    expect(only(driver.send(deposit(ALICE, USD, MAX_AMOUNT - 1_000)), "FundsDeposited").accountId).toBe(ALICE);
  });

  test("LG-6 an order whose value or hold is too large is refused", () => {
    const driver = bare([ALICE, METAL, 10 ** 15]);
    const tooMuch = { instrumentId: METAL_USD, limitTicks: 2 ** 31 - 1, lots: 2 ** 31 - 1 };
    expect(only(driver.send(order(tooMuch)), "OrderDenied").refusal).toEqual(OVERFLOW);
    // 9,008 × 10^12 base units exceed 2^53.
    expect(only(driver.send(order({ instrumentId: METAL_USD, side: "sell", limitTicks: 1, lots: 9_008 })), "OrderDenied").refusal).toEqual(
      OVERFLOW,
    );
    // The value just fits, with the fee of a tenth it does not.
    expect(only(driver.send(order({ instrumentId: METAL_USD, limitTicks: 90_000_000, lots: 1 })), "OrderDenied").refusal).toEqual(OVERFLOW);
  });

  test("LG-6 an order whose receipts would not fit is refused, counting what rests already", () => {
    const driver = bare([ALICE, USD, MAX_AMOUNT - 1_500], [ALICE, COIN, 100], [BOB, USD, 100_000]);
    expect(only(driver.send(order({ side: "sell", limitTicks: 100, lots: 16 })), "OrderDenied").refusal).toEqual(OVERFLOW);
    expect(driver.send(order({ side: "sell", limitTicks: 100, lots: 8 }))[0]?.type).toBe("OrderAccepted");
    expect(only(driver.send(order({ side: "sell", limitTicks: 100, lots: 8 })), "OrderDenied").refusal).toEqual(OVERFLOW);
    expect(driver.send(order({ side: "sell", limitTicks: 100, lots: 7 }))[0]?.type).toBe("OrderAccepted");
  });

  test("LG-6 a sell counts at the best bid, a market sell at its sweep", () => {
    const driver = bare([ALICE, USD, MAX_AMOUNT - 1_500], [ALICE, COIN, 100], [BOB, USD, 100_000]);
    driver.send(order({ accountId: BOB, limitTicks: 150, lots: 4 }));
    expect(only(driver.send(order({ side: "sell", limitTicks: 100, lots: 11 })), "OrderDenied").refusal).toEqual(OVERFLOW);
    expect(driver.send(order({ side: "sell", orderType: "market", timeInForce: "ioc", lots: 11 }))[0]?.type).toBe("OrderAccepted");
    checkInvariants(driver.engine);
  });

  test("LG-6 a buy needs room for the base units", () => {
    const driver = bare([ALICE, METAL, MAX_AMOUNT - 10 ** 12], [ALICE, USD, 10 ** 12]);
    expect(only(driver.send(order({ instrumentId: METAL_USD, limitTicks: 1, lots: 2 })), "OrderDenied").refusal).toEqual(OVERFLOW);
    expect(driver.send(order({ instrumentId: METAL_USD, limitTicks: 1, lots: 1 }))[0]?.type).toBe("OrderAccepted");
  });

  test("LG-6 the fee account needs room for the fees", () => {
    const driver = bare([FEES, USD, MAX_AMOUNT - 20], [ALICE, USD, 10_000], [BOB, COIN, 1_000]);
    // Both rates together are 0.4 %: of 1000 that is 4, plus 10 lots and 1 make 15; of 1500 it is 6, plus 15 and 1 make 22.
    expect(only(driver.send(order({ limitTicks: 100, lots: 15 })), "OrderDenied").refusal).toEqual(OVERFLOW);
    expect(driver.send(order({ limitTicks: 100, lots: 10 }))[0]?.type).toBe("OrderAccepted");
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 10 }));
    expect(have(driver, FEES, USD).total).toBe(MAX_AMOUNT - 20 + 5);
  });

  test("LG-6 the fee account's own sell counts on top of the fees", () => {
    const driver = bare([FEES, USD, MAX_AMOUNT - 1_010], [FEES, COIN, 1_000]);
    expect(only(driver.send(order({ accountId: FEES, side: "sell", limitTicks: 100, lots: 10 })), "OrderDenied").refusal).toEqual(OVERFLOW);
    const roomier = bare([FEES, USD, MAX_AMOUNT - 1_015], [FEES, COIN, 1_000]);
    expect(roomier.send(order({ accountId: FEES, side: "sell", limitTicks: 100, lots: 10 }))[0]?.type).toBe("OrderAccepted");
  });
});

describe("deposits and catalog", () => {
  test("LG-7 a deposit names an account and an asset that exist", () => {
    const denied = (accountId: number, assetId: number): unknown =>
      only(bare().send(deposit(accountId, assetId, 1)), "CommandDenied").refusal;
    expect(denied(99, USD)).toMatchObject({ code: "CATALOG_UNKNOWN_ACCOUNT" });
    expect(denied(ALICE, 99)).toMatchObject({ code: "CATALOG_UNKNOWN_ASSET" });
  });

  test("LG-7 ids come in order and codes once", () => {
    const driver = bare();
    const asset = (assetId: number, code: string): unknown =>
      driver.send({ type: "DefineAsset", asset: { assetId, code, decimals: 2 } })[0];
    expect(asset(3, "X")).toMatchObject({ refusal: { code: "CATALOG_DUPLICATE_ID", actual: 3 } });
    expect(asset(4, "USD")).toMatchObject({ refusal: { code: "CATALOG_DUPLICATE_ID", actual: 4 } });
    expect(asset(5, "X")).toMatchObject({ refusal: { code: "CATALOG_ID_GAP", limit: 4, actual: 5 } });
    expect(asset(4, "X")).toEqual({ type: "AssetDefined", asset: { assetId: 4, code: "X", decimals: 2, usdMillionths: 0 } });
    const open = (accountId: number, code: string): unknown =>
      driver.send({
        type: "OpenAccount",
        account: { accountId, code, name: "N", owner: "n", clientClass: "retail", receivesFees: false },
      })[0];
    expect(open(4, "N")).toMatchObject({ refusal: { code: "CATALOG_DUPLICATE_ID" } });
    expect(open(5, "ALICE")).toMatchObject({ refusal: { code: "CATALOG_DUPLICATE_ID" } });
    expect(open(6, "N")).toMatchObject({ refusal: { code: "CATALOG_ID_GAP", limit: 5 } });
    expect(open(5, "N")).toMatchObject({ type: "AccountOpened" });
    const list = (instrumentId: number, symbol: string): unknown =>
      driver.send({ type: "ListInstrument", instrument: { ...coinUsd, instrumentId, symbol } })[0];
    expect(list(2, "NEW")).toMatchObject({ refusal: { code: "CATALOG_DUPLICATE_ID" } });
    expect(list(3, "COINUSD")).toMatchObject({ refusal: { code: "CATALOG_DUPLICATE_ID" } });
    expect(list(4, "NEW")).toMatchObject({ refusal: { code: "CATALOG_ID_GAP", limit: 3 } });
    expect(list(3, "NEW")).toMatchObject({ type: "InstrumentListed" });
  });

  test("LG-8 an instrument's assets, steps and limits must agree", () => {
    const denied = (changes: object): unknown =>
      only(bare().send({ type: "ListInstrument", instrument: { ...coinUsd, instrumentId: 3, symbol: "NEW", ...changes } }), "CommandDenied")
        .refusal;
    for (const changes of [
      { baseAssetId: USD },
      { minLots: 501 },
      { minLots: 1_001, marketMaxLots: 2_000 },
      { baseUnitsPerLot: 2 },
      { quoteUnitsPerTickLot: 2 },
      { tickSize: "0.001" },
      { lotSize: "0.00001" },
    ]) {
      expect(denied(changes), JSON.stringify(changes)).toMatchObject({ code: "CATALOG_INVALID_INSTRUMENT" });
    }
    expect(denied({ baseAssetId: 9 })).toMatchObject({ code: "CATALOG_UNKNOWN_ASSET" });
    expect(denied({ quoteAssetId: 9 })).toMatchObject({ code: "CATALOG_UNKNOWN_ASSET" });
  });

  test("LG-9 exactly one account receives fees, and it comes before the first instrument", () => {
    const driver = new Driver();
    driver.sendAll(venue.slice(0, 3));
    const denied = { refusal: { code: "CATALOG_FEE_ACCOUNT" } };
    expect(driver.send({ type: "ListInstrument", instrument: coinUsd })[0]).toMatchObject(denied);
    driver.sendAll(venue.slice(3, 4));
    expect(driver.send({ type: "ListInstrument", instrument: coinUsd })[0]).toMatchObject({ type: "InstrumentListed" });
    const second = driver.send({
      type: "OpenAccount",
      account: { accountId: 2, code: "FEES2", name: "F", owner: "f", clientClass: "house", receivesFees: true },
    });
    expect(second[0]).toMatchObject(denied);
  });
});

describe("the check of the laws", () => {
  test.each<[string, (driver: Driver) => void, RegExp]>([
    [
      "LG-1 money from nowhere",
      ({ engine }) => engine.state.balances.addTotal(engine.state.balances.find(ALICE, USD), 1),
      /balances sum to/,
    ],
    [
      "LG-2 a hold without an order",
      ({ engine }) => engine.state.balances.addHeld(engine.state.balances.find(ALICE, COIN), 1),
      /its orders 0/,
    ],
    [
      "LG-3 a hold below the worst case",
      ({ engine }) => engine.state.orders.setHeld(engine.state.accounts.firstOrder(ALICE), 1),
      /holds 1 instead of/,
    ],
    [
      "LG-6 an unexpected receipt",
      ({ engine }) => engine.state.balances.addIncoming(engine.state.balances.find(ALICE, COIN), -1),
      /expects 9/,
    ],
    ["MT-1 a level that miscounts", ({ engine }) => engine.state.books.levels.addLots(1, 1), /miscounts its orders/],
    [
      "MT-1 an order at another price",
      ({ engine }) => engine.state.orders.setLimitTicks(engine.state.accounts.firstOrder(ALICE), 99),
      /wrong queue/,
    ],
  ])("%s is found", (_name, breakIt, finding) => {
    const driver = fundedVenue();
    driver.send(order({}));
    expect([...openOrders(driver.engine)]).toHaveLength(1);
    checkInvariants(driver.engine);
    breakIt(driver);
    expect(() => checkInvariants(driver.engine)).toThrow(finding);
  });
});
