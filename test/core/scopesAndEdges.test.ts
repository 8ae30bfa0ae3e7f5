import { describe, expect, test } from "vitest";
import { openOrders } from "../../engine/core/queries.ts";
import { riskView } from "../../engine/core/risk/riskView.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { AccountId } from "../../shared/ids.ts";
import {
  ALICE,
  BOB,
  CAROL,
  COIN,
  COIN_USD,
  Driver,
  METAL,
  METAL_USD,
  USD,
  account,
  coinUsd,
  deposit,
  fundedVenue,
  only,
  order,
  venue,
} from "./drive.ts";
import { ALICE_NODE, DESK, FIRM, accept, codeOf, expectOneState, onCoin, quote, setLimit, trade, treeVenue } from "./riskVenue.ts";

/*
 * Where a rule draws a line between one instrument, account, firm or moment and the next: what lies just beside the line.
 */

const openInstruments = (driver: Driver): readonly number[] =>
  [...openOrders(driver.engine, ALICE as AccountId)].map(({ instrumentId }) => instrumentId);

describe("which orders a mass cancellation means", () => {
  const withBoth = (): Driver => {
    const driver = fundedVenue();
    driver.sendAll([
      deposit(ALICE, USD, 10 ** 9),
      order({ limitTicks: 90 }),
      order({ instrumentId: METAL_USD, limitTicks: 1, lots: 1 }),
      order({ side: "sell", limitTicks: 110 }),
    ]);
    return driver;
  };

  test("MT-9 of one instrument leaves the others alone, and tells which it was", () => {
    const driver = withBoth();
    const events = driver.send({ type: "MassCancel", accountId: ALICE, instrumentId: METAL_USD, side: null });
    expect(only(events, "OrdersMassCancelled")).toMatchObject({ accountId: ALICE, instrumentId: METAL_USD, side: null, orders: 1 });
    expect(openInstruments(driver)).toEqual([COIN_USD, COIN_USD]);
    driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: METAL_USD });
    expect(openInstruments(driver)).toEqual([COIN_USD, COIN_USD]);
  });

  test("MT-9 of a side in all instruments leaves the other side", () => {
    const driver = withBoth();
    const events = driver.send({ type: "MassCancel", accountId: ALICE, instrumentId: null, side: "buy" });
    expect(only(events, "OrdersMassCancelled")).toMatchObject({ instrumentId: null, side: "buy", orders: 2 });
    expect([...openOrders(driver.engine, ALICE as AccountId)].map(({ side }) => side)).toEqual(["sell"]);
  });

  test("MT-10 of an instrument or account that does not exist is refused", () => {
    const driver = withBoth();
    const refusal = (accountId: number, instrumentId: number): string =>
      only(driver.send({ type: "MassCancel", accountId, instrumentId, side: null }), "CommandDenied").refusal.code;
    expect(refusal(ALICE, 99)).toBe("VALIDATE_UNKNOWN_INSTRUMENT");
    expect(refusal(99, METAL_USD)).toBe("VALIDATE_UNKNOWN_ACCOUNT");
    expect(openInstruments(driver)).toHaveLength(3);
  });
});

describe("whose orders count as own", () => {
  test("MT-22 another firm's orders are nobody's own, with whatever scope", () => {
    const driver = fundedVenue();
    driver.sendAll([account(5, "DAVE", false, { firmId: 8 }), deposit(5, COIN, 100), deposit(5, USD, 100_000)]);
    accept(driver, { accountId: 5, side: "sell" });
    only(accept(driver, { selfTradeScope: "firm" }), "OrderFilled");
    // Carol is of Alice's firm, Bob of her group.
    accept(driver, { accountId: CAROL, side: "sell" });
    expect(only(accept(driver, { selfTradeScope: "firm" }), "OrderCancelled").reason).toBe("selfTrade");
    only(accept(driver, { selfTradeScope: "group" }), "OrderFilled");
    accept(driver, { accountId: BOB, side: "sell" });
    expect(only(accept(driver, { selfTradeScope: "group" }), "OrderCancelled").reason).toBe("selfTrade");
  });
});

describe("orders of lists with an end", () => {
  test("MT-26 MT-44 a pair that is good till a time ends then, both orders and the list", () => {
    const driver = fundedVenue();
    const untilUs = driver.atUs + 100;
    const each = { side: "sell", timeInForce: "gtd", lots: 10, expireAtUs: untilUs } as const;
    const sent = driver.send({
      type: "SubmitOrderList",
      accountId: ALICE,
      instrumentId: COIN_USD,
      clientOrderId: 77,
      list: {
        kind: "oco",
        limit: { ...each, orderType: "limit", limitTicks: 110 },
        stop: { ...each, orderType: "stop", triggerTicks: 90 },
      },
    });
    expect(sent.map(({ type }) => type)).toEqual(["OrderListAccepted", "OrderAccepted", "OrderAccepted", "OrderRested"]);
    driver.atUs = untilUs - 2;
    expect(driver.send({ type: "AdvanceTime" }).map(({ type }) => type)).toEqual(["TimeAdvanced"]);
    const ended = driver.send({ type: "AdvanceTime" });
    expect(ended.filter(({ type }) => type === "OrderCancelled")).toMatchObject([{ reason: "expired" }, { reason: "expired" }]);
    only(ended, "OrderListEnded");
    expect(openInstruments(driver)).toEqual([]);
  });

  test("MT-44 a trailing stop may be the stop of a pair, a resting order may not", () => {
    const driver = fundedVenue();
    // A trailing stop follows the last trade.
    accept(driver, { accountId: CAROL, side: "sell" });
    accept(driver, { accountId: BOB });
    const list = (stop: object): string =>
      driver
        .send({
          type: "SubmitOrderList",
          accountId: ALICE,
          instrumentId: COIN_USD,
          clientOrderId: driver.atUs,
          list: {
            kind: "oco",
            limit: { side: "sell", timeInForce: "gtc", lots: 10, orderType: "limit", limitTicks: 110 },
            stop: { side: "sell", timeInForce: "gtc", lots: 10, ...stop } as never,
          },
        })
        .map((event) => ("refusal" in event ? event.refusal.code : event.type))[0]!;
    expect(list({ orderType: "trailingStop", offsetTicks: 3 })).toBe("OrderListAccepted");
    expect(list({ orderType: "limit", limitTicks: 111 })).toBe("VALIDATE_ORDER_TERMS");
    expect(list({ orderType: "stop", triggerTicks: 90, lots: 11 })).toBe("VALIDATE_ORDER_TERMS");
    expect(list({ orderType: "stop", triggerTicks: 90, side: "buy" })).toBe("VALIDATE_ORDER_TERMS");
  });
});

describe("pegs and stops", () => {
  test("MT-34 the middle needs both sides", () => {
    const driver = fundedVenue();
    const pegged = { orderType: "pegged", peg: "mid", limitTicks: 120 } as const;
    accept(driver, { accountId: CAROL, side: "sell", limitTicks: 104 });
    expect(codeOf(driver, pegged)).toBe("RISK_NO_REFERENCE_PRICE");
    accept(driver, { accountId: CAROL, side: "buy", limitTicks: 97 });
    // Rounded away from the other side: down for a buy, up for a sell.
    accept(driver, pegged);
    const taking = { accountId: CAROL, orderType: "market", timeInForce: "ioc" } as const;
    expect(only(accept(driver, { ...taking, side: "sell" }), "OrderFilled").ticks).toBe(100);
    accept(driver, { ...pegged, accountId: BOB, side: "sell", limitTicks: 90 });
    expect(only(accept(driver, taking), "OrderFilled").ticks).toBe(101);
  });

  test("RK-7 RK-32 touches say nothing about a stop, on either side", () => {
    const driver = treeVenue();
    quote(driver, 99, 101);
    setLimit(driver, DESK, onCoin("farTouchPpm", 10_000));
    setLimit(driver, DESK, onCoin("nearTouchPpm", 10_000));
    expect(codeOf(driver, { limitTicks: 104 })).toBe("RISK_FAR_TOUCH");
    expect(codeOf(driver, { limitTicks: 95 })).toBe("RISK_NEAR_TOUCH");
    accept(driver, { orderType: "stopLimit", triggerTicks: 103, limitTicks: 108 });
    accept(driver, { orderType: "stopLimit", side: "sell", triggerTicks: 97, limitTicks: 92 });
  });
});

describe("when counting begins", () => {
  test("RK-26 what was lost before the limit came into force does not count", () => {
    const driver = treeVenue();
    trade(driver, 40);
    // Alice is long 40 at 100: at 96 she has lost 160 and her fee.
    quote(driver, 95, 97);
    setLimit(driver, ALICE_NODE, { control: "loss", soft: 150, hard: 200, parameter: 1_000_000 });
    expect(driver.send({ type: "AdvanceTime" }).map(({ type }) => type)).toEqual(["TimeAdvanced"]);
    driver.send({ type: "CancelAllOrders", accountId: CAROL, instrumentId: null });
    quote(driver, 90, 92);
    expect(only(driver.send({ type: "AdvanceTime" }), "RiskLocked")).toMatchObject({ lock: "lossBlocked", limit: 200, used: 200 });
    expectOneState(driver);
  });

  test("RK-17 an equal order exactly as old as the window still counts, one that is older does not", () => {
    const ages = [999, 1_000, 1_001].map((age) => {
      const driver = treeVenue();
      setLimit(driver, DESK, { control: "duplicates", hard: 1, parameter: 1_000 });
      accept(driver, {});
      // The next command comes a microsecond later.
      driver.atUs += age - 1;
      return codeOf(driver, {});
    });
    expect(ages).toEqual(["RISK_DUPLICATE", "RISK_DUPLICATE", "accepted"]);
  });
});

describe("what the officer reads", () => {
  test("RK-31 a node that is no account's names none, and a control that nothing breached tells no breach", () => {
    const driver = treeVenue();
    setLimit(driver, FIRM, { control: "orderValue", hard: 2_000 });
    const before = riskView(driver.engine, FIRM);
    expect(before.accountId).toBeNull();
    expect(before.controls[0]).toMatchObject({ breachedUs: null, breachedSeq: null });
    expect(codeOf(driver, { lots: 30 })).toBe("RISK_ORDER_VALUE");
    const after = riskView(driver.engine, FIRM).controls[0]!;
    expect(after.breachedUs).toBe(driver.atUs);
    expect(after.breachedSeq).toBeGreaterThan(1);
  });

  test("RK-31 RK-14 the use of messages for each fill is rounded up", () => {
    const driver = treeVenue();
    setLimit(driver, ALICE_NODE, { control: "orderToTrade", hard: 10, parameter: 1_000_000 });
    const used = (): number | null => riskView(driver.engine, ALICE_NODE).controls[0]!.used;
    accept(driver, { limitTicks: 90 });
    expect(used()).toBe(1);
    accept(driver, { limitTicks: 90 });
    accept(driver, { limitTicks: 90 });
    expect(used()).toBe(3);
    trade(driver, 10);
    // Four messages and one fill.
    expect(used()).toBe(2);
  });
});

describe("catalog and snapshots", () => {
  test("LG-8 a minimum as large as a maximum is sound, a larger one is not", () => {
    const driver = new Driver();
    driver.sendAll(venue.slice(0, 4));
    const listed = (changes: Partial<typeof coinUsd>): string => {
      const [event] = driver.send({ type: "ListInstrument", instrument: { ...coinUsd, ...changes } });
      return event?.type === "CommandDenied" ? event.refusal.code : String(event?.type);
    };
    expect(listed({ minLots: 501, marketMaxLots: 500 })).toBe("CATALOG_INVALID_INSTRUMENT");
    expect(listed({ minLots: 1_001, marketMaxLots: 2_000 })).toBe("CATALOG_INVALID_INSTRUMENT");
    expect(listed({ minLots: 500, marketMaxLots: 500, maxLots: 500 })).toBe("InstrumentListed");
  });

  test("JR-3 RK-9 marks and killed users come to the same bytes in whatever order they came", () => {
    const mark = (fromAssetId: number, toAssetId: number) =>
      ({ type: "SetConversionMark", mark: { fromAssetId, toAssetId, numerator: 1, denominator: 7, goodForUs: 1_000 } }) as const;
    const marks = [mark(METAL, USD), mark(COIN, METAL), mark(COIN, USD), mark(USD, COIN)];
    const kill = (actor: string) =>
      ({ type: "EngageKillSwitch", kill: { scope: { kind: "user", actor }, flatten: false, reason: "test" } }) as const;
    const states = [marks, marks.toReversed()].map((each, n) => {
      const driver = treeVenue();
      for (const command of each) {
        // All at one moment: only their order differs.
        driver.send(command);
        driver.atUs -= 1;
      }
      for (const actor of n === 0 ? ["zoe", "adam"] : ["adam", "zoe"]) {
        driver.send(kill(actor));
        driver.atUs -= 1;
      }
      expectOneState(driver);
      return snapshot(driver.engine);
    });
    expect(Buffer.compare(states[0]!, states[1]!)).toBe(0);
    expect(Buffer.compare(snapshot(restore(states[0]!)), states[0]!)).toBe(0);
  });
});
