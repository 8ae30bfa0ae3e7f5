import { screensOf } from "../e2e/support/screens.ts";
import { Terminal } from "../e2e/support/terminal.ts";
import { bareGrid } from "./bareGrid.ts";
import { blotterLoad, type Load, type LoadFigures } from "./blotterLoad.ts";
import { figure, quantile, type Bench, type Figure } from "./measure.ts";

const ROWS = 100_000;
const UPDATES_PER_S = 20_000;
const BOOK_UPDATES_PER_S = 2_000;
/** Of the blotter and the book at once. */
const BOTH_SECONDS = 60;
const SECONDS = 10;
/** Interleaved, so that a busy moment of the machine does not meet one kind alone. */
const RUNS = 3;

/**
 * An order blotter of 100,000 rows in the real window, with 20,000 changed rows a second sent over the window's own port. First while it is scrolled
 * from end to end, beside AG Grid as it comes in a window of its own with as many rows and changes, scrolled in the same way: what it cannot draw on
 * this machine nobody can. Then for a minute with 2,000 changes of the book a second as well, beside the window at rest.
 */
export const bench: Bench = {
  name: "ui",
  metrics: [
    "ui.blotterFrameMsP95",
    "ui.blotterLongestFrameMs",
    "ui.blotterFramesPerS",
    "ui.blotterUpdatesPerS",
    "ui.blotterThreadMsPerFrame",
    "ui.both",
  ],
  run: async (log) => {
    const terminal = await Terminal.open({ args: ["--market", "off"] });
    try {
      await screensOf(terminal.page).chooseAccount("all");
      return [...(await scrolled(terminal, log)), ...(await both(terminal, log))];
    } finally {
      await terminal.dispose();
    }
  },
};

const named = (metric: string, unit: string): { bench: string; metric: string; unit: string } => ({ bench: "ui", metric, unit });

async function scrolled(terminal: Terminal, log: (line: string) => void): Promise<readonly Figure[]> {
  const load: Load = { rows: ROWS, updatesPerS: UPDATES_PER_S, bookUpdatesPerS: 0, seconds: SECONDS, scrolls: true };
  const fast: LoadFigures[] = [];
  const still: LoadFigures[] = [];
  const bare: (readonly number[])[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    fast.push(await blotterLoad(terminal, load));
    report(log, `${ROWS} rows scrolled, ${UPDATES_PER_S} updates/s`, SECONDS, fast.at(-1));
    still.push(await blotterLoad(terminal, { ...load, updatesPerS: 0 }));
    report(log, `${ROWS} rows scrolled, no updates`, SECONDS, still.at(-1));
    bare.push(await bareGrid(terminal, load));
    log(`AG Grid alone, scrolled, ${UPDATES_PER_S} updates/s: ${framesOf(bare.at(-1) ?? [], SECONDS)}`);
  }
  const besideBare = (of: (frameMs: readonly number[]) => number): [number[], { name: string; samples: number[] }] => [
    fast.map(({ frameMs }) => of(frameMs)),
    { name: "AG Grid alone", samples: bare.map(of) },
  ];
  return [
    figure(named("ui.blotterFrameMsP95", "ms"), ...besideBare((frameMs) => quantile(frameMs, 0.95))),
    figure(named("ui.blotterLongestFrameMs", "ms"), ...besideBare((frameMs) => Math.max(...frameMs))),
    figure(named("ui.blotterFramesPerS", "1/s"), ...besideBare((frameMs) => frameMs.length / SECONDS)),
    figure(
      named("ui.blotterThreadMsPerFrame", "ms"),
      fast.map(({ threadMsPerFrame }) => threadMsPerFrame),
      { name: "the same without updates", samples: still.map(({ threadMsPerFrame }) => threadMsPerFrame) },
    ),
    figure(
      named("ui.blotterUpdatesPerS", "1/s"),
      fast.map(({ applied }) => applied / SECONDS),
      { name: "asked for", samples: [UPDATES_PER_S] },
    ),
  ];
}

async function both(terminal: Terminal, log: (line: string) => void): Promise<readonly Figure[]> {
  const load: Load = {
    rows: ROWS,
    updatesPerS: UPDATES_PER_S,
    bookUpdatesPerS: BOOK_UPDATES_PER_S,
    seconds: BOTH_SECONDS,
    scrolls: false,
  };
  const rest = await blotterLoad(terminal, { ...load, updatesPerS: 0, bookUpdatesPerS: 0, seconds: SECONDS });
  report(log, "at rest", SECONDS, rest);
  const moved = await blotterLoad(terminal, load);
  report(log, `${UPDATES_PER_S} rows/s and ${BOOK_UPDATES_PER_S} book updates/s`, BOTH_SECONDS, moved);
  const beside = (of: (figures: LoadFigures) => number): [number[], { name: string; samples: number[] }] => [
    [of(moved)],
    { name: "the same window at rest", samples: [of(rest)] },
  ];
  return [
    figure(named("ui.bothFrameMsP95", "ms"), ...beside(({ frameMs }) => quantile(frameMs, 0.95))),
    figure(named("ui.bothLongestFrameMs", "ms"), ...beside(({ frameMs }) => Math.max(...frameMs))),
    figure(named("ui.bothFramesPerS", "1/s"), [moved.frameMs.length / BOTH_SECONDS], {
      name: "the same window at rest",
      samples: [rest.frameMs.length / SECONDS],
    }),
    figure(named("ui.bothLongTasks", "tasks"), ...beside(({ longTasks }) => longTasks)),
    figure(named("ui.bothRowsPerS", "1/s"), [moved.applied / BOTH_SECONDS], { name: "asked for", samples: [UPDATES_PER_S] }),
    figure(named("ui.bothBookUpdatesPerS", "1/s"), [moved.bookUpdates / BOTH_SECONDS], {
      name: "asked for",
      samples: [BOOK_UPDATES_PER_S],
    }),
  ];
}

function report(log: (line: string) => void, what: string, seconds: number, figures: LoadFigures | undefined): void {
  if (figures === undefined) return;
  const { frameMs, longTasks, threadMsPerFrame } = figures;
  log(`${what}: ${framesOf(frameMs, seconds)}, ${longTasks} long tasks, ${threadMsPerFrame.toFixed(1)} ms of the thread a frame`);
}

function framesOf(frameMs: readonly number[], seconds: number): string {
  return `${(frameMs.length / seconds).toFixed(1)} frames/s, p95 ${quantile(frameMs, 0.95).toFixed(1)} ms, longest ${Math.max(...frameMs).toFixed(0)} ms`;
}
