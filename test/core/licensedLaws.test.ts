import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine, decide, fold, redecide, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { fork } from "../../engine/core/fork.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { RecordCursor, decodeEntries, encodeCommands } from "../../engine/core/records/records.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { Event, EventOf } from "../../shared/events.ts";
import type { EpochUs } from "../../shared/ids.ts";
import type { Driver } from "./drive.ts";
import { licensedStream, runLicensed } from "./licensedCommands.ts";
import { longOr } from "./longRun.ts";
import { stream } from "./randomCommands.ts";
import { SEED, runBoth } from "./runBoth.ts";

/*
 * Laws where every order type meets venues, rules, schedules and tiers.
 */

function bytesOf(engine: Engine): string {
  return Buffer.from(snapshot(engine)).toString("base64");
}

/** The same course again, command by command; `after` sees the engine after each. */
function again(driver: Driver, after: (engine: Engine, n: number) => void): Engine {
  const engine = createEngine();
  for (const [n, command] of driver.commands.entries()) {
    const cursor = new RecordCursor(encodeCommands([{ command, actor: "tester" }]));
    cursor.next();
    decide(engine, cursor, driver.timesUs[n]! as EpochUs);
    takeBatch(engine);
    after(engine, n);
  }
  return engine;
}

describe(`laws under licences, rules, schedules and tiers, seed ${SEED}`, () => {
  test("LG-1 LG-3 LG-6 LG-11 LG-15 MT-1 MT-2 books, holds, reserves and totals are right after every command", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(licensedStream(160), (steps) => {
        const { driver } = runLicensed(steps);
        again(driver, (engine) => expect(() => checkInvariants(engine)).not.toThrow());
      }),
      { seed: SEED, numRuns: longOr(400, 30) },
    );
  });

  test(
    "JR-1 JR-2 JR-3 fold, snapshot with its tail and a second decision all end in the bytes of the live engine",
    { timeout: 120_000 },
    () => {
      fc.assert(
        fc.property(licensedStream(300), fc.nat(), (steps, dice) => {
          const { driver } = runLicensed(steps);
          const live = bytesOf(driver.engine);
          const folded = createEngine();
          const decided = createEngine();
          let tailed = createEngine();
          const cut = dice % driver.batches.length;
          for (const [n, batch] of driver.batches.entries()) {
            fold(folded, batch);
            expect(redecide(decided, batch)).toBeNull();
            if (n === cut) tailed = restore(snapshot(folded));
            else if (n > cut) fold(tailed, batch);
          }
          for (const engine of [folded, decided, tailed]) expect(bytesOf(engine)).toBe(live);
        }),
        { seed: SEED, numRuns: longOr(300, 25) },
      );
    },
  );

  test("FK-1 FK-3 a fork decides the next command as the original does", { timeout: 600_000 }, () => {
    let states = 0;
    const spare = createEngine();
    const wanted = longOr(10_000, 400);
    fc.assert(
      fc.property(licensedStream(longOr(400, 80)), (steps) => {
        const { driver } = runLicensed(steps);
        let foreseen = "";
        again(driver, (engine, n) => {
          if (n > 0) expect(bytesOf(engine)).toBe(foreseen);
          const next = driver.commands[n + 1];
          if (next === undefined) return;
          const forked = fork(engine, spare);
          const cursor = new RecordCursor(encodeCommands([{ command: next, actor: "tester" }]));
          cursor.next();
          decide(forked, cursor, driver.timesUs[n + 1]! as EpochUs);
          takeBatch(forked);
          foreseen = bytesOf(forked);
          states += 1;
        });
      }),
      { seed: SEED, numRuns: Math.ceil(wanted / longOr(250, 50)) },
    );
    expect(states).toBeGreaterThanOrEqual(wanted);
  });
});

const lifeEvents = ["OrderAccepted", "OrderFilled", "OrderAmended", "OrderAdjusted", "OrderCancelled"] as const;

function isOfLife(event: Event): event is EventOf<(typeof lifeEvents)[number]> {
  return lifeEvents.some((type) => type === event.type);
}

/** What is known of an order from its events. */
type Life = { lots: number; filled: number; left: number; isOver: boolean };

/** Follows every order's lots through its events; throws where they do not add up. */
function followLives(events: readonly Event[]): { readonly lives: ReadonlyMap<number, Life>; readonly changedAfterFill: number } {
  const lives = new Map<number, Life>();
  let changedAfterFill = 0;
  const living = (orderId: number): Life => {
    const life = lives.get(orderId);
    if (life === undefined || life.isOver) throw new Error(`order ${orderId} is not open`);
    return life;
  };
  for (const event of events.filter(isOfLife)) {
    switch (event.type) {
      case "OrderAccepted":
        lives.set(event.orderId, { lots: event.lots, filled: 0, left: event.lots, isOver: false });
        break;
      case "OrderFilled":
        for (const [orderId, left] of [
          [event.makerOrderId, event.makerLeavesLots],
          [event.takerOrderId, event.takerLeavesLots],
        ] as const) {
          const life = living(orderId);
          life.filled += event.lots;
          life.left -= event.lots;
          expect({ orderId, left: life.left }).toEqual({ orderId, left });
          life.isOver = life.left === 0;
        }
        break;
      case "OrderAmended":
      case "OrderAdjusted": {
        const life = living(event.orderId);
        if (life.filled > 0) changedAfterFill += 1;
        life.lots = event.lots;
        life.left = event.leavesLots;
        break;
      }
      case "OrderCancelled": {
        const life = living(event.orderId);
        expect(event.leavesLots).toBe(life.left);
        if (life.filled > 0) changedAfterFill += 1;
        life.isOver = true;
        break;
      }
    }
    for (const id of "orderId" in event ? [event.orderId] : []) {
      const { filled, left, lots } = lives.get(id)!;
      expect({ id, lots }).toEqual({ id, lots: filled + left });
    }
  }
  return { lives, changedAfterFill };
}

describe(`fills that come before a change or a cancellation, seed ${SEED}`, () => {
  test.each([
    ["special", (steps: never[]) => runBoth(steps).driver, stream(700) as fc.Arbitrary<never[]>],
    ["licensed", (steps: never[]) => runLicensed(steps).driver, licensedStream(700) as fc.Arbitrary<never[]>],
  ])(
    "MT-5 MT-8 MT-27 in %s streams an order's lots are what filled and what is left, whatever comes first, and nothing follows its end",
    (_kind, run, streams) => {
      let changedAfterFill = 0;
      fc.assert(
        fc.property(streams, (steps) => {
          const events = run(steps)
            .batches.flatMap(decodeEntries)
            .flatMap((entry) => (entry.kind === "event" ? [entry.event] : []));
          const followed = followLives(events);
          changedAfterFill += followed.changedAfterFill;
          const open = [...followed.lives.values()].filter(({ isOver }) => !isOver);
          expect(open.every(({ left }) => left > 0)).toBe(true);
        }),
        { seed: SEED, numRuns: 15 },
      );
      expect(changedAfterFill).toBeGreaterThan(50);
    },
  );
});
