import type { Bench, BenchOptions } from "./measure.ts";

const BENCH_USAGE =
  "npm run bench -- [NAME …] [--json] [--minutes N]\nNAME is a benchmark, or the beginning of a metric's name; all of them without one. --minutes: how long those watch that watch over time (ui.heapGrowthPct).";

export type BenchChoice =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "wrong"; readonly text: string }
  | { readonly kind: "run"; readonly benches: readonly Bench[]; readonly json: boolean; readonly options: BenchOptions };

/** What a command line asks for. A name that is a benchmark's means that one alone; else it is a metric's, whole or up to one of its dots. */
export function chooseBenches(argv: readonly string[], benches: readonly Bench[]): BenchChoice {
  if (argv.includes("--help") || argv.includes("-h")) return { kind: "help", text: `${BENCH_USAGE}\n\n${listOf(benches)}` };
  const minutesAt = argv.indexOf("--minutes");
  const minutes = minutesAt < 0 ? null : Number(argv[minutesAt + 1]);
  if (minutes !== null && !(minutes > 0 && minutes < Infinity))
    return { kind: "wrong", text: `--minutes needs a number above 0, not ${argv[minutesAt + 1] ?? "nothing"}.\n${BENCH_USAGE}` };
  const words = minutesAt < 0 ? argv : argv.toSpliced(minutesAt, 2);
  const flags = words.filter((argument) => argument.startsWith("-"));
  const strange = flags.filter((flag) => flag !== "--json");
  if (strange.length > 0) return { kind: "wrong", text: `There is no option ${strange.join(", ")}.\n${BENCH_USAGE}` };
  const wanted = words.filter((argument) => !argument.startsWith("-"));
  const unknown = wanted.filter((name) => namedBy(name, benches).length === 0);
  if (unknown.length > 0) return { kind: "wrong", text: `No benchmark and no metric named ${unknown.join(", ")}.\n\n${listOf(benches)}` };
  const chosen = new Set(wanted.flatMap((name) => namedBy(name, benches)));
  return {
    kind: "run",
    benches: wanted.length === 0 ? benches : benches.filter((bench) => chosen.has(bench)),
    json: flags.length > 0,
    options: { minutes },
  };
}

function namedBy(wanted: string, benches: readonly Bench[]): readonly Bench[] {
  const byName = benches.filter(({ name }) => name === wanted);
  if (byName.length > 0) return byName;
  return benches.filter(({ metrics = [] }) => metrics.some((metric) => `${wanted}.`.startsWith(`${metric}.`)));
}

function listOf(benches: readonly Bench[]): string {
  const names = [...new Set(benches.map(({ name }) => name))];
  return names
    .map((name) => {
      const metrics = benches.filter((bench) => bench.name === name).flatMap((bench) => bench.metrics ?? [name]);
      return `  ${name.padEnd(10)} ${[...new Set(metrics)].map((metric) => `${metric}.*`).join(" ")}`;
    })
    .join("\n");
}
