import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { formatSteps, unitStep } from "../../shared/decimal.ts";
import { TerminalError, typedError } from "../../shared/errors.ts";
import { lastAtUs, lastSeq } from "../core/engine.ts";
import { accounts, assets, totals } from "../core/queries.ts";
import { dataFolderAt } from "../host/dataFolder.ts";
import { toTerminalError } from "../host/journal/journalErrors.ts";
import { PastReader } from "../host/past/pastReader.ts";
import { stateHashOf } from "../host/snapshots.ts";
import { tellsHelp } from "./help.ts";

const USAGE = "npm run travel -- FILE --at SEQ [--index]";

/**
 * `npm run travel -- FILE --at SEQ [--index]`: the state of a journal at a past sequence, read from the file and the snapshots beside it.
 * Nothing is written, unless --index asks for the snapshots that make later questions quick. Exit code 0, or 2 with a typed error.
 */
try {
  if (!tellsHelp(process.argv.slice(2), USAGE)) run();
} catch (error) {
  if (!(error instanceof TerminalError)) throw error;
  console.error(`${error.typed.code}: ${error.typed.message}`);
  process.exitCode = 2;
}

function run(): void {
  const { file, seq, index } = argumentsOf(process.argv.slice(2));
  // The journal may have any name; its snapshots lie beside it.
  const folder = { ...dataFolderAt(dirname(file)), journal: file };
  const reader = new PastReader(folder, { leavesSnapshots: index });
  const startMs = performance.now();
  const { views, journalSeq } = attempt(file, () => reader.open(seq));
  const openedMs = performance.now() - startMs;
  const { replica } = views;
  console.log(`sequence   ${lastSeq(replica)} of ${journalSeq}${lastSeq(replica) === seq ? "" : ` (end of the command of ${seq})`}`);
  console.log(`venue time ${new Date(lastAtUs(replica) / 1_000).toISOString()}`);
  console.log(`state hash ${stateHashOf(replica)}`);
  for (const { assetId, code, decimals } of assets(replica)) {
    console.log(
      `total      ${formatSteps(totals(replica, assetId), unitStep(decimals))} ${code} over ${accounts(replica).length} accounts`,
    );
  }
  console.log(`opened in  ${openedMs.toFixed(0)} ms`);
}

function argumentsOf(argv: readonly string[]): { readonly file: string; readonly seq: number; readonly index: boolean } {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { at: { type: "string" }, index: { type: "boolean", default: false } },
    });
  } catch (error) {
    throw invalid("arguments", argv.join(" "), error instanceof Error ? error.message : String(error));
  }
  const [file, ...more] = parsed.positionals;
  const { at, index } = parsed.values;
  if (file === undefined || more.length > 0) throw invalid("FILE", parsed.positionals.join(" "), "Give one journal file.");
  if (at === undefined || !/^[1-9]\d{0,15}$/.test(at))
    throw invalid("--at", at ?? "", "Give the sequence with --at, a whole number from 1.");
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw invalid("FILE", file, `There is no file ${file}.`);
  return { file: resolve(file), seq: Number(at), index };
}

function attempt<T>(path: string, deed: () => T): T {
  try {
    return deed();
  } catch (error) {
    throw error instanceof TerminalError ? error : toTerminalError(error, { path, doing: "Reading the journal" });
  }
}

function invalid(field: string, value: string, message: string): TerminalError {
  return new TerminalError(typedError("ARGUMENT_INVALID", { field, value, rule: USAGE, message: `${message} Usage: ${USAGE}` }));
}
