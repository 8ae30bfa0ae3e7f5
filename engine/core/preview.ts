import { invariant } from "../../shared/assert.ts";
import type { Command } from "../../shared/commands.ts";
import type { Event, EventOf, OrderAccepted, OrderFilled } from "../../shared/events.ts";
import type { AccountId, AssetId, EpochUs } from "../../shared/ids.ts";
import { amount, priceTicks, qtyLots } from "../../shared/money.ts";
import type { Preview, PreviewBalance, PreviewLevel, PreviewLimit, PreviewOrder } from "../../shared/preview.ts";
import type { Refusal } from "../../shared/rejects.ts";
import type { RiskControlView } from "../../shared/risk.ts";
import { admit, conclude, takeBatch } from "./engine.ts";
import { Engine } from "./engineParts.ts";
import { fork } from "./fork.ts";
import { valueOf } from "./ledger/ledger.ts";
import { balance, placeInQueue } from "./queries.ts";
import { RecordCursor, decodeEntries, encodeCommands } from "./records/records.ts";
import { riskNodeName, riskView } from "./risk/riskView.ts";
import { largestPassing } from "./orders/submit.ts";

/**
 * FK-3: what the command would do if it came next at that time. It is decided by the same code on a fork; the engine is not touched.
 * `atUs` must not lie before the engine's last command. `into` as for fork(). Throws InvariantError as decide() does.
 */
export function preview(engine: Engine, command: Command, actor: string, atUs: EpochUs, into: Engine = new Engine()): Preview {
  const after = fork(engine, into);
  const cursor = new RecordCursor(encodeCommands([{ command, actor }]));
  cursor.next();
  const at = admit(after, cursor, atUs);
  const due = after.log.count - 1;
  const largestLots = command.type === "SubmitOrder" && command.lots !== null ? largestPassing(after, at) : null;
  conclude(after, cursor.kind, at, 1);
  const batch = takeBatch(after);
  invariant(batch !== null, "a decided command leaves records");
  const events = decodeEntries(batch).flatMap((entry) => (entry.kind === "event" ? [entry.event] : []));
  const own = events.slice(due);
  return {
    events,
    refusal: refusalOf(own),
    order: orderOf(after, own),
    balances: "accountId" in command ? changedBalances(engine, after, command.accountId) : [],
    breach: own.find((event): event is EventOf<"RiskBreached"> => event.type === "RiskBreached") ?? null,
    limits: "accountId" in command ? limitsOf(engine, after, command) : [],
    largestLots,
  };
}

/** A refusal is the first answer to its command, or there is none; what the risk stage notes comes before either. */
function refusalOf(events: readonly Event[]): Refusal | null {
  const first = events.find(({ type }) => type !== "RiskBreached" && type !== "SoftLimitConfirmed");
  return first !== undefined && "refusal" in first ? first.refusal : null;
}

/** The controls that look at the account's orders, with their use on either side of the command. */
function limitsOf(before: Engine, after: Engine, command: Command & { readonly accountId: AccountId }): PreviewLimit[] {
  const { catalog, risk } = after.state;
  if (risk.isIdle || !catalog.accounts.has(command.accountId)) return [];
  const node = risk.nodeOf(command.accountId);
  const earlier = new Map(riskView(before, node).controls.map((one) => [keyOf(one), one.used]));
  const instrumentId = "instrumentId" in command ? command.instrumentId : null;
  return riskView(after, node)
    .controls.filter((one) => one.instrumentId === null || instrumentId === null || one.instrumentId === instrumentId)
    .map((one) => ({
      control: one.control,
      nodeId: one.nodeId,
      nodeName: riskNodeName(after, one.nodeId),
      level: one.level,
      currencyAssetId: risk.nodes.currency(one.nodeId) as AssetId,
      instrumentId: one.instrumentId,
      soft: one.soft,
      hard: one.hard,
      before: earlier.get(keyOf(one)) ?? null,
      after: one.used,
    }));
}

function keyOf({ control, nodeId, instrumentId }: RiskControlView): string {
  return `${control}:${nodeId}:${instrumentId ?? ""}`;
}

function orderOf(after: Engine, events: readonly Event[]): PreviewOrder | null {
  const accepted = events.find((event): event is OrderAccepted => event.type === "OrderAccepted");
  if (accepted === undefined) return null;
  const { orderId, instrumentId, side } = accepted;
  const instrument = after.state.catalog.instrument(instrumentId);
  const levels = levelsOf(
    after,
    events.filter((event): event is OrderFilled => event.type === "OrderFilled" && event.takerOrderId === orderId),
  );
  const filledLots = sumOf(levels, "lots");
  const value = sumOf(levels, "value");
  const cancelled = events.find((event) => event.type === "OrderCancelled" && event.orderId === orderId);
  const order = after.state.orders.find(orderId);
  return {
    levels,
    filledLots: qtyLots(filledLots),
    value: amount(value),
    fees: amount(sumOf(levels, "fees")),
    averageTicks: filledLots === 0 ? null : value / instrument.quoteUnitsPerTickLot / filledLots,
    rests: restOf(after, order),
    cancelled: cancelled?.type === "OrderCancelled" ? { lots: cancelled.leavesLots, reason: cancelled.reason } : null,
    held: amount(order === 0 ? 0 : after.state.orders.held(order)),
    heldAssetId: side === "buy" ? instrument.quoteAssetId : instrument.baseAssetId,
  };
}

/** Fills at one price follow each other, as they come in order of price. */
function levelsOf(after: Engine, fills: readonly OrderFilled[]): PreviewLevel[] {
  const levels: PreviewLevel[] = [];
  for (const { instrumentId, ticks, lots, takerFee } of fills) {
    const value = valueOf(after.state.catalog.instrument(instrumentId), ticks, lots);
    const last = levels.at(-1);
    if (last?.ticks === ticks) {
      levels[levels.length - 1] = {
        ticks,
        lots: qtyLots(last.lots + lots),
        makers: last.makers + 1,
        value: amount(last.value + value),
        fees: amount(last.fees + takerFee),
      };
    } else {
      levels.push({ ticks, lots, makers: 1, value: amount(value), fees: takerFee });
    }
  }
  return levels;
}

function restOf(after: Engine, order: number): PreviewOrder["rests"] {
  const { orders } = after.state;
  if (order === 0 || orders.level(order) === 0) return null;
  return { ticks: priceTicks(orders.limitTicks(order)), lots: qtyLots(orders.leavesLots(order)), ...placeInQueue(after, order) };
}

function changedBalances(before: Engine, after: Engine, accountId: AccountId): PreviewBalance[] {
  return after.state.catalog.assets.flatMap(({ assetId }: { readonly assetId: AssetId }) => {
    const was = balance(before, accountId, assetId);
    const is = balance(after, accountId, assetId);
    return was.total === is.total && was.held === is.held ? [] : [{ accountId, assetId, before: was, after: is }];
  });
}

function sumOf(levels: readonly PreviewLevel[], figure: "lots" | "value" | "fees"): number {
  return levels.reduce((sum, level) => sum + level[figure], 0);
}
