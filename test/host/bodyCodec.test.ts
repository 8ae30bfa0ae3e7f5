import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine, fold } from "../../engine/core/engine.ts";
import { snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { BodyEncoder, decodeBody } from "../../engine/host/journal/bodyCodec.ts";
import { ALICE, COIN_USD, fundedVenue, only } from "../core/drive.ts";

const anyNumber = fc.oneof(
  fc.integer({ min: -5, max: 3_000 }),
  fc.integer({ min: 0, max: 2 ** 31 }),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    -1,
    239,
    240,
    2_287,
    2_288,
    65_535,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 40,
    Number.MAX_SAFE_INTEGER,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ),
);

describe("JR-21 a row's body", () => {
  it("JR-21 JR-1 texts that are not well-formed leave the state that is read back from the disk", () => {
    const driver = fundedVenue();
    const entry = { side: "buy", orderType: "limit", timeInForce: "gtc", limitTicks: 100, lots: 20 } as const;
    const list = { kind: "bracket", entry, profitTicks: 110, stopTicks: 90, stopLimitTicks: null, trigger: null } as const;
    const head = { accountId: ALICE, instrumentId: COIN_USD, clientOrderId: 900_001 } as const;
    // Half a surrogate pair, as a client can send it.
    only(driver.send({ type: "SubmitOrderList", ...head, list, confirmation: "half \ud83d a pair" }, "desk \udc00"), "OrderListAccepted");
    const read = createEngine();
    const encoder = new BodyEncoder();
    for (const batch of driver.batches) fold(read, decodeBody(encoder.encode(batch, 0), batch.firstSeq));
    expect(snapshot(read)).toEqual(snapshot(driver.engine));
  });

  it("JR-21 gives every batch back bit for bit", () => {
    const encoder = new BodyEncoder();
    fc.assert(
      fc.property(
        fc.array(anyNumber, { maxLength: 200 }),
        fc.array(fc.string({ unit: "binary" }), { maxLength: 8 }),
        fc.nat(1_000),
        (numbers, texts, count) => {
          const batch = { firstSeq: 7, count, numbers: Float64Array.from(numbers), texts };
          const body = encoder.encode(batch, 16).subarray(16);
          const back = decodeBody(body, 7);
          expect(back.count).toBe(count);
          expect(back.texts).toEqual(texts.map((text) => Buffer.from(text, "utf8").toString("utf8")));
          expect(Buffer.from(back.numbers.buffer).equals(Buffer.from(batch.numbers.buffer))).toBe(true);
        },
      ),
      { seed: 20_260_101, numRuns: 500 },
    );
  });

  it("JR-21 takes a byte for small numbers and no more than nine for any", () => {
    const encoder = new BodyEncoder();
    const bytes = (n: number): number => encoder.encode({ firstSeq: 1, count: 0, numbers: Float64Array.of(n), texts: [] }, 0).length - 3;
    expect([0, 239, 240, 2_287, 2_288, 65_535, 65_536, 2 ** 32, Number.MAX_SAFE_INTEGER, -1, 0.5].map(bytes)).toEqual([
      1, 1, 2, 2, 3, 3, 4, 6, 8, 1, 9,
    ]);
  });

  it("JR-21 refuses a body that is cut off anywhere, or goes on too long", () => {
    const body = Buffer.from(
      new BodyEncoder().encode({ firstSeq: 1, count: 2, numbers: Float64Array.of(1, 70_000, 0.5), texts: ["actor"] }, 0),
    );
    for (let length = 0; length < body.length; length += 1)
      expect(() => decodeBody(body.subarray(0, length), 1), `${length} bytes`).toThrow();
    expect(() => decodeBody(Buffer.concat([body, Buffer.of(0)]), 1)).toThrow("bytes behind the last number");
  });
});
