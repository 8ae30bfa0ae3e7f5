import { unreachable } from "../../shared/assert.ts";
import { commandSchema, plainTerms, type Command } from "../../shared/commands.ts";
import type { Fault } from "../../shared/faults.ts";
import type { ClientOrderId, EpochUs } from "../../shared/ids.ts";
import { priceTicks, qtyLots } from "../../shared/money.ts";
import type { TradingPhase } from "../../shared/orders.ts";
import type { EventQueue } from "../sim/eventQueue.ts";
import type { Fundamental } from "../sim/fundamental.ts";
import type { ScenarioCatalog } from "./catalog.ts";
import { scenarioCommand } from "./commands.ts";
import type { RiskDesk, SubmitDeed } from "./limits.ts";
import type { Participant } from "./participant.ts";
import type { TimelineEntry } from "./schema.ts";

/** What the timeline acts on. */
export type Stage = {
  readonly queue: EventQueue;
  readonly catalog: ScenarioCatalog;
  readonly submit: SubmitDeed;
  readonly risk: RiskDesk;
  /** The fundamental that an instrument goes by, its own or that of the one it follows. */
  readonly fundamental: (symbol: string) => Fundamental;
  readonly participant: (name: string) => Participant;
  /** Switches a fault on, for so long; null for good. */
  readonly fault: (fault: Fault, forUs: number | null) => void;
};

const OPERATOR = "operator";
/** Two people, for what one may not do alone. */
const SECOND_OPERATOR = "operator-two";

/** Carries out one entry of the timeline, now; `scriptedOrder` gives client order ids. */
export function carryOut(entry: TimelineEntry, stage: Stage, scriptedOrder: () => number): void {
  const { queue, catalog, submit } = stage;
  const now = queue.nowUs;
  switch (entry.do) {
    case "halt":
      return setPhase(stage, entry.instrument, "halted", entry.for);
    case "resume":
      return setPhase(stage, entry.instrument, "continuous");
    case "close":
      return setPhase(stage, entry.instrument, "closed");
    case "auction":
      return setPhase(stage, entry.instrument, entry.phase, entry.for);
    case "priceShock":
      return stage.fundamental(entry.instrument).shock(now, { ppm: entry.ppm, fadeUs: entry.fade });
    case "news":
      return stage.fundamental(entry.instrument).news(now, { ppm: entry.ppm, activity: entry.activity, forUs: entry.for });
    case "stuckFeed":
      return stage.fundamental(entry.instrument).stick(now, entry.for);
    case "limit":
      return stage.risk.set(entry);
    case "tradingState":
      return submit(
        { type: "SetTradingState", change: { nodeId: stage.risk.node(entry.account), state: entry.state, reason: entry.reason } },
        OPERATOR,
      );
    case "kill":
      return submit(
        { type: "EngageKillSwitch", kill: { scope: scopeOf(entry.account, stage), flatten: entry.flatten, reason: entry.reason } },
        OPERATOR,
      );
    case "rearm":
      return submit({ type: "RearmKillSwitch", rearm: { scope: scopeOf(entry.account, stage), reason: entry.reason } }, SECOND_OPERATOR);
    case "deposit":
      return submit(
        scenarioCommand({
          type: "DepositFunds",
          accountId: catalog.account(entry.account).accountId,
          assetId: catalog.asset(entry.asset).assetId,
          amount: catalog.units(entry.asset, entry.amount),
        }),
        OPERATOR,
      );
    case "order":
      for (let time = 0; time < entry.times; time += 1)
        submit(orderOf(entry, catalog, scriptedOrder()), catalog.account(entry.account).owner);
      return;
    case "cancelAll": {
      const { accountId, owner } = catalog.account(entry.account);
      const instrumentId = entry.instrument === undefined ? null : catalog.instrument(entry.instrument).instrumentId;
      return submit({ type: "CancelAllOrders", accountId, instrumentId }, owner);
    }
    case "disconnect": {
      const participant = stage.participant(entry.agent);
      participant.disconnect();
      return queue.after(entry.for, () => participant.connect());
    }
    case "withdrawLicence":
      return submit(catalog.venues.withdraw(entry.venue, entry.reason, now), OPERATOR);
    case "fees":
      return submit(catalog.venues.charge(entry.venue, entry, now), OPERATOR);
    case "fault":
      return stage.fault(entry.fault, entry.for ?? null);
    case "command":
      // The file's schema has checked it.
      return submit(commandSchema.parse(entry.command), entry.actor);
    default:
      return unreachable(entry);
  }
}

function setPhase({ queue, catalog, submit }: Stage, symbol: string, phase: TradingPhase, forUs?: number): void {
  const { instrumentId } = catalog.instrument(symbol);
  const untilUs = forUs === undefined ? null : ((queue.nowUs + forUs) as EpochUs);
  submit({ type: "SetTradingPhase", instrumentId, phase, untilUs }, OPERATOR);
}

function scopeOf(account: string | undefined, { catalog, risk }: Stage): Extract<Command, { type: "EngageKillSwitch" }>["kill"]["scope"] {
  return account === undefined
    ? { kind: "node", nodeId: risk.node(undefined) }
    : { kind: "account", accountId: catalog.account(account).accountId };
}

function orderOf(entry: Extract<TimelineEntry, { do: "order" }>, catalog: ScenarioCatalog, id: number): Command {
  const { instrument, side, quantity, price, trigger } = entry;
  const orderType = trigger === undefined ? (price === undefined ? "market" : "limit") : price === undefined ? "stop" : "stopLimit";
  return {
    type: "SubmitOrder",
    accountId: catalog.account(entry.account).accountId,
    instrumentId: catalog.instrument(instrument).instrumentId,
    clientOrderId: id as ClientOrderId,
    side,
    orderType,
    timeInForce: entry.timeInForce ?? (orderType === "market" ? "ioc" : "gtc"),
    limitTicks: price === undefined ? null : priceTicks(catalog.ticks(instrument, price)),
    lots: qtyLots(catalog.lots(instrument, quantity)),
    ...plainTerms,
    triggerTicks: trigger === undefined ? null : priceTicks(catalog.ticks(instrument, trigger)),
  };
}
