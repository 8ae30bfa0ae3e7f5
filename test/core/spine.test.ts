import { describe, expect, test } from "vitest";
import { createEngine, decide, fold, lastSeq, redecide, takeBatch } from "../../engine/core/engine.ts";
import { decodeEntries, encodeCommands, RecordCursor } from "../../engine/core/records.ts";
import { restore, snapshot } from "../../engine/core/snapshot.ts";
import { commandSchema, type Command } from "../../shared/commands.ts";
import type { EpochUs } from "../../shared/ids.ts";

const raw: unknown[] = [
  { type: "DefineAsset", asset: { assetId: 1, code: "USD", decimals: 7 } },
  { type: "DefineAsset", asset: { assetId: 2, code: "BTC", decimals: 8 } },
  { type: "OpenAccount", account: { accountId: 1, code: "FEE", name: "Fees", owner: "venue", clientClass: "house", receivesFees: true } },
  { type: "OpenAccount", account: { accountId: 2, code: "A", name: "A", owner: "alice", clientClass: "retail", receivesFees: false } },
  { type: "OpenAccount", account: { accountId: 3, code: "B", name: "B", owner: "bob", clientClass: "retail", receivesFees: false } },
  {
    type: "ListInstrument",
    instrument: {
      instrumentId: 1, symbol: "BTCUSD", baseAssetId: 2, quoteAssetId: 1, tickSize: "0.01", lotSize: "0.00001", baseUnitsPerLot: 1000, quoteUnitsPerTickLot: 1,
      minLots: 1, maxLots: 1_000_000, marketMaxLots: 1_000_000, minNotional: 1, priceBandPpm: 100_000, makerFeePpm: 500, takerFeePpm: 1000,
    },
  },
  { type: "DepositFunds", accountId: 2, assetId: 1, amount: 10 ** 13 },
  { type: "DepositFunds", accountId: 3, assetId: 2, amount: 10 ** 10 },
  { type: "SubmitOrder", accountId: 3, instrumentId: 1, clientOrderId: 1, side: "sell", orderType: "limit", timeInForce: "gtc", limitTicks: 6_500_000, lots: 1000 },
  { type: "SubmitOrder", accountId: 2, instrumentId: 1, clientOrderId: 1, side: "buy", orderType: "limit", timeInForce: "gtc", limitTicks: 6_600_000, lots: 400 },
  { type: "SubmitOrder", accountId: 2, instrumentId: 1, clientOrderId: 2, side: "buy", orderType: "market", timeInForce: "ioc", limitTicks: null, lots: 100 },
  { type: "SubmitOrder", accountId: 2, instrumentId: 1, clientOrderId: 2, side: "buy", orderType: "limit", timeInForce: "gtc", limitTicks: 6_000_000, lots: 100 },
  { type: "SubmitOrder", accountId: 2, instrumentId: 1, clientOrderId: 3, side: "buy", orderType: "limit", timeInForce: "gtc", limitTicks: 6_000_000, lots: 100 },
  { type: "CancelAllOrders", accountId: 3, instrumentId: null },
  { type: "RecordOperatorAction", action: "historyImported", detail: "x" },
];

describe("the whole way once", () => {
  test("JR-1 JR-2 JR-3 live, folded, restored and re-decided states are the same", () => {
    const engine = createEngine();
    const packed = encodeCommands(raw.map((command) => ({ command: commandSchema.parse(command) as Command, actor: "test" })));
    const cursor = new RecordCursor(packed);
    let at = 1_000_000;
    while (cursor.next()) decide(engine, cursor, (at += 5) as EpochUs);
    const batch = takeBatch(engine)!;
    const entries = decodeEntries(batch);
    const types = entries.map((entry) => (entry.kind === "command" ? entry.command.type : entry.event.type));
    expect(types.slice(-13)).toEqual([
      "SubmitOrder", "OrderAccepted", "OrderFilled",
      "SubmitOrder", "OrderDenied",
      "SubmitOrder", "OrderAccepted", "OrderRested",
      "CancelAllOrders", "OrderCancelled", "AllOrdersCancelled",
      "RecordOperatorAction", "OperatorActionRecorded",
    ].slice(-13));
    const bytes = snapshot(engine);
    const folded = createEngine();
    fold(folded, batch);
    expect(snapshot(folded)).toEqual(bytes);
    expect(snapshot(restore(bytes))).toEqual(bytes);
    expect(redecide(createEngine(), batch)).toBeNull();
    expect(lastSeq(folded)).toBe(entries.length);
  });
});
