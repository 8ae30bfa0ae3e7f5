import type { Asset, Instrument } from "../../../shared/catalog.ts";
import type { CommandOf } from "../../../shared/commands.ts";
import { LARGEST, ceilDivide, larger as most } from "./arithmetic.ts";
import { RiskTree, VENUE } from "./riskTree.ts";

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
  readonly atUs: number;
  readonly working: readonly Working[];
  readonly assets: readonly Asset[];
  readonly instruments: readonly Instrument[];
  readonly best: (instrumentId: number, side: "buy" | "sell") => bigint | null;
  readonly last: (instrumentId: number) => bigint | null;
};

/** Why a price or a value cannot be told. */
export type Unknown = "missing" | "stale";

/** What things are worth, and what trading has brought: RK-6, RK-9, RK-26. */
export class RiskValues extends RiskTree {
  /** What a node's profit was when its losses came to be counted. */
  readonly profitBase = new Map<number, bigint>();
  private readonly positions = new Map<string, bigint>();
  /** Quote units received less those paid by trading. */
  private readonly cash = new Map<string, bigint>();
  private readonly marks: (CommandOf<"SetConversionMark">["mark"] & { readonly atUs: number })[] = [];
  private readonly outside = new Map<number, { readonly ticks: bigint; readonly atUs: number; readonly goodForUs: number }>();

  addMark(mark: CommandOf<"SetConversionMark">["mark"], atUs: number): void {
    this.marks.push({ ...mark, atUs });
  }

  setOutside({ goodForUs, instrumentId, ticks }: CommandOf<"SetReferencePrice">["mark"], atUs: number): void {
    this.outside.set(instrumentId, { ticks: BigInt(ticks), atUs, goodForUs });
  }

  /** A fill of an account's order: positions are counted from when the account has its place. */
  move(accountId: number, instrumentId: number, side: "buy" | "sell", lots: bigint, cash: bigint): void {
    if (this.nodeOf(accountId) === VENUE) return;
    const key = `${accountId}/${instrumentId}`;
    this.positions.set(key, (this.positions.get(key) ?? 0n) + (side === "buy" ? lots : -lots));
    this.cash.set(key, (this.cash.get(key) ?? 0n) + cash);
  }

  /** RK-26: what trading has brought a node's accounts, open positions at the reference; null if it cannot be known. */
  profitOf(nodeId: number, around: Surroundings): bigint | null {
    const below = this.accountsBelow(nodeId);
    const currency = this.node(nodeId)!.currencyAssetId;
    let profit = 0n;
    for (const { instrumentId, quoteAssetId, quoteUnitsPerTickLot } of around.instruments) {
      const position = this.position(below, instrumentId);
      let inQuote = below.reduce((sum, accountId) => sum + (this.cash.get(`${accountId}/${instrumentId}`) ?? 0n), 0n);
      if (position !== 0n) {
        const reference = this.referenceOf(instrumentId, around);
        if (typeof reference !== "bigint") return null;
        inQuote += position * reference * BigInt(quoteUnitsPerTickLot);
      }
      // A loss is rounded up and a profit down.
      const isLoss = inQuote < 0n;
      const worth = this.worth(isLoss ? -inQuote : inQuote, quoteAssetId, currency, around.atUs, isLoss);
      if (typeof worth !== "bigint" || worth > LARGEST) return null;
      profit += isLoss ? -worth : worth;
    }
    return profit > LARGEST || profit < -LARGEST ? null : profit;
  }

  /** Null if it cannot be known. */
  lossOf(nodeId: number, around: Surroundings): bigint | null {
    const profit = this.profitOf(nodeId, around);
    if (profit === null) return null;
    const loss = most(0n, (this.profitBase.get(nodeId) ?? 0n) - profit);
    return loss > LARGEST ? null : loss;
  }

  restartLosses(nodeId: number, around: Surroundings): void {
    this.profitBase.set(nodeId, nodeId === VENUE ? 0n : (this.profitOf(nodeId, around) ?? 0n));
  }

  /** Lots bought less lots sold. */
  position(accountIds: readonly number[], instrumentId: number): bigint {
    return accountIds.reduce((sum, accountId) => sum + (this.positions.get(`${accountId}/${instrumentId}`) ?? 0n), 0n);
  }

  /** A value in another asset, rounded up unless told otherwise. */
  protected worth(value: bigint, from: number, to: number, atUs: number, isUp = true): bigint | Unknown {
    if (from === to || value === 0n) return value;
    const mark = this.marks.findLast((one) => one.fromAssetId === from && one.toAssetId === to);
    if (mark === undefined) return "missing";
    if (atUs - mark.atUs > mark.goodForUs) return "stale";
    const [scaled, denominator] = [value * BigInt(mark.numerator), BigInt(mark.denominator)];
    return isUp ? ceilDivide(scaled, denominator) : scaled / denominator;
  }

  /** RK-6: the last trade while it lies within the best prices, else their middle, else the one side there is, else a price from outside. */
  protected referenceOf(instrumentId: number, { atUs, best, last }: Surroundings): bigint | Unknown {
    const [bid, ask, traded] = [best(instrumentId, "buy"), best(instrumentId, "sell"), last(instrumentId)];
    const isCrossed = bid !== null && ask !== null && bid >= ask;
    const isWithin = traded !== null && (isCrossed || ((bid === null || traded >= bid) && (ask === null || traded <= ask)));
    if (isWithin) return traded;
    if (bid !== null && ask !== null && !isCrossed) return (bid + ask) / 2n;
    const side = isCrossed ? null : (bid ?? ask);
    if (side !== null) return side;
    const outside = this.outside.get(instrumentId);
    if (outside === undefined) return "missing";
    return atUs - outside.atUs > outside.goodForUs ? "stale" : outside.ticks;
  }
}
