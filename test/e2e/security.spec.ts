import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Terminal } from "./support/terminal.ts";

let terminal: Terminal;
beforeAll(async () => {
  terminal = await Terminal.open();
});
afterAll(() => terminal.dispose());

/**
 * Runs code as a script of the page would run, subject to its policy: the debugger's own evaluations are exempt from it, but not what
 * they leave to a timer.
 */
function inPage<T>(code: () => T | Promise<T>): Promise<T> {
  return terminal.page.evaluate(code);
}

describe("the window's page", () => {
  it("has neither Node nor Electron, only the bridge's four functions", async () => {
    const found = await inPage(() => ({
      require: typeof Reflect.get(window, "require"),
      process: typeof Reflect.get(window, "process"),
      module: typeof Reflect.get(window, "module"),
      ipcRenderer: typeof Reflect.get(window, "ipcRenderer"),
      bridge: Object.entries(window.terminal ?? {}).map(([name, value]) => `${name}: ${typeof value}`),
    }));
    expect(found).toEqual({
      require: "undefined",
      process: "undefined",
      module: "undefined",
      ipcRenderer: "undefined",
      bridge: ["connect: function", "request: function", "onEngineProcess: function", "onMenu: function"],
    });
  });

  it("cannot change its bridge", async () => {
    const changed = await inPage(() => {
      const bridge = window.terminal;
      const attempts = [
        () => Object.defineProperty(window, "terminal", { value: 1 }),
        () => Reflect.set(bridge ?? {}, "request", () => 1),
        () => Reflect.deleteProperty(window, "terminal"),
      ];
      for (const attempt of attempts) {
        try {
          attempt();
        } catch {
          // Refusing by an exception is as good as by doing nothing.
        }
      }
      return (
        window.terminal !== bridge || typeof window.terminal?.request !== "function" || String(window.terminal.request).includes("=> 1")
      );
    });
    expect(changed).toBe(false);
  });

  it("runs isolated and sandboxed, without Node in any of its parts", async () => {
    const preferences = await terminal.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      const all =
        contents === undefined ? {} : (Reflect.get(contents, "getLastWebPreferences") as () => Record<string, unknown>).call(contents);
      const names = [
        "contextIsolation",
        "sandbox",
        "nodeIntegration",
        "nodeIntegrationInWorker",
        "nodeIntegrationInSubFrames",
        "webSecurity",
        "webviewTag",
      ];
      return Object.fromEntries(names.map((name) => [name, all[name] ?? false]));
    });
    expect(preferences).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
  });
});

describe("the content security policy", () => {
  it("refuses eval and its relatives", async () => {
    const outcome = await inPage(
      () =>
        new Promise<string[]>((resolve) => {
          setTimeout(() => {
            const tries = [
              () => Reflect.apply(Reflect.get(window, "eval") as typeof String, null, ["1"]),
              () => Reflect.construct(Function, ["return 1"]),
            ];
            resolve(
              tries.map((attempt) => {
                try {
                  attempt();
                  return "ran";
                } catch (error) {
                  return error instanceof Error ? error.name : "threw";
                }
              }),
            );
          });
        }),
    );
    expect(outcome).toEqual(["EvalError", "EvalError"]);
  });

  it("refuses inline scripts, inline handlers, javascript: addresses and remote scripts", async () => {
    const outcome = await inPage(async () => {
      const violations: string[] = [];
      document.addEventListener("securitypolicyviolation", (event) => violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
      const add = (fill: (element: HTMLScriptElement) => void): void => {
        const script = document.createElement("script");
        fill(script);
        document.head.append(script);
      };
      add((script) => (script.textContent = "window.breached = 'inline'"));
      add((script) => (script.src = "https://example.com/x.js"));
      add((script) => (script.src = "data:text/javascript,window.breached='data'"));
      const button = document.createElement("button");
      button.setAttribute("onclick", "window.breached = 'handler'");
      document.body.append(button);
      button.click();
      const link = document.createElement("a");
      link.href = "javascript:window.breached='address'";
      document.body.append(link);
      link.click();
      const until = performance.now() + 5_000;
      while (violations.length < 5 && performance.now() < until) await new Promise(requestAnimationFrame);
      button.remove();
      link.remove();
      return { breached: Reflect.get(window, "breached") ?? null, violations: violations.toSorted() };
    });
    expect(outcome.breached).toBeNull();
    expect(outcome.violations).toEqual([
      "script-src-attr inline",
      "script-src-elem data",
      "script-src-elem https://example.com/x.js",
      "script-src-elem inline",
      "script-src-elem inline",
    ]);
  });

  it.each(["fetch", "socket", "img", "iframe", "object"])("lets nothing remote in by %s", async (way) => {
    const outcome = await terminal.page.evaluate(
      (kind) =>
        new Promise<string>((resolve) => {
          const refused = (): void => resolve("refused");
          document.addEventListener("securitypolicyviolation", refused, { once: true });
          if (kind === "fetch") {
            fetch("https://example.com/").then(() => resolve("loaded"), refused);
          } else if (kind === "socket") {
            new WebSocket("wss://example.com/").onopen = () => resolve("loaded");
          } else {
            const element = document.createElement(kind);
            // A frame also "loads" the error page that stands for what was refused.
            if (kind === "img") element.addEventListener("load", () => resolve("loaded"));
            element.setAttribute(kind === "object" ? "data" : "src", "https://example.com/x");
            document.body.append(element);
          }
        }),
      way,
    );
    expect(outcome).toBe("refused");
  });

  it("serves nothing outside the window's files, by whatever spelling", async () => {
    const statuses = await inPage(() =>
      Promise.all(
        ["../electron/main.js", "..%2felectron%2fmain.js", "%2e%2e/%2e%2e/package.json", "assets/..%5c..%5cpackage.json", "absent.js"].map(
          (path) =>
            fetch(`/${path}`).then(
              (response) => response.status,
              () => 0,
            ),
        ),
      ),
    );
    expect(statuses.every((status) => status === 404 || status === 0)).toBe(true);
  });
});

describe("the shell around the page", () => {
  it("refuses requests to the network even where no policy applies", async () => {
    const outcome = await terminal.app.evaluate(async ({ session }) =>
      Promise.all(
        ["https://example.com/", "http://127.0.0.1:9/", "file:///etc/hostname", "ftp://example.com/"].map((url) =>
          session.defaultSession.fetch(url).then(
            () => "loaded",
            () => "refused",
          ),
        ),
      ),
    );
    expect(outcome).toEqual(["refused", "refused", "refused", "refused"]);
  });

  it("stays on its page", async () => {
    const before = terminal.page.url();
    for (const target of [
      "https://example.com/",
      "app://terminal/other.html",
      "app://terminal/assets/x.js",
      "data:text/html,x",
      "about:blank",
    ]) {
      await terminal.page.evaluate((url) => {
        location.href = url;
      }, target);
    }
    await expect.poll(() => terminal.log()).toMatch(/avigation refused: app:\/\/terminal\/assets\/x\.js/);
    // A blank page cannot be refused, but it is not left standing.
    await expect.poll(() => terminal.log()).toMatch(/went to about:blank and is brought back/);
    await terminal.waitForLive();
    expect(before).toBe("app://terminal/index.html");
    expect(terminal.page.url()).toBe(before);
  });

  it("opens no second window", async () => {
    const opened = await inPage(() =>
      ["https://example.com/", "app://terminal/index.html", "about:blank"].map((url) => window.open(url) === null),
    );
    expect(opened).toEqual([true, true, true]);
    expect(await terminal.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  it("denies every permission, asked for or looked up", async () => {
    const denied = await inPage(async () => {
      const names = ["geolocation", "notifications", "camera", "microphone", "clipboard-read", "midi", "persistent-storage"];
      const looked = await Promise.all(
        names.map((name) =>
          navigator.permissions.query({ name: name as PermissionName }).then(
            (status) => status.state,
            () => "denied",
          ),
        ),
      );
      const asked = await Promise.all([
        navigator.mediaDevices.getUserMedia({ audio: true }).then(
          () => "granted",
          () => "denied",
        ),
        navigator.mediaDevices.getDisplayMedia({ video: true }).then(
          () => "granted",
          () => "denied",
        ),
        new Promise<string>((resolve) =>
          navigator.geolocation.getCurrentPosition(
            () => resolve("granted"),
            () => resolve("denied"),
          ),
        ),
        Notification.requestPermission(),
        navigator.clipboard.readText().then(
          () => "granted",
          () => "denied",
        ),
      ]);
      return [...looked, ...asked];
    });
    expect(new Set(denied)).toEqual(new Set(["denied"]));
  });
});

describe("a message to the shell", () => {
  it.each([
    ["nothing", undefined],
    ["a text", "about"],
    ["no type", {}],
    ["an unknown type", { type: "readFile", path: "/etc/passwd" }],
    ["a surplus field", { type: "about", path: "/etc/passwd" }],
    ["a missing field", { type: "importHistory" }],
    ["a field of another kind", { type: "importHistory", symbol: 7 }],
    ["a text that is too long", { type: "importHistory", symbol: "X".repeat(25) }],
    ["a layout that is too large", { type: "saveLayout", place: "", layout: "x".repeat(1_000_001) }],
    ["a place for a layout that is no venue's", { type: "saveLayout", place: "../..", layout: "{}" }],
    ["a prototype in disguise", JSON.parse('{"type":"about","__proto__":{"admin":true},"constructor":1}') as unknown],
  ])("with %s is answered with MESSAGE_MALFORMED", async (_name, message) => {
    const reply = await terminal.page.evaluate((given) => window.terminal?.request(given as never), message);
    expect(reply).toMatchObject({ ok: false, error: { code: "MESSAGE_MALFORMED" } });
  });

  it("from a window that the terminal did not make is answered with SENDER_REFUSED, and gets no port", async () => {
    const outcome = await terminal.app.evaluate(async ({ BrowserWindow, app }) => {
      const path = `${app.getAppPath()}/out/build/electron/preload.cjs`;
      const stranger = new BrowserWindow({ show: false, webPreferences: { preload: path, sandbox: true, contextIsolation: true } });
      // The same page in the wrong window, and an empty page: neither may speak.
      const replies: unknown[] = [];
      for (const url of ["app://terminal/index.html", "about:blank"]) {
        await stranger.loadURL(url).catch(() => undefined);
        replies.push(await stranger.webContents.executeJavaScript(`window.terminal.request({ type: "about" })`));
      }
      await stranger.loadURL("about:blank");
      const port = await stranger.webContents.executeJavaScript(`new Promise((resolve) => {
        addEventListener("message", () => resolve("port"));
        window.terminal.connect();
        window.terminal.request({ type: "about" }).then(() => setTimeout(() => resolve("none"), 100));
      })`);
      stranger.destroy();
      return { replies, port: port as unknown };
    });
    expect(outcome).toMatchObject({
      replies: [
        { ok: false, error: { code: "SENDER_REFUSED" } },
        { ok: false, error: { code: "SENDER_REFUSED" } },
      ],
      port: "none",
    });
  });

  it("leaves a trace in the log when it was refused", () => {
    expect(terminal.log()).toMatch(/terminal:request: MESSAGE_MALFORMED/);
    expect(terminal.log()).toMatch(/terminal:request: SENDER_REFUSED/);
    expect(terminal.log()).toMatch(/terminal:connect: SENDER_REFUSED/);
  });
});
