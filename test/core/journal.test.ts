import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine, decide, fold, lastAtUs, lastSeq, redecide, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { isCommandKind } from "../../engine/core/records/kinds.ts";
import { commandLayouts, layoutOfKind } from "../../engine/core/records/layout.ts";
import { RecordCursor, decodeEntries, encodeCommands, type PackedRecords } from "../../engine/core/records/records.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { InvariantError } from "../../shared/assert.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { ALICE, BOB, COIN_USD, Driver, START_US, fundedVenue, only, order, venue } from "./drive.ts";
import { stream } from "./randomCommands.ts";
import { SEED, runBoth } from "./runBoth.ts";

function isEqualState(a: Engine, b: Engine): boolean {
  return Buffer.compare(snapshot(a), snapshot(b)) === 0;
}

describe(`one state whatever the way, seed ${SEED}`, () => {
  test(
    "JR-1 JR-2 JR-3 fold, snapshot with its tail and a second decision all end in the bytes of the live engine",
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(stream(600), fc.nat(), (steps, cut) => {
          const { driver } = runBoth(steps);
          const folded = createEngine();
          const redecided = createEngine();
          const cutAt = cut % driver.batches.length;
          let restored = createEngine();
          for (const [index, batch] of driver.batches.entries()) {
            if (index === cutAt) restored = restore(snapshot(folded));
            fold(folded, batch);
            if (index >= cutAt) fold(restored, batch);
            expect(redecide(redecided, batch)).toBeNull();
          }
          for (const engine of [folded, redecided, restored, restore(snapshot(folded))])
            expect(isEqualState(engine, driver.engine)).toBe(true);
        }),
        { seed: SEED, numRuns: 30 },
      );
    },
  );

  test("JR-3 a restored engine decides what comes after as the original does", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(stream(300), fc.nat(), (steps, cut) => {
        const { driver } = runBoth(steps);
        const cutAt = cut % driver.batches.length;
        const before = createEngine();
        for (const batch of driver.batches.slice(0, cutAt)) fold(before, batch);
        const restored = restore(snapshot(before));
        for (const batch of driver.batches.slice(cutAt)) expect(redecide(restored, batch)).toBeNull();
        expect(isEqualState(restored, driver.engine)).toBe(true);
      }),
      { seed: SEED, numRuns: 20 },
    );
  });

  test("JR-2 a changed number is found in every slot of every event and of every order command", { timeout: 60_000 }, () => {
    const changes = [
      (n: number) => n + 1,
      (n: number) => n - 1,
      () => Number.NaN,
      () => 0.5,
      () => -7,
      () => 2 ** 53,
      (n: number) => (n === 0 ? 1 : 0),
    ];
    fc.assert(
      fc.property(stream(80), fc.constantFrom(...changes), (steps, change) => {
        const { driver } = runBoth(steps);
        const before = createEngine();
        for (const batch of driver.batches) {
          const bytes = snapshot(before);
          for (const tampered of tamperings(batch, change)) {
            const difference = redecide(restore(bytes), tampered.batch);
            expect(difference, tampered.where).not.toBeNull();
            expect(difference!.seq, tampered.where).toBeGreaterThanOrEqual(batch.firstSeq);
            expect(difference!.seq, tampered.where).toBeLessThanOrEqual(batch.firstSeq + batch.count);
            if (tampered.isEvent) expect(difference!.seq, tampered.where).toBe(tampered.seq);
          }
          fold(before, batch);
        }
      }),
      { seed: SEED, numRuns: 14 },
    );
  });
});

type Tampering = { readonly batch: PackedRecords; readonly seq: number; readonly where: string; readonly isEvent: boolean };

/** The batch with one slot changed, for each slot that redecide() must watch over. */
function* tamperings(batch: PackedRecords, change: (n: number) => number): Generator<Tampering> {
  const cursor = new RecordCursor(batch);
  while (cursor.next()) {
    const { type, layout } = layoutOfKind(cursor.kind)!;
    const isEvent = !isCommandKind(cursor.kind);
    if (!isEvent && type !== "SubmitOrder" && type !== "CancelOrder") continue;
    // A command's time and actor alter no event; the journal's hash chain watches over them.
    for (let slot = isEvent ? 0 : 3; slot < cursor.length; slot += 1) {
      // What a sender says in words alters no event either, nor what stays on disconnect.
      if (!isEvent && (layout.textSlots.includes(slot) || slot === commandLayouts.SubmitOrder.slots.keepOnDisconnect)) continue;
      const numbers = batch.numbers.slice();
      numbers[cursor.at + slot] = change(numbers[cursor.at + slot]!);
      if (Object.is(numbers[cursor.at + slot], batch.numbers[cursor.at + slot])) continue;
      yield { batch: { ...batch, numbers }, seq: cursor.seq, where: `${type} slot ${slot} at ${cursor.seq}`, isEvent: isEvent && slot > 0 };
    }
  }
}

describe("a batch that does not add up is found", () => {
  const honest = (): { before: Engine; batch: PackedRecords } => {
    const driver = fundedVenue();
    const before = restore(snapshot(driver.engine));
    driver.send(order({}));
    return { before, batch: driver.batches.at(-1)! };
  };

  test("JR-2 a missing, an additional or a reordered record", () => {
    const { before, batch } = honest();
    const rows: Float64Array[] = [];
    const cursor = new RecordCursor(batch);
    while (cursor.next()) rows.push(batch.numbers.slice(cursor.at, cursor.at + cursor.length));
    const packed = (kept: readonly Float64Array[], count = kept.length): PackedRecords => ({
      ...batch,
      count,
      numbers: Float64Array.from(kept.flatMap((row) => [...row])),
    });
    const bytes = snapshot(before);
    expect(rows).toHaveLength(3);
    const [command, accepted, rested] = rows as [Float64Array, Float64Array, Float64Array];
    expect(redecide(restore(bytes), packed([command, accepted]))).toEqual({
      seq: batch.firstSeq + 2,
      why: "the engine also decides OrderRested",
    });
    expect(redecide(restore(bytes), packed([command, accepted, rested, rested]))?.seq).toBe(batch.firstSeq + 3);
    expect(redecide(restore(bytes), packed([command, rested, accepted]))?.seq).toBe(batch.firstSeq + 1);
    expect(redecide(restore(bytes), packed([accepted, rested]))?.seq).toBe(batch.firstSeq);
    expect(redecide(restore(bytes), packed([]))?.seq).toBe(batch.firstSeq);
    expect(redecide(restore(bytes), packed(rows, 4))?.why).toContain("claims 4");
    expect(redecide(restore(bytes), { ...batch, firstSeq: batch.firstSeq + 1 })?.why).toContain("next record");
    expect(redecide(restore(bytes), { ...batch, texts: ["someone else"] })).toBeNull();
    expect(redecide(restore(bytes), packed(rows))).toBeNull();
  });

  test("JR-2 a changed text", () => {
    const driver = new Driver();
    driver.sendAll(venue);
    const noted = driver.send({ type: "RecordOperatorAction", action: "historyImported", detail: "BTC, 100 bars" });
    expect(only(noted, "OperatorActionRecorded").detail).toBe("BTC, 100 bars");
    const batch = driver.batches.at(-1)!;
    const before = createEngine();
    for (const earlier of driver.batches.slice(0, -1)) fold(before, earlier);
    const cursor = new RecordCursor(batch);
    cursor.next();
    cursor.next();
    const numbers = batch.numbers.slice();
    const { detail } = { detail: layoutOfKind(cursor.kind)!.layout.textSlots[0]! };
    numbers[cursor.at + detail] = batch.texts.indexOf("tester");
    expect(redecide(before, { ...batch, numbers })?.seq).toBe(cursor.seq);
  });

  test("JR-5 fold refuses a batch that does not come next, or is cut off", () => {
    const { before, batch } = honest();
    expect(() => fold(before, { ...batch, firstSeq: batch.firstSeq + 1 })).toThrow(InvariantError);
    expect(() => fold(restore(snapshot(before)), { ...batch, numbers: batch.numbers.slice(0, -1) })).toThrow(InvariantError);
    expect(() => fold(restore(snapshot(before)), { ...batch, count: 2 })).toThrow(InvariantError);
  });

  test("JR-1 fold refuses an event about an order that is not open", () => {
    const driver = fundedVenue();
    const resting = only(driver.send(order({})), "OrderAccepted");
    const before = snapshot(driver.engine);
    driver.send({ type: "CancelOrder", accountId: ALICE, orderId: resting.orderId });
    const batch = driver.batches.at(-1)!;
    const twice = restore(before);
    fold(twice, batch);
    expect(() => fold(twice, { ...batch, firstSeq: lastSeq(twice) + 1 })).toThrow(/is not open/);
  });
});

describe("sequence, time and operator's actions", () => {
  test("JR-5 one sequence without gaps; each event names the last command; each command is answered", () => {
    fc.assert(
      fc.property(stream(200), (steps) => {
        const { driver } = runBoth(steps);
        const entries = driver.batches.flatMap(decodeEntries);
        let cause = 0;
        for (const [index, entry] of entries.entries()) {
          expect(entry.seq).toBe(index + 1);
          if (entry.kind === "event") expect(entry.causeSeq).toBe(cause);
          else {
            expect(entries[index + 1]?.kind).toBe("event");
            cause = entry.seq;
          }
        }
        expect(lastSeq(driver.engine)).toBe(entries.length);
      }),
      { seed: SEED, numRuns: 5 },
    );
  });

  test("JR-7 time may stand still but not run backwards", () => {
    const driver = fundedVenue();
    const cursor = new RecordCursor(
      encodeCommands(
        ["first", "second"].map((detail) => ({
          actor: "a",
          command: { type: "RecordOperatorAction" as const, action: "historyImported" as const, detail },
        })),
      ),
    );
    cursor.next();
    const now = lastAtUs(driver.engine);
    decide(driver.engine, cursor, now);
    expect(takeBatch(driver.engine)?.count).toBe(2);
    cursor.next();
    expect(() => decide(driver.engine, cursor, (now - 1) as EpochUs)).toThrow(/backwards/);
    expect(takeBatch(driver.engine)).toBeNull();
  });

  test("JR-4 an operator's action is recorded and changes nothing but sequence and time", () => {
    const driver = fundedVenue();
    driver.send(order({ accountId: BOB, side: "sell" }));
    const before = snapshot(driver.engine);
    const events = driver.send({ type: "RecordOperatorAction", action: "continuedAfterBrokenTail", detail: "row 12" }, "operator:dana");
    expect(events).toEqual([{ type: "OperatorActionRecorded", action: "continuedAfterBrokenTail", detail: "row 12" }]);
    expect(decodeEntries(driver.batches.at(-1)!)[0]).toMatchObject({ actor: "operator:dana", atUs: driver.atUs });
    const after = snapshot(driver.engine);
    // The first three numbers are format, sequence and time.
    expect(Buffer.compare(after.subarray(24), before.subarray(24))).toBe(0);
    expect(after.length).toBe(before.length);
  });

  test("JR-5 decide() accepts commands only, and a batch is taken whole", () => {
    const driver = fundedVenue();
    driver.send(order({ instrumentId: COIN_USD }));
    const cursor = new RecordCursor(driver.batches.at(-1)!);
    cursor.next();
    cursor.next();
    expect(() => decide(createEngine(), cursor, START_US as EpochUs)).toThrow(/no command/);
  });
});

describe("malformed snapshots", () => {
  const bytes = (): Uint8Array => {
    const driver = fundedVenue();
    driver.send(order({}));
    driver.send(order({ accountId: BOB, side: "sell", lots: 4 }));
    return snapshot(driver.engine);
  };

  test("JR-3 a cut, a longer, a foreign or an empty snapshot is refused", () => {
    const good = bytes();
    expect(() => restore(good)).not.toThrow();
    expect(() => restore(good.subarray(0, -8))).toThrow(InvariantError);
    expect(() => restore(good.subarray(0, 11))).toThrow(InvariantError);
    expect(() => restore(new Uint8Array([...good, 0]))).toThrow(InvariantError);
    expect(() => restore(new Uint8Array(0))).toThrow(InvariantError);
    const foreign = good.slice();
    new DataView(foreign.buffer).setFloat64(0, 99, true);
    expect(() => restore(foreign)).toThrow(/format/);
  });

  test(`JR-3 a flipped bit is refused or at least seen in the bytes, seed ${SEED}`, () => {
    const good = bytes();
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(7), (at, bit) => {
        const bad = good.slice();
        bad[at]! ^= 1 << bit;
        try {
          expect(Buffer.compare(snapshot(restore(bad)), good)).not.toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(InvariantError);
        }
      }),
      { seed: SEED, numRuns: 400 },
    );
  });
});
