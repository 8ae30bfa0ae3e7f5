import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programOptions } from "../programOptions.ts";
import { killRounds } from "./killRounds.ts";
import { linkRounds } from "./linkRounds.ts";

/**
 * `npm run torture [-- --rounds N] [--seed N] [--connector]`: kills the engine in the middle of bursts of orders, with the simulated market trading, 50 times
 * unless told otherwise. Exit code 0 when no acknowledged order was lost and none was there twice. With --connector
 * it kills a terminal that trades at another's exchange, that other one, and the line between them instead (CN-14). A data folder with a
 * fault is kept.
 */
const options = programOptions({
  usage: "npm run torture -- [--rounds N] [--seed N] [--connector]",
  numbers: { rounds: { otherwise: 50, isWhole: true }, seed: { otherwise: 20_261_122, isWhole: true } },
  flags: ["connector"],
});
const [rounds, seed] = [options.number("rounds"), options.number("seed")];
const folder = mkdtempSync(join(tmpdir(), "terminal-torture-"));
console.log(`${rounds} rounds, seed ${seed}, ${folder}`);
const faults = options.isOn("connector") ? await tortureLink() : await tortureEngine();
for (const fault of faults) console.log(`FAULT ${fault}`);
console.log(`${faults.length} faults`);
if (faults.length === 0) rmSync(folder, { recursive: true, force: true });
process.exit(faults.length === 0 ? 0 : 1);

async function tortureEngine(): Promise<readonly string[]> {
  const report = await killRounds(folder, { rounds, seed, market: true, log: (line) => console.log(line) });
  console.log(
    `${report.sent} orders sent, ${report.acknowledged} acknowledged, ${report.resent} sent again; sequence ${report.lastSeq}, state ${report.stateHash}`,
  );
  return report.faults;
}

async function tortureLink(): Promise<readonly string[]> {
  const report = await linkRounds(folder, { rounds, seed, log: (line) => console.log(line) });
  console.log(
    `${Object.entries(report.deeds)
      .map(([deed, times]) => `${deed} ${times}`)
      .join(
        ", ",
      )}; ${report.routed} orders sent, ${report.arrived} arrived, ${report.neverArrived} never did; ${report.unknown} were unknown, of which ${report.found} had arrived; ${report.fills} fills; ${report.amended} were to be changed, and ${report.replaced} went in for one that came off; ${report.fired} stops fired; ${report.flattened} times the position was traded back`,
  );
  return report.faults;
}
