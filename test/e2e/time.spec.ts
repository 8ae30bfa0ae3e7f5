import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

/** The pace of the exchange, driven from the window: each test goes on where the one before ended. */
let terminal: Terminal;
beforeAll(async () => {
  terminal = await Terminal.open();
  await until("somebody has traded", async () => ((await text("tape-last")) ? true : null), 60_000);
});
afterAll(() => terminal.dispose());

const text = (name: string): Promise<string | null> => terminal.page.textContent(`[data-testid="${name}"]`);
const press = (name: string): Promise<void> => terminal.page.click(`[data-testid="${name}"]`);
const clock = async (): Promise<string> => (await terminal.page.textContent(".banner-clock")) ?? "";
const sequence = (): Promise<number> => terminal.page.evaluate(() => Number(document.documentElement.dataset["engineSeq"]));

/** The message that the newest deed was answered with. */
async function answered(pattern: RegExp): Promise<string> {
  return until(`a message like ${pattern.source}`, async () => {
    const shown = await terminal.page.locator(".toast").allTextContents();
    return shown.find((one) => pattern.test(one)) ?? null;
  });
}

/** What has not moved over several words of the engine stands still. */
async function stands(): Promise<number> {
  const page = (): Promise<{ readonly seq: number; readonly heard: number }> =>
    terminal.page.evaluate(() => {
      const { engineSeq, heard } = document.documentElement.dataset;
      return { seq: Number(engineSeq), heard: Number(heard) };
    });
  let since = await page();
  return until("nothing moves any more", async () => {
    const now = await page();
    if (now.seq !== since.seq) since = now;
    return now.heard > since.heard + 4 ? now.seq : null;
  });
}

describe("SM-25 time in a person's hands", () => {
  it("SM-25 stops: the clock and the market stand still, and the banner says so in words", async () => {
    await press("time-pause");
    await terminal.page.waitForSelector('[data-testid="time-mode"]:text("TIME STANDS STILL")');
    const seq = await stands();
    const at = await clock();
    expect(await stands()).toBe(seq);
    expect(await clock()).toBe(at);
  });

  it("SM-25 steps to the next command, and stands still behind it", async () => {
    const before = await stands();
    await press("time-step-event");
    await answered(/Venue time stands at .*: [1-9]\d* commands?/);
    const after = await stands();
    expect(after).toBeGreaterThan(before);
    expect(after - before).toBeLessThan(200);
  });

  it("SM-25 steps to the next fill", async () => {
    await press("time-step-fill");
    expect(await answered(/commands? and [1-9]\d* trades? on/)).not.toBe("");
    const seq = await stands();
    expect(await text("time-mode")).toBe("TIME STANDS STILL");
    expect(await stands()).toBe(seq);
  });

  it("SM-25 goes to a time, to the millisecond, and refuses what is no length of time", async () => {
    await terminal.page.fill('[data-testid="time-leap"]', "soon");
    expect(await terminal.page.getAttribute('[data-testid="time-leap"]', "aria-invalid")).toBe("true");
    const secondsOf = (shown: string): number => {
      const [hours = 0, minutes = 0, seconds = 0] = (/(\d+):(\d+):(\d+)/.exec(shown)?.slice(1) ?? []).map(Number);
      return hours * 3_600 + minutes * 60 + seconds;
    };
    const before = secondsOf(await clock());
    await terminal.page.fill('[data-testid="time-leap"]', "30s");
    await terminal.page.press('[data-testid="time-leap"]', "Enter");
    const day = 86_400;
    await until("the clock is 30 seconds on", async () => ((secondsOf(await clock()) - before + day) % day === 30 ? true : null), 60_000);
    await stands();
    expect((secondsOf(await clock()) - before + day) % day).toBe(30);
  });

  it("SM-25 says that a step is under way rather than that time stands still, and stops it where it is", async () => {
    const day = await clock();
    await terminal.page.fill('[data-testid="time-leap"]', "30d");
    await terminal.page.press('[data-testid="time-leap"]', "Enter");
    await terminal.page.waitForSelector('[data-testid="time-mode"]:text("STEPPING")');
    await until("the clock moves", async () => ((await clock()) === day ? null : true), 60_000);
    await press("time-pause");
    await terminal.page.waitForSelector('[data-testid="time-mode"]:text("TIME STANDS STILL")');
    const seq = await stands();
    expect(await stands()).toBe(seq);
  });

  it("SM-25 runs as fast as the machine can, and stops again", async () => {
    const before = await sequence();
    await press("time-maximum");
    await terminal.page.waitForSelector('[data-testid="time-mode"]:text("FULL SPEED")');
    await until("a great deal has happened", async () => ((await sequence()) > before + 2_000 ? true : null), 60_000);
    await press("time-pause");
    await terminal.page.waitForSelector('[data-testid="time-mode"]:text("TIME STANDS STILL")');
    expect(await stands()).toBeGreaterThan(before + 2_000);
  });

  it("SM-25 runs again at a chosen speed", async () => {
    await terminal.page.selectOption('[data-testid="clock-speed"]', "2");
    const before = await sequence();
    await until("the market moves", async () => ((await sequence()) > before + 20 ? true : null), 60_000);
    expect(await terminal.page.locator('[data-testid="time-mode"]').count()).toBe(0);
  });
});
