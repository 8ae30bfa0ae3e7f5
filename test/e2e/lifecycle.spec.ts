import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { EngineProcessState } from "../../shared/shell.ts";
import { DebuggedTerminal } from "./support/devtools.ts";
import { runtime } from "./support/runtime.ts";
import { freshFolder, removeFolder, Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

let opened: Terminal[] = [];
let folders: string[] = [];
afterEach(async () => {
  for (const terminal of opened) await terminal.dispose();
  for (const path of folders) removeFolder(path);
  opened = [];
  folders = [];
});

async function open(options: Parameters<typeof Terminal.open>[0] = {}): Promise<Terminal> {
  const terminal = await Terminal.open(options);
  opened.push(terminal);
  return terminal;
}

function folder(): string {
  const path = freshFolder();
  folders.push(path);
  return path;
}

type Ended = { readonly code: number | null; readonly stderr: string };

/** Runs the terminal with these arguments until it ends by itself. */
function runToEnd(args: readonly string[]): Promise<Ended> {
  const { executable, flags, project } = runtime();
  const child = spawn(executable, [...flags, project, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += String(text);
  });
  return new Promise((resolve) => {
    child.on("exit", (code) => resolve({ code, stderr }));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("starting", () => {
  it("shows a dark window that says what it is, at the size of the screen or the default", async () => {
    const terminal = await open();
    const { background, size, isVisible, area } = await terminal.app.evaluate(({ BrowserWindow, screen }) => {
      const [window] = BrowserWindow.getAllWindows();
      return {
        background: window?.getBackgroundColor(),
        size: window?.getSize(),
        isVisible: window?.isVisible(),
        area: screen.getPrimaryDisplay().workAreaSize,
      };
    });
    await until("the window's title says what it is", async () => {
      const title = await terminal.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle());
      return title === "SIMULATED · HashKey Exchange (Hong Kong) — HashKey Terminal" ? true : null;
    });
    expect(background?.toLowerCase()).toBe("#0b0d10");
    expect(isVisible).toBe(true);
    expect(size).toEqual([Math.min(1_600, area.width), Math.min(1_000, area.height)]);
    expect(await terminal.page.textContent('[data-testid="banner"]')).toContain("SIMULATED");
    expect(await terminal.page.textContent('[data-testid="about"]')).toContain(`Electron ${await electronVersion(terminal)}`);
  });

  it("keeps window and data in the folder it was given", async () => {
    const dataFolder = folder();
    const terminal = await open({ dataFolder });
    const paths = await terminal.app.evaluate(({ app }) =>
      (["userData", "sessionData", "crashDumps", "logs"] as const).map((name) => app.getPath(name)),
    );
    expect(paths.every((path) => path.startsWith(dataFolder))).toBe(true);
    expect(existsSync(join(dataFolder, "journal.db"))).toBe(true);
  });

  it.each([
    ["an unknown argument", () => ["--dta", "x"], /^ARGUMENT_INVALID: .*--dta/m],
    ["a missing value", () => ["--data"], /^ARGUMENT_INVALID: .*--data/m],
    ["a history file that is not there", () => ["--data", folder(), "--history", "BTC/USD=/none.csv"], /^HISTORY_UNREADABLE: .*none\.csv/m],
    ["a file in the place of the data folder", () => ["--data", fileIn(folder())], /^DATA_FOLDER_MISSING: /m],
  ])("refuses %s with a typed error and exit code 2", async (_name, args, message) => {
    const { code, stderr } = await runToEnd(args());
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it("refuses a second terminal on the same folder with JOURNAL_LOCKED, and brings the first to the front", async () => {
    const terminal = await open();
    await terminal.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    const { code, stderr } = await runToEnd(["--data", terminal.dataFolder]);
    expect(stderr).toMatch(/^JOURNAL_LOCKED: /m);
    expect(code).toBe(3);
    await until("the first window is visible again", async () =>
      (await terminal.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())) === true ? true : null,
    );
    await terminal.waitForLive();
  });

  it("goes well though what was kept of windows and look can be neither read nor replaced", async () => {
    const dataFolder = folder();
    for (const name of ["open", "look", "window"]) mkdirSync(join(dataFolder, "layouts", `${name}.json`), { recursive: true });
    const terminal = await open({ dataFolder });
    expect(await terminal.quit()).toBe(0);
    expect(terminal.log()).toMatch(/error Which windows are open could not be saved/);
  });

  it("lets two terminals run on two folders", async () => {
    const [first, second] = [await open(), await open()];
    expect(await first.enginePid()).not.toBe(await second.enginePid());
  });
});

describe("the death of the engine process", () => {
  it("SC-8 is told at once, nothing stale looks live, one-click is off, and the engine comes back with all that was durable", async () => {
    const terminal = await open();
    const oneClick = terminal.page.locator('[data-testid="ladder-one-click"]');
    await oneClick.click();
    expect(await oneClick.getAttribute("aria-checked")).toBe("true");
    const before = await terminal.enginePid();
    const seqBefore = await sequence(terminal);
    // The page notes by its own clock when it was told.
    await terminal.page.evaluate(() => {
      const told: { state: string; at: number }[] = [];
      Reflect.set(window, "told", told);
      window.terminal?.onEngineProcess(({ state }) => told.push({ state, at: performance.now() }));
      Reflect.set(window, "killedAt", performance.now());
      // It also looks at itself in the first frame in which it is not live: from out here that moment could be missed.
      const looked = new Promise((resolve) => {
        const look = (): void => {
          const isLive = document.querySelector('[data-testid="status-connection"][data-state="live"]') !== null;
          const words = document.querySelector(".connection-bar")?.textContent;
          if (isLive || words === undefined) requestAnimationFrame(look);
          else resolve({ words, stale: document.querySelector<HTMLElement>('[data-testid="ladder-panel"]')?.dataset["stale"] });
        };
        look();
      });
      Reflect.set(window, "looked", looked);
    });
    process.kill(before, "SIGKILL");
    expect(await terminal.page.evaluate(() => Reflect.get(window, "looked") as Promise<unknown>)).toEqual({
      words: expect.stringMatching(/ENGINE DOWN|NOT LIVE/),
      stale: "true",
    });
    await until("another engine runs", async () => {
      const state = await terminal.engineState();
      return state.state === "running" && state.pid !== before ? state : null;
    });
    await terminal.waitForLive();
    expect(await oneClick.getAttribute("aria-checked")).toBe("false");
    expect(await terminal.enginePid()).not.toBe(before);
    expect(await sequence(terminal)).toBeGreaterThanOrEqual(seqBefore);
    const { toldAfterMs, states } = await terminal.page.evaluate(() => {
      const told = Reflect.get(window, "told") as { state: string; at: number }[];
      const down = told.find(({ state }) => state === "down");
      return { toldAfterMs: (down?.at ?? Infinity) - (Reflect.get(window, "killedAt") as number), states: told.map(({ state }) => state) };
    });
    // Told at once; what exceeds some milliseconds is other programs' turn on the processor.
    expect(toldAfterMs).toBeLessThan(2_000);
    expect(states.slice(0, 4)).toEqual(["running", "down", "starting", "running"]);
  });

  it("again and again makes the waits longer, and a person can cut them short", async () => {
    const terminal = await open();
    await terminal.killEngine();
    await terminal.killEngine();
    const third = await terminal.enginePid();
    const told = terminal.page.evaluate(
      () =>
        new Promise<EngineProcessState>((resolve) => {
          window.terminal?.onEngineProcess((state) => state.state === "down" && resolve(state));
        }),
    );
    process.kill(third, "SIGKILL");
    const down = await told;
    expect(down).toMatchObject({ attempt: 3, retryInMs: 1_000, error: null });
    expect(await terminal.request({ type: "restartEngine" })).toEqual({ ok: true });
    expect((await terminal.engineState()).state).not.toBe("down");
    await terminal.waitForLive();
  });

  // Windows has no signal that halts a process.
  it.skipIf(process.platform === "win32")("that hangs instead of dying is brought about, and another one follows", async () => {
    const terminal = await open();
    const before = await terminal.enginePid();
    process.kill(before, "SIGSTOP");
    const after = await until(
      "another engine runs",
      async () => {
        const state = await terminal.engineState();
        return state.state === "running" && state.pid !== before ? state.pid : null;
      },
      40_000,
    );
    expect(isAlive(before)).toBe(false);
    expect(after).not.toBe(before);
    await terminal.waitForLive();
  });

  it("by a fault that only a person can mend is shown and waits for the person", async () => {
    const dataFolder = folder();
    mkdirSync(dataFolder, { recursive: true });
    writeFileSync(join(dataFolder, "journal.db"), "this is no journal".repeat(500));
    const terminal = await Terminal.openWindow({ dataFolder });
    opened.push(terminal);
    const down = await until("the fault is told", async () => {
      const state = await terminal.engineState();
      return state.state === "down" ? state : null;
    });
    expect(down).toMatchObject({ retryInMs: null, error: { code: "JOURNAL_VERSION" } });
    await terminal.page.waitForSelector('[data-testid="restart-engine"]');
    expect(await terminal.page.locator(".connection-bar").textContent()).toContain(down.error?.message);
    expect(readFileSync(join(dataFolder, "journal.db"), "utf8")).toBe("this is no journal".repeat(500));
    rmSync(join(dataFolder, "journal.db"));
    await terminal.page.click('[data-testid="restart-engine"]');
    await terminal.waitForLive();
  });
});

describe("the death of the window", () => {
  it("leaves the engine alone, and a new page shows the present state", async () => {
    const { executable, flags, project } = runtime();
    const dataFolder = folder();
    const terminal = await DebuggedTerminal.open(executable, [...flags, project, "--data", dataFolder]);
    try {
      const before = digits(await terminal.waitForLive());
      const dead = await terminal.rendererPid();
      process.kill(dead, "SIGKILL");
      await until("another page is there", async () => (isAlive(dead) ? null : ((await terminal.rendererPid().catch(() => null)) ?? null)));
      await terminal.waitForLive();
      await terminal.waitFor(
        "the new page shows the market going on",
        `Number(document.querySelector('[data-testid="status-seq"]').textContent.replace(/\\D/g, "")) > ${before} || null`,
      );
      const log = readFileSync(join(dataFolder, "logs", "terminal.log"), "utf8");
      expect(log).toMatch(/The window's process is gone \(killed/);
      expect(log).not.toMatch(/The engine process ended/);
      expect(log.match(/Engine ready/g)).toHaveLength(1);
    } finally {
      await terminal.dispose();
    }
    expect(terminal.process.exitCode).toBe(0);
  });
});

describe("a window that hangs", () => {
  it("does not hold up the engine, and is up to date again afterwards", async () => {
    const terminal = await open();
    // Not its size: the log begins anew in its own place now and then.
    const writtenMs = (): number => statSync(join(terminal.dataFolder, "journal.db-wal")).mtimeMs;
    const before = await sequence(terminal);
    const hanging = terminal.page.evaluate(() => {
      const end = performance.now() + 5_000;
      while (performance.now() < end);
      return Date.now();
    });
    const startedMs = Date.now();
    const grewMs = await until("the journal grows while the window hangs", () => (writtenMs() > startedMs + 500 ? writtenMs() : null));
    expect(grewMs).toBeLessThan(await hanging);
    await terminal.waitForLive();
    await until("the window has caught up", async () => ((await sequence(terminal)) > before ? true : null));
    expect(terminal.log()).not.toMatch(/The engine process ended/);
  });
});

describe("ending", () => {
  it("ends the engine with a snapshot and leaves no process behind", async () => {
    const terminal = await open();
    const engine = await terminal.enginePid();
    expect(await terminal.quit()).toBe(0);
    await until("the engine process is gone", () => (isAlive(engine) ? null : true));
    expect(terminal.log()).toMatch(/The engine process ended with code 0/);
    expect(readFileSync(join(terminal.dataFolder, "engine.log"), "utf8")).toMatch(/Ended at sequence \d+, state [0-9a-f]{64}/);
  });

  it("by closing the window or by a signal is the same", async () => {
    const closed = await open();
    const engines = [await closed.enginePid()];
    await closed.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    const codes = [await closed.exited()];
    const signalled = await open();
    engines.push(await signalled.enginePid());
    signalled.process.kill("SIGTERM");
    codes.push(await signalled.exited());
    expect(codes).toEqual([0, 0]);
    // The system may take a moment to clear a process away that has ended.
    await until("both engine processes are gone", () => (engines.some(isAlive) ? null : true));
  });

  it("by a power cut takes the engine along, and the next start finds everything durable", async () => {
    const dataFolder = folder();
    const terminal = await open({ dataFolder });
    const engine = await terminal.enginePid();
    const seqBefore = await sequence(terminal);
    terminal.process.kill("SIGKILL");
    await until("the engine process is gone", () => (isAlive(engine) ? null : true));
    const again = await open({ dataFolder });
    expect(await sequence(again)).toBeGreaterThanOrEqual(seqBefore);
  });

  it("by an error that nobody caught is written down without secrets, and the engine still ends cleanly", async () => {
    const terminal = await open();
    await terminal.app.evaluate(() => {
      setTimeout(() => {
        throw new Error("a fault on purpose, apiKey=abc123");
      });
    });
    expect(await terminal.exited()).toBe(70);
    expect(terminal.log()).toMatch(/Uncaught error in the main process: Error: a fault on purpose, apiKey=\[redacted\]/);
    expect(terminal.log()).toMatch(/The engine process ended with code 0/);
  });

  it("keeps place and size of the window for the next start, but never off the screen", async () => {
    const dataFolder = folder();
    const bounds = { x: 120, y: 90, width: 1_300, height: 820 };
    const first = await open({ dataFolder });
    await first.app.evaluate(({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place), bounds);
    await first.page.waitForFunction((width) => outerWidth === width, bounds.width);
    await first.quit();
    const second = await open({ dataFolder });
    expect(await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())).toMatchObject(bounds);
    await second.quit();
    const gone = { ...bounds, x: 50_000 };
    writeFileSync(join(dataFolder, "layouts", "window.json"), JSON.stringify({ bounds: gone, maximized: false }));
    const third = await open({ dataFolder });
    const [x] = await third.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getPosition() ?? []);
    expect(x).toBeLessThan(2_560);
  });
});

function fileIn(path: string): string {
  const file = join(path, "file");
  writeFileSync(file, "");
  return file;
}

async function electronVersion(terminal: Terminal): Promise<string> {
  const reply = await terminal.request({ type: "about" });
  return reply.ok ? (reply.about?.electron ?? "") : "";
}

/** The engine's sequence as the status bar shows it. */
async function sequence(terminal: Terminal): Promise<number> {
  return digits(await terminal.page.textContent('[data-testid="status-seq"]'));
}

/** A grouped number. */
function digits(text: unknown): number {
  return Number(String(text).replace(/\D/g, ""));
}
