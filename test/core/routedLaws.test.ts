import fc from "fast-check";
import { expect, test } from "vitest";
import { routedOrders } from "../../engine/core/routing/routeQueries.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { ALICE, COIN_USD, Driver, order, type PlainCommand, type PlainOrder } from "./drive.ts";
import { linked } from "./linkedVenue.ts";
import { VENUE, expectOneState, node } from "./riskVenue.ts";
import { SEED } from "./runBoth.ts";

type PlainReport = Extract<PlainCommand, { type: "RecordVenueReport" }>["report"];
type Step =
  | { readonly do: "order"; readonly changes: PlainOrder }
  | { readonly do: "amend"; readonly which: number; readonly limitTicks: number; readonly lots: number | null }
  | { readonly do: "cancel"; readonly which: number }
  | { readonly do: "told"; readonly which: number; readonly what: Told; readonly ticks: number; readonly lots: number }
  | { readonly do: "price"; readonly ticks: number }
  | { readonly do: "link"; readonly isLive: boolean }
  | { readonly do: "kill"; readonly isKilled: boolean }
  | { readonly do: "wait"; readonly us: number };

/** What the venue tells of an order, whether that can be or not. */
const tellings = ["acknowledged", "filled", "closed", "refused", "unanswered", "cancelRefused", "notReceived"] as const;
type Told = (typeof tellings)[number];
const oftenTold: readonly Told[] = ["acknowledged", "filled", "filled", "filled", "filled", "closed", "closed"];

const which = fc.nat(9);
const ticks = fc.integer({ min: 80, max: 120 });
const lots = fc.integer({ min: 2, max: 20 });
const side = fc.constantFrom("buy", "sell");
const changes: fc.Arbitrary<PlainOrder> = fc.oneof(
  fc.record({ side, lots, limitTicks: ticks }),
  fc.record({ side, lots, limitTicks: ticks }),
  fc.record({ side, lots, limitTicks: ticks, timeInForce: fc.constantFrom("ioc", "fok") }),
  fc.record({ side, lots, orderType: fc.constant("market"), timeInForce: fc.constant("ioc") }),
  fc.record({ side, quoteAmount: fc.integer({ min: 150, max: 1_500 }), orderType: fc.constant("market"), timeInForce: fc.constant("ioc") }),
  fc.record({ side, lots, orderType: fc.constant("stop"), triggerTicks: ticks }),
  fc.record({ side, lots, orderType: fc.constant("trailingStop"), offsetTicks: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ side, lots, orderType: fc.constant("stopLimit"), triggerTicks: ticks, limitTicks: ticks }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("order"), changes }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("amend"), which, limitTicks: ticks, lots: fc.option(lots) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel"), which }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("told"), which, what: fc.constantFrom(...tellings, ...oftenTold), ticks, lots }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("price"), ticks }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("link"), isLive: fc.constantFrom(true, true, true, false) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("kill"), isKilled: fc.constantFrom(true, false, false) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait"), us: fc.constantFrom(1_500_000, 1_500_000, 1_500_000, 70_000_000) }) },
);

const scope = { kind: "account", accountId: ALICE } as const;

test(`CN-17 CN-18 CN-19 CN-20 LG-1 LG-3 JR-1 JR-2 JR-3 whatever is sent and told, holds are exact, nothing is there beside what replaces it, and all states agree, seed ${SEED}`, () => {
  const seen = { fired: 0, replaced: 0, byAmount: 0, tradedBack: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), (steps) => {
      const driver = linked();
      driver.send(node(2, "account", VENUE, ALICE));
      driver.send({ type: "SetReferencePrice", mark: { instrumentId: COIN_USD, ticks: 100, goodForUs: 60_000_000 } }, "connector");
      let fills = 0;
      // JR-3: one that is restored half way decides the rest alike.
      let restored: Driver | null = null;
      for (const [n, each] of steps.entries()) {
        if (n === Math.floor(steps.length / 2)) restored = new Driver(restore(snapshot(driver.engine)));
        const { actor, command } = commandOf(driver, each, () => String((fills += 1)));
        if (command === null) continue;
        const before = new Set(routedOrders(driver.engine).map(({ orderId }) => orderId));
        const { atUs } = driver;
        const events = driver.send(command, actor);
        if (restored !== null) {
          restored.atUs = atUs;
          expect(restored.send(command, actor)).toEqual(events);
        }
        for (const event of events) {
          if (event.type === "OrderTriggered") seen.fired += 1;
          if (event.type !== "OrderRouted") continue;
          if (event.replaces !== null) seen.replaced += 1;
          if (event.quoteAmount !== null) seen.byAmount += 1;
          if (event.sender === "officer") seen.tradedBack += 1;
          // CN-19: what goes in for an order comes after that one.
          expect(routedOrders(driver.engine).map(({ orderId }) => orderId)).not.toContain(event.replaces);
          // CN-18: a position is traded back while nothing else of the account can change it, once at a time.
          if (event.sender === "officer") expect(routedOrders(driver.engine).filter(({ orderId }) => before.has(orderId))).toEqual([]);
        }
        checkInvariants(driver.engine);
      }
      expectOneState(driver);
    }),
    { seed: SEED, numRuns: 150 },
  );
  // None of these was out of reach.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(5);
});

function commandOf(driver: Driver, each: Step, nextFill: () => string): { readonly command: PlainCommand | null; readonly actor: string } {
  const open = routedOrders(driver.engine);
  const choice = candidates(each, open);
  const chosen = "which" in each ? choice[each.which % Math.max(1, choice.length)] : undefined;
  const orderId = chosen?.orderId ?? 0;
  switch (each.do) {
    case "order":
      return { command: order(each.changes), actor: "trader" };
    case "amend":
      return {
        command: { type: "AmendOrder", accountId: ALICE, orderId: orderId || 1, limitTicks: each.limitTicks, lots: each.lots },
        actor: "trader",
      };
    case "cancel":
      return {
        command:
          orderId === 0
            ? { type: "CancelAllOrders", accountId: ALICE, instrumentId: null }
            : { type: "CancelOrder", accountId: ALICE, orderId },
        actor: "trader",
      };
    case "told": {
      const report = chosen === undefined ? null : reportOf(each, chosen, nextFill);
      return { command: report === null ? null : { type: "RecordVenueReport", report }, actor: "connector" };
    }
    case "price":
      return {
        command: { type: "SetReferencePrice", mark: { instrumentId: COIN_USD, ticks: each.ticks, goodForUs: 60_000_000 } },
        actor: "connector",
      };
    case "link":
      return {
        command: { type: "RecordVenueReport", report: each.isLive ? { kind: "live" } : { kind: "lost", why: "cut" } },
        actor: "connector",
      };
    case "kill":
      return each.isKilled
        ? { command: { type: "EngageKillSwitch", kill: { scope, flatten: true, reason: "drill" } }, actor: "officer" }
        : { command: { type: "RearmKillSwitch", rearm: { scope, reason: "over" } }, actor: "second officer" };
    case "wait":
      driver.atUs += each.us;
      return { command: { type: "AdvanceTime" }, actor: "sequencer" };
  }
}

/** Amendments go for orders that can be changed, and what ends is mostly what was asked to. */
function candidates(each: Step, open: ReturnType<typeof routedOrders>): ReturnType<typeof routedOrders> {
  if (each.do === "amend") return open.filter(({ isCancelAsked, orderType }) => orderType === "limit" && !isCancelAsked);
  const ending = open.filter(({ isCancelAsked }) => isCancelAsked);
  return each.do === "told" && each.what === "closed" && ending.length > 0 ? ending : open;
}

function reportOf(
  { lots: most, ticks: at, what }: Extract<Step, { do: "told" }>,
  { filledLots, lots: all, orderId, venueOrderId }: ReturnType<typeof routedOrders>[number],
  nextFill: () => string,
): PlainReport {
  switch (what) {
    case "acknowledged":
      return { kind: "acknowledged", orderId, venueOrderId: venueOrderId || `V${orderId}` };
    case "filled":
      // Now and then more than there is.
      return {
        kind: "filled",
        orderId,
        venueTradeId: nextFill(),
        ticks: at,
        lots: Math.min(most, all - filledLots + 1),
        isTaker: true,
        fee: 1,
      };
    case "closed":
      return { kind: "closed", orderId, filledLots, arrived: true, isWhole: most % 2 === 0 };
    case "notReceived":
      return { kind: "closed", orderId, filledLots, arrived: false };
    case "refused":
    case "unanswered":
    case "cancelRefused":
      return { kind: what, orderId, why: "the venue's words" };
  }
}
