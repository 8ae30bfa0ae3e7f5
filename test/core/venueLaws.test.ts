import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine, fold, redecide } from "../../engine/core/engine.ts";
import { fork } from "../../engine/core/fork.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { eventKinds } from "../../engine/core/records/kinds.ts";
import { postingsOf, type Posting } from "../../engine/core/ledger/postings.ts";
import { balance } from "../../engine/core/queries.ts";
import { RecordCursor, decodeEntries, type PackedRecords } from "../../engine/core/records/records.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { EventOf } from "../../shared/events.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";
import { Driver, FEES, USD } from "./drive.ts";
import { SEED } from "./runBoth.ts";
import { streamVenues, take, venueStream, type VenueStep } from "./venueStreams.ts";

function run(steps: readonly VenueStep[], afterEach: (driver: Driver) => void = () => undefined): Driver {
  const driver = streamVenues();
  for (const step of steps) {
    take(driver, step);
    afterEach(driver);
  }
  return driver;
}

/** Every record of the driver's batches as a batch of its own, with the engine that stands right before it. */
function eachRecord(driver: Driver, visit: (engine: ReturnType<typeof createEngine>, cursor: RecordCursor) => void): void {
  const engine = createEngine();
  for (const batch of driver.batches) {
    const cursor = new RecordCursor(batch);
    while (cursor.next()) {
      visit(engine, cursor);
      fold(engine, single(batch, cursor));
    }
  }
}

function single(batch: PackedRecords, cursor: RecordCursor): PackedRecords {
  return { firstSeq: cursor.seq, count: 1, numbers: cursor.numbers.slice(cursor.at, cursor.at + cursor.length), texts: batch.texts };
}

describe(`laws under venues, fees and rules, seed ${SEED}`, () => {
  test(
    "LG-1 LG-3 LG-11 LG-15 holds, reserves and totals are right after every command, whatever schedules and tiers come",
    { timeout: 120_000 },
    () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(venueStream(250), (steps) => {
          const driver = run(steps, ({ engine }) => checkInvariants(engine));
          for (const entry of driver.batches.flatMap(decodeEntries)) {
            if (entry.kind !== "event") continue;
            seen.add(entry.event.type);
            if (entry.event.type === "OrderFilled" && entry.event.makerFee < 0) seen.add("rebate");
            if (entry.event.type === "OrderCancelled") seen.add(entry.event.reason);
          }
        }),
        { seed: SEED, numRuns: 60 },
      );
      // A law is worth what it reaches.
      const wanted = [
        "FeeTierComputed",
        "FeeTierApplied",
        "FeeScheduleDefined",
        "EligibilityRuleSet",
        "EligibilityRuleWithdrawn",
        "rebate",
        "ineligible",
      ];
      expect(wanted.filter((one) => !seen.has(one))).toEqual([]);
    },
  );

  test("LG-14 the fee account's fees never fall, in any asset", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(venueStream(250), (steps) => {
        let taken = 0;
        const driver = run(steps);
        for (const entry of driver.batches.flatMap(decodeEntries)) {
          if (entry.kind !== "event" || entry.event.type !== "OrderFilled") continue;
          expect(netFeeOf(entry.event)).toBeGreaterThanOrEqual(0);
          taken += 1;
        }
        return taken >= 0;
      }),
      { seed: SEED + 1, numRuns: 40 },
    );
  });

  test("JR-1 JR-2 JR-3 EL-1 LG-16 live, folded, restored and decided again are the same state", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(venueStream(200), fc.nat(1_000), (steps, cut) => {
        const driver = run(steps);
        const bytes = snapshot(driver.engine);
        const folded = createEngine();
        const again = createEngine();
        const at = cut % driver.batches.length;
        let resumed = createEngine();
        for (const [index, batch] of driver.batches.entries()) {
          if (index === at) resumed = restore(snapshot(folded));
          fold(folded, batch);
          if (index >= at) fold(resumed, batch);
          expect(redecide(again, batch)).toBeNull();
        }
        expect(snapshot(folded)).toEqual(bytes);
        expect(snapshot(resumed)).toEqual(bytes);
        expect(snapshot(again)).toEqual(bytes);
        expect(snapshot(restore(bytes))).toEqual(bytes);
      }),
      { seed: SEED + 2, numRuns: 30 },
    );
  });

  test("FK-1 FK-2 a fork knows rules, tiers and volumes, and goes its own way", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(venueStream(120), venueStream(40), (steps, further) => {
        const original = run(steps);
        const before = snapshot(original.engine);
        const forked = new Driver(fork(original.engine));
        forked.atUs = original.atUs;
        for (const step of further) take(forked, step);
        expect(snapshot(original.engine)).toEqual(before);
        for (const [n, command] of forked.commands.entries()) {
          original.atUs = forked.timesUs[n]! - 1;
          original.send(command);
        }
        const again = original.batches.slice(original.batches.length - forked.batches.length);
        expect(again.flatMap(decodeEntries)).toEqual(forked.batches.flatMap(decodeEntries));
      }),
      { seed: SEED + 4, numRuns: 20 },
    );
  });

  test("LG-18 postings sum to zero per event and asset, name their cause, and rebuild every balance", { timeout: 120_000 }, () => {
    const reasons = new Set<string>();
    fc.assert(
      fc.property(venueStream(120), (steps) => {
        const driver = run(steps);
        const sums = new Map<string, number>();
        eachRecord(driver, (engine, cursor) => {
          const postings = postingsOf(engine, cursor);
          expect(zeroSums(postings)).toBe(true);
          for (const { accountId, assetId, part, amount, reason, seq, causeSeq } of postings) {
            expect([seq, causeSeq]).toEqual([cursor.seq, cursor.causeSeq]);
            const key = `${accountId} ${assetId} ${part}`;
            sums.set(key, (sums.get(key) ?? 0) + amount);
            reasons.add(reason);
          }
          const movesMoney = [eventKinds.FundsDeposited, eventKinds.OrderFilled].some((kind) => kind === cursor.kind);
          if (movesMoney) expect(postings.length).toBeGreaterThan(1);
        });
        for (let accountId = 1; accountId <= 6; accountId += 1) {
          for (let assetId = 1; assetId <= 3; assetId += 1) {
            const { available, held } = balance(driver.engine, accountId as AccountId, assetId as AssetId);
            const posted = ["available", "held"].map((part) => sums.get(`${accountId} ${assetId} ${part}`) ?? 0);
            expect([accountId, assetId, ...posted]).toEqual([accountId, assetId, available, held]);
          }
        }
      }),
      { seed: SEED + 3, numRuns: 25 },
    );
    expect([...reasons].toSorted()).toEqual(["deposit", "fee", "hold", "release", "trade"]);
  });

  test("LG-18 a deposit stands against the world outside, a fee against its payer", () => {
    const driver = streamVenues();
    const all: Posting[] = [];
    eachRecord(driver, (engine, cursor) => all.push(...postingsOf(engine, cursor)));
    expect(all.filter(({ accountId }) => accountId === null).every(({ reason, amount }) => reason === "deposit" && amount < 0)).toBe(true);
    expect(all.some(({ accountId, assetId }) => accountId === FEES && assetId === USD)).toBe(true);
  });
});

/** What the fee account gets of a fill less what it pays, where both sides pay in the same asset; a rebate occurs only there. */
function netFeeOf({ makerFee, takerFee }: EventOf<"OrderFilled">): number {
  return makerFee < 0 ? makerFee + takerFee : Math.min(makerFee, takerFee);
}

function zeroSums(postings: readonly Posting[]): boolean {
  const sums = new Map<number, number>();
  for (const { assetId, amount } of postings) sums.set(assetId, (sums.get(assetId) ?? 0) + amount);
  return [...sums.values()].every((sum) => sum === 0);
}
