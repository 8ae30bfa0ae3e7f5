import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beginningOf } from "../../engine/host/beginning.ts";
import { genesisCommands } from "../../engine/host/genesis.ts";

const HALF_HOUR_US = 1_800_000_000;
const BARS = 1_000;
const start = Date.UTC(2025, 0, 1) * 1_000;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "beginning-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function barsFrom(name: string, firstUs: number): string {
  const path = join(folder, name);
  const lines = Array.from({ length: BARS }, (_, bar) => `${(firstUs + bar * HALF_HOUR_US) / 1_000_000},100.00,101.00,99.00,100.50,12.5`);
  writeFileSync(path, ["timestamp,open,high,low,close,volume", ...lines].join("\n"));
  return path;
}

describe("JR-31 a venue begins where the replay of its first files begins", () => {
  const genesis = genesisCommands();

  it("JR-31 inside the file's own dates, on a bar, and at the latest of several files", async () => {
    const early = { symbol: "BTC/USD", path: barsFrom("early.csv", start) };
    const late = { symbol: "ETHUSD", path: barsFrom("late.csv", start + 10 * HALF_HOUR_US) };
    const one = await beginningOf([early], genesis);
    expect(one).not.toBeNull();
    expect(one).toBeGreaterThan(start);
    expect(one).toBeLessThan(start + BARS * HALF_HOUR_US);
    expect(((one ?? 0) - start) % HALF_HOUR_US).toBe(0);
    expect(await beginningOf([early, late], genesis)).toBe((one ?? 0) + 10 * HALF_HOUR_US);
  });

  it("JR-31 with the time of day where no named file can be used", async () => {
    const path = join(folder, "bad.csv");
    writeFileSync(path, "timestamp,open\n1,2\n");
    expect(await beginningOf([], genesis)).toBeNull();
    expect(await beginningOf([{ symbol: "BTC/USD", path }], genesis)).toBeNull();
    expect(await beginningOf([{ symbol: "DOGE/USD", path: barsFrom("doge.csv", start) }], genesis)).toBeNull();
    expect(await beginningOf([{ symbol: "BTC/USD", path: join(folder, "absent.csv") }], genesis)).toBeNull();
  });
});
