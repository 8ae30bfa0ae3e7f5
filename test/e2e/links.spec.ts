import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { screensOf } from "./support/screens.ts";
import { Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

const testId = (name: string): string => `[data-testid="${name}"]`;

/** What a panel of the window looks at: the symbol in its header. */
async function symbolOf(panel: string): Promise<string> {
  return (await terminal.page.textContent(`${testId(panel)} .panel-title`)) ?? "";
}

async function link(panel: string, to: string): Promise<void> {
  await terminal.page.click(testId(`${panel}-link`));
  await terminal.page.click(testId(`${panel}-link-${to}`));
}

async function shows(panel: string, symbol: string): Promise<void> {
  await until(`${panel} shows ${symbol}`, async () => ((await symbolOf(panel)).includes(symbol) ? true : null));
}

let terminal: Terminal;
beforeAll(async () => {
  terminal = await Terminal.open();
  await screensOf(terminal.page).chooseAccount("ALPHA");
});
afterAll(() => terminal.dispose());

describe("8 LK-11 links between the panels of a window", () => {
  it("panels of one colour follow each other, and those of none the window", async () => {
    const { page } = terminal;
    await page.click(testId("watchlist-row-BTC/USD"));
    await shows("chart", "BTC/USD");
    await link("chart", "3");
    await link("depth", "3");
    await page.click(testId("watchlist-row-ETH/USD"));
    await shows("ladder-panel", "ETH/USD");
    expect(await symbolOf("chart")).toContain("BTC/USD");
    expect(await symbolOf("depth")).toContain("BTC/USD");
    await page.click(testId("chart-link"));
    await page.click(testId("chart-instrument-ETH/USD"));
    await shows("chart", "ETH/USD");
    await shows("depth", "ETH/USD");
    await page.click(testId("watchlist-row-BTC/USD"));
    await shows("ladder-panel", "BTC/USD");
    expect(await symbolOf("chart")).toContain("ETH/USD");
  });

  it("the colour carries the account too, and a panel on its own carries nothing to others", async () => {
    const { page } = terminal;
    await link("ladder-panel", "3");
    await shows("ladder-panel", "ETH/USD");
    await page.click(testId("chart-link"));
    await page.click(testId("chart-account-BRAVO"));
    await until("the ladder is BRAVO's", async () => ((await symbolOf("ladder-panel")).includes("BRAVO") ? true : null));
    expect(await page.textContent(`${testId("ticket")} .ticket-account`)).toContain("ALPHA");
    await link("depth", "own");
    await page.click(testId("depth-link"));
    await page.click(testId("depth-instrument-BTC/USD"));
    await shows("depth", "BTC/USD");
    expect(await symbolOf("chart")).toContain("ETH/USD");
  });

  it("SC-3 a price pointed at goes to the ticket of the same link, and to no other", async () => {
    const { page } = terminal;
    await page.fill(testId("ticket-price"), "");
    await screensOf(page).ladder.clickBelowBid(5);
    await page.waitForSelector(`${testId("toast")}:has-text("No ticket looks at the same as this panel.")`);
    expect(await page.inputValue(testId("ticket-price"))).toBe("");
    // SC-3: and no ticket that joins them later begins with it.
    await link("ticket", "3");
    await until("the ticket is of the link", async () => ((await symbolOf("ticket")).includes("ETH/USD") ? true : null));
    expect(await page.inputValue(testId("ticket-price"))).toBe("");
    await screensOf(page).ladder.clickBelowBid(5);
    await until("the ticket has the price", async () => ((await page.inputValue(testId("ticket-price"))) === "" ? null : true));
  });

  it("a link is part of the layout: it can be undone, is refused by a locked layout, and is there again in the next window", async () => {
    const { page } = terminal;
    await link("chart", "5");
    const groupOf = (panel: string): Promise<string | null> => page.getAttribute(`${testId(`${panel}-link`)} .panel-link`, "data-group");
    expect(await groupOf("chart")).toBe("5");
    await page.click(testId("panels-menu"));
    await page.click(testId("menu-layouts"));
    await page.click(testId("layout-undo"));
    await until("the chart's colour is back", async () => ((await groupOf("chart")) === "3" ? true : null));
    await page.click(testId("layout-lock"));
    await page.keyboard.press("Escape");
    await page.waitForSelector(`${testId("docking")}[data-locked="true"]`);
    await link("chart", "1");
    expect(await groupOf("chart")).toBe("3");
    terminal = await terminal.reopen();
    await shows("chart", "ETH/USD");
    await shows("depth", "BTC/USD");
    await until("the ladder is BRAVO's", async () => ((await symbolOf("ladder-panel")).includes("BRAVO") ? true : null));
  });
});
