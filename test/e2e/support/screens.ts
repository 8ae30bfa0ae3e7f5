import type { Locator, Page } from "playwright";
import { until } from "./until.ts";

const testId = (name: string): string => `[data-testid="${name}"]`;

/** The page's panels, driven as a person drives them: by pointer and keyboard alone. */
export function screensOf(page: Page): Screens {
  return {
    ladder: new LadderScreen(page),
    ticket: new TicketScreen(page),
    orders: new BlotterScreen(page, "orders"),
    fills: new BlotterScreen(page, "fills"),
    balances: new BlotterScreen(page, "balances"),
    positions: new BlotterScreen(page, "positions"),
    chooseAccount: (code) => chooseAccount(page, code),
    line: (text) => sendLine(page, text),
    pauseMarket: () => pauseMarket(page),
    resumeMarket: () => resumeMarket(page),
    shownSeq: () => shownSeq(page),
  };
}

export type Screens = {
  readonly ladder: LadderScreen;
  readonly ticket: TicketScreen;
  readonly orders: BlotterScreen;
  readonly fills: BlotterScreen;
  readonly balances: BlotterScreen;
  readonly positions: BlotterScreen;
  /** An account's code, or "all". */
  readonly chooseAccount: (code: string) => Promise<void>;
  /** Sends what a line says, such as "buy 2 btcusd @ 65010 acct ALPHA", from the command line. */
  readonly line: (text: string) => Promise<void>;
  /** Has the simulated participants rest, if they do not yet, and waits until the page shows where that left the venue. */
  readonly pauseMarket: () => Promise<void>;
  /** Has the simulated participants trade, if they do not yet. */
  readonly resumeMarket: () => Promise<void>;
  /** The sequence that everything drawn stands at, once what has come until now is drawn. */
  readonly shownSeq: () => Promise<number>;
};

async function chooseAccount(page: Page, code: string): Promise<void> {
  const account = page.locator(testId("account-switch"));
  const label = code === "all" ? "All accounts" : await account.locator("option", { hasText: `${code} ·` }).textContent();
  await account.selectOption({ label: label ?? "" });
}

async function sendLine(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.fill(testId("palette-input"), text);
  await page.waitForSelector(`${testId("palette-says")}[data-ready="true"]`);
  await page.keyboard.press("Enter");
  await page.waitForSelector(testId("palette"), { state: "detached" });
}

/** The product says that the market rests when everything it sent is decided (JR-40); then the page has to have caught up with that. */
async function pauseMarket(page: Page): Promise<void> {
  if (await isMarketRunning(page)) await page.click(testId("market-running"));
  await page.waitForFunction(() => {
    const { market, shownSeq: shown, dueSeq: due } = document.documentElement.dataset;
    return market === "rests" && Number(shown) >= Number(due);
  });
  await page.waitForSelector(`${testId("market-running")}[data-running="false"]`);
}

async function resumeMarket(page: Page): Promise<void> {
  if (!(await isMarketRunning(page))) await page.click(testId("market-running"));
  await page.waitForSelector(`${testId("market-running")}[data-running="true"]`);
}

async function isMarketRunning(page: Page): Promise<boolean> {
  return (await page.getAttribute(testId("market-running"), "data-running")) === "true";
}

/** The sequence that everything drawn stands at, once what has come until now is drawn. */
function shownSeq(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        // What came before this is painted in the first; the page says so behind its painters.
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(Number(document.documentElement.dataset["shownSeq"]))));
      }),
  );
}

type LadderColumn = "own" | "bid" | "ask";

export type LadderGeometry = {
  readonly symbol: string;
  readonly topTicks: number;
  readonly tickStep: number;
  readonly rowHeight: number;
  readonly rows: number;
  readonly bidTicks: number | null;
  readonly askTicks: number | null;
  /** Left edges of own, bid, price and ask, and the right edge of ask, in CSS pixels. */
  readonly columns: readonly number[];
};

class LadderScreen {
  readonly #canvas: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.#canvas = page.locator(testId("ladder"));
  }

  /** Where things are on the canvas, once the ladder shows a market and has painted what came or was done until now. */
  async geometry(): Promise<LadderGeometry> {
    await shownSeq(this.#page);
    const data = await until("the ladder shows a market", async () => {
      const set = await this.#canvas.evaluate(
        (canvas) => Object.assign({}, (canvas as HTMLCanvasElement).dataset) as Record<string, string>,
      );
      return set["bidTicks"] && set["askTicks"] && set["tickStep"] !== "0" ? set : null;
    });
    const number = (name: string): number => Number(data[name]);
    return {
      symbol: data["symbol"] ?? "",
      topTicks: number("topTicks"),
      tickStep: number("tickStep"),
      rowHeight: number("rowHeight"),
      rows: number("rows"),
      bidTicks: data["bidTicks"] ? number("bidTicks") : null,
      askTicks: data["askTicks"] ? number("askTicks") : null,
      columns: (data["columns"] ?? "").split(",").map(Number),
    };
  }

  /** Lets clicks send orders at once. */
  async armOneClick(): Promise<void> {
    const toggle = this.#page.locator(testId("ladder-one-click"));
    if ((await toggle.getAttribute("aria-checked")) !== "true") await toggle.click();
  }

  /** Clicks into the row of this price. */
  async click(ticks: number, column: LadderColumn): Promise<void> {
    await this.#clickRow(await this.geometry(), ticks, column);
  }

  /** Clicks so many rows below the best bid, on a market and a ladder that may still be moving; returns the row's price. */
  async clickBelowBid(rows: number): Promise<number> {
    // Under the pointer the rows stand still.
    await this.#canvas.hover();
    const geometry = await this.geometry();
    const { bidTicks, tickStep } = geometry;
    const ticks = (Math.floor((bidTicks ?? 0) / tickStep) - rows) * tickStep;
    await this.#clickRow(geometry, ticks, "bid");
    return ticks;
  }

  async #clickRow({ topTicks, tickStep, rowHeight, rows, columns }: LadderGeometry, ticks: number, column: LadderColumn): Promise<void> {
    const row = (topTicks - ticks) / tickStep;
    if (!Number.isInteger(row) || row < 0 || row >= rows) throw new Error(`No row shows ${ticks} ticks.`);
    const [own = 0, bid = 0, price = 0, ask = 0, right = 0] = columns;
    const [from, to] = column === "own" ? [own, bid] : column === "bid" ? [bid, price] : [ask, right];
    await this.#canvas.click({ position: { x: Math.round((from + to) / 2), y: (row + 0.5) * rowHeight } });
  }
}

class TicketScreen {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Fills in and sends an order; returns the words that the ticket has for its fate once the engine has answered. */
  async send(order: {
    readonly side: "buy" | "sell";
    readonly quantity: string;
    readonly price?: string;
    readonly type?: "limit" | "market";
    readonly timeInForce?: "gtc" | "ioc" | "fok";
  }): Promise<string> {
    const page = this.#page;
    await page.click(testId(`ticket-side-${order.side}`));
    await page.selectOption(testId("ticket-type"), order.type ?? "limit");
    if (order.timeInForce !== undefined) await page.selectOption(testId("ticket-tif"), order.timeInForce);
    await page.fill(testId("ticket-quantity"), order.quantity);
    if (order.price !== undefined) await page.fill(testId("ticket-price"), order.price);
    const before = await this.state();
    await page.click(testId("ticket-submit"));
    return until("the engine has answered", async () => {
      const now = await this.state();
      return now === before || now === "" || /Sending|acknowledged/.test(now) ? null : now;
    });
  }

  async state(): Promise<string> {
    return (await this.#page.textContent(testId("ticket-state"))) ?? "";
  }
}

export type Row = Readonly<Record<string, string>> & { readonly rowId: string };

class BlotterScreen {
  readonly #page: Page;
  readonly #name: string;

  constructor(page: Page, name: string) {
    this.#page = page;
    this.#name = name;
  }

  /** Brings the blotter's tab to the front. */
  async show(): Promise<void> {
    const tabs = { orders: "Orders", fills: "Fills", balances: "Balances", positions: "Positions" } as const;
    const label = Object.entries(tabs).find(([name]) => name === this.#name)?.[1] ?? this.#name;
    await this.#page.locator(".flexlayout__tab_button", { hasText: label }).first().click();
    await this.#page.waitForSelector(`${testId(`blotter-${this.#name}`)} ${testId(`grid-${this.#name}`)}`, { state: "visible" });
  }

  /** The rows in sight from top to bottom, cells by column id. */
  rows(): Promise<readonly Row[]> {
    return this.#page.locator(testId(`grid-${this.#name}`)).evaluate((grid) => {
      const rows = new Map<string, { top: number; cells: Record<string, string> & { rowId: string } }>();
      for (const element of grid.querySelectorAll<HTMLElement>(".ag-row[row-id]")) {
        const rowId = element.getAttribute("row-id") ?? "";
        // Pinned and scrolling columns of a row are elements of their own.
        const row = rows.get(rowId) ?? { top: element.getBoundingClientRect().top, cells: { rowId } };
        rows.set(rowId, row);
        for (const cell of element.querySelectorAll<HTMLElement>("[col-id]")) {
          row.cells[cell.getAttribute("col-id") ?? ""] = (cell.textContent ?? "").replaceAll("\u2009", "").trim();
        }
      }
      return [...rows.values()].sort((a, b) => a.top - b.top).map(({ cells }) => cells);
    });
  }

  /** Waits for exactly one row whose cells are like these, and returns it. */
  waitFor(cells: Readonly<Record<string, string>>): Promise<Row> {
    return until(`a row of ${this.#name} with ${JSON.stringify(cells)}`, async () => {
      const fitting = (await this.rows()).filter((row) => Object.entries(cells).every(([id, text]) => row[id] === text));
      return fitting.length === 1 ? (fitting[0] ?? null) : null;
    });
  }

  async clickCell(row: Row, column: string): Promise<void> {
    await this.#page.click(`${testId(`grid-${this.#name}`)} .ag-row[row-id="${row.rowId}"] [col-id="${column}"]`);
  }

  /** Orders only: shows finished orders too, or open ones alone. */
  async showOrders(which: "open" | "all"): Promise<void> {
    await this.#page.click(testId(`orders-${which}`));
  }
}
