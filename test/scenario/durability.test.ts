import { describe, expect, it } from "vitest";
import { lastSeq } from "../../engine/core/engine.ts";
import { JournalReader } from "../../engine/host/journal/journal.ts";
import type { ClientTransport } from "../../engine/host/transport.ts";
import { openScenarioJournal } from "../../engine/scenario/journal.ts";
import { scenarioOf } from "../../engine/scenario/parse.ts";
import { ScenarioRun } from "../../engine/scenario/run.ts";
import { PROTOCOL_VERSION, type ClientMessage, type HostMessage } from "../../shared/protocol.ts";
import { tempFolder } from "../host/tempFolder.ts";

const BUSY = `
version: 1
purpose: Enough commits to fill several bursts.
for: 40s
instruments:
  - { symbol: BTC/USD, price: 65000 }
agents:
  - { kind: adaptiveMaker, name: maker, every: 50ms }
  - { kind: hawkes, name: flow, every: 20ms, rate: 20 }
`;
const MOST_AT_ONCE = 512;

/** The file as another reader of the disk finds it at this moment. */
class OnDisk {
  readonly #reader: JournalReader;

  constructor(path: string) {
    this.#reader = new JournalReader(path);
  }

  get lastSeq(): number {
    return this.#reader.rowAt(Number.MAX_SAFE_INTEGER)?.lastSeq ?? 0;
  }

  /** Commits, one a row, behind this sequence. */
  commitsAfter(seq: number): number {
    return this.#reader.rows(seq + 1, Number.MAX_SAFE_INTEGER).length;
  }

  close(): void {
    this.#reader.close();
  }
}

describe("SM-29 durability of a scenario", () => {
  it("SM-29 own participants alone have their commits written 512 at a time, the last ones at the end", async () => {
    const journal = openScenarioJournal(tempFolder());
    const run = new ScenarioRun(scenarioOf(BUSY), { journal });
    const disk = new OnDisk(journal.folder.journal);
    const bursts: number[] = [];
    let [written, wasAhead] = [disk.lastSeq, false];
    while (!run.isOver && (await run.step(run.endUs))) {
      wasAhead ||= lastSeq(run.exchange.views.replica) > disk.lastSeq;
      if (disk.lastSeq === written) continue;
      bursts.push(disk.commitsAfter(written));
      written = disk.lastSeq;
    }
    expect(wasAhead).toBe(true);
    // A participant begins with a question about its orders, for which what there is goes to the disk.
    const [first = 0, ...full] = bursts;
    expect(first).toBeLessThanOrEqual(MOST_AT_ONCE);
    expect(full.length).toBeGreaterThan(1);
    expect(new Set(full)).toEqual(new Set([MOST_AT_ONCE]));
    const { seq } = run.finish();
    expect(disk.lastSeq).toBe(seq);
    expect(disk.commitsAfter(written)).toBeLessThan(MOST_AT_ONCE);
    disk.close();
    journal.release();
  });

  it("SM-29 from the first client from outside on, nobody learns of a commit that is not on the disk", async () => {
    const journal = openScenarioJournal(tempFolder());
    const run = new ScenarioRun(scenarioOf(BUSY), { journal });
    const disk = new OnDisk(journal.folder.journal);
    let [isOutside, told] = [false, 0];
    const early: string[] = [];
    const check = (what: string, seq: number): void => {
      told += 1;
      if (seq > disk.lastSeq) early.push(`${what} ${seq}, on the disk ${disk.lastSeq}`);
    };
    // Sees what the views see, before any client does.
    run.exchange.watch(({ seq }) => check(isOutside ? "outside: record" : "alone: record", seq));
    await run.runTo(run.startUs + 5_000_000);
    const alone = lastSeq(run.exchange.views.replica);
    expect(early.length).toBeGreaterThan(10);
    expect(disk.lastSeq).toBeLessThan(alone);

    [isOutside, told] = [true, 0];
    let frames = 0;
    let toVenue: (message: unknown) => void = () => undefined;
    const transport: ClientTransport = {
      send: (message: HostMessage) => {
        if (message.type !== "frame") return;
        frames += 1;
        check("outside: frame", message.frame.toSeq);
      },
      close: () => undefined,
      onMessage: (listener) => (toVenue = listener),
      onClose: () => undefined,
    };
    const say = (message: ClientMessage): void => toVenue(message);
    run.exchange.admit({ session: "visitor", owner: "visitor", operator: false }, transport);
    // What was committed before it came is on the disk before it is told anything.
    expect(disk.lastSeq).toBe(alone);
    say({ type: "hello", version: PROTOCOL_VERSION });
    const { instrumentId } = run.catalog.instrument("BTC/USD");
    say({ type: "subscribe", instrumentIds: [instrumentId], depthLevels: 5, candles: [], pace: "everyCommit" });
    await run.runTo(run.startUs + 10_000_000);
    expect(frames).toBeGreaterThan(10);
    expect(told).toBeGreaterThan(frames);
    expect(lastSeq(run.exchange.views.replica)).toBeGreaterThan(alone);
    expect(early.filter((text) => text.startsWith("outside"))).toEqual([]);
    expect(disk.lastSeq).toBe(lastSeq(run.exchange.views.replica));
    run.finish();
    disk.close();
    journal.release();
  });
});
