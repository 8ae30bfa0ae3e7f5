import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { replayCapsule } from "../../engine/host/capsule/capsule.ts";
import { readCapsule } from "../../engine/host/capsule/capsuleFile.ts";

/** What `npm run capsule -- test FILE` kept: moments that must come out the same for ever. */
const capsules = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".capsule"));

describe("JR-64 kept capsules", () => {
  it("JR-64 there are some", () => {
    expect(capsules.length).toBeGreaterThan(0);
  });

  it.each(capsules)("JR-64 %s comes out as it was recorded", (name) => {
    const capsule = readCapsule(join(import.meta.dirname, name));
    expect(replayCapsule(capsule, name).lastSeq).toBe(capsule.head.slice.toSeq);
  });
});
