import { resolve } from "node:path";
import { typedError, type TypedError } from "../../shared/errors.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import { isVenueAddress } from "../../shared/venueConnection.ts";
import { apiFramings, apiSites, type ApiFraming, type ApiListen, type ApiSettings, type ApiSite } from "../edge/hashkey/apiMessages.ts";

/** How the engine process was started. */
export type EngineArguments = {
  /** Absolute path; null for the platform's user-data folder. */
  readonly dataPath: string | null;
  readonly history: readonly { readonly symbol: string; readonly path: string }[];
  /** Do the simulated participants trade from the start? Null: as they were left. */
  readonly market: boolean | null;
  /** Largest size of the journal file in bytes; null for no limit but the disk's. */
  readonly quotaBytes: number | null;
  /** The venue's interface; null for none. */
  readonly api: ApiSettings | null;
  /** The outside venue that orders go to; null to match them here. */
  readonly connect: ConnectArguments | null;
};

/** Base addresses of the outside venue's interface, and the file with its key; null where the key comes otherwise. */
export type ConnectArguments = {
  readonly site: ApiSite;
  readonly rest: string;
  readonly stream: string;
  readonly keyFile: string | null;
};

const USAGE =
  "--data DIR, --history SYMBOL=FILE (may be repeated), --market on|off, --journal-quota-mb N, --api HK=[ADDRESS:]PORT (may be repeated; or GLB=…), --api-framing single|batched, --connect HK=ADDRESS[,SOCKET-ADDRESS] (or GLB=…), --key-file FILE";
const NAMES = ["--data", "--history", "--market", "--journal-quota-mb", "--api", "--api-framing", "--connect", "--key-file"];
const LISTEN = /^(?:(?<address>\[[0-9a-f:.]+\]|[0-9.]+|localhost):)?(?<port>\d{1,5})$/i;
const MAX_PORT = 65_535;
const SYMBOL = /^[A-Z0-9][A-Z0-9._/-]{0,23}$/;
const BYTES_PER_MB = 1_024 * 1_024;
const MAX_QUOTA_MB = 16 * 1_024 * 1_024;

/** Reads the engine process's command line; the first mistake is an ARGUMENT_INVALID that names it. */
export function parseArguments(argv: readonly string[], workingFolder: string): Result<EngineArguments> {
  let dataPath: string | null = null;
  let market: boolean | null = null;
  let quotaBytes: number | null = null;
  let framing: ApiFraming | null = null;
  let connect: Omit<ConnectArguments, "keyFile"> | null = null;
  let keyFile: string | null = null;
  const listen: ApiListen[] = [];
  const history: { symbol: string; path: string }[] = [];
  for (let at = 0; at < argv.length; at += 2) {
    const name = argv[at] ?? "";
    const value = argv[at + 1] ?? "";
    if (!NAMES.includes(name)) {
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
    } else if (name === "--api-framing") {
      if (framing !== null) return failed(twice(name, value));
      const found = apiFramings.find((each) => each === value);
      if (found === undefined)
        return failed(invalid(name, value, apiFramings.join(" or "), `--api-framing is single or batched, not ${value}.`));
      framing = found;
    } else if (name === "--connect") {
      if (connect !== null) return failed(twice(name, value));
      connect = connectionOf(value);
      if (connect === null) {
        const rule = `${apiSites.join(" or ")}=ADDRESS[,SOCKET-ADDRESS], e.g. HK=https://api-pro.hashkey.com,wss://stream-pro.hashkey.com`;
        return failed(invalid(name, value, rule, `--connect ${value} does not name a site and its addresses.`));
      }
    } else if (name === "--key-file") {
      if (keyFile !== null) return failed(twice(name, value));
      keyFile = resolve(workingFolder, value);
    } else if (name === "--api") {
      const wanted = listenOf(value);
      if (wanted === null) {
        const rule = `${apiSites.join(" or ")}=[ADDRESS:]PORT, e.g. HK=8080`;
        return failed(invalid(name, value, rule, `--api ${value} does not name a site and a port.`));
      }
      if (listen.some(({ site }) => site === wanted.site)) return failed(twice(`${name} ${wanted.site}`, value));
      listen.push(wanted);
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
  if (connect !== null && (history.length > 0 || market !== null || listen.length > 0)) {
    const rule = "--connect alone, or a simulated exchange";
    return failed(
      invalid("--connect", connect.rest, rule, "A connected terminal simulates nothing: leave out --history, --market and --api."),
    );
  }
  if (connect === null && keyFile !== null)
    return failed(invalid("--key-file", keyFile, "given with --connect", "--key-file holds the key of a venue to --connect to."));
  return ok({
    dataPath,
    history,
    market,
    quotaBytes,
    api: listen.length === 0 ? null : { listen, framing: framing ?? "single" },
    connect: connect === null ? null : { ...connect, keyFile },
  });
}

/** The sockets are at the REST interface's address unless another is named. */
function connectionOf(value: string): Omit<ConnectArguments, "keyFile"> | null {
  const equals = value.indexOf("=");
  const site = apiSites.find((each) => each === value.slice(0, Math.max(0, equals)).toUpperCase());
  const [rest = "", stream = rest.replace(/^http/, "ws"), ...more] = value.slice(equals + 1).split(",");
  const isWhole = more.length === 0 && isVenueAddress(rest, "rest") && isVenueAddress(stream, "socket");
  return site === undefined || !isWhole ? null : { site, rest: rest.replace(/\/+$/, ""), stream: stream.replace(/\/+$/, "") };
}

/** Loopback unless an address is named. */
function listenOf(value: string): ApiListen | null {
  const equals = value.indexOf("=");
  const site = apiSites.find((each) => each === value.slice(0, Math.max(0, equals)).toUpperCase());
  const { address = "127.0.0.1", port = "" } = LISTEN.exec(value.slice(equals + 1))?.groups ?? {};
  if (site === undefined || port === "" || Number(port) > MAX_PORT) return null;
  return { site, address: address.replace(/^\[|\]$/g, ""), port: Number(port) };
}

function twice(name: string, value: string): TypedError {
  return invalid(name, value, "given once", `${name} is given twice.`);
}

function invalid(field: string, value: string, rule: string, message: string): TypedError {
  return typedError("ARGUMENT_INVALID", { field, value, rule, message });
}
