import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changeZone, zone } from "../support/keysAlive.ts";
import { until } from "../support/until.ts";
import { page, screens, shots, testId } from "./desk.ts";

/** Palette and keys. */
export function keyStories(): void {
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

    it("6 SC-11 SC-14 cancels all and flattens by key or in the position's row, after saying how far that reaches", async () => {
      await screens.chooseAccount("ALPHA");
      await page.focus(testId("ladder"));
      await page.keyboard.press("c");
      await page.keyboard.press("a");
      await page.waitForSelector(testId("cancel-dialog"));
      expect(await page.textContent(testId("cancel-radius"))).toMatch(/Orders2/);
      await page.keyboard.press("Enter");
      await expect.poll(async () => (await screens.orders.rows()).length).toBe(0);
      await page.focus(testId("ladder"));
      await page.keyboard.press("Control+Shift+F");
      const radius = async (): Promise<string | undefined> => (await page.textContent(testId("flatten-radius")))?.replaceAll("\u2009", "");
      expect(await radius()).toMatch(/ALPHA 1\.5 BTC\/USD/);
      await page.screenshot({ path: join(shots, "flatten.png") });
      await page.keyboard.press("Enter");
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
}
