import type { RejectCode } from "../../../shared/rejects.ts";
import { instrumentControls, nodeControls, riskControls, riskLocks, tradingStates, type RiskControl } from "../../../shared/risk.ts";

/** A bound that nothing exceeds: stored where none is set. */
export const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Places of the controls of a node in its row. */
export const ORDER_VALUE = nodeControls.indexOf("orderValue");
export const OPEN_VALUE = nodeControls.indexOf("openValue");
export const MESSAGES = nodeControls.indexOf("messages");
export const ORDER_TO_TRADE = nodeControls.indexOf("orderToTrade");
export const EXECUTIONS = nodeControls.indexOf("executions");
export const DUPLICATES = nodeControls.indexOf("duplicates");
export const PROTECTION_FILLS = nodeControls.indexOf("protectionFills");
export const LOSS = nodeControls.indexOf("loss");
export const LIQUIDATION = nodeControls.indexOf("liquidation");

/** Their bits, as NodePool.limited() has them. */
export const COUNTS_MESSAGES = (1 << MESSAGES) | (1 << ORDER_TO_TRADE);
export const LIMITS_LOSSES = (1 << LOSS) | (1 << LIQUIDATION);
export const COUNTS_FILLS = (1 << ORDER_TO_TRADE) | (1 << EXECUTIONS) | (1 << PROTECTION_FILLS) | LIMITS_LOSSES;
export const COUNTS_DUPLICATES = 1 << DUPLICATES;

/** Places of the controls of a node and an instrument in their row. */
export const ORDER_LOTS = instrumentControls.indexOf("orderLots");
export const NET_LOTS = instrumentControls.indexOf("netLots");
export const GROSS_LOTS = instrumentControls.indexOf("grossLots");
export const COLLAR = instrumentControls.indexOf("collarPpm");
export const NEAR_TOUCH = instrumentControls.indexOf("nearTouchPpm");
export const FAR_TOUCH = instrumentControls.indexOf("farTouchPpm");
export const PROTECTION_LOTS = instrumentControls.indexOf("protectionLots");

/** Number of a control among all, as events carry it. */
export function instrumentControlNumber(place: number): number {
  return riskControls.indexOf(instrumentControls[place]!);
}
export function nodeControlNumber(place: number): number {
  return riskControls.indexOf(nodeControls[place]!);
}

/** What a breach of each control is refused with. Where the hard bound locks the node, that is the lock. */
export const breachCodes: Readonly<Record<RiskControl, { readonly hard: RejectCode; readonly soft: RejectCode }>> = {
  orderLots: { hard: "RISK_ORDER_LOTS", soft: "RISK_ORDER_LOTS_SOFT" },
  netLots: { hard: "RISK_NET_POSITION", soft: "RISK_NET_POSITION_SOFT" },
  grossLots: { hard: "RISK_GROSS_POSITION", soft: "RISK_GROSS_POSITION_SOFT" },
  collarPpm: { hard: "RISK_COLLAR", soft: "RISK_COLLAR_SOFT" },
  nearTouchPpm: { hard: "RISK_NEAR_TOUCH", soft: "RISK_NEAR_TOUCH_SOFT" },
  farTouchPpm: { hard: "RISK_FAR_TOUCH", soft: "RISK_FAR_TOUCH_SOFT" },
  protectionLots: { hard: "RISK_NODE_LOCKED", soft: "RISK_PROTECTION_SOFT" },
  orderValue: { hard: "RISK_ORDER_VALUE", soft: "RISK_ORDER_VALUE_SOFT" },
  openValue: { hard: "RISK_OPEN_VALUE", soft: "RISK_OPEN_VALUE_SOFT" },
  messages: { hard: "RISK_MESSAGE_RATE", soft: "RISK_MESSAGE_RATE_SOFT" },
  orderToTrade: { hard: "RISK_ORDER_TO_TRADE", soft: "RISK_ORDER_TO_TRADE_SOFT" },
  executions: { hard: "RISK_NODE_LOCKED", soft: "RISK_EXECUTIONS_SOFT" },
  duplicates: { hard: "RISK_DUPLICATE", soft: "RISK_DUPLICATE_SOFT" },
  protectionFills: { hard: "RISK_NODE_LOCKED", soft: "RISK_PROTECTION_SOFT" },
  loss: { hard: "RISK_COOLING_OFF", soft: "RISK_COOLING_OFF" },
  liquidation: { hard: "RISK_COOLING_OFF", soft: "RISK_COOLING_OFF" },
};

export const ACTIVE = tradingStates.indexOf("active");
export const REDUCE_ONLY = tradingStates.indexOf("reduceOnly");
export const CANCEL_ONLY = tradingStates.indexOf("cancelOnly");
export const HALTED = tradingStates.indexOf("halted");

/** Bits of a node's locks: one for the kill switch, then one for each lock that a control puts on. */
export const KILLED = 1;
export function lockBit(lock: (typeof riskLocks)[number]): number {
  return 2 << riskLocks.indexOf(lock);
}
export const DISABLED = lockBit("disabled");
export const PROTECTED = lockBit("protected");
export const LOSS_WARNING = lockBit("lossWarning");
export const LOSS_BLOCKED = lockBit("lossBlocked");
export const LIQUIDATING = lockBit("liquidating");
