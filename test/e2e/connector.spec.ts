import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { keyFile } from "../connector/connectedTerminal.ts";
import { CuttableLine, namelessHeader } from "../connector/cuttableLine.ts";
import { ServedExchange } from "../edge/servedExchange.ts";
import { order } from "../host/testClient.ts";
import { runtime } from "./support/runtime.ts";
import { axeFaults } from "./support/axe.ts";
import { hasKeyring, Keyring } from "./support/keyring.ts";
import { screensOf } from "./support/screens.ts";
import { freshFolder, removeFolder, Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

/** One window that trades on another terminal's simulated exchange, told as one story. */
const folder = freshFolder();
const shots = join(runtime().project, "out", "screenshots");
const testId = (id: string): string => `[data-testid="${id}"]`;
let exchange: ServedExchange;
let line: CuttableLine;
let terminal: Terminal;
let keyring: Keyring | null = null;
/** Of the key that the terminal was started with. */
let keptSecret: string;

beforeAll(async () => {
  if (hasKeyring) keyring = await Keyring.open(join(folder, "keyring"));
  mkdirSync(shots, { recursive: true });
  exchange = await ServedExchange.start(join(folder, "venue"), { sites: ["HK"], market: true });
  line = await CuttableLine.open();
  line.leadTo(exchange.url());
  const key = exchange.key();
  ({ secret: keptSecret } = key);
  terminal = await openConnected(["--key-file", keyFile(folder, key)]);
});

afterAll(async () => {
  await terminal.dispose();
  line.close();
  keyring?.close();
  await exchange.engine.kill();
  removeFolder(folder);
});

/** The terminal that is started for the venue; with a keyring, if there is one. */
function openConnected(args: readonly string[] = []): Promise<Terminal> {
  const dataFolder = join(folder, "terminal");
  return Terminal.open({ dataFolder, args: ["--connect", `HK=${line.url}`, ...args], env: keyring?.env ?? {} });
}

it("CN-2 CN-9 CN-12 CN-17 CN-19 CN-20 says whose market it is, trades there, and looks stale while it is away", async () => {
  const { page } = terminal;
  const screens = screensOf(page);
  const banner = page.locator(testId("banner"));
  const barIsGone = async (): Promise<true | null> => ((await page.locator(testId("connection-bar")).count()) === 0 ? true : null);
  await until("the banner says what it is", async () => ((await banner.innerText()).includes("SIMULATED · via API") ? true : null));
  await until("the link is live", barIsGone);
  await page.waitForSelector('.panel[data-stale="false"]');

  await page.keyboard.press("Control+k");
  await page.fill(testId("palette-input"), "buy 0.02 btcusd @ 60000 acct ALPHA ");
  await page.waitForSelector(`${testId("palette")} ${testId("ticket-preview")}[data-current="true"]`);
  await page.keyboard.press("Enter");
  await page.waitForSelector(testId("palette"), { state: "detached" });
  await screens.orders.waitFor({ account: "ALPHA", quantity: "0.02000", price: "60000.00", status: "Working" });
  // CN-19: a new price takes the order off there and puts another in its place. CN-20: a stop is held here, and says so.
  const first = await screens.orders.waitFor({ account: "ALPHA", price: "60000.00", status: "Working" });
  await page.dblclick(`${testId("grid-orders")} .ag-row[row-id="${first.rowId}"] [col-id="price"]`);
  await page.locator(`${testId("grid-orders")} .ag-cell-inline-editing input`).fill("59900");
  await page.keyboard.press("Enter");
  await screens.orders.waitFor({ account: "ALPHA", quantity: "0.02000", price: "59900.00", status: "Working" });
  await page.keyboard.press("Control+k");
  await page.fill(testId("palette-input"), "sell 0.01 btcusd stop 40000 acct ALPHA ");
  await page.waitForSelector(`${testId("palette")} ${testId("ticket-preview")}[data-current="true"] >> text=Held by this terminal`);
  await page.screenshot({ path: join(shots, "held-stop.png") });
  await page.keyboard.press("Enter");
  await page.waitForSelector(testId("palette"), { state: "detached" });
  await screens.orders.waitFor({ account: "ALPHA", quantity: "0.01000", status: "Held here" });
  await screens.line("buy 0.01 btcusd market acct ALPHA");
  await screens.orders.showOrders("all");
  await screens.orders.waitFor({ account: "ALPHA", quantity: "0.01000", status: "Filled" });
  await page.screenshot({ path: join(shots, "connected.png") });
  await screens.orders.showOrders("open");

  await exchange.engine.kill();
  await page.waitForSelector(`${testId("connection-bar")}:has-text("NOT LIVE")`);
  await page.waitForSelector('.panel[data-stale="true"]');
  await page.screenshot({ path: join(shots, "venue-away.png") });

  exchange = await ServedExchange.start(join(folder, "venue"), { sites: ["HK"], market: true });
  line.leadTo(exchange.url());
  await until("the link is live again", barIsGone);
  await screens.orders.waitFor({ account: "ALPHA", quantity: "0.02000", price: "59900.00", status: "Working" });
  expect(await page.locator(testId("banner-discrepancies")).count()).toBe(0);
});

it("CN-10 shows what others did with the account, and takes it over when two persons say so", async () => {
  const { page } = terminal;
  const there = await exchange.engine.connect("desk");
  await there.subscribe();
  // The participants there have only just begun again: an order may find nobody yet.
  await until("somebody sells to the account", async () => {
    const { refusal } = await there.submit(order({ accountId: 2, side: "buy", limitTicks: 6_560_000, lots: 100, timeInForce: "ioc" }));
    expect(refusal?.code ?? "BOOK_NO_LIQUIDITY").toBe("BOOK_NO_LIQUIDITY");
    return there.frames().some(({ fills }) => fills.length > 0) ? true : null;
  });
  line.cut();
  await page.waitForSelector(`${testId("connection-bar")}:has-text("differ")`);
  await page.click(testId("banner-discrepancies"));
  await page.waitForSelector(`${testId("differences")} >> text=BTC`);
  await page.screenshot({ path: join(shots, "differences.png") });
  await page.fill(testId("differences-reason"), "bought on the website");
  await page.click(testId("differences-propose"));
  await page.click(`${testId("banner-discrepancies")}:has-text("APPROVAL WAITS")`);
  await page.waitForSelector(`${testId("take-over")} >> text=BTC`);
  expect(await page.textContent(testId("take-over-why-not"))).toContain("You proposed this");
  expect(await page.isDisabled(testId("take-over-approve"))).toBe(true);
  await page.screenshot({ path: join(shots, "take-over.png") });
  await page.keyboard.press("Escape");
  await page.selectOption(testId("user-switch"), "risk");
  await page.click(testId("banner-discrepancies"));
  await page.click(`${testId("take-over-approve")}:not(:disabled)`);
  await page.waitForSelector(testId("differences-dialog"), { state: "detached" });
  await page.waitForSelector(testId("connection-bar"), { state: "detached" });
  await page.waitForSelector(testId("banner-discrepancies"), { state: "detached" });
});

it.skipIf(!hasKeyring)("CN-13 keeps the key in the system's keyring, which opens it at the next start, and nothing else does", async () => {
  const { dataFolder } = terminal;
  await terminal.quit();
  expect(readdirSync(dataFolder)).toContain("venue-key.bin");
  expect(filesWith(keptSecret, folder)).toEqual(["venue-key.json"]);
  terminal = await openConnected();
  await terminal.page.waitForSelector(testId("connection-bar"), { state: "detached" });
  await terminal.page.waitForSelector('.panel[data-stale="false"]');
  await terminal.quit();

  // The same folder for somebody who has not got the keyring.
  const { executable, flags, project } = runtime();
  const refused = spawnSync(executable, [...flags, project, "--data", dataFolder, "--connect", `HK=${line.url}`], { encoding: "utf8" });
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("the system's safe storage does not open it");
});

it("CN-12 CN-13 CN-16 connects by dialog to a venue that is LIVE, keeps the key to itself, and goes back", async () => {
  await terminal.dispose();
  line.passage = namelessHeader;
  terminal = await Terminal.open({ dataFolder: join(folder, "own"), args: ["--market", "off"] });
  const { page } = terminal;
  const { accessKey, secret } = exchange.key({ account: "BRAVO" });
  const openDialog = async (): Promise<void> => {
    await page.click(testId("panels-menu"));
    await page.click(testId("menu-connect-venue"));
    await page.waitForSelector(testId("venue-dialog"));
  };
  const untilLive = async (): Promise<void> => {
    await page.waitForSelector(`${testId("banner")}[data-mode="live"]`, { timeout: 60_000 });
    await page.waitForSelector(testId("connection-bar"), { state: "detached", timeout: 60_000 });
    await page.waitForSelector('.panel[data-stale="false"]');
  };
  const interval = (): Promise<string> => page.locator(`[data-testid^="chart-interval-"][aria-checked="true"]`).innerText();
  const title = (): Promise<string> => terminal.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle() ?? "");

  await openDialog();
  await page.fill(testId("venue-address"), "api.example");
  await page.fill(testId("venue-secret"), secret);
  await page.click(testId("venue-connect"));
  await page.waitForSelector(`${testId("venue-address")}[aria-invalid="true"]`);
  await page.screenshot({ path: join(shots, "venue-dialog.png") });
  await page.keyboard.press("Escape");
  await page.waitForSelector(testId("venue-dialog"), { state: "detached" });

  await openDialog();
  expect(await page.inputValue(testId("venue-secret"))).toBe("");
  // Without a keyring there is a storage with a fixed password, which counts as none.
  expect(await page.textContent(testId("venue-storage"))).toContain("no safe storage");
  await page.fill(testId("venue-address"), line.url);
  await page.click(testId("venue-connect"));
  await page.waitForSelector(`${testId("venue-accessKey-mistake")}:has-text("No key is kept")`);
  await page.fill(testId("venue-accessKey"), accessKey);
  await page.fill(testId("venue-secret"), secret);
  await page.click(testId("venue-connect"));
  await untilLive();
  await until("the system's title says it", async () => ((await title()).startsWith("LIVE · HashKey Exchange") ? true : null));
  for (const theme of ["light", "contrast", "dark"]) {
    await page.click(testId("panels-menu"));
    await page.click(testId("menu-settings"));
    await page.click(testId(`settings-theme-${theme}`));
    await page.click(testId("settings-close"));
    await page.waitForSelector(testId("settings-dialog"), { state: "detached" });
    await page.screenshot({ path: join(shots, `live-${theme}.png`) });
    expect(await axeFaults(page), theme).toEqual([]);
  }
  const pid = await terminal.enginePid();
  // What is chosen here is this venue's alone.
  expect(await interval()).toBe("1m");
  await page.click(testId("chart-interval-15m"));

  await page.click(testId("panels-menu"));
  await page.click(testId("menu-leave-venue"));
  await page.click(testId("leave-venue"));
  await page.waitForSelector(`${testId("banner")}[data-mode="simulated"]`, { timeout: 60_000 });
  await terminal.waitForLive();
  await until("the title says what it is again", async () => ((await title()).startsWith("SIMULATED · ") ? true : null));
  const [before, atVenue, after] = terminal.log().match(/Engine ready at .*state \w+/g) ?? [];
  expect(await terminal.enginePid()).not.toBe(pid);
  expect(after).toBe(before);
  expect(atVenue).not.toBe(before);

  expect(await interval()).toBe("1m");

  // The key that was entered serves again, there and nowhere else, and no file has it.
  await openDialog();
  for (const [site, address] of [
    ["GLB", line.url],
    ["HK", `${line.url}/other`],
  ] as const) {
    await page.click(testId(`venue-site-${site}`));
    await page.fill(testId("venue-address"), address);
    await page.click(testId("venue-connect"));
    await page.waitForSelector(`${testId("venue-accessKey-mistake")}:has-text("No key is kept")`);
    // A mistake at a field goes with the next letter typed there.
    await page.fill(testId("venue-accessKey"), "x");
    await page.fill(testId("venue-accessKey"), "");
  }
  await page.fill(testId("venue-address"), line.url);
  await page.click(testId("venue-connect"));
  await untilLive();
  expect(await interval()).toBe("15m");
  expect(readdirSync(join(terminal.dataFolder, "venues"))).toHaveLength(1);
  expect(await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]))).not.toContain(secret);
  await terminal.quit();
  expect(filesWith(secret, terminal.dataFolder)).toEqual([]);
  expect(readdirSync(terminal.dataFolder, { recursive: true }).filter((path) => String(path).includes("venue-key"))).toEqual([]);
  expect(filesWith(line.url, terminal.dataFolder)).toContain("logs/terminal.log");
});

/** Files below a folder that hold a text anywhere, by their paths in it. */
function filesWith(text: string, below: string): readonly string[] {
  return readdirSync(below, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name), "latin1").includes(text))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(below.length + 1)
        .replaceAll("\\", "/"),
    );
}
