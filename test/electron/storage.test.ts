import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { writeFileAtomically } from "../../engine/host/atomicFile.ts";
import { openDataFolder } from "../../electron/dataFolder.ts";
import { openLayoutStores } from "../../electron/layoutStore.ts";
import { openLog, redact } from "../../electron/log.ts";
import { venuePlace } from "../../electron/venuePlace.ts";
import { layoutPlaceSchema } from "../../shared/venueConnection.ts";

const root = mkdtempSync(join(tmpdir(), "terminal-storage-"));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;
const freshFolder = (): string => {
  const path = join(root, String((made += 1)));
  mkdirSync(path);
  return path;
};

describe("the data folder", () => {
  it("is made when it is missing, and leaves no trace of the look at it", () => {
    const path = join(freshFolder(), "a", "b");
    expect(openDataFolder(path)).toEqual({ ok: true, value: path });
    expect(readdirSync(path)).toEqual([]);
  });

  it("has one name however it is reached", () => {
    const folder = freshFolder();
    const link = join(root, "link");
    symlinkSync(folder, link, "junction");
    expect(openDataFolder(link)).toEqual({ ok: true, value: folder });
  });

  it("is refused where a file stands in its place or in its way", () => {
    const file = join(freshFolder(), "file");
    writeFileSync(file, "");
    expect(openDataFolder(file)).toMatchObject({ ok: false, error: { code: "DATA_FOLDER_MISSING", field: "--data" } });
    expect(openDataFolder(join(file, "below"))).toMatchObject({ ok: false, error: { code: "DATA_FOLDER_MISSING" } });
  });

  // A folder that exists and in which nothing can be made, not even by root.
  it.runIf(process.platform === "linux")("is refused, and soon, where no folder can be made", () => {
    for (const path of ["/proc/nope", "/proc/nope/deeper"])
      expect(openDataFolder(path)).toMatchObject({ ok: false, error: { code: "DATA_FOLDER_MISSING", value: path } });
  });

  // A folder where not even root may make a file.
  it.runIf(process.platform === "linux")("is refused where nothing can be written", () => {
    expect(openDataFolder("/sys")).toMatchObject({ ok: false, error: { code: "JOURNAL_READ_ONLY", field: "--data", value: "/sys" } });
  });
});

describe("the layout store", () => {
  it("knows nothing at first and then what was saved last", () => {
    const store = openLayoutStores(freshFolder()).of("main");
    expect([store.loadLayout("").text, store.loadWindow()]).toEqual([null, null]);
    store.saveLayout('{"a":1}', "");
    store.saveLayout('{"a":2}', "");
    store.saveWindow({ bounds: { x: 1, y: 2, width: 3, height: 4 }, maximized: true });
    expect(store.loadLayout("")).toEqual({ place: "", isBorrowed: false, text: '{"a":2}' });
    expect(store.loadWindow()).toEqual({ bounds: { x: 1, y: 2, width: 3, height: 4 }, maximized: true });
  });

  it("CN-16 keeps one for each site and address, and lends its own to a venue that is new", () => {
    const addresses = ["https://api.example", "https://api.example:8443", "https://other.example", "http://127.0.0.1:1"];
    const venues = addresses.flatMap((address) => [
      { site: "HK", address },
      { site: "GLB", address },
    ]);
    const places = venues.map((venue) => venuePlace(venue));
    expect(new Set([venuePlace(null), ...places]).size).toBe(venues.length + 1);
    const folder = freshFolder();
    const store = openLayoutStores(folder).of("main");
    store.saveLayout("own", "");
    for (const place of places) {
      expect(layoutPlaceSchema.parse(place)).toBe(place);
      expect(store.loadLayout(place)).toEqual({ place, isBorrowed: true, text: "own" });
      store.saveLayout(place, place);
    }
    for (const place of places) expect(store.loadLayout(place)).toEqual({ place, isBorrowed: false, text: place });
    expect(store.loadLayout("").text).toBe("own");
    expect(readdirSync(join(folder, "venues")).toSorted()).toEqual(places.toSorted());
    for (const outside of ["..", "HK-../../x", "HK-0123456789abcdef/..", "XX-0123456789abcdef"])
      expect(layoutPlaceSchema.safeParse(outside).success, outside).toBe(false);
  });

  it.each(["", "no json", "[]", '{"bounds":{"x":0,"y":0,"width":1e9,"height":5},"maximized":false}', '{"bounds":null,"maximized":false}'])(
    "forgets a window's place that reads %j",
    (text) => {
      const folder = freshFolder();
      mkdirSync(join(folder, "layouts"));
      writeFileSync(join(folder, "layouts", "window.json"), text);
      expect(openLayoutStores(folder).of("main").loadWindow()).toBeNull();
    },
  );

  it("starts with the terminal's own where what it knew cannot be read, but lets no layout pass for one that was never saved", () => {
    const folder = freshFolder();
    // Folders in the places of the files: not even root reads them.
    for (const name of ["open", "look", "window", "main", "workspaces"])
      mkdirSync(join(folder, "layouts", `${name}.json`), { recursive: true });
    const stores = openLayoutStores(folder);
    expect([stores.openWindows(), stores.loadLook(), stores.of("main").loadWindow()]).toEqual([[], null, null]);
    expect(() => stores.of("main").loadLayout("")).toThrow("EISDIR");
    expect(() => stores.loadWorkspaces()).toThrow("EISDIR");
  });
});

describe("replacing a file", () => {
  it("keeps the old content and no remains when the new cannot be written", () => {
    const folder = freshFolder();
    const file = join(folder, "f");
    writeFileAtomically(file, "old");
    // A folder in the place of the partial file makes the writing fail.
    mkdirSync(`${file}.${process.pid}.partial`);
    expect(() => writeFileAtomically(file, "new")).toThrow(/partial/);
    expect(readFileSync(file, "utf8")).toBe("old");
  });
});

describe("the named layouts", () => {
  it("SC-4 are set aside, not written over, when no window can read them", () => {
    const folder = freshFolder();
    const stores = openLayoutStores(folder);
    stores.saveWorkspaces("of another version");
    stores.setWorkspacesAside();
    expect(stores.loadWorkspaces()).toBeNull();
    stores.saveWorkspaces("new");
    stores.setWorkspacesAside();
    expect(readFileSync(join(folder, "layouts", "workspaces.damaged.json"), "utf8")).toBe("of another version");
    expect(readFileSync(join(folder, "layouts", "workspaces.damaged-2.json"), "utf8")).toBe("new");
  });
});

describe("a window's layout", () => {
  it("SC-4 that the window cannot show stays beside the next one, at the same place alone", () => {
    const folder = freshFolder();
    const store = openLayoutStores(folder).of("2");
    store.saveLayout("of another version", "");
    store.copyLayoutAside("another");
    store.copyLayoutAside("");
    store.saveLayout("new", "");
    expect(store.loadLayout("").text).toBe("new");
    expect(readFileSync(join(folder, "layouts", "2.damaged.json"), "utf8")).toBe("of another version");
  });
});

describe("the log", () => {
  it("writes a line at once, with time and level", () => {
    const folder = freshFolder();
    const log = openLog(folder, () => new Date(0));
    log.info("first\nsecond");
    expect(readFileSync(join(folder, "terminal.log"), "utf8")).toBe("1970-01-01T00:00:00.000Z info  first\n    second\n");
  });

  it("goes on once it can be written again", () => {
    const folder = freshFolder();
    const log = openLog(folder);
    mkdirSync(join(folder, "terminal.log"));
    log.info("lost");
    rmSync(join(folder, "terminal.log"), { recursive: true });
    log.info("kept");
    expect(readFileSync(join(folder, "terminal.log"), "utf8")).toMatch(/ info  kept\n$/);
  });

  it("outlives whoever reads its warnings", async () => {
    const folder = freshFolder();
    const program = `
      const { openLog } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../electron/log.ts")).href)});
      const log = openLog(${JSON.stringify(folder)});
      process.stdin.on("end", () => { for (let n = 0; n < 3; n += 1) setImmediate(() => log.warn("unheard")); }).resume();`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["pipe", "ignore", "pipe"] });
    const ended = once(child, "exit");
    child.stderr.destroy();
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
    expect(readFileSync(join(folder, "terminal.log"), "utf8").match(/unheard/g)).toHaveLength(3);
  });

  it("starts a new file when one is large, and keeps a few", () => {
    const folder = freshFolder();
    const log = openLog(folder);
    for (let round = 0; round < 6; round += 1) {
      writeFileSync(join(folder, "terminal.log"), String(round).repeat(4 * 1_024 * 1_024));
      log.info("turn");
    }
    expect(readdirSync(folder).toSorted()).toEqual(["terminal.1.log", "terminal.2.log", "terminal.3.log", "terminal.log"]);
    expect(readFileSync(join(folder, "terminal.1.log"), "utf8").slice(0, 1)).toBe("5");
  });

  it.each([
    ["apiKey=abc123", "apiKey=[redacted]"],
    ['{"secret":"abc","x":1}', '{"secret":[redacted],"x":1}'],
    ["Authorization: Bearer abc.def", "Authorization: Bearer [redacted]"],
    ["https://x/?signature=ff00&y=1", "https://x/?signature=[redacted]&y=1"],
    ["api_key_main: 'abc def' end", "api_key_main: [redacted] end"],
    ["-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", "[redacted]"],
    ["Engine ready at sequence 12, state 0f3a", "Engine ready at sequence 12, state 0f3a"],
  ])("takes secrets out of %j", (text, clean) => {
    expect(redact(text)).toBe(clean);
  });
});
