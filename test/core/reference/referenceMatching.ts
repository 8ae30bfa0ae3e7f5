import type { RiskControl } from "../../../shared/risk.ts";
import { VENUE } from "./riskTree.ts";
import type { Instrument } from "../../../shared/catalog.ts";
import type { AccountId, EpochUs, InstrumentId, OrderId, OrderListId, TradeId } from "../../../shared/ids.ts";
import type { Amount, PriceTicks, QtyLots } from "../../../shared/money.ts";
import type { AdjustmentReason, PhaseCause, TradingPhase } from "../../../shared/orders.ts";
import type { Refusal } from "../../../shared/rejects.ts";
import { MILLION, ceilDivide, isWithin, larger, opposite, smaller } from "./arithmetic.ts";
import { isOffReceipts, leastFee, rebateOn } from "./holds.ts";
import { type Circumstances, type Decision, type Order, type Submit, alone, isStop, leaveList } from "./orders.ts";
import type { Breach } from "./referenceRisk.ts";
import { ReferenceStages } from "./referenceStages.ts";

/** Accepting, matching and settling: MT-1 to MT-5, MT-16, MT-23 to MT-25, MT-30, LG-1, LG-4, LG-5, LG-15. */
export abstract class ReferenceMatching extends ReferenceStages {
  protected submit(command: Submit, circumstances = alone): void {
    const decision = this.consider(command, circumstances);
    if ("code" in decision) return this.deny(command, decision);
    this.place(this.accept(command, decision, circumstances), decision.bound);
  }

  protected deny(command: Submit, why: Refusal): void {
    const { type: _type, confirmation: _confirmation, keepOnDisconnect: _keepOnDisconnect, ...terms } = command;
    this.tellBreach(command.accountId);
    this.emit({ type: "OrderDenied", ...terms, refusal: why });
  }

  /** A breach precedes the refusal that it leads to. */
  protected tellBreach(accountId: number): void {
    if (this.breach === null) return;
    const { actual, headroom, limit, used, ...breach } = this.breach;
    this.breach = null;
    this.emit({
      type: "RiskBreached",
      ...breach,
      instrumentId: breach.instrumentId as InstrumentId | null,
      accountId: accountId as AccountId,
      limit: Number(limit),
      used: Number(used),
      actual: Number(actual),
      headroom: Number(headroom),
    });
  }

  protected tellConfirmed(
    confirmed: readonly Breach[],
    { accountId, clientOrderId, confirmation }: Pick<Submit, "accountId" | "clientOrderId" | "confirmation">,
  ): void {
    for (const { actual, control, instrumentId, limit, nodeId, used } of confirmed) {
      this.emit({
        type: "SoftLimitConfirmed",
        nodeId,
        control,
        instrumentId: instrumentId as InstrumentId | null,
        accountId,
        limit: Number(limit),
        used: Number(used),
        actual: Number(actual),
        clientOrderId,
        confirmation: confirmation!,
      });
    }
  }

  protected accept(command: Submit, decision: Decision, { isFollower, list }: Circumstances): Order {
    const { type: _type, confirmation: _confirmation, keepOnDisconnect: _keepOnDisconnect, ...terms } = command;
    const { endsAtUs, held, limit, lots, trigger, worst } = decision;
    this.tellConfirmed(decision.confirmed, command);
    const order: Order = {
      id: this.seq + 1,
      terms: command,
      limit,
      worst,
      lots,
      left: lots,
      shown: lots,
      held,
      fees: this.feesFor(
        command.accountId,
        this.instruments.find((one) => one.instrumentId === command.instrumentId)!,
      ),
      rated: 0n,
      charged: 0n,
      paid: 0n,
      reserved: 0n,
      trigger,
      endsAtUs,
      list,
      actor: list?.actor ?? this.actor,
      isKept: list === null && command.keepOnDisconnect,
    };
    list?.orders.push(order);
    this.alive.add(order);
    if (this.risk.nodeOf(command.accountId) !== VENUE) {
      const { accountId, instrumentId, side } = command;
      this.risk.counts.accept(accountId, { atUs: this.atUs, instrumentId, side, ticks: trigger ?? worst ?? 0n, lots });
    }
    if (isStop(command)) this.waiting.push(order);
    if (!isFollower) this.usedIds.set(command.accountId, [...this.used(command.accountId), command.clientOrderId]);
    this.paying(command).held += held;
    const isWorkingTold = limit !== null && Number(limit) !== command.limitTicks;
    this.emit({
      type: "OrderAccepted",
      orderId: order.id as OrderId,
      ...terms,
      lots: Number(lots) as QtyLots,
      askedLots: command.lots === null || BigInt(command.lots) === lots ? null : command.lots,
      expireAtUs: endsAtUs as EpochUs | null,
      triggerTicks: trigger === null ? null : (Number(trigger) as PriceTicks),
      workingTicks: isWorkingTold ? (Number(limit) as PriceTicks) : null,
      held: Number(held) as Amount,
      listId: list === null ? null : (list.id as OrderListId),
    });
    return order;
  }

  protected place(order: Order, bound: bigint): void {
    if (isStop(order.terms)) return;
    if (order.terms.orderType === "pegged") this.rest(order);
    else this.match(order, bound);
  }

  protected match(taker: Order, wholeBound: bigint): void {
    const { instrumentId, side, orderType, timeInForce } = taker.terms;
    if (!this.isContinuous(instrumentId)) return this.rest(taker);
    const instrument = this.instruments.find((listed) => listed.instrumentId === instrumentId)!;
    const bound = this.heeding(instrument, side, wholeBound);
    let beyond = false;
    while (taker.left > 0n) {
      const maker = this.inPriority(instrumentId, opposite(side))[0];
      if (maker === undefined) break;
      beyond = !isWithin(side, bound, maker.limit!);
      if (beyond && isWithin(side, wholeBound, maker.limit!))
        this.beginPhase(instrumentId, "volatilityAuction", this.atUs + instrument.volatilityAuctionUs, "volatility");
      if (beyond) break;
      if (!this.isOwn(taker.terms, maker)) this.fill(maker, taker, maker.limit!, smaller(maker.shown, taker.left));
      else if (!this.preventSelfTrade(maker, taker)) return;
    }
    if (taker.left === 0n) return;
    if (orderType === "market" && beyond) return this.expire(taker, "priceBand");
    const stays = timeInForce === "gtc" || timeInForce === "gtd" || timeInForce === "day";
    if (!stays || orderType === "stop" || orderType === "trailingStop") return this.expire(taker, "immediateRemainder");
    this.rest(taker);
  }

  /** MT-16 and MT-23 to MT-25. Answers whether the taker is still there. */
  protected preventSelfTrade(maker: Order, taker: Order): boolean {
    const mode = taker.terms.selfTradeMode ?? "expireTaker";
    if (mode === "expireMaker" || mode === "expireBoth") this.expire(maker, "selfTrade");
    if (mode === "expireTaker" || mode === "expireBoth") this.expire(taker, "selfTrade");
    if (mode !== "decrement") return mode === "expireMaker";
    const lots = smaller(maker.left, taker.left);
    const isTakerGone = taker.left === lots;
    for (const order of [maker, taker]) {
      if (order.left === lots) this.expire(order, "selfTrade");
      else this.lessen(order, lots);
    }
    return !isTakerGone;
  }

  protected lessen(order: Order, lots: bigint): void {
    const held = order.worst === null ? order.held : this.worstCase({ ...order, left: order.left - lots });
    this.adjust(order, order.left - lots, held, "selfTrade");
  }

  protected adjust(order: Order, left: bigint, held: bigint, reason: AdjustmentReason): boolean {
    if (left === order.left && held === order.held) return false;
    const paying = this.paying(order.terms);
    if (held - order.held > paying.total - paying.held) {
      this.expire(order, "listSibling");
      return true;
    }
    const { accountId, instrumentId } = order.terms;
    order.lots -= order.left - left;
    order.left = left;
    order.shown = smaller(order.shown, left);
    this.hold(order, held);
    this.emit({
      type: "OrderAdjusted",
      orderId: order.id as OrderId,
      accountId,
      instrumentId,
      reason,
      lots: Number(order.lots) as QtyLots,
      leavesLots: Number(order.left) as QtyLots,
      held: Number(order.held) as Amount,
    });
    return true;
  }

  protected rest(order: Order): void {
    this.comeToRest(order);
    this.emit({ type: "OrderRested", orderId: order.id as OrderId, leavesLots: Number(order.left) as QtyLots });
  }

  protected comeToRest(order: Order): void {
    const { displayLots } = order.terms;
    order.shown = displayLots === null ? order.left : smaller(BigInt(displayLots), order.left);
    this.resting.push(order);
  }

  protected fill(maker: Order, taker: Order, price: bigint, lots: bigint): void {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === taker.terms.instrumentId)!;
    const value = price * lots * BigInt(instrument.quoteUnitsPerTickLot);
    for (const order of [maker, taker]) {
      order.left -= lots;
      order.shown -= lots;
    }
    for (const order of [maker, taker]) if (order.left === 0n) this.alive.delete(order);
    const makerFee = this.settle(maker, instrument, { lots, price, value, rate: maker.fees.maker });
    const takerFee = this.settle(taker, instrument, { lots, price, value, rate: taker.fees.taker });
    this.countFill(maker, instrument, { lots, price, value, fee: makerFee, isMaker: true });
    this.countFill(taker, instrument, { lots, price, value, fee: takerFee, isMaker: false });
    if (instrument.venueId !== null) {
      const masters = [maker, taker].map(({ terms }) => this.masterOf(terms.accountId));
      this.fees.count(masters, instrument.venueId, value, this.assets[instrument.quoteAssetId - 1]!, this.atUs);
    }
    for (const order of [maker, taker]) {
      if (order.shown > 0n || !this.resting.includes(order)) continue;
      this.resting = this.resting.filter((other) => other !== order);
      if (order.left > 0n) this.comeToRest(order);
    }
    for (const order of [maker, taker]) {
      if (order.list === null) continue;
      order.list.filled += lots;
      if (order.left === 0n) leaveList(order, "filled");
    }
    this.lastTrades.set(instrument.instrumentId, price);
    this.emit({
      type: "OrderFilled",
      tradeId: (this.seq + 1) as TradeId,
      instrumentId: instrument.instrumentId,
      ticks: Number(price) as PriceTicks,
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

  /** RK-14, RK-15, RK-18, RK-25, RK-26: what one side of a fill counts towards at every level. */
  private countFill(
    { terms }: Order,
    instrument: Instrument,
    fill: { readonly lots: bigint; readonly price: bigint; readonly value: bigint; readonly fee: bigint; readonly isMaker: boolean },
  ): void {
    const { accountId, instrumentId, side } = terms;
    const { isMaker, lots, price, value } = fill;
    const { risk } = this;
    if (risk.nodeOf(accountId) === VENUE) return;
    const isInBase = side === "buy" && isOffReceipts(side, instrument);
    const lotWorth = price * BigInt(instrument.quoteUnitsPerTickLot);
    const fee = isInBase ? ceilDivide(fill.fee * lotWorth, BigInt(instrument.baseUnitsPerLot)) : fill.fee;
    risk.move(accountId, instrumentId, side, lots, (side === "buy" ? -value : value) - fee);
    risk.counts.fill(accountId, instrumentId, lots, isMaker, this.atUs);
    for (const nodeId of risk.chain(accountId)) {
      const has = (control: RiskControl, ofInstrument: number | null = null): boolean =>
        risk.limitsOf(nodeId, control, ofInstrument) !== null;
      const isLookedAt =
        has("loss") ||
        has("liquidation") ||
        has("executions") ||
        (isMaker && (has("protectionFills") || has("protectionLots", instrumentId)));
      if (isLookedAt && !this.suspects.includes(nodeId)) this.suspects.push(nodeId);
    }
  }

  /** One side of a fill; the order's `left` is what remains after it. Answers the fee. */
  protected settle(
    order: Order,
    instrument: Instrument,
    { lots, price, rate, value }: { readonly lots: bigint; readonly price: bigint; readonly value: bigint; readonly rate: bigint },
  ): bigint {
    const { accountId, side } = order.terms;
    const isBuyer = side === "buy";
    const isOff = isOffReceipts(side, instrument);
    const baseUnits = lots * BigInt(instrument.baseUnitsPerLot);
    const gross = isBuyer ? baseUnits : value;
    const basis = isOff ? gross : value;
    const fee = this.feeOf(order, instrument, { basis, price, rate });
    order.paid += fee;
    const received = isOff ? gross - fee : gross;
    const pays = isBuyer ? (isOff ? value : value + fee) : baseUnits;
    const receiving = this.holding(accountId, isBuyer ? instrument.baseAssetId : instrument.quoteAssetId);
    this.paying(order.terms).total -= pays;
    receiving.total += received;
    this.holding(this.feeAccount()!.accountId, isBuyer && isOff ? instrument.baseAssetId : instrument.quoteAssetId).total += fee;
    this.hold(order, !isBuyer || order.worst === null ? order.held - pays : this.worstCase(order));
    const missing = leastFee(side, instrument, price, order.fees.minimum) - order.paid;
    const isOwing = isOff && order.fees.minimum > 0n && order.left > 0n;
    const reserved = isOwing ? larger(0n, smaller(missing, order.reserved + received)) : 0n;
    receiving.held += reserved - order.reserved;
    order.reserved = reserved;
    // A market order whose sweep is over may still hold something.
    if (order.left === 0n) this.hold(order, 0n);
    return fee;
  }

  /** LG-4, LG-14 and LG-15. */
  protected feeOf(
    order: Order,
    instrument: Instrument,
    { basis, price, rate }: { readonly basis: bigint; readonly price: bigint; readonly rate: bigint },
  ): bigint {
    const { fees, terms } = order;
    let fee = -rebateOn(basis, rate);
    if (rate >= 0n) {
      order.rated += rate * basis;
      fee = ceilDivide(order.rated, MILLION) - order.charged;
      order.charged += fee;
    }
    if (fees.minimum === 0n || order.left > 0n) return fee;
    const missing = larger(0n, leastFee(terms.side, instrument, price, fees.minimum) - order.paid - fee);
    return fee + (isOffReceipts(terms.side, instrument) ? smaller(missing, order.reserved + basis - fee) : missing);
  }

  /** A match beyond a volatility band begins an auction. */
  protected abstract beginPhase(instrumentId: number, phase: TradingPhase, untilUs: number | null, cause: PhaseCause): void;
}
