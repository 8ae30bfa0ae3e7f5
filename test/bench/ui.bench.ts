import type { Page } from "playwright";
import { screensOf, type Screens } from "../e2e/support/screens.ts";
import { Terminal } from "../e2e/support/terminal.ts";
import { installFrameTimes } from "./frameTimes.ts";
import { figure, quantile, type Bench, type Figure } from "./measure.ts";
import { bookStorm, frameWatch, watchLadderClicks } from "./uiPage.ts";

const UPDATES_PER_SECOND = 2_000;
/** Of each of the two stretches, the window alone and under the storm. */
const STRETCH_MS = 60_000;
const CLICKS = 40;
const NEXT_CLICK_AFTER_MS = 120;

/**
 * The real window on a real journal while 2,000 amendments a second of own orders change the book near its best prices: how long frames
 * take, whether the ladder is ever blank, and how long a click takes until the ladder has painted its order. The same window without the
 * storm, in the same run, is what it is compared with.
 */
export const bench: Bench = {
  name: "ui",
  metrics: [
    "ui.frameMsP95",
    "ui.longestFrameMs",
    "ui.framesPerSecond",
    "ui.clickToPixelMsP95",
    "ui.blankFrames",
    "ui.bookUpdatesPerSecond",
  ],
  run: async (log) => {
    const terminal = await Terminal.open();
    try {
      const screens = screensOf(terminal.page);
      await screens.chooseAccount("ALPHA");
      await screens.ladder.armOneClick();
      await terminal.page.evaluate(watchLadderClicks);
      await installFrameTimes(terminal.page);
      const alone = await terminal.page.evaluate(frameWatch, STRETCH_MS);
      log(`alone: frame p95 ${quantile(alone.frameMs, 0.95).toFixed(1)} ms, longest ${Math.max(...alone.frameMs).toFixed(0)} ms`);
      const quietClicks = await clicks(terminal.page, screens);
      const storm = await terminal.page.evaluate(bookStorm, UPDATES_PER_SECOND);
      log(`storm: ${storm.orders} own orders are amended`);
      // The storm came with a line of its own, and a cut disarms (SC-8).
      await screens.ladder.armOneClick();
      await terminal.page.evaluate(() => window.stormAgreed?.());
      const under = await terminal.page.evaluate(frameWatch, STRETCH_MS);
      const rate = await terminal.page.evaluate(() => window.stormAgreed?.() ?? 0);
      log(
        `under ${(rate / (STRETCH_MS / 1_000)).toFixed(0)} updates/s: frame p95 ${quantile(under.frameMs, 0.95).toFixed(1)} ms, longest ${Math.max(...under.frameMs).toFixed(0)} ms, ${under.blank} blank`,
      );
      const stormClicks = await clicks(terminal.page, screens);
      return figures({ under, before: alone, stormClicks, quietClicks, updatesPerSecond: rate / (STRETCH_MS / 1_000) });
    } finally {
      await terminal.dispose();
    }
  },
};

type Watched = Awaited<ReturnType<typeof frameWatch>>;

function figures(measured: {
  readonly under: Watched;
  readonly before: Watched;
  readonly stormClicks: readonly number[];
  readonly quietClicks: readonly number[];
  readonly updatesPerSecond: number;
}): readonly Figure[] {
  const { under, before, stormClicks, quietClicks, updatesPerSecond } = measured;
  const named = (metric: string, unit = "ms"): { bench: string; metric: string; unit: string } => ({ bench: "ui", metric, unit });
  const quiet = (samples: readonly number[]): { name: string; samples: readonly number[] } => ({
    name: "the same window at rest",
    samples,
  });
  return [
    figure(named("ui.frameMsP95"), [quantile(under.frameMs, 0.95)], quiet([quantile(before.frameMs, 0.95)])),
    figure(named("ui.longestFrameMs"), [Math.max(...under.frameMs)], quiet([Math.max(...before.frameMs)])),
    figure(named("ui.framesPerSecond", "1/s"), [under.framesPerSecond], quiet([before.framesPerSecond])),
    figure(named("ui.clickToPixelMsP95"), [quantile(stormClicks, 0.95)], quiet([quantile(quietClicks, 0.95)])),
    figure(named("ui.blankFrames", "frames"), [under.blank], quiet([before.blank])),
    figure(named("ui.bookUpdatesPerSecond", "1/s"), [updatesPerSecond], { name: "asked for", samples: [UPDATES_PER_SECOND] }),
  ];
}

/** From the pointer's press to the end of the frame in which the ladder paints the order, milliseconds. */
async function clicks(page: Page, { ladder }: Screens): Promise<readonly number[]> {
  const times: number[] = [];
  for (let click = 0; click < CLICKS; click += 1) {
    const rowsBelow = 3 + (click % 6);
    await page.click('[data-testid="ladder-centre"]');
    const [ms] = await Promise.all([
      page.evaluate(() => window.nextLadderClick?.() ?? Promise.reject(new Error("The ladder is not being watched."))),
      ladder.clickBelowBid(rowsBelow),
    ]);
    times.push(ms);
    await page.waitForTimeout(NEXT_CLICK_AFTER_MS);
  }
  return times;
}
