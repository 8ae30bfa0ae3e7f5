import { describe, expect, test } from "vitest";
import { refusalOf } from "../../shared/rejects.ts";
import { REMEMBERED_ORDERS } from "../../engine/core/state/recentIds.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { ALICE, BOB, Driver, fundedVenue, only, order } from "./drive.ts";

/** Accepts an order that closes at once, so that only the memory of its id remains. */
function flash(driver: Driver, clientOrderId: number): string {
  return driver.send(order({ clientOrderId, timeInForce: "ioc", lots: 2 })).at(-1)!.type;
}

const CLOSED = "OrderCancelled";
const DENIED = "OrderDenied";

describe("client order ids", () => {
  test("MT-11 an open order's id is taken, for its account only", () => {
    const driver = fundedVenue();
    driver.send(order({ clientOrderId: 7 }));
    const again = driver.send(order({ clientOrderId: 7 }));
    expect(only(again, "OrderDenied").refusal).toEqual(refusalOf("VALIDATE_DUPLICATE_CLIENT_ORDER_ID", { actual: 7 }));
    expect(driver.send(order({ accountId: BOB, clientOrderId: 7 }))[0]?.type).toBe("OrderAccepted");
  });

  test("MT-11 a refused order does not use its id up", () => {
    const driver = fundedVenue();
    expect(driver.send(order({ clientOrderId: 7, lots: 1 }))[0]?.type).toBe(DENIED);
    expect(driver.send(order({ clientOrderId: 7 }))[0]?.type).toBe("OrderAccepted");
  });

  test("MT-11 the latest 1,024 ids stay reserved, the one before is free again where ids do not rise", () => {
    const driver = fundedVenue();
    const id = (n: number): number => 10_000 - n;
    for (let n = 1; n <= REMEMBERED_ORDERS; n += 1) expect(flash(driver, id(n))).toBe(CLOSED);
    for (const n of [1, 2, 512, REMEMBERED_ORDERS]) expect(flash(driver, id(n))).toBe(DENIED);
    expect(flash(driver, id(REMEMBERED_ORDERS + 1))).toBe(CLOSED);
    expect(flash(driver, id(2))).toBe(DENIED);
    expect(flash(driver, id(1))).toBe(CLOSED);
    // Now the second has left, too.
    expect(flash(driver, id(2))).toBe(CLOSED);
    expect(flash(driver, id(1))).toBe(DENIED);
  });

  test("MT-11 JR-3 an account that counts up cannot use an id that it has passed, however long ago, also in a restored engine", () => {
    const original = fundedVenue();
    const before = REMEMBERED_ORDERS * 2;
    // Only even ids, so that odd ones were passed over.
    for (let n = 1; n <= before; n += 1) flash(original, 2 * n);
    for (const driver of [original, new Driver(restore(snapshot(original.engine)))]) {
      driver.atUs = original.atUs;
      for (const id of [1, 2, 3, before, before - 1]) expect([id, flash(driver, id)]).toEqual([id, DENIED]);
      // What lies among the latest may be a straggler.
      expect(flash(driver, 2 * before - 1)).toBe(CLOSED);
      expect(flash(driver, 2 * before + 2)).toBe(CLOSED);
    }
  });

  test("MT-11 before it has had 1,024 orders, an account may use lower ids that it has not used", () => {
    const driver = fundedVenue();
    for (let n = 1; n < REMEMBERED_ORDERS; n += 1) flash(driver, 5_000 + n);
    expect(flash(driver, 4_000)).toBe(CLOSED);
    // It has not counted up for as long as is remembered, so lower ones stay free.
    expect(flash(driver, 3_000)).toBe(CLOSED);
    expect(flash(driver, 9_000)).toBe(CLOSED);
    expect(flash(driver, 3_500)).toBe(CLOSED);
  });

  test("MT-11 JR-3 an order that outlives the memory keeps its id until it closes, also in a restored engine", () => {
    const original = fundedVenue();
    const old = only(original.send(order({ clientOrderId: 5 })), "OrderAccepted");
    for (let n = 1; n <= REMEMBERED_ORDERS + 3; n += 1) flash(original, 10_000 - n);
    for (const driver of [original, new Driver(restore(snapshot(original.engine)))]) {
      driver.atUs = original.atUs;
      expect(flash(driver, 5)).toBe(DENIED);
      expect(flash(driver, 10_000 - 3)).toBe(CLOSED);
      expect(flash(driver, 10_000 - 4)).toBe(CLOSED);
      expect(flash(driver, 10_000 - 6)).toBe(DENIED);
      driver.send({ type: "CancelOrder", accountId: ALICE, orderId: old.orderId });
      expect(flash(driver, 5)).toBe(CLOSED);
    }
  });
});
