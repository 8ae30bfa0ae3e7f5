import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import type { E2eDisplay, E2eRectangle } from "../support/terminal.ts";
import { until } from "../support/until.ts";
import { terminal, page, screens, shots, testId, preview, answerSaveDialog, open, reopen } from "./desk.ts";

/** Layouts, further windows, and the two people of a limit. */
export function workspaceStories(): void {
  describe("8 workspaces", () => {
    let second: Page;
    const displayOf = (id: number, bounds: E2eRectangle, scaleFactor: number): E2eDisplay => ({
      id,
      bounds,
      workArea: bounds,
      scaleFactor,
    });
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

    it("8 RK-35 SC-13 four eyes: a kill switch cancels at once, is told to the trader, and is re-armed by another person alone; the deeds say so", async () => {
      await second.fill(testId("risk-reason"), "suspicious orders");
      await second.click(testId("risk-kill"));
      await second.waitForSelector(testId("risk-killed"));
      // RK-35 SC-13: the trader is told who and why, and goes on seeing it.
      await page.waitForSelector(`${testId("toast")}:has-text("stopped by Risk officer"):has-text("suspicious orders")`, {
        state: "attached",
      });
      await page.waitForSelector(`${testId("account-stopped")}:has-text("Kill switch")`);
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
      await page.waitForSelector(testId("account-stopped"), { state: "detached" });
      await open(page, "Deeds");
      const newest = (column: string): Promise<string> =>
        page
          .locator(`${testId("grid-deeds")} .ag-row[row-index="0"] [col-id="${column}"]`)
          .first()
          .innerText();
      await expect.poll(() => newest("kind"), { timeout: 20_000 }).toBe("Re-armed");
      expect(await newest("by")).toBe("Second officer");
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
      await reopen({ args: ["--market", "off"], displays }, 2, (dataFolder) => {
        writeFileSync(join(dataFolder, "layouts", "2.json"), "of another version");
      });
    });

    it("8 SC-4 keeps a layout that it cannot read beside the one that it saves next", async () => {
      const kept = join(terminal.dataFolder, "layouts", "2.damaged.json");
      await expect.poll(() => existsSync(kept)).toBe(true);
      expect(readFileSync(kept, "utf8")).toBe("of another version");
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
}
