import { describe, expect, it } from "vitest";
import { stepAmount, stepPrice, stepQuantity } from "../../renderer/features/ticket/ticketModel.ts";
import { isSoftBlock, limitBar } from "../../renderer/ui/previewModel.ts";
import type { PreviewLimit } from "../../shared/preview.ts";
import { USD, btcUsd } from "./support/venue.ts";

describe("steps", () => {
  it("move the price by ticks, never below one, and begin at the last price", () => {
    expect([stepPrice("65000.10", 1, null, btcUsd), stepPrice("0.01", -10, null, btcUsd), stepPrice("", 1, 6_500_000, btcUsd)]).toEqual([
      "65000.11",
      "0.01",
      "65000.00",
    ]);
  });

  it("move the quantity by a tenth of its power of ten, within the instrument's bounds", () => {
    expect([
      stepQuantity("0.05", 1, btcUsd),
      stepQuantity("0.0003", -1, btcUsd),
      stepQuantity("16", 10, btcUsd),
      stepQuantity("?", 1, btcUsd),
    ]).toEqual(["0.051", "0.0003", "16", "0.0003"]);
  });

  it("move money by a tenth of its power of ten, and parts by five of a hundred up to all", () => {
    expect([stepAmount("5000", 1, false), stepAmount("12", -1, false), stepAmount("", 1, false)]).toEqual(["5100", "11", "1"]);
    expect([stepAmount("25", 1, true), stepAmount("98%", 1, true), stepAmount("5", -3, true)]).toEqual(["30", "100", "5"]);
    // To the cent, however much it is; and a comma that groups nothing makes no fifteen.
    expect([stepAmount("90071992547409.93", 1, false), stepAmount("0.1", 3, false), stepAmount("1,5", 1, false)]).toEqual([
      "91071992547409.93",
      "3.10",
      "1",
    ]);
  });
});

const limit = (change: Partial<PreviewLimit>): PreviewLimit => ({
  control: "netLots",
  nodeId: 4,
  nodeName: "Alpha",
  level: "account",
  currencyAssetId: USD,
  instrumentId: btcUsd.instrumentId,
  soft: 50,
  hard: 100,
  before: 20,
  after: 60,
  ...change,
});

describe("a limit's bar", () => {
  it("shows what is used, what the order adds or frees, and beyond which bound that leads", () => {
    expect(limitBar(limit({}))).toEqual({ used: 0.2, change: 0.6 - 0.2, soft: 0.5, tier: "soft" });
    expect(limitBar(limit({ after: 5 }))).toEqual({ used: 0.05, change: 0.05 - 0.2, soft: 0.5, tier: "free" });
    expect(limitBar(limit({ soft: null, after: 130 }))).toMatchObject({ used: 0.2, change: 0.8, tier: "hard" });
  });

  it("is none where a use has no meaning", () => {
    expect(limitBar(limit({ before: null }))).toBeNull();
    expect(limitBar(limit({ soft: null, hard: null }))).toBeNull();
  });

  it("tells a block that a reason overcomes from one that nothing does", () => {
    expect([isSoftBlock("RISK_NET_POSITION_SOFT"), isSoftBlock("RISK_NET_POSITION"), isSoftBlock(null)]).toEqual([true, false, false]);
  });
});
