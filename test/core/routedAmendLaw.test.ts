import fc from "fast-check";
import { expect, test } from "vitest";
import type { Event } from "../../shared/events.ts";
import { ALICE, COIN_USD, order, type PlainCommand } from "./drive.ts";
import { linked } from "./linkedVenue.ts";
import { VENUE, node, setLimit, type PlainLimit } from "./riskVenue.ts";
import { SEED } from "./runBoth.ts";
import { schedule } from "./venues.ts";

type PlainReport = Extract<PlainCommand, { type: "RecordVenueReport" }>["report"];

const ticks = fc.integer({ min: 85, max: 115 });
const lots = fc.integer({ min: 2, max: 20 });
const side = fc.constantFrom("buy", "sell");
const money = fc.integer({ min: 200, max: 3_000 });
const width = fc.integer({ min: 10_000, max: 200_000 });
const window = { parameter: fc.constant(60_000_000) };
const limit: fc.Arbitrary<PlainLimit> = fc.oneof(
  fc.record({ control: fc.constantFrom("orderValue", "openValue"), hard: money, soft: fc.constant(null) }),
  fc.record({ control: fc.constant("collarPpm"), instrumentId: fc.constant(COIN_USD), hard: width }),
  fc.record({ control: fc.constantFrom("orderLots", "netLots", "grossLots"), instrumentId: fc.constant(COIN_USD), hard: lots }),
  fc.record({ control: fc.constant("duplicates"), hard: fc.integer({ min: 1, max: 2 }), ...window }),
  fc.record({ control: fc.constantFrom("messages", "orderToTrade"), hard: fc.integer({ min: 3, max: 6 }), ...window }),
);
const state = fc.constantFrom("active", "active", "active", "reduceOnly", "cancelOnly");

test(`CN-19 XP-1 what an amendment at the venue is let through for goes in once the first order is off, seed ${SEED}`, () => {
  let passed = 0;
  const drawn = {
    first: fc.record({ side, lots, limitTicks: ticks }),
    others: fc.array(fc.record({ side, lots, limitTicks: ticks }), { maxLength: 4 }),
    before: fc.array(limit, { maxLength: 1 }),
    after: fc.array(limit, { maxLength: 2 }),
    state,
    minimum: fc.constantFrom(0, 30),
    outside: ticks,
    fill: fc.option(fc.record({ lots: fc.integer({ min: 1, max: 10 }), fee: fc.nat(40) })),
    amends: fc.array(fc.record({ limitTicks: fc.option(ticks), lots: fc.option(lots) }), { minLength: 1, maxLength: 4 }),
    spare: fc.integer({ min: 1, max: 2_000 }),
  };
  fc.assert(
    fc.property(fc.record(drawn), (course) => {
      const driver = linked(true, 1_000_000, course.spare);
      const told = (report: PlainReport): Event[] => driver.send({ type: "RecordVenueReport", report }, "connector");
      const price = (at: number): Event[] =>
        driver.send({ type: "SetReferencePrice", mark: { instrumentId: COIN_USD, ticks: at, goodForUs: 60_000_000 } }, "connector");
      driver.sendAll([schedule({ venueId: 1, minimumFeeUsdMillionths: course.minimum }), node(2, "account", VENUE, ALICE)]);
      price(100);
      for (const set of course.before) setLimit(driver, 2, set);
      const accepted = driver.send(order(course.first), "trader").find((event) => event.type === "OrderAccepted");
      if (accepted === undefined) return;
      for (const other of course.others) driver.send(order(other), "trader");
      let orderId: number = accepted.orderId;
      told({ kind: "acknowledged", orderId, venueOrderId: "V1" });
      let filled = 0;
      const { fill } = course;
      if (fill !== null && fill.lots < course.first.lots) {
        const { fee, lots: so } = fill;
        const events = told({ kind: "filled", orderId, venueTradeId: "1", ticks: course.first.limitTicks, lots: so, isTaker: false, fee });
        if (events.some(({ type }) => type === "VenueFilled")) filled = so;
        else return;
      }
      for (const set of course.after) setLimit(driver, 2, set);
      price(course.outside);
      if (course.state !== "active") driver.send({ type: "SetTradingState", change: { nodeId: 2, state: course.state, reason: "drill" } });
      for (const { limitTicks, lots: all } of course.amends) {
        if (limitTicks === null && all === null) continue;
        const wish = { ...(limitTicks === null ? {} : { limitTicks }), ...(all === null ? {} : { lots: all }) };
        let asked = driver.send({ type: "AmendOrder", accountId: ALICE, orderId, ...wish }, "trader");
        const denied = asked.find((event) => event.type === "AmendDenied");
        const nearest = denied?.refusal.nearest ?? null;
        if (nearest !== null) {
          const better = { ...(nearest.limitTicks === null ? {} : { limitTicks: nearest.limitTicks }), lots: nearest.lots };
          asked = driver.send({ type: "AmendOrder", accountId: ALICE, orderId, ...better }, "trader");
        }
        if (!asked.some(({ type }) => type === "AmendRouted")) continue;
        const off = told({ kind: "closed", orderId, filledLots: filled, arrived: true });
        expect(off.map(({ type }) => type)).toEqual(["OrderCancelled", "OrderAccepted", "OrderRouted"]);
        passed += 1;
        filled = 0;
        orderId = off.find((event) => event.type === "OrderAccepted")!.orderId;
        told({ kind: "acknowledged", orderId, venueOrderId: `V${orderId}` });
      }
    }),
    { seed: SEED, numRuns: 600 },
  );
  expect(passed).toBeGreaterThan(200);
}, 60_000);
