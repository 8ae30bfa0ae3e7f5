import { describe, expect, test } from "vitest";
import { createEngine, fold } from "../../engine/core/engine.ts";
import { fork } from "../../engine/core/fork.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { accountById, accounts, balance, depth, lastTrade } from "../../engine/core/queries.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { AccountId, AssetId, InstrumentId } from "../../shared/ids.ts";
import { ALICE, BOB, COIN, COIN_USD, Driver, USD, account, coinUsd, deposit, fundedVenue, only, order, venue } from "./drive.ts";

const coin = COIN_USD as InstrumentId;
const ACCOUNTS = 600;
const FIRST = 5;

/** Many accounts with an order each at a price of its own, far apart: every pool, table and tree grows several times. */
function crowd(): Driver {
  const driver = new Driver();
  driver.sendAll(venue);
  for (let n = 0; n < ACCOUNTS; n += 1) {
    driver.send(account(FIRST + n, `T${n}`));
    driver.send(deposit(FIRST + n, USD, 2_000_000 + n));
    driver.send(order({ accountId: FIRST + n, limitTicks: 100_000 + n * 1_000, lots: 2 }));
  }
  return driver;
}

describe("a state that outgrows its first memory", () => {
  const driver = crowd();

  test("MT-1 LG-3 all of it is there: accounts, money, orders and levels", () => {
    const { engine } = driver;
    checkInvariants(engine);
    const levels = new Int32Array(3 * ACCOUNTS);
    expect(depth(engine, coin, "buy", levels, ACCOUNTS)).toBe(ACCOUNTS);
    for (let n = 0; n < ACCOUNTS; n += 1) {
      const ticks = 100_000 + (ACCOUNTS - 1 - n) * 1_000;
      expect(Array.from(levels.subarray(n * 3, n * 3 + 3))).toEqual([ticks, 2, 1]);
      const accountId = (FIRST + n) as AccountId;
      expect(accountById(engine, accountId)).toMatchObject({ accountId, code: `T${n}` });
      expect(balance(engine, accountId, USD as AssetId).total).toBe(2_000_000 + n);
    }
    expect([...accounts(engine)].map(({ code }) => code)).toEqual([
      "FEES",
      "ALICE",
      "BOB",
      "CAROL",
      ...Array.from({ length: ACCOUNTS }, (_, n) => `T${n}`),
    ]);
  });

  test("JR-1 JR-3 FK-1 folded, restored and forked it is the same", () => {
    const bytes = snapshot(driver.engine);
    const folded = createEngine();
    for (const batch of driver.batches) fold(folded, batch);
    for (const engine of [folded, restore(bytes), fork(driver.engine)]) expect(Buffer.compare(snapshot(engine), bytes)).toBe(0);
  });

  test("FK-1 a fork into the memory of an earlier one takes no other", () => {
    const spare = fork(driver.engine);
    const before = buffersOf(spare);
    expect(before.size).toBeGreaterThan(10);
    expect(fork(driver.engine, spare)).toBe(spare);
    expect([...buffersOf(spare)].filter((buffer) => !before.has(buffer))).toEqual([]);
  });

  test("MT-8 MT-11 when all orders are gone their memory is used again, and their ids stay taken", () => {
    const emptied = crowd();
    const orders = emptied.engine.state.orders.bytes;
    const prices = emptied.engine.state.books.prices.bytes;
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < ACCOUNTS; n += 1) emptied.send({ type: "CancelAllOrders", accountId: FIRST + n, instrumentId: null });
      expect(emptied.engine.state.orders.live).toBe(0);
      for (let n = 0; n < ACCOUNTS; n += 1) {
        const events = emptied.send(
          order({ accountId: FIRST + n, clientOrderId: 10_000_000 + round, limitTicks: 99_000 + n * 1_000, lots: 2 }),
        );
        expect(events[0]?.type).toBe("OrderAccepted");
      }
    }
    expect(
      only(emptied.send(order({ accountId: FIRST + 7, clientOrderId: 10_000_001, limitTicks: 99_000, lots: 2 })), "OrderDenied").refusal
        .code,
    ).toBe("VALIDATE_DUPLICATE_CLIENT_ORDER_ID");
    checkInvariants(emptied.engine);
    expect(emptied.engine.state.orders.bytes).toBe(orders);
    expect(emptied.engine.state.books.prices.bytes).toBe(prices);
    expect(emptied.engine.state.books.levels.highestHandle).toBe(ACCOUNTS);
  });
});

function buffersOf(root: object): Set<object> {
  const seen = new Set<object>([root]);
  // A set that grows while it is walked is walked to its end.
  for (const part of seen) {
    if (ArrayBuffer.isView(part)) seen.add(part.buffer);
    else for (const value of Object.values(part)) if (typeof value === "object" && value !== null) seen.add(value as object);
  }
  return new Set([...seen].filter((part) => part instanceof ArrayBuffer));
}

describe("the directory of accounts", () => {
  test("LG-7 names in any script come back as they were, also from a snapshot", () => {
    const driver = new Driver();
    driver.sendAll(venue);
    const name = "香港數字資產 – Ärger 🙂 \u0080\u007f";
    driver.send({
      type: "OpenAccount",
      account: { accountId: 5, code: "HK", name, owner: "hk", clientClass: "retail", receivesFees: false },
    });
    for (const engine of [driver.engine, restore(snapshot(driver.engine)), fork(driver.engine)]) {
      expect(accountById(engine, 5 as AccountId)?.name).toBe(name);
      expect(accountById(engine, 4 as AccountId)?.code).toBe("CAROL");
    }
  });

  test("LG-7 there is no account before the first or after the last", () => {
    const { engine } = fundedVenue();
    for (const accountId of [0, 5, -1]) expect(accountById(engine, accountId as AccountId)).toBeNull();
    expect(() => engine.state.catalog.accounts.get(5)).toThrow("no account 5");
  });
});

describe("an account of many assets", () => {
  test("LG-2 LG-5 its money is found whichever asset it is", () => {
    const driver = fundedVenue();
    for (let n = 0; n < 6; n += 1) {
      const assetId = 4 + n;
      driver.send({ type: "DefineAsset", asset: { assetId, code: `A${n}`, decimals: 4 } });
      driver.send({ type: "ListInstrument", instrument: { ...coinUsd, instrumentId: 3 + n, symbol: `A${n}USD`, baseAssetId: assetId } });
      driver.send(deposit(BOB, assetId, 1_000 + n));
      driver.send(deposit(ALICE, assetId, 50));
    }
    for (let n = 0; n < 6; n += 1) {
      driver.send(order({ accountId: BOB, instrumentId: 3 + n, side: "sell", limitTicks: 100, lots: 2 }));
      driver.send(order({ accountId: ALICE, instrumentId: 3 + n, limitTicks: 100, lots: 2 }));
      expect(balance(driver.engine, BOB as AccountId, (4 + n) as AssetId)).toMatchObject({ total: 998 + n, held: 0 });
      expect(balance(driver.engine, ALICE as AccountId, (4 + n) as AssetId)).toMatchObject({ total: 52, held: 0 });
    }
    // The oldest balances lie in its row, the youngest elsewhere.
    expect(balance(driver.engine, BOB as AccountId, COIN as AssetId).total).toBe(10_000);
    expect([...driver.engine.state.balances]).toHaveLength(1 + 3 * 3 + 2 * 6);
    checkInvariants(driver.engine);
  });
});

describe("last trade", () => {
  test.each(["buy", "sell"] as const)("MT-3 tells the taker's side (%s)", (side) => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: side === "buy" ? "sell" : "buy", lots: 3 }));
    const fill = only(driver.send(order({ side, lots: 2 })), "OrderFilled");
    expect(lastTrade(driver.engine, coin)).toEqual({ tradeId: fill.tradeId, atUs: driver.atUs, ticks: 100, lots: 2, takerSide: side });
    expect(lastTrade(restore(snapshot(driver.engine)), coin)?.takerSide).toBe(side);
  });
});
