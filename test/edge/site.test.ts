import { describe, expect, it, onTestFinished } from "vitest";
import { OrderNotes } from "../../engine/edge/hashkey/clientOrderIds.ts";
import { createKey, keyFileIn, KeyRing } from "../../engine/edge/hashkey/keys.ts";
import { ListenKeys } from "../../engine/edge/hashkey/listenKeys.ts";
import { profiles } from "../../engine/edge/hashkey/profiles.ts";
import { RateLimits } from "../../engine/edge/hashkey/rateLimits.ts";
import { ipOf, RestSite } from "../../engine/edge/hashkey/site.ts";
import { tempFolder } from "../host/tempFolder.ts";
import { MarketLine } from "./marketLine.ts";

describe("GW-26 whose budget a request spends", () => {
  it("GW-26 one that the key's secret did not sign spends its address's, and none of the key's", async () => {
    const data = tempFolder();
    const { key } = createKey(
      keyFileIn(data),
      { owner: "desk", account: "ALPHA", limits: { queriesPerSecond: 1, ordersPerSecond: 1 } },
      Date.now(),
    );
    const { exchange } = await MarketLine.open();
    const venue = { profile: profiles.HK, exchange, notes: new OrderNotes(data), listenKeys: new ListenKeys() };
    // Time stands, so that nothing is saved up meanwhile.
    const limits = new RateLimits(() => 0);
    const { app } = new RestSite({ venue, keys: new KeyRing(keyFileIn(data)), limits });
    onTestFinished(() => app.close());
    const url = `/api/v1/spot/order?symbol=BTCUSD&timestamp=1&signature=${"0".repeat(64)}`;
    const statuses: number[] = [];
    for (let n = 0; n < 501; n += 1)
      statuses.push((await app.inject({ method: "POST", url, headers: { "x-hk-apikey": key.accessKey } })).statusCode);
    expect(new Set(statuses.slice(0, 500))).toEqual(new Set([400]));
    expect(statuses.at(-1)).toBe(429);
    expect(() => limits.spend("10.0.0.1", key, "order", 1)).not.toThrow();
    expect(() => limits.spend("10.0.0.1", key, "order", 1)).toThrow("suspended");
  });

  it("GW-26 an address counts as one, whether its requests come over IPv4 or IPv6", () => {
    const from = (remoteAddress: string): string => ipOf({ socket: { remoteAddress } } as Parameters<typeof ipOf>[0]);
    expect(["10.0.0.1", "::ffff:10.0.0.1", "::1"].map(from)).toEqual(["10.0.0.1", "10.0.0.1", "::1"]);
  });
});
