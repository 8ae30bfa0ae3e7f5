import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** One figure of a benchmark over several runs, beside a peer measured in the same session where there is one. */
export type Figure = {
  readonly bench: string;
  readonly metric: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
  readonly peer: string | null;
  readonly peerMedian: number | null;
  /** median / peerMedian. */
  readonly ratio: number | null;
};

/** `minutes`: how long a benchmark that watches something over time is to watch; null for its own, short measure. */
export type BenchOptions = { readonly minutes: number | null };

/**
 * A benchmark: `run` measures and returns its figures; interleaving with its peers is its own duty. `metrics` are the first words of its
 * metrics' names where they are not its own.
 */
export type Bench = {
  readonly name: string;
  readonly metrics?: readonly string[];
  readonly run: (log: (line: string) => void, options: BenchOptions) => Promise<readonly Figure[]>;
};

/** Summarises the samples of one metric; the peer's samples come from the same interleaved session. */
export function figure(
  name: { readonly bench: string; readonly metric: string; readonly unit: string },
  samples: readonly number[],
  peer?: { readonly name: string; readonly samples: readonly number[] },
): Figure {
  const sorted = samples.toSorted((a, b) => a - b);
  const peerMedian = peer === undefined ? null : quantile(peer.samples, 0.5);
  const median = quantile(sorted, 0.5);
  return {
    ...name,
    median,
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    runs: sorted.length,
    peer: peer?.name ?? null,
    peerMedian,
    ratio: peerMedian === null || peerMedian === 0 ? null : median / peerMedian,
  };
}

/** The sample at quantile q (0 to 1), nearest rank; NaN for no samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

export function secondsOf(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1_000;
}

/** Processor time of this thread: what the work costs whoever else is busy on the machine. */
export function processorSecondsOf(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000_000;
}

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Collects everything that is garbage by now, so that one contender does not pay for another's. */
export function collectGarbage(): void {
  gc();
}
