import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { until } from "../support/until.ts";
import { terminal, page, screens, shots, testId, preview, answerSaveDialog, open } from "./desk.ts";

/** The blotters, and what they export. */
export function blotterStories(): void {
  describe("7 blotters", () => {
    it("7 shows a bracket's exits with its entry, and changes an order where it stands", async () => {
      await screens.chooseAccount("ALPHA");
      await page.selectOption(testId("ticket-type"), "bracket");
      await page.click(testId("ticket-side-buy"));
      const { askTicks, bidTicks } = await screens.ladder.geometry();
      const price = (ticks: number | null, offset: number): string => ((ticks ?? 0) / 100 + offset).toFixed(2);
      await page.fill(testId("ticket-quantity"), "0.05");
      await page.fill(testId("ticket-price"), price(askTicks, 20));
      await page.fill(testId("ticket-term-profit"), price(askTicks, 400));
      await page.fill(testId("ticket-term-stop"), price(bidTicks, -400));
      await preview();
      await page.click(testId("ticket-submit"));
      await screens.orders.show();
      await expect.poll(async () => (await screens.orders.rows()).length).toBe(2);
      await screens.orders.showOrders("all");
      await until("the exits stand under their entry", async () => {
        const rows = (await screens.orders.rows()).filter(({ quantity }) => quantity === "0.05000");
        return rows.map(({ family }) => family).join() === "▾ 3,└,└" ? rows : null;
      });
      await page.screenshot({ path: join(shots, "blotter-family.png") });
      await screens.orders.showOrders("open");

      await page.selectOption(testId("ticket-type"), "limit");
      const resting = price(bidTicks, -40);
      await page.fill(testId("ticket-quantity"), "0.03");
      await page.fill(testId("ticket-price"), resting);
      await preview();
      await page.click(testId("ticket-submit"));
      const row = await screens.orders.waitFor({ price: resting, quantity: "0.03000", status: "Working" });
      const amended = price(bidTicks, -45);
      await page.dblclick(`${testId("grid-orders")} .ag-row[row-id="${row.rowId}"] [col-id="price"]`);
      await page.locator(`${testId("grid-orders")} .ag-cell-inline-editing input`).fill(amended);
      await page.keyboard.press("Enter");
      await screens.orders.waitFor({ rowId: row.rowId, price: amended, status: "Working" });
    });

    it("7 filters by conditions, hides columns, colours rows, and keeps all that under a name", async () => {
      await page.click(testId("blotter-orders-table"));
      await page.click(testId("add-condition"));
      await page.selectOption(testId("condition-column"), "quantity");
      await page.selectOption(testId("condition-operator"), "below");
      await page.fill(testId("condition-value"), "0.04");
      await page.uncheck(testId("column-account"));
      await page.click(testId("add-colour"));
      await page.locator(testId("condition-column")).nth(1).selectOption("side");
      await page.locator(testId("condition-value")).nth(1).fill("buy");
      await page.fill(testId("view-name"), "Small buys");
      await page.keyboard.press("Enter");
      await page.screenshot({ path: join(shots, "table-dialog.png") });
      await page.keyboard.press("Escape");
      await until("one row without its account is left", async () => {
        const rows = await screens.orders.rows();
        return rows.length === 1 && rows[0]?.["quantity"] === "0.03000" && rows[0]["account"] === undefined ? true : null;
      });
      expect(await page.locator(`${testId("grid-orders")} .ag-row.tone-warning`).count()).toBeGreaterThan(0);
      await page.click(testId("blotter-orders-table"));
      await page.click("text=Show everything");
      await page.waitForSelector(`${testId("table-dialog")} strong:has-text("Small buys")`);
      await page.keyboard.press("Escape");
      await expect.poll(async () => (await screens.orders.rows()).length).toBe(3);
    });

    it("7 exports what it shows, under a heading that says SIMULATED, venue and time: as a table and as a document", async () => {
      const csv = join(terminal.dataFolder, "orders.csv");
      await answerSaveDialog(csv);
      await page.click(testId("blotter-orders-export"));
      await page.click(testId("blotter-orders-csv"));
      const text = await until("the file is there", () => {
        try {
          return readFileSync(csv, "utf8");
        } catch {
          return null;
        }
      });
      const lines = text.replace("\uFEFF", "").split("\r\n");
      expect(lines[0]).toBe("SIMULATED,HashKey Exchange (Hong Kong)");
      expect(lines[1]).toMatch(/^Orders,exported \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC(?:\+8)?,sequence \d+,3 rows$/);
      expect(lines[3]).toMatch(/^Status,Side,Instrument,Quantity,Filled,Price,Account,Type,Avg price,Of/);
      expect(lines.filter((line) => line.startsWith("Working"))).toHaveLength(3);
      expect(lines[4]).not.toMatch(/\u2009/);
      const pdf = join(terminal.dataFolder, "orders.pdf");
      await answerSaveDialog(pdf);
      await page.click(testId("blotter-orders-export"));
      await page.click(testId("blotter-orders-pdf"));
      await until("the document is there", () => {
        try {
          return statSync(pdf).size > 2_000 && readFileSync(pdf).subarray(0, 5).toString() === "%PDF-" ? true : null;
        } catch {
          return null;
        }
      });
      await page.waitForSelector(".print-page", { state: "detached" });
    });

    it("7 adds up the account tree to what its accounts have", async () => {
      await open(page, "Accounts");
      await page.waitForSelector(testId("accounts"));
      const figures = await until("the tree shows accounts", async () => {
        const found = await page.locator(`${testId("accounts")} tbody tr`).evaluateAll((rows) =>
          rows.map((row) => ({
            kind: (row as HTMLElement).dataset["kind"],
            held: Number((row.children[3]?.textContent ?? "").replaceAll("\u2009", "")),
          })),
        );
        return found[0]?.kind === "group" && found.filter(({ kind }) => kind === "account").length >= 4 ? found : null;
      });
      const accounts = figures.filter(({ kind }) => kind === "account").reduce((sum, { held }) => sum + held, 0);
      const [top] = figures;
      expect(top?.kind).toBe("group");
      expect(top?.held).toBeCloseTo(accounts, 2);
      expect(accounts).toBeGreaterThan(0);
      await page.screenshot({ path: join(shots, "account-tree.png") });
      await open(page, "Closed");
      await page.waitForSelector(`${testId("blotter-closed")} ${testId("grid-closed")}`);
    });
  });
}
