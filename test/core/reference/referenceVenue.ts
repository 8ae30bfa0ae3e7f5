import type { Account, Asset, Instrument } from "../../../shared/catalog.ts";
import type { Command, CommandOf, CommandType } from "../../../shared/commands.ts";
import { exactRatio, unitStep } from "../../../shared/decimal.ts";
import type { Event, JournalEntry } from "../../../shared/events.ts";
import type { ClientOrderId, EpochUs, OrderId, Seq, TradeId } from "../../../shared/ids.ts";
import type { Amount, PriceTicks, QtyLots } from "../../../shared/money.ts";
import type { CancelReason } from "../../../shared/orders.ts";
import { refusalOf, type Refusal, type RejectCode } from "../../../shared/rejects.ts";

/*
 * The rules of engine/SPEC.md written down as plainly as possible: arrays, objects and bigint, no speed, no sharing with the engine.
 * What it decides must equal what the engine decides, event for event.
 */

const LARGEST = 2n ** 53n - 1n;
const LARGEST_TICKS = 2n ** 31n - 1n;
const MILLION = 1_000_000n;
const REMEMBERED = 1_024;

type Submit = CommandOf<"SubmitOrder">;

type Order = {
  readonly id: number;
  readonly terms: Submit;
  readonly limit: bigint | null;
  left: bigint;
  held: bigint;
  /** Sum of rate in millionths × value over its fills, and the fees charged for them. */
  rated: bigint;
  charged: bigint;
};

type Holding = { total: bigint; held: bigint };

export class ReferenceVenue {
  readonly entries: JournalEntry[] = [];
  /** Resting orders of all instruments in order of arrival. */
  resting: Order[] = [];
  readonly assets: Asset[] = [];
  readonly accounts: Account[] = [];
  readonly instruments: Instrument[] = [];
  private readonly holdings = new Map<string, Holding>();
  private readonly usedIds = new Map<number, number[]>();
  private readonly lastTrades = new Map<number, bigint>();
  private seq = 0;
  private atUs = 0;
  private causeSeq = 0;

  decide(command: Command, actor: string, atUs: number): void {
    this.seq += 1;
    this.causeSeq = this.seq;
    this.atUs = atUs;
    this.entries.push({ kind: "command", seq: this.seq as Seq, atUs: atUs as EpochUs, actor, command });
    switch (command.type) {
      case "DefineAsset":
        return this.answer(command.type, this.objectToAsset(command.asset), () => {
          this.assets.push(command.asset);
          this.emit({ type: "AssetDefined", asset: command.asset });
        });
      case "OpenAccount":
        return this.answer(command.type, this.objectToAccount(command.account), () => {
          this.accounts.push(command.account);
          this.emit({ type: "AccountOpened", account: command.account });
        });
      case "ListInstrument":
        return this.answer(command.type, this.objectToInstrument(command.instrument), () => {
          this.instruments.push(command.instrument);
          this.emit({ type: "InstrumentListed", instrument: command.instrument });
        });
      case "DepositFunds":
        return this.answer(command.type, this.objectToDeposit(command), () => {
          this.holding(command.accountId, command.assetId).total += BigInt(command.amount);
          this.emit({ type: "FundsDeposited", accountId: command.accountId, assetId: command.assetId, amount: command.amount });
        });
      case "SubmitOrder":
        return this.submit(command);
      case "CancelOrder":
        return this.cancel(command);
      case "CancelAllOrders":
        return this.cancelAll(command);
      case "RecordOperatorAction":
        return this.emit({ type: "OperatorActionRecorded", action: command.action, detail: command.detail });
      case "AdvanceTime":
      case "DefineFeeSchedule":
      case "DefineLicence":
      case "DefineVenue":
      case "SetEligibilityRule":
      case "WithdrawEligibilityRule":
      case "WithdrawLicence":
        throw new Error(`the reference knows no ${command.type}`);
    }
  }

  balance(accountId: number, assetId: number): Holding {
    return this.holding(accountId, assetId);
  }

  private emit(event: Event): void {
    this.seq += 1;
    this.entries.push({ kind: "event", seq: this.seq as Seq, atUs: this.atUs as EpochUs, causeSeq: this.causeSeq as Seq, event });
  }

  private answer(commandType: CommandType, objection: Refusal | null, accept: () => void): void {
    if (objection === null) accept();
    else this.emit({ type: "CommandDenied", commandType, refusal: objection });
  }

  // Catalog and deposits: LG-6 to LG-9.

  private objectToAsset(asset: Asset): Refusal | null {
    return nextId(
      asset.assetId,
      this.assets.length,
      this.assets.some((other) => other.code === asset.code),
    );
  }

  private objectToAccount(account: Account): Refusal | null {
    const wrongId = nextId(
      account.accountId,
      this.accounts.length,
      this.accounts.some((other) => other.code === account.code),
    );
    if (wrongId !== null) return wrongId;
    return account.receivesFees && this.feeAccount() !== undefined ? refusal("CATALOG_FEE_ACCOUNT") : null;
  }

  private objectToInstrument(instrument: Instrument): Refusal | null {
    const { instrumentId, symbol, tickSize, lotSize } = instrument;
    const wrongId = nextId(
      instrumentId,
      this.instruments.length,
      this.instruments.some((other) => other.symbol === symbol),
    );
    if (wrongId !== null) return wrongId;
    const base = this.assets.find(({ assetId }) => assetId === instrument.baseAssetId);
    const quote = this.assets.find(({ assetId }) => assetId === instrument.quoteAssetId);
    if (base === undefined || quote === undefined) return refusal("CATALOG_UNKNOWN_ASSET");
    if (this.feeAccount() === undefined) return refusal("CATALOG_FEE_ACCOUNT");
    const perLot = exactRatio(lotSize, "1", unitStep(base.decimals), "");
    const perTickLot = exactRatio(tickSize, lotSize, unitStep(quote.decimals), "");
    if (base === quote) return refusal("CATALOG_INVALID_INSTRUMENT");
    if (!perLot.ok || perLot.value !== instrument.baseUnitsPerLot) return refusal("CATALOG_INVALID_INSTRUMENT");
    if (!perTickLot.ok || perTickLot.value !== instrument.quoteUnitsPerTickLot) return refusal("CATALOG_INVALID_INSTRUMENT");
    if (instrument.minLots > instrument.maxLots || instrument.minLots > instrument.marketMaxLots)
      return refusal("CATALOG_INVALID_INSTRUMENT");
    return null;
  }

  private objectToDeposit({ accountId, assetId, amount }: CommandOf<"DepositFunds">): Refusal | null {
    if (!this.accounts.some((account) => account.accountId === accountId)) return refusal("CATALOG_UNKNOWN_ACCOUNT");
    if (!this.assets.some((asset) => asset.assetId === assetId)) return refusal("CATALOG_UNKNOWN_ASSET");
    const room = LARGEST - this.holding(accountId, assetId).total - this.expected(accountId, assetId);
    return BigInt(amount) > room ? refusal("LEDGER_OVERFLOW", LARGEST, BigInt(amount), room) : null;
  }

  // Orders: MT-1 to MT-17, RK-1 to RK-3, LG-2 to LG-6.

  private submit(command: Submit): void {
    const { type: _type, ...terms } = command;
    const decision = this.consider(command);
    if ("code" in decision) return this.emit({ type: "OrderDenied", ...terms, refusal: decision });
    const { bound, held } = decision;
    const order: Order = {
      id: this.seq + 1,
      terms: command,
      limit: command.limitTicks === null ? null : BigInt(command.limitTicks),
      left: BigInt(command.lots),
      held,
      rated: 0n,
      charged: 0n,
    };
    this.usedIds.set(command.accountId, [...this.used(command.accountId), command.clientOrderId]);
    this.paying(command).held += held;
    this.emit({ type: "OrderAccepted", orderId: order.id as OrderId, ...terms, held: Number(held) as Amount });
    this.match(order, bound);
  }

  private consider(command: Submit): Refusal | { bound: bigint; held: bigint } {
    const { accountId, side, orderType, timeInForce } = command;
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === command.instrumentId);
    if (instrument === undefined) return refusal("VALIDATE_UNKNOWN_INSTRUMENT");
    if (!this.accounts.some((account) => account.accountId === accountId)) return refusal("VALIDATE_UNKNOWN_ACCOUNT");
    if (this.isIdTaken(command)) return refusal("VALIDATE_DUPLICATE_CLIENT_ORDER_ID", null, BigInt(command.clientOrderId));
    const isMarket = orderType === "market";
    const lots = BigInt(command.lots);
    if (isMarket && command.limitTicks !== null) return refusal("VALIDATE_LIMIT_PRICE_ON_MARKET", null, BigInt(command.limitTicks));
    if (isMarket && timeInForce === "gtc") return refusal("VALIDATE_TIME_IN_FORCE");
    if (!isMarket && command.limitTicks === null) return refusal("VALIDATE_LIMIT_PRICE_MISSING");
    if (lots < BigInt(instrument.minLots)) return refusal("VALIDATE_LOTS_BELOW_MINIMUM", BigInt(instrument.minLots), lots);
    const most = BigInt(isMarket ? instrument.marketMaxLots : instrument.maxLots);
    if (lots > most) return refusal("VALIDATE_LOTS_ABOVE_MAXIMUM", most, lots, most);

    const reference = this.reference(instrument.instrumentId);
    if (isMarket && reference === null) return refusal("RISK_NO_REFERENCE_PRICE");
    const limit = command.limitTicks === null ? null : BigInt(command.limitTicks);
    const lastTrade = this.lastTrades.get(instrument.instrumentId);
    if (limit !== null && lastTrade !== undefined) {
      const edge = bandEdge(instrument, side, lastTrade);
      if (side === "buy" ? limit > edge : limit < edge) return refusal("RISK_PRICE_BAND", edge, limit);
    }
    const bound = limit ?? bandEdge(instrument, side, reference!);
    const value = (limit ?? reference!) * lots * BigInt(instrument.quoteUnitsPerTickLot);
    if (value < BigInt(instrument.minNotional)) return refusal("VALIDATE_NOTIONAL_BELOW_MINIMUM", BigInt(instrument.minNotional), value);
    if (value > LARGEST) return refusal("LEDGER_OVERFLOW");

    const reach = this.reach(command, instrument, bound);
    if (timeInForce === "fok" && reach.lots < lots) return refusal("BOOK_FILL_OR_KILL", null, lots, reach.lots);
    if (isMarket && reach.lots === 0n && !reach.metOwn) return refusal("BOOK_NO_LIQUIDITY");

    const held = this.holdFor(command, instrument, reach);
    if (held > LARGEST) return refusal("LEDGER_OVERFLOW");
    const { total, held: alreadyHeld } = this.paying(command);
    if (held > total - alreadyHeld) {
      return { ...refusal("LEDGER_INSUFFICIENT_FUNDS", total, held, total - alreadyHeld), used: Number(alreadyHeld) };
    }
    return this.hasRoom(command, instrument, bound, reach) ? { bound, held } : refusal("LEDGER_OVERFLOW");
  }

  private holdFor(command: Submit, instrument: Instrument, reach: { lots: bigint; value: bigint }): bigint {
    const lots = BigInt(command.lots);
    if (command.side === "sell") return (command.limitTicks === null ? reach.lots : lots) * BigInt(instrument.baseUnitsPerLot);
    if (command.limitTicks === null) return reach.value + ceilDivide(reach.value * BigInt(instrument.takerFeePpm), MILLION);
    const value = BigInt(command.limitTicks) * lots * BigInt(instrument.quoteUnitsPerTickLot);
    return value + ceilDivide(value * highestRate(instrument), MILLION);
  }

  private hasRoom(command: Submit, instrument: Instrument, bound: bigint, reach: { value: bigint }): boolean {
    const { accountId, side } = command;
    const lots = BigInt(command.lots);
    const q = BigInt(instrument.quoteUnitsPerTickLot);
    const bestBid = this.best(instrument.instrumentId, "buy");
    const top = side === "sell" && bestBid !== null && bestBid > bound ? bestBid : bound;
    const value = command.limitTicks === null ? reach.value : top * lots * q;
    const receipts = side === "buy" ? lots * BigInt(instrument.baseUnitsPerLot) : value;
    const into = side === "buy" ? instrument.baseAssetId : instrument.quoteAssetId;
    if (this.holding(accountId, into).total + this.expected(accountId, into) + receipts > LARGEST) return false;
    const fees = ceilDivide(value * BigInt(instrument.makerFeePpm + instrument.takerFeePpm), MILLION) + lots + 1n;
    const feeAccount = this.feeAccount()!.accountId;
    const own = feeAccount === accountId && side === "sell" ? receipts : 0n;
    const { total } = this.holding(feeAccount, instrument.quoteAssetId);
    return total + this.expected(feeAccount, instrument.quoteAssetId) + own + fees <= LARGEST;
  }

  /** What an order could take at once: the makers in priority, up to its bound, its lots or an order of its own account. */
  private reach(command: Submit, instrument: Instrument, bound: bigint): { lots: bigint; value: bigint; metOwn: boolean } {
    let lots = 0n;
    let value = 0n;
    for (const maker of this.inPriority(command.instrumentId, opposite(command.side))) {
      if (lots === BigInt(command.lots) || !isWithin(command.side, bound, maker.limit!)) break;
      if (maker.terms.accountId === command.accountId) return { lots, value, metOwn: true };
      const taken = smaller(maker.left, BigInt(command.lots) - lots);
      lots += taken;
      value += taken * maker.limit! * BigInt(instrument.quoteUnitsPerTickLot);
    }
    return { lots, value, metOwn: false };
  }

  private match(taker: Order, bound: bigint): void {
    const { accountId, instrumentId, side, orderType, timeInForce } = taker.terms;
    let ownMet = false;
    let beyond = false;
    while (taker.left > 0n) {
      const maker = this.inPriority(instrumentId, opposite(side))[0];
      if (maker === undefined) break;
      beyond = !isWithin(side, bound, maker.limit!);
      ownMet = !beyond && maker.terms.accountId === accountId;
      if (beyond || ownMet) break;
      this.fill(maker, taker);
    }
    if (taker.left === 0n) return;
    if (ownMet) return this.expire(taker, "selfTrade");
    if (orderType === "market" && beyond) return this.expire(taker, "priceBand");
    if (timeInForce !== "gtc") return this.expire(taker, "immediateRemainder");
    this.resting.push(taker);
    this.emit({ type: "OrderRested", orderId: taker.id as OrderId, leavesLots: Number(taker.left) as QtyLots });
  }

  private fill(maker: Order, taker: Order): void {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === taker.terms.instrumentId)!;
    const lots = smaller(maker.left, taker.left);
    const value = maker.limit! * lots * BigInt(instrument.quoteUnitsPerTickLot);
    maker.left -= lots;
    taker.left -= lots;
    const makerFee = this.settle(maker, instrument, lots, value, BigInt(instrument.makerFeePpm));
    const takerFee = this.settle(taker, instrument, lots, value, BigInt(instrument.takerFeePpm));
    this.holding(this.feeAccount()!.accountId, instrument.quoteAssetId).total += makerFee + takerFee;
    if (maker.left === 0n) this.resting = this.resting.filter((order) => order !== maker);
    this.lastTrades.set(instrument.instrumentId, maker.limit!);
    this.emit({
      type: "OrderFilled",
      tradeId: (this.seq + 1) as TradeId,
      instrumentId: instrument.instrumentId,
      ticks: Number(maker.limit) as PriceTicks,
      lots: Number(lots) as QtyLots,
      takerSide: taker.terms.side,
      makerOrderId: maker.id as OrderId,
      takerOrderId: taker.id as OrderId,
      makerAccountId: maker.terms.accountId,
      takerAccountId: taker.terms.accountId,
      makerFee: Number(makerFee) as Amount,
      takerFee: Number(takerFee) as Amount,
      makerLeavesLots: Number(maker.left) as QtyLots,
      takerLeavesLots: Number(taker.left) as QtyLots,
    });
  }

  /** One side of a fill; the order's `left` is what remains after it. Answers the fee. */
  private settle(order: Order, instrument: Instrument, lots: bigint, value: bigint, rate: bigint): bigint {
    const base = this.holding(order.terms.accountId, instrument.baseAssetId);
    const quote = this.holding(order.terms.accountId, instrument.quoteAssetId);
    order.rated += rate * value;
    const fee = ceilDivide(order.rated, MILLION) - order.charged;
    order.charged += fee;
    const baseUnits = lots * BigInt(instrument.baseUnitsPerLot);
    let held: bigint;
    if (order.terms.side === "sell") {
      base.total -= baseUnits;
      quote.total += value - fee;
      held = order.held - baseUnits;
    } else {
      base.total += baseUnits;
      quote.total -= value + fee;
      const open = (order.limit ?? 0n) * order.left * BigInt(instrument.quoteUnitsPerTickLot);
      const worst = open + ceilDivide(order.rated + open * highestRate(instrument), MILLION) - order.charged;
      held = order.limit === null ? order.held - value - fee : worst;
    }
    this.paying(order.terms).held += held - order.held;
    order.held = held;
    return fee;
  }

  private cancel({ accountId, orderId }: CommandOf<"CancelOrder">): void {
    const order = this.resting.find(({ id }) => id === orderId);
    if (order !== undefined && order.terms.accountId === accountId) return this.expire(order, "user");
    const why = this.accounts.some((account) => account.accountId === accountId)
      ? refusal("BOOK_UNKNOWN_ORDER", null, BigInt(orderId))
      : refusal("VALIDATE_UNKNOWN_ACCOUNT");
    this.emit({ type: "CancelDenied", accountId, orderId, refusal: why });
  }

  private cancelAll({ type, accountId, instrumentId }: CommandOf<"CancelAllOrders">): void {
    const isKnownAccount = this.accounts.some((account) => account.accountId === accountId);
    const isKnownInstrument = instrumentId === null || this.instruments.some((instrument) => instrument.instrumentId === instrumentId);
    if (!isKnownAccount) return this.emit({ type: "CommandDenied", commandType: type, refusal: refusal("VALIDATE_UNKNOWN_ACCOUNT") });
    if (!isKnownInstrument) return this.emit({ type: "CommandDenied", commandType: type, refusal: refusal("VALIDATE_UNKNOWN_INSTRUMENT") });
    const own = this.resting
      .filter(({ terms }) => terms.accountId === accountId && (instrumentId === null || terms.instrumentId === instrumentId))
      .toSorted((a, b) => a.id - b.id);
    for (const order of own) this.expire(order, "user");
    this.emit({ type: "AllOrdersCancelled", accountId, instrumentId, orders: own.length });
  }

  private expire(order: Order, reason: CancelReason): void {
    const { accountId, instrumentId } = order.terms;
    this.resting = this.resting.filter((other) => other !== order);
    this.paying(order.terms).held -= order.held;
    this.emit({
      type: "OrderCancelled",
      orderId: order.id as OrderId,
      accountId,
      instrumentId,
      reason,
      leavesLots: Number(order.left) as QtyLots,
    });
  }

  // Questions.

  private inPriority(instrumentId: number, side: "buy" | "sell"): Order[] {
    const orders = this.resting.filter(({ terms }) => terms.instrumentId === instrumentId && terms.side === side);
    const isBetter = (a: bigint, b: bigint): boolean => (side === "sell" ? a < b : a > b);
    // Sorting is stable, so orders at one price stay in order of arrival.
    return orders.toSorted((a, b) => (a.limit === b.limit ? 0 : isBetter(a.limit!, b.limit!) ? -1 : 1));
  }

  private best(instrumentId: number, side: "buy" | "sell"): bigint | null {
    return this.inPriority(instrumentId, side)[0]?.limit ?? null;
  }

  private reference(instrumentId: number): bigint | null {
    const last = this.lastTrades.get(instrumentId);
    if (last !== undefined) return last;
    const bid = this.best(instrumentId, "buy");
    const ask = this.best(instrumentId, "sell");
    return bid !== null && ask !== null ? (bid + ask) / 2n : (bid ?? ask);
  }

  /** What the account's resting orders may bring in of an asset. */
  private expected(accountId: number, assetId: number): bigint {
    let sum = 0n;
    for (const { terms, left, limit } of this.resting) {
      if (terms.accountId !== accountId) continue;
      const instrument = this.instruments.find(({ instrumentId }) => instrumentId === terms.instrumentId)!;
      if (terms.side === "buy" && instrument.baseAssetId === assetId) sum += left * BigInt(instrument.baseUnitsPerLot);
      if (terms.side === "sell" && instrument.quoteAssetId === assetId) sum += left * limit! * BigInt(instrument.quoteUnitsPerTickLot);
    }
    return sum;
  }

  private isIdTaken({ accountId, clientOrderId }: Submit): boolean {
    const isOpen = this.resting.some(({ terms }) => terms.accountId === accountId && terms.clientOrderId === clientOrderId);
    return isOpen || this.used(accountId).slice(-REMEMBERED).includes(clientOrderId);
  }

  private used(accountId: number): ClientOrderId[] {
    // The map is filled with client order ids only.
    return (this.usedIds.get(accountId) ?? []) as ClientOrderId[];
  }

  private feeAccount(): Account | undefined {
    return this.accounts.find(({ receivesFees }) => receivesFees);
  }

  private paying(terms: Submit): Holding {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === terms.instrumentId)!;
    return this.holding(terms.accountId, terms.side === "buy" ? instrument.quoteAssetId : instrument.baseAssetId);
  }

  private holding(accountId: number, assetId: number): Holding {
    const key = `${accountId}/${assetId}`;
    const known = this.holdings.get(key);
    if (known !== undefined) return known;
    const fresh = { total: 0n, held: 0n };
    this.holdings.set(key, fresh);
    return fresh;
  }
}

function refusal(code: RejectCode, limit: bigint | null = null, actual: bigint | null = null, headroom: bigint | null = null): Refusal {
  const plain = (operand: bigint | null): number | null => (operand === null ? null : Number(operand));
  return refusalOf(code, { limit: plain(limit), actual: plain(actual), headroom: plain(headroom) });
}

function nextId(id: number, known: number, isCodeTaken: boolean): Refusal | null {
  if (id <= known || isCodeTaken) return refusal("CATALOG_DUPLICATE_ID", null, BigInt(id));
  return id === known + 1 ? null : refusal("CATALOG_ID_GAP", BigInt(known + 1), BigInt(id));
}

function bandEdge(instrument: Instrument, side: "buy" | "sell", reference: bigint): bigint {
  const width = (reference * BigInt(instrument.priceBandPpm)) / MILLION;
  if (side === "buy") return smaller(reference + width, LARGEST_TICKS);
  return reference - width < 1n ? 1n : reference - width;
}

function highestRate(instrument: Instrument): bigint {
  return BigInt(Math.max(instrument.makerFeePpm, instrument.takerFeePpm));
}

function isWithin(side: "buy" | "sell", bound: bigint, price: bigint): boolean {
  return side === "buy" ? price <= bound : price >= bound;
}

function opposite(side: "buy" | "sell"): "buy" | "sell" {
  return side === "buy" ? "sell" : "buy";
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
