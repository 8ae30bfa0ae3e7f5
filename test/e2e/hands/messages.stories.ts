import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { page, screens, shots, testId, open } from "./desk.ts";

/** Messages and alerts. */
export function messageStories(): void {
  describe("9 alerts and messages", () => {
    it("9 SC-12 keeps what was told over the end of the terminal, and says whose clock its times are of", async () => {
      await open(page, "Messages");
      await page.waitForSelector(`${testId("message")}:has-text("kill switch engaged")`);
      await page.screenshot({ path: join(shots, "messages.png") });
      expect(await page.locator(testId("message")).count()).toBeGreaterThan(10);
      expect(await page.textContent(`${testId("messages")} .panel-title`)).toMatch(/this machine/i);
      expect(await page.getAttribute(`${testId("message")} time`, "title")).toMatch(/^\d{4}-\d{2}-\d{2} .*this machine/i);
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
}
