import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killRounds } from "./killRounds.ts";

/**
 * `npm run torture [-- --rounds N] [--seed N]`: kills the engine in the middle of bursts of orders, with the simulated market trading, 50 times
 * unless told otherwise. Exit code 0 when no acknowledged order was lost and none was there twice. A data folder with a fault is kept.
 */
const args = process.argv.slice(2);
const rounds = numberAfter("--rounds", 50);
const seed = numberAfter("--seed", 20_261_122);
const folder = mkdtempSync(join(tmpdir(), "terminal-torture-"));
console.log(`${rounds} rounds, seed ${seed}, ${folder}`);
const report = await killRounds(folder, { rounds, seed, market: true, log: (line) => console.log(line) });
console.log(
  `${report.sent} orders sent, ${report.acknowledged} acknowledged, ${report.resent} sent again; sequence ${report.lastSeq}, state ${report.stateHash}`,
);
for (const fault of report.faults) console.log(`FAULT ${fault}`);
console.log(`${report.faults.length} faults`);
if (report.faults.length === 0) rmSync(folder, { recursive: true, force: true });
process.exit(report.faults.length === 0 ? 0 : 1);

function numberAfter(name: string, otherwise: number): number {
  const text = args[args.indexOf(name) + 1];
  if (!args.includes(name)) return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    console.error(`ARGUMENT_INVALID: ${name} needs a whole number from 1, not ${text ?? "nothing"}.`);
    process.exit(2);
  }
  return value;
}
