import type { Page } from "playwright";
import { screensOf, type LadderGeometry, type Screens } from "../e2e/support/screens.ts";
import { Terminal } from "../e2e/support/terminal.ts";
import { figure, quantile, type Bench } from "./measure.ts";

const RUNS = 5;
const CLICKS = 40;
const NEXT_CLICK_AFTER_MS = 100;

/**
 * In the real window, on a moving market and a real journal: from the pointer's press in the ladder to the frame that shows the order in the
 * blotter, first as "sending", then with the order id that the engine gave it after its commit. Timed by the page's own clock, from the
 * event's time stamp to the end of the first frame that paints the row.
 */
export const bench: Bench = {
  name: "window",
  run: async (log) => {
    const terminal = await Terminal.open();
    try {
      const screens = screensOf(terminal.page);
      await screens.chooseAccount("ALPHA");
      await screens.ladder.armOneClick();
      await screens.orders.show();
      await terminal.page.evaluate(watchRows);
      const runs: { pending: number[]; blotter: number[] }[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        const pending: number[] = [];
        const blotter: number[] = [];
        for (let click = 0; click < CLICKS; click += 1) {
          const ticks = await visibleBid(terminal.page, screens.ladder, 3 + (click % 8));
          const [{ pendingMs, blotterMs }] = await Promise.all([terminal.page.evaluate(nextClick), screens.ladder.click(ticks, "bid")]);
          pending.push(pendingMs);
          blotter.push(blotterMs);
          await terminal.page.waitForTimeout(NEXT_CLICK_AFTER_MS);
        }
        runs.push({ pending, blotter });
        log(`click to blotter p50 ${quantile(blotter, 0.5).toFixed(1)} ms, p95 ${quantile(blotter, 0.95).toFixed(1)} ms`);
      }
      const named = (metric: string): { bench: string; metric: string; unit: string } => ({ bench: "window", metric, unit: "ms" });
      return [
        figure(
          named("window.clickToPendingMsP50"),
          runs.map(({ pending }) => quantile(pending, 0.5)),
        ),
        figure(
          named("window.clickToBlotterMsP50"),
          runs.map(({ blotter }) => quantile(blotter, 0.5)),
        ),
        figure(
          named("window.clickToBlotterMsP95"),
          runs.map(({ blotter }) => quantile(blotter, 0.95)),
        ),
      ];
    } finally {
      await terminal.dispose();
    }
  },
};

/** The price so many rows below the best bid. The rows stand still under the pointer, so a market that moved on is followed by hand. */
async function visibleBid(page: Page, ladder: Screens["ladder"], rowsBelow: number): Promise<number> {
  const ticksOf = ({ bidTicks, tickStep }: LadderGeometry): number => Math.floor((bidTicks ?? 0) / tickStep - rowsBelow) * tickStep;
  const geometry = await ladder.geometry();
  const row = (geometry.topTicks - ticksOf(geometry)) / geometry.tickStep;
  // Two rows of margin: the market moves on before the click.
  if (row >= 0 && row < geometry.rows - 2) return ticksOf(geometry);
  await page.click('[data-testid="ladder-centre"]');
  return ticksOf(await ladder.geometry());
}

type ClickTimes = { readonly pendingMs: number; readonly blotterMs: number };

declare global {
  interface Window {
    /** Put there by `watchRows`: settles once the next click's order is in the blotter. */
    nextClickTimes?: () => Promise<ClickTimes>;
  }
}

/** Runs in the page. Row ids begin with "c" while an order is being sent, and with "o" once the engine has numbered it. */
function watchRows(): void {
  const grid = document.querySelector('[data-testid="grid-orders"]');
  const ladder = document.querySelector('[data-testid="ladder"]');
  if (grid === null || ladder === null) throw new Error("There is no ladder or no order blotter.");
  const seen = new Set<string>();
  let pressedAt = 0;
  let pendingMs = Number.NaN;
  let settle: ((times: ClickTimes) => void) | null = null;
  ladder.addEventListener("pointerdown", (event) => (pressedAt = event.timeStamp), { capture: true });
  // A task that is posted while a frame is being made runs once that frame has been painted.
  const afterPaint = new MessageChannel();
  const waiting: (() => void)[] = [];
  let inFrame = false;
  afterPaint.port1.onmessage = () => {
    inFrame = false;
    for (const report of waiting.splice(0)) report();
  };
  const frame = (): void => {
    inFrame = true;
    afterPaint.port2.postMessage(null);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const painted = (report: (ms: number) => void): void => {
    const done = (): void => report(performance.now() - pressedAt);
    // Entered between two frames: the next one will show it.
    if (inFrame) waiting.push(done);
    else requestAnimationFrame(() => waiting.push(done));
  };
  const look = (): void => {
    for (const row of grid.querySelectorAll(".ag-row[row-id]")) {
      const id = row.getAttribute("row-id") ?? "";
      if (seen.has(id)) continue;
      seen.add(id);
      if (pressedAt === 0) continue;
      if (id.startsWith("c")) {
        painted((ms) => (pendingMs = ms));
      } else {
        painted((blotterMs) => {
          settle?.({ pendingMs: Number.isNaN(pendingMs) ? blotterMs : pendingMs, blotterMs });
          settle = null;
        });
      }
    }
  };
  look();
  new MutationObserver(look).observe(grid, { childList: true, subtree: true, attributes: true, attributeFilter: ["row-id"] });
  window.nextClickTimes = () =>
    new Promise((resolve) => {
      pendingMs = Number.NaN;
      settle = resolve;
    });
}

/** Runs in the page. */
function nextClick(): Promise<ClickTimes> {
  if (window.nextClickTimes === undefined) throw new Error("The rows are not being watched.");
  return window.nextClickTimes();
}
