import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { capture, passThrough } from "../../scripts/setup/processes.mjs";
import { listen, temporaryFolder, writeFiles } from "./fixtures.mjs";

const PROCESSES = new URL("../../scripts/setup/processes.mjs", import.meta.url).href;
const NODE = process.execPath;
const WAIT = { timeout: 25_000, interval: 20 };

it("keeps what a command printed, in its order, and its exit code", async () => {
  const result = await capture(NODE, ["-e", "console.log('one'); console.error('two'); process.exitCode = 3"]);
  expect(result).toMatchObject({ code: 3, stdout: "one\n", missing: false, timedOut: false });
  expect(result.output.split("\n").sort()).toEqual(["", "one", "two"]);
});

it("tells a command that does not exist from one that fails", async () => {
  expect(await capture("no-such-command-here", [])).toMatchObject({ code: null, missing: true });
});

it("leaves out the lines it is told to, and passes the exit code on", async () => {
  const said = listen();
  const program = "console.error('ERROR:dbus/bus.cc'); console.error('kept'); process.exitCode = 7";
  expect(await passThrough(NODE, ["-e", program], { withoutLines: /ERROR:dbus/ })).toBe(7);
  expect(said()).toBe("kept\n");
});

it("gives a command the standard input only where it is said to take it", async () => {
  const folder = temporaryFolder();
  writeFiles(folder, {
    "launcher.mjs": `
      import { passThrough } from ${JSON.stringify(PROCESSES)};
      const program = "process.stdin.on('data', (text) => console.log('heard', String(text).trim())).on('end', () => console.log('end'))";
      await passThrough(process.execPath, ["-e", program], { takesInput: process.argv[2] === "takes" });`,
  });
  /** @param {string} how */
  const heard = (how) => {
    const { stdout } = spawnSync(NODE, [path.join(folder, "launcher.mjs"), how], { input: "to 4s\n", encoding: "utf8" });
    return stdout;
  };
  expect([heard("takes"), heard("does not")]).toEqual(["heard to 4s\nend\n", "end\n"]);
});

describe.skipIf(process.platform === "win32")("where processes have groups", () => {
  /** Prints its own pid and that of a child that would outlive it. */
  const PARENT = `
    const { spawn } = require("node:child_process");
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
    console.log(process.pid, child.pid);
    setInterval(() => {}, 1000);`;

  it("ends a command that takes too long, with all that it started", async () => {
    const { timedOut, stdout } = await capture(NODE, ["-e", PARENT], { timeoutMs: 3_000 });
    expect(timedOut).toBe(true);
    const pids = pidsIn(stdout);
    expect(pids).toHaveLength(2);
    await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), WAIT);
  });

  it("ends what a crashed program left behind", async () => {
    const { stdout } = await capture(NODE, ["-e", `${PARENT}\nsetTimeout(() => process.kill(process.pid, "SIGKILL"), 200);`]);
    await vi.waitFor(() => expect(pidsIn(stdout).filter(isAlive)).toEqual([]), WAIT);
  });

  it.each(/** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))("ends every child on %s and starts no further one", async (signal) => {
    const folder = temporaryFolder();
    writeFiles(folder, {
      "parent.cjs": PARENT,
      "launcher.mjs": `
        import { passThrough, stopChildrenOnInterrupt } from ${JSON.stringify(PROCESSES)};
        stopChildrenOnInterrupt();
        await passThrough(process.execPath, ["parent.cjs"]);
        console.log("went on");`,
    });
    const launcher = spawn(NODE, [path.join(folder, "launcher.mjs")], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
    let said = "";
    launcher.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
    });
    await vi.waitFor(() => expect(pidsIn(said)).toHaveLength(2), WAIT);
    launcher.kill(signal);
    const [code] = await once(launcher, "close");
    expect(code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
    expect(said).not.toContain("went on");
    await vi.waitFor(() => expect(pidsIn(said).filter(isAlive)).toEqual([]), WAIT);
  });
  it("ends every child, and what those started, when the launcher is killed outright", async () => {
    const { launcher, said } = await launch();
    launcher.kill("SIGKILL");
    await vi.waitFor(() => expect(pidsIn(said()).filter(isAlive)).toEqual([]), WAIT);
  });

  it("ends every child when the npm that started the launcher is killed", async () => {
    const { launcher, said } = await launch({ through: "npm" });
    launcher.kill("SIGKILL");
    await vi.waitFor(() => expect(pidsIn(said()).filter(isAlive)).toEqual([]), WAIT);
  });

  /**
   * A launcher whose child has told its own pid and its child's. `through` stands for npm: a parent that passes its name on.
   *
   * @param {{ through?: "npm" }} [how]
   */
  async function launch({ through } = {}) {
    const folder = temporaryFolder();
    writeFiles(folder, {
      "parent.cjs": PARENT,
      "launcher.mjs": `
        import { passThrough, stopChildrenOnInterrupt } from ${JSON.stringify(PROCESSES)};
        stopChildrenOnInterrupt();
        await passThrough(process.execPath, ["parent.cjs"]);`,
      "npm.mjs": `
        import { spawn, spawnSync } from "node:child_process";
        spawn(process.execPath, ["launcher.mjs"], { stdio: "inherit", env: { ...process.env, npm_lifecycle_event: "start" } });`,
    });
    const program = path.join(folder, through === undefined ? "launcher.mjs" : "npm.mjs");
    const env = { ...process.env, npm_lifecycle_event: undefined };
    const launcher = spawn(NODE, [program], { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    launcher.stdout.setEncoding("utf8").on("data", (more) => {
      text += more;
    });
    await vi.waitFor(() => expect(pidsIn(text)).toHaveLength(2), WAIT);
    return { launcher, said: () => text };
  }
});

/** @param {string} text */
function pidsIn(text) {
  return (text.match(/\d+/g) ?? []).map(Number);
}

/**
 * A process that has ended but whom nobody has collected yet counts as ended.
 *
 * @param {number} pid
 */
function isAlive(pid) {
  const status = `/proc/${pid}/status`;
  if (process.platform === "linux") return existsSync(status) && !readFileSync(status, "utf8").includes("\nState:\tZ");
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
