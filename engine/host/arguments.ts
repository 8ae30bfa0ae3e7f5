import { resolve } from "node:path";
import { typedError, type TypedError } from "../../shared/errors.ts";
import { failed, ok, type Result } from "../../shared/result.ts";

/** How the engine process was started. */
export type EngineArguments = {
  /** Absolute path; null for the platform's user-data folder. */
  readonly dataPath: string | null;
  readonly history: readonly { readonly symbol: string; readonly path: string }[];
  /** Do the simulated participants trade from the start? Null: as they were left. */
  readonly market: boolean | null;
  /** Largest size of the journal file in bytes; null for no limit but the disk's. */
  readonly quotaBytes: number | null;
};

const USAGE = "--data DIR, --history SYMBOL=FILE (may be repeated), --market on|off, --journal-quota-mb N";
const SYMBOL = /^[A-Z0-9][A-Z0-9._/-]{0,23}$/;
const BYTES_PER_MB = 1_024 * 1_024;
const MAX_QUOTA_MB = 16 * 1_024 * 1_024;

/** Reads the engine process's command line; the first mistake is an ARGUMENT_INVALID that names it. */
export function parseArguments(argv: readonly string[], workingFolder: string): Result<EngineArguments> {
  let dataPath: string | null = null;
  let market: boolean | null = null;
  let quotaBytes: number | null = null;
  const history: { symbol: string; path: string }[] = [];
  for (let at = 0; at < argv.length; at += 2) {
    const name = argv[at] ?? "";
    const value = argv[at + 1] ?? "";
    if (!["--data", "--history", "--market", "--journal-quota-mb"].includes(name)) {
      return failed(invalid(name, name, USAGE, `The argument ${name} is not known. Accepted: ${USAGE}.`));
    }
    if (value === "" || value.startsWith("--")) return failed(invalid(name, value, USAGE, `${name} needs a value. Accepted: ${USAGE}.`));
    if (name === "--data") {
      if (dataPath !== null) return failed(twice(name, value));
      dataPath = resolve(workingFolder, value);
    } else if (name === "--market") {
      if (market !== null) return failed(twice(name, value));
      if (value !== "on" && value !== "off") return failed(invalid(name, value, "on or off", `--market is on or off, not ${value}.`));
      market = value === "on";
    } else if (name === "--journal-quota-mb") {
      if (quotaBytes !== null) return failed(twice(name, value));
      if (!/^[1-9]\d{0,7}$/.test(value) || Number(value) > MAX_QUOTA_MB) {
        return failed(
          invalid(name, value, `1 to ${MAX_QUOTA_MB}`, `--journal-quota-mb is a whole number of megabytes from 1 to ${MAX_QUOTA_MB}.`),
        );
      }
      quotaBytes = Number(value) * BYTES_PER_MB;
    } else {
      const equals = value.indexOf("=");
      const symbol = value.slice(0, Math.max(0, equals)).toUpperCase();
      const file = value.slice(equals + 1);
      if (!SYMBOL.test(symbol) || file === "") {
        return failed(invalid(name, value, "SYMBOL=FILE, e.g. BTC/USD=bars.csv", `--history ${value} does not name a symbol and a file.`));
      }
      if (history.some((other) => other.symbol === symbol)) return failed(twice(`${name} ${symbol}`, value));
      history.push({ symbol, path: resolve(workingFolder, file) });
    }
  }
  return ok({ dataPath, history, market, quotaBytes });
}

function twice(name: string, value: string): TypedError {
  return invalid(name, value, "given once", `${name} is given twice.`);
}

function invalid(field: string, value: string, rule: string, message: string): TypedError {
  return typedError("ARGUMENT_INVALID", { field, value, rule, message });
}
