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

describe("6 hands", () => {
  const palette = async (text: string): Promise<void> => {
    await page.keyboard.press("Control+k");
    await page.fill(testId("palette-input"), text);
  };
  const closed = (name: string): Promise<unknown> => page.waitForSelector(testId(name), { state: "detached" });

  it("6 finds actions, accounts, instruments and panels by a few letters", async () => {
    await palette("bravo");
    await page.waitForSelector(`${testId("palette-entry")}:has-text("Bravo Family Office")`);
    await page.screenshot({ path: join(shots, "palette-search.png") });
    await page.keyboard.press("Enter");
    await closed("palette");
    expect(await page.inputValue(testId("account-switch"))).not.toBe("all");
    await palette("eth");
    await page.keyboard.press("Enter");
    await until("the ladder follows", async () => ((await screens.ladder.geometry()).symbol === "ETH/USD" ? true : null));
    await palette("go btcusd");
    await page.keyboard.press("Enter");
    await until("the ladder follows", async () => ((await screens.ladder.geometry()).symbol === "BTC/USD" ? true : null));
  });

  it("6 takes an order as a line: completes it, previews it by the engine, sends it once, and records the line", async () => {
    const { bidTicks } = await screens.ladder.geometry();
    const price = ((bidTicks ?? 0) / 100 - 30).toFixed(2);
    await palette(`buy 0.02 btcusd @ ${price} post acct AL`);
    await page.keyboard.press("Tab");
    expect(await page.inputValue(testId("palette-input"))).toBe(`buy 0.02 btcusd @ ${price} post acct ALPHA `);
    await page.waitForSelector(`${testId("palette")} ${testId("ticket-preview")}[data-current="true"]`);
    await page.screenshot({ path: join(shots, "palette-order.png") });
    await page.keyboard.press("Enter");
    await closed("palette");
    await screens.chooseAccount("ALPHA");
    await screens.orders.waitFor({ account: "ALPHA", quantity: "0.02000", price, status: "Working" });
    await page.keyboard.press("F1");
    await page.waitForSelector(`${testId("key-sheet")} >> text=buy 0.02 btcusd`);
    await page.screenshot({ path: join(shots, "key-sheet.png") });
    expect(await page.getAttribute(testId("key-watchdog"), "data-alive")).toBe("true");
    await page.keyboard.press("Escape");
    await closed("key-sheet");
  });

  it("6 L3 keys go on firing through focus changes and dialogs, their scope in sight", async () => {
    const zone = (): Promise<string | null> => page.textContent(testId("zone-switch"));
    const press = async (): Promise<void> => {
      const before = (await zone())?.slice(0, 5);
      await page.keyboard.press("v");
      await page.keyboard.press("z");
      await expect.poll(async () => (await zone())?.slice(0, 5)).not.toBe(before);
    };
    await page.click(testId("hotkey-scope"));
    await page.keyboard.press("Escape");
    await closed("key-sheet");
    for (let round = 0; round < 6; round += 1) {
      await press();
      await page.keyboard.press("F1");
      await page.waitForSelector(testId("key-sheet"));
      await page.keyboard.press("Escape");
      await closed("key-sheet");
      await page.focus(testId(round % 2 === 0 ? "ladder" : "account-switch"));
      expect(await page.getAttribute(testId("hotkey-scope"), "data-scope")).toBe(round % 2 === 0 ? "ladder-panel" : "global");
      await page.focus(testId("ladder"));
    }
    // Chords typed into a field are text.
    const before = (await zone())?.slice(0, 5);
    await page.focus(testId("ticket-quantity"));
    await page.keyboard.type("vz");
    expect((await zone())?.slice(0, 5)).toBe(before);
    await page.focus(testId("ladder"));
    await press();
  });

  it("6 shows a key that means two things, and lets it be changed", async () => {
    await page.keyboard.press("F1");
    await page.click(testId("key-change-ticket.sell"));
    await page.keyboard.press("F2");
    await page.waitForSelector(`${testId("key-conflicts")} >> text=F2`);
    await page.screenshot({ path: join(shots, "key-conflict.png") });
    await page.click(testId("key-change-ticket.sell"));
    await page.keyboard.press("Escape");
    await page.waitForSelector(`${testId("key-conflicts")}:has-text("No two actions")`);
    await page.keyboard.press("Escape");
    await closed("key-sheet");
  });

  it("6 cancels all and flattens by key, after saying how far that reaches", async () => {
    await screens.chooseAccount("ALPHA");
    await page.focus(testId("ladder"));
    await page.keyboard.press("c");
    await page.keyboard.press("a");
    await page.waitForSelector(testId("cancel-dialog"));
    expect(await page.textContent(testId("cancel-radius"))).toMatch(/Orders2/);
    await page.click(testId("cancel-confirm"));
    await expect.poll(async () => (await screens.orders.rows()).length).toBe(0);
    await page.focus(testId("ladder"));
    await page.keyboard.press("Control+Shift+F");
    await page.waitForSelector(testId("flatten-radius"));
    expect((await page.textContent(testId("flatten-radius")))?.replaceAll("\u2009", "")).toMatch(/ALPHA 1\.5 BTC\/USD/);
    await page.screenshot({ path: join(shots, "flatten.png") });
    await page.click(testId("flatten-confirm"));
    await screens.positions.show();
    await expect
      .poll(async () => (await screens.positions.rows()).filter(({ account }) => account === "ALPHA").map(({ net }) => Number(net)))
      .toEqual([0]);
    await screens.orders.show();
  });
});
