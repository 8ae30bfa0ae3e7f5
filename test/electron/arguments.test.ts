import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseArguments, type ArgumentsContext } from "../../electron/arguments.ts";

const folder = mkdtempSync(join(tmpdir(), "terminal-arguments-"));
const bars = join(folder, "bars.csv");
writeFileSync(bars, "timestamp,open,high,low,close,volume\n");
afterAll(() => rmSync(folder, { recursive: true }));

function parse(argv: readonly string[], context: Partial<ArgumentsContext> = {}) {
  return parseArguments({ argv, workingFolder: folder, applicationPath: null, packaged: false, ...context });
}

function refusal(argv: readonly string[], context: Partial<ArgumentsContext> = {}) {
  const result = parse(argv, context);
  return result.ok ? null : { code: result.error.code, field: result.error.field };
}

describe("the command line", () => {
  it("means the platform's own folder, no history and no tour when it is empty", () => {
    expect(parse([])).toEqual({
      ok: true,
      value: { dataFolder: null, history: [], tour: false, engine: [], market: [], venue: null, keyFile: null },
    });
  });

  it("takes values behind a space or an equals sign, relative to the folder the person stands in", () => {
    expect(
      parse([
        "--data",
        "here",
        "--history",
        "btc/usd=bars.csv",
        `--history=ETH/USD=${bars}`,
        "--market=off",
        "--journal-quota-mb",
        "8",
        "--tour",
      ]),
    ).toEqual({
      ok: true,
      value: {
        dataFolder: join(folder, "here"),
        history: [
          { symbol: "BTC/USD", path: bars },
          { symbol: "ETH/USD", path: bars },
        ],
        tour: true,
        engine: ["--journal-quota-mb", "8"],
        market: ["--market", "off"],
        venue: null,
        keyFile: null,
      },
    });
  });

  it("CN-13 keeps the file of a venue's key from the engine process, which is told the key itself", () => {
    expect(parse(["--connect", "HK=http://127.0.0.1:8080", "--key-file", "key.json"])).toMatchObject({
      ok: true,
      value: {
        engine: ["--connect", "HK=http://127.0.0.1:8080"],
        venue: { site: "HK", address: "http://127.0.0.1:8080" },
        keyFile: join(folder, "key.json"),
      },
    });
    expect(refusal(["--key-file", "key.json"])).toEqual({ code: "ARGUMENT_INVALID", field: "--key-file" });
  });

  it("lets the switches of Chromium and the application's own path pass", () => {
    const argv = ["--no-sandbox", "--disable-gpu", ".", "--remote-debugging-port=0", "--data=d", "--inspect=0", "--lang=de"];
    expect(parse(argv, { applicationPath: folder })).toMatchObject({ ok: true, value: { dataFolder: join(folder, "d") } });
  });

  it.each([
    ["an unknown switch", ["--dta", "x"], { code: "ARGUMENT_INVALID", field: "--dta" }],
    ["a switch that only begins like one of Chromium's", ["--nosandbox"], { code: "ARGUMENT_INVALID", field: "--nosandbox" }],
    ["a stray word", ["x"], { code: "ARGUMENT_INVALID", field: "x" }],
    ["--data without a folder", ["--data"], { code: "ARGUMENT_INVALID", field: "--data" }],
    ["--data before another switch", ["--data", "--tour"], { code: "ARGUMENT_INVALID", field: "--data" }],
    ["--data with nothing behind the equals sign", ["--data="], { code: "ARGUMENT_INVALID", field: "--data" }],
    ["--data twice", ["--data", "a", "--data", "b"], { code: "ARGUMENT_INVALID", field: "--data" }],
    ["a market neither on nor off", ["--market", "fast"], { code: "ARGUMENT_INVALID", field: "--market" }],
    ["a quota that is no number", ["--journal-quota-mb", "1e3"], { code: "ARGUMENT_INVALID", field: "--journal-quota-mb" }],
    ["--tour with a value", ["--tour=1"], { code: "ARGUMENT_INVALID", field: "--tour" }],
    ["--history without a file", ["--history", "BTC/USD"], { code: "ARGUMENT_INVALID", field: "--history" }],
    ["--history without a symbol", ["--history", "=bars.csv"], { code: "ARGUMENT_INVALID", field: "--history" }],
    ["--history with an impossible symbol", ["--history", "BTC USD=bars.csv"], { code: "ARGUMENT_INVALID", field: "--history" }],
    [
      "two history files for a symbol",
      ["--history", "A=bars.csv", "--history", "a=bars.csv"],
      { code: "ARGUMENT_INVALID", field: "--history" },
    ],
    ["--history with a missing file", ["--history", "BTC/USD=none.csv"], { code: "HISTORY_UNREADABLE", field: "--history" }],
    ["--history with a folder", ["--history", "BTC/USD=."], { code: "HISTORY_UNREADABLE", field: "--history" }],
  ])("refuses %s", (_name, argv, expected) => {
    expect(refusal(argv)).toEqual(expected);
  });

  it("refuses the tour in a packaged application", () => {
    expect(refusal(["--tour"], { packaged: true })).toEqual({ code: "ARGUMENT_INVALID", field: "--tour" });
  });
});
