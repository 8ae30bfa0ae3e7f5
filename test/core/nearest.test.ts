import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../engine/core/engine.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { EventOf } from "../../shared/events.ts";
import type { OrderList } from "../../shared/orderLists.ts";
import type { NearestOrder, RejectCode } from "../../shared/rejects.ts";
import {
  ALICE,
  BOB,
  CAROL,
  COIN,
  COIN_USD,
  Driver,
  USD,
  deposit,
  fundedVenue,
  only,
  order,
  venue,
  type PlainCommand,
  type PlainOrder,
} from "./drive.ts";
import { stream } from "./randomCommands.ts";
import { SEED, runBoth } from "./runBoth.ts";
import { streamVenues, take, venueStream } from "./venueStreams.ts";
import { rule, schedule, venuesWith } from "./venues.ts";

function refusal(driver: Driver, changes: PlainOrder): { code: RejectCode; nearest: NearestOrder | null } {
  const { code, nearest } = only(driver.send(order(changes)), "OrderDenied").refusal;
  return { code, nearest };
}

function withFunds(...deposits: [number, number, number][]): Driver {
  const driver = new Driver();
  driver.sendAll(venue);
  for (const [accountId, assetId, amount] of deposits) driver.send(deposit(accountId, assetId, amount));
  return driver;
}

describe("the nearest order that would have passed", () => {
  test("XP-1 a quantity out of bounds: the bound", () => {
    const driver = fundedVenue();
    expect(refusal(driver, { lots: 1 })).toEqual({ code: "VALIDATE_LOTS_BELOW_MINIMUM", nearest: { limitTicks: 100, lots: 2 } });
    expect(refusal(driver, { lots: 1_001 })).toEqual({ code: "VALIDATE_LOTS_ABOVE_MAXIMUM", nearest: { limitTicks: 100, lots: 1_000 } });
  });

  test("XP-1 too small a value: as many lots as it takes", () => {
    // Three lots at 50 are worth 150, the least allowed.
    expect(refusal(fundedVenue(), { limitTicks: 50, lots: 2 })).toEqual({
      code: "VALIDATE_NOTIONAL_BELOW_MINIMUM",
      nearest: { limitTicks: 50, lots: 3 },
    });
  });

  test("XP-1 a price beyond the band: its edge", () => {
    const driver = fundedVenue();
    driver.sendAll([order({ accountId: BOB, side: "sell", limitTicks: 105, lots: 2 }), order({ limitTicks: 105, lots: 2 })]);
    expect(refusal(driver, { limitTicks: 200 })).toEqual({ code: "RISK_PRICE_BAND", nearest: { limitTicks: 115, lots: 10 } });
    expect(refusal(driver, { accountId: BOB, side: "sell", limitTicks: 20 }).nearest).toEqual({ limitTicks: 95, lots: 10 });
  });

  test("XP-1 too little money: the most that it buys or that there is to sell", () => {
    const driver = withFunds([ALICE, USD, 5_000], [BOB, COIN, 7]);
    // 49 lots cost 4,900 and 12.25 of fees, 50 would cost 5,012.5.
    expect(refusal(driver, { lots: 80 })).toEqual({ code: "LEDGER_INSUFFICIENT_FUNDS", nearest: { limitTicks: 100, lots: 49 } });
    expect(refusal(driver, { accountId: BOB, side: "sell", lots: 80 }).nearest).toEqual({ limitTicks: 100, lots: 7 });
  });

  test("XP-1 a market order is worth what the book asks", () => {
    const driver = withFunds([ALICE, USD, 1_000], [BOB, COIN, 100]);
    driver.sendAll([
      order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 5 }),
      order({ accountId: BOB, side: "sell", limitTicks: 104, lots: 50 }),
    ]);
    // Five at 100 and four at 104 are 916 and 2.29 of fees; a fifth at 104 would come to 1,022.55.
    expect(refusal(driver, { orderType: "market", timeInForce: "ioc", limitTicks: null, lots: 30 })).toEqual({
      code: "LEDGER_INSUFFICIENT_FUNDS",
      nearest: { limitTicks: null, lots: 9 },
    });
  });

  test("XP-1 all or nothing: what there is", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 6 }));
    expect(refusal(driver, { timeInForce: "fok", lots: 10 })).toEqual({ code: "BOOK_FILL_OR_KILL", nearest: { limitTicks: 100, lots: 6 } });
    expect(refusal(driver, { timeInForce: "fok", limitTicks: 99, lots: 10 }).nearest).toBeNull();
  });

  test("XP-1 several stages in turn", () => {
    const driver = withFunds([ALICE, USD, 5_000], [BOB, COIN, 100], [CAROL, USD, 10_000]);
    driver.sendAll([
      order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 2 }),
      order({ accountId: CAROL, limitTicks: 100, lots: 2 }),
    ]);
    // Too many lots, at too high a price, for too little money.
    expect(refusal(driver, { limitTicks: 150, lots: 5_000 })).toEqual({
      code: "VALIDATE_LOTS_ABOVE_MAXIMUM",
      nearest: { limitTicks: 110, lots: 45 },
    });
  });

  test("XP-1 MT-19 an order by amount is answered with lots: the least there is, and the most that the money buys", () => {
    const byAmount = (quoteAmount: number): PlainOrder => ({ orderType: "market", timeInForce: "ioc", limitTicks: null, quoteAmount });
    const driver = withFunds([ALICE, USD, 1_100], [BOB, COIN, 100]);
    driver.send(order({ accountId: BOB, side: "sell", lots: 20, limitTicks: 100 }));
    // A lot costs 100 and a fee: 50 buy none and 110 one, where two is the least.
    expect(refusal(driver, byAmount(50))).toEqual({ code: "VALIDATE_LOTS_BELOW_MINIMUM", nearest: { lots: 2, limitTicks: null } });
    expect(refusal(driver, byAmount(110))).toEqual({ code: "VALIDATE_LOTS_BELOW_MINIMUM", nearest: { lots: 2, limitTicks: null } });
    expect(refusal(driver, byAmount(1_500))).toEqual({ code: "LEDGER_INSUFFICIENT_FUNDS", nearest: { lots: 10, limitTicks: null } });
    // What it named would have passed, and nothing has changed.
    expect(only(driver.send(order({ ...byAmount(1_500), quoteAmount: null, lots: 10 })), "OrderAccepted").lots).toBe(10);
  });

  test("XP-1 MT-43 a list is answered with the order of it that was refused, at the price or in the quantity that would pass", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", lots: 2 }));
    driver.send(order({ accountId: CAROL, lots: 2 }));
    const limit = (side: "buy" | "sell", limitTicks: number, lots: number) =>
      ({ side, orderType: "limit", timeInForce: "gtc", limitTicks, lots }) as const;
    let clientOrderId = 7_000_000;
    const refusedOf = (list: OrderList | object): unknown => {
      clientOrderId += 1;
      const command = { type: "SubmitOrderList", accountId: ALICE, instrumentId: COIN_USD, clientOrderId, list } as PlainCommand;
      const { code, nearest } = only(driver.send(command), "OrderDenied").refusal;
      return { code, nearest };
    };
    // The band ends at 110.
    expect(refusedOf({ kind: "oto", first: limit("buy", 115, 10), second: limit("sell", 120, 10) })).toEqual({
      code: "RISK_PRICE_BAND",
      nearest: { lots: 10, limitTicks: 110 },
    });
    expect(
      refusedOf({ kind: "bracket", entry: limit("buy", 99, 1), profitTicks: 105, stopTicks: 95, stopLimitTicks: null, trigger: null }),
    ).toEqual({
      code: "VALIDATE_LOTS_BELOW_MINIMUM",
      nearest: { lots: 2, limitTicks: 99 },
    });
    const stop = { side: "sell", orderType: "stop", timeInForce: "gtc", lots: 1_001, limitTicks: null, triggerTicks: 95 } as const;
    expect(refusedOf({ kind: "oco", limit: limit("sell", 105, 1_001), stop })).toEqual({
      code: "VALIDATE_LOTS_ABOVE_MAXIMUM",
      nearest: { lots: 1_000, limitTicks: 105 },
    });
    // Two orders of different quantities are no pair, whatever their size.
    expect(refusedOf({ kind: "oco", limit: limit("sell", 105, 10), stop: { ...stop, lots: 9 } })).toEqual({
      code: "VALIDATE_ORDER_TERMS",
      nearest: null,
    });
  });

  test("XP-1 MT-27 an amendment is answered with the nearest one: the whole order's quantity, and a price where one is to change", () => {
    const driver = withFunds([ALICE, USD, 5_000], [BOB, COIN, 100], [CAROL, USD, 10_000]);
    driver.send(order({ accountId: BOB, side: "sell", lots: 2 }));
    driver.send(order({ accountId: CAROL, lots: 2 }));
    const { orderId } = only(driver.send(order({ limitTicks: 100, lots: 10 })), "OrderAccepted");
    driver.send(order({ accountId: BOB, side: "sell", lots: 4 }));
    const refusedOf = (change: { limitTicks?: number; lots?: number }): unknown => {
      const wish = { limitTicks: null, lots: null, triggerTicks: null, confirmation: null, ...change };
      const { code, nearest } = only(driver.send({ type: "AmendOrder", accountId: ALICE, orderId, ...wish }), "AmendDenied").refusal;
      return { code, nearest };
    };
    expect(refusedOf({ lots: 1_001 })).toEqual({ code: "VALIDATE_LOTS_ABOVE_MAXIMUM", nearest: { limitTicks: null, lots: 49 } });
    // The band ends at 110.
    expect(refusedOf({ limitTicks: 150 })).toEqual({ code: "RISK_PRICE_BAND", nearest: { limitTicks: 110, lots: 10 } });
    // Four lots have cost 400 and a fee of 1; 45 lots at 100 cost 4,500 and 11.25, one more would come to 4,611.5.
    expect(refusedOf({ lots: 60 })).toEqual({ code: "LEDGER_INSUFFICIENT_FUNDS", nearest: { limitTicks: null, lots: 49 } });
    // No trigger is there to be changed.
    expect(refusedOf({})).toEqual({ code: "VALIDATE_AMEND", nearest: null });
  });

  test("XP-1 a minimum that the money cannot meet has no neighbour", () => {
    const driver = withFunds([ALICE, USD, 120]);
    expect(refusal(driver, { limitTicks: 50, lots: 2 })).toEqual({ code: "VALIDATE_NOTIONAL_BELOW_MINIMUM", nearest: null });
    expect(refusal(driver, { limitTicks: 50, lots: 40 })).toEqual({ code: "LEDGER_INSUFFICIENT_FUNDS", nearest: null });
  });

  test.each<[RejectCode, PlainOrder]>([
    ["VALIDATE_UNKNOWN_INSTRUMENT", { instrumentId: 9 }],
    ["VALIDATE_UNKNOWN_ACCOUNT", { accountId: 9 }],
    ["VALIDATE_LIMIT_PRICE_MISSING", { limitTicks: null }],
    ["VALIDATE_LIMIT_PRICE_ON_MARKET", { orderType: "market", timeInForce: "ioc", limitTicks: 5 }],
    ["VALIDATE_TIME_IN_FORCE", { orderType: "market", limitTicks: null }],
    ["RISK_NO_REFERENCE_PRICE", { orderType: "market", timeInForce: "ioc", limitTicks: null }],
  ])("XP-1 %s: no price and no quantity helps", (code, changes) => {
    expect(refusal(fundedVenue(), changes)).toEqual({ code, nearest: null });
  });

  test("XP-1 EL-6 nor against a rule", () => {
    const driver = venuesWith([rule({ clientClasses: ["omnibus"] }), schedule({})]);
    expect(refusal(driver, { limitTicks: 100, lots: 1 })).toEqual({ code: "ELIGIBLE_CLIENT_CLASS", nearest: null });
  });
});

/** The command with the order that its refusal named in place of the one that was refused. */
function instead(command: PlainCommand, denied: EventOf<"OrderDenied">, nearest: NearestOrder): PlainCommand {
  // An order by amount is answered with lots.
  if (command.type === "SubmitOrder") return { ...command, ...nearest, quoteAmount: null };
  if (command.type !== "SubmitOrderList") return { ...command, ...nearest };
  const { lots, limitTicks } = nearest;
  // The orders of a pair are of one quantity; a price is that of the order that was refused.
  const list = Object.entries(command.list).map(([name, value]: [string, unknown]) => {
    if (typeof value !== "object" || value === null || !("orderType" in value) || name === "second") return [name, value];
    return [name, { ...value, lots, ...(value.orderType === denied.orderType ? { limitTicks } : {}) }];
  });
  return { ...command, list: Object.fromEntries(list) as OrderList };
}

const whenItPasses = { SubmitOrder: "OrderAccepted", SubmitOrderList: "OrderListAccepted", AmendOrder: "OrderAmended" } as const;

type Denied = EventOf<"OrderDenied" | "AmendDenied">;

/** Asks again, on an engine of the same state, for the order that the refusal named. */
function expectPasses(before: Uint8Array, atUs: number, command: PlainCommand, denied: Denied): void {
  const driver = new Driver(restore(before));
  driver.atUs = atUs;
  const nearest = denied.refusal.nearest!;
  const again = denied.type === "OrderDenied" ? instead(command, denied, nearest) : { ...command, ...nearest };
  const events = driver.send(again);
  expect([denied, events[0]?.type]).toEqual([denied, whenItPasses[command.type as keyof typeof whenItPasses]]);
}

describe(`asked again, seed ${SEED}`, () => {
  test("XP-1 the nearest order passes, whatever state it was named in", { timeout: 120_000 }, () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(stream(160), (steps) => {
        const { driver } = runBoth(steps);
        const replay = new Driver(createEngine());
        for (const [index, command] of driver.commands.entries()) {
          const before = snapshot(replay.engine);
          replay.atUs = driver.timesUs[index]! - 1;
          const { atUs } = replay;
          const [denied] = replay.send(command);
          if ((denied?.type !== "OrderDenied" && denied?.type !== "AmendDenied") || denied.refusal.nearest === null) continue;
          seen.add(denied.type === "AmendDenied" ? `amended: ${denied.refusal.code}` : denied.refusal.code);
          expectPasses(before, atUs, command, denied);
        }
      }),
      { seed: SEED, numRuns: 25 },
    );
    const wanted = [
      "VALIDATE_LOTS_BELOW_MINIMUM",
      "VALIDATE_LOTS_ABOVE_MAXIMUM",
      "VALIDATE_NOTIONAL_BELOW_MINIMUM",
      "RISK_PRICE_BAND",
      "LEDGER_INSUFFICIENT_FUNDS",
      "BOOK_FILL_OR_KILL",
      "amended: VALIDATE_LOTS_ABOVE_MAXIMUM",
      "amended: RISK_PRICE_BAND",
      "amended: LEDGER_INSUFFICIENT_FUNDS",
    ];
    expect(wanted.filter((code) => !seen.has(code))).toEqual([]);
  });

  test("XP-1 LG-15 also where a minimum fee is held", { timeout: 60_000 }, () => {
    let found = 0;
    fc.assert(
      fc.property(venueStream(80), (steps) => {
        const driver = streamVenues();
        driver.send(schedule({ minimumFeeUsdMillionths: 700_000 }));
        for (const step of steps) {
          const before = snapshot(driver.engine);
          const atUs = driver.atUs;
          const known = driver.batches.length;
          take(driver, step);
          const [denied] = driver.batches.length === known + 1 && step.do === "order" ? driver.lastEvents() : [];
          if (denied?.type !== "OrderDenied" || denied.refusal.nearest === null) continue;
          found += 1;
          expectPasses(before, atUs, driver.commands.at(-1)!, denied);
        }
      }),
      { seed: SEED, numRuns: 40 },
    );
    expect(found).toBeGreaterThan(20);
  });
});
