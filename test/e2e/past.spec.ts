import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runtime } from "./support/runtime.ts";
import { screensOf, type LadderGeometry, type Row, type Screens } from "./support/screens.ts";
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

const seqOnView = async (): Promise<number> => Number((await page.textContent('[data-testid="status-seq"]'))?.replaceAll(/\D/g, ""));

/** Waits until the participants' last orders have gone through: the status line stands still over several of its renewals. */
async function isStill(): Promise<void> {
  let last = -1;
  let sinceMs = 0;
  await until("the venue stands still", async () => {
    const now = await seqOnView();
    if (now !== last) sinceMs = performance.now();
    last = now;
    return performance.now() - sinceMs > 1_000 ? true : null;
  });
}

async function goTo(seq: number): Promise<void> {
  await page.fill('[data-testid="past-seq"]', String(seq));
  await page.press('[data-testid="past-seq"]', "Enter");
  await until(`the window stands at ${seq}`, async () => {
    const at = Number(await page.getAttribute('[data-testid="past-bar"]', "data-seq"));
    return at >= seq && at < seq + 200 ? true : null;
  });
}

describe("JR-62 the time machine in the window", () => {
  let thenSeq: number;
  let thenLadder: LadderGeometry;
  let thenBalance: Row;
  let resting: Row;

  it("JR-62 puts ladder, tape, blotters and balances where they were", async () => {
    await screens.pauseMarket();
    await isStill();
    thenLadder = await screens.ladder.geometry();
    const price = (Math.floor(((thenLadder.bidTicks ?? 0) + (thenLadder.askTicks ?? 0)) / 2) / 100).toFixed(2);
    expect(await screens.ticket.send({ side: "buy", quantity: "0.03", price })).toMatch(/working/);
    resting = await screens.orders.waitFor({ account: "ALPHA", status: "Working" });
    thenLadder = await screens.ladder.geometry();
    await screens.balances.show();
    thenBalance = await screens.balances.waitFor({ account: "ALPHA", asset: "BTC" });
    thenSeq = await seqOnView();
    const tape = await page.textContent('[data-testid="tape-last"]');
    // Then it fills, and the market goes on.
    await screens.chooseAccount("BRAVO");
    expect(await screens.ticket.send({ side: "sell", quantity: "0.03", price, timeInForce: "ioc" })).toMatch(/filled/);
    await screens.chooseAccount("ALPHA");
    await page.click('[data-testid="market-running"]');
    await until("the market has moved on", async () => ((await seqOnView()) > thenSeq + 300 ? true : null), 60_000);

    await page.click('[data-testid="past-open"]');
    await goTo(thenSeq);
    const ladder = await screens.ladder.geometry();
    expect([ladder.bidTicks, ladder.askTicks]).toEqual([thenLadder.bidTicks, thenLadder.askTicks]);
    expect(await page.textContent('[data-testid="tape-last"]')).toBe(tape);
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
    const before = await seqOnView();
    await until("the engine has gone on", async () => ((await seqOnView()) > before + 50 ? true : null), 60_000);
    await screens.orders.waitFor({ rowId: resting.rowId, status: "Working" });
    expect((await screens.ladder.geometry()).bidTicks).toBe(thenLadder.bidTicks);
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
