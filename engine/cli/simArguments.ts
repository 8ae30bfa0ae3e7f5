import { typedError, type TypedError } from "../../shared/errors.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import { durationUs } from "../../shared/duration.ts";

export const SIM_USAGE = `npm run sim -- run FILE [--seed N] [--for 10m] [--speed max|0.1..1000] [--control] [--data DIR [--serve]]
npm run sim -- list
npm run sim -- check FILE
npm run sim -- record JOURNAL FROM TO [--out FILE.yaml]
npm run sim -- realism FILE [--seed N] [--for 1h] [--candles CSV] [--out DIR]
npm run sim -- key create|list|revoke …   as npm run key
FILE is a scenario file or the name of a shipped one.`;

export type SimOptions = {
  readonly seed: number | null;
  readonly forUs: number | null;
  /** Venue seconds in a second of the wall clock; null for as fast as the machine can. */
  readonly speed: number | null;
  /** Commands on the standard input control the time. */
  readonly control: boolean;
  readonly data: string | null;
  /** Serves the venue's interface on loopback. */
  readonly serve: boolean;
  readonly out: string | null;
  readonly candles: string | null;
};
export type SimCommand = {
  readonly name: "run" | "list" | "check" | "record" | "realism";
  readonly operands: readonly string[];
  readonly options: SimOptions;
};

const OPERANDS = { run: ["FILE"], list: [], check: ["FILE"], record: ["JOURNAL", "FROM", "TO"], realism: ["FILE"] } as const;
const ALLOWED: Readonly<Record<SimCommand["name"], readonly string[]>> = {
  run: ["--seed", "--for", "--speed", "--control", "--data", "--serve"],
  list: [],
  check: [],
  record: ["--out"],
  realism: ["--seed", "--for", "--candles", "--out"],
};
const SEED_MAX = 2 ** 32 - 1;

/** Reads the command line; the first mistake is an ARGUMENT_INVALID that names it. */
export function parseSimArguments(argv: readonly string[]): Result<SimCommand> {
  const [name = "", ...rest] = argv;
  if (!isCommand(name)) return wrong("command", name, "run, list, check, record or realism");
  const operands: string[] = [];
  const options = {
    seed: null,
    forUs: null,
    speed: null,
    control: false,
    serve: false,
    data: null,
    out: null,
    candles: null,
  } as Mutable<SimOptions>;
  const given = new Set<string>();
  for (let at = 0; at < rest.length; at += 1) {
    const argument = rest[at] ?? "";
    if (!argument.startsWith("--")) {
      operands.push(argument);
      continue;
    }
    if (!ALLOWED[name].includes(argument)) return wrong(argument, argument, `${name} takes ${ALLOWED[name].join(" ") || "no options"}`);
    if (given.has(argument)) return wrong(argument, "given twice", "given once");
    given.add(argument);
    if (argument === "--control" || argument === "--serve") {
      options[argument === "--serve" ? "serve" : "control"] = true;
      continue;
    }
    at += 1;
    const fault = take(argument, rest[at] ?? "", options);
    if (fault !== null) return wrong(argument, rest[at] ?? "", fault);
  }
  if (operands.length !== OPERANDS[name].length)
    return wrong("operands", operands.join(" "), `${name} takes ${OPERANDS[name].join(" ") || "none"}`);
  if (options.serve && options.data === null) return wrong("--serve", "", "together with --data DIR, where the clients' keys are");
  // Clients live by the wall clock.
  if (options.serve && !given.has("--speed")) options.speed = 1;
  return ok({ name, operands, options });
}

/** Takes an option in; answers what would have been accepted when it does not fit. */
function take(name: string, value: string, options: Mutable<SimOptions>): string | null {
  if (value === "" || value.startsWith("--")) return "a value behind it";
  switch (name) {
    case "--seed":
      options.seed = Number(value);
      return /^\d{1,10}$/.test(value) && options.seed <= SEED_MAX ? null : `a whole number from 0 to ${SEED_MAX}`;
    case "--for":
      options.forUs = durationUs(value);
      return options.forUs === null || options.forUs === 0 ? "a length of time such as 90s or 10m" : null;
    case "--speed":
      options.speed = value === "max" ? null : Number(value);
      return options.speed === null || (options.speed >= 0.1 && options.speed <= 1_000) ? null : "max, or 0.1 to 1000";
    case "--data":
      options.data = value;
      return null;
    case "--out":
      options.out = value;
      return null;
    default:
      options.candles = value;
      return null;
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function isCommand(name: string): name is SimCommand["name"] {
  return Object.hasOwn(OPERANDS, name);
}

function wrong(field: string, value: string, rule: string): { readonly ok: false; readonly error: TypedError } {
  return failed(
    typedError("ARGUMENT_INVALID", {
      field,
      value,
      rule,
      message: `${inWords(field, value)} is not accepted: ${rule}.`,
    }),
  );
}

function inWords(field: string, value: string): string {
  return value === field ? field : `${field} ${value === "" ? "(none)" : value}`;
}
