import { describe, expect, test } from "vitest";
import { isPriceAwaited, routedOrder, routedOrders } from "../../engine/core/routing/routeQueries.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import type { Event } from "../../shared/events.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import { ALICE, COIN_USD, only, order, type Driver, type PlainCommand } from "./drive.ts";
import { linked } from "./linkedVenue.ts";
import { VENUE, expectOneState, node, onCoin, setLimit } from "./riskVenue.ts";

type PlainReport = Extract<PlainCommand, { type: "RecordVenueReport" }>["report"];

const MINUTE_US = 60_000_000;
const COIN = COIN_USD as InstrumentId;

function send(driver: Driver, command: PlainCommand, actor = "trader"): Event[] {
  const events = driver.send(command, actor);
  checkInvariants(driver.engine);
  return events;
}

const report = (driver: Driver, plain: PlainReport): Event[] => send(driver, { type: "RecordVenueReport", report: plain }, "connector");
const price = (driver: Driver, ticks: number): Event[] =>
  send(driver, { type: "SetReferencePrice", mark: { instrumentId: COIN_USD, ticks, goodForUs: MINUTE_US } }, "connector");
const kinds = (events: readonly Event[]): readonly string[] => events.map(({ type }) => type);

/** The connected venue, whose price is 100. */
function priced(): Driver {
  const driver = linked();
  price(driver, 100);
  return driver;
}

describe("CN-20 stops that this terminal holds", () => {
  test("CN-20 a stop stays here, holds its worst case, and leaves as a market order of its sender when the venue's price reaches it", () => {
    const driver = priced();
    const events = send(driver, order({ orderType: "stop", triggerTicks: 105 }));
    expect(kinds(events)).toEqual(["OrderAccepted"]);
    const { held, orderId } = only(events, "OrderAccepted");
    // 10 lots at the edge of the band around the trigger, the fee, and a unit a lot for its rounding.
    expect(held).toBe(1_150 + 3 + 10);
    expect(routedOrders(driver.engine)).toEqual([]);
    expect(kinds(price(driver, 104))).toEqual(["ReferencePriceSet"]);
    expectOneState(driver);
    const fired = price(driver, 106);
    expect(kinds(fired)).toEqual(["ReferencePriceSet", "OrderTriggered", "OrderRouted"]);
    expect(only(fired, "OrderTriggered")).toMatchObject({ ticks: 106, workingTicks: 115, held: 1_163 });
    expect(only(fired, "OrderRouted")).toMatchObject({ orderId, sender: "trader", limitTicks: null });
    expect(routedOrder(driver.engine, orderId)).toMatchObject({
      orderType: "stop",
      limitTicks: null,
      timeInForce: "ioc",
      standing: "sent",
    });
    expectOneState(driver);
    report(driver, { kind: "filled", orderId, venueTradeId: "1", ticks: 107, lots: 6, isTaker: true, fee: 2 });
    const closed = report(driver, { kind: "closed", orderId, filledLots: 6, arrived: true });
    expect(only(closed, "OrderCancelled").reason).toBe("immediateRemainder");
    expectOneState(driver);
  });

  test("CN-20 a stop-limit leaves with its limit, and a trailing stop follows the venue's price", () => {
    const driver = priced();
    const limited = only(
      send(driver, order({ orderType: "stopLimit", side: "sell", triggerTicks: 95, limitTicks: 94 })),
      "OrderAccepted",
    ).orderId;
    const trailing = only(send(driver, order({ orderType: "trailingStop", side: "sell", offsetTicks: 4 })), "OrderAccepted").orderId;
    expect(only(price(driver, 103), "TriggerMoved")).toMatchObject({ orderId: trailing, triggerTicks: 99 });
    expectOneState(driver);
    expect(only(price(driver, 99), "OrderRouted")).toMatchObject({ orderId: trailing, limitTicks: null });
    expect(only(price(driver, 94), "OrderRouted")).toMatchObject({ orderId: limited, limitTicks: null });
    expect(routedOrder(driver.engine, limited)).toMatchObject({ orderType: "stopLimit", limitTicks: 94, timeInForce: "gtc" });
    expect(only(report(driver, { kind: "closed", orderId: limited, filledLots: 0, arrived: true }), "OrderCancelled").reason).toBe(
      "venueCancelled",
    );
    expectOneState(driver);
  });

  test("CN-20 CN-17 a collar goes with it, and is its limit when it leaves", () => {
    const driver = priced();
    driver.send(node(2, "account", VENUE, ALICE));
    setLimit(driver, 2, onCoin("collarPpm", 50_000));
    const { held, orderId } = only(send(driver, order({ orderType: "stop", triggerTicks: 100, lots: 10, side: "sell" })), "OrderAccepted");
    expect(held).toBe(10);
    // Reached at once: the price is 100 already.
    expect(routedOrder(driver.engine, orderId)).toMatchObject({ orderType: "stop", limitTicks: 95, timeInForce: "ioc" });
    const beyond = report(driver, { kind: "filled", orderId, venueTradeId: "1", ticks: 94, lots: 5, isTaker: true, fee: 1 });
    expect(only(beyond, "VenueReported").report).toMatchObject({ about: "beyondLimit" });
  });

  test("CN-20 it fires neither while the link is away nor on a price that is too old, and does so when both are back", () => {
    const driver = priced();
    only(send(driver, order({ orderType: "stop", triggerTicks: 105 })), "OrderAccepted");
    report(driver, { kind: "lost", why: "cut" });
    expect(isPriceAwaited(driver.engine, COIN, 110)).toBe(false);
    expect(kinds(price(driver, 110))).toEqual(["ReferencePriceSet"]);
    driver.atUs += MINUTE_US + 1;
    expect(kinds(report(driver, { kind: "live" }))).toEqual(["VenueReported"]);
    expect([104, 105].map((ticks) => isPriceAwaited(driver.engine, COIN, ticks))).toEqual([false, true]);
    expect(kinds(price(driver, 105))).toEqual(["ReferencePriceSet", "OrderTriggered", "OrderRouted"]);
    expectOneState(driver);
  });

  test("CN-20 CN-18 it is changed and cancelled here at once, by a trade back too", () => {
    const driver = priced();
    const { orderId } = only(send(driver, order({ orderType: "stop", triggerTicks: 105 })), "OrderAccepted");
    expect(kinds(send(driver, { type: "AmendOrder", accountId: ALICE, orderId, triggerTicks: 108 }))).toEqual(["OrderAmended"]);
    expect(kinds(send(driver, { type: "CancelOrder", accountId: ALICE, orderId }))).toEqual(["OrderCancelled"]);
    const stop = only(send(driver, order({ orderType: "stop", triggerTicks: 105 })), "OrderAccepted").orderId;
    const kill = { scope: { kind: "account", accountId: ALICE }, flatten: true, reason: "drill" } as const;
    expect(only(send(driver, { type: "EngageKillSwitch", kill }, "officer"), "OrderCancelled")).toMatchObject({
      orderId: stop,
      reason: "killSwitch",
    });
    expectOneState(driver);
  });

  test("CN-2 no list goes there, whatever it is made of", () => {
    const driver = priced();
    const sell = { side: "sell", timeInForce: "gtc", lots: 10 } as const;
    const limit = { ...sell, orderType: "limit", limitTicks: 105 } as const;
    const stop = { ...sell, orderType: "stop", triggerTicks: 95 } as const;
    const entry = { side: "buy", orderType: "limit", timeInForce: "gtc", limitTicks: 100, lots: 10 } as const;
    const lists = [
      { kind: "oco", limit, stop },
      { kind: "oto", first: entry, second: limit },
      { kind: "bracket", entry, profitTicks: 105, stopTicks: 95 },
    ] as const;
    for (const [n, list] of lists.entries()) {
      const events = send(driver, {
        type: "SubmitOrderList",
        accountId: ALICE,
        instrumentId: COIN_USD,
        clientOrderId: 9_000_000 + n,
        list,
      });
      expect(kinds(events)).toEqual(["OrderDenied"]);
      expect(only(events, "OrderDenied").refusal.code).toBe("VALIDATE_ROUTED_TERMS");
    }
    expectOneState(driver);
  });

  test("CN-20 CN-2 a stop on another price, or one that ends by a date, is refused", () => {
    const driver = priced();
    for (const changes of [{ trigger: "mark" }, { timeInForce: "day" }] as const)
      expect(only(send(driver, order({ orderType: "stop", triggerTicks: 105, ...changes })), "OrderDenied").refusal.code).toBe(
        "VALIDATE_ROUTED_TERMS",
      );
  });

  test("CN-20 RK-23 a stop that is to outlive its sender's line does so when it has fired too", () => {
    const driver = priced();
    driver.send({ type: "OpenSession", session: { session: "trader", cancelOnDisconnect: true } });
    const stop = { orderType: "stopLimit", side: "sell", triggerTicks: 95, limitTicks: 94 } as const;
    const kept = only(send(driver, order({ ...stop, keepOnDisconnect: true })), "OrderAccepted").orderId;
    const gone = only(send(driver, order(stop)), "OrderAccepted").orderId;
    expect(kinds(price(driver, 95)).filter((kind) => kind === "OrderRouted")).toHaveLength(2);
    expect(only(send(driver, { type: "CloseSession", session: "trader" }), "CancelRouted").orderId).toBe(gone);
    expect(routedOrder(driver.engine, kept)).toMatchObject({ isCancelAsked: false });
    expectOneState(driver);
  });
});
