import { describe, expect, it } from "vitest";
import { parseArguments } from "../../engine/host/arguments.ts";
import { defaultDataPath } from "../../engine/host/dataFolder.ts";

const folder = process.platform === "win32" ? "C:\\work" : "/work";

describe("GW-12 arguments", () => {
  it("GW-12 are all optional", () => {
    expect(parseArguments([], folder)).toEqual({
      ok: true,
      value: { dataPath: null, history: [], market: null, quotaBytes: null, api: null },
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
