import type { Asset, Instrument } from "../../../shared/catalog.ts";
import type { Command, CommandOf } from "../../../shared/commands.ts";
import { refusalOf, type Refusal, type RejectCode } from "../../../shared/rejects.ts";
import type { LimitChange, RecordedProposal, RiskControl, RiskNode } from "../../../shared/risk.ts";

/*
 * The risk stage as plainly as possible: nothing is carried along; every question adds up all positions and open orders anew. It knows the tree,
 * limits that hold at once and for good, trading states, kill switches, and the controls of size, position, value and price; windows, rates,
 * losses and sessions have laws and examples of their own.
 */

/** An open order as the risk stage counts it. */
export type Working = {
  readonly id: number;
  readonly accountId: number;
  readonly instrumentId: number;
  readonly side: "buy" | "sell";
  readonly left: bigint;
  /** Quote units of what is left at its worst price; null for a market order. */
  readonly value: bigint | null;
};

/** The market and what is open, as the risk stage asks about it. */
export type Surroundings = {
  readonly working: readonly Working[];
  readonly instruments: readonly Instrument[];
  readonly best: (instrumentId: number, side: "buy" | "sell") => bigint | null;
  readonly last: (instrumentId: number) => bigint | null;
};

/** The order that is asked about. */
export type Asked = {
  readonly accountId: number;
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

/** The controls that are known here, in the order in which a level asks them (RK-4). */
const controls = ["orderValue", "openValue", "orderLots", "collarPpm", "farTouchPpm", "nearTouchPpm", "netLots", "grossLots"] as const;
type Control = (typeof controls)[number];

const codes: Record<Control, string> = {
  orderLots: "RISK_ORDER_LOTS",
  netLots: "RISK_NET_POSITION",
  grossLots: "RISK_GROSS_POSITION",
  collarPpm: "RISK_COLLAR",
  nearTouchPpm: "RISK_NEAR_TOUCH",
  farTouchPpm: "RISK_FAR_TOUCH",
  orderValue: "RISK_ORDER_VALUE",
  openValue: "RISK_OPEN_VALUE",
};
const states = ["active", "reduceOnly", "cancelOnly", "halted"];
const VENUE = 1;
const MILLION = 1_000_000n;
const LARGEST_TICKS = 2n ** 31n - 1n;
const ofInstrument = new Set<RiskControl>([
  "orderLots",
  "netLots",
  "grossLots",
  "collarPpm",
  "nearTouchPpm",
  "farTouchPpm",
  "protectionLots",
]);
const ofVenue = new Set<RiskControl>(["orderLots", "collarPpm", "nearTouchPpm", "farTouchPpm", "orderValue", "messages"]);

export class ReferenceRisk {
  readonly nodes: RiskNode[] = [];
  readonly proposals = new Map<number, RecordedProposal>();
  readonly killed = new Map<number, string>();
  private readonly bounds = new Map<string, { readonly soft: number | null; readonly hard: number | null }>();
  private readonly states = new Map<number, string>();
  private readonly positions = new Map<string, bigint>();
  private readonly marks: CommandOf<"SetConversionMark">["mark"][] = [];

  // The tree and what is set in it.

  objectToNode({ accountId, currencyAssetId, level, nodeId, parentId }: RiskNode): Refusal | null {
    if (parentId > this.nodes.length + 1) return refusalOf("RISK_UNKNOWN_NODE", { actual: parentId });
    const parent = this.node(parentId);
    const below = { firm: ["venue"], desk: ["firm"], account: ["venue", "firm", "desk"], venue: [] }[level] as readonly string[];
    const fits =
      nodeId === this.nodes.length + 2 &&
      below.includes(parent?.level ?? "venue") &&
      (level === "account") === (accountId !== null) &&
      !this.nodes.some((node) => accountId !== null && node.accountId === accountId) &&
      (parent === undefined || parent.currencyAssetId === currencyAssetId);
    return fits ? null : refusalOf("RISK_TREE", { limit: this.nodes.length + 2, actual: nodeId });
  }

  objectToProposal({ changes, nodeId }: Pick<RecordedProposal, "changes" | "nodeId">): Refusal | null {
    if (nodeId > this.nodes.length + 1) return refusalOf("RISK_UNKNOWN_NODE", { actual: nodeId });
    for (const change of changes) {
      const { control, hard, instrumentId, soft } = change;
      const isSound =
        ofInstrument.has(control) === (instrumentId !== null) &&
        (soft === null || hard === null || soft <= hard) &&
        (nodeId !== VENUE || ofVenue.has(control));
      if (!isSound) return refusalOf("RISK_LIMIT_INVALID");
      const above = this.hardAbove(nodeId, change);
      if (hard !== null && above !== null && hard > above) {
        return refusalOf("RISK_LIMIT_ABOVE_PARENT", { limit: above, actual: hard, headroom: above });
      }
    }
    return null;
  }

  apply({ changes, nodeId }: RecordedProposal): void {
    for (const { control, hard, instrumentId, soft } of changes) this.bounds.set(`${nodeId}/${control}/${instrumentId}`, { soft, hard });
  }

  setState(nodeId: number, state: string): void {
    this.states.set(nodeId, state);
  }

  addMark(mark: CommandOf<"SetConversionMark">["mark"]): void {
    this.marks.push(mark);
  }

  /** A fill of an account's order. */
  move(accountId: number, instrumentId: number, side: "buy" | "sell", lots: bigint): void {
    this.positions.set(`${accountId}/${instrumentId}`, this.position([accountId], instrumentId) + (side === "buy" ? lots : -lots));
  }

  nodeOf(accountId: number): number {
    return this.nodes.find((node) => node.accountId === accountId)?.nodeId ?? VENUE;
  }

  isBelow(accountId: number, nodeId: number): boolean {
    return this.chain(accountId).includes(nodeId);
  }

  // Orders.

  /** RK-19 and RK-20: may the account send such an order as it stands? */
  objectToStanding(
    accountId: number,
    asked: Pick<Asked, "instrument" | "lots" | "openLots" | "side">,
    working: readonly Working[],
  ): Refusal | null {
    const chain = this.chain(accountId);
    if (chain.some((nodeId) => this.killed.has(nodeId))) return refusalOf("RISK_KILLED");
    const strictest = Math.max(...chain.map((nodeId) => states.indexOf(this.states.get(nodeId) ?? "active")));
    if (states[strictest] === "halted") return refusalOf("RISK_STATE_HALTED");
    if (states[strictest] === "cancelOnly") return refusalOf("RISK_STATE_CANCEL_ONLY");
    if (states[strictest] === "active") return null;
    const { instrumentId } = asked.instrument;
    const isPlaced = this.nodeOf(accountId) !== VENUE;
    const position = this.position([accountId], instrumentId);
    const open = lotsOf(working, [accountId], instrumentId, asked.side);
    const bare = (asked.side === "buy" ? -position : position) - open;
    const room = isPlaced ? most(bare + asked.openLots, 0n) : 0n;
    if (asked.lots <= room) return null;
    return refusalOf("RISK_STATE_REDUCE_ONLY", { limit: Number(room), actual: Number(asked.lots), headroom: Number(room) });
  }

  /** All controls of every level, from the account up. Moves the bound of an order without limit to the nearest collar. */
  look(asked: Asked, around: Surroundings, assets: readonly Asset[]): Finding {
    const confirmed: Breach[] = [];
    asked.firstTop = topOf(asked, around);
    const standing = this.objectToStanding(asked.accountId, asked, around.working);
    if (standing !== null) return { refusal: standing, breach: null, confirmed };
    for (const nodeId of this.chain(asked.accountId)) {
      for (const control of controls) {
        const found = this.ask(control, nodeId, asked, around, assets, confirmed);
        if (found === null) continue;
        if ("code" in found) return { refusal: found, breach: null, confirmed };
        const name = `${codes[control]}${found.tier === "soft" ? "_SOFT" : ""}` as RejectCode;
        const isPrice = control.endsWith("Ppm");
        const refusal = refusalOf(name, {
          limit: Number(found.limit),
          used: Number(found.used),
          actual: Number(found.actual),
          headroom: isPrice ? null : Number(found.headroom),
        });
        return { refusal, breach: found, confirmed };
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

  private ask(
    control: Control,
    nodeId: number,
    asked: Asked,
    around: Surroundings,
    assets: readonly Asset[],
    confirmed: Breach[],
  ): Breach | Refusal | null {
    const { instrument, side } = asked;
    const { instrumentId } = instrument;
    const limits = this.limitsOf(nodeId, control, ofInstrument.has(control) ? instrumentId : null);
    if (limits === null) return null;
    const below = this.accountsBelow(nodeId);
    const exceeding = (used: bigint, actual: bigint): Breach | null => {
      if (used + actual <= limits.soft) return null;
      const isHard = used + actual > limits.hard;
      const limit = isHard ? limits.hard : limits.soft;
      const shown = most(used, 0n);
      const breach = {
        nodeId,
        control,
        tier: isHard ? ("hard" as const) : ("soft" as const),
        instrumentId: ofInstrument.has(control) ? instrumentId : null,
        limit,
        used: shown,
        actual,
        headroom: most(limit - shown, 0n),
      };
      if (isHard || !asked.isConfirmed) return breach;
      confirmed.push(breach);
      return null;
    };
    const q = BigInt(instrument.quoteUnitsPerTickLot);
    const currency = this.node(nodeId)?.currencyAssetId ?? assets[0]!.assetId;
    switch (control) {
      case "orderLots":
        return exceeding(0n, asked.whole);
      case "orderValue": {
        const value = this.worth(topOf(asked, around) * asked.whole * q, instrument.quoteAssetId, currency);
        return value === null ? refusalOf("RISK_MARK_MISSING") : exceeding(0n, value);
      }
      case "openValue": {
        const value = this.worth(asked.firstTop * asked.lots * q, instrument.quoteAssetId, currency);
        if (value === null) return refusalOf("RISK_MARK_MISSING");
        let used = 0n;
        for (const { assetId } of assets) {
          const open = around.working
            .filter((order) => below.includes(order.accountId))
            .filter((order) => around.instruments.find((one) => one.instrumentId === order.instrumentId)!.quoteAssetId === assetId)
            .reduce((sum, order) => sum + (order.value ?? 0n), 0n);
          const own = assetId === instrument.quoteAssetId ? asked.openValue : 0n;
          const part = this.worth(open - own, assetId, currency);
          if (part === null) return refusalOf("RISK_MARK_MISSING");
          used += part;
        }
        return exceeding(used, value);
      }
      case "netLots": {
        const position = this.position(below, instrumentId);
        const open = lotsOf(around.working, below, instrumentId, side) - asked.openLots;
        return exceeding((side === "buy" ? position : -position) + open, asked.lots);
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
        return exceeding(
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

  /** RK-6 and RK-7. */
  private askPrice(
    control: "collarPpm" | "nearTouchPpm" | "farTouchPpm",
    nodeId: number,
    asked: Asked,
    around: Surroundings,
    limits: { readonly soft: bigint; readonly hard: bigint },
    confirmed: Breach[],
  ): Breach | Refusal | null {
    const { instrument, orderType, side, trigger } = asked;
    const { instrumentId } = instrument;
    const isNear = control === "nearTouchPpm";
    if (control !== "collarPpm" && trigger !== null) return null;
    if (isNear && orderType === "market") return null;
    const opposite = side === "buy" ? "sell" : "buy";
    const from =
      control === "collarPpm" ? (trigger ?? referenceOf(instrumentId, around)) : around.best(instrumentId, isNear ? side : opposite);
    if (from === null) return control === "collarPpm" ? refusalOf("RISK_NO_REFERENCE_PRICE") : null;
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

  private node(nodeId: number): RiskNode | undefined {
    return this.nodes[nodeId - 2];
  }

  /** From the account's node up to the venue. */
  private chain(accountId: number): number[] {
    const chain = [this.nodeOf(accountId)];
    while (chain.at(-1) !== VENUE) chain.push(this.node(chain.at(-1)!)!.parentId);
    return chain;
  }

  private accountsBelow(nodeId: number): number[] {
    return this.nodes.flatMap((node) => (node.accountId !== null && this.chain(node.accountId).includes(nodeId) ? [node.accountId] : []));
  }

  private position(accountIds: readonly number[], instrumentId: number): bigint {
    return accountIds.reduce((sum, accountId) => sum + (this.positions.get(`${accountId}/${instrumentId}`) ?? 0n), 0n);
  }

  private hardAbove(nodeId: number, { control, instrumentId }: Pick<LimitChange, "control" | "instrumentId">): number | null {
    let lowest: number | null = null;
    for (let above = this.node(nodeId)?.parentId; above !== undefined; above = this.node(above)?.parentId) {
      const hard = this.bounds.get(`${above}/${control}/${instrumentId}`)?.hard ?? null;
      if (hard !== null && (lowest === null || hard < lowest)) lowest = hard;
    }
    return lowest;
  }

  /** RK-5: bounds in force, each capped by what the levels above allow; null if the node has none of its own. */
  private limitsOf(
    nodeId: number,
    control: RiskControl,
    instrumentId: number | null,
  ): { readonly soft: bigint; readonly hard: bigint } | null {
    const own = this.bounds.get(`${nodeId}/${control}/${instrumentId}`);
    if (own === undefined || (own.soft === null && own.hard === null)) return null;
    const endless = Number.MAX_SAFE_INTEGER;
    const hard = Math.min(
      own.hard ?? endless,
      this.hardAbove(nodeId, { control, instrumentId: instrumentId as LimitChange["instrumentId"] }) ?? endless,
    );
    return { soft: BigInt(Math.min(own.soft ?? hard, hard)), hard: BigInt(hard) };
  }

  /** A value in the node's currency, rounded up; null without a mark. */
  private worth(value: bigint, from: number, to: number): bigint | null {
    if (from === to || value === 0n) return value;
    const mark = this.marks.findLast((one) => one.fromAssetId === from && one.toAssetId === to);
    if (mark === undefined) return null;
    const denominator = BigInt(mark.denominator);
    return (value * BigInt(mark.numerator) + denominator - 1n) / denominator;
  }
}

/** Commands that only this stage knows. */
export const riskTypes = [
  "DefineRiskNode",
  "ProposeLimits",
  "ApproveLimits",
  "SetTradingState",
  "EngageKillSwitch",
  "RearmKillSwitch",
  "SetConversionMark",
] as const satisfies readonly Command["type"][];

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

/** RK-6: the last trade while it lies within the best prices, else their middle, else the one side there is. */
function referenceOf(instrumentId: number, { best, last }: Surroundings): bigint | null {
  const [bid, ask, traded] = [best(instrumentId, "buy"), best(instrumentId, "sell"), last(instrumentId)];
  if (bid !== null && ask !== null && bid >= ask) return traded;
  const isWithin = traded !== null && (bid === null || traded >= bid) && (ask === null || traded <= ask);
  if (isWithin) return traded;
  return bid !== null && ask !== null ? (bid + ask) / 2n : (bid ?? ask);
}

/** So many millionths above a price, or below it. */
function edgeOf(isAbove: boolean, from: bigint, ppm: bigint): bigint {
  const width = (from * ppm) / MILLION;
  return isAbove ? least(from + width, LARGEST_TICKS) : most(from - width, 1n);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
