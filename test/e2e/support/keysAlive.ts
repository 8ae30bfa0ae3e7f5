import type { Page } from "playwright";
import { until } from "./until.ts";

const testId = (name: string): string => `[data-testid="${name}"]`;
const LADDER_SCOPE = "ladder-panel";

/**
 * L3: carries the focus away and back, opens a dialog and closes it, and after each presses a chord that changes the window's clock.
 * Throws what did not happen.
 */
export async function keysAlive(page: Page): Promise<void> {
  for (const focus of ["ladder", "account-switch"]) {
    await page.focus(testId(focus));
    await page.keyboard.press("F1");
    // A locator, unlike a selector that is waited for, leaves no handle that would keep the closed sheet in memory.
    await page.locator(`${testId("key-sheet")} ${testId("key-watchdog")}[data-alive="true"]`).waitFor();
    await page.keyboard.press("Escape");
    await page.waitForSelector(testId("key-sheet"), { state: "detached" });
    await page.focus(testId("ladder"));
    const scope = await page.getAttribute(testId("hotkey-scope"), "data-scope");
    if (scope !== LADDER_SCOPE) throw new Error(`The ladder has the focus and the keys' scope says ${scope}.`);
    await changeZone(page);
  }
}

/** Presses the chord for the other time zone and waits until the window's clock shows it. */
export async function changeZone(page: Page): Promise<void> {
  const before = await zone(page);
  await page.keyboard.press("v");
  await page.keyboard.press("z");
  await until("the clock shows the other zone", async () => ((await zone(page)) === before ? null : true));
}

/** The time zone that the window's clock shows. */
export function zone(page: Page): Promise<string | null> {
  return page.textContent(`${testId("zone-switch")} .secondary`);
}
