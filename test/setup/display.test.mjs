import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { hasDisplay, openDisplay } from "../../scripts/setup/display.mjs";
import { listen } from "./fixtures.mjs";

const LINUX = process.platform === "linux";
const XVFB = (process.env["PATH"] ?? "").split(path.delimiter).some((folder) => existsSync(path.join(folder, "Xvfb")));

describe.skipIf(!LINUX)("on Linux", () => {
  it("counts a display only where one answers", async () => {
    expect(await hasDisplay({})).toBe(false);
    expect(await hasDisplay({ DISPLAY: "" })).toBe(false);
    expect(await hasDisplay({ DISPLAY: ":4711" })).toBe(false);
    expect(await hasDisplay({ WAYLAND_DISPLAY: "wayland-0" })).toBe(true);
    expect(await hasDisplay({ DISPLAY: "another.host:0" })).toBe(true);
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
    const { electronFlags } = await openDisplay({ env: { WAYLAND_DISPLAY: "wayland-0" } });
    expect(electronFlags).toEqual(process.getuid?.() === 0 ? ["--no-sandbox"] : []);
  });
});
