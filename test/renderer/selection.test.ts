import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { messages } from "../../renderer/app/messages.ts";
import { Selection, type DraftPrice } from "../../renderer/app/selection.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks } from "../../shared/money.ts";
import { BTCUSD } from "./support/venue.ts";

const price = { instrumentId: BTCUSD, side: "buy", limitTicks: 6_500_000 as PriceTicks, preset: "first" } as const;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function taken(selection: Selection): readonly DraftPrice[] {
  const prices: DraftPrice[] = [];
  selection.takeDrafts((one) => prices.push(one))();
  return prices;
}

it("SC-3 a ticket that is opened for a price begins with it", () => {
  const selection = new Selection(() => undefined);
  selection.draftPrice(price);
  vi.advanceTimersByTime(400);
  expect(taken(selection)).toMatchObject([price]);
});

it("SC-3 a ticket that is opened long after a price was pointed at does not begin with it", () => {
  const selection = new Selection(() => undefined);
  selection.draftPrice(price);
  vi.advanceTimersByTime(600);
  expect(messages.list().at(-1)?.text).toMatch(/No ticket/);
  expect(taken(selection)).toEqual([]);
});

it("SC-3 a ticket that is opened after another instrument was chosen does not begin with the former one's price", () => {
  const selection = new Selection(() => undefined);
  selection.selectInstrument(BTCUSD);
  selection.draftPrice(price);
  selection.selectInstrument(2 as InstrumentId);
  expect(taken(selection)).toEqual([]);
});
