import type { InstrumentId } from "../../../shared/ids.ts";
import type { PriceTicks } from "../../../shared/money.ts";
import type { Side, TimeInForce } from "../../../shared/orders.ts";
import { isPending } from "../../app/orderEntry.ts";
import { cancelOrder, placeOrder } from "../../app/orders.ts";
import type { Selection } from "../../app/selection.ts";
import type { LadderColumn, OwnOrders } from "./ladderModel.ts";

/** What a click or key in a cell asks for. */
export type LadderGesture = {
  readonly instrumentId: InstrumentId;
  readonly column: LadderColumn;
  /** The row's price: whole ticks from 1 to the largest price. */
  readonly ticks: number;
  readonly preset: "first" | "second";
  readonly isOneClick: boolean;
  readonly timeInForce: TimeInForce;
  /** Own orders in the row. */
  readonly own: readonly OwnOrders[];
};

/** Bid column buys, ask column sells (at once in one-click mode, else through the ticket); the own column cancels. */
export function perform(gesture: LadderGesture, selection: Selection): void {
  switch (gesture.column) {
    case "own":
      for (const { entries } of gesture.own) for (const entry of entries) if (!isPending(entry)) void cancelOrder(entry);
      return;
    case "bid":
      order("buy", gesture, selection);
      return;
    case "ask":
      order("sell", gesture, selection);
      return;
    case "price":
  }
}

function order(side: Side, { instrumentId, ticks, preset, isOneClick, timeInForce }: LadderGesture, selection: Selection): void {
  // See LadderGesture.ticks.
  const limitTicks = ticks as PriceTicks;
  const accountId = selection.account;
  if (!isOneClick || accountId === "all") {
    selection.draftPrice({ instrumentId, side, limitTicks, preset });
    return;
  }
  const lots = selection.preset(instrumentId, preset);
  void placeOrder({ accountId, instrumentId, side, orderType: "limit", timeInForce, limitTicks, lots }).outcome;
}
