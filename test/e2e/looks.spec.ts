import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { panelTexts } from "../../renderer/app/panelTexts.ts";
import { setLanguage } from "../../shared/languages.ts";
import { axeFaults } from "./support/axe.ts";
import { cutTexts } from "./support/cutTexts.ts";
import { runtime } from "./support/runtime.ts";
import { screensOf } from "./support/screens.ts";
import { Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

const folder = join(runtime().project, "out", "screenshots");
const testId = (name: string): string => `[data-testid="${name}"]`;

const themes = ["dark", "light", "contrast"] as const;
const tongues = ["en", "zh-HK", "zh-CN"] as const;
/** The panels' ground in each theme, as a canvas has it. */
const grounds = { dark: [18, 21, 26], light: [255, 255, 255], contrast: [0, 0, 0] } as const;

/** One window for all of it: a person changes its look again and again. */
let terminal: Terminal;
beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  terminal = await Terminal.open();
  const { ladder, orders, chooseAccount } = screensOf(terminal.page);
  await chooseAccount("ALPHA");
  await ladder.armOneClick();
  await ladder.clickBelowBid(12);
  await orders.waitFor({ account: "ALPHA", status: "Working" });
  await until("somebody has traded", async () => ((await terminal.page.textContent(testId("tape-last"))) ? true : null), 60_000);
});
afterAll(() => terminal.dispose());

async function openSettings(): Promise<void> {
  await terminal.page.click(testId("panels-menu"));
  await terminal.page.click(testId("menu-settings"));
  await terminal.page.waitForSelector(testId("settings-dialog"), { state: "visible" });
}

async function choose(...choices: readonly string[]): Promise<void> {
  await openSettings();
  for (const choice of choices) await terminal.page.click(testId(`settings-${choice}`));
  await terminal.page.click(testId("settings-close"));
  await terminal.page.waitForSelector(testId("settings-dialog"), { state: "detached" });
}

/** By the menu, for a narrow window hides tabs. */
async function openTab(panel: keyof typeof panelTexts): Promise<void> {
  await terminal.page.click(testId("panels-menu"));
  await terminal.page
    .getByRole("button", { name: panelTexts[panel], exact: true })
    .and(terminal.page.locator("#panels-menu button"))
    .click();
}

const faults = (): Promise<readonly string[]> => axeFaults(terminal.page);

/** Colour of a canvas's corner, where nothing but its ground is painted. */
function corner(canvas: string): Promise<readonly number[]> {
  return terminal.page.locator(testId(canvas)).evaluate((element) => {
    const source = element as HTMLCanvasElement;
    const probe = new OffscreenCanvas(1, 1).getContext("2d");
    probe?.drawImage(source, source.width - 1, 0, 1, 1, 0, 0, 1, 1);
    return [...(probe?.getImageData(0, 0, 1, 1).data.slice(0, 3) ?? [])];
  });
}

describe.each(themes)("10 LK-7 the %s theme", (theme) => {
  it("is followed by pages and canvases at once, and axe finds nothing serious in the window or a dialog", async () => {
    await terminal.resize({ width: 1_280, height: 800 });
    await choose(`theme-${theme}`, "language-en");
    for (const canvas of ["depth-canvas", "tape-canvas"])
      await expect.poll(() => corner(canvas), { timeout: 10_000 }).toEqual(grounds[theme]);
    expect(await faults()).toEqual([]);
    await openSettings();
    expect(await faults()).toEqual([]);
    await terminal.page.screenshot({ path: join(folder, `settings-${theme}.png`) });
    await terminal.page.keyboard.press("Escape");
    await terminal.page.waitForSelector(testId("settings-dialog"), { state: "detached" });
    await terminal.page.click(testId("about"));
    expect(await faults()).toEqual([]);
    await terminal.page.keyboard.press("Escape");
    await terminal.page.waitForSelector(testId("about-dialog"), { state: "detached" });
  });
});

describe("LK-13 drawn panels read aloud", () => {
  it("say the inside market and own orders, and speak up by themselves only beside the focus", async () => {
    const { page } = terminal;
    await choose("language-en");
    const ladder = page.locator(testId("ladder-spoken"));
    await expect
      .poll(() => ladder.textContent())
      .toMatch(/^Best bid [\d\u2009 .,]+ for [\d.,\u2009 ]+, best ask .+, (no own orders|own orders: \d+ buying)/);
    expect(await page.textContent(testId("depth-spoken"))).toMatch(/^(Best bid|no bids)/);
    expect(await ladder.getAttribute("aria-live")).toBe("off");
    await page.locator(testId("ladder")).focus();
    expect(await ladder.getAttribute("aria-live")).toBe("polite");
    expect(await page.getAttribute(testId("ladder"), "aria-describedby")).toBe(await ladder.getAttribute("id"));
    // The market moves on, and so does the sentence, without anybody asking.
    const before = await ladder.textContent();
    await expect.poll(() => ladder.textContent(), { timeout: 60_000 }).not.toBe(before);
  });
});

describe.each(tongues)("10 LK-6 in %s", (language) => {
  it.each([
    { width: 1_280, height: 800 },
    { width: 2_560, height: 1_440 },
  ])("no theme cuts a text off at $width×$height", async (size) => {
    await terminal.resize(size);
    for (const theme of themes) {
      await choose(`theme-${theme}`, `language-${language}`);
      await until("the faces have come", () => terminal.page.evaluate(() => (document.fonts.status === "loaded" ? true : null)));
      await terminal.page.screenshot({ path: join(folder, `${theme}-${language}-${size.width}x${size.height}.png`) });
      expect(await cutTexts(terminal.page), theme).toEqual([]);
    }
    setLanguage(language);
    // Panels behind others, and the banner at its fullest.
    for (const panel of ["fills", "positions", "balances", "closed", "accounts", "messages", "heatmap", "footprint"] as const) {
      await openTab(panel);
      expect(await cutTexts(terminal.page), panel).toEqual([]);
    }
    for (const panel of ["chart", "orders"] as const) await openTab(panel);
    await terminal.page.click(testId("time-pause"));
    await terminal.page.waitForSelector(testId("time-mode"));
    await terminal.page.click(testId("past-open"));
    await terminal.page.waitForSelector(testId("past-bar"));
    await terminal.page.screenshot({ path: join(folder, `stopped-${language}-${size.width}x${size.height}.png`) });
    expect(await cutTexts(terminal.page), "time stands still").toEqual([]);
    await terminal.page.click(testId("past-open"));
    await terminal.page.click(testId("time-run"));
    await terminal.page.waitForSelector(testId("time-mode"), { state: "detached" });
    const page = await terminal.page.evaluate(() => [
      document.documentElement.lang,
      document.fonts.check('12px "Noto Sans HK Variable"', "盤"),
    ]);
    expect(page[0]).toBe(language);
    if (language === "zh-HK") expect(page[1]).toBe(true);
  });
});

describe("10 LK-10 a look that was chosen", () => {
  it("reaches the menu, and is there again in the next window", async () => {
    await terminal.resize({ width: 1_280, height: 800 });
    await choose("theme-light", "language-zh-HK", "palette-greenRed", "rising-redGreen", "density-comfortable", "zone-utc");
    const menu = await terminal.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
    expect(menu).toContain("檢視(&V)");
    const look = (): Promise<object> =>
      terminal.page.evaluate(() => Object.assign({}, document.documentElement.dataset, { lang: document.documentElement.lang }));
    const chosen = { theme: "light", sides: "redGreen", density: "comfortable", lang: "zh-HK" };
    expect(await look()).toMatchObject(chosen);
    expect(await cutTexts(terminal.page)).toEqual([]);
    // The market may have reached the order by now; finished orders are here too.
    await terminal.page.click(testId("orders-all"));
    const rows = await terminal.page
      .locator(`${testId("grid-orders")} .ag-row`)
      .first()
      .evaluate((row) => row.getBoundingClientRect().height);
    expect(rows).toBe(26);
    terminal = await terminal.reopen();
    expect(await look()).toMatchObject(chosen);
    await terminal.page.screenshot({ path: join(folder, "light-zh-HK-red-up-comfortable.png") });
  });
});
