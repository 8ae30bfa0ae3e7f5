import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { until } from "../support/until.ts";
import { page, screens, shots, testId, preview } from "./desk.ts";

/** The ticket: what it foretells, refuses and sends. */
export function ticketStories(): void {
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
        return /filled/.test(text) ? text.replaceAll(/[\u2009\u202f]/g, "") : null;
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
}
