import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { expect } from "vitest";
import { runtime } from "../support/runtime.ts";
import { screensOf, type Screens } from "../support/screens.ts";
import { Terminal } from "../support/terminal.ts";
import { until } from "../support/until.ts";

/** The trader's desk: one window for all stories, as the one before left it. */
export let terminal: Terminal;
export let page: Page;
export let screens: Screens;

export const shots = join(runtime().project, "out", "screenshots");
export const testId = (name: string): string => `[data-testid="${name}"]`;

/** Opens the window on a market that has traded and rests. */
export async function openDesk(): Promise<void> {
  mkdirSync(shots, { recursive: true });
  terminal = await Terminal.open();
  page = terminal.page;
  screens = screensOf(page);
  await screens.chooseAccount("ALPHA");
  await until("somebody has traded", async () => ((await page.textContent(testId("tape-last"))) ? true : null), 60_000);
  await screens.pauseMarket();
}

/** Ends the terminal and opens it on the same data, after `between` it; returns once so many windows are back. */
export async function reopen(
  options: Omit<NonNullable<Parameters<typeof Terminal.open>[0]>, "dataFolder">,
  windows: number,
  between: (dataFolder: string) => void = () => undefined,
): Promise<void> {
  await terminal.quit();
  between(terminal.dataFolder);
  terminal = await Terminal.open({ dataFolder: terminal.dataFolder, ...options });
  await until("the windows are back", () => (terminal.app.windows().length >= windows ? true : null));
  expect(terminal.app.windows()).toHaveLength(windows);
  page = terminal.app.windows()[0] ?? terminal.page;
  screens = screensOf(page);
}

/** The preview once it belongs to what is typed. */
export async function preview(): Promise<Record<string, string>> {
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

/** Stands in for the person at the system's own dialog for a file's place. */
export async function answerSaveDialog(path: string): Promise<void> {
  await terminal.app.evaluate(({ dialog }, file) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: file });
  }, path);
}

/** Brings a panel to the front by the palette, whatever is on view. */
export async function open(on: Page, panel: string): Promise<void> {
  await on.keyboard.press("Control+k");
  await on.fill(testId("palette-input"), panel);
  await on.keyboard.press("Enter");
  await on.waitForSelector(testId("palette"), { state: "detached" });
}
