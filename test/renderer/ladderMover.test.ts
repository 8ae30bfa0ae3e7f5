import { expect, it } from "vitest";
import { LadderMover } from "../../renderer/features/ladder/ladderMover.ts";
import type { LadderMove } from "../../renderer/features/ladder/ladderMoves.ts";
import type { PriceTicks } from "../../shared/money.ts";
import type { OrderRow } from "../../shared/views.ts";

const [first, second] = [1, 2].map((orderId) => ({ orderId }) as OrderRow) as [OrderRow, OrderRow];
const move: LadderMove = { side: "buy", orders: [first, second], lots: 3, ticks: 100 as PriceTicks, crosses: false };

it("a question to move orders is over when none of them is open any more, and not before", () => {
  const asked: (LadderMove | null)[] = [];
  const mover = new LadderMover(
    (question) => asked.push(question),
    () => undefined,
  );
  mover.move(move, false);
  expect([mover.isAsking, asked]).toEqual([true, [move]]);
  mover.recheck((order) => order === second);
  expect(mover.isAsking).toBe(true);
  mover.recheck(() => false);
  expect([mover.isAsking, asked]).toEqual([false, [move, null]]);
  // Without a question there is nothing to end.
  mover.recheck(() => false);
  expect(asked).toHaveLength(2);
});
