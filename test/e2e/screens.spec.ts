import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutTexts } from "./support/cutTexts.ts";
import { runtime } from "./support/runtime.ts";
import { screensOf } from "./support/screens.ts";
import { Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

const folder = join(runtime().project, "out", "screenshots");

let terminal: Terminal;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  terminal = await Terminal.open();
  const { ladder, orders, chooseAccount } = screensOf(terminal.page);
  // Something in every panel: an own order rests, and the market has traded.
  await chooseAccount("ALPHA");
  await ladder.armOneClick();
  // Far enough from the market that it stays open while it is looked at; the ladder itself does not follow a market that has moved.
  await terminal.page.click('[data-testid="ladder-centre"]');
  await ladder.clickBelowBid(12);
  await orders.waitFor({ account: "ALPHA", status: "Working" });
  await until("somebody has traded", async () => ((await terminal.page.textContent('[data-testid="tape-last"]')) ? true : null), 60_000);
});
afterAll(() => terminal.dispose());

describe.each([
  { width: 1_280, height: 800 },
  { width: 1_920, height: 1_080 },
  { width: 2_560, height: 1_440 },
])("the window at $width×$height", (size) => {
  it("fills its space without scrolling, cuts no text off, and paints every canvas", async () => {
    await terminal.resize(size);
    const { page } = terminal;
    await until("every canvas has been painted at this size", async () => ((await blankCanvases(page)).length === 0 ? true : null));
    await page.screenshot({ path: join(folder, `${size.width}x${size.height}.png`) });
    const scroll = await page.evaluate(() => {
      const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
      return { across: scrollWidth - clientWidth, down: scrollHeight - clientHeight };
    });
    expect(scroll).toEqual({ across: 0, down: 0 });
    expect(await cutTexts(page)).toEqual([]);
  });
});

/** Canvases of one colour only, by their test ids. */
function blankCanvases(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const blank: string[] = [];
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>("canvas[data-testid]")) {
      const probe = new OffscreenCanvas(64, 64).getContext("2d");
      probe?.drawImage(canvas, 0, 0, 64, 64);
      const pixels = new Uint32Array(probe?.getImageData(0, 0, 64, 64).data.buffer ?? new ArrayBuffer(4));
      if (pixels.every((pixel) => pixel === pixels[0])) blank.push(canvas.dataset["testid"] ?? "");
    }
    return blank;
  });
}
