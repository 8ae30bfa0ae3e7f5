import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashOfOrderId } from "../../engine/core/state/orderIdTable.ts";
import { HandleTable, hashOfInteger, hashOfPair } from "../../engine/core/state/handleTable.ts";
import { OrderPool } from "../../engine/core/state/orders.ts";
import { PriceIndex } from "../../engine/core/state/priceIndex.ts";
import { SEED } from "./runBoth.ts";

const anyTicks = fc.oneof(
  fc.integer({ min: 1, max: 100 }),
  fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  fc.constantFrom(1, 31, 32, 33, 1_023, 1_024, 2 ** 30 - 1, 2 ** 30, 2 ** 31 - 1),
);

describe(`structures against plain ones, seed ${SEED}`, () => {
  test("MT-1 the price index finds the nearest lower price as a sorted array does, and gives all memory back", () => {
    const prices = new PriceIndex();
    const roots = [prices.createRoot(), prices.createRoot()];
    fc.assert(
      fc.property(fc.array(fc.record({ tree: fc.nat(1), ticks: anyTicks, add: fc.boolean() }), { maxLength: 200 }), (steps) => {
        const plain = [new Set<number>(), new Set<number>()];
        for (const { tree, ticks, add } of steps) {
          const set = plain[tree]!;
          if (add && !set.has(ticks)) {
            set.add(ticks);
            prices.add(roots[tree]!, ticks);
          } else if (!add && set.size > 0) {
            const victim = [...set][ticks % set.size]!;
            set.delete(victim);
            prices.remove(roots[tree]!, victim);
          }
          for (const from of [ticks, ticks + 1, 2 ** 31 - 1]) {
            expect(prices.below(roots[tree]!, from)).toBe(Math.max(0, ...[...set].filter((other) => other < from)));
          }
        }
        for (const [tree, set] of plain.entries()) for (const ticks of set) prices.remove(roots[tree]!, ticks);
        for (const root of roots) expect(prices.below(root, 2 ** 31 - 1)).toBe(0);
      }),
      { seed: SEED, numRuns: 100 },
    );
    // 100 runs of up to 200 far-flung prices ran in the same nodes.
    expect(prices.bytes).toBeLessThan(1_000_000);
  });

  test("MT-8 the handle table finds what a Map finds, through growth, collisions and removals", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.integer({ min: 1, max: 300 }), add: fc.boolean() }), { maxLength: 600, size: "max" }),
        fc.boolean(),
        (steps, collide) => {
          // Few distinct hashes make long chains.
          const hashOf = (key: number): number => (collide ? key % 7 : hashOfInteger(key));
          const table = new HandleTable();
          const plain = new Set<number>();
          const find = (key: number): number => {
            for (let at = table.start(hashOf(key)); ; at = table.next(at)) {
              const handle = table.handleAt(at);
              if (handle === 0 || (handle === key && table.hashAt(at) === hashOf(key))) return handle;
            }
          };
          for (const { key, add } of steps) {
            if (add && !plain.has(key)) {
              plain.add(key);
              table.add(hashOf(key), key);
            } else if (!add && plain.has(key)) {
              plain.delete(key);
              table.remove(hashOf(key), key);
            }
          }
          for (let key = 1; key <= 300; key += 1) expect(find(key)).toBe(plain.has(key) ? key : 0);
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });

  test("MT-17 order ids far beyond 32 bits are told apart", () => {
    const orders = new OrderPool();
    const ids = [1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 40 + 1, 2 ** 52, 2 ** 53 - 1];
    const handles = ids.map((id) => orders.create(id));
    expect(ids.map((id) => orders.find(id))).toEqual(handles);
    orders.remove(handles[2]!);
    expect(orders.find(2 ** 32)).toBe(0);
    expect(orders.find(2 ** 32 + 1)).toBe(handles[3]);
    // A freed row is used again, and it is clean.
    orders.setHeld(handles[3]!, 5);
    orders.setTerms(handles[3]!, 5);
    orders.remove(handles[3]!);
    const reused = orders.create(9);
    expect([reused, orders.id(reused), orders.held(reused), orders.terms(reused)]).toEqual([handles[3], 9, 0, 0]);
  });

  test("MT-8 hashes spread strided ids evenly over the low bits", () => {
    for (const stride of [1, 2, 3, 64, 1_024, 2 ** 20, 2 ** 32]) {
      const buckets = new Int32Array(256);
      for (let n = 1; n <= 25_600; n += 1) buckets[hashOfInteger(n * stride) & 255]! += 1;
      expect(Math.max(...buckets), `stride ${stride}`).toBeLessThan(400);
    }
    const pairs = new Int32Array(256);
    for (let account = 1; account <= 160; account += 1)
      for (let asset = 1; asset <= 160; asset += 1) pairs[hashOfPair(account, asset) & 255]! += 1;
    expect(Math.max(...pairs)).toBeLessThan(200);
  });

  test("MT-8 order ids given one after the other get places of their own, wherever they lie and however far apart", () => {
    for (const first of [1, 2 ** 31 - 2_000, 2 ** 32 - 5, 2 ** 52]) {
      const places = new Set(Array.from({ length: 4_096 }, (_, n) => hashOfOrderId(first + n) & 16_383));
      expect(places.size, `from ${first}`).toBeGreaterThanOrEqual(2_048);
    }
    for (const stride of [3, 4_096, 16_384, 2 ** 20]) {
      const buckets = new Int32Array(256);
      for (let n = 1; n <= 25_600; n += 1) buckets[(hashOfOrderId(n * stride) >>> 4) & 255]! += 1;
      expect(Math.max(...buckets), `${stride} apart`).toBeLessThan(400);
    }
  });

  test("MT-8 finds each open order by its id after any coming and going, and no other", () => {
    const orders = new OrderPool();
    const open = new Map<number, number>();
    let random = 12_345;
    const next = (below: number): number => (random = (random * 16_807) % 2_147_483_647) % below;
    let id = 2 ** 32 - 40_000;
    for (let step = 0; step < 60_000; step += 1) {
      // Strides at which many ids ask for the same place, too.
      id += [1, 3, 64, 4_096, 65_536][next(5)]!;
      if (open.size > 0 && next(100) < 48) {
        const gone = [...open.keys()][next(Math.min(open.size, 20))]!;
        orders.remove(open.get(gone)!);
        open.delete(gone);
        expect(orders.find(gone)).toBe(0);
      } else open.set(id, orders.create(id));
    }
    expect(orders.live).toBe(open.size);
    for (const [known, handle] of open) expect(orders.find(known)).toBe(handle);
    expect(orders.find(id + 1)).toBe(0);
  });
});
