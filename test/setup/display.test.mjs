import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { hasDisplay, openDisplay } from "../../scripts/setup/display.mjs";
import { listen, temporaryFolder } from "./fixtures.mjs";

const LINUX = process.platform === "linux";
const XVFB = (process.env["PATH"] ?? "").split(path.delimiter).some((folder) => existsSync(path.join(folder, "Xvfb")));

describe.skipIf(!LINUX)("on Linux", () => {
  it("counts a display only where one answers", async () => {
    expect(await hasDisplay({})).toBe(false);
    expect(await hasDisplay({ DISPLAY: "" })).toBe(false);
    expect(await hasDisplay({ DISPLAY: ":4711" })).toBe(false);
    expect(await hasDisplay({ DISPLAY: "another.host:0" })).toBe(true);
  });

  it("counts a Wayland display that a shell only remembers for none", async () => {
    const folder = temporaryFolder();
    const env = { WAYLAND_DISPLAY: "wayland-0", XDG_RUNTIME_DIR: folder };
    expect(await hasDisplay(env)).toBe(false);
    const compositor = createServer().listen(path.join(folder, "wayland-0"));
    await once(compositor, "listening");
    expect(await hasDisplay(env)).toBe(true);
    expect(await hasDisplay({ WAYLAND_DISPLAY: path.join(folder, "wayland-0") })).toBe(true);
    compositor.close();
    await once(compositor, "close");
    expect(await hasDisplay(env)).toBe(false);
    expect(await hasDisplay({ WAYLAND_DISPLAY: "wayland-0" })).toBe(false);
  });

  it.skipIf(!XVFB)("opens a virtual display where there is none, says so, and closes it", async () => {
    const said = listen();
    const display = await openDisplay({ env: {} });
    const { DISPLAY } = display.env;
    expect(said()).toContain(`No display here: running on the virtual display ${DISPLAY}`);
    expect(display.electronFlags).toContain("--disable-gpu");
    expect(await hasDisplay({ DISPLAY })).toBe(true);

    const onIt = await openDisplay({ env: { DISPLAY } });
    expect(onIt.electronFlags).not.toContain("--disable-gpu");
    expect(onIt.env).toEqual({});

    await display.close();
    expect(await hasDisplay({ DISPLAY })).toBe(false);
  });

  it("turns the sandbox off for root alone", async () => {
    listen();
    const { electronFlags } = await openDisplay({ env: { DISPLAY: "another.host:0" } });
    expect(electronFlags).toEqual(process.getuid?.() === 0 ? ["--no-sandbox"] : []);
  });
});
