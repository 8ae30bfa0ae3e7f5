import { expect, it } from "vitest";
import { reasonText } from "../../renderer/app/orderText.ts";
import { noteCurrencies } from "../../renderer/app/riskCurrency.ts";
import type { AssetId } from "../../shared/ids.ts";
import type { Refusal } from "../../shared/rejects.ts";
import { btcUsd, usd } from "./support/venue.ts";

const refusal = {
  code: "RISK_ORDER_VALUE",
  limit: 75_000_000_000,
  used: 0,
  actual: 97_500_000_000,
  headroom: null,
  nearest: null,
  licenceId: null,
  ruleId: null,
} as const satisfies Refusal;
const told = (): string =>
  reasonText(
    refusal,
    { instrument: () => btcUsd, asset: (id) => (id === usd.assetId ? usd : undefined) },
    {
      instrumentId: btcUsd.instrumentId,
      side: "buy",
    },
  );

it("LK-5 a refusal by value tells money once the one currency of the risk tree is known, and bare units while it is not", () => {
  expect(told()).toContain("value 97500000000 exceeds the largest order value 75000000000");
  noteCurrencies([usd.assetId, usd.assetId]);
  expect(told()).toMatch(/value .*USD exceeds the largest order value .*USD/);
  expect(told()).not.toContain("97500000000");
  // With a second currency it is not known which node refused.
  noteCurrencies([(usd.assetId + 1) as AssetId]);
  expect(told()).toContain("97500000000");
});
