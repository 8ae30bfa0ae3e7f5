import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LogFile } from "../../engine/host/logFile.ts";
import { typedError } from "../../shared/errors.ts";
import { tempFolder } from "./tempFolder.ts";

describe("GW-13 the engine's diary", () => {
  it("GW-13 has one line an entry, with time and level", () => {
    const path = join(tempFolder(), "engine.log");
    const log = new LogFile(path);
    log.info("started");
    log.warn("two\nlines");
    log.error(typedError("JOURNAL_FULL", { field: "journal.db", value: "SQLITE_FULL", rule: "space", message: "No space." }));
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => line.slice(25))).toEqual([
      "info started",
      "warn two lines",
      'error JOURNAL_FULL journal.db "SQLITE_FULL" No space.',
    ]);
    expect(lines.every((line) => /^\d{4}-\d{2}-\d{2}T[\d:.]{12}Z /.test(line))).toBe(true);
  });

  it("GW-13 stays within four files of two megabytes, whatever is written", () => {
    const path = join(tempFolder(), "engine.log");
    const log = new LogFile(path);
    for (let n = 0; n < 6_000; n += 1) log.info(`${n} ${"x".repeat(3_000)}`);
    expect([path, `${path}.1`, `${path}.2`, `${path}.3`].every((file) => statSync(file).size < 2.1 * 1_024 * 1_024)).toBe(true);
    expect(existsSync(`${path}.4`)).toBe(false);
    expect(readFileSync(path, "utf8")).toContain("5999 xxx");
  });
});
