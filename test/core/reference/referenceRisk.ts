import type { Instrument } from "../../../shared/catalog.ts";
import { refusalOf, type Refusal, type RejectCode } from "../../../shared/rejects.ts";
import type { RiskControl } from "../../../shared/risk.ts";
import { LARGEST, LARGEST_TICKS, MILLION, larger as most, smaller as least } from "./arithmetic.ts";
import { RiskCounts } from "./riskCounts.ts";
import { VENUE, type Limits, type RiskTree } from "./riskTree.ts";
import { RiskValues, type Surroundings, type Unknown, type Working } from "./riskValues.ts";

/*
 * The risk stage as plainly as possible: every question adds up all positions and open orders anew. Only what time takes away is carried along
 * (riskCounts.ts), and where money began when losses came to be counted (riskValues.ts).
 */

/** The order that is asked about. */
export type Asked = {
  readonly accountId: number;
  /** Who sent it, or the list that called for it. */
  readonly actor: string;
  /** It is the message that came: it may lack a token (RK-13, RK-14). What a list calls for is none. */
  readonly message: { readonly empty: { readonly nodeId: number; readonly burst: bigint } | null } | null;
  readonly instrument: Instrument;
  readonly side: "buy" | "sell";
  readonly orderType: string;
  /** What is to be open, and the order's whole quantity. */
  readonly lots: bigint;
  readonly whole: bigint;
  bound: bigint;
  readonly working: bigint | null;
  /** The price that values it, before any collar has moved its bound. */
  firstTop: bigint;
  readonly value: bigint;
  readonly trigger: bigint | null;
  readonly isConfirmed: boolean;
  readonly isPriceNew: boolean;
  /** What is open already and does not count as used. */
  readonly openLots: bigint;
  readonly openValue: bigint;
};

export type Breach = {
  readonly nodeId: number;
  readonly control: RiskControl;
  readonly tier: "soft" | "hard";
  readonly instrumentId: number | null;
  readonly limit: bigint;
  readonly used: bigint;
  readonly actual: bigint;
  readonly headroom: bigint;
};
export type Finding = { readonly refusal: Refusal | null; readonly breach: Breach | null; readonly confirmed: readonly Breach[] };

/** What an order is asked about at each level, in this order (RK-4). Losses are only asked whether they can be known. */
const controls = [
  "messages",
  "orderToTrade",
  "executions",
  "protectionFills",
  "duplicates",
  "orderValue",
  "openValue",
  "loss",
  "orderLots",
  "collarPpm",
  "farTouchPpm",
  "nearTouchPpm",
  "netLots",
  "grossLots",
  "protectionLots",
] as const;
type Control = (typeof controls)[number];
type PriceControl = "collarPpm" | "nearTouchPpm" | "farTouchPpm";

const codes: Readonly<Record<Control, string>> = {
  messages: "RISK_MESSAGE_RATE",
  orderToTrade: "RISK_ORDER_TO_TRADE",
  executions: "RISK_EXECUTIONS",
  protectionFills: "RISK_PROTECTION",
  duplicates: "RISK_DUPLICATE",
  orderValue: "RISK_ORDER_VALUE",
  openValue: "RISK_OPEN_VALUE",
  loss: "RISK_COOLING_OFF",
  orderLots: "RISK_ORDER_LOTS",
  collarPpm: "RISK_COLLAR",
  farTouchPpm: "RISK_FAR_TOUCH",
  nearTouchPpm: "RISK_NEAR_TOUCH",
  netLots: "RISK_NET_POSITION",
  grossLots: "RISK_GROSS_POSITION",
  protectionLots: "RISK_PROTECTION",
};
const ofOneInstrument: readonly string[] = [
  "orderLots",
  "collarPpm",
  "farTouchPpm",
  "nearTouchPpm",
  "netLots",
  "grossLots",
  "protectionLots",
] satisfies Control[];
const states = ["active", "reduceOnly", "cancelOnly", "halted"];

export class ReferenceRisk extends RiskValues {
  readonly counts = new RiskCounts(this);
  /** Open sessions: are their orders cancelled when they are lost? */
  readonly sessions = new Map<string, boolean>();
  // Orders.

  /** RK-16, RK-19, RK-20 and RK-26: may the account send such an order as it stands? */
  objectToStanding(
    accountId: number,
    asked: Pick<Asked, "instrument" | "lots" | "openLots" | "side">,
    working: readonly Working[],
  ): Refusal | null {
    const chain = this.chain(accountId);
    const isLocked = (lock: Parameters<RiskTree["isLocked"]>[1]): boolean => chain.some((nodeId) => this.isLocked(nodeId, lock));
    if (chain.some((nodeId) => this.killed.has(nodeId))) return refusalOf("RISK_KILLED");
    const strictest = Math.max(...chain.map((nodeId) => states.indexOf(this.states.get(nodeId) ?? "active")));
    if (states[strictest] === "halted") return refusalOf("RISK_STATE_HALTED");
    if (states[strictest] === "cancelOnly") return refusalOf("RISK_STATE_CANCEL_ONLY");
    if (isLocked("disabled") || isLocked("protected")) return refusalOf("RISK_NODE_LOCKED");
    const actual = Number(asked.lots);
    if (isLocked("liquidating")) return refusalOf("RISK_COOLING_OFF", { actual, headroom: 0 });
    const isCooling = isLocked("lossBlocked");
    if (!isCooling && states[strictest] === "active") return null;
    const { instrumentId } = asked.instrument;
    const isPlaced = this.nodeOf(accountId) !== VENUE;
    const position = this.position([accountId], instrumentId);
    const open = lotsOf(working, [accountId], instrumentId, asked.side);
    const bare = (asked.side === "buy" ? -position : position) - open;
    const room = isPlaced ? most(bare + asked.openLots, 0n) : 0n;
    if (asked.lots <= room) return null;
    const operands = { limit: Number(room), actual, headroom: Number(room) };
    return refusalOf(isCooling ? "RISK_COOLING_OFF" : "RISK_STATE_REDUCE_ONLY", operands);
  }

  /** All controls of every level, from the account up. Moves the bound of an order without limit to the nearest collar. */
  look(asked: Asked, around: Surroundings): Finding {
    const confirmed: Breach[] = [];
    asked.firstTop = topOf(asked, around);
    if (this.killedUsers.has(asked.actor)) return { refusal: refusalOf("RISK_KILLED"), breach: null, confirmed };
    const standing = this.objectToStanding(asked.accountId, asked, around.working);
    if (standing !== null) return { refusal: standing, breach: null, confirmed };
    const empty = asked.message?.empty ?? null;
    if (empty !== null) {
      const { burst, nodeId } = empty;
      const head = { nodeId, control: "messages", tier: "hard", instrumentId: null } as const;
      return found({ ...head, limit: burst, used: burst, actual: 1n, headroom: 0n }, confirmed);
    }
    for (const nodeId of this.chain(asked.accountId)) {
      for (const control of controls) {
        const objection = this.ask(control, nodeId, asked, around, confirmed);
        if (objection === null) continue;
        return "code" in objection ? { refusal: objection, breach: null, confirmed } : found(objection, confirmed);
      }
    }
    return { refusal: null, breach: null, confirmed };
  }

  /** RK-6 for a trailing stop that fires: the nearest soft collar around its trigger. */
  withinCollars(accountId: number, instrumentId: number, side: "buy" | "sell", trigger: bigint, bound: bigint): bigint {
    return this.chain(accountId).reduce((nearest, nodeId) => {
      const limits = this.limitsOf(nodeId, "collarPpm", instrumentId);
      if (limits === null) return nearest;
      const edge = edgeOf(side === "buy", trigger, limits.soft);
      return side === "buy" ? least(nearest, edge) : most(nearest, edge);
    }, bound);
  }

  private ask(control: Control, nodeId: number, asked: Asked, around: Surroundings, confirmed: Breach[]): Breach | Refusal | null {
    const { instrument, side } = asked;
    const { instrumentId } = instrument;
    const limits = this.limitsOf(nodeId, control, ofOneInstrument.includes(control) ? instrumentId : null);
    if (control === "loss") return this.askLoss(nodeId, limits, around);
    if (limits === null) return null;
    const below = this.accountsBelow(nodeId);
    /** `isLock`: the hard bound locks the node instead of refusing orders. */
    const exceeding = (used: bigint, actual: bigint, isLock = false): Breach | null => {
      const isHard = used + actual > limits.hard && !isLock;
      const limit = isHard ? limits.hard : limits.soft;
      const shown = least(most(used, 0n), LARGEST);
      const breach = {
        nodeId,
        control,
        tier: isHard ? ("hard" as const) : ("soft" as const),
        instrumentId: ofOneInstrument.includes(control) ? instrumentId : null,
        limit,
        used: shown,
        actual: least(actual, LARGEST),
        headroom: most(limit - shown, 0n),
      };
      if (isHard || !asked.isConfirmed) return breach;
      confirmed.push(breach);
      return null;
    };
    const within = (used: bigint, actual: bigint): Breach | null => (used + actual <= limits.soft ? null : exceeding(used, actual));
    /** Once so many have filled, an order needs a confirmation. */
    const warned = (used: bigint, actual: bigint): Breach | null =>
      limits.soft === limits.hard || used < limits.soft ? null : exceeding(used, actual, true);
    const q = BigInt(instrument.quoteUnitsPerTickLot);
    const currency = this.node(nodeId)?.currencyAssetId ?? around.assets[0]!.assetId;
    const { counts } = this;
    const { atUs } = around;
    switch (control) {
      case "messages":
        return asked.message === null ? null : within(counts.tokensOut(nodeId) - 1n, 1n);
      case "orderToTrade": {
        if (asked.message === null) return null;
        const { asked: more, used } = counts.messagesToFills(nodeId);
        return within(used, more);
      }
      case "executions":
        return warned(counts.executionsOf(nodeId, limits.parameter, atUs), 1n);
      case "protectionFills":
        return warned(counts.protectedFills(nodeId, limits.parameter, atUs), 1n);
      case "protectionLots":
        return warned(counts.protectedLots(nodeId, instrumentId, limits.parameter, atUs), asked.lots);
      case "duplicates": {
        if (asked.openLots !== 0n) return null;
        const ticks = asked.orderType === "market" ? 0n : (asked.trigger ?? asked.bound);
        return within(counts.equals(asked.accountId, { instrumentId, side, ticks, lots: asked.lots }, BigInt(atUs) - limits.parameter), 1n);
      }
      case "orderLots":
        return within(0n, asked.whole);
      case "orderValue": {
        const value = this.worth(topOf(asked, around) * asked.whole * q, instrument.quoteAssetId, currency, atUs);
        return typeof value === "bigint" ? within(0n, value) : noMark(value);
      }
      case "openValue": {
        const value = this.worth(asked.firstTop * asked.lots * q, instrument.quoteAssetId, currency, atUs);
        if (typeof value !== "bigint") return noMark(value);
        let used = 0n;
        let unknown: Unknown | null = null;
        for (const { assetId } of around.assets) {
          const open = around.working
            .filter((order) => below.includes(order.accountId))
            .filter((order) => around.instruments.find((one) => one.instrumentId === order.instrumentId)!.quoteAssetId === assetId)
            .reduce((sum, order) => sum + (order.value ?? 0n), 0n);
          const own = assetId === instrument.quoteAssetId ? asked.openValue : 0n;
          const part = this.worth(open - own, assetId, currency, atUs);
          if (typeof part === "bigint") used += part;
          else if (unknown !== "missing") unknown = part;
        }
        return unknown === null ? within(used, value) : noMark(unknown);
      }
      case "netLots": {
        const position = this.position(below, instrumentId);
        const open = lotsOf(around.working, below, instrumentId, side) - asked.openLots;
        return within((side === "buy" ? position : -position) + open, asked.lots);
      }
      case "grossLots": {
        const worstOf = (accountId: number): bigint => {
          const position = this.position([accountId], instrumentId);
          const [buys, sells] = (["buy", "sell"] as const).map((each) => lotsOf(around.working, [accountId], instrumentId, each));
          return most(position + buys!, sells! - position);
        };
        const own = this.position([asked.accountId], instrumentId);
        const open = lotsOf(around.working, [asked.accountId], instrumentId, side);
        const added = (side === "buy" ? own : -own) + open - asked.openLots + asked.lots - worstOf(asked.accountId);
        if (added <= 0n) return null;
        return within(
          below.map(worstOf).reduce((sum, lots) => sum + lots, 0n),
          added,
        );
      }
      case "collarPpm":
      case "nearTouchPpm":
      case "farTouchPpm":
        return asked.isPriceNew ? this.askPrice(control, nodeId, asked, around, limits, confirmed) : null;
    }
  }

  /** RK-26 and RK-30: under a loss limit nothing is sent while the loss cannot be known. */
  private askLoss(nodeId: number, limits: Limits | null, around: Surroundings): Refusal | null {
    const isLiquidated = (this.limitsOf(nodeId, "liquidation", null)?.hard ?? NO_BOUND) !== NO_BOUND;
    if (limits === null && !isLiquidated) return null;
    return this.lossOf(nodeId, around) === null ? refusalOf("RISK_MARK_MISSING") : null;
  }

  /** RK-6 and RK-7. */
  private askPrice(
    control: PriceControl,
    nodeId: number,
    asked: Asked,
    around: Surroundings,
    limits: Limits,
    confirmed: Breach[],
  ): Breach | Refusal | null {
    const { instrument, orderType, side, trigger } = asked;
    const { instrumentId } = instrument;
    const isNear = control === "nearTouchPpm";
    if (control !== "collarPpm" && trigger !== null) return null;
    if (isNear && orderType === "market") return null;
    const opposite = side === "buy" ? "sell" : "buy";
    const from =
      control === "collarPpm" ? (trigger ?? this.referenceOf(instrumentId, around)) : around.best(instrumentId, isNear ? side : opposite);
    if (from === null) return null;
    if (typeof from !== "bigint") return refusalOf(from === "stale" ? "RISK_MARK_STALE" : "RISK_NO_REFERENCE_PRICE");
    const isCeiling = (side === "buy") !== isNear;
    const [soft, hard] = [edgeOf(isCeiling, from, limits.soft), edgeOf(isCeiling, from, limits.hard)];
    const figure = (limit: bigint, actual: bigint, tier: "soft" | "hard"): Breach => {
      return { nodeId, control, tier, instrumentId, limit, used: 0n, actual, headroom: 0n };
    };
    if (orderType === "market" || orderType === "stop" || orderType === "trailingStop") {
      const isWide = asked.isConfirmed && soft !== hard;
      if (isWide) confirmed.push(figure(soft, hard, "soft"));
      const edge = isWide ? hard : soft;
      asked.bound = isCeiling ? least(asked.bound, edge) : most(asked.bound, edge);
      return null;
    }
    const ticks = isNear ? asked.working! : asked.bound;
    if (isCeiling ? ticks <= soft : ticks >= soft) return null;
    const isHard = isCeiling ? ticks > hard : ticks < hard;
    const breach = figure(isHard ? hard : soft, ticks, isHard ? "hard" : "soft");
    if (isHard || !asked.isConfirmed) return breach;
    confirmed.push(breach);
    return null;
  }
}

const NO_BOUND = BigInt(Number.MAX_SAFE_INTEGER);

/** The refusal that a breach leads to. */
function found(breach: Breach, confirmed: readonly Breach[]): Finding {
  const { actual, control, headroom, limit, tier, used } = breach;
  const name = `${codes[control as Control]}${tier === "soft" ? "_SOFT" : ""}` as RejectCode;
  const operands = { limit: Number(limit), used: Number(used), actual: Number(actual) };
  return { refusal: refusalOf(name, { ...operands, headroom: control.endsWith("Ppm") ? null : Number(headroom) }), breach, confirmed };
}

function noMark(why: Unknown): Refusal {
  return refusalOf(why === "stale" ? "RISK_MARK_STALE" : "RISK_MARK_MISSING");
}

/** The most that a lot can fetch or cost: a buy's bound, a sell's price or the best bid. */
function topOf({ bound, instrument, side, trigger, value }: Asked, { best }: Surroundings): bigint {
  if (side === "buy") return bound;
  return most(trigger === null ? value : bound, best(instrument.instrumentId, "buy") ?? 0n);
}

function lotsOf(working: readonly Working[], accountIds: readonly number[], instrumentId: number, side: "buy" | "sell"): bigint {
  return working
    .filter((order) => accountIds.includes(order.accountId) && order.instrumentId === instrumentId && order.side === side)
    .reduce((sum, { left }) => sum + left, 0n);
}

/** So many millionths above a price, or below it. */
function edgeOf(isAbove: boolean, from: bigint, ppm: bigint): bigint {
  const width = (from * ppm) / MILLION;
  return isAbove ? least(from + width, LARGEST_TICKS) : most(from - width, 1n);
}
