import { TerminalError } from "../../shared/errors.ts";
import { formatSteps, unitStep } from "../../shared/decimal.ts";
import { verifyJournal } from "../host/verify.ts";
import { tellsHelp } from "./help.ts";

/** `npm run verify -- FILE`: decides a journal again from row 1. Exit code 0 for a good one, 1 for a damaged one, 2 when nothing could be verified. */
const USAGE = "npm run verify -- FILE";
const [file, ...more] = process.argv.slice(2);
if (tellsHelp(process.argv.slice(2), USAGE)) process.exitCode = 0;
else if (file === undefined || more.length > 0) {
  console.error(`ARGUMENT_INVALID: give one journal file: ${USAGE}`);
  process.exitCode = 2;
} else {
  process.exitCode = run(file);
}

function run(path: string): number {
  try {
    const verdict = verifyJournal(path);
    if (!verdict.good) {
      console.log(`BAD   row ${verdict.fault.firstSeq}: ${verdict.fault.why}`);
      return 1;
    }
    console.log(`GOOD  ${verdict.rows} rows, every command decided again, every byte accounted for`);
    console.log(`sequence   ${verdict.lastSeq}`);
    console.log(`state hash ${verdict.stateHash}`);
    for (const { code, decimals, total } of verdict.totals) {
      console.log(`total      ${formatSteps(total, unitStep(decimals))} ${code} over ${verdict.accounts} accounts`);
    }
    if (verdict.looseEnd !== null) console.log(`note       ${verdict.looseEnd}`);
    return 0;
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    console.error(`${error.typed.code}: ${error.typed.message}`);
    return 2;
  }
}
