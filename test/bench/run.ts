import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { allowDeepInlining } from "../../engine/host/compilerSettings.ts";
import type { Bench, Figure } from "./measure.ts";
import { chooseBenches } from "./selection.ts";

/**
 * `npm run bench [-- NAME …] [--json] [--minutes N]`: runs the benchmarks of this folder (files named *.bench.ts, each exporting `bench`)
 * one after another and prints a table, or with --json one object a line. --help names them. Exit code 1 where one fails, behind the
 * figures of those before it; 2 for a command line that is not accepted.
 */
// As the engine's process does.
allowDeepInlining();
const benches = await Promise.all(
  readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".bench.ts"))
    .toSorted()
    .map(async (file) => ((await import(pathToFileURL(join(import.meta.dirname, file)).href)) as { bench: Bench }).bench),
);
const choice = chooseBenches(process.argv.slice(2), benches);
if (choice.kind !== "run") {
  if (choice.kind === "help") console.log(choice.text);
  else console.error(choice.text);
  process.exit(choice.kind === "help" ? 0 : 2);
}

const figures: Figure[] = [];
let exitCode = 0;
for (const bench of choice.benches) {
  console.error(`${bench.name} …`);
  try {
    const rows = await bench.run((line) => console.error(`  ${line}`), choice.options);
    figures.push(...rows);
    if (choice.json) for (const row of rows) console.log(JSON.stringify(row));
  } catch (error) {
    // What was measured counts; what the failed one left running would be measured with the next.
    console.error(`${bench.name} failed, and those behind it are left out:`, error);
    exitCode = 1;
    break;
  }
}
if (!choice.json) printTable(figures);
process.exit(exitCode);

function printTable(rows: readonly Figure[]): void {
  const cells = rows.map((row) => [
    row.metric,
    row.unit,
    shown(row.median),
    shown(row.min),
    shown(row.max),
    String(row.runs),
    row.peer ?? "",
    row.peerMedian === null ? "" : shown(row.peerMedian),
    row.ratio === null ? "" : shown(row.ratio),
  ]);
  const header = ["metric", "unit", "median", "min", "max", "runs", "peer", "peer median", "ratio"];
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of [header, ...cells]) {
    console.log(
      row
        .map((cell, column) =>
          column === 0 || column === 1 || column === 6 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  "),
    );
  }
}

/** Three significant digits, thousands grouped. */
function shown(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: value >= 1_000 ? 6 : 3 });
}
