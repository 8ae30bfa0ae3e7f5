import { spawn, type ChildProcess } from "node:child_process";
import { z } from "zod";
import { until } from "./until.ts";

const replySchema = z.object({
  id: z.number().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});
const evaluatedSchema = z.object({
  result: z.object({ value: z.unknown().optional() }),
  exceptionDetails: z.object({ text: z.string() }).optional(),
});
const targetsSchema = z.array(z.object({ type: z.string(), webSocketDebuggerUrl: z.string() }));
const processesSchema = z.object({ processInfo: z.array(z.object({ type: z.string(), id: z.number() })) });

const ANSWER_WITHIN_MS = 45_000;

/**
 * A terminal that is driven over Chromium's own debugging port: for what Playwright cannot do, such as a packaged application, whose fuses
 * shut the inspector that Playwright needs, and a page that dies.
 */
export class DebuggedTerminal {
  readonly process: ChildProcess;
  readonly #browserUrl: string;

  private constructor(child: ChildProcess, browserUrl: string) {
    this.process = child;
    this.#browserUrl = browserUrl;
  }

  /** `withinMs` bounds the wait for the process to open its window, set-up included where the executable is a launcher. */
  static async open(
    executable: string,
    args: readonly string[],
    { env = process.env, withinMs }: { readonly env?: NodeJS.ProcessEnv; readonly withinMs?: number } = {},
  ): Promise<DebuggedTerminal> {
    const child = spawn(executable, [...args, "--remote-debugging-port=0"], { stdio: ["ignore", "ignore", "pipe"], env });
    let said = "";
    child.stderr?.on("data", (text) => {
      said += String(text);
    });
    const url = await until(
      "the debugging port is open",
      () => {
        if (child.exitCode !== null) throw new Error(`The terminal ended with code ${child.exitCode}:\n${said}`);
        return /DevTools listening on (ws:\S+)/.exec(said)?.[1] ?? null;
      },
      withinMs,
    );
    return new DebuggedTerminal(child, url);
  }

  /** Runs an expression in the page and returns its value, a promise's when it settles. Throws what it throws, and when there is no page. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = evaluatedSchema.parse(
      await call(await this.#pageUrl(), "Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }),
    );
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
    return result.value;
  }

  /** Waits until the expression is neither null nor undefined nor an error. */
  waitFor(what: string, expression: string): Promise<unknown> {
    return until(what, async () => {
      try {
        return (await this.evaluate(expression)) ?? null;
      } catch {
        // No page at the moment, or not yet the whole of it.
        return null;
      }
    });
  }

  /** Text that the page shows once its numbers are live. */
  waitForLive(): Promise<unknown> {
    return this.waitFor(
      "the page shows live numbers",
      `document.querySelector('[data-testid="status-connection"][data-state="live"][data-engine="running"]') && document.querySelector('[data-testid="status-seq"]').textContent`,
    );
  }

  async rendererPid(): Promise<number> {
    const { processInfo } = processesSchema.parse(await call(this.#browserUrl, "SystemInfo.getProcessInfo", {}));
    const renderer = processInfo.find(({ type }) => type === "renderer");
    if (renderer === undefined) throw new Error("There is no renderer.");
    return renderer.id;
  }

  /** Waits for the end of the main process and returns its exit code. */
  async exited(): Promise<number | null> {
    await until("the terminal has ended", () => (this.process.exitCode === null && this.process.signalCode === null ? null : true));
    return this.process.exitCode;
  }

  async dispose(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill("SIGTERM");
    await this.exited();
  }

  async #pageUrl(): Promise<string> {
    const response = await fetch(`http://${new URL(this.#browserUrl).host}/json/list`);
    const page = targetsSchema.parse(await response.json()).find(({ type }) => type === "page");
    if (page === undefined) throw new Error("There is no page.");
    return page.webSocketDebuggerUrl;
  }
}

/** One call of the debugging protocol over a socket of its own. */
function call(url: string, method: string, params: object): Promise<unknown> {
  const socket = new WebSocket(url);
  return new Promise<unknown>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${method} was not answered.`)), ANSWER_WITHIN_MS);
    socket.addEventListener("open", () => socket.send(JSON.stringify({ id: 1, method, params })));
    socket.addEventListener("error", () => reject(new Error(`${method}: the connection failed.`)));
    socket.addEventListener("close", () => reject(new Error(`${method}: the connection closed.`)));
    socket.addEventListener("message", ({ data }) => {
      const reply = replySchema.parse(JSON.parse(String(data)));
      if (reply.id !== 1) return;
      clearTimeout(late);
      if (reply.error === undefined) resolve(reply.result);
      else reject(new Error(`${method}: ${reply.error.message}`));
    });
  }).finally(() => socket.close());
}
