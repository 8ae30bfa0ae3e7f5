import type { Instrument } from "../../../shared/catalog.ts";
import { mulDivFloor } from "../../../shared/money.ts";
import { VENUE_NODE, riskControls } from "../../../shared/risk.ts";
import { opposite } from "../state/books.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND } from "../records/fields.ts";
import { valueOf } from "../ledger/ledger.ts";
import { priceAt } from "../orders/pricing.ts";
import { PASSED } from "../records/refused.ts";
import type { EngineState } from "../state/state.ts";
import { hasNoLimit, isBuy, isMarket, sideBit } from "../records/terms.ts";
import {
  CANCEL_ONLY,
  COLLAR,
  DISABLED,
  DUPLICATES,
  EXECUTIONS,
  FAR_TOUCH,
  GROSS_LOTS,
  HALTED,
  KILLED,
  LIQUIDATING,
  LIQUIDATION,
  LOSS,
  LOSS_BLOCKED,
  MESSAGES,
  NEAR_TOUCH,
  NET_LOTS,
  NO_LIMIT,
  OPEN_VALUE,
  ORDER_LOTS,
  ORDER_TO_TRADE,
  ORDER_VALUE,
  PROTECTED,
  PROTECTION_FILLS,
  PROTECTION_LOTS,
  REDUCE_ONLY,
  breachCodes,
  instrumentControlNumber,
  nodeControlNumber,
} from "./controls.ts";
import { MARK_MISSING, MARK_STALE } from "./conversions.ts";
import { STALE_REFERENCE, aggressiveEdge, collarReference, passiveEdge } from "./collar.ts";
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
import { TOKEN, countInWindow, protectedLots } from "./track.ts";

/**
 * RK-4 to RK-30: asks every level from the account up to the venue about the incoming order. The first objection ends it. An order that
 * is confirmed passes the soft bounds, each of which is noted for the audit. Answers a reject number, or PASSED.
 */
export function checkRisk(engine: Engine, instrument: Instrument): number {
  const { assessment, incoming, state } = engine;
  const { risk } = state;
  assessment.clear();
  const unsound = checkFigures(engine);
  if (unsound !== PASSED || risk.isIdle) return unsound;
  const account = risk.nodeOf(incoming.accountId);
  if (risk.killedActors.size !== 0 && risk.killedActors.has(risk.asker)) return engine.refused.because("RISK_KILLED");
  const unsettled = checkStanding(engine, account) || checkThrottle(engine);
  if (unsettled !== PASSED) return unsettled;
  const value = worstValue(engine, instrument, incoming.lots);
  // Rows are linked upwards from the account's, if that has one; else each level's is looked up.
  let row = account === VENUE_NODE ? 0 : risk.exposures.find(account, instrument.instrumentId);
  for (let node = account; node !== 0; node = risk.nodes.parent(node)) {
    if (node === VENUE_NODE) row = risk.venueRow(instrument.instrumentId);
    const objection =
      checkNode(engine, node, account, instrument, value) || (row === 0 ? PASSED : checkRow(engine, node, account, row, instrument));
    if (objection !== PASSED) return objection;
    const parent = risk.nodes.parent(node);
    if (row !== 0) row = risk.exposures.up(row);
    if (row === 0 && parent > VENUE_NODE) row = risk.exposures.find(parent, instrument.instrumentId);
  }
  return PASSED;
}

/** RK-30: the stage judges whole numbers only, whatever came through the door. */
function checkFigures({ incoming, refused }: Engine): number {
  const { boundTicks, clientOrderId, isExact, limitTicks, lots, valuationTicks } = incoming;
  const areInRange = lots >= 1 && limitTicks >= 0 && boundTicks >= 1 && valuationTicks >= 1 && clientOrderId >= 1;
  return isExact && areInRange ? PASSED : refused.because("RISK_NOT_A_NUMBER");
}

/** MT-32: may a stop that has waited become active, as its account stands now? */
export function mayFire({ risk }: EngineState, engine: Engine): boolean {
  return risk.isIdle || checkStanding(engine, risk.nodeOf(engine.incoming.accountId)) === PASSED;
}

/** RK-16, RK-19, RK-20, RK-26: kill switches, locks and trading states of every level. */
function checkStanding(engine: Engine, account: number): number {
  const { incoming, refused, state } = engine;
  const { nodes } = state.risk;
  let locks = 0;
  let tradingState = 0;
  for (let node = account; node !== 0; node = nodes.parent(node)) {
    locks |= nodes.locks(node);
    tradingState = Math.max(tradingState, nodes.state(node));
  }
  if (locks === 0 && tradingState === 0) return PASSED;
  if ((locks & KILLED) !== 0) return refused.because("RISK_KILLED");
  if (tradingState === HALTED) return refused.because("RISK_STATE_HALTED");
  if (tradingState === CANCEL_ONLY) return refused.because("RISK_STATE_CANCEL_ONLY");
  if ((locks & (DISABLED | PROTECTED)) !== 0) return refused.because("RISK_NODE_LOCKED");
  if ((locks & LIQUIDATING) !== 0) return refused.with("RISK_COOLING_OFF", NO_OPERAND, incoming.lots, 0);
  const isCooling = (locks & LOSS_BLOCKED) !== 0;
  if (!isCooling && tradingState !== REDUCE_ONLY) return PASSED;
  const room = reducingRoom(engine, account);
  return incoming.lots <= room
    ? PASSED
    : refused.with(isCooling ? "RISK_COOLING_OFF" : "RISK_STATE_REDUCE_ONLY", room, incoming.lots, room);
}

/** RK-19: lots by which an order of this side can only reduce the account's position, whatever else fills. 0 for an account outside the tree. */
function reducingRoom({ incoming, state }: Engine, account: number): number {
  const { exposures } = state.risk;
  const row = account === VENUE_NODE ? 0 : exposures.find(account, incoming.instrumentId);
  if (row === 0) return 0;
  const position = exposures.position(row);
  const room = isBuy(incoming.terms) ? -position - exposures.buyLots(row) : position - exposures.sellLots(row);
  return Math.max(0, room + incoming.openLots);
}

/** RK-13: the message found no token left at some level. */
function checkThrottle(engine: Engine): number {
  const { nodes, throttledNode } = engine.state.risk;
  if (throttledNode === 0) return PASSED;
  const burst = nodes.hard(throttledNode, MESSAGES);
  return object(engine, throttledNode, nodeControlNumber(MESSAGES), 0, burst, burst, burst, 1);
}

/** The most that so many lots of the order can be worth in quote units: a buy at its bound, a sell at its limit or the best bid. */
function worstValue({ incoming, state }: Engine, instrument: Instrument, lots: number): number {
  const side = sideBit(incoming.terms);
  const ticks = isBuy(side)
    ? incoming.boundTicks
    : Math.max(incoming.valuationTicks, state.books.bestTicks(incoming.instrumentId, opposite(side)));
  return valueOf(instrument, ticks, lots);
}

/** RK-8 and RK-9 ask for the whole of an order, of one that is open already with what has filled. */
function wholeLots({ incoming }: Engine): number {
  return incoming.openLots === 0 ? incoming.lots : incoming.askedLots;
}

function checkNode(engine: Engine, node: number, account: number, instrument: Instrument, value: number): number {
  const { nodes } = engine.state.risk;
  if (nodes.limited(node) === 0) return PASSED;
  return (
    (engine.state.risk.isMessage ? checkMessages(engine, node) : PASSED) ||
    checkWindows(engine, node) ||
    (nodes.soft(node, DUPLICATES) === NO_LIMIT || engine.incoming.openLots !== 0 ? PASSED : checkDuplicates(engine, node, account)) ||
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
  for (let row = nodes.firstOpenValue(node); row !== 0; row = openValues.next(row)) {
    const assetId = openValues.assetId(row);
    const own = assetId === instrument.quoteAssetId ? engine.incoming.openValue : 0;
    const open = inCurrency(engine, node, assetId, openValues.value(row, own));
    if (open < 0) return refuseMark(engine, open);
    used += open;
  }
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

function checkRow(engine: Engine, node: number, account: number, row: number, instrument: Instrument): number {
  const { exposures } = engine.state.risk;
  if (exposures.limited(row) === 0) return PASSED;
  const lots = wholeLots(engine);
  const { instrumentId } = instrument;
  const orderLots = exposures.soft(row, ORDER_LOTS);
  if (lots > orderLots) {
    const objection = object(
      engine,
      node,
      instrumentControlNumber(ORDER_LOTS),
      instrumentId,
      orderLots,
      exposures.hard(row, ORDER_LOTS),
      0,
      lots,
    );
    if (objection !== PASSED) return objection;
  }
  return (
    (engine.incoming.isPriceNew ? checkCollars(engine, node, row) : PASSED) ||
    checkNet(engine, node, row) ||
    checkGross(engine, node, account, row) ||
    checkProtection(engine, node, row)
  );
}

/** RK-6 and RK-7: the collar around the reference, for a stop around its trigger, and the distances from the best prices. */
function checkCollars(engine: Engine, node: number, row: number): number {
  const { incoming, refused, state } = engine;
  const { exposures } = state.risk;
  const side = sideBit(incoming.terms);
  if (exposures.soft(row, COLLAR) !== NO_LIMIT) {
    const reference = incoming.stopTicks || collarReference(state, incoming.instrumentId);
    if (reference <= 0) return refused.because(reference === STALE_REFERENCE ? "RISK_MARK_STALE" : "RISK_NO_REFERENCE_PRICE");
    const objection = checkEdge(engine, node, row, COLLAR, reference);
    if (objection !== PASSED) return objection;
  }
  // A stop meets no book before it fires.
  if (incoming.stopTicks !== 0) return PASSED;
  const far = state.books.bestTicks(incoming.instrumentId, opposite(side));
  if (far !== 0 && exposures.soft(row, FAR_TOUCH) !== NO_LIMIT) {
    const objection = checkEdge(engine, node, row, FAR_TOUCH, far);
    if (objection !== PASSED) return objection;
  }
  const near = state.books.bestTicks(incoming.instrumentId, side);
  if (near === 0 || isMarket(incoming.terms) || exposures.soft(row, NEAR_TOUCH) === NO_LIMIT) return PASSED;
  return checkEdge(engine, node, row, NEAR_TOUCH, near);
}

/**
 * An order with a limit beyond an edge is an objection. An order without one stops at the edge instead: at the hard one if it is confirmed,
 * else at the soft one.
 */
function checkEdge(engine: Engine, node: number, row: number, control: number, from: number): number {
  const { assessment, incoming, state } = engine;
  const { exposures } = state.risk;
  const side = sideBit(incoming.terms);
  const edgeOf = control === NEAR_TOUCH ? passiveEdge : aggressiveEdge;
  // A buy must stay at or below an aggressive edge and at or above a passive one; a sell the other way round.
  const isCeiling = isBuy(side) === (control !== NEAR_TOUCH);
  const soft = edgeOf(side, from, exposures.soft(row, control));
  const hard = edgeOf(side, from, exposures.hard(row, control));
  const { instrumentId } = incoming;
  if (hasNoLimit(incoming.terms)) {
    const isConfirmed = incoming.confirmation !== 0 && soft !== hard;
    const edge = isConfirmed ? hard : soft;
    if (isConfirmed) assessment.confirm(node, instrumentControlNumber(control), instrumentId, soft, 0, hard);
    const bound = isCeiling ? Math.min(incoming.boundTicks, edge) : Math.max(incoming.boundTicks, edge);
    if (isMarket(incoming.terms)) {
      incoming.boundTicks = bound;
      // A volatility band may be nearer still.
      incoming.matchTicks = isCeiling ? Math.min(incoming.matchTicks, bound) : Math.max(incoming.matchTicks, bound);
    } else priceAt(incoming, bound);
    return PASSED;
  }
  // The worst price counts against what is too dear, the price at which it rests against what is too far behind.
  const ticks = control === NEAR_TOUCH ? incoming.workingTicks : incoming.boundTicks;
  if (isCeiling ? ticks <= soft : ticks >= soft) return PASSED;
  const isBeyondHard = isCeiling ? ticks > hard : ticks < hard;
  return judge(
    engine,
    node,
    instrumentControlNumber(control),
    instrumentId,
    isBeyondHard,
    isBeyondHard ? hard : soft,
    0,
    ticks,
    NO_OPERAND,
  );
}

/**
 * RK-6 for a stop without limit that fires: its bound, which has moved with its trigger, ends at the nearest collar. Nobody confirms then, so
 * the soft ones count.
 */
export function boundWithinCollars(
  state: EngineState,
  accountId: number,
  instrumentId: number,
  side: number,
  triggerTicks: number,
  boundTicks: number,
): number {
  const { exposures, isIdle, nodes } = state.risk;
  let bound = boundTicks;
  if (isIdle) return bound;
  for (let node = state.risk.nodeOf(accountId); node !== 0; node = nodes.parent(node)) {
    const row = exposures.find(node, instrumentId);
    if (row === 0 || exposures.soft(row, COLLAR) === NO_LIMIT) continue;
    const edge = aggressiveEdge(side, triggerTicks, exposures.soft(row, COLLAR));
    bound = isBuy(side) ? Math.min(bound, edge) : Math.max(bound, edge);
  }
  return bound;
}

/** RK-10: the position that would come about if this order and all others of its side filled, and none of the other side. */
function checkNet(engine: Engine, node: number, row: number): number {
  const { incoming, state } = engine;
  const { exposures } = state.risk;
  const soft = exposures.soft(row, NET_LOTS);
  if (soft === NO_LIMIT) return PASSED;
  const position = exposures.position(row);
  const worst = (isBuy(incoming.terms) ? position + exposures.buyLots(row) : exposures.sellLots(row) - position) - incoming.openLots;
  if (worst + incoming.lots <= soft) return PASSED;
  return object(
    engine,
    node,
    instrumentControlNumber(NET_LOTS),
    incoming.instrumentId,
    soft,
    exposures.hard(row, NET_LOTS),
    worst,
    incoming.lots,
  );
}

/** RK-11: what this order adds to the sum of the accounts' largest possible positions. */
function checkGross(engine: Engine, node: number, account: number, row: number): number {
  const { incoming, state } = engine;
  const { exposures } = state.risk;
  const soft = exposures.soft(row, GROSS_LOTS);
  if (soft === NO_LIMIT) return PASSED;
  const own = exposures.find(account, incoming.instrumentId);
  const position = own === 0 ? 0 : exposures.position(own);
  const working = own === 0 ? 0 : isBuy(incoming.terms) ? exposures.buyLots(own) : exposures.sellLots(own);
  const worst = (isBuy(incoming.terms) ? position : -position) + working - incoming.openLots + incoming.lots;
  const added = worst - (own === 0 ? 0 : exposures.worstLots(own));
  if (added <= 0 || exposures.gross(row) + added <= soft) return PASSED;
  const hard = exposures.hard(row, GROSS_LOTS);
  return object(engine, node, instrumentControlNumber(GROSS_LOTS), incoming.instrumentId, soft, hard, exposures.gross(row), added);
}

/** RK-18, soft tier of the quantity. */
function checkProtection(engine: Engine, node: number, row: number): number {
  const { incoming, state } = engine;
  const { exposures } = state.risk;
  const soft = exposures.soft(row, PROTECTION_LOTS);
  if (soft === NO_LIMIT || soft === exposures.hard(row, PROTECTION_LOTS)) return PASSED;
  const used = protectedLots(state, row);
  return used < soft
    ? PASSED
    : object(engine, node, instrumentControlNumber(PROTECTION_LOTS), incoming.instrumentId, soft, NO_LIMIT, used, incoming.lots);
}

/** An order that adds `asked` to `used` exceeds a soft bound, and perhaps the hard one. Only called then, so that plain orders pass no large numbers. */
function object(
  engine: Engine,
  node: number,
  control: number,
  instrumentId: number,
  soft: number,
  hard: number,
  used: number,
  asked: number,
): number {
  const use = Math.min(Math.max(0, used), Number.MAX_SAFE_INTEGER);
  const isHard = used + asked > hard;
  const limit = isHard ? hard : soft;
  return judge(engine, node, control, instrumentId, isHard, limit, use, Math.min(asked, Number.MAX_SAFE_INTEGER), Math.max(0, limit - use));
}

function judge(
  engine: Engine,
  node: number,
  control: number,
  instrumentId: number,
  isHard: boolean,
  limit: number,
  used: number,
  asked: number,
  headroom: number,
): number {
  const { assessment, incoming, refused } = engine;
  if (!isHard && incoming.confirmation !== 0) {
    assessment.confirm(node, control, instrumentId, limit, used, asked);
    return PASSED;
  }
  assessment.object(node, control, instrumentId, isHard ? 1 : 0, limit, used, asked);
  const codes = breachCodes[riskControls[control]!];
  refused.exceeding(isHard ? codes.hard : codes.soft, limit, used, asked, headroom);
  // XP-1: the price at the edge, or the lots that are left.
  const name = riskControls[control]!;
  if (headroom === NO_OPERAND) return refused.unless(limit, 0);
  if (name === "orderLots" || name === "netLots" || name === "grossLots")
    return refused.unless(0, Math.max(0, incoming.lots - asked + headroom));
  if (name === "orderValue" || name === "openValue") return refused.unless(0, mulDivFloor(incoming.lots, headroom, asked));
  return refused.code;
}
