import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { TerminalError, typedError } from "../../shared/errors.ts";
import { dataFolderAt } from "../host/dataFolder.ts";
import { exportCapsule, replayCapsule, unpackCapsule } from "../host/capsule/capsule.ts";
import { readCapsule, type Capsule } from "../host/capsule/capsuleFile.ts";
import { toTerminalError } from "../host/journal/journalErrors.ts";
import { tellsHelp } from "./help.ts";

const USAGE = "npm run capsule -- export --data DIR --from A --to B FILE | import FILE [--data DIR] | test FILE";
const PROJECT = resolve(import.meta.dirname, "../..");
/** Every capsule in this folder is a regression test. */
const TESTS = join(PROJECT, "test", "capsules");

/**
 * `npm run capsule -- export --data DIR --from A --to B FILE`: a slice of a journal with the state before it, in one file.
 * `… import FILE [--data DIR]`: decides it again here and compares; with --data also makes a data folder of it.
 * `… test FILE`: keeps it as a regression test.
 * Exit code 0; 1 when it comes out otherwise; 2 with a typed error for anything else.
 */
try {
  if (!tellsHelp(process.argv.slice(2), USAGE)) run(process.argv.slice(2));
} catch (error) {
  const { typed } = error instanceof TerminalError ? error : toTerminalError(error, { path: "capsule", doing: "Working on the capsule" });
  console.error(`${typed.code}: ${typed.message}`);
  process.exitCode = typed.code === "CAPSULE_DIFFERS" ? 1 : 2;
}

function run(argv: readonly string[]): void {
  const { positionals, values } = parsed(argv);
  const [deed = "", file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw invalid("FILE", positionals.slice(1).join(" "), "Give one capsule file.");
  switch (deed) {
    case "export": {
      const { data } = values;
      if (data === undefined) throw invalid("--data", "", "Name the data folder with --data.");
      const folder = dataFolderAt(resolve(data));
      if (statSync(folder.journal, { throwIfNoEntry: false })?.isFile() !== true)
        throw invalid("--data", data, `There is no journal in ${data}.`);
      const slice = { fromSeq: sequence("--from", values.from), toSeq: sequence("--to", values.to), commit: commitOfSources() };
      const { slice: made, state } = exportCapsule(folder, slice, resolve(file));
      console.log(`capsule    ${file}, ${statSync(file).size} bytes`);
      console.log(`sequences  ${made.fromSeq} to ${made.toSeq} in ${made.rows} rows`);
      console.log(`state hash ${state.hashAfter}`);
      return;
    }
    case "import": {
      const capsule = replayed(file);
      if (values.data === undefined) return;
      unpackCapsule(capsule, resolve(values.data));
      console.log(`folder     ${values.data}: start the terminal on it with npm start -- --data ${values.data}`);
      return;
    }
    case "test": {
      replayed(file);
      mkdirSync(TESTS, { recursive: true });
      const name = basename(file).endsWith(".capsule") ? basename(file) : `${basename(file)}.capsule`;
      copyFileSync(file, join(TESTS, name));
      console.log(`kept as    test/capsules/${name}; npm run unit -- test/capsules runs it, and so does npm test`);
      return;
    }
    default:
      throw invalid("COMMAND", deed, `There is no command "${deed}".`);
  }
}

function replayed(file: string): Capsule {
  const capsule = readCapsule(resolve(file));
  const { head } = capsule;
  const replay = replayCapsule(capsule, file);
  console.log(
    `made by    ${head.build.version}, commit ${head.build.commit ?? "unknown"}, Node ${head.build.node} on ${head.build.platform}`,
  );
  console.log(`venue      ${head.configuration.mode}: ${head.configuration.venue}, market seed ${head.configuration.marketSeed}`);
  console.log(`GOOD       sequences ${head.slice.fromSeq} to ${replay.lastSeq}: ${replay.records} records decided alike`);
  console.log(`state hash ${replay.stateHash}${replay.hashCompared ? "" : " (not compared: the capsule's state has another format)"}`);
  return capsule;
}

function parsed(argv: readonly string[]): {
  readonly positionals: readonly string[];
  readonly values: { readonly data?: string | undefined; readonly from?: string | undefined; readonly to?: string | undefined };
} {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { data: { type: "string" }, from: { type: "string" }, to: { type: "string" } },
    });
  } catch (error) {
    throw invalid("arguments", argv.join(" "), error instanceof Error ? error.message : String(error));
  }
}

function sequence(name: string, text: string | undefined): number {
  if (text === undefined || !/^[1-9]\d{0,15}$/.test(text)) throw invalid(name, text ?? "", `Give ${name}, a whole number from 1.`);
  return Number(text);
}

/** The commit that this program's sources stand at; null where they are no working copy. */
function commitOfSources(): string | null {
  try {
    const text = execFileSync("git", ["rev-parse", "HEAD"], { cwd: PROJECT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    return /^[0-9a-f]{40}$/.test(text) ? text : null;
  } catch {
    return null;
  }
}

function invalid(field: string, value: string, message: string): TerminalError {
  return new TerminalError(typedError("ARGUMENT_INVALID", { field, value, rule: USAGE, message: `${message} Usage: ${USAGE}` }));
}
