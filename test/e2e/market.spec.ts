import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runtime } from "./support/runtime.ts";
import { screensOf, type LadderGeometry, type Screens } from "./support/screens.ts";
import { Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

/** The screens of the market: ladder, depth, heatmap, chart, footprint and tape, in one window, told in order. */
let terminal: Terminal;
let screens: Screens;
let page: Page;
const pictures = join(runtime().project, "out", "screenshots");
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  terminal = await Terminal.open();
  ({ page } = terminal);
  screens = screensOf(page);
  await terminal.resize({ width: 1_600, height: 1_000 });
  await screens.chooseAccount("ALPHA");
});
afterAll(() => terminal.dispose());

const testId = (name: string): string => `[data-testid="${name}"]`;
/** BTC/USD has ticks of a cent. */
const priceOf = (ticks: number): string => (ticks / 100).toFixed(2);

function dataset(name: string): Promise<Record<string, string>> {
  return page.locator(testId(name)).evaluate((element) => Object.assign({}, (element as HTMLElement).dataset) as Record<string, string>);
}

async function showTab(label: string): Promise<void> {
  await page.locator(".flexlayout__tab_button", { hasText: label }).first().click();
}

async function boxOf(name: string): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await page.locator(testId(name)).boundingBox();
  if (box === null) throw new Error(`${name} is not on the screen.`);
  return box;
}

/** The middle of a row of a ladder's column, in pixels of the page. */
async function place(ladder: LadderGeometry, ticks: number, column: "own" | "bid" | "ask"): Promise<{ x: number; y: number }> {
  const box = await boxOf("ladder");
  const [own = 0, bid = 0, price = 0, ask = 0, right = 0] = ladder.columns;
  const [from, to] = column === "own" ? [own, bid] : column === "bid" ? [bid, price] : [ask, right];
  return { x: box.x + (from + to) / 2, y: box.y + ((ladder.topTicks - ticks) / ladder.tickStep + 0.5) * ladder.rowHeight };
}

/** Is the canvas of more than one colour? */
function isPainted(name: string): Promise<boolean> {
  return page.locator(testId(name)).evaluate((canvas) => {
    const probe = new OffscreenCanvas(64, 64).getContext("2d");
    probe?.drawImage(canvas as HTMLCanvasElement, 0, 0, 64, 64);
    const pixels = new Uint32Array(probe?.getImageData(0, 0, 64, 64).data.buffer ?? new ArrayBuffer(4));
    return pixels.some((pixel) => pixel !== pixels[0]);
  });
}

/** One-click mode ends by itself whenever the engine falls silent, as it may on a busy machine: so it is armed right before each use. */
async function arm(): Promise<void> {
  await until("one-click mode is on", async () => {
    await screens.ladder.armOneClick();
    return /ONE-CLICK/.test((await page.textContent(testId("ladder-mode"))) ?? "") ? true : null;
  });
}

const queues = async (): Promise<string> => (await dataset("ladder"))["queues"] ?? "";

describe("1 ladder", () => {
  it("L1 the price under the pointer does not change while the pointer is inside, between press and release or not", async () => {
    await page.selectOption(testId("clock-speed"), "60");
    const box = await boxOf("ladder");
    const [, bid = 0, price = 0] = (await screens.ladder.geometry()).columns;
    const at = { x: box.x + (bid + price) / 2, y: box.y + 70 };
    await page.mouse.move(at.x, at.y);
    // From here on the rows stand still; until now the ladder may have followed the market.
    const before = await screens.ladder.geometry();
    await page.mouse.down();
    const middle = before.topTicks - Math.floor(before.rows / 2) * before.tickStep;
    await until("the market has passed a trigger line", async () => {
      const { bidTicks } = await screens.ladder.geometry();
      return Math.abs((bidTicks ?? 0) - middle) > before.rows * 0.4 * before.tickStep ? true : null;
    });
    expect((await screens.ladder.geometry()).topTicks).toBe(before.topTicks);
    // Let go elsewhere: the press is taken back.
    await page.mouse.move(at.x, at.y + 5 * before.rowHeight);
    await page.mouse.up();
    expect((await screens.ladder.geometry()).topTicks).toBe(before.topTicks);
    await page.mouse.move(box.x - 60, box.y);
    await until("the ladder has followed the market once the pointer left", async () => {
      const { topTicks } = await screens.ladder.geometry();
      return topTicks === before.topTicks ? null : true;
    });
    await page.selectOption(testId("clock-speed"), "1");
    expect(await screens.orders.rows()).toEqual([]);
  });

  it("says on the panel whether a click sends or fills the ticket, for which account and with which order type", async () => {
    const mode = page.locator(testId("ladder-mode"));
    await expect.poll(() => mode.textContent()).toMatch(/CONFIRM.*ALPHA.*Limit GTC/);
    await page.selectOption(testId("ladder-time"), "day");
    await arm();
    await expect.poll(() => mode.textContent()).toMatch(/ONE-CLICK.*ALPHA.*Limit Day/);
    await page.selectOption(testId("ladder-time"), "gtc");
  });

  it("L4 shows an order in the frame after the click, and then as the engine has it", async () => {
    await screens.pauseMarket();
    await page.click(testId("ladder-centre"));
    const before = await screens.ladder.geometry();
    await page.evaluate(() => {
      const ladder = document.querySelector<HTMLElement>('[data-testid="ladder"]');
      ladder?.addEventListener(
        "pointerup",
        () => {
          let frames = 0;
          const look = (): void => {
            frames += 1;
            if (ladder.dataset["queues"]?.includes("buy@") === true) document.body.dataset["framesToOrder"] = String(frames);
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        },
        { capture: true, once: true },
      );
    });
    const ticks = Math.floor((before.bidTicks ?? 0) / before.tickStep - 2) * before.tickStep;
    await arm();
    await screens.ladder.click(ticks, "bid");
    const frames = await until("the order is drawn", () => page.evaluate(() => document.body.dataset["framesToOrder"] ?? null));
    // The first callback may run before the ladder's own in the same frame.
    expect(Number(frames)).toBeLessThanOrEqual(2);
    await screens.orders.waitFor({ account: "ALPHA", price: priceOf(ticks), status: "Working" });
  });

  it("knows the exact place in the queue, and moves up when an order before it goes", async () => {
    const geometry = await screens.ladder.geometry();
    const ticks = Math.floor((geometry.bidTicks ?? 0) / geometry.tickStep - 2) * geometry.tickStep;
    // BRAVO queues up behind ALPHA's order of the test before.
    await screens.chooseAccount("BRAVO");
    await page.click(testId("ladder-size-2"));
    await arm();
    await screens.ladder.click(ticks, "bid");
    await screens.orders.waitFor({ account: "BRAVO", price: priceOf(ticks), status: "Working" });
    const placeOf = async (): Promise<number> => Number(/#(\d+)/.exec(await queues())?.[1] ?? "0");
    const behind = await until("the place is known", async () => ((await placeOf()) > 1 ? await placeOf() : null));
    await screens.chooseAccount("ALPHA");
    await screens.ladder.click(ticks, "own");
    await expect.poll(() => screens.orders.rows()).toEqual([]);
    await screens.chooseAccount("BRAVO");
    await expect.poll(placeOf).toBe(behind - 1);
  });

  it("moves an own order by drag: asked in confirm mode, at once in one-click mode", async () => {
    const geometry = await screens.ladder.geometry();
    const start = Math.floor((geometry.bidTicks ?? 0) / geometry.tickStep - 2) * geometry.tickStep;
    const drag = async (from: number, to: number): Promise<void> => {
      const a = await place(geometry, from, "own");
      const b = await place(geometry, to, "own");
      await page.mouse.move(a.x - 10, a.y);
      // The tooltip names what the press would take hold of.
      await expect.poll(() => page.locator(testId("ladder")).getAttribute("title")).toMatch(/own buy 0\.02/);
      await page.mouse.down();
      await page.mouse.move(b.x - 10, b.y, { steps: 4 });
      await page.mouse.up();
    };
    const toggle = page.locator(testId("ladder-one-click"));
    if ((await toggle.getAttribute("aria-checked")) === "true") await toggle.click();
    await expect.poll(() => page.textContent(testId("ladder-mode"))).toMatch(/CONFIRM.*BRAVO/);
    await drag(start, start - 2 * geometry.tickStep);
    expect(await page.textContent(testId("ladder-move"))).toMatch(/Move buy 0\.02/);
    await page.keyboard.press("Escape");
    await page.waitForSelector(testId("ladder-move"), { state: "detached" });
    await screens.orders.waitFor({ account: "BRAVO", price: priceOf(start), status: "Working" });
    await drag(start, start - 2 * geometry.tickStep);
    await page.click(testId("ladder-move-yes"));
    await screens.orders.waitFor({ account: "BRAVO", price: priceOf(start - 2 * geometry.tickStep), status: "Working" });
    await arm();
    await drag(start - 2 * geometry.tickStep, start);
    await screens.orders.waitFor({ account: "BRAVO", price: priceOf(start), status: "Working" });
    // Where it would trade at once, one-click mode asks too.
    await drag(start, Math.ceil((geometry.askTicks ?? 0) / geometry.tickStep) * geometry.tickStep);
    expect(await page.textContent(testId("ladder-move"))).toMatch(/would trade at once/);
    await page.keyboard.press("Escape");
  });

  it("L3 its keys work after a dialog was opened and closed and the focus was elsewhere", async () => {
    await page.click('button:has-text("Cancel all")');
    await page.keyboard.press("Escape");
    await page.click(testId("ticket-quantity"));
    await arm();
    const ladder = page.locator(testId("ladder"));
    await ladder.focus();
    await page.keyboard.press("ArrowUp");
    for (let row = 0; row < 5; row += 1) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("3");
    expect(await page.textContent(testId("ladder-mode"))).toMatch(/ONE-CLICK/);
    await page.keyboard.press("b");
    const cursor = Number((await dataset("ladder"))["cursorTicks"]);
    await screens.orders.waitFor({ account: "BRAVO", price: priceOf(cursor), quantity: "0.05000", status: "Working" });
    await page.keyboard.press("Alt+ArrowDown");
    const { tickStep } = await screens.ladder.geometry();
    await screens.orders.waitFor({ account: "BRAVO", price: priceOf(cursor - tickStep), quantity: "0.05000", status: "Working" });
    await page.keyboard.press("Escape");
    await page.click(testId("ladder-cancel-buy"));
    await expect.poll(() => screens.orders.rows()).toEqual([]);
  });
});

describe("2 depth and heatmap", () => {
  it("D1 beside the mid the depth chart reads the true best bid and best ask", async () => {
    const { bidTicks, askTicks } = await screens.ladder.geometry();
    const box = await boxOf("depth-canvas");
    const read = async (x: number): Promise<string> => {
      await page.mouse.move(box.x + x, box.y + box.height / 2);
      return until("something is read", async () => {
        const text = await page.locator(`${testId("depth-readout")} [data-row="price"] .number`).textContent();
        return text === null || text === "" ? null : text.replaceAll("\u2009", "");
      });
    };
    expect(await read(box.width / 2 - 1)).toBe(priceOf(bidTicks ?? 0));
    expect(await read(box.width / 2 + 1)).toBe(priceOf(askTicks ?? 0));
    await page.mouse.click(box.x + box.width / 2 + 1, box.y + box.height / 2);
    await expect.poll(() => page.inputValue(testId("ticket-price"))).toBe(priceOf(askTicks ?? 0));
  });

  it("the heatmap holds the book's past, scrolls through it, and comes back to the newest", async () => {
    await screens.resumeMarket();
    await showTab("Heatmap");
    const columns = async (): Promise<number> => Number((await dataset("heatmap-body"))["columns"] ?? 0);
    // The host has kept the past since the start, and live looks follow it.
    const first = await until("the past has come", async () => ((await columns()) > 20 ? columns() : null));
    await until("live looks follow", async () => ((await columns()) > first + 3 ? true : null));
    expect(await isPainted("heatmap-canvas")).toBe(true);
    await page.screenshot({ path: join(pictures, "heatmap.png") });
    const box = await boxOf("heatmap-body");
    await page.click(testId("heatmap-span-60"));
    await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 3 + 120, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => (await dataset("heatmap-body"))["following"]).toBe("false");
    const whereNow = async (): Promise<string> => (await dataset("heatmap-body"))["toUs"] ?? "";
    // The drag's last steps may still be on their way to the screen: a further look has come since the place was read.
    const held = await until("the picture stands still", async () => {
      const [before, looks] = [await whereNow(), await columns()];
      await until("a further look has come", async () => ((await columns()) > looks ? true : null));
      return (await whereNow()) === before ? before : null;
    });
    await until("more has come", async () => ((await columns()) > first + 6 ? true : null));
    expect((await dataset("heatmap-body"))["toUs"]).toBe(held);
    // How far back the past goes depends on how long the clock ran fast: the pointer looks for it, from the newest on.
    let share = 0.95;
    await until("the readout tells a size of the past", async () => {
      share = share < 0.1 ? 0.95 : share - 0.05;
      await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
      return /size/.test((await page.textContent(testId("heatmap-readout"))) ?? "") ? true : null;
    });
    await page.click(testId("heatmap-follow"));
    await expect.poll(async () => (await dataset("heatmap-body"))["following"]).toBe("true");
  });

  it("a click in the heatmap prices the ticket", async () => {
    const box = await boxOf("heatmap-body");
    await page.fill(testId("ticket-price"), "");
    await page.mouse.click(box.x + box.width / 3, box.y + box.height * 0.85);
    await expect.poll(async () => Number(await page.inputValue(testId("ticket-price")))).toBeGreaterThan(1_000);
  });

  it("D2 another instrument shows nothing of the former one, in any panel", async () => {
    await page
      .locator(`${testId("watchlist")} >> text=ETH/USD`)
      .first()
      .click();
    await expect.poll(async () => (await dataset("ladder"))["symbol"]).toBe("ETH/USD");
    const { bidTicks, askTicks, symbol } = await screens.ladder.geometry();
    expect(symbol).toBe("ETH/USD");
    // Bitcoin is twenty times dearer.
    expect(bidTicks).toBeLessThan(1_000_000);
    expect(askTicks).toBeLessThan(1_000_000);
    expect(await page.textContent(testId("depth"))).toMatch(/ETH\/USD.*Mid 3/);
    expect((await dataset("heatmap-body"))["symbol"]).toBe("ETH/USD");
    await until("the heatmap shows the other book", async () => (Number((await dataset("heatmap-body"))["columns"]) > 3 ? true : null));
    await page
      .locator(`${testId("watchlist")} >> text=BTC/USD`)
      .first()
      .click();
    await expect.poll(async () => (await dataset("ladder"))["symbol"]).toBe("BTC/USD");
  });
});

describe("3 chart", () => {
  it("calculates indicators over the candles and in panes of their own", async () => {
    await showTab("Chart");
    await page.click(testId("chart-indicators"));
    for (const id of ["ema", "bollinger", "rsi", "macd"]) await page.check(testId(`chart-indicator-${id}`));
    await page.keyboard.press("Escape");
    const readings = await until("every indicator has a number", async () => {
      const text = (await page.textContent(testId("chart-readings"))) ?? "";
      return /EMA 20.*\d.*Bollinger 20.*\d.*RSI 14.*\d.*MACD 12.*\d/.test(text) ? text : null;
    });
    expect(readings).not.toMatch(/NaN|undefined/);
    await page.screenshot({ path: join(pictures, "chart-indicators.png") });
  });

  it("draws levels and trend lines that stay with the instrument, and an alert that tells once", async () => {
    const box = await boxOf("chart-host");
    await page.click(testId("chart-tool-level"));
    await page.mouse.click(box.x + 300, box.y + 150);
    await page.click(testId("chart-tool-trend"));
    await page.mouse.click(box.x + 200, box.y + 120);
    await page.mouse.move(box.x + 400, box.y + 90, { steps: 3 });
    await page.mouse.click(box.x + 420, box.y + 80);
    await expect.poll(async () => (await dataset("chart-host"))["drawings"]).toBe("2");
    await page.click(testId("chart-tool-alert"));
    await page.mouse.click(box.x + 500, box.y + 40);
    await expect.poll(async () => (await dataset("chart-host"))["drawings"]).toBe("3");
    await page
      .locator(`${testId("watchlist")} >> text=ETH/USD`)
      .first()
      .click();
    await expect.poll(async () => (await dataset("chart-host"))["drawings"]).toBe("0");
    await page
      .locator(`${testId("watchlist")} >> text=BTC/USD`)
      .first()
      .click();
    await expect.poll(async () => (await dataset("chart-host"))["drawings"]).toBe("3");
  });

  it("moves an own order by dragging its line, once it was asked", async () => {
    await screens.chooseAccount("ALPHA");
    await page.click(testId("ladder-size-1"));
    await page.click(testId("chart-interval-1h"));
    await expect.poll(async () => Number((await dataset("chart-host"))["bars"])).toBeGreaterThan(10);
    await arm();
    await screens.pauseMarket();
    await page.click(testId("ladder-centre"));
    const { bidTicks, tickStep } = await screens.ladder.geometry();
    // Close to the market, and bars of an hour: the chart's scale fits the candles, and their range holds the order.
    const ticks = (Math.floor((bidTicks ?? 0) / tickStep) - 1) * tickStep;
    await screens.ladder.click(ticks, "bid");
    await screens.orders.waitFor({ account: "ALPHA", price: priceOf(ticks), status: "Working" });
    const box = await boxOf("chart-host");
    // The scale may still make room for the new line: the pointer follows it until it has hold of it.
    const line = await until("the line is under the pointer", async () => {
      const { lines = "" } = await dataset("chart-host");
      const found = new RegExp(`limitbuy${ticks}@([\\d.]+)`).exec(lines);
      if (found === null) return null;
      const y = Number(found[1]);
      await page.mouse.move(box.x + 200, box.y + y);
      const { over, lines: now } = await dataset("chart-host");
      return over === "grip" && now === lines ? y : null;
    });
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + line + 12, { steps: 4 });
    await page.mouse.up();
    expect(await page.textContent(testId("chart-move"))).toMatch(/Move buy 0\.01 to/);
    await page.click(testId("chart-move-yes"));
    await until("the order stands lower", async () => {
      const [row] = await screens.orders.rows();
      return row !== undefined && Number(row["price"]) < ticks / 100 ? true : null;
    });
    await page.click(testId("ladder-cancel-buy"));
    await expect.poll(() => screens.orders.rows()).toEqual([]);
    await screens.resumeMarket();
  });

  it("C1 tells of own orders beyond its price scale at the edge where they lie, and holds all of them when asked", async () => {
    await screens.line("buy 0.01 btcusd @ 30000 acct ALPHA");
    const edge = page.locator(testId("chart-below"));
    await expect.poll(() => edge.textContent()).toBe("▼ Buy 0.01 @ 30\u2009000.00");
    const height = (await boxOf("chart-host")).height;
    const heightOf = async (): Promise<number> =>
      Number(/limitbuy3000000@([\d.-]+)/.exec((await dataset("chart-host"))["lines"] ?? "")?.[1]);
    await edge.click();
    await edge.waitFor({ state: "detached" });
    await until("the order is on the scale", async () => ((await heightOf()) < height ? true : null));
    await page.click(testId("chart-auto"));
    await edge.waitFor();
    await screens.line("cancel all btcusd acct ALPHA");
    await page.click(testId("cancel-confirm"));
    await edge.waitFor({ state: "detached" });
  });

  it("shows weeks and months, and another instrument in per cent", async () => {
    for (const name of ["1W", "1M", "1m"]) {
      await page.click(testId(`chart-interval-${name}`));
      await expect.poll(async () => (await dataset("chart-host"))["interval"]).toBe(name);
      await expect.poll(async () => Number((await dataset("chart-host"))["bars"])).toBeGreaterThan(0);
    }
    await page.selectOption(testId("chart-compare"), "ETH/USD");
    await expect.poll(async () => Number((await dataset("chart-host"))["compared"])).toBeGreaterThan(10);
    await page.selectOption(testId("chart-compare"), "");
  });

  it("saves a picture that says mode and venue", async () => {
    const file = join(terminal.dataFolder, "chart.png");
    await terminal.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, file);
    await page.click(testId("chart-png"));
    const bytes = await until("the picture is saved", () => {
      try {
        const read = readFileSync(file);
        return read.length > 1_000 ? read : null;
      } catch {
        return null;
      }
    });
    expect(bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
    const { width, height } = await boxOf("chart-host");
    expect(bytes.readUInt32BE(16)).toBeGreaterThanOrEqual(Math.floor(width) - 2);
    expect(bytes.readUInt32BE(20)).toBeGreaterThanOrEqual(Math.floor(height) + 22);
  });
});

describe("4 footprint and tape", () => {
  it("the footprint's volume is what the tape has traded", async () => {
    await screens.pauseMarket();
    await showTab("Footprint");
    const volume = await until("the footprint has summed up trades", async () => {
      const sum = Number((await dataset("footprint-body"))["volume"] ?? 0);
      return sum > 0 ? sum : null;
    });
    expect(Number((await dataset("footprint-body"))["bars"])).toBeGreaterThan(0);
    expect(Math.abs(Number((await dataset("footprint-body"))["cumulative"]))).toBeLessThanOrEqual(volume);
    expect(await isPainted("footprint-canvas")).toBe(true);
    expect(await page.textContent(testId("footprint-read"))).toMatch(/Vol .*Δ .*ΣΔ/);
    await page.screenshot({ path: join(pictures, "footprint.png") });
    for (const length of ["15s", "5m"]) {
      await page.click(testId(`footprint-bar-${length}`));
      await expect.poll(async () => Number((await dataset("footprint-body"))["volume"])).toBe(volume);
    }
  });

  it("the tape sums up by order and leaves out what is small", async () => {
    const rows = async (): Promise<number> => Number((await dataset("tape-canvas"))["rows"]);
    const all = await rows();
    await page.click(testId("tape-by-order"));
    const byOrder = await until("the tape was painted anew", async () => ((await rows()) <= all ? rows() : null));
    expect(byOrder).toBeGreaterThan(0);
    await page.selectOption(testId("tape-least"), { index: 4 });
    await expect.poll(rows).toBeLessThan(byOrder);
    await page.selectOption(testId("tape-least"), { index: 0 });
    await page.click(testId("tape-by-order"));
    await expect.poll(rows).toBe(all);
  });
});
