import { type CommandOf, plainTerms } from "../../../shared/commands.ts";
import type { QtyLots } from "../../../shared/money.ts";
import type { ListedOrder, OrderList } from "../../../shared/orderLists.ts";
import { opposite } from "./arithmetic.ts";
import type { Submit } from "./orders.ts";

export function firstParts(command: CommandOf<"SubmitOrderList">): Submit[] {
  const { list } = command;
  if (list.kind === "oco") return [partOf(command, list.limit), partOf(command, list.stop)];
  return [partOf(command, list.kind === "oto" ? list.first : list.entry)];
}

export function partOf({ accountId, clientOrderId, confirmation, instrumentId }: CommandOf<"SubmitOrderList">, part: ListedOrder): Submit {
  return { ...plainTerms, type: "SubmitOrder", accountId, instrumentId, clientOrderId, ...part, confirmation };
}

export function isSoundList(list: OrderList): boolean {
  if (list.kind !== "oco") return true;
  const { limit, stop } = list;
  const stops = ["stop", "stopLimit", "trailingStop"];
  const isPatient = limit.timeInForce !== "ioc" && limit.timeInForce !== "fok";
  return limit.orderType === "limit" && isPatient && stops.includes(stop.orderType) && limit.side === stop.side && limit.lots === stop.lots;
}

/** The pair that closes so many lots of a bracket's entry. */
export function exitsOf(command: CommandOf<"SubmitOrderList">, lots: QtyLots): CommandOf<"SubmitOrderList"> {
  if (command.list.kind !== "bracket") throw new Error("only a bracket has exits");
  const { entry, profitTicks, stopLimitTicks, stopTicks, trigger } = command.list;
  const both = { side: opposite(entry.side), timeInForce: "gtc", lots, expireAtUs: null, offsetTicks: null } as const;
  const limit = { ...both, orderType: "limit", limitTicks: profitTicks, trigger: null, triggerTicks: null } as const;
  const stop = {
    ...both,
    orderType: stopLimitTicks === null ? "stop" : "stopLimit",
    limitTicks: stopLimitTicks,
    trigger,
    triggerTicks: stopTicks,
  } as const;
  return { ...command, list: { kind: "oco", limit, stop } };
}
