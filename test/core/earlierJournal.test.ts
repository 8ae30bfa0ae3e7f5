import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createEngine, fold, redecide } from "../../engine/core/engine.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { balance, openOrders } from "../../engine/core/queries.ts";
import type { PackedRecords } from "../../engine/core/records/records.ts";
import { snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";

/*
 * What the engine wrote when it knew limit and market orders alone: the first line says where it then stood, each further line is one of
 * its batches as numbers and texts. It stays as it is, because such journals exist.
 */
type Stand = { readonly openOrders: readonly object[]; readonly balances: readonly (readonly [number, number, number, number])[] };
type Written = Omit<PackedRecords, "numbers"> & { readonly numbers: readonly number[] };

const [first, ...rest] = readFileSync(new URL("fixtures/plainOrders.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n");
const stand = JSON.parse(first!) as Stand;
const batches = rest.map((line): PackedRecords => {
  const written = JSON.parse(line) as Written;
  return { ...written, numbers: Float64Array.from(written.numbers) };
});

test("JR-1 JR-2 a journal from before special orders and the risk tree folds to where it stood, and decides alike", () => {
  const folded = createEngine();
  const decided = createEngine();
  for (const batch of batches) {
    fold(folded, batch);
    expect(redecide(decided, batch)).toBeNull();
  }
  checkInvariants(folded);
  expect(Buffer.compare(snapshot(folded), snapshot(decided))).toBe(0);
  expect([...openOrders(folded)]).toMatchObject([...stand.openOrders]);
  for (const [accountId, assetId, total, held] of stand.balances) {
    expect(balance(folded, accountId as AccountId, assetId as AssetId)).toMatchObject({ total, held });
  }
});
