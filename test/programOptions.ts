import { parseArgs } from "node:util";

type Terms = {
  /** How the program is called. */
  readonly usage: string;
  /** Options with a number behind them, and what they are when absent. */
  readonly numbers: Readonly<Record<string, { readonly otherwise: number; readonly isWhole: boolean }>>;
  readonly flags?: readonly string[];
  readonly takesNames?: boolean;
};

/**
 * Reads the command line of a program that runs for long: a mistyped option must not cost an hour. --help prints the usage and ends with 0;
 * what is not known or no number above 0 ends the process with 2 and an error that names it.
 */
export function programOptions({ usage, numbers, flags = [], takesNames = false }: Terms): {
  readonly number: (name: string) => number;
  readonly isOn: (flag: string) => boolean;
  readonly names: readonly string[];
} {
  const { values, positionals } = parsed(usage, [...flags, "help"], Object.keys(numbers), takesNames);
  if (values["help"] === true) {
    console.log(usage);
    process.exit(0);
  }
  const read = new Map(
    Object.entries(numbers).map(([name, { otherwise, isWhole }]) => {
      const text = values[name];
      if (text === undefined) return [name, otherwise];
      const value = Number(text);
      if (value > 0 && (isWhole ? Number.isSafeInteger(value) : Number.isFinite(value))) return [name, value];
      return refuse(`--${name} needs a ${isWhole ? "whole number from 1" : "number above 0"}, not ${String(text)}.`, usage);
    }),
  );
  return { number: (name) => read.get(name) ?? Number.NaN, isOn: (flag) => values[flag] === true, names: positionals };
}

function parsed(
  usage: string,
  flags: readonly string[],
  numbers: readonly string[],
  allowPositionals: boolean,
): ReturnType<typeof parseArgs> {
  try {
    const options = [
      ...flags.map((flag) => [flag, { type: "boolean" }] as const),
      ...numbers.map((name) => [name, { type: "string" }] as const),
    ];
    return parseArgs({ options: Object.fromEntries(options), allowPositionals });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error), usage);
  }
}

function refuse(message: string, usage: string): never {
  console.error(`ARGUMENT_INVALID: ${message}\n${usage}`);
  process.exit(2);
}
