import { describe, expect, it } from "vitest";
import { LatestWins, type PreviewAnswer } from "../../renderer/app/preview.ts";
import { commandSchema, type Command } from "../../shared/commands.ts";
import type { Seq } from "../../shared/ids.ts";

const command = (orderId: number): Command => commandSchema.parse({ type: "CancelOrder", accountId: 1, orderId });
const answer = (seq: number): PreviewAnswer => ({ seq: seq as Seq, tookMs: 1, preview: {} as PreviewAnswer["preview"] });

/** Questions that are answered by hand, in whatever order. */
class Slow {
  readonly asked: number[] = [];
  readonly #settle: ((answer: PreviewAnswer | null) => void)[] = [];
  readonly told: (number | null)[] = [];
  readonly asker = new LatestWins(
    (asked) => {
      if (asked.type === "CancelOrder") this.asked.push(asked.orderId);
      return new Promise((resolve) => this.#settle.push(resolve));
    },
    (told) => this.told.push(told?.seq ?? null),
  );

  async answer(seq: number | null): Promise<void> {
    this.#settle.shift()?.(seq === null ? null : answer(seq));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("previews while somebody types", () => {
  it("are asked one at a time; of those that come meanwhile the newest alone is asked, and only it is shown", async () => {
    const slow = new Slow();
    for (const n of [1, 2, 3, 4]) slow.asker.ask(command(n));
    expect(slow.asked).toEqual([1]);
    await slow.answer(101);
    expect([slow.asked, slow.told]).toEqual([[1, 4], []]);
    await slow.answer(104);
    expect(slow.told).toEqual([104]);
    slow.asker.ask(command(5));
    await slow.answer(null);
    expect([slow.asked, slow.told]).toEqual([
      [1, 4, 5],
      [104, null],
    ]);
  });

  it("tell nothing once their panel is gone", async () => {
    const slow = new Slow();
    slow.asker.ask(command(1));
    slow.asker.end();
    await slow.answer(101);
    expect(slow.told).toEqual([]);
  });
});
