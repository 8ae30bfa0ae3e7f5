import type { Account, Asset, Instrument } from "../../../shared/catalog.ts";
import type { CommandType } from "../../../shared/commands.ts";
import type { Event, JournalEntry } from "../../../shared/events.ts";
import type { ClientOrderId, EpochUs, OrderId, Seq } from "../../../shared/ids.ts";
import type { QtyLots } from "../../../shared/money.ts";
import type { CancelReason, TradingPhase } from "../../../shared/orders.ts";
import type { Refusal } from "../../../shared/rejects.ts";
import { holdAt, withRebate } from "./holds.ts";
import { type Holding, type List, type Order, type Submit, leaveList } from "./orders.ts";
import { type FeeTerms, ReferenceFees } from "./referenceFees.ts";
import { type Breach, ReferenceRisk, type Asked } from "./referenceRisk.ts";
import type { Surroundings, Working } from "./riskValues.ts";
import { ReferenceRules } from "./referenceRules.ts";

const REMEMBERED = 1_024;

/** What the venue knows, and plain questions about it. */
export abstract class ReferenceState {
  readonly entries: JournalEntry[] = [];
  /** Resting orders of all instruments in order of arrival. */
  resting: Order[] = [];
  /** Stops that have not fired, in order of acceptance. */
  waiting: Order[] = [];
  readonly assets: Asset[] = [];
  readonly accounts: Account[] = [];
  readonly instruments: Instrument[] = [];
  readonly rules = new ReferenceRules();
  readonly fees = new ReferenceFees();
  readonly risk = new ReferenceRisk();
  protected actor = "";
  /** The message that came, while its command is carried out (RK-13). */
  protected message: Asked["message"] = null;
  /** Nodes in which something happened that a control looks at after the command. */
  protected suspects: number[] = [];
  /** Accepted orders that are not over yet, wherever they stand. */
  protected readonly alive = new Set<Order>();
  /** The breach that the last look found; told when it leads to a refusal. */
  protected breach: Breach | null = null;
  protected advancedUs = 0;
  protected lists: List[] = [];
  protected readonly phases = new Map<number, { readonly phase: TradingPhase; readonly untilUs: number | null }>();
  protected readonly auctionPrices = new Map<number, bigint>();
  protected readonly holdings = new Map<string, Holding>();
  protected readonly usedIds = new Map<number, number[]>();
  protected readonly lastTrades = new Map<number, bigint>();
  protected readonly marks = new Map<number, bigint>();
  protected readonly indexes = new Map<number, bigint>();
  protected seq = 0;
  atUs = 0;
  protected causeSeq = 0;

  protected emit(event: Event): void {
    this.seq += 1;
    this.entries.push({ kind: "event", seq: this.seq as Seq, atUs: this.atUs as EpochUs, causeSeq: this.causeSeq as Seq, event });
  }

  protected answer(commandType: CommandType, objection: Refusal | null, accept: () => void): void {
    if (objection === null) accept();
    else this.emit({ type: "CommandDenied", commandType, refusal: objection });
  }

  balance(accountId: number, assetId: number): Holding {
    return this.holding(accountId, assetId);
  }

  protected holding(accountId: number, assetId: number): Holding {
    const key = `${accountId}/${assetId}`;
    const known = this.holdings.get(key);
    if (known !== undefined) return known;
    const fresh = { total: 0n, held: 0n };
    this.holdings.set(key, fresh);
    return fresh;
  }

  protected paying(terms: Submit): Holding {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === terms.instrumentId)!;
    return this.holding(terms.accountId, terms.side === "buy" ? instrument.quoteAssetId : instrument.baseAssetId);
  }

  protected receiving(terms: Submit): Holding {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === terms.instrumentId)!;
    return this.holding(terms.accountId, terms.side === "buy" ? instrument.baseAssetId : instrument.quoteAssetId);
  }

  protected feeAccount(): Account | undefined {
    return this.accounts.find(({ receivesFees }) => receivesFees);
  }

  protected used(accountId: number): ClientOrderId[] {
    // The map is filled with client order ids only.
    return (this.usedIds.get(accountId) ?? []) as ClientOrderId[];
  }

  protected isIdTaken({ accountId, clientOrderId }: Submit): boolean {
    const isOpen = [...this.resting, ...this.waiting].some(
      ({ terms }) => terms.accountId === accountId && terms.clientOrderId === clientOrderId,
    );
    const latest = this.used(accountId).slice(-REMEMBERED);
    const isRising = latest.length === REMEMBERED && latest.every((id, n) => n === 0 || id > latest[n - 1]!);
    return isOpen || latest.includes(clientOrderId) || (isRising && clientOrderId < latest[0]!);
  }

  /** What the account's resting orders may bring in of an asset. */
  protected expected(accountId: number, assetId: number): bigint {
    let sum = 0n;
    for (const { fees, terms, left, limit } of this.resting) {
      if (terms.accountId !== accountId) continue;
      const instrument = this.instruments.find(({ instrumentId }) => instrumentId === terms.instrumentId)!;
      if (terms.side === "buy" && instrument.baseAssetId === assetId) sum += left * BigInt(instrument.baseUnitsPerLot);
      if (terms.side === "sell" && instrument.quoteAssetId === assetId)
        sum += withRebate(left * limit! * BigInt(instrument.quoteUnitsPerTickLot), fees);
    }
    return sum;
  }

  protected reference(instrumentId: number): bigint | null {
    const last = this.lastTrades.get(instrumentId);
    if (last !== undefined) return last;
    const bid = this.best(instrumentId, "buy");
    const ask = this.best(instrumentId, "sell");
    return bid !== null && ask !== null ? (bid + ask) / 2n : (bid ?? ask);
  }

  protected best(instrumentId: number, side: "buy" | "sell"): bigint | null {
    return this.inPriority(instrumentId, side)[0]?.limit ?? null;
  }

  protected inPriority(instrumentId: number, side: "buy" | "sell"): Order[] {
    const orders = this.resting.filter(({ terms }) => terms.instrumentId === instrumentId && terms.side === side);
    const isBetter = (a: bigint, b: bigint): boolean => (side === "sell" ? a < b : a > b);
    // Sorting is stable, so orders at one price stay in order of arrival.
    return orders.toSorted((a, b) => (a.limit === b.limit ? 0 : isBetter(a.limit!, b.limit!) ? -1 : 1));
  }

  /** The price that a stop watches. */
  protected source({ instrumentId, trigger }: Submit): bigint | null {
    const prices = trigger === "mark" ? this.marks : trigger === "index" ? this.indexes : this.lastTrades;
    return prices.get(instrumentId) ?? null;
  }

  protected isContinuous(instrumentId: number): boolean {
    return this.phases.get(instrumentId)!.phase === "continuous";
  }

  protected masterOf(accountId: number): number {
    return this.accounts.find((account) => account.accountId === accountId)!.masterAccountId ?? accountId;
  }

  /** What an order of the account would be charged by if it were accepted now. */
  protected feesFor(accountId: number, instrument: Instrument): FeeTerms {
    return this.fees.termsFor(this.masterOf(accountId), instrument, this.assets[instrument.quoteAssetId - 1]!, this.atUs);
  }

  protected hold(order: Order, held: bigint): void {
    this.paying(order.terms).held += held - order.held;
    order.held = held;
  }

  protected worstCase(order: Order): bigint {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === order.terms.instrumentId)!;
    return holdAt(order.terms.side, instrument, order.worst!, order.left, order);
  }

  protected expire(order: Order, reason: CancelReason): void {
    const { accountId, instrumentId } = order.terms;
    this.resting = this.resting.filter((other) => other !== order);
    this.waiting = this.waiting.filter((other) => other !== order);
    this.alive.delete(order);
    leaveList(order, reason === "selfTrade" ? "prevented" : "withdrawn");
    this.paying(order.terms).held -= order.held;
    this.receiving(order.terms).held -= order.reserved;
    this.emit({
      type: "OrderCancelled",
      orderId: order.id as OrderId,
      accountId,
      instrumentId,
      reason,
      leavesLots: Number(order.left) as QtyLots,
    });
  }

  protected get surroundings(): Surroundings {
    return {
      atUs: this.atUs,
      assets: this.assets,
      working: [...this.alive].map((order) => this.asWorking(order)),
      instruments: this.instruments,
      best: (instrumentId, side) => this.best(instrumentId, side),
      last: (instrumentId) => this.lastTrades.get(instrumentId) ?? null,
    };
  }

  protected asWorking({ id, left, terms, worst }: Order): Working {
    const { accountId, instrumentId, side } = terms;
    const instrument = this.instruments.find((one) => one.instrumentId === instrumentId)!;
    return {
      id,
      accountId,
      instrumentId,
      side,
      left,
      value: worst === null ? null : worst * left * BigInt(instrument.quoteUnitsPerTickLot),
    };
  }
}
