import { describe, expect, it } from "vitest";
import { commandSchema } from "../../shared/commands.ts";
import { createEngine, decide, takeBatch } from "../../engine/core/engine.ts";
import { RecordCursor, type PackedRecords } from "../../engine/core/records/records.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { Inbox } from "../../engine/host/inbox.ts";

describe("JR-20 JR-32 what of a turn goes to the engine together", () => {
  const command = commandSchema.parse({ type: "CancelOrder", accountId: 2, orderId: 7 });

  function turnByTurn(): {
    readonly sent: readonly PackedRecords[];
    readonly endTurn: () => void;
    readonly take: (portions: boolean) => void;
  } {
    const sent: PackedRecords[] = [];
    const turns: (() => void)[] = [];
    const inbox = new Inbox(
      (commands) => void sent.push(commands),
      (deed) => void turns.push(deed),
    );
    return {
      sent,
      endTurn: () => turns.splice(0).forEach((deed) => deed()),
      take: (portions) => {
        expect(inbox.submit(command, "desk", () => undefined)).toBe(true);
        if (portions) inbox.sendPortion();
      },
    };
  }

  it("JR-20 has the engine begin with a crowd's first 128 commands while the rest is still being read", () => {
    const { sent, endTurn, take } = turnByTurn();
    for (let n = 0; n < 127; n += 1) take(true);
    expect(sent).toEqual([]);
    for (let n = 127; n < 300; n += 1) take(true);
    expect(sent.map(({ count }) => count)).toEqual([128, 128]);
    endTurn();
    expect(sent.map(({ count }) => count)).toEqual([128, 128, 44]);
    endTurn();
    expect(sent.length).toBe(3);
  });

  it("GW-5 SM-25 takes in what the host records however many commands of clients are under way", async () => {
    const sent: PackedRecords[] = [];
    const inbox = new Inbox(
      (commands) => void sent.push(commands),
      (deed) => deed(),
    );
    while (inbox.submit(command, "desk", () => undefined));
    expect(inbox.outstanding).toBe(8_192);
    const recorded = inbox.record(
      commandSchema.parse({ type: "RecordOperatorAction", action: "clockSpeedChanged", detail: "1 to paused" }),
    );
    expect(inbox.outstanding).toBe(8_193);
    // The engine's answers, as the disk has them.
    const engine = createEngine();
    for (const commands of sent) {
      const cursor = new RecordCursor(commands);
      while (cursor.next()) decide(engine, cursor, 1 as EpochUs);
    }
    const committed = new RecordCursor(takeBatch(engine)!);
    while (committed.next()) inbox.observe(committed);
    inbox.endOfBatch();
    await recorded;
    expect(inbox.outstanding).toBe(0);
  });

  it("JR-32 keeps together what the host says in one turn", () => {
    const { sent, endTurn, take } = turnByTurn();
    for (let n = 0; n < 300; n += 1) take(false);
    expect(sent).toEqual([]);
    endTurn();
    expect(sent.map(({ count }) => count)).toEqual([300]);
  });
});
