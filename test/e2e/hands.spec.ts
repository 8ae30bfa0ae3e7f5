import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeZone, zone } from "./support/keysAlive.ts";
import { runtime } from "./support/runtime.ts";
import { screensOf, type Screens } from "./support/screens.ts";
import { Terminal, type E2eDisplay, type E2eRectangle } from "./support/terminal.ts";
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
  it("5 tells before what an order will do, and that is what it does", async () => {
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

  it("5 C2 shows every form that the engine knows, asks for what it needs, and takes no exit on the wrong side", async () => {
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
    await page.fill(testId("ticket-term-profit"), price(-6));
    await page.waitForSelector(`${testId("ticket-error-profit")}:has-text("must lie above")`);
    await page.fill(testId("ticket-term-profit"), price(200));
  });

  it("5 refuses on paper what the engine would refuse, says the largest size that passes, and takes it on a click", async () => {
    await screens.chooseAccount("BRAVO");
    await page.selectOption(testId("ticket-type"), "limit");
    await page.click(testId("ticket-side-sell"));
    const { askTicks } = await screens.ladder.geometry();
    await page.fill(testId("ticket-price"), ((askTicks ?? 0) / 100 + 5).toFixed(2));
    await page.fill(testId("ticket-quantity"), "16");
    const told = await preview();
    // BRAVO may send orders of at most half a million dollars, and of a quarter without a reason.
    expect(told).toMatchObject({ refusal: "RISK_ORDER_VALUE" });
    const largest = /Largest that passes ([\d.]+)/.exec(told["preview-largest"] ?? "")?.[1];
    await page.screenshot({ path: join(shots, "ticket-refused.png") });
    await page.click(testId("preview-use-largest"));
    expect(Number(largest)).toBeGreaterThan(3);
    expect(await page.inputValue(testId("ticket-quantity"))).toBe(largest);
    expect(await preview()).toMatchObject({ refusal: "" });
    // XP-1: half the price is beyond every bound, and the nearest one that is not is told and taken.
    await page.fill(testId("ticket-quantity"), "0.1");
    await page.fill(testId("ticket-price"), ((askTicks ?? 0) / 200).toFixed(2));
    expect((await preview())["preview-nearest"]).toMatch(/^Nearest that passes 0\.1 @ /);
    await page.screenshot({ path: join(shots, "ticket-nearest.png") });
    await page.click(testId("preview-use-nearest"));
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
    await page.click(testId("hotkey-scope"));
    await page.keyboard.press("Escape");
    await closed("key-sheet");
    for (let round = 0; round < 6; round += 1) {
      await changeZone(page);
      await page.keyboard.press("F1");
      await page.waitForSelector(testId("key-sheet"));
      await page.keyboard.press("Escape");
      await closed("key-sheet");
      await page.focus(testId(round % 2 === 0 ? "ladder" : "account-switch"));
      expect(await page.getAttribute(testId("hotkey-scope"), "data-scope")).toBe(round % 2 === 0 ? "ladder-panel" : "global");
      await page.focus(testId("ladder"));
    }
    // Chords typed into a field are text.
    const before = await zone(page);
    await page.focus(testId("ticket-quantity"));
    await page.keyboard.type("vz");
    expect(await zone(page)).toBe(before);
    await page.focus(testId("ladder"));
    await changeZone(page);
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
    expect(await page.textContent(testId("key-change-ticket.sell"))).toBe("F3");
    await page.keyboard.press("Escape");
    await closed("key-sheet");
  });

  it("6 SC-11 cancels all and flattens by key or in the position's row, after saying how far that reaches", async () => {
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
    const radius = async () => (await page.textContent(testId("flatten-radius")))?.replaceAll("\u2009", "");
    expect(await radius()).toMatch(/ALPHA 1\.5 BTC\/USD/);
    await page.screenshot({ path: join(shots, "flatten.png") });
    await page.keyboard.press("Escape");
    await closed("flatten-dialog");
    await screens.positions.show();
    await screens.positions.clickCell(await screens.positions.waitFor({ account: "ALPHA", instrument: "BTC/USD" }), "flatten");
    expect(await radius()).toMatch(/ALPHA 1\.5 BTC\/USD/);
    await page.click(testId("flatten-confirm"));
    await expect
      .poll(async () => (await screens.positions.rows()).filter(({ account }) => account === "ALPHA").map(({ net }) => Number(net)))
      .toEqual([0]);
    await screens.orders.show();
  });
});

/** Stands in for the person at the system's own dialog for a file's place. */
async function answerSaveDialog(path: string): Promise<void> {
  await terminal.app.evaluate(({ dialog }, file) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: file });
  }, path);
}

/** Brings a panel to the front by the palette, whatever is on view. */
async function open(on: Page, panel: string): Promise<void> {
  await on.keyboard.press("Control+k");
  await on.fill(testId("palette-input"), panel);
  await on.keyboard.press("Enter");
  await on.waitForSelector(testId("palette"), { state: "detached" });
}

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
    expect(lines[3]).toMatch(/^Status,Side,Instrument,Quantity,Filled,Price,Avg price,Account,Of/);
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

describe("8 workspaces", () => {
  let second: Page;
  const displayOf = (id: number, bounds: E2eRectangle, scaleFactor: number): E2eDisplay => ({ id, bounds, workArea: bounds, scaleFactor });
  const displays = [
    displayOf(1, { x: 0, y: 0, width: 2_560, height: 1_440 }, 1),
    displayOf(2, { x: -1_536, y: 120, width: 1_536, height: 864 }, 1.25),
    displayOf(3, { x: 300, y: -1_440, width: 2_560, height: 1_440 }, 1.5),
  ] as const;
  const places: readonly E2eRectangle[] = [
    { x: -1_500, y: 150, width: 1_300, height: 800 },
    { x: 400, y: -1_300, width: 1_400, height: 900 },
  ];
  /** Where the windows are, the first one's place first. */
  const boundsOf = (): Promise<readonly E2eRectangle[]> =>
    terminal.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()
        .toSorted((a, b) => a.id - b.id)
        .map((window) => window.getBounds()),
    );

  it("8 W2 opens another window with a template, and a link colour carries instrument and account between them", async () => {
    await page.click(testId("link-menu"));
    await page.click(testId("link-3"));
    await page.click(testId("panels-menu"));
    await page.click(testId("menu-layouts"));
    const opening = terminal.app.waitForEvent("window");
    await page.click(testId("template-window-risk"));
    second = await opening;
    await second.waitForSelector(`${testId("status-connection")}[data-state="live"]`);
    await page.keyboard.press("Escape");
    await second.waitForSelector(testId("risk"));
    await second.click(testId("link-menu"));
    await second.click(testId("link-3"));
    await screens.chooseAccount("BRAVO");
    const label = async (): Promise<string> => second.locator(`${testId("account-switch")} option:checked`).innerText();
    await expect.poll(label).toMatch(/BRAVO/);
    await second.selectOption(testId("account-switch"), { index: 1 });
    await expect.poll(() => page.locator(`${testId("account-switch")} option:checked`).innerText()).toMatch(/ALPHA/);
  });

  const signIn = async (on: Page, user: string, name: string): Promise<void> => {
    await on.selectOption(testId("user-switch"), user);
    await on.waitForSelector(`${testId("risk-session")}:has-text("${name}")`);
  };

  it("8 GW-62 four eyes: a limit needs a second person who is a risk officer, then a soft block asks the ticket for a reason", async () => {
    await signIn(second, "risk", "Risk officer");
    const node = second.locator(`${testId("risk")} tbody tr`, { hasText: "ALPHA" }).first();
    await node.waitFor();
    await node.click();
    await second.selectOption(testId("propose-control"), "orderLots");
    await second.fill(testId("propose-soft"), "0.5");
    await second.fill(testId("propose-hard"), "3");
    await second.fill(testId("propose-reason"), "first limits of the day");
    await second.click(testId("propose-send"));
    const approve = second.locator(testId("proposal-approve"));
    await approve.waitFor();
    expect(await approve.isDisabled()).toBe(true);
    await open(page, "Risk");
    // Another person, and no risk officer.
    await page.waitForSelector(`${testId("risk-session")}:has-text("Desk owner")`);
    expect(await page.isDisabled(testId("proposal-approve"))).toBe(true);
    // The same person at another window is the same person.
    await signIn(page, "risk", "Risk officer");
    expect(await page.isDisabled(testId("proposal-approve"))).toBe(true);
    await signIn(page, "second", "Second officer");
    await page.locator(testId("proposal-approve")).click();
    await second.waitForSelector(testId("risk-limit-orderLots"));
    await second.screenshot({ path: join(shots, "risk.png") });
    await signIn(page, "owner", "Desk owner");

    await screens.chooseAccount("ALPHA");
    await page.selectOption(testId("ticket-type"), "limit");
    await page.click(testId("ticket-side-buy"));
    const { bidTicks } = await screens.ladder.geometry();
    await page.fill(testId("ticket-price"), ((bidTicks ?? 0) / 100 - 60).toFixed(2));
    await page.fill(testId("ticket-quantity"), "0.8");
    await until("the preview asks for a reason", async () => ((await preview())["refusal"] === "RISK_ORDER_LOTS_SOFT" ? true : null));
    expect((await preview())["preview-largest"]).toMatch(/0\.5/);
    await page.screenshot({ path: join(shots, "ticket-soft.png") });
    await page.fill(testId("ticket-reason"), "hedges the block trade");
    await until("it passes with the reason", async () => ((await preview())["refusal"] === "" ? true : null));
    await page.click(testId("ticket-submit"));
    await until("the order works", async () => (/working/.test(await screens.ticket.state()) ? true : null));
    await page.fill(testId("ticket-quantity"), "4");
    await until("more is refused", async () => ((await preview())["refusal"] === "RISK_ORDER_LOTS" ? true : null));
  });

  it("8 four eyes: a kill switch cancels at once, refuses what comes, and is re-armed by another person alone", async () => {
    await second.fill(testId("risk-reason"), "suspicious orders");
    await second.click(testId("risk-kill"));
    await second.waitForSelector(testId("risk-killed"));
    await screens.orders.show();
    await expect.poll(async () => (await screens.orders.rows()).filter(({ account }) => account === "ALPHA").length).toBe(0);
    await page.fill(testId("ticket-quantity"), "0.01");
    await until("nothing passes", async () => ((await preview())["refusal"] === "RISK_KILLED" ? true : null));
    await second.fill(testId("risk-reason"), "all is well again");
    await second.click(testId("risk-rearm"));
    await second.waitForSelector(`${testId("toast")}:has-text("Denied")`);
    await open(page, "Risk");
    await page
      .locator(`${testId("risk")} tbody tr`, { hasText: "ALPHA" })
      .first()
      .click();
    await signIn(page, "second", "Second officer");
    await page.fill(testId("risk-reason"), "looked at by a second person");
    await page.click(testId("risk-rearm"));
    await second.waitForSelector(testId("risk-killed"), { state: "detached" });
  });

  it("8 SC-5 keeps an arrangement under a name and in a file, shows the one that is chosen, undoes a change, and locks", async () => {
    await page.click(testId("panels-menu"));
    await page.click(testId("menu-layouts"));
    await page.fill(testId("workspace-name"), "Morning");
    await page.click(testId("workspace-save"));
    await page.click(testId("template-tester"));
    await page.waitForSelector(testId("chart"), { state: "detached" });
    await page.waitForSelector(testId("workspaces-dialog"), { state: "detached" });
    await page.click(testId("panels-menu"));
    await page.click(testId("menu-layouts"));
    const file = join(terminal.dataFolder, "morning.json");
    await answerSaveDialog(file);
    await page.click(`${testId("workspace-Morning")} >> text=Export…`);
    await until("the file is there", () => {
      try {
        return readFileSync(file, "utf8").includes("Morning") ? true : null;
      } catch {
        return null;
      }
    });
    await page.screenshot({ path: join(shots, "tester-and-layouts.png") });
    await page.click(`${testId("workspace-Morning")} >> text=Delete`);
    await terminal.app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
    }, file);
    await page.click(testId("layout-import"));
    await page.waitForSelector(testId("workspace-Morning"));
    await page.click(testId("layout-undo"));
    await page.waitForSelector(testId("chart"), { state: "attached" });
    await page.click(testId("layout-lock"));
    await page.keyboard.press("Escape");
    expect(await page.getAttribute(testId("docking"), "data-locked")).toBe("true");
    const tabs = await page.locator(".flexlayout__tab_button").count();
    await page
      .locator(".flexlayout__tab_button_trailing")
      .first()
      .click({ force: true })
      .catch(() => undefined);
    expect(await page.locator(".flexlayout__tab_button").count()).toBe(tabs);
    await page.keyboard.press("v");
    await page.keyboard.press("l");
    await page.waitForSelector(`${testId("docking")}[data-locked="false"]`);
  });

  it("8 W2 closing one window closes no other, and those that are open come back", async () => {
    await second.close();
    await terminal.waitForLive();
    const again = terminal.app.waitForEvent("window");
    await page.click(testId("panels-menu"));
    await page.click(testId("menu-layouts"));
    await page.click(testId("template-window-tester"));
    await (await again).waitForSelector(`${testId("status-connection")}[data-state="live"]`);
    // Where W1 finds them: one on the left of the primary display, one above it.
    await terminal.app.evaluate(({ BrowserWindow }, to) => {
      const windows = BrowserWindow.getAllWindows().toSorted((a, b) => a.id - b.id);
      for (const [at, window] of windows.entries()) window.setBounds(to[at] ?? {});
    }, places);
    await expect.poll(boundsOf).toEqual(places);
    await terminal.quit();
    terminal = await Terminal.open({ dataFolder: terminal.dataFolder, args: ["--market", "off"], displays });
    await until("both windows are back", () => (terminal.app.windows().length >= 2 ? true : null));
    expect(terminal.app.windows()).toHaveLength(2);
    page = terminal.app.windows()[0] ?? terminal.page;
    screens = screensOf(page);
  });

  it("8 W1 windows come back where they were on three displays of several scales, and into sight when theirs is taken away", async () => {
    expect(await boundsOf()).toEqual(places);
    await terminal.app.evaluate(({ screen }) => {
      const [primary, ...gone] = (globalThis as unknown as { e2eDisplays: Electron.Display[] }).e2eDisplays;
      (globalThis as unknown as { e2eDisplays: unknown[] }).e2eDisplays = [primary];
      for (const display of gone) screen.emit("display-removed", { preventDefault: () => undefined }, display);
    });
    await until("both lie whole on the display that is left", async () => {
      const area = displays[0].workArea;
      const seen = await boundsOf();
      return seen.every(
        ({ x, y, width, height }) => x >= area.x && y >= area.y && x + width <= area.x + area.width && y + height <= area.y + area.height,
      )
        ? seen
        : null;
    });
    for (const window of terminal.app.windows()) await window.waitForSelector(`${testId("status-connection")}[data-state="live"]`);
  });
});

describe("9 alerts and messages", () => {
  it("9 keeps what was told over the end of the terminal", async () => {
    await open(page, "Messages");
    await page.waitForSelector(`${testId("message")}:has-text("kill switch engaged")`);
    await page.screenshot({ path: join(shots, "messages.png") });
    expect(await page.locator(testId("message")).count()).toBeGreaterThan(10);
  });

  it("9 BL-2 alerts once when a price is reached, out of the way of every panel, and is quiet when nobody is to be disturbed", async () => {
    await page.click(testId("panels-menu"));
    await page.click(testId("menu-alerts"));
    await page.fill(testId("alert-value"), "1");
    await page.click(testId("alert-add"));
    // Any price is at or above a dollar: it fires with the next change of a price.
    await page.keyboard.press("Escape");
    await screens.resumeMarket();
    const toast = await page.waitForSelector(`${testId("toast")}:has-text("at or above 1.00")`, { timeout: 30_000 });
    const bar = await page.locator(".status-bar").boundingBox();
    const box = await toast.boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(bar?.y ?? Infinity);
    expect(box?.width).toBeGreaterThan(100);
    await page.click(testId("panels-menu"));
    await page.click(testId("menu-alerts"));
    expect(await page.locator(testId("alert-rule")).count()).toBe(0);
    await page.click(testId("alerts-quiet"));
    await page.screenshot({ path: join(shots, "alerts.png") });
    await page.fill(testId("alert-value"), "2");
    await page.click(testId("alert-add"));
    await page.keyboard.press("Escape");
    await page.waitForSelector(`${testId("message")}:has-text("at or above 2.00")`, { timeout: 30_000 });
    expect(await page.locator(testId("toast")).count()).toBe(0);
  });
});
