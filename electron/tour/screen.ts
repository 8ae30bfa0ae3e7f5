import type { BrowserWindow } from "electron";
import { z } from "zod";
import { until } from "./hands.ts";

export const testId = (name: string): string => `[data-testid="${name}"]`;

const rowsSchema = z.array(z.record(z.string(), z.string()));
export type Row = z.infer<typeof rowsSchema>[number];

const ladderSchema = z.object({
  symbol: z.string(),
  left: z.number(),
  top: z.number(),
  topTicks: z.number(),
  tickStep: z.number().min(1),
  rowHeight: z.number().min(1),
  rows: z.number().min(1),
  bidTicks: z.number().min(1),
  askTicks: z.number().min(1),
  /** Left edges of own, bid, price and ask, and the right edge of ask, from the canvas's left; what follows is of further columns. */
  columns: z.array(z.number()).min(5),
});
export type Ladder = z.infer<typeof ladderSchema>;

/** What can be read off the real window. It looks only; see Hands for deeds. */
export class Screen {
  readonly #window: BrowserWindow;

  constructor(window: BrowserWindow) {
    this.#window = window;
  }

  /** Words of the first element that fits, or null where there is none. */
  async text(selector: string): Promise<string | null> {
    const text: unknown = await this.#read(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? null`);
    return typeof text === "string" ? text.replaceAll("\u2009", "") : null;
  }

  async has(selector: string): Promise<boolean> {
    return (await this.#read(`document.querySelector(${JSON.stringify(selector)}) !== null`)) === true;
  }

  /** The engine's sequence in the status bar. */
  async sequence(): Promise<number> {
    return Number((await this.text(testId("status-seq")))?.replace(/\D/g, "") || "0");
  }

  waitForLive(): Promise<true> {
    const live = `${testId("status-connection")}[data-state="live"][data-engine="running"]`;
    return until("the numbers are live", async () => ((await this.has(live)) ? true : null), 60_000);
  }

  /** The ladder's geometry, once it shows both sides of a market. */
  ladder(): Promise<Ladder> {
    return until("the ladder shows a market", async () => {
      const found: unknown = await this.#read(`(() => {
        const canvas = document.querySelector('${testId("ladder")}');
        if (canvas === null) return null;
        const { left, top } = canvas.getBoundingClientRect();
        const { symbol, topTicks, tickStep, rowHeight, rows, bidTicks, askTicks, columns = "" } = canvas.dataset;
        return { symbol, left, top, topTicks: Number(topTicks), tickStep: Number(tickStep), rowHeight: Number(rowHeight), rows: Number(rows),
          bidTicks: Number(bidTicks), askTicks: Number(askTicks), columns: columns.split(",").map(Number) };
      })()`);
      return ladderSchema.safeParse(found).data ?? null;
    });
  }

  /** The rows of a blotter in sight, from top to bottom, cells by column. */
  async rows(blotter: "orders" | "fills" | "balances" | "positions"): Promise<readonly Row[]> {
    return rowsSchema
      .parse(
        await this.#read(`(() => {
        const rows = new Map();
        for (const element of document.querySelectorAll('${testId(`grid-${blotter}`)} .ag-row[row-id]')) {
          const rowId = element.getAttribute("row-id");
          const row = rows.get(rowId) ?? { top: element.getBoundingClientRect().top, cells: { rowId } };
          rows.set(rowId, row);
          for (const cell of element.querySelectorAll("[col-id]")) row.cells[cell.getAttribute("col-id")] = cell.textContent.trim();
        }
        return [...rows.values()].sort((a, b) => a.top - b.top).map(({ cells }) => cells);
      })()`),
      )
      .map((row) => Object.fromEntries(Object.entries(row).map(([id, text]) => [id, text.replaceAll("\u2009", "")])));
  }

  /** Waits for exactly one row of a blotter whose cells are like these. */
  row(blotter: "orders" | "fills" | "balances" | "positions", cells: Readonly<Record<string, string | RegExp>>): Promise<Row> {
    const fits = (row: Row): boolean =>
      Object.entries(cells).every(([id, wanted]) => (typeof wanted === "string" ? row[id] === wanted : wanted.test(row[id] ?? "")));
    return until(`the ${blotter} blotter has a row like ${describe(cells)}`, async () => {
      const found = (await this.rows(blotter)).filter(fits);
      return found.length === 1 ? (found[0] ?? null) : null;
    });
  }

  /** The window as it is painted, as PNG, once what the page now says has reached the glass. */
  async picture(): Promise<Buffer> {
    await this.#read("new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(() => painted(true))))");
    return (await this.#window.webContents.capturePage()).toPNG();
  }

  #read(expression: string): Promise<unknown> {
    return this.#window.webContents.executeJavaScript(expression) as Promise<unknown>;
  }
}

function describe(cells: Readonly<Record<string, string | RegExp>>): string {
  return Object.entries(cells)
    .map(([id, wanted]) => `${id} ${String(wanted)}`)
    .join(", ");
}
