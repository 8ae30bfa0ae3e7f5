import { describe, expect, test } from "vitest";
import { lobster } from "../sim/testData.ts";
import { ADDED, DELETED, EXECUTED, LobsterReplay, SHRUNK, messageOf, type Message, type Taken } from "./lobsterReplay.ts";

/*
 * A real hour of an exchange through the engine: the same messages must give the same book and the same fills. Executions that met another
 * than the oldest visible order (somebody had a priority that the file does not show) are listed beside the data and applied as cancels.
 */

type Hour = {
  readonly messages: readonly Message[];
  readonly seeds: ReadonlyMap<number, readonly Omit<Message, "time" | "type">[]>;
  readonly exceptions: ReadonlySet<number>;
  readonly shrinkings: ReadonlyMap<string, readonly number[]>;
};

function readHour(): Hour {
  const messages = lobster.messages().map(messageOf);
  const exceptions = new Set(lobster.priorityExceptions().map(([row]) => Number(row)));
  const seeds = Map.groupBy(
    lobster.seedOrders().map(([id = "", direction = "", price = "", size = "", before = ""]) => ({
      before: Number(before),
      ...messageOf(["", "", id, size, price, direction]),
    })),
    ({ before }) => before,
  );
  const shrinkings = new Map<string, number[]>();
  for (const [row, { type, id, lots }] of messages.entries()) {
    if (type === SHRUNK || exceptions.has(row)) shrinkings.set(id, [...(shrinkings.get(id) ?? []), lots]);
  }
  return { messages, seeds, exceptions, shrinkings };
}

/** Applies everything but executions; answers whether that was all there was to the message. */
function applyQuietly(replay: LobsterReplay, hour: Hour, row: number): boolean {
  for (const seed of hour.seeds.get(row) ?? []) replay.add(seed);
  const message = hour.messages[row]!;
  if (message.type === ADDED) replay.add(message);
  else if (message.type === SHRUNK || hour.exceptions.has(row)) replay.shrink(message.id);
  else if (message.type === DELETED) replay.delete(message.id);
  return message.type !== EXECUTED || hour.exceptions.has(row);
}

describe.skipIf(!lobster.present)(`a real hour of an exchange (${lobster.note})`, () => {
  test("MT-1 MT-2 MT-8 the ten best levels are the exchange's after each of 999 messages", { timeout: 60_000 }, () => {
    const hour = readHour();
    const replay = new LobsterReplay(hour.shrinkings);
    const expected = lobster.topLevels();
    const marks = lobster.topMessages();
    let equal = 0;
    for (let row = 0; equal < marks.length; row += 1) {
      const message = hour.messages[row]!;
      if (!applyQuietly(replay, hour, row)) replay.take(message.side, message.ticks, message.lots);
      const mark = marks[equal]!;
      // The marks are those of the hour's messages that changed the ten best levels, in the same order.
      const { time, type, id } = messageOf(mark);
      if (time !== message.time || type !== message.type || id !== message.id || Number(mark[3]) !== message.lots) continue;
      const levels = expected[equal]!.map((value, column) => (column % 2 === 0 ? Number(value) / 100 : Number(value)));
      expect(replay.top().flat(), `row ${equal}`).toEqual(levels);
      equal += 1;
    }
    expect(equal).toBe(999);
  });

  test("MT-1 MT-3 MT-5 at least 3,310 of 3,323 aggressive orders fill as they did", { timeout: 120_000 }, () => {
    const hour = readHour();
    const replay = new LobsterReplay(hour.shrinkings);
    let groups = 0;
    let equal = 0;
    let row = 0;
    while (row < hour.messages.length) {
      const first = hour.messages[row]!;
      if (first.type !== EXECUTED) {
        applyQuietly(replay, hour, row);
        row += 1;
        continue;
      }
      // Executions of one instant on one side came from one aggressive order.
      const recorded: Taken[] = [];
      let isException = false;
      for (; row < hour.messages.length; row += 1) {
        const { type, time, side, id, lots, ticks } = hour.messages[row]!;
        if (type !== EXECUTED || time !== first.time || side !== first.side) break;
        if (applyQuietly(replay, hour, row)) isException = true;
        else recorded.push({ id, lots, ticks });
      }
      groups += 1;
      const lots = recorded.reduce((sum, taken) => sum + taken.lots, 0);
      const taken = lots === 0 ? [] : replay.take(first.side, recorded.at(-1)!.ticks, lots);
      if (!isException && JSON.stringify(taken) === JSON.stringify(recorded)) equal += 1;
    }
    expect(groups).toBe(3_323);
    expect(equal).toBeGreaterThanOrEqual(3_310);
  });
});
