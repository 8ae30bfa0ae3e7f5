import fc from "fast-check";
import { expect, test } from "vitest";
import { IdHeap } from "../../engine/core/state/idHeap.ts";
import { SEED } from "./runBoth.ts";

test(`MT-43 the oldest comes first, whatever came in between, seed ${SEED}`, () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 1, max: 40 })), { maxLength: 200 }), (steps) => {
      const heap = new IdHeap();
      const waiting = new Set<number>();
      for (const id of steps) {
        if (id !== null) {
          heap.add(id);
          waiting.add(id);
          continue;
        }
        const first = waiting.size === 0 ? 0 : Math.min(...waiting);
        expect(heap.take()).toBe(first);
        waiting.delete(first);
      }
      for (const id of [...waiting].toSorted((a, b) => a - b)) expect(heap.take()).toBe(id);
      expect(heap.take()).toBe(0);
    }),
    { seed: SEED },
  );
});

test("MT-43 holds for as many as a mass cancellation touches", () => {
  const heap = new IdHeap();
  for (let id = 300_000; id > 0; id -= 1) heap.add(id);
  for (let id = 1; id <= 300_000; id += 1) if (heap.take() !== id) throw new Error(`${id} is out of order`);
  expect(heap.take()).toBe(0);
});
