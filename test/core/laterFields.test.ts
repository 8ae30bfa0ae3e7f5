import { describe, expect, test } from "vitest";
import { createEngine, fold, redecide } from "../../engine/core/engine.ts";
import { eventKinds } from "../../engine/core/records/kinds.ts";
import { eventLayouts, layoutOfKind } from "../../engine/core/records/layout.ts";
import { accounts, assets, instruments } from "../../engine/core/queries.ts";
import { RecordCursor, decodeEntries, unsoundness, type PackedRecords } from "../../engine/core/records/records.ts";
import { snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { refusalOf } from "../../shared/rejects.ts";
import { ALICE, BOB, fundedVenue, order, type Driver } from "./drive.ts";

/** Properties and slots that the first version did not write. */
const LATER_PROPERTIES = ["usdMillionths", "residence", "masterAccountId", "venueId", "product", "pairType"];

/** The batch as the first version wrote it: refusals end with their headroom, catalog objects know nothing of venues. */
function asFirstWritten(batch: PackedRecords): PackedRecords {
  const rows: number[] = [];
  const cursor = new RecordCursor(batch);
  while (cursor.next()) {
    const row = Array.from(cursor.numbers.subarray(cursor.at, cursor.at + cursor.length));
    const earlier = layoutOfKind(cursor.kind)?.layout.earlierLengths[0];
    if (earlier !== undefined) row.splice(0, row.length, cursor.kind + 256 * earlier, ...row.slice(1, earlier));
    rows.push(...row);
  }
  const texts = batch.texts.map((text) => {
    if (!text.startsWith("{")) return text;
    return JSON.stringify(JSON.parse(text), (key, value: unknown) => (LATER_PROPERTIES.includes(key) ? undefined : value));
  });
  return { firstSeq: batch.firstSeq, count: batch.count, numbers: Float64Array.from(rows), texts };
}

function day(): Driver {
  const driver = fundedVenue();
  driver.sendAll([
    order({ lots: 1 }),
    order({ accountId: BOB, side: "sell", lots: 4 }),
    order({ lots: 10 }),
    { type: "CancelOrder", accountId: ALICE, orderId: 999 },
    { type: "CancelAllOrders", accountId: 99, instrumentId: null },
  ]);
  return driver;
}

describe("journals of earlier versions", () => {
  test("JR-9 fold to the state that they described", () => {
    const driver = day();
    const engine = createEngine();
    for (const batch of driver.batches) fold(engine, asFirstWritten(batch));
    expect(snapshot(engine)).toEqual(snapshot(driver.engine));
    expect(assets(engine)[0]).toMatchObject({ usdMillionths: 0 });
    expect([...accounts(engine)][0]).toMatchObject({ residence: null, masterAccountId: null });
    expect(instruments(engine)[0]).toMatchObject({ venueId: null, product: "spot", pairType: "tokenFiat" });
  });

  test("JR-9 decode with the defaults of what came later", () => {
    const refusals = day()
      .batches.map(asFirstWritten)
      .flatMap(decodeEntries)
      .flatMap((entry) => (entry.kind === "event" && "refusal" in entry.event ? [entry.event.refusal] : []));
    expect(refusals).toEqual([
      refusalOf("VALIDATE_LOTS_BELOW_MINIMUM", { limit: 2, actual: 1 }),
      refusalOf("BOOK_UNKNOWN_ORDER", { actual: 999 }),
      refusalOf("VALIDATE_UNKNOWN_ACCOUNT"),
    ]);
  });

  test("JR-9 are sound, and decided again without a difference", () => {
    const engine = createEngine();
    for (const batch of day().batches.map(asFirstWritten)) {
      const cursor = new RecordCursor(batch);
      while (cursor.next()) expect(unsoundness(cursor)).toBeNull();
      expect(redecide(engine, batch)).toBeNull();
    }
  });

  test("JR-9 a row of a length that no version wrote is unsound", () => {
    const batch = day().batches.find((one) => {
      const cursor = new RecordCursor(one);
      while (cursor.next()) if (cursor.kind === eventKinds.OrderDenied) return true;
      return false;
    })!;
    const cursor = new RecordCursor(asFirstWritten(batch));
    while (cursor.kind !== eventKinds.OrderDenied) cursor.next();
    cursor.numbers[cursor.at] = eventKinds.OrderDenied + 256 * (cursor.length - 1);
    const cut = new RecordCursor({ ...batch, numbers: cursor.numbers.slice(cursor.at, cursor.at + cursor.length - 1), count: 1 });
    cut.next();
    expect(unsoundness(cut)).toContain("wrong header");
    expect(eventLayouts.OrderDenied.earlierLengths).toEqual([11, 16]);
  });
});
