import { describe, expect, it } from "vitest";
import { parseArguments } from "../../engine/host/arguments.ts";
import { defaultDataPath } from "../../engine/host/dataFolder.ts";

const folder = process.platform === "win32" ? "C:\\work" : "/work";

describe("GW-12 arguments", () => {
  it("GW-12 are all optional", () => {
    expect(parseArguments([], folder)).toEqual({
      ok: true,
      value: { dataPath: null, history: [], market: null, quotaBytes: null, api: null, connect: null },
    });
  });

  it("GW-12 are read with paths relative to the working folder", () => {
    const parsed = parseArguments(
      ["--data", "here", "--history", "btc/usd=a=b.csv", "--history", "ETH/USD=eth.csv.gz", "--market", "off", "--journal-quota-mb", "7"],
      folder,
    );
    expect(parsed.ok && { ...parsed.value, history: parsed.value.history.map(({ symbol }) => symbol) }).toEqual({
      dataPath: expect.stringMatching(/work[\\/]here$/),
      history: ["BTC/USD", "ETH/USD"],
      market: false,
      quotaBytes: 7 * 1_024 * 1_024,
      api: null,
      connect: null,
    });
    expect(parsed.ok && parsed.value.history[0]?.path).toMatch(/work[\\/]a=b\.csv$/);
  });

  const wrong: readonly (readonly [args: readonly string[], field: string])[] = [
    [["--nothing", "x"], "--nothing"],
    [["data"], "data"],
    [["--data", "--market"], "--data"],
    [["--data", ""], "--data"],
    [["--data", "a", "--data", "b"], "--data"],
    [["--market", "ON"], "--market"],
    [["--market", "on", "--market", "on"], "--market"],
    [["--journal-quota-mb", "-1"], "--journal-quota-mb"],
    [["--journal-quota-mb", "1e3"], "--journal-quota-mb"],
    [["--journal-quota-mb", "99999999"], "--journal-quota-mb"],
    [["--history", "=file"], "--history"],
    [["--history", "no spaces=file"], "--history"],
    [["--history", "BTC/USD=a", "--history", "btc/usd=b"], "--history BTC/USD"],
  ];
  it.each(wrong)("GW-12 %j is ARGUMENT_INVALID", (args, field) => {
    const parsed = parseArguments(args, folder);
    expect(parsed).toMatchObject({ ok: false, error: { code: "ARGUMENT_INVALID", field } });
  });

  it("GW-12 the default data folder is the platform's own", () => {
    expect(defaultDataPath({ XDG_CONFIG_HOME: "/home/x/.cfg" }, "linux")).toMatch(/\.cfg[\\/]HashKey Terminal$/);
    expect(defaultDataPath({}, "linux")).toMatch(/\.config[\\/]HashKey Terminal$/);
    expect(defaultDataPath({}, "darwin")).toMatch(/Library[\\/]Application Support[\\/]HashKey Terminal$/);
    expect(defaultDataPath({ APPDATA: "C:\\Users\\x\\AppData\\Roaming" }, "win32")).toMatch(/Roaming[\\/]HashKey Terminal$/);
  });
});

describe("GW-20 where the venue's interface listens", () => {
  const api = (...argv: string[]): unknown => {
    const parsed = parseArguments(argv, "/");
    return parsed.ok ? parsed.value.api : parsed.error.code;
  };

  it("GW-20 is loopback unless an address is named, each site once", () => {
    expect(api("--api", "HK=8080", "--api", "glb=[::1]:0", "--api-framing", "batched")).toEqual({
      listen: [
        { site: "HK", address: "127.0.0.1", port: 8_080 },
        { site: "GLB", address: "::1", port: 0 },
      ],
      framing: "batched",
    });
    for (const bad of ["8080", "HK=", "HK=70000", "HK=here:80", "SG=1"]) expect(api("--api", bad), bad).toBe("ARGUMENT_INVALID");
    expect(api("--api", "HK=1", "--api", "HK=2")).toBe("ARGUMENT_INVALID");
    expect(api("--api", "HK=1", "--api-framing", "all")).toBe("ARGUMENT_INVALID");
  });
});

describe("CN-1 CN-13 where the outside venue is", () => {
  const connect = (...argv: string[]): unknown => {
    const parsed = parseArguments(argv, "/");
    return parsed.ok ? parsed.value.connect : parsed.error.code;
  };

  it("CN-1 names a site and its addresses; the sockets are at the same place unless told otherwise", () => {
    expect(connect("--connect", "hk=http://127.0.0.1:8080/")).toEqual({
      site: "HK",
      rest: "http://127.0.0.1:8080",
      stream: "ws://127.0.0.1:8080",
      keyFile: null,
    });
    expect(connect("--connect", "GLB=https://api.example,wss://stream.example", "--key-file", "key.json")).toMatchObject({
      site: "GLB",
      rest: "https://api.example",
      stream: "wss://stream.example",
      keyFile: expect.stringMatching(/key\.json$/),
    });
  });

  it("CN-1 CN-13 refuses what is no address, what simulates beside it, and secrets in an address", () => {
    for (const bad of [
      "8080",
      "HK=",
      "HK=127.0.0.1:8080",
      "HK=ftp://a",
      "HK=http://venue.example",
      "SG=https://a",
      "HK=https://a,https://b",
      "HK=https://a?key=1",
      "HK=https://me:pw@a",
    ])
      expect(connect("--connect", bad), bad).toBe("ARGUMENT_INVALID");
    expect(connect("--connect", "HK=https://a", "--connect", "HK=https://b")).toBe("ARGUMENT_INVALID");
    expect(connect("--connect", "HK=https://a", "--market", "on")).toBe("ARGUMENT_INVALID");
    expect(connect("--connect", "HK=https://a", "--api", "HK=1")).toBe("ARGUMENT_INVALID");
    expect(connect("--key-file", "key.json")).toBe("ARGUMENT_INVALID");
  });
});
