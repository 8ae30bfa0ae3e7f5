import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FaultsScreen } from "./support/faults.ts";
import { hashAt, openingTotals, readJournal } from "./support/journal.ts";
import { screensOf, type Row, type Screens } from "./support/screens.ts";
import { Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

/**
 * What no terminal may get wrong about orders and money, while commits take long, lines are cut and engines die. One window whose market
 * rests; each test begins with no order open and ends so.
 */
let terminal: Terminal;
let page: Page;
let screens: Screens;
let faults: FaultsScreen;
/** Between best bid and best ask, where nobody else stands; BTC/USD has ticks of a cent. */
let inside: number;

beforeAll(async () => {
  terminal = await Terminal.open();
  page = terminal.page;
  screens = screensOf(page);
  faults = new FaultsScreen(page);
  await until("somebody has traded", async () => ((await page.textContent(testId("tape-last"))) ? true : null), 60_000);
  await screens.pauseMarket();
  await faults.show();
  await screens.chooseAccount("all");
  await screens.orders.showOrders("all");
  const { bidTicks, askTicks } = await screens.ladder.geometry();
  inside = Math.floor(((bidTicks ?? 0) + (askTicks ?? 0)) / 2);
});
afterAll(() => terminal.dispose());

const testId = (name: string): string => `[data-testid="${name}"]`;
const priceOf = (ticks: number): string => (ticks / 100).toFixed(2);

/** From here on every commit waits: orders are decided meanwhile, and nobody may be told yet. */
const holdCommits = (): Promise<void> => faults.switchOn({ kind: "slowFsync", ms: "2500" });

const number = (row: Row, column: string): number => Number(row[column] ?? "0") || 0;
const sum = (rows: readonly Row[], column: string): number => rows.reduce((total, row) => total + number(row, column), 0);

/** Orders whose quantity is one that no other test used. */
async function ordersOf(...quantities: readonly string[]): Promise<readonly Row[]> {
  return (await screens.orders.rows()).filter((row) => quantities.includes(row["quantity"] ?? ""));
}

/** Waits until every one of these orders is told to be on its way, and none has been answered. */
async function allSending(...quantities: readonly string[]): Promise<void> {
  await until("the orders are on their way", async () => {
    const rows = await ordersOf(...quantities);
    return rows.length === quantities.length && rows.every(({ status }) => status === "Sending") ? true : null;
  });
}

describe("L4 an order on its way", () => {
  it("L4 is in ladder and blotter one frame after the click, and what the engine made of it in the frame that tells", async () => {
    await screens.chooseAccount("ALPHA");
    await screens.orders.showOrders("open");
    await holdCommits();
    await screens.ladder.armOneClick();
    // The page looks at itself in every frame: from out here a frame could be missed.
    await page.evaluate(() => {
      const frames: { readonly shown: number; readonly ladder: boolean; readonly row: string }[] = [];
      Reflect.set(window, "frames", frames);
      const ladder = document.querySelector<HTMLElement>('[data-testid="ladder"]');
      const look = (): void => {
        frames.push({
          shown: Number(document.documentElement.dataset["shownSeq"]),
          ladder: ladder?.dataset["queues"]?.includes("buy@") === true,
          row: document.querySelector('[data-testid="grid-orders"] .ag-row [col-id="status"]')?.textContent ?? "",
        });
        if (frames.at(-1)?.row !== "Working") requestAnimationFrame(() => setTimeout(look));
      };
      // Behind the painters of each frame.
      ladder?.addEventListener("pointerup", () => requestAnimationFrame(() => setTimeout(look)), { capture: true, once: true });
    });
    await screens.ladder.clickBelowBid(3);
    const working = await screens.orders.waitFor({ account: "ALPHA", status: "Working" });
    await faults.allOff();
    const frames = (await page.evaluate(() => Reflect.get(window, "frames") as unknown)) as readonly {
      readonly shown: number;
      readonly ladder: boolean;
      readonly row: string;
    }[];
    // The click is handled between two frames; the first look stands behind the first of them.
    expect(frames.findIndex(({ ladder }) => ladder)).toBeLessThanOrEqual(1);
    expect(frames.findIndex(({ row }) => row === "Sending")).toBeLessThanOrEqual(1);
    expect(frames.filter(({ row }) => row === "Sending").length).toBeGreaterThan(10);
    const seq = Number(working.rowId);
    const told = frames.findIndex(({ shown }) => shown >= seq);
    const reconciled = frames.findIndex(({ row }) => row === "Working");
    expect(reconciled - told).toBeLessThanOrEqual(1);
    await screens.orders.clickCell(working, "cancel");
    await expect.poll(() => screens.orders.rows()).toEqual([]);
    await screens.chooseAccount("all");
    await screens.orders.showOrders("all");
  });
});

describe("S2 liquidity", () => {
  it("S2 is consumed once by two orders that were sent for the same of it", async () => {
    await screens.line(`sell 0.0501 btcusd @ ${priceOf(inside)} acct ALPHA`);
    const resting = await screens.orders.waitFor({ account: "ALPHA", quantity: "0.05010", status: "Working" });
    await holdCommits();
    await screens.line(`buy 0.0402 btcusd @ ${priceOf(inside)} ioc acct BRAVO`);
    await screens.line(`buy 0.0403 btcusd @ ${priceOf(inside)} ioc acct CHARLIE`);
    await allSending("0.04020", "0.04030");
    await faults.allOff();
    await screens.orders.waitFor({ rowId: resting.rowId, status: "Filled" });
    const takers = await until("both are answered", async () => {
      const rows = await ordersOf("0.04020", "0.04030");
      return rows.every(({ status }) => status !== "Sending") ? rows : null;
    });
    expect(takers.map((row) => number(row, "filled")).toSorted((a, b) => a - b)).toEqual([0.0099, 0.0402]);
    await screens.fills.show();
    await expect.poll(async () => (await screens.fills.rows()).length).toBe(4);
    const fills = await screens.fills.rows();
    const side = (word: string): readonly Row[] => fills.filter((row) => row["side"]?.includes(word));
    expect(sum(side("Buy"), "quantity")).toBeCloseTo(0.0501, 9);
    expect(sum(side("Sell"), "quantity")).toBeCloseTo(0.0501, 9);
    await screens.orders.show();
  });
});

describe("S3 fills that meet what is under way", () => {
  it("S3 a fill before an amendment that was sent without knowing of it stays a fill, and the rest is amended", async () => {
    await screens.line(`buy 0.0504 btcusd @ ${priceOf(inside)} acct ALPHA`);
    const resting = await screens.orders.waitFor({ account: "ALPHA", quantity: "0.05040", status: "Working" });
    await holdCommits();
    await screens.line(`sell 0.0205 btcusd @ ${priceOf(inside)} ioc acct BRAVO`);
    await allSending("0.02050");
    const lower = priceOf(inside - 1);
    await page.dblclick(`${testId("grid-orders")} .ag-row[row-id="${resting.rowId}"] [col-id="price"]`);
    await page.locator(`${testId("grid-orders")} .ag-cell-inline-editing input`).fill(lower);
    await page.keyboard.press("Enter");
    // It was sent in ignorance: the fill is not told yet.
    expect((await ordersOf("0.02050")).map(({ status }) => status)).toEqual(["Sending"]);
    await faults.allOff();
    const amended = await screens.orders.waitFor({ rowId: resting.rowId, price: lower, filled: "0.02050" });
    expect(amended["status"]).toMatch(/^Partial/);
    expect(amended["quantity"]).toBe("0.05040");
  });

  it("S3 a fill before a cancel that was sent without knowing of it stays a fill; the cancel is refused and leaves no mark", async () => {
    const lower = priceOf(inside - 1);
    const resting = await screens.orders.waitFor({ quantity: "0.05040", price: lower });
    await holdCommits();
    await screens.line(`sell 0.0299 btcusd @ ${lower} ioc acct BRAVO`);
    await allSending("0.02990");
    await screens.orders.clickCell(resting, "cancel");
    await screens.orders.waitFor({ rowId: resting.rowId, status: "Cancelling" });
    expect((await ordersOf("0.02990")).map(({ status }) => status)).toEqual(["Sending"]);
    await faults.allOff();
    await screens.orders.waitFor({ rowId: resting.rowId, status: "Filled", filled: "0.05040" });
    await screens.orders.waitFor({ quantity: "0.02990", status: "Filled" });
  });
});

describe("S4 a cut line", () => {
  it("S4 in the middle of a burst of fills loses none and doubles none", async () => {
    const quantities = ["0.0106", "0.0107", "0.0108", "0.0109"];
    for (const [place, quantity] of quantities.entries())
      await screens.line(`buy ${quantity} btcusd @ ${priceOf(inside - place)} acct ALPHA`);
    const shown = quantities.map((quantity) => `${quantity}0`);
    await until("all work", async () => {
      const rows = await ordersOf(...shown);
      return rows.length === 4 && rows.every(({ status }) => status === "Working") ? true : null;
    });
    await screens.fills.show();
    // Of the rows themselves only those in sight are drawn.
    const count = async (): Promise<number> =>
      Number((await page.textContent(`${testId("blotter-fills")} .blotter-count`))?.replace(/\D/g, ""));
    const before = await count();
    await screens.orders.show();
    await holdCommits();
    await screens.line(`sell 0.043 btcusd @ ${priceOf(inside - 3)} ioc acct BRAVO`);
    await allSending("0.04300");
    // The fills are decided and wait for the disk; the line goes before they are told.
    await faults.switchOn({ kind: "disconnect", times: "1", cancel: "false" }).catch(() => undefined);
    await page.waitForSelector(`${testId("message")}[data-code="LINE_CUT"], ${testId("toast")}:has-text("line")`, { state: "attached" });
    await faults.allOff();
    await until("all are filled", async () => {
      const rows = await ordersOf(...shown, "0.04300");
      return rows.length === 5 && rows.every(({ status }) => status === "Filled") ? true : null;
    });
    await screens.fills.show();
    await expect.poll(count).toBe(before + 8);
    const fills = (await screens.fills.rows()).filter(({ quantity }) => shown.includes(quantity ?? ""));
    expect(fills.map(({ account, quantity }) => `${account} ${quantity}`).toSorted()).toEqual(
      ["ALPHA", "BRAVO"].flatMap((account) => shown.map((quantity) => `${account} ${quantity}`)),
    );
    await screens.orders.show();
  });
});

describe("S5 a death in the middle of a commit", () => {
  it("S5 leads to the state that the rows on disk say, and to nothing that was told and is gone", async () => {
    const told = await screens.orders.rows();
    await holdCommits();
    await screens.line(`buy 0.0211 btcusd @ ${priceOf(inside)} acct ALPHA`);
    await allSending("0.02110");
    await terminal.killEngine();
    const [, seq, hash] = [...terminal.log().matchAll(/Engine ready at sequence (\d+), state ([0-9a-f]{64})/g)].at(-1) ?? [];
    expect(hashAt(terminal.dataFolder, Number(seq))).toBe(hash);
    const now = await until("nothing is unknown any more", async () => {
      const rows = await screens.orders.rows();
      return rows.length >= told.length && rows.every(({ status }) => status !== "Sending" && status !== "Unknown") ? rows : null;
    });
    // The one that was under way is there whole or not at all.
    expect(now.filter(({ quantity }) => quantity !== "0.02110")).toEqual(told);
    expect(now.filter(({ quantity }) => quantity === "0.02110").every(({ status }) => status === "Working")).toBe(true);
  });
});

describe("S1 the sum of all money", () => {
  it("S1 is what it was in the beginning less what the venue took in fees, for every asset and to the last unit", async () => {
    await terminal.quit();
    const { totals, fees, clients } = await readJournal(terminal.dataFolder);
    const opening = openingTotals();
    expect(totals).toEqual(opening);
    for (const [asset, given] of Object.entries(opening)) expect(clients[asset], asset).toBe(given - (fees[asset] ?? 0n));
    expect(fees["USD"]).toBeGreaterThan(0n);
  });
});
