import type { CDPSession } from "playwright";
import { screensOf } from "../e2e/support/screens.ts";
import { Terminal } from "../e2e/support/terminal.ts";
import { blotterLoad, type Load } from "./blotterLoad.ts";
import { figure, type Bench } from "./measure.ts";

/** Half an hour is the target's measure; without `--minutes 30` there is time for a look alone. */
const MINUTES = 0.5;
const LOAD: Load = { rows: 2_000, updatesPerS: 500, bookUpdatesPerS: 2_000, seconds: 60, scrolls: false };
const WARM_UP_SECONDS = 10;

/** What the window's heap gains, after a collection of garbage, while 500 rows and 2,000 levels of the book a second change. */
export const bench: Bench = {
  name: "ui",
  metrics: ["ui.heapGrowthPct"],
  run: async (log, { minutes }) => {
    const terminal = await Terminal.open({ args: ["--market", "off"] });
    try {
      await screensOf(terminal.page).chooseAccount("all");
      const cdp = await terminal.page.context().newCDPSession(terminal.page);
      await blotterLoad(terminal, { ...LOAD, seconds: WARM_UP_SECONDS });
      const before = await heapBytes(cdp);
      log(`heap ${megabytes(before)} before`);
      let after = before;
      for (let left = (minutes ?? MINUTES) * 60; left > 0; left -= LOAD.seconds) {
        await blotterLoad(terminal, { ...LOAD, seconds: Math.min(left, LOAD.seconds) });
        after = await heapBytes(cdp);
        log(`heap ${megabytes(after)}, ${Math.max(0, (left - LOAD.seconds) / 60).toFixed(1)} min to go`);
      }
      return [
        figure({ bench: "ui", metric: "ui.heapGrowthPct", unit: "%" }, [((after - before) / before) * 100], {
          name: `the limit of 5 %, over ${minutes ?? MINUTES} min`,
          samples: [5],
        }),
      ];
    } finally {
      await terminal.dispose();
    }
  },
};

async function heapBytes(cdp: CDPSession): Promise<number> {
  await cdp.send("HeapProfiler.collectGarbage");
  return (await cdp.send("Runtime.getHeapUsage")).usedSize;
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
