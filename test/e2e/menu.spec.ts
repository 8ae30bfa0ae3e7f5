import { createHmac } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { axeFaults } from "./support/axe.ts";
import { cutTexts } from "./support/cutTexts.ts";
import { runtime } from "./support/runtime.ts";
import { Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

let terminal: Terminal;
beforeAll(async () => {
  // A venue that stands still: whatever changes its sequence was done here.
  terminal = await Terminal.open({ args: ["--market", "off", "--api", "HK=0"] });
});
afterAll(() => terminal.dispose());

/** Chooses an item of the application's menu by the words in it. */
function choose(words: string): Promise<boolean> {
  return terminal.app.evaluate(({ Menu, BrowserWindow }, label) => {
    const find = (items: Electron.MenuItem[]): Electron.MenuItem | undefined => {
      for (const item of items) {
        if (item.label.replace("&", "").startsWith(label)) return item;
        const below = item.submenu ? find(item.submenu.items) : undefined;
        if (below !== undefined) return below;
      }
      return undefined;
    };
    const item = find(Menu.getApplicationMenu()?.items ?? []);
    item?.click(undefined, BrowserWindow.getAllWindows()[0], undefined);
    return item !== undefined;
  }, words);
}

/** Is the item of the application's menu with these words there to be chosen? */
function menuItem(words: string): Promise<boolean> {
  return terminal.app.evaluate(({ Menu }, label) => {
    const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? [];
    const item = items.find((each) => each.label.replace("&", "").startsWith(label));
    if (item === undefined) throw new Error(`no item ${label}`);
    return item.enabled;
  }, words);
}

/** Stands in for the person at the system's own file dialog: chooses this file, or nothing. */
async function answerFileDialog(path: string | null): Promise<void> {
  await terminal.app.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: file === null, filePaths: file === null ? [] : [file] });
  }, path);
}

function fileOf(name: string, content: string | Uint8Array): string {
  const folder = join(terminal.dataFolder, "files");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const sequence = (): Promise<string | null> => terminal.page.textContent('[data-testid="status-seq"]');

/** Where the selected instrument's past comes from, in the banner. */
const source = (): Promise<string | null> => terminal.page.textContent(".banner-source");

const HEADER = "timestamp,open,high,low,close,volume\n";
const bar = (minute: number, close = 65_010): string =>
  `2024-01-01 00:${String(minute).padStart(2, "0")}:00,65000,65020,64990,${close},12.5\n`;

describe("the menu", () => {
  it("opens the about box, which names the runtime", async () => {
    expect(await choose("About")).toBe(true);
    await terminal.page.waitForSelector('[data-testid="about-dialog"]');
    expect(await terminal.page.textContent('[data-testid="about-runtime"]')).toMatch(/^Electron \d+\.\d+\.\d+ \(/);
    await terminal.page.keyboard.press("Escape");
    await terminal.page.waitForSelector('[data-testid="about-dialog"]', { state: "detached" });
  });

  it("resets the layout", async () => {
    await terminal.page.locator(".flexlayout__tab_button_trailing").first().click();
    await terminal.page.waitForSelector('[data-testid="watchlist-row-BTC/USD"]', { state: "detached" });
    expect(await choose("Reset Layout")).toBe(true);
    await terminal.page.waitForSelector('[data-testid="watchlist-row-BTC/USD"]');
  });

  it("restarts the engine cleanly", async () => {
    const before = await terminal.enginePid();
    expect(await choose("Restart Engine")).toBe(true);
    await until("another engine runs", async () => {
      const state = await terminal.engineState();
      return state.state === "running" && state.pid !== before ? state : null;
    });
    await terminal.waitForLive();
    expect(terminal.log()).toMatch(/The engine process ended with code 0/);
  });

  it("imports a chosen history file into the selected instrument", async () => {
    await answerFileDialog(fileOf("good.csv", HEADER + bar(0) + bar(1) + bar(2)));
    expect(await choose("Import History")).toBe(true);
    const seq = await sequence();
    await until("the banner names the history", async () => (/history good\.csv/.test((await source()) ?? "") ? true : null));
    await until("the import is in the journal", async () => ((await sequence()) === seq ? null : true));
  });
});

describe("a history file that is not acceptable", () => {
  it.each([
    ["has another header", "time,open\n", "HISTORY_MALFORMED", /line 1/],
    ["has a word for a number", HEADER + bar(0) + bar(1).replace("12.5", "many"), "HISTORY_MALFORMED", /line 3.*column/],
    ["lacks a field", `${HEADER}2024-01-01 00:00:00,65000,65020\n`, "HISTORY_MALFORMED", /line 2/],
    ["has a high below its low", HEADER + bar(0).replace("65020", "64000"), "HISTORY_MALFORMED", /line 2/],
    ["goes back in time", HEADER + bar(5) + bar(4), "HISTORY_MALFORMED", /line 3/],
    ["is empty", "", "HISTORY_MALFORMED", /./],
  ])("because it %s is refused with its place, and changes nothing", async (_name, content, code, field) => {
    await answerFileDialog(fileOf("bad.csv", content));
    const before = { seq: await sequence(), banner: await source() };
    const reply = await terminal.request({ type: "importHistory", symbol: "BTC/USD" });
    expect(reply).toMatchObject({ ok: false, error: { code } });
    expect(reply.ok ? "" : reply.error.field).toMatch(field);
    expect({ seq: await sequence(), banner: await source() }).toEqual(before);
  });

  it("because it is damaged beyond reading is refused, and changes nothing", async () => {
    const before = await sequence();
    await answerFileDialog(fileOf("bad.csv.gz", gzipSync(HEADER + bar(0)).subarray(0, 40)));
    expect(await terminal.request({ type: "importHistory", symbol: "BTC/USD" })).toMatchObject({
      ok: false,
      error: { code: "HISTORY_UNREADABLE" },
    });
    expect(await sequence()).toBe(before);
  });

  it("for an unknown symbol is refused, and a dismissed dialog is no error", async () => {
    await answerFileDialog(fileOf("good.csv", HEADER + bar(0)));
    expect(await terminal.request({ type: "importHistory", symbol: "DOGE/USD" })).toMatchObject({
      ok: false,
      error: { field: expect.any(String) },
    });
    await answerFileDialog(null);
    expect(await terminal.request({ type: "importHistory", symbol: "BTC/USD" })).toEqual({ ok: true });
  });
});

describe("GW-35 keys of the interface", () => {
  const testId = (name: string): string => `[data-testid="${name}"]`;
  const text = (name: string): Promise<string | null> => terminal.page.textContent(testId(name));

  async function openKeys(): Promise<void> {
    await terminal.page.click(testId("panels-menu"));
    await terminal.page.click(testId("menu-api-keys"));
    await terminal.page.waitForSelector(testId("api-keys-dialog"), { state: "visible" });
  }

  async function closeKeys(): Promise<void> {
    await terminal.page.click(testId("api-keys-close"));
    await terminal.page.waitForSelector(testId("api-keys-dialog"), { state: "detached" });
  }

  // A story that is told again begins with a window that nothing stands in front of.
  afterEach(async () => {
    if (await terminal.page.locator(testId("api-keys-dialog")).isVisible()) await closeKeys();
  });

  /** The balances of the key's account, asked as a program does. */
  async function askAccount(key: { readonly accessKey: string; readonly secret: string }): Promise<readonly [number, unknown]> {
    const address = await until("an address", async () => /HK (http:\S+)/.exec((await text("api-keys-served")) ?? "")?.[1] ?? null);
    const time = (await (await fetch(`${address}/api/v1/time`)).json()) as { readonly serverTime: number };
    const query = `timestamp=${time.serverTime}`;
    const url = `${address}/api/v1/account?${query}&signature=${createHmac("sha256", key.secret).update(query).digest("hex")}`;
    const reply = await fetch(url, { headers: { "X-HK-APIKEY": key.accessKey } });
    return [reply.status, await reply.json()];
  }

  it("GW-35 a key made here works at once, its secret is shown once, and withdrawn it is refused", async () => {
    const { page } = terminal;
    const known = async (): Promise<number> => {
      const reply = await terminal.request({ type: "listApiKeys" });
      return reply.ok ? (reply.apiKeys?.keys.length ?? -1) : -1;
    };
    const before = await known();
    await openKeys();
    await page.selectOption(testId("api-key-account"), "BRAVO");
    await page.selectOption(testId("api-key-may"), "read");
    await page.fill(testId("api-key-label"), "a bot");
    await page.fill(testId("api-key-addresses"), "somewhere");
    await page.click(testId("api-key-make"));
    expect(await text("api-keys-problem")).toContain("somewhere");
    expect(await known()).toBe(before);
    await page.fill(testId("api-key-addresses"), "127.0.0.1");
    await page.click(testId("api-key-make"));
    await page.waitForSelector(testId("api-key-made"));
    expect(await known()).toBe(before + 1);
    const key = { accessKey: (await text("api-key-access")) ?? "", secret: (await text("api-key-secret")) ?? "" };
    expect(key.secret).toMatch(/^\w{64}$/);
    expect(await axeFaults(page)).toEqual([]);
    await page.screenshot({ path: join(runtime().project, "out", "screenshots", "api-key-made.png") });
    const [status, account] = await askAccount(key);
    expect([status, JSON.stringify(account)]).toEqual([200, expect.stringContaining("balances")]);
    await page.click(testId("api-key-kept"));
    await closeKeys();
    await openKeys();
    expect(await page.locator(testId("api-keys-dialog")).textContent()).not.toContain(key.secret);
    expect(await page.locator(testId("api-key")).first().textContent()).toMatch(/a bot.*BRAVO.*Read.*127\.0\.0\.1/);
    // One click asks, the second does it.
    await page.locator(testId("api-key-withdraw")).first().click();
    expect((await askAccount(key))[0]).toBe(200);
    await page.click(`${testId("api-key-withdraw")}[data-asked="true"]`);
    await page.waitForSelector(`${testId("api-key")}[data-key="${key.accessKey}"][data-revoked="true"]`);
    await until("it is refused", async () => ((await askAccount(key))[0] === 200 ? null : true));
    expect((await askAccount(key))[1]).toMatchObject({ code: "0103" });
    await closeKeys();
  });

  it("GW-35 in three languages no text of the dialog is cut off", async () => {
    for (const language of ["zh-HK", "zh-CN", "en"]) {
      await terminal.page.click(testId("panels-menu"));
      await terminal.page.click(testId("menu-settings"));
      await terminal.page.click(testId(`settings-language-${language}`));
      await terminal.page.click(testId("settings-close"));
      await openKeys();
      await terminal.page.waitForSelector(testId("api-key"));
      expect(await cutTexts(terminal.page, "dialog[open]"), language).toEqual([]);
      await terminal.page.screenshot({ path: join(runtime().project, "out", "screenshots", `api-keys-${language}.png`) });
      await closeKeys();
    }
  });
});

describe("CN-16 the dialog that connects to a venue", () => {
  it("opens from the menu, has nothing to go back from, and is legible in three languages", async () => {
    const { page } = terminal;
    for (const language of ["zh-HK", "zh-CN", "en"]) {
      await page.click('[data-testid="panels-menu"]');
      await page.click('[data-testid="menu-settings"]');
      await page.click(`[data-testid="settings-language-${language}"]`);
      await page.click('[data-testid="settings-close"]');
      if (language === "en") {
        expect(await menuItem("Back to the Simulated Exchange")).toBe(false);
        expect(await choose("Connect to a Venue")).toBe(true);
      } else {
        await page.click('[data-testid="panels-menu"]');
        await page.click('[data-testid="menu-connect-venue"]');
      }
      await page.waitForSelector('[data-testid="venue-dialog"] [data-testid="venue-storage"]:not(:empty)');
      expect(await cutTexts(page, "dialog[open]"), language).toEqual([]);
      expect(await axeFaults(page), language).toEqual([]);
      await page.screenshot({ path: join(runtime().project, "out", "screenshots", `venue-${language}.png`) });
      await page.click('[data-testid="venue-cancel"]');
      await page.waitForSelector('[data-testid="venue-dialog"]', { state: "detached" });
    }
  });
});
