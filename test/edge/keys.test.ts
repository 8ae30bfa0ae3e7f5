import { createHmac } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientOrderIdOf, OrderNotes, type OrderNote } from "../../engine/edge/hashkey/clientOrderIds.ts";
import { HmacVerifier, hmacStateOf } from "../../engine/edge/hashkey/hmacState.ts";
import { createKey, keyFileIn, KeyRing, networksOf, readKeys, revokeKey, type NewKey } from "../../engine/edge/hashkey/keys.ts";
import { checkSignature, checkTime } from "../../engine/edge/hashkey/signature.ts";
import { HeadlessEngine } from "../host/headlessEngine.ts";
import { eventually, tempFolder } from "../host/tempFolder.ts";
import { served } from "./servedExchange.ts";
import { TerminalError } from "../../shared/errors.ts";
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
    for (const none of ["1e3", "0x10", " 5", "5.0", "0", "8001"]) expect(() => at(1_000_000, 1, none)).toThrow("recvWindow");
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

  it("GW-24 a file in which an address is none is no file of keys", () => {
    const file = keyFileIn(tempFolder());
    const { key } = createKey(file, { owner: "desk", account: "ALPHA", addresses: ["127.0.0.1"] }, 0);
    const ring = new KeyRing(file);
    expect(ring.mayListen(key.accessKey, "127.0.0.1")).toBe(true);
    writeFileSync(file, readFileSync(file, "utf8").replace("127.0.0.1", "127.0.0.256"));
    expect(() => readKeys(file)).toThrow("cannot be read");
    // Looks at the file again at once, and keeps what it knows.
    ring.find("unknown");
    expect(ring.mayListen(key.accessKey, "127.0.0.1")).toBe(true);
  });

  it("GW-24 what cannot be a key is refused by field, and nothing is written", () => {
    const file = keyFileIn(tempFolder());
    const refusedField = (wanted: Partial<NewKey>): string => {
      try {
        createKey(file, { owner: "desk", account: "ALPHA", ...wanted }, 0);
      } catch (error) {
        if (error instanceof TerminalError) return `${error.typed.code} ${error.typed.field}`;
        throw error;
      }
      return "made";
    };
    expect(refusedField({ limits: { queriesPerSecond: Number.NaN, ordersPerSecond: 1 } })).toBe("ARGUMENT_INVALID limits.queriesPerSecond");
    expect(refusedField({ label: "x".repeat(65) })).toBe("ARGUMENT_INVALID label");
    expect(refusedField({ owner: "Nobody There" })).toBe("ARGUMENT_INVALID owner");
    expect(existsSync(file)).toBe(false);
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

describe("GW-34 the file of names", () => {
  const note = (text: string): OrderNote => ({ text, isLimitMaker: false, amount: null, expiresMaker: false });
  const fileIn = (data: string): string => join(data, "api", "order-notes.jsonl");
  const lines = (data: string): readonly string[] => readFileSync(fileIn(data), "utf8").split("\n").slice(0, -1);

  it("GW-34 does not grow without end: a start that finds twice as many names as are kept leaves the newest", async () => {
    const data = tempFolder();
    const first = new OrderNotes(data, 10);
    for (let n = 1; n <= 30; n += 1) first.add(1, clientOrderIdOf(`name-${n}`), note(`name-${n}`));
    await eventually(() => existsSync(fileIn(data)) && lines(data).length === 30, "the names are in the file");
    const second = new OrderNotes(data, 10);
    expect(lines(data)).toHaveLength(10);
    expect([20, 21, 30].map((n) => second.of(1, clientOrderIdOf(`name-${n}`)).text.startsWith("name"))).toEqual([false, true, true]);
    expect(new OrderNotes(data, 10).of(1, clientOrderIdOf("name-30")).text).toBe("name-30");
  });

  it("GW-34 a disk that takes nothing leaves the file as it is, and the names are known all the same", async () => {
    const data = tempFolder();
    const first = new OrderNotes(data, 10);
    for (let n = 1; n <= 30; n += 1) first.add(1, clientOrderIdOf(`name-${n}`), note(`name-${n}`));
    await eventually(() => existsSync(fileIn(data)) && lines(data).length === 30, "the names are in the file");
    // Where the new file would be written stands a folder.
    mkdirSync(`${fileIn(data)}.${process.pid}.partial`);
    expect(new OrderNotes(data, 10).of(1, clientOrderIdOf("name-30")).text).toBe("name-30");
    expect(lines(data)).toHaveLength(30);
  });

  it("GW-34 a name that a crash cut off takes the one behind it not along", async () => {
    const data = tempFolder();
    new OrderNotes(data).add(1, clientOrderIdOf("whole"), note("whole"));
    await eventually(() => existsSync(fileIn(data)) && lines(data).length === 1, "the first name");
    appendFileSync(fileIn(data), '{"a":1,"c":4503');
    new OrderNotes(data).add(1, clientOrderIdOf("later"), note("later"));
    await eventually(() => lines(data).length === 2, "the second name");
    const third = new OrderNotes(data);
    expect(["whole", "later"].map((text) => third.of(1, clientOrderIdOf(text)).text)).toEqual(["whole", "later"]);
    // Of the second name a crash takes the end of its line alone.
    truncateSync(fileIn(data), statSync(fileIn(data)).size - 1);
    new OrderNotes(data).add(1, clientOrderIdOf("last"), note("last"));
    await eventually(() => lines(data).at(-1)?.includes("last") === true, "the third name");
    const fourth = new OrderNotes(data);
    expect(["later", "last"].map((text) => fourth.of(1, clientOrderIdOf(text)).text)).toEqual(["later", "last"]);
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
