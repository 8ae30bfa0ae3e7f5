import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runtime } from "./support/runtime.ts";
import { screensOf, type Row, type Screens } from "./support/screens.ts";
import { Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

const screenshots = join(runtime().project, "out", "screenshots");

let terminal: Terminal;
let page: Page;
let screens: Screens;
beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  terminal = await Terminal.open();
  page = terminal.page;
  screens = screensOf(page);
  await screens.chooseAccount("ALPHA");
  await until("somebody has traded", async () => ((await page.textContent('[data-testid="tape-last"]')) ? true : null), 60_000);
});
afterAll(() => terminal.dispose());

/** How far the engine has come by its last word, whatever moment the window shows. */
const engineSeq = (): Promise<number> => page.evaluate(() => Number(document.documentElement.dataset["engineSeq"]));
const tape = (): Promise<string | null> => page.textContent('[data-testid="tape-last"]');
const inside = async (): Promise<readonly (number | null)[]> => {
  const { bidTicks, askTicks } = await screens.ladder.geometry();
  return [bidTicks, askTicks];
};

async function goTo(seq: number): Promise<void> {
  await page.fill('[data-testid="past-seq"]', String(seq));
  await page.press('[data-testid="past-seq"]', "Enter");
  await until(`the window stands at ${seq}`, async () => {
    const at = Number(await page.getAttribute('[data-testid="past-bar"]', "data-seq"));
    return at >= seq && at < seq + 200 ? true : null;
  });
}

describe("11 JR-62 the time machine in the window", () => {
  let thenSeq: number;
  let thenInside: readonly (number | null)[];
  let thenBalance: Row;
  let resting: Row;

  it("JR-62 puts ladder, tape, blotters and balances where they were", async () => {
    await screens.pauseMarket();
    const [bid, ask] = await inside();
    const price = (Math.floor(((bid ?? 0) + (ask ?? 0)) / 2) / 100).toFixed(2);
    expect(await screens.ticket.send({ side: "buy", quantity: "0.03", price })).toMatch(/working/);
    resting = await screens.orders.waitFor({ account: "ALPHA", status: "Working" });
    await screens.balances.show();
    thenBalance = await screens.balances.waitFor({ account: "ALPHA", asset: "BTC" });
    // The market rests: this is where it stands, and all that is drawn is of this sequence.
    thenSeq = await screens.shownSeq();
    thenInside = await inside();
    expect(thenInside).toEqual([Math.round(Number(price) * 100), ask]);
    const thenTape = await tape();
    // Then it fills, and the market goes on.
    await screens.chooseAccount("BRAVO");
    expect(await screens.ticket.send({ side: "sell", quantity: "0.03", price, timeInForce: "ioc" })).toMatch(/filled/);
    await screens.chooseAccount("ALPHA");
    await screens.resumeMarket();
    await until("the market has moved on", async () => ((await engineSeq()) > thenSeq + 300 ? true : null), 60_000);

    await page.click('[data-testid="past-open"]');
    await goTo(thenSeq);
    // The whole picture changes with the word PAST, not piece by piece behind it.
    expect(await tape()).toBe(thenTape);
    await screens.shownSeq();
    expect(await inside()).toEqual(thenInside);
    await expect.poll(async () => (await screens.balances.waitFor({ account: "ALPHA", asset: "BTC" }))["total"]).toBe(thenBalance["total"]);
    await screens.orders.show();
    await screens.orders.waitFor({ rowId: resting.rowId, status: "Working", filled: "–" });
    await screens.fills.show();
    await expect.poll(() => screens.fills.rows()).toEqual([]);
    await screens.orders.show();
  });

  it("JR-62 says PAST on the bar and on every panel that shows it, and stays there while the market goes on", async () => {
    const bar = page.locator('[data-testid="past-bar"]');
    expect(await bar.getAttribute("data-past")).toBe("true");
    expect(await bar.textContent()).toMatch(/PAST.*trading disabled/);
    const stamps = await page.evaluate(() =>
      [...document.querySelectorAll(".panel-body")]
        .filter((body) => body.checkVisibility())
        .map((body) => getComputedStyle(body, "::after").content),
    );
    expect(stamps.length).toBeGreaterThan(5);
    expect(new Set(stamps)).toEqual(new Set(['"PAST"']));
    await page.screenshot({ path: join(screenshots, "past.png") });
    const before = await engineSeq();
    await until("the engine has gone on", async () => ((await engineSeq()) > before + 50 ? true : null), 60_000);
    await screens.orders.waitFor({ rowId: resting.rowId, status: "Working" });
    expect(await inside()).toEqual(thenInside);
  });

  it("JR-62 nothing can be sent from there: neither by ticket nor by ladder nor by cancel", async () => {
    expect(await page.isDisabled('[data-testid="ticket-submit"]')).toBe(true);
    await screens.ladder.armOneClick();
    await screens.ladder.clickBelowBid(3);
    await screens.orders.clickCell(await screens.orders.waitFor({ rowId: resting.rowId }), "cancel");
    await until("two refusals", async () =>
      (await page.locator(".toast", { hasText: "This window shows the past" }).count()) > 0 ? true : null,
    );
    expect(await screens.orders.rows()).toHaveLength(1);
  });

  it("JR-62 moves with the slider and the steps, and a chart of another length shows that moment too", async () => {
    // A sequence inside a command stands for the command's end: it may take some presses to leave it.
    await until("a step back", async () => {
      await page.locator('[data-testid="past-slider"]').press("ArrowLeft");
      return Number(await page.getAttribute('[data-testid="past-bar"]', "data-seq")) < thenSeq ? true : null;
    });
    await page.locator('[data-testid="past-slider"]').press("Home");
    await until("the beginning", async () =>
      Number(await page.getAttribute('[data-testid="past-bar"]', "data-seq")) < 1_000 ? true : null,
    );
    await expect.poll(() => screens.orders.rows()).toEqual([]);
    await goTo(thenSeq);
    await screens.orders.waitFor({ rowId: resting.rowId, status: "Working" });
  });

  it("JR-62 goes back to live, where the order has filled and orders can be sent", async () => {
    // The picture that is asked for first must not come behind the live one.
    await page.locator('[data-testid="past-slider"]').press("Home");
    await page.click('[data-testid="past-live"]');
    await page.waitForSelector('[data-testid="past-bar"][data-past="false"]');
    await screens.orders.showOrders("all");
    await screens.orders.waitFor({ rowId: resting.rowId, status: "Filled" });
    await screens.pauseMarket();
    const { bidTicks } = await screens.ladder.geometry();
    expect(await screens.ticket.send({ side: "buy", quantity: "0.02", price: (((bidTicks ?? 0) - 500) / 100).toFixed(2) })).toMatch(
      /working/,
    );
  });
});
