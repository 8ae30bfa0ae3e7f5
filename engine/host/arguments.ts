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

const LISTEN = /^(?:(?<address>\[[0-9a-f:.]+\]|[0-9.]+|localhost):)?(?<port>\d{1,5})$/i;
const MAX_PORT = 65_535;
const SYMBOL = /^[A-Z0-9][A-Z0-9._/-]{0,23}$/;
const BYTES_PER_MB = 1_024 * 1_024;
const MAX_QUOTA_MB = 16 * 1_024 * 1_024;

/** What has been read so far; null is what was not given. */
type Read = {
  dataPath: string | null;
  market: boolean | null;
  quotaBytes: number | null;
  framing: ApiFraming | null;
  connect: Omit<ConnectArguments, "keyFile"> | null;
  keyFile: string | null;
  listen: ApiListen[];
  history: { symbol: string; path: string }[];
};

/** One argument: how its value is written, and how it is read. Null when it was taken in, else what is wrong with it. */
type Argument = { readonly usage: string; readonly read: (into: Read, value: string, workingFolder: string) => TypedError | null };

const ARGUMENTS: Readonly<Record<string, Argument>> = {
  "--data": {
    usage: "DIR",
    read(into, value, workingFolder) {
      if (into.dataPath !== null) return twice("--data", value);
      into.dataPath = resolve(workingFolder, value);
      return null;
    },
  },
  "--history": {
    usage: "SYMBOL=FILE (may be repeated)",
    read(into, value, workingFolder) {
      const equals = value.indexOf("=");
      const symbol = value.slice(0, Math.max(0, equals)).toUpperCase();
      const file = value.slice(equals + 1);
      if (!SYMBOL.test(symbol) || file === "") {
        return invalid("--history", value, "SYMBOL=FILE, e.g. BTC/USD=bars.csv", `--history ${value} does not name a symbol and a file.`);
      }
      if (into.history.some((other) => other.symbol === symbol)) return twice(`--history ${symbol}`, value);
      into.history.push({ symbol, path: resolve(workingFolder, file) });
      return null;
    },
  },
  "--market": {
    usage: "on|off",
    read(into, value) {
      if (into.market !== null) return twice("--market", value);
      if (value !== "on" && value !== "off") return invalid("--market", value, "on or off", `--market is on or off, not ${value}.`);
      into.market = value === "on";
      return null;
    },
  },
  "--journal-quota-mb": {
    usage: "N",
    read(into, value) {
      if (into.quotaBytes !== null) return twice("--journal-quota-mb", value);
      if (!/^[1-9]\d{0,7}$/.test(value) || Number(value) > MAX_QUOTA_MB) {
        const rule = `1 to ${MAX_QUOTA_MB}`;
        return invalid("--journal-quota-mb", value, rule, `--journal-quota-mb is a whole number of megabytes from ${rule}.`);
      }
      into.quotaBytes = Number(value) * BYTES_PER_MB;
      return null;
    },
  },
  "--api": {
    usage: "HK=[ADDRESS:]PORT (may be repeated; or GLB=…)",
    read(into, value) {
      const wanted = listenOf(value);
      if (wanted === null) {
        const rule = `${apiSites.join(" or ")}=[ADDRESS:]PORT, e.g. HK=8080`;
        return invalid("--api", value, rule, `--api ${value} does not name a site and a port.`);
      }
      if (into.listen.some(({ site }) => site === wanted.site)) return twice(`--api ${wanted.site}`, value);
      into.listen.push(wanted);
      return null;
    },
  },
  "--api-framing": {
    usage: "single|batched",
    read(into, value) {
      if (into.framing !== null) return twice("--api-framing", value);
      const framing = apiFramings.find((each) => each === value);
      if (framing === undefined) {
        return invalid("--api-framing", value, apiFramings.join(" or "), `--api-framing is single or batched, not ${value}.`);
      }
      into.framing = framing;
      return null;
    },
  },
  "--connect": {
    usage: "HK=ADDRESS[,SOCKET-ADDRESS] (or GLB=…)",
    read(into, value) {
      if (into.connect !== null) return twice("--connect", value);
      into.connect = connectionOf(value);
      if (into.connect !== null) return null;
      const rule = `${apiSites.join(" or ")}=ADDRESS[,SOCKET-ADDRESS], e.g. HK=https://api-pro.hashkey.com,wss://stream-pro.hashkey.com`;
      return invalid("--connect", value, rule, `--connect ${value} does not name a site and its addresses.`);
    },
  },
  "--key-file": {
    usage: "FILE",
    read(into, value, workingFolder) {
      if (into.keyFile !== null) return twice("--key-file", value);
      into.keyFile = resolve(workingFolder, value);
      return null;
    },
  },
};
const USAGE = Object.entries(ARGUMENTS)
  .map(([name, { usage }]) => `${name} ${usage}`)
  .join(", ");

/** Reads the engine process's command line; the first mistake is an ARGUMENT_INVALID that names it. */
export function parseArguments(argv: readonly string[], workingFolder: string): Result<EngineArguments> {
  const read: Read = {
    dataPath: null,
    market: null,
    quotaBytes: null,
    framing: null,
    connect: null,
    keyFile: null,
    listen: [],
    history: [],
  };
  for (let at = 0; at < argv.length; at += 2) {
    const name = argv[at] ?? "";
    const value = argv[at + 1] ?? "";
    const argument = Object.hasOwn(ARGUMENTS, name) ? ARGUMENTS[name] : undefined;
    if (argument === undefined) return failed(invalid(name, name, USAGE, `The argument ${name} is not known. Accepted: ${USAGE}.`));
    if (value === "" || value.startsWith("--")) return failed(invalid(name, value, USAGE, `${name} needs a value. Accepted: ${USAGE}.`));
    const wrong = argument.read(read, value, workingFolder);
    if (wrong !== null) return failed(wrong);
  }
  const unfit = contradictionOf(read);
  if (unfit !== null) return failed(unfit);
  const { dataPath, history, market, quotaBytes, listen, framing, connect, keyFile } = read;
  return ok({
    dataPath,
    history,
    market,
    quotaBytes,
    api: listen.length === 0 ? null : { listen, framing: framing ?? "single" },
    connect: connect === null ? null : { ...connect, keyFile },
  });
}

/** What cannot be given together, or not alone; null if nothing is. */
function contradictionOf({ connect, keyFile, history, market, listen }: Read): TypedError | null {
  if (connect !== null && (history.length > 0 || market !== null || listen.length > 0)) {
    const rule = "--connect alone, or a simulated exchange";
    return invalid("--connect", connect.rest, rule, "A connected terminal simulates nothing: leave out --history, --market and --api.");
  }
  if (connect !== null || keyFile === null) return null;
  return invalid("--key-file", keyFile, "given with --connect", "--key-file holds the key of a venue to --connect to.");
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
