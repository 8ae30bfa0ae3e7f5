import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine, decide, takeBatch } from "../../engine/core/engine.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { eventKinds } from "../../engine/core/records/kinds.ts";
import { commandLayouts } from "../../engine/core/records/layout.ts";
import { openOrders } from "../../engine/core/queries.ts";
import { RecordCursor, decodeEntries, encodeCommands, type PackedRecords } from "../../engine/core/records/records.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { commandSchema } from "../../shared/commands.ts";
import type { AccountId, EpochUs } from "../../shared/ids.ts";
import { controlParameters, instrumentControls, nodeControls, tradingStates, type RiskControl } from "../../shared/risk.ts";
import { ALICE, BOB, CAROL, COIN_USD, METAL_USD, START_US, Driver, order, venue, type PlainCommand, type PlainOrder } from "./drive.ts";
import {
  ALICE_NODE,
  BOB_NODE,
  DESK,
  FIRM,
  VENUE,
  expectOneState,
  node,
  onCoin,
  proposal,
  setLimit,
  treeVenue,
  type PlainLimit,
} from "./riskVenue.ts";
import { SEED } from "./runBoth.ts";

type PlainList = Extract<PlainCommand, { type: "SubmitOrderList" }>["list"];

type Step =
  | { readonly do: "order"; readonly changes: PlainOrder; readonly actor: string }
  | { readonly do: "cancel"; readonly which: number }
  | { readonly do: "list"; readonly accountId: number; readonly list: PlainList; readonly actor: string }
  | { readonly do: "amend"; readonly which: number; readonly lots: number | null; readonly limitTicks: number | null }
  | { readonly do: "limits"; readonly node: number; readonly limit: PlainLimit; readonly lasts: number | null }
  | { readonly do: "send"; readonly command: PlainCommand; readonly actor: string }
  | { readonly do: "wait"; readonly us: number };

const anyNode = fc.constantFrom(VENUE, FIRM, DESK, ALICE_NODE, BOB_NODE, 6);
const trader = fc.constantFrom(ALICE, BOB, CAROL);
const someone = fc.constantFrom("eve", "adam", "olga");
const why = "by chance";

const orderStep = fc
  .record({
    accountId: trader,
    side: fc.constantFrom("buy" as const, "sell" as const),
    limitTicks: fc.integer({ min: 94, max: 106 }),
    lots: fc.integer({ min: 2, max: 40 }),
    kind: fc.constantFrom("gtc", "gtc", "gtc", "gtc", "ioc", "market", "stop", "stopLimit", "trailingStop", "pegged", "iceberg"),
    offsetTicks: fc.integer({ min: 1, max: 4 }),
    confirmed: fc.boolean(),
    keep: fc.boolean(),
    actor: someone,
  })
  .map(({ kind, confirmed, keep, actor, limitTicks, offsetTicks, ...rest }): Step => {
    const changes: PlainOrder = {
      ...rest,
      ...termsOf(kind, limitTicks, offsetTicks),
      ...(confirmed ? { confirmation: why } : {}),
      ...(keep ? { keepOnDisconnect: true as const } : {}),
    };
    return { do: "order", changes, actor };
  });

function termsOf(kind: string, limitTicks: number, offsetTicks: number): PlainOrder {
  switch (kind) {
    case "market":
      return { orderType: "market", timeInForce: "ioc", limitTicks: null };
    case "ioc":
      return { timeInForce: "ioc", limitTicks };
    case "stop":
      return { orderType: "stop", triggerTicks: limitTicks, limitTicks: null };
    case "stopLimit":
      return { orderType: "stopLimit", triggerTicks: limitTicks, limitTicks };
    case "trailingStop":
      return { orderType: "trailingStop", offsetTicks, limitTicks: null };
    case "pegged":
      return { orderType: "pegged", peg: "mid", offsetTicks, limitTicks };
    case "iceberg":
      return { limitTicks, displayLots: 1, selfTradeMode: "decrement" };
    default:
      return { limitTicks };
  }
}

/** Pairs, chains and brackets around a price. */
const listStep = fc
  .record({
    accountId: trader,
    kind: fc.constantFrom("oco", "oto", "bracket"),
    side: fc.constantFrom("buy" as const, "sell" as const),
    ticks: fc.integer({ min: 96, max: 104 }),
    lots: fc.integer({ min: 2, max: 20 }),
    actor: someone,
  })
  .map(({ accountId, kind, side, ticks, lots, actor }): Step => {
    const better = side === "buy" ? -2 : 2;
    const common = { side, timeInForce: "gtc", lots } as const;
    const limit = { ...common, orderType: "limit", limitTicks: ticks } as const;
    const stop = { ...common, orderType: "stop", triggerTicks: ticks - better } as const;
    const lists: Record<string, PlainList> = {
      oco: { kind: "oco", limit: { ...limit, limitTicks: ticks + better }, stop },
      oto: { kind: "oto", first: limit, second: stop },
      bracket: { kind: "bracket", entry: limit, profitTicks: ticks - better, stopTicks: ticks + better },
    };
    return { do: "list", accountId, list: lists[kind]!, actor };
  });

const bounds: Record<RiskControl, number> = {
  orderLots: 40,
  netLots: 120,
  grossLots: 200,
  collarPpm: 80_000,
  nearTouchPpm: 90_000,
  farTouchPpm: 60_000,
  protectionLots: 80,
  orderValue: 4_000,
  openValue: 20_000,
  messages: 30,
  orderToTrade: 30,
  executions: 20,
  duplicates: 3,
  protectionFills: 8,
  loss: 120,
  liquidation: 150,
};

const limitStep = fc
  .record({
    node: anyNode,
    control: fc.constantFrom<RiskControl>(...instrumentControls, ...nodeControls),
    share: fc.integer({ min: 30, max: 150 }),
    softShare: fc.option(fc.integer({ min: 30, max: 100 })),
    lifted: fc.integer({ min: 0, max: 5 }),
    lasts: fc.option(fc.integer({ min: 20, max: 200 })),
  })
  .map(({ node: nodeId, control, share, softShare, lifted, lasts }): Step => {
    const hard = Math.floor((bounds[control] * share) / 100);
    const isLifted = lifted === 0;
    const limit: PlainLimit = {
      control,
      instrumentId: instrumentControls.some((one) => one === control) ? COIN_USD : null,
      hard: isLifted ? null : hard,
      soft: isLifted || softShare === null ? null : Math.floor((hard * softShare) / 100),
      parameter: isLifted || !(control in controlParameters) ? null : 50,
    };
    return { do: "limits", node: nodeId, limit, lasts: isLifted ? null : lasts };
  });

const scope = fc.oneof(
  fc.record({ kind: fc.constant("user" as const), actor: someone }),
  fc.record({ kind: fc.constant("account" as const), accountId: trader }),
  fc.record({ kind: fc.constant("node" as const), nodeId: anyNode }),
);

const deed: fc.Arbitrary<PlainCommand> = fc.oneof(
  fc
    .record({ nodeId: anyNode, state: fc.constantFrom(...tradingStates, "active" as const, "active" as const), reason: fc.constant(why) })
    .map((change) => ({ type: "SetTradingState" as const, change })),
  fc.record({ scope, flatten: fc.boolean(), reason: fc.constant(why) }).map((kill) => ({ type: "EngageKillSwitch" as const, kill })),
  fc.record({ scope, reason: fc.constant(why) }).map((rearm) => ({ type: "RearmKillSwitch" as const, rearm })),
  fc.record({ scope, reason: fc.constant(why) }).map((rearm) => ({ type: "RearmKillSwitch" as const, rearm })),
  fc
    .record({ nodeId: anyNode, lock: fc.constantFrom("disabled" as const, "protected" as const), reason: fc.constant(why) })
    .map((release) => ({ type: "ReleaseRiskLock" as const, release })),
  fc.record({ session: someone, cancelOnDisconnect: fc.boolean() }).map((session) => ({ type: "OpenSession" as const, session })),
  someone.map((session) => ({ type: "CloseSession" as const, session })),
  trader.map((accountId) => ({ type: "CancelAllOrders" as const, accountId, instrumentId: null })),
  fc.constant({ type: "AdvanceTime" as const }),
  fc
    .record({
      phase: fc.constantFrom("continuous" as const, "continuous" as const, "openingAuction" as const, "halted" as const),
      lasts: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ phase, lasts }) => ({ type: "SetTradingPhase" as const, instrumentId: COIN_USD, phase, untilUs: START_US + lasts * 15 })),
  fc.constant(node(6, "account", FIRM, CAROL)),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: orderStep },
  { weight: 6, arbitrary: fc.nat(1_000).map((which): Step => ({ do: "cancel", which })) },
  {
    weight: 6,
    arbitrary: fc
      .record({
        which: fc.nat(1_000),
        lots: fc.option(fc.integer({ min: 2, max: 60 })),
        limitTicks: fc.option(fc.integer({ min: 94, max: 106 })),
      })
      .map((change): Step => ({ do: "amend", ...change })),
  },
  { weight: 5, arbitrary: listStep },
  { weight: 3, arbitrary: limitStep },
  { weight: 3, arbitrary: fc.record({ command: deed, actor: someone }).map((sent): Step => ({ do: "send", ...sent })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 60 }).map((us): Step => ({ do: "wait", us })) },
);
const steps = fc.array(step, { minLength: 100, maxLength: 400, size: "max" });

/** Client order ids of lists, above those of orders. */
let listId = 1_000_000_000;

function run(driver: Driver, taken: Step): void {
  switch (taken.do) {
    case "order":
      driver.send(order(taken.changes), taken.actor);
      return;
    case "cancel": {
      const all = [...openOrders(driver.engine)];
      const target = all[taken.which % Math.max(1, all.length)];
      if (target === undefined) return;
      const { accountId, orderId } = target;
      // What falls due comes first, and what the cancellation calls for after it; a phase that ends may fill the order before.
      const events = driver.send({ type: "CancelOrder", accountId, orderId });
      const wasThere = !events.some((event) => event.type === "AuctionUncrossed");
      if (wasThere) expect(events).toContainEqual(expect.objectContaining({ type: "OrderCancelled", orderId, reason: "user" }));
      return;
    }
    case "list":
      listId += 1;
      driver.send(
        { type: "SubmitOrderList", accountId: taken.accountId, instrumentId: COIN_USD, clientOrderId: listId, list: taken.list },
        taken.actor,
      );
      return;
    case "amend": {
      const all = [...openOrders(driver.engine)];
      const target = all[taken.which % Math.max(1, all.length)];
      if (target === undefined) return;
      const { accountId, orderId } = target;
      driver.send({ type: "AmendOrder", accountId, orderId, lots: taken.lots, limitTicks: taken.limitTicks });
      return;
    }
    case "limits": {
      const when = taken.lasts === null ? {} : { expiresUs: driver.atUs + taken.lasts };
      for (const event of driver.send(proposal(taken.node, [taken.limit], when), "maker")) {
        if (event.type === "LimitsProposed") driver.send({ type: "ApproveLimits", proposalId: event.proposalId }, "checker");
      }
      return;
    }
    case "send":
      driver.send(taken.command, taken.actor);
      return;
    case "wait":
      driver.atUs += taken.us;
  }
}

describe(`laws of the risk stage, seed ${SEED}`, () => {
  test(
    "RK-25 RK-5 RK-13 JR-1 JR-2 JR-3 exposures equal what they add up to, no child exceeds its parent, cancels pass, all states agree",
    { timeout: 120_000 },
    () => {
      const seen = new Map<string, number>();
      fc.assert(
        fc.property(steps, (taken) => {
          const driver = treeVenue();
          for (const [n, each] of taken.entries()) {
            run(driver, each);
            if (n % 20 === 0) checkInvariants(driver.engine);
          }
          expectOneState(driver);
          for (const batch of driver.batches) {
            const cursor = new RecordCursor(batch);
            while (cursor.next()) {
              const entry = cursor.entry();
              if (entry.kind !== "event") continue;
              const { event } = entry;
              const name =
                event.type === "RiskBreached" ? `${event.control} ${event.tier}` : event.type === "RiskLocked" ? event.lock : event.type;
              seen.set(name, (seen.get(name) ?? 0) + 1);
            }
          }
        }),
        { seed: SEED, numRuns: 100 },
      );
      // The random commands are worth what they reach.
      const wanted = "orderLots netLots grossLots collarPpm nearTouchPpm farTouchPpm orderValue openValue messages orderToTrade duplicates"
        .split(" ")
        .flatMap((control) => [`${control} soft`, `${control} hard`]);
      const locks = ["disabled", "protected", "lossWarning", "lossBlocked", "liquidating"];
      const events = ["SoftLimitConfirmed", "KillSwitchEngaged", "KillSwitchRearmed", "LimitsExpired", "RiskLockReleased", "SessionClosed"];
      const special = [
        "OrderTriggered",
        "TriggerMoved",
        "OrderRepriced",
        "OrderAmended",
        "OrderAdjusted",
        "OrderListAccepted",
        "AuctionUncrossed",
      ];
      expect([...wanted, ...locks, ...events, ...special].filter((name) => !seen.has(name))).toEqual([]);
    },
  );

  test("JR-3 a restored engine decides what comes after as the original does", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const driver = treeVenue();
        for (const each of before) run(driver, each);
        const restored = new Driver(restore(snapshot(driver.engine)));
        restored.atUs = driver.atUs;
        for (const each of after) {
          const sent = driver.commands.length;
          run(driver, each);
          for (let n = sent; n < driver.commands.length; n += 1) restored.send(driver.commands[n]!, actorOf(driver.batches[n]!));
          restored.atUs = driver.atUs;
        }
        checkInvariants(restored.engine);
        expect([...openOrders(restored.engine)]).toEqual([...openOrders(driver.engine)]);
      }),
      { seed: SEED, numRuns: 10 },
    );
  });
});

function actorOf(batch: PackedRecords): string {
  const cursor = new RecordCursor(batch);
  cursor.next();
  return cursor.text(commandLayouts.SubmitOrder.slots.actor);
}

describe("failing closed", () => {
  const slots = commandLayouts.SubmitOrder.slots;
  const acceptedKinds = (packed: PackedRecords, driver: Driver): number[] => {
    const cursor = new RecordCursor(packed);
    cursor.next();
    decide(driver.engine, cursor, (driver.atUs + 1) as EpochUs);
    const answer = new RecordCursor(takeBatch(driver.engine)!);
    const kinds: number[] = [];
    while (answer.next()) kinds.push(answer.kind);
    return kinds;
  };

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 0.5, 10.5, 2 ** 31 + 10, 2 ** 32 + 10, 2 ** 53 + 2])(
    "RK-30 %s where a whole number belongs is never accepted",
    (bad) => {
      for (const set of [false, true]) {
        for (const slot of [slots.accountId, slots.instrumentId, slots.clientOrderId, slots.limitTicks, slots.lots]) {
          // Any positive whole number up to the largest safe one is a client order id.
          if (slot === slots.clientOrderId && Number.isSafeInteger(bad) && bad > 0) continue;
          const driver = treeVenue();
          if (set) setLimit(driver, DESK, onCoin("netLots", 500));
          const packed = encodeCommands([{ command: commandSchema.parse(order({})), actor: "a" }]);
          packed.numbers[slot] = bad;
          expect(acceptedKinds(packed, driver)).toEqual([commandLayouts.SubmitOrder.kind, eventKinds.OrderDenied]);
        }
      }
    },
  );

  test("RK-30 what the other stages would round to a whole number is refused as such", () => {
    const driver = treeVenue();
    const packed = encodeCommands([{ command: commandSchema.parse(order({})), actor: "a" }]);
    packed.numbers[slots.lots] = 10.5;
    const cursor = new RecordCursor(packed);
    cursor.next();
    decide(driver.engine, cursor, (driver.atUs + 1) as EpochUs);
    const [, answer] = decodeEntries(takeBatch(driver.engine)!);
    expect(answer).toMatchObject({ event: { type: "OrderDenied", refusal: { code: "RISK_NOT_A_NUMBER" } } });
  });

  test("RK-30 huge orders exceed bounds instead of wrapping around", () => {
    const driver = treeVenue();
    for (const limit of [{ control: "orderValue", hard: 10 ** 12 } as const, { control: "openValue", hard: 10 ** 12 } as const]) {
      setLimit(driver, DESK, limit);
      const huge = order({ instrumentId: METAL_USD, limitTicks: 2 ** 31 - 1, lots: 2 ** 31 - 1 });
      expect(driver.send(huge).at(-1)?.type).toBe("OrderDenied");
    }
  });
});

test("JR-6 JR-1 order commands of journals from before confirmations still decide and fold", () => {
  const driver = new Driver(createEngine());
  driver.sendAll(venue);
  const packed = encodeCommands([{ command: commandSchema.parse(order({})), actor: "a" }]);
  const early = commandLayouts.SubmitOrder.earlierLengths[0]!;
  const numbers = packed.numbers.slice(0, early);
  numbers[0] = commandLayouts.SubmitOrder.kind + 256 * early;
  const cursor = new RecordCursor({ ...packed, numbers });
  cursor.next();
  expect(cursor.entry()).toMatchObject({ kind: "command", command: { type: "SubmitOrder", lots: 10 } });
  decide(driver.engine, cursor, (driver.atUs + 1) as EpochUs);
  const answer = new RecordCursor(takeBatch(driver.engine)!);
  answer.next();
  expect(answer.entry()).toMatchObject({ command: { type: "SubmitOrder", accountId: ALICE as AccountId } });
});
