import { createHmac } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientOrderIdOf } from "../../engine/edge/hashkey/clientOrderIds.ts";
import { HmacVerifier, hmacStateOf } from "../../engine/edge/hashkey/hmacState.ts";
import { createKey, keyFileIn, KeyRing, networksOf, readKeys, revokeKey } from "../../engine/edge/hashkey/keys.ts";
import { checkSignature, checkTime } from "../../engine/edge/hashkey/signature.ts";
import { HeadlessEngine } from "../host/headlessEngine.ts";
import { eventually, tempFolder } from "../host/tempFolder.ts";
import { served } from "./servedExchange.ts";
import { hostWarningText } from "../../shared/hostWarnings.ts";

describe("GW-23 signatures", () => {
  it("GW-23 what is stored of a secret signs as the secret does (seed 23)", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.uint8Array({ maxLength: 400 }), (secret, message) => {
        const own = new HmacVerifier(hmacStateOf(secret)).sign(message);
        expect(own.equals(createHmac("sha256", secret).update(message).digest())).toBe(true);
      }),
      { seed: 23, numRuns: 300 },
    );
  });

  const verifier = new HmacVerifier(hmacStateOf("lH3ELTNiFxCQTmi9pPcWWikhsjO04Yoqw3euoHUuOLC3GYBW64ZqzQsiOEHXQS76"));
  const checked = (query: string, body: string): void => checkSignature(verifier, { query, body: Buffer.from(body), isJson: false });

  it("GW-23 the venue's documented examples verify, in query, form and both", () => {
    const terms = "symbol=ETHBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1538323200000";
    const signature = "5f2750ad7589d1d40757a55342e621a44037dad23b5128cc70e18ec1d1c3f4c6";
    checked(`${terms}&signature=${signature}`, "");
    checked(`${terms}&signature=${signature.toUpperCase()}`, "");
    checked("", `signature=${signature}&${terms}`);
    const mixed = "885c9e3dd89ccd13408b25e6d54c2330703759d7494bea6dd5a3d1fd16ba3afa";
    checked(
      "symbol=ETHBTC&side=BUY&type=LIMIT&timeInForce=GTC",
      `quantity=1&price=0.1&recvWindow=5000&timestamp=1538323200000&signature=${mixed}`,
    );
    expect(() => checked(`${terms}&signature=${mixed}`, "")).toThrow("Incorrect signature.");
  });
});

describe("GW-21 the window in time", () => {
  const at = (timestamp: number, speed = 1, recvWindow?: string): void =>
    checkTime({ timestamp: String(timestamp), recvWindow }, { nowMs: 1_000_000, speed });

  it("GW-21 reaches from the window before the venue's time to a second after, and grows with the clock's speed", () => {
    for (const fits of [995_000, 1_000_000, 1_000_999]) at(fits);
    for (const misses of [994_999, 1_001_000]) expect(() => at(misses)).toThrow("outside of the recvWindow");
    at(992_000, 1, "8000");
    at(950_000, 10);
    expect(() => at(949_999, 10)).toThrow("outside of the recvWindow");
    // A slow clock gives a client no less time.
    at(995_000, 0.1);
  });
});

describe("GW-24 keys", () => {
  it("GW-24 the file verifies signatures, tells no secret and is its owner's alone", () => {
    const file = keyFileIn(tempFolder());
    const { key, secret } = createKey(file, { owner: "desk", account: "ALPHA", label: "bot" }, 0);
    const text = readFileSync(file, "utf8");
    expect(text).not.toContain(secret);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(secret).toMatch(/^[0-9A-Za-z]{64}$/);
    expect(readKeys(file)).toEqual([key]);
    const ring = new KeyRing(file);
    expect(ring.find(key.accessKey)?.account).toBe("ALPHA");
    expect(ring.find("other")).toBeUndefined();
    expect(revokeKey(file, key.accessKey, 1)).toBe(true);
    expect(revokeKey(file, key.accessKey, 1)).toBe(false);
  });

  it("GW-24 a file that cannot be read leaves a running server's keys as they were", () => {
    const file = keyFileIn(tempFolder());
    const { key } = createKey(file, { owner: "desk", account: "ALPHA" }, 0);
    const ring = new KeyRing(file);
    expect(ring.find(key.accessKey)?.account).toBe("ALPHA");
    writeFileSync(file, "{");
    expect(ring.find("unknown")).toBeUndefined();
    expect(ring.find(key.accessKey)?.account).toBe("ALPHA");
  });

  it("GW-24 addresses are addresses or networks", () => {
    const list = networksOf(["10.0.0.0/8", "::1"]);
    expect([list?.check("10.1.2.3"), list?.check("11.1.2.3"), list?.check("::1", "ipv6")]).toEqual([true, false, true]);
    for (const bad of ["nowhere", "10.0.0.0/33", "10.0.0.0/8/8", "::1/129", "10.0.0.0/", "10.0.0.0/0x8", "10.0.0.0/ 8", "10.0.0.0/-1"])
      expect(() => networksOf([bad])).toThrow("not an IP address");
  });
});

describe("GW-34 client order ids", () => {
  it("GW-34 a plain number is itself, any other text its hash; a resend is refused, and names outlive the process", async () => {
    expect(clientOrderIdOf("1722006209978370")).toBe(1_722_006_209_978_370);
    expect(clientOrderIdOf("a")).toBe(clientOrderIdOf("a"));
    expect(clientOrderIdOf("a")).not.toBe(clientOrderIdOf("b"));
    for (const text of ["a", "007", "9007199254740991", "x".repeat(255)]) {
      expect(clientOrderIdOf(text)).toBeGreaterThanOrEqual(2 ** 52);
      expect(Number.isSafeInteger(clientOrderIdOf(text))).toBe(true);
    }
    const data = tempFolder();
    const first = await served(data, { sites: ["HK"] });
    const key = first.key();
    const terms = { symbol: "BTCUSD", side: "BUY", type: "LIMIT_MAKER", quantity: "0.01", price: "60000", newClientOrderId: "über, 1" };
    expect((await first.signed(key, "POST", "/api/v1/spot/order", terms)).status).toBe(200);
    expect(await first.signed(key, "POST", "/api/v1/spot/order", terms)).toMatchObject({ status: 400, body: { code: -1141 } });
    await first.engine.shutdown();
    const second = await served(data, { sites: ["HK"] });
    const { body } = await second.signed(key, "GET", "/api/v1/spot/order", { origClientOrderId: "über, 1" });
    expect(body).toMatchObject({ clientOrderId: "über, 1", type: "LIMIT_MAKER", status: "NEW" });
    expect(await second.signed(key, "POST", "/api/v1/spot/order", terms)).toMatchObject({ status: 400, body: { code: -1141 } });
  });
});

describe("GW-20 where it listens", () => {
  it("GW-20 warns when others can reach it, and when it cannot listen trading goes on", async () => {
    const open = new HeadlessEngine(["--data", tempFolder(), "--market", "off", "--api", "HK=0.0.0.0:0"]);
    await open.ready();
    const client = await open.connect("desk");
    await eventually(() => client.status()?.warnings.some(({ code }) => code === "apiIsPublic"), "a warning", 30_000);
    const report = await eventually(() => open.reports.find(({ type }) => type === "apiListening"), "an address");
    const port = report.type === "apiListening" ? new URL(report.sites[0]!.url).port : "";
    const taken = new HeadlessEngine(["--data", tempFolder(), "--market", "off", "--api", `HK=0.0.0.0:${port}`]);
    await taken.ready();
    const other = await taken.connect("desk");
    await eventually(
      () => other.status()?.warnings.some((warning) => hostWarningText(warning).includes("cannot listen")),
      "a refusal",
      30_000,
    );
    expect(other.status()?.state).toBe("running");
    await open.kill();
    await taken.kill();
  });
});

describe("GW-14 pace", () => {
  it("GW-14 a gateway's frames come with every commit, a screen's are spaced", async () => {
    const exchange = await served(tempFolder(), { sites: ["HK"] });
    const [gateway, screen] = [await exchange.engine.connect("desk"), await exchange.engine.connect("desk", { session: "screen" })];
    gateway.say({ type: "subscribe", instrumentIds: [1], depthLevels: 5, candles: [], pace: "everyCommit" });
    screen.say({ type: "subscribe", instrumentIds: [1], depthLevels: 5, candles: [] });
    const key = exchange.key();
    for (let n = 0; n < 60; n += 1) {
      await exchange.signed(key, "POST", "/api/v1/spot/order", {
        symbol: "BTCUSD",
        side: "BUY",
        type: "LIMIT",
        quantity: 0.01,
        price: 60_000 + n,
        timestamp: await exchange.time(),
      });
    }
    const orders = (frames: readonly { readonly orders: readonly unknown[] }[]): number => frames.flatMap((frame) => frame.orders).length;
    await eventually(() => orders(gateway.frames()) === 60 && orders(screen.frames()) === 60, "every order in both");
    expect(gateway.frames().filter((frame) => frame.orders.length > 0).length).toBe(60);
    const places = gateway.frames().filter(({ snapshot }) => !snapshot);
    expect(places.every((frame, n) => n === 0 || frame.fromSeq === places[n - 1]!.toSeq)).toBe(true);
  });
});
