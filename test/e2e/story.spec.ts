import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openingTotals, readJournal } from "./support/journal.ts";
import { screensOf, type LadderGeometry, type Row, type Screens } from "./support/screens.ts";
import { Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

/** One day at the desk, told in order: each test goes on where the one before ended. */
let terminal: Terminal;
let screens: Screens;
beforeAll(async () => {
  terminal = await Terminal.open();
  screens = screensOf(terminal.page);
});
afterAll(() => terminal.dispose());

/** BTC/USD has ticks of a cent. */
const priceOf = (ticks: number): string => (ticks / 100).toFixed(2);

describe("a day at the desk", () => {
  let market: LadderGeometry;
  let resting: Row;
  let inside: number;

  it("begins on a market that moves by itself", async () => {
    const first = await screens.ladder.geometry();
    expect(first.symbol).toBe("BTC/USD");
    expect(first.bidTicks).toBeLessThan(first.askTicks ?? 0);
    const seq = await terminal.page.textContent('[data-testid="status-seq"]');
    await until("the market has moved", async () => {
      const now = await screens.ladder.geometry();
      const moved = now.bidTicks !== first.bidTicks || now.askTicks !== first.askTicks;
      return moved && (await terminal.page.textContent('[data-testid="status-seq"]')) !== seq ? true : null;
    });
    await until("somebody has traded", async () => ((await terminal.page.textContent('[data-testid="tape-last"]')) ? true : null), 60_000);
    await screens.pauseMarket();
    market = await screens.ladder.geometry();
  });

  it("turns a click in the ladder into a working order of the chosen account", async () => {
    await screens.chooseAccount("ALPHA");
    await screens.ladder.armOneClick();
    const ticks = Math.floor(((market.bidTicks ?? 0) - 2 * market.tickStep) / market.tickStep) * market.tickStep;
    await screens.ladder.click(ticks, "bid");
    resting = await screens.orders.waitFor({ account: "ALPHA", side: "▲ Buy", price: priceOf(ticks), status: "Working" });
    expect(resting).toMatchObject({ instrument: "BTC/USD", quantity: "0.01000", filled: "–", type: "Limit GTC" });
    expect(await screens.orders.rows()).toHaveLength(1);
    await screens.chooseAccount("BRAVO");
    await expect.poll(() => screens.orders.rows()).toEqual([]);
  });

  it("holds the money of a resting order, and gives it back when it is cancelled", async () => {
    await screens.chooseAccount("ALPHA");
    await screens.balances.show();
    const held = (row: Row): number => Number(row["held"]);
    const during = await screens.balances.waitFor({ account: "ALPHA", asset: "USD" });
    expect(held(during)).toBeGreaterThan(0);
    await screens.orders.show();
    await screens.orders.clickCell(resting, "cancel");
    await expect.poll(() => screens.orders.rows()).toEqual([]);
    await screens.orders.showOrders("all");
    await screens.orders.waitFor({ rowId: resting.rowId, status: "Cancelled" });
    await screens.balances.show();
    await expect.poll(async () => held(await screens.balances.waitFor({ account: "ALPHA", asset: "USD" }))).toBe(0);
    await screens.orders.show();
  });

  it("fills an order in parts against another account's orders", async () => {
    const { bidTicks, askTicks } = await screens.ladder.geometry();
    // Between best bid and best ask nobody else stands.
    inside = Math.floor(((bidTicks ?? 0) + (askTicks ?? 0)) / 2);
    expect(inside).toBeGreaterThan(bidTicks ?? 0);
    expect(inside).toBeLessThan(askTicks ?? 0);
    expect(await screens.ticket.send({ side: "buy", quantity: "0.05", price: priceOf(inside) })).toMatch(/working/);
    await screens.chooseAccount("BRAVO");
    expect(await screens.ticket.send({ side: "sell", quantity: "0.02", price: priceOf(inside), timeInForce: "ioc" })).toMatch(
      /filled 0\.02 of 0\.02/,
    );
    await screens.chooseAccount("all");
    const partial = await screens.orders.waitFor({ account: "ALPHA", price: priceOf(inside), filled: "0.02000" });
    expect(partial["status"]).toMatch(/^Partial/);
    await screens.orders.waitFor({ account: "BRAVO", side: "▼ Sell", status: "Filled", quantity: "0.02000" });
    await screens.fills.show();
    await screens.fills.waitFor({ account: "ALPHA", side: "▲ Buy", quantity: "0.02000", price: priceOf(inside) });
    await screens.fills.waitFor({ account: "BRAVO", side: "▼ Sell", quantity: "0.02000", price: priceOf(inside) });
    await screens.orders.show();
  });

  it("says why an order is denied, and changes nothing", async () => {
    await screens.chooseAccount("BRAVO");
    await screens.balances.show();
    const before = await until("only this account is shown", async () => {
      const rows = await screens.balances.rows();
      return rows.length > 0 && rows.every(({ account }) => account === "BRAVO") ? rows : null;
    });
    // BRAVO has 8 BTC to sell, and 750 000 USD to buy with.
    expect(await screens.ticket.send({ side: "sell", quantity: "9", price: priceOf(inside), timeInForce: "gtc" })).toMatch(
      /Denied: .*available/,
    );
    expect(await screens.ticket.send({ side: "buy", quantity: "10", price: priceOf(Math.floor(inside * 1.3)) })).toMatch(
      /Denied: .*outside the band/,
    );
    await screens.balances.show();
    expect(await screens.balances.rows()).toEqual(before);
    await screens.orders.show();
  });

  it("survives the death of the engine without losing or doubling anything", async () => {
    await screens.chooseAccount("all");
    const before = await until("the orders of all accounts are shown", async () => {
      const rows = await screens.orders.rows();
      return rows.length >= 5 ? rows : null;
    });
    await terminal.killEngine();
    // The participants rested, and still do (JR-40): nothing else may have touched these orders.
    await terminal.page.waitForSelector('[data-testid="market-running"][data-running="false"]');
    await expect.poll(() => screens.orders.rows()).toEqual(before);
  });

  it("is exactly where it was after the terminal was ended and started again", async () => {
    await screens.chooseAccount("all");
    const before = await picture(screens);
    expect(before.fills).toHaveLength(2);
    expect(before.positions.length).toBeGreaterThanOrEqual(2);
    await terminal.quit();
    const onDisk = await readJournal(terminal.dataFolder);
    terminal = await Terminal.open({ dataFolder: terminal.dataFolder });
    screens = screensOf(terminal.page);
    await screens.chooseAccount("all");
    await screens.orders.showOrders("all");
    expect(await picture(screens)).toEqual(before);
    const ready = /Engine ready at sequence (\d+), state ([0-9a-f]{64})/g;
    const [, seq, hash] = [...terminal.log().matchAll(ready)].at(-1) ?? [];
    expect({ lastSeq: Number(seq), hash }).toEqual({ lastSeq: onDisk.lastSeq, hash: onDisk.hash });
  });

  it("ends with every asset's sum over all accounts as it was in the beginning, to the last unit", async () => {
    await terminal.quit();
    const { totals } = await readJournal(terminal.dataFolder);
    expect(totals).toEqual(openingTotals());
    expect(readFileSync(join(terminal.dataFolder, "engine.log"), "utf8")).not.toMatch(/ error /);
  });
});

/** Everything that the blotters show, tab by tab. */
async function picture({
  orders,
  fills,
  balances,
  positions,
}: Screens): Promise<Record<"orders" | "fills" | "balances" | "positions", readonly Row[]>> {
  await orders.show();
  await orders.waitFor({ account: "ALPHA", status: "Partial 40%" });
  const seen = {
    orders: await orders.rows(),
    fills: [] as readonly Row[],
    balances: [] as readonly Row[],
    positions: [] as readonly Row[],
  };
  await fills.show();
  seen.fills = await until("fills are shown", async () => orNull(await fills.rows()));
  await balances.show();
  seen.balances = await until("balances are shown", async () => orNull(await balances.rows()));
  await positions.show();
  seen.positions = await until("positions are shown", async () => orNull(await positions.rows()));
  await orders.show();
  return seen;
}

function orNull(rows: readonly Row[]): readonly Row[] | null {
  return rows.length === 0 ? null : rows;
}
