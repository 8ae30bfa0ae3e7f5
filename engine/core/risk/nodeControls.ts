import type { Instrument } from "../../../shared/catalog.ts";
import type { Engine } from "../engineParts.ts";
import { PASSED } from "../records/refused.ts";
import { isMarket, sideBit } from "../records/terms.ts";
import {
  DUPLICATES,
  EXECUTIONS,
  LIQUIDATION,
  LOSS,
  MESSAGES,
  NO_LIMIT,
  OPEN_VALUE,
  ORDER_TO_TRADE,
  ORDER_VALUE,
  PROTECTION_FILLS,
  nodeControlNumber,
} from "./controls.ts";
import { MARK_MISSING, MARK_STALE } from "./conversions.ts";
import { lossOf } from "./loss.ts";
import {
  EXECUTIONS_COUNT,
  EXECUTIONS_START,
  PROTECTION_COUNT,
  PROTECTION_START,
  RATIO_FILLS,
  RATIO_MESSAGES,
  TOKENS_USED,
} from "./nodes.ts";
import { TOKEN, countInWindow } from "./track.ts";
import { worstValue, wholeLots, object } from "./objection.ts";

/*
 * What a level of the tree limits whatever the instrument: messages, executions, duplicates, values and losses.
 */

export function checkNode(engine: Engine, node: number, account: number, instrument: Instrument, value: number): number {
  const { nodes } = engine.state.risk;
  if (nodes.limited(node) === 0) return PASSED;
  return (
    (engine.state.risk.isMessage ? checkMessages(engine, node) : PASSED) ||
    checkWindows(engine, node) ||
    (nodes.soft(node, DUPLICATES) === NO_LIMIT || isChanged(engine) ? PASSED : checkDuplicates(engine, node, account)) ||
    (nodes.soft(node, ORDER_VALUE) === NO_LIMIT ? PASSED : checkOrderValue(engine, node, instrument)) ||
    (nodes.soft(node, OPEN_VALUE) === NO_LIMIT ? PASSED : checkOpenValue(engine, node, instrument, value)) ||
    checkLossKnown(engine, node)
  );
}

/** RK-13 soft tier and RK-14. Both count this message already. */
function checkMessages(engine: Engine, node: number): number {
  const { nodes } = engine.state.risk;
  const tokens = nodes.soft(node, MESSAGES);
  if (tokens !== NO_LIMIT) {
    const used = Math.ceil(nodes.counter(node, TOKENS_USED) / TOKEN) - 1;
    if (used + 1 > tokens) {
      const objection = object(engine, node, nodeControlNumber(MESSAGES), 0, tokens, nodes.hard(node, MESSAGES), used, 1);
      if (objection !== PASSED) return objection;
    }
  }
  const ratio = nodes.soft(node, ORDER_TO_TRADE);
  if (ratio === NO_LIMIT) return PASSED;
  const fills = nodes.counter(node, RATIO_FILLS) + 1;
  const used = Math.ceil((nodes.counter(node, RATIO_MESSAGES) - 1) / fills);
  const asked = Math.ceil(nodes.counter(node, RATIO_MESSAGES) / fills) - used;
  return used + asked <= ratio
    ? PASSED
    : object(engine, node, nodeControlNumber(ORDER_TO_TRADE), 0, ratio, nodes.hard(node, ORDER_TO_TRADE), used, asked);
}

/** RK-15 and RK-18, soft tiers: so many fills in the present window that the sender should know what it does. The hard tiers lock the node. */
function checkWindows(engine: Engine, node: number): number {
  return (
    checkWindow(engine, node, EXECUTIONS, EXECUTIONS_START, EXECUTIONS_COUNT) ||
    checkWindow(engine, node, PROTECTION_FILLS, PROTECTION_START, PROTECTION_COUNT)
  );
}

function checkWindow(engine: Engine, node: number, control: number, start: number, count: number): number {
  const { nodes } = engine.state.risk;
  const soft = nodes.soft(node, control);
  if (soft === NO_LIMIT || soft === nodes.hard(node, control)) return PASSED;
  const used = countInWindow(engine.state, node, control, start, count);
  return used < soft ? PASSED : object(engine, node, nodeControlNumber(control), 0, soft, NO_LIMIT, used, 1);
}

/** RK-17 is about new orders. */
function isChanged({ incoming }: Engine): boolean {
  return incoming.openLots !== 0 || incoming.isReplacement;
}

/** RK-17. */
function checkDuplicates(engine: Engine, node: number, account: number): number {
  const { incoming, state } = engine;
  const { duplicates, nodes } = state.risk;
  const since = state.lastAtUs - nodes.parameter(node, DUPLICATES);
  const instrumentSide = incoming.instrumentId * 2 + sideBit(incoming.terms);
  const ticks = isMarket(incoming.terms) ? 0 : incoming.stopTicks || incoming.boundTicks;
  const used = duplicates.count(account, since, instrumentSide, ticks, incoming.lots);
  const soft = nodes.soft(node, DUPLICATES);
  return used + 1 <= soft ? PASSED : object(engine, node, nodeControlNumber(DUPLICATES), 0, soft, nodes.hard(node, DUPLICATES), used, 1);
}

/** RK-9. */
function checkOrderValue(engine: Engine, node: number, instrument: Instrument): number {
  const { nodes } = engine.state.risk;
  const worst = inCurrency(engine, node, instrument.quoteAssetId, worstValue(engine, instrument, wholeLots(engine)));
  if (worst < 0) return refuseMark(engine, worst);
  const soft = nodes.soft(node, ORDER_VALUE);
  return worst <= soft ? PASSED : object(engine, node, nodeControlNumber(ORDER_VALUE), 0, soft, nodes.hard(node, ORDER_VALUE), 0, worst);
}

/** RK-12. */
function checkOpenValue(engine: Engine, node: number, instrument: Instrument, value: number): number {
  const { nodes, openValues } = engine.state.risk;
  const worst = inCurrency(engine, node, instrument.quoteAssetId, value);
  if (worst < 0) return refuseMark(engine, worst);
  let used = 0;
  let without = 0;
  for (let row = nodes.firstOpenValue(node); row !== 0; row = openValues.next(row)) {
    const assetId = openValues.assetId(row);
    const own = assetId === instrument.quoteAssetId ? engine.incoming.openValue : 0;
    const open = inCurrency(engine, node, assetId, openValues.value(row, own));
    // Rows lie in the order in which they came about, of which a restored engine knows nothing: of several marks, a missing one is told.
    if (open < 0) without = without === MARK_MISSING ? MARK_MISSING : open;
    else used += open;
  }
  if (without < 0) return refuseMark(engine, without);
  const soft = nodes.soft(node, OPEN_VALUE);
  return used + worst <= soft
    ? PASSED
    : object(engine, node, nodeControlNumber(OPEN_VALUE), 0, soft, nodes.hard(node, OPEN_VALUE), used, worst);
}

function inCurrency({ state }: Engine, node: number, assetId: number, value: number): number {
  const { conversions, nodes } = state.risk;
  return conversions.convert(value, assetId, nodes.currency(node), state.lastAtUs);
}

function refuseMark({ refused }: Engine, why: number): number {
  return refused.because(why === MARK_STALE ? "RISK_MARK_STALE" : "RISK_MARK_MISSING");
}

/** RK-26 and RK-30: under a loss limit nothing is sent while the loss cannot be known. */
function checkLossKnown(engine: Engine, node: number): number {
  const { nodes } = engine.state.risk;
  if (nodes.soft(node, LOSS) === NO_LIMIT && nodes.hard(node, LIQUIDATION) === NO_LIMIT) return PASSED;
  return Number.isNaN(lossOf(engine.state, node)) ? refuseMark(engine, MARK_MISSING) : PASSED;
}
