import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadScenario } from "../../engine/scenario/files.ts";
import { openScenarioJournal } from "../../engine/scenario/journal.ts";
import { ScenarioRun } from "../../engine/scenario/run.ts";
import { panelTexts } from "../../renderer/app/panelTexts.ts";
import { setLanguage } from "../../shared/languages.ts";
import { Pictures } from "./support/pictures.ts";
import { runtime } from "./support/runtime.ts";
import { screensOf } from "./support/screens.ts";
import { freshFolder, removeFolder, Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

/** `npm run pictures -- --update` sets it. */
const isUpdate = process.env["TERMINAL_PICTURES"] === "update";
const kept = join(import.meta.dirname, "pictures");
const made = join(runtime().project, "out", "pictures");
const testId = (name: string): string => `[data-testid="${name}"]`;
const themes = ["dark", "light", "contrast"] as const;
const tongues = ["en", "zh-HK", "zh-CN"] as const;

/** The heatmap ends at the moment on view, which is another at each start, but not in the past. */
const PAST_SEQ = 60_000;

/** A market of ten minutes that the engine itself has decided, in simulated time: the same numbers on each machine, and nobody trades on. */
let dataFolder: string;
let terminal: Terminal;
let pictures: Pictures;
let otherStack: string | null = null;

beforeAll(async () => {
  dataFolder = freshFolder();
  const journal = openScenarioJournal(dataFolder);
  const run = new ScenarioRun(loadScenario(join(kept, "market.yaml")).scenario, { journal });
  run.time.maximum();
  await run.time.drive();
  run.finish();
  journal.release();
  terminal = await Terminal.open({ dataFolder, args: ["--market", "off"] });
  pictures = new Pictures(terminal.page, { kept, made, isUpdate });
  await terminal.resize({ width: 1_280, height: 800 });
  await screensOf(terminal.page).chooseAccount("ALPHA");
  otherStack = await pictures.otherStack();
});
afterAll(async () => {
  await terminal.dispose();
  removeFolder(dataFolder);
});

async function choose(...choices: readonly string[]): Promise<void> {
  const { page } = terminal;
  await page.click(testId("panels-menu"));
  await page.click(testId("menu-settings"));
  for (const choice of choices) await page.click(testId(`settings-${choice}`));
  await page.click(testId("settings-close"));
  await page.waitForSelector(testId("settings-dialog"), { state: "detached" });
}

/** By the menu, for a narrow window hides tabs. */
async function openTab(panel: keyof typeof panelTexts): Promise<void> {
  await terminal.page.click(testId("panels-menu"));
  await terminal.page
    .getByRole("button", { name: panelTexts[panel], exact: true })
    .and(terminal.page.locator("#panels-menu button"))
    .click();
}

function pictureOf(panel: string): Promise<Buffer> {
  return terminal.page.locator(testId(panel)).screenshot({ animations: "disabled", caret: "hide" });
}

/** Waits until two pictures of all panels in a row are alike: whatever was still on its way has come then. */
async function standStill(): Promise<void> {
  await terminal.page.mouse.move(2, 2);
  // What a busy machine makes the terminal say stands over panels for a while.
  await terminal.page.locator(".toasts").evaluate((toasts) => ((toasts as HTMLElement).hidden = true));
  let before: Buffer = Buffer.alloc(0);
  await until("the panels stand still", async () => {
    const now = await terminal.page.locator("main.workspace").screenshot({ animations: "disabled", caret: "hide" });
    const same = now.equals(before);
    before = now;
    return same ? true : null;
  });
}

describe.each(themes)("LK-12 in the %s theme", (theme) => {
  it.for(tongues)("ladder, depth, chart, ticket and blotters look as they are kept, in %s", async (language, { skip }) => {
    if (otherStack !== null) skip(`Not compared: ${otherStack}. npm run pictures -- --update keeps this machine's.`);
    const { page } = terminal;
    await choose(`theme-${theme}`, `language-${language}`);
    setLanguage(language);
    await until("the faces have come", () => page.evaluate(() => (document.fonts.status === "loaded" ? true : null)));
    await openTab("chart");
    await openTab("orders");
    await page.click(testId("orders-all"));
    // A ticket with what its order would do.
    await page.fill(testId("ticket-price"), "64990");
    await page.waitForSelector(`${testId("ticket-preview")}[data-current="true"]`);
    await page.locator(testId("ticket-price")).blur();
    const faults: (string | null)[] = [];
    const look = async (panel: string): Promise<void> => {
      faults.push(await pictures.faultOf(`${panel}-${theme}-${language}`, await pictureOf(panel)));
    };
    await standStill();
    for (const panel of ["ladder-panel", "depth", "chart", "ticket", "blotter-orders"]) await look(panel);
    await openTab("fills");
    await standStill();
    await look("blotter-fills");
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
  });
});

describe("LK-12 in the past", () => {
  beforeAll(async () => {
    await terminal.page.click(testId("past-open"));
    await terminal.page.fill(testId("past-seq"), String(PAST_SEQ));
    await terminal.page.press(testId("past-seq"), "Enter");
    await terminal.page.waitForSelector(`${testId("past-bar")}[data-past="true"]`);
  });

  it.for(themes.flatMap((theme) => tongues.map((language) => [theme, language] as const)))(
    "the heatmap of the %s theme looks as it is kept, in %s",
    async ([theme, language], { skip }) => {
      if (otherStack !== null) skip(`Not compared: ${otherStack}. npm run pictures -- --update keeps this machine's.`);
      await choose(`theme-${theme}`, `language-${language}`);
      setLanguage(language);
      await openTab("heatmap");
      await standStill();
      expect(await pictures.faultOf(`heatmap-${theme}-${language}`, await pictureOf("heatmap"))).toBeNull();
    },
  );
});
