import { afterEach, describe, expect, it } from "vitest";
import { TimeControl } from "../../engine/host/timeControl.ts";
import { VenueClock, monotonicUs } from "../../engine/host/venueClock.ts";
import type { EngineStatus } from "../../shared/views.ts";
import { HeadlessEngine } from "./headlessEngine.ts";
import { eventually, tempFolder } from "./tempFolder.ts";
import type { TestClient } from "./testClient.ts";

const running: HeadlessEngine[] = [];
afterEach(async () => {
  for (const engine of running.splice(0)) if (engine.exit === null) await engine.kill();
});

async function market(): Promise<{ readonly engine: HeadlessEngine; readonly operator: TestClient; readonly other: TestClient }> {
  const engine = new HeadlessEngine(["--data", tempFolder()]);
  running.push(engine);
  await engine.ready();
  const operator = await engine.connect("desk", { operator: true, session: "window" });
  const other = await engine.connect("sim-noise", { session: "elsewhere" });
  return { engine, operator, other };
}

/** The status that a client heard last. */
function status(client: TestClient): EngineStatus | null {
  const heard = client.heard.findLast((message) => message.type === "status");
  return heard?.type === "status" ? heard.status : null;
}

async function control(client: TestClient, deed: Record<string, unknown>): Promise<string> {
  const answer = await client.ask({ type: "operate", operation: { type: "controlTime", deed } });
  return answer.type === "done" ? answer.note : JSON.stringify(answer);
}

/** A status that was sent from now on. */
function next(client: TestClient): Promise<EngineStatus> {
  const before = client.heard.filter(({ type }) => type === "status").length;
  return eventually(() => (client.heard.filter(({ type }) => type === "status").length > before ? status(client) : null), "another status");
}

describe("SM-25 the engine process's time", () => {
  it("SM-25 stops for everybody at the same moment, and every client hears the same clock", async () => {
    const { operator, other } = await market();
    await eventually(() => (status(operator)?.decidedSeq ?? 0) > 200, "a market at work", 60_000);
    expect(await control(operator, { kind: "pause" })).toBe("Venue time stands still.");
    const [one, two] = [await next(operator), await next(other)];
    expect(one).toMatchObject({ clockMode: "paused", clockSpeed: 0 });
    expect(two.venueTimeUs).toBe(one.venueTimeUs);
    const later = await next(other);
    expect(later.venueTimeUs).toBe(one.venueTimeUs);
  });

  it("SM-25 goes to a time exactly and lets happen what happens until then; back to the wall it goes on from there", async () => {
    const { operator, other } = await market();
    await eventually(() => (status(operator)?.decidedSeq ?? 0) > 200, "a market at work", 60_000);
    await control(operator, { kind: "pause" });
    const before = await next(operator);
    const target = before.venueTimeUs + 5_000_000;
    expect(await control(operator, { kind: "stepTo", venueTimeUs: target })).toMatch(/[1-9]\d* commands/);
    expect(await next(operator)).toMatchObject({ venueTimeUs: target, clockMode: "paused" });
    expect((await next(other)).venueTimeUs).toBe(target);
    expect((await next(operator)).decidedSeq).toBeGreaterThan(before.decidedSeq);
    await control(operator, { kind: "run" });
    const after = await next(operator);
    expect(after).toMatchObject({ clockMode: "running", clockSpeed: 1 });
    expect(after.venueTimeUs).toBeGreaterThanOrEqual(target);
  });

  it("SM-25 is the operator's alone, and a step without participants says why nothing happens", async () => {
    const { operator, other } = await market();
    expect(await control(other, { kind: "pause" })).toContain("SENDER_REFUSED");
    await operator.ask({ type: "operate", operation: { type: "setMarketRunning", running: false } });
    expect(await control(operator, { kind: "stepFill" })).toContain("participants are paused");
    expect(await control(operator, { kind: "leap" })).toContain("MESSAGE_MALFORMED");
    expect(await next(operator)).toMatchObject({ clockMode: "paused" });
  });
});

describe("SM-25 changes of pace that come at once", () => {
  it("SM-25 a pause that comes while a faster pace is being recorded leaves nobody at work", async () => {
    const records: (() => void)[] = [];
    let stop: (() => void) | null = null;
    const clock = new VenueClock({ venueUs: 1, monotonicUs: monotonicUs(), speed: 1 });
    const time = new TimeControl({
      clock,
      setClock: () => undefined,
      record: () => new Promise((resolve) => void records.push(resolve)),
      step: () =>
        new Promise((resolve) => {
          stop = () => {
            stop = null;
            resolve({ venueTimeUs: 2, commands: 0, trades: 0 });
          };
        }),
      stopStepping: () => stop?.(),
      told: () => undefined,
    });
    const [hurried, paused] = [time.control({ kind: "maximum" }, "one"), time.control({ kind: "pause" }, "other")];
    let isOver = false;
    void Promise.all([hurried, paused]).then(() => (isOver = true));
    await eventually(() => {
      records.splice(0).forEach((resolve) => resolve());
      return isOver ? isOver : null;
    }, "both changes");
    expect(await paused).toMatchObject({ ok: true, value: { code: "timeStands" } });
    expect([time.mode, stop]).toEqual(["paused", null]);
  });
});
