import { accessSync, constants, statSync } from "node:fs";
import { resolve } from "node:path";
import { typedError, type TypedError } from "../shared/errors.ts";
import { unreachable } from "../shared/assert.ts";
import { failed, ok, type Result } from "../shared/result.ts";
import type { VenueConnection } from "../shared/venueConnection.ts";

/** A file of past bars that a person named on the command line. */
type HistoryFile = { readonly symbol: string; readonly path: string };

export type TerminalArguments = {
  /** Absolute path of `--data DIR`, or null for the platform's user-data folder. */
  readonly dataFolder: string | null;
  readonly history: readonly HistoryFile[];
  /** Play the demonstration and exit. */
  readonly tour: boolean;
  /** What each engine process is told besides its data folder, as it takes it. */
  readonly engine: readonly string[];
  /** Whether the simulated participants trade from the start: told to the first engine process alone, for a later one keeps what it finds. */
  readonly market: readonly string[];
  /** The outside venue that the terminal is to be connected to; null for a simulated exchange of its own. */
  readonly venue: VenueConnection["connectedTo"];
  /** Absolute path of a file with the API key of that venue; null where it is known or comes otherwise. */
  readonly keyFile: string | null;
};

export type ArgumentsContext = {
  /** What follows the executable. */
  readonly argv: readonly string[];
  /** Folder that relative paths start from. */
  readonly workingFolder: string;
  /** Path of the application when Electron was given it as an argument (a development run), else null. */
  readonly applicationPath: string | null;
  readonly packaged: boolean;
};

/** Switches with a value: what it looks like, and the form it must have. */
const VALUED = {
  "--data": { usage: "--data DIR", form: /^(?!--)./ },
  "--history": { usage: "--history SYMBOL=FILE", form: /^(?!--)./ },
  "--market": { usage: "--market on|off", form: /^(on|off)$/ },
  "--api": { usage: "--api HK=[ADDRESS:]PORT (or GLB=…)", form: /^(HK|GLB)=\S+$/i },
  "--api-framing": { usage: "--api-framing single|batched", form: /^(single|batched)$/ },
  "--connect": { usage: "--connect HK=ADDRESS[,SOCKET-ADDRESS] (or GLB=…)", form: /^(HK|GLB)=\S+$/i },
  "--key-file": { usage: "--key-file FILE", form: /^(?!--)./ },
  "--journal-quota-mb": { usage: "--journal-quota-mb N", form: /^[1-9]\d{0,7}$/ },
} as const;
type Valued = keyof typeof VALUED;
const REPEATABLE = new Set<Valued>(["--history", "--api"]);

const USAGE = [...Object.values(VALUED).map(({ usage }) => usage), "--tour"].join(", ");

/** Symbols as the catalog spells them. */
const SYMBOL = /^[A-Z0-9][A-Z0-9._/-]{0,23}$/;

/**
 * Switches of Chromium and Electron that may stand beside ours. They are matched by form, as Chromium has some thousand of them;
 * a misspelt switch of ours fits none of the forms and is refused.
 */
const FOREIGN_SWITCHES = [
  /^--(no-sandbox|headless|lang|use|in-process|ignore-gpu-blocklist|password-store|v|vmodule|class|original-process-start-time|xshell)\b/,
  /^--(disable|enable|force|inspect|remote-debugging|remote-allow|ozone|js-flags|log|use|gpu|high-dpi|touch|trace|autoplay|allow|user-data-dir)\b/,
  /^-psn_/,
];

/** Reads the command line. Files are looked at but not opened; the first mistake is reported as ARGUMENT_INVALID or HISTORY_UNREADABLE. */
export function parseArguments(context: ArgumentsContext): Result<TerminalArguments> {
  const values: { readonly name: Valued; readonly value: string }[] = [];
  let tour = false;
  const rest = withoutApplicationPath(context);
  for (let at = 0; at < rest.length; at += 1) {
    const argument = rest[at] ?? "";
    const equals = argument.indexOf("=");
    const name = argument.startsWith("--") && equals > 0 ? argument.slice(0, equals) : argument;
    if (isValued(name)) {
      const value = name === argument ? (rest[(at += 1)] ?? "") : argument.slice(equals + 1);
      const { form, usage } = VALUED[name];
      if (!form.test(value)) return failed(invalid(name, value, usage, `${name} needs another value: ${usage}.`));
      if (!REPEATABLE.has(name) && values.some((earlier) => earlier.name === name)) {
        return failed(invalid(name, value, "given once", `${name} is given twice.`));
      }
      values.push({ name, value });
    } else if (argument === "--tour") {
      if (context.packaged) return failed(invalid(name, "", "a run from the sources", "The tour plays in a run from the sources only."));
      tour = true;
    } else if (!FOREIGN_SWITCHES.some((form) => form.test(argument))) {
      return failed(invalid(name, argument, USAGE, `The argument ${argument} is not known. Accepted: ${USAGE}.`));
    }
  }
  return interpret(values, { tour, workingFolder: context.workingFolder });
}

function interpret(
  values: readonly { readonly name: Valued; readonly value: string }[],
  { tour, workingFolder }: { readonly tour: boolean; readonly workingFolder: string },
): Result<TerminalArguments> {
  let dataFolder: string | null = null;
  const history: HistoryFile[] = [];
  const engine: string[] = [];
  const market: string[] = [];
  let venue: TerminalArguments["venue"] = null;
  let keyFile: string | null = null;
  for (const { name, value } of values) {
    switch (name) {
      case "--data":
        dataFolder = resolve(workingFolder, value);
        break;
      case "--history": {
        const file = parseHistory(value, workingFolder);
        if (!file.ok) return file;
        if (history.some(({ symbol }) => symbol === file.value.symbol)) {
          return failed(invalid(name, value, "one file a symbol", `There are two history files for ${file.value.symbol}; name one.`));
        }
        history.push(file.value);
        break;
      }
      case "--market":
        market.push(name, value);
        break;
      case "--connect":
        venue = venueOf(value);
        engine.push(name, value);
        break;
      case "--key-file":
        keyFile = resolve(workingFolder, value);
        break;
      case "--api":
      case "--api-framing":
      case "--journal-quota-mb":
        engine.push(name, value);
        break;
      default:
        return unreachable(name);
    }
  }
  if (keyFile !== null && venue === null)
    return failed(invalid("--key-file", keyFile, "given with --connect", "--key-file holds the key of a venue to --connect to."));
  return ok({ dataFolder, history, tour, engine, market, venue, keyFile });
}

function isValued(name: string): name is Valued {
  return Object.hasOwn(VALUED, name);
}

/** Of SITE=ADDRESS[,SOCKET-ADDRESS], whose addresses the engine process judges. */
function venueOf(value: string): NonNullable<TerminalArguments["venue"]> {
  const equals = value.indexOf("=");
  return { site: value.slice(0, equals).toUpperCase(), address: value.slice(equals + 1).split(",", 1)[0] ?? "" };
}

/** In a development run Electron's own first plain argument is the application's folder. */
function withoutApplicationPath({ argv, applicationPath, workingFolder }: ArgumentsContext): readonly string[] {
  if (applicationPath === null) return argv;
  const at = argv.findIndex((argument) => !argument.startsWith("-") && resolve(workingFolder, argument) === resolve(applicationPath));
  return at < 0 ? argv : argv.toSpliced(at, 1);
}

function parseHistory(value: string, workingFolder: string): Result<HistoryFile> {
  const equals = value.indexOf("=");
  const symbol = value.slice(0, Math.max(0, equals)).toUpperCase();
  const name = value.slice(equals + 1);
  if (!SYMBOL.test(symbol) || name === "") {
    return failed(
      invalid("--history", value, "SYMBOL=FILE, e.g. BTC/USD=bars.csv", `--history ${value} does not name a symbol and a file.`),
    );
  }
  const path = resolve(workingFolder, name);
  try {
    if (!statSync(path).isFile()) {
      return failed(unreadable(path, "a file", `${path} is not a file.`));
    }
    accessSync(path, constants.R_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failed(unreadable(path, "a file that can be read", `The history file ${path} cannot be read: ${why}.`));
  }
  return ok({ symbol, path });
}

function invalid(field: string, value: string, rule: string, message: string): TypedError {
  return typedError("ARGUMENT_INVALID", { field, value, rule, message });
}

function unreadable(path: string, rule: string, message: string): TypedError {
  return typedError("HISTORY_UNREADABLE", { field: "--history", value: path, rule, message });
}
