import { describe, expect, it } from "vitest";
import { createEngine } from "../../engine/core/engine.ts";
import { snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { openDataFolder, type DataFolder } from "../../engine/host/dataFolder.ts";
import { Ring } from "../../engine/host/ring.ts";
import { monotonicUs } from "../../engine/host/venueClock.ts";
import type { TypedError } from "../../shared/errors.ts";
import { tempFolder } from "./tempFolder.ts";

async function running(folder: DataFolder, died: (code: string) => void = () => undefined): Promise<Ring> {
  const listeners = { committed: () => undefined, faultStruck: () => undefined, failed: (error: TypedError) => died(error.code) };
  const ring = await Ring.open(folder, { quotaBytes: null, listeners });
  await ring.run({ snapshot: snapshot(createEngine()), lastSeq: 0, clock: { venueUs: 1, monotonicUs: monotonicUs(), speed: 1 } });
  return ring;
}

describe("GW-12 the end of the threads", () => {
  it("GW-12 JR-29 an engine thread that dies while everything ends is not waited for, and the folder is free", async () => {
    const folder = openDataFolder(tempFolder());
    const ring = await running(folder);
    const ended = ring.end();
    ring.crash("engine");
    await Promise.allSettled([ended]);
    const next = await running(folder);
    await expect(next.end()).resolves.toBeUndefined();
  });

  it("GW-12 JR-29 what is left of a ring whose engine thread has died ends, and the folder is free", async () => {
    const folder = openDataFolder(tempFolder());
    const died = Promise.withResolvers<string>();
    const ring = await running(folder, died.resolve);
    ring.crash("engine");
    expect(await died.promise).toBe("ENGINE_DOWN");
    await ring.end();
    const next = await running(folder);
    await expect(next.end()).resolves.toBeUndefined();
  });

  it("GW-12 JR-29 what is left of a ring whose journal thread has died ends and says why, and the folder is free", async () => {
    const folder = openDataFolder(tempFolder());
    const died = Promise.withResolvers<string>();
    const ring = await running(folder, died.resolve);
    ring.crash("journal");
    const ended = ring.end();
    await expect(ended).rejects.toMatchObject({ typed: { code: "ENGINE_DOWN" } });
    await expect(ring.end()).rejects.toMatchObject({ typed: { code: "ENGINE_DOWN" } });
    const next = await running(folder);
    await expect(next.end()).resolves.toBeUndefined();
  });

  it("GW-12 JR-29 so does one that was told of the death before", async () => {
    const folder = openDataFolder(tempFolder());
    const died = Promise.withResolvers<string>();
    const ring = await running(folder, died.resolve);
    ring.crash("journal");
    expect(await died.promise).toBe("ENGINE_DOWN");
    await expect(ring.end()).rejects.toMatchObject({ typed: { code: "ENGINE_DOWN" } });
  });
});
