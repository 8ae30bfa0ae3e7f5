import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runtime } from "./support/runtime.ts";
import { screensOf, type Screens } from "./support/screens.ts";
import { Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

/** The trader's hands, in one window: each part goes on where the one before ended. */
let terminal: Terminal;
let page: Page;
let screens: Screens;
const shots = join(runtime().project, "out", "screenshots");
const testId = (name: string): string => `[data-testid="${name}"]`;

beforeAll(async () => {
  mkdirSync(shots, { recursive: true });
  terminal = await Terminal.open();
  page = terminal.page;
  screens = screensOf(page);
  await screens.chooseAccount("ALPHA");
  await until("somebody has traded", async () => ((await page.textContent(testId("tape-last"))) ? true : null), 60_000);
  await screens.pauseMarket();
});
afterAll(() => terminal.dispose());

/** The preview once it belongs to what is typed. */
async function preview(): Promise<Record<string, string>> {
  await page.waitForSelector(`${testId("ticket-preview")}[data-current="true"]`);
  return page.evaluate(() => {
    const view = document.querySelector<HTMLElement>('[data-testid="ticket-preview"]');
    const parts = [...(view?.querySelectorAll<HTMLElement>("[data-testid]") ?? [])].map((element) => [
      element.dataset["testid"] ?? "",
      (element.textContent ?? "").replaceAll("\u2009", ""),
    ]);
    return Object.fromEntries([["refusal", view?.dataset["refusal"] ?? ""], ...parts]) as Record<string, string>;
  });
}

describe("5 ticket", () => {
  it("5 S2 tells before what an order will do, and that is what it does", async () => {
    await page.click(testId("ticket-side-buy"));
    await page.selectOption(testId("ticket-type"), "market");
    await page.fill(testId("ticket-quantity"), "1.5");
    const foretold = await preview();
    expect(foretold["preview-verdict"]).toMatch(/Passes/);
    await page.screenshot({ path: join(shots, "ticket-market.png") });
    await page.click(testId("ticket-submit"));
    const state = await until("the order is done", async () => {
      const text = await screens.ticket.state();
      return /filled/.test(text) ? text.replaceAll("\u2009", "") : null;
    });
    expect(state).toContain(`filled ${foretold["preview-filled"]} of`);
    expect(state).toContain(`@ ${foretold["preview-average"]}`);
  });

  it("5 shows every form that the engine knows, and asks for what it needs", async () => {
    const forms = await page
      .locator(`${testId("ticket-type")} option`)
      .evaluateAll((options) => options.map((one) => (one as HTMLOptionElement).value));
    expect(forms).toHaveLength(12);
    for (const form of forms) {
      await page.selectOption(testId("ticket-type"), form);
      await page.waitForSelector(`${testId("ticket-submit")}:not([data-state="sending"])`);
    }
    await page.selectOption(testId("ticket-type"), "bracket");
    const { bidTicks } = await screens.ladder.geometry();
    const price = (offset: number): string => ((bidTicks ?? 0) / 100 + offset).toFixed(2);
    await page.fill(testId("ticket-quantity"), "0.2");
    await page.fill(testId("ticket-price"), price(-5));
    await page.fill(testId("ticket-term-profit"), price(200));
    await page.fill(testId("ticket-term-stop"), price(-300));
    expect((await preview())["preview-ahead"]).toBeDefined();
    await page.screenshot({ path: join(shots, "ticket-bracket.png") });
  });

  it("5 refuses on paper what the engine would refuse, says the largest size that passes, and takes it on a click", async () => {
    await screens.chooseAccount("BRAVO");
    await page.selectOption(testId("ticket-type"), "limit");
    await page.click(testId("ticket-side-sell"));
    const { askTicks } = await screens.ladder.geometry();
    await page.fill(testId("ticket-price"), ((askTicks ?? 0) / 100 + 5).toFixed(2));
    // BRAVO has 8 coins.
    await page.fill(testId("ticket-quantity"), "16");
    const told = await preview();
    expect(told).toMatchObject({ refusal: "LEDGER_INSUFFICIENT_FUNDS" });
    expect(told["preview-largest"]).toMatch(/Largest that passes 8/);
    await page.screenshot({ path: join(shots, "ticket-refused.png") });
    await page.click(testId("preview-use-largest"));
    expect(await page.inputValue(testId("ticket-quantity"))).toBe("8");
    expect(await preview()).toMatchObject({ refusal: "" });
    await screens.chooseAccount("ALPHA");
  });

  it("5 sends one order on a double click", async () => {
    await page.click(testId("ticket-side-buy"));
    const { bidTicks } = await screens.ladder.geometry();
    await page.fill(testId("ticket-quantity"), "0.01");
    await page.fill(testId("ticket-price"), ((bidTicks ?? 0) / 100 - 20).toFixed(2));
    await preview();
    await page.dblclick(testId("ticket-submit"));
    await until("the order works", async () => (/working/.test(await screens.ticket.state()) ? true : null));
    await expect.poll(async () => (await screens.orders.rows()).length).toBe(1);
  });
});
