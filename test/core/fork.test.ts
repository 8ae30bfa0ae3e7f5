import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine, decide, fold, lastSeq, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { fork } from "../../engine/core/fork.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { preview } from "../../engine/core/preview.ts";
import { RecordCursor, encodeCommands } from "../../engine/core/records/records.ts";
import { snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { commandSchema } from "../../shared/commands.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { ALICE, BOB, CAROL, COIN, Driver, METAL, START_US, USD, deposit, fundedVenue, only, order, venue } from "./drive.ts";
import { longOr } from "./longRun.ts";
import { StepReader, stream } from "./randomCommands.ts";
import { ReferenceVenue } from "./reference/referenceVenue.ts";
import { SEED, runBoth } from "./runBoth.ts";

function hashed(engine: Engine): string {
  return Buffer.from(snapshot(engine)).toString("base64");
}

describe(`forks, seed ${SEED}`, () => {
  test("FK-1 FK-3 a fork does with the next command what the original does, in every state of random streams", { timeout: 600_000 }, () => {
    let states = 0;
    const spare = createEngine();
    const wanted = longOr(10_000, 400);
    fc.assert(
      fc.property(stream(longOr(400, 80)), fc.boolean(), (steps, isReused) => {
        const driver = new Driver();
        const reference = new ReferenceVenue();
        const reader = new StepReader(reference);
        const send = (plain: Parameters<Driver["send"]>[0]): void => {
          const command = commandSchema.parse(plain);
          const atUs = (driver.atUs + 1) as EpochUs;
          const before = hashed(driver.engine);
          const into = isReused ? spare : createEngine();
          const foreseen = preview(driver.engine, command, "tester", atUs, into);
          expect(hashed(driver.engine)).toBe(before);
          const events = driver.send(plain);
          expect(foreseen.events).toEqual(events);
          // The fork that foresaw it now stands where the original stands.
          expect(hashed(into)).toBe(hashed(driver.engine));
          reference.decide(command, "tester", driver.atUs);
          states += 1;
        };
        for (const command of venue) send(command);
        for (const accountId of [ALICE, BOB, CAROL]) for (const assetId of [USD, COIN, METAL]) send(deposit(accountId, assetId, 40_000));
        for (const step of steps) send(reader.command(step));
        checkInvariants(fork(driver.engine));
      }),
      { seed: SEED, numRuns: Math.ceil(wanted / longOr(250, 50)) },
    );
    expect(states).toBeGreaterThanOrEqual(wanted);
  });

  test("FK-2 original and fork go their own ways, and nothing of one shows in the other", () => {
    fc.assert(
      fc.property(stream(120), stream(120), stream(120), (common, own, others) => {
        // Two engines that never met, taken the two ways, tell where a fork and its original must end.
        const alone = [runBoth([...common, ...own]).driver, runBoth([...common, ...others]).driver] as const;
        const original = createEngine();
        const length = runBoth(common).driver.batches.length;
        for (const batch of alone[0].batches.slice(0, length)) fold(original, batch);
        const forked = fork(original);
        const longest = Math.max(...alone.map(({ batches }) => batches.length));
        for (let n = length; n < longest; n += 1) {
          if (alone[0].batches[n] !== undefined) fold(original, alone[0].batches[n]!);
          if (alone[1].batches[n] !== undefined) fold(forked, alone[1].batches[n]!);
        }
        expect(hashed(original)).toBe(hashed(alone[0].engine));
        expect(hashed(forked)).toBe(hashed(alone[1].engine));
        for (const engine of [original, forked]) checkInvariants(engine);
      }),
      { seed: SEED, numRuns: longOr(200, 10) },
    );
  });

  test("FK-2 no object, array or buffer that could change is reached from both", () => {
    const { driver } = runBoth(fc.sample(stream(600), { seed: SEED, numRuns: 1 })[0]!);
    const reused = fork(runBoth([]).driver.engine);
    for (const forked of [fork(driver.engine), fork(driver.engine, reused)]) {
      const ofOriginal = reachable(driver.engine);
      const shared = [...reachable(forked)].filter((part) => ofOriginal.has(part) && !Object.isFrozen(part));
      expect(shared).toEqual([]);
    }
    expect(reachable(driver.engine).size).toBeGreaterThan(40);
  });

  test("FK-1 what the original has decided and not handed on stays with the original", () => {
    const driver = fundedVenue();
    const cursor = new RecordCursor(encodeCommands([{ command: commandSchema.parse(order({})), actor: "tester" }]));
    cursor.next();
    decide(driver.engine, cursor, (START_US + 1_000) as EpochUs);
    const forked = fork(driver.engine);
    expect(lastSeq(forked)).toBe(lastSeq(driver.engine));
    expect(takeBatch(forked)).toBeNull();
    expect(takeBatch(driver.engine)?.count).toBe(3);
    expect(hashed(forked)).toBe(hashed(driver.engine));
  });

  test("FK-1 an engine cannot be its own fork", () => {
    const { engine } = fundedVenue();
    expect(() => fork(engine, engine)).toThrow("into itself");
  });
});

/** Every object that the engine leads to. */
function reachable(from: object): Set<object> {
  const seen = new Set<object>([from]);
  // A set that grows while it is walked is walked to its end.
  for (const part of seen) {
    const inside: unknown[] =
      part instanceof Map
        ? [...part].flat()
        : part instanceof Set
          ? [...part]
          : ArrayBuffer.isView(part)
            ? [part.buffer]
            : Object.values(part as Record<string, unknown>);
    for (const value of inside) if (typeof value === "object" && value !== null) seen.add(value);
  }
  return seen;
}

describe("preview", () => {
  const at = (driver: Driver): EpochUs => (driver.atUs + 1) as EpochUs;
  const foresee = (driver: Driver, plain: Parameters<Driver["send"]>[0]): ReturnType<typeof preview> =>
    preview(driver.engine, commandSchema.parse(plain), "tester", at(driver));

  test("FK-3 an order that takes two levels and rests: fills per level, average, fees, hold and its place in the queue", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 4 }));
    driver.send(order({ accountId: CAROL, side: "sell", limitTicks: 100, lots: 3 }));
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 101, lots: 3 }));
    const { refusal, order: foreseen, balances } = foresee(driver, order({ limitTicks: 101, lots: 15 }));
    expect(refusal).toBeNull();
    // Taker's rate is 0.25 %: 700 × 0.0025 = 1.75, 303 × 0.0025 = 0.7575; rounded up once over the order's life, 3 units in all.
    expect(foreseen).toEqual({
      levels: [
        { ticks: 100, lots: 7, makers: 2, value: 700, fees: 2 },
        { ticks: 101, lots: 3, makers: 1, value: 303, fees: 1 },
      ],
      filledLots: 10,
      value: 1_003,
      fees: 3,
      averageTicks: 100.3,
      rests: { ticks: 101, lots: 5, aheadLots: 0, aheadOrders: 0 },
      cancelled: null,
      // 505 and its fee at the taker's rate, 1.2625, of which the 0.4925 that was rounded up before covers a part: 1 more.
      held: 506,
      heldAssetId: USD,
    });
    expect(balances).toEqual([
      {
        accountId: ALICE,
        assetId: USD,
        before: { total: 10_000_000, held: 0, available: 10_000_000 },
        after: { total: 9_998_994, held: 506, available: 9_998_488 },
      },
      {
        accountId: ALICE,
        assetId: COIN,
        before: { total: 10_000, held: 0, available: 10_000 },
        after: { total: 10_010, held: 0, available: 10_010 },
      },
    ]);
  });

  test("FK-3 an order that rests behind others tells how many stand before it", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, limitTicks: 99, lots: 4 }));
    driver.send(order({ accountId: CAROL, limitTicks: 99, lots: 6 }));
    const { order: foreseen } = foresee(driver, order({ side: "sell", limitTicks: 200, lots: 5 }));
    expect(foreseen?.rests).toEqual({ ticks: 200, lots: 5, aheadLots: 0, aheadOrders: 0 });
    expect(foreseen?.averageTicks).toBeNull();
    expect(foreseen).toMatchObject({ held: 5, heldAssetId: COIN, levels: [], filledLots: 0 });
    expect(foresee(driver, order({ limitTicks: 99, lots: 5 })).order?.rests).toEqual({
      ticks: 99,
      lots: 5,
      aheadLots: 10,
      aheadOrders: 2,
    });
  });

  test("FK-3 MT-30 what an iceberg hides does not stand before an order", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, limitTicks: 99, lots: 40, displayLots: 4 }));
    const foreseen = foresee(driver, order({ limitTicks: 99, lots: 5 })).order;
    expect(foreseen?.rests).toEqual({ ticks: 99, lots: 5, aheadLots: 4, aheadOrders: 1 });
  });

  test("FK-3 what would be cancelled at once, and why", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 4 }));
    const { order: foreseen } = foresee(driver, order({ limitTicks: 100, lots: 9, timeInForce: "ioc" }));
    expect(foreseen).toMatchObject({ filledLots: 4, cancelled: { lots: 5, reason: "immediateRemainder" }, rests: null, held: 0 });
  });

  test("FK-3 a refusal names the rule and its operands, and nothing would change", () => {
    const driver = fundedVenue();
    const foreseen = foresee(driver, order({ lots: 1 }));
    expect(foreseen.refusal).toMatchObject({ code: "VALIDATE_LOTS_BELOW_MINIMUM", limit: 2, actual: 1, headroom: null });
    expect(foreseen).toMatchObject({ order: null, balances: [] });
  });

  test("FK-3 a cancellation shows what it frees, a deposit what it brings, a catalog entry no balance", () => {
    const driver = fundedVenue();
    const resting = only(driver.send(order({ side: "sell", limitTicks: 200, lots: 5 })), "OrderAccepted");
    const cancel = foresee(driver, { type: "CancelOrder", accountId: ALICE, orderId: resting.orderId });
    expect(cancel.balances.map(({ before, after }) => [before.held, after.held])).toEqual([[5, 0]]);
    expect(cancel).toMatchObject({ order: null, refusal: null });
    expect(foresee(driver, deposit(BOB, METAL, 7)).balances).toMatchObject([{ accountId: BOB, assetId: METAL }]);
    const asset = foresee(driver, { type: "DefineAsset", asset: { assetId: 4, code: "NEW", decimals: 2 } });
    expect(asset).toMatchObject({ refusal: null, balances: [] });
    const strange = foresee(driver, { type: "CancelOrder", accountId: ALICE, orderId: 1 });
    expect(strange.refusal?.code).toBe("BOOK_UNKNOWN_ORDER");
  });

  test("FK-3 JR-7 a preview cannot look into the past", () => {
    const driver = fundedVenue();
    expect(() => preview(driver.engine, commandSchema.parse(order({})), "tester", (driver.atUs - 1) as EpochUs)).toThrow("backwards");
  });
});
