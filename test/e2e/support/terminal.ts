import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { _electron, type ElectronApplication, type Page } from "playwright";
import type { EngineProcessState, ShellReply, ShellRequest, TerminalBridge } from "../../../shared/shell.ts";
import { runtime } from "./runtime.ts";
import { until } from "./until.ts";

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly terminal?: TerminalBridge;
  }
}

export type OpenOptions = {
  /** A folder to start on; without one the terminal gets a fresh one, which goes away with it. */
  readonly dataFolder?: string;
  /** Further arguments of the terminal. */
  readonly args?: readonly string[];
  /** What the operating system answers when it is asked for displays, the primary one first; without it the real ones. */
  readonly displays?: readonly E2eDisplay[];
  /** What differs from the environment of the tests. */
  readonly env?: NodeJS.Dict<string>;
};

export type E2eRectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
export type E2eDisplay = {
  readonly id: number;
  readonly bounds: E2eRectangle;
  readonly workArea: E2eRectangle;
  readonly scaleFactor: number;
};

const HOLD_READY = join(import.meta.dirname, "holdReady.cjs");
const LIVE_WITHIN_MS = 60_000;

/** The real terminal in a real window, on a real journal. */
export class Terminal {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly dataFolder: string;
  /** Electron's main process. */
  readonly process: ChildProcess;

  private constructor(app: ElectronApplication, page: Page, dataFolder: string) {
    this.app = app;
    this.process = app.process();
    this.page = page;
    this.dataFolder = dataFolder;
  }

  /** Opens the window; returns once it shows live numbers. */
  static async open(options: OpenOptions = {}): Promise<Terminal> {
    const terminal = await Terminal.openWindow(options);
    await terminal.waitForLive();
    return terminal;
  }

  /** Opens the window without waiting for the engine. */
  static async openWindow({ dataFolder = freshFolder(), args = [], displays, env = {} }: OpenOptions = {}): Promise<Terminal> {
    const { executable, flags, project } = runtime();
    const app = await _electron.launch({
      executablePath: executable,
      args: [...flags, "-r", HOLD_READY, project, "--data", dataFolder, ...args],
      env: {
        ...process.env,
        ...env,
        ELECTRON_RUN_AS_NODE: undefined,
        TERMINAL_E2E_DISPLAYS: displays === undefined ? undefined : JSON.stringify(displays),
      } as NodeJS.Dict<string> as Record<string, string>,
    });
    const page = await app.firstWindow();
    return new Terminal(app, page, dataFolder);
  }

  async waitForLive(): Promise<void> {
    await this.page.waitForSelector('[data-testid="status-connection"][data-state="live"][data-engine="running"]', {
      timeout: LIVE_WITHIN_MS,
    });
  }

  /** Sends a request as the window's own code would. */
  request(request: ShellRequest): Promise<ShellReply> {
    return this.page.evaluate(
      (message) => (window.terminal === undefined ? Promise.reject(new Error("no bridge")) : window.terminal.request(message)),
      request,
    );
  }

  engineState(): Promise<EngineProcessState> {
    return this.page.evaluate(
      () =>
        new Promise<EngineProcessState>((resolve) => {
          window.terminal?.onEngineProcess(resolve);
        }),
    );
  }

  /** Process id of the engine, once it runs. */
  async enginePid(): Promise<number> {
    return until("the engine runs", async () => {
      const state = await this.engineState();
      return state.state === "running" ? state.pid : null;
    });
  }

  /** Kills the engine process as a power cut would, and waits for the one that follows it. */
  async killEngine(): Promise<{ readonly before: number; readonly after: number }> {
    const before = await this.enginePid();
    process.kill(before, "SIGKILL");
    const after = await until("another engine runs", async () => {
      const state = await this.engineState();
      return state.state === "running" && state.pid !== before ? state.pid : null;
    });
    await this.waitForLive();
    return { before, after };
  }

  /** Sizes the page itself, without frame and menu. */
  async resize(size: { readonly width: number; readonly height: number }): Promise<void> {
    await this.app.evaluate(
      ({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
      size,
    );
    await this.page.waitForFunction(({ width, height }) => innerWidth === width && innerHeight === height, size);
  }

  /** Waits until the main process is gone; returns its exit code, null when a signal ended it. */
  async exited(): Promise<number | null> {
    await until("the terminal has ended", () => (this.process.exitCode === null && this.process.signalCode === null ? null : true));
    return this.process.exitCode;
  }

  log(): string {
    return readFileSync(join(this.dataFolder, "logs", "terminal.log"), "utf8");
  }

  /** Ends the terminal in the ordinary way and starts it again on the same data. */
  async reopen(args: readonly string[] = []): Promise<Terminal> {
    await this.quit();
    return Terminal.open({ dataFolder: this.dataFolder, args });
  }

  /** Ends the terminal as a person does; returns its exit code. */
  async quit(): Promise<number | null> {
    await this.app.close();
    return this.exited();
  }

  /** Ends the terminal, if it still runs, and removes its data. */
  async dispose(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.app.close();
    removeFolder(this.dataFolder);
  }
}

/** Chromium's processes may write for a moment after their main process was killed. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

export function freshFolder(): string {
  return mkdtempSync(join(tmpdir(), "terminal-e2e-"));
}
