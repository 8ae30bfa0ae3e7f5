import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { until } from "./until.ts";

/** Is there what a keyring of the tests' own takes? `npm test` sees to it where it can. */
export const hasKeyring =
  process.platform === "linux" && ["dbus-daemon", "dbus-send", "gnome-keyring-daemon"].every((program) => isOnPath(program));

/** A real keyring, open, on a session bus of its own; its secrets lie below a folder of the test's. */
export class Keyring {
  readonly #processes: readonly ChildProcess[];
  /** What a program needs in its environment to find it. */
  readonly env: NodeJS.Dict<string>;

  private constructor(processes: readonly ChildProcess[], env: NodeJS.Dict<string>) {
    this.#processes = processes;
    this.env = env;
  }

  static async open(folder: string): Promise<Keyring> {
    mkdirSync(folder, { recursive: true });
    // The daemon takes no folder that others may look into.
    chmodSync(folder, 0o700);
    const bus = spawn("dbus-daemon", ["--session", "--nofork", "--print-address=1"], { stdio: ["ignore", "pipe", "ignore"] });
    const address = await new Promise<string>((resolve, reject) => {
      bus.once("error", reject);
      bus.stdout.once("data", (text: Buffer) => resolve(text.toString().trim()));
    });
    // The desktop's name has Chromium look for this kind of keyring.
    const env = { DBUS_SESSION_BUS_ADDRESS: address, XDG_CURRENT_DESKTOP: "GNOME" };
    const daemonEnv = { ...process.env, ...env, XDG_DATA_HOME: folder, XDG_RUNTIME_DIR: folder };
    const daemon = spawn("gnome-keyring-daemon", ["--foreground", "--unlock", "--components=secrets"], {
      env: daemonEnv,
      stdio: ["pipe", "ignore", "ignore"],
    });
    // The password of a keyring that is made by this.
    daemon.stdin.end("a keyring of the tests");
    const hasOwner = ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner"];
    await until("the keyring is open", () => {
      const { stdout } = spawnSync("dbus-send", [...hasOwner, "string:org.freedesktop.secrets"], { env: daemonEnv, encoding: "utf8" });
      return stdout.includes("boolean true") ? true : null;
    });
    return new Keyring([daemon, bus], env);
  }

  close(): void {
    for (const child of this.#processes) child.kill();
  }
}

function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}
