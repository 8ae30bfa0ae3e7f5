import type { Instrument } from "../../../shared/catalog.ts";
import type { Refusal } from "../../../shared/rejects.ts";
import { LARGEST, LARGEST_TICKS, MILLION, bandEdge, ceilDivide, isWithin, larger, opposite, refusal, smaller } from "./arithmetic.ts";
import { objectToLots, objectToTerms, objectToValue } from "./checks.ts";
import { holdAt, isOffReceipts, leastFee, nothingPaid, rebateOn, sweepHold } from "./holds.ts";
import {
  type Circumstances,
  type Decision,
  type Order,
  type Pricing,
  type Reach,
  type Submit,
  at,
  endOf,
  stopPricing,
  trailFrom,
  withBound,
} from "./orders.ts";
import { ReferenceCatalog } from "./referenceCatalog.ts";
import type { FeeTerms } from "./referenceFees.ts";
import type { Asked, Breach } from "./referenceRisk.ts";

/** The stages that every order passes before it is accepted: MT-6 to MT-15, MT-18 to MT-22, MT-29, MT-36, MT-40 to MT-42, RK-1 to RK-3, LG-2, LG-3, LG-6. */
export abstract class ReferenceStages extends ReferenceCatalog {
  protected consider(command: Submit, { alreadyHeld, isExit, isFlattening, isFollower, list, sibling }: Circumstances): Refusal | Decision {
    const { accountId } = command;
    this.breach = null;
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === command.instrumentId);
    if (instrument === undefined) return refusal("VALIDATE_UNKNOWN_INSTRUMENT");
    if (!this.accounts.some((account) => account.accountId === accountId)) return refusal("VALIDATE_UNKNOWN_ACCOUNT");
    if (!isFollower && this.isIdTaken(command)) return refusal("VALIDATE_DUPLICATE_CLIENT_ORDER_ID", null, BigInt(command.clientOrderId));
    const ineligible = isFlattening ? null : this.isIneligible(command);
    if (ineligible !== null) return ineligible;
    const fees = this.feesFor(accountId, instrument);
    const misfit = objectToTerms(command, this.atUs);
    if (misfit !== null) return misfit;
    let lots = command.lots === null ? null : BigInt(command.lots);
    if (command.reduceOnly) {
      const { total, held } = this.paying(command);
      const most = command.side === "buy" ? 0n : (total - held) / BigInt(instrument.baseUnitsPerLot);
      if (most === 0n) return refusal("RISK_REDUCE_ONLY", null, lots, 0n);
      lots = smaller(lots!, most);
    }
    const wrongLots = lots === null ? null : objectToLots(command, instrument, lots, isExit);
    if (wrongLots !== null) return wrongLots;
    const untimely = this.objectToPhase(command) ?? (isExit || isFlattening ? null : this.objectToNumber(command, instrument));
    if (untimely !== null) return untimely;
    const pricing = this.price(command, instrument);
    if ("code" in pricing) return pricing;
    const matchBound = this.heeding(instrument, command.side, pricing.bound);
    if (lots === null) {
      const sized = this.size(command, instrument, fees, matchBound);
      if (typeof sized !== "bigint") return sized;
      lots = sized;
      const wrongSize = objectToLots(command, instrument, lots);
      if (wrongSize !== null) return wrongSize;
    }
    const wrongValue = objectToValue(command, instrument, pricing.value, lots, isExit);
    if (wrongValue !== null) return wrongValue;
    const asked: Asked = {
      accountId,
      actor: list?.actor ?? this.actor,
      message: this.message,
      instrument,
      side: command.side,
      orderType: command.orderType,
      lots,
      whole: lots,
      bound: pricing.bound,
      working: pricing.limit,
      firstTop: 0n,
      value: pricing.value,
      trigger: pricing.trigger,
      isConfirmed: command.confirmation !== null,
      isPriceNew: true,
      openLots: sibling?.left ?? 0n,
      openValue: sibling === null ? 0n : this.asWorking(sibling).value!,
    };
    const confirmed: Breach[] = [];
    const risky = isFlattening ? null : this.objectToRisk(asked, confirmed);
    if (risky !== null) return risky;
    const { bound, limit, trigger, worst } = withBound(pricing, asked.bound);
    const reach = this.reach(command, lots, command.side === "buy" ? smaller(matchBound, bound) : larger(matchBound, bound));
    if (command.timeInForce === "fok" && reach.lots < lots) return refusal("BOOK_FILL_OR_KILL", null, lots, reach.lots);
    if (command.orderType === "market" && reach.lots === 0n && !reach.metOwn) return refusal("BOOK_NO_LIQUIDITY");

    const held =
      worst === null
        ? sweepHold(command, instrument, fees, reach)
        : holdAt(command.side, instrument, worst, lots, { ...nothingPaid, fees });
    const wrongFunds = this.objectToFunds(command, instrument, { lots, held, bound, limit, reach, alreadyHeld, alreadyExpected: 0n, fees });
    return wrongFunds ?? { lots, limit, worst, bound, held, trigger, endsAtUs: endOf(command, this.atUs), confirmed };
  }

  /** The risk stage's word on an order. Null if it passes, with what it was confirmed to exceed in `confirmed`. */
  protected objectToRisk(asked: Asked, confirmed: Breach[]): Refusal | null {
    if (this.risk.nodes.length === 0) return null;
    const found = this.risk.look(asked, this.surroundings);
    this.breach = found.breach;
    confirmed.push(...found.confirmed);
    return found.refusal;
  }

  protected objectToFunds(
    command: Submit,
    instrument: Instrument,
    order: {
      readonly lots: bigint;
      readonly held: bigint;
      readonly bound: bigint;
      readonly limit: bigint | null;
      readonly reach: { readonly lots: bigint; readonly value: bigint };
      readonly alreadyHeld: bigint;
      readonly alreadyExpected: bigint;
      readonly fees: FeeTerms;
    },
  ): Refusal | null {
    if (order.held > LARGEST) return refusal("LEDGER_OVERFLOW");
    const { total, held } = this.paying(command);
    const available = total - held + order.alreadyHeld;
    if (order.held > available) {
      return { ...refusal("LEDGER_INSUFFICIENT_FUNDS", total, order.held, available), used: Number(held - order.alreadyHeld) };
    }
    return this.hasRoom(command, instrument, order) ? null : refusal("LEDGER_OVERFLOW");
  }

  /** Bound, value and working price; see the paragraphs of each type. */
  protected price(command: Submit, instrument: Instrument): Refusal | Pricing {
    const { instrumentId, limitTicks, orderType, side } = command;
    const limit = limitTicks === null ? null : BigInt(limitTicks);
    if (orderType === "market") {
      const reference = this.reference(instrumentId);
      if (reference === null) return refusal("RISK_NO_REFERENCE_PRICE");
      return { limit: null, worst: null, bound: bandEdge(instrument, side, reference), value: reference, trigger: null };
    }
    if (orderType === "stop") return stopPricing(instrument, side, BigInt(command.triggerTicks!));
    if (orderType === "trailingStop") {
      const source = this.source(command);
      if (source === null) return refusal("RISK_NO_REFERENCE_PRICE");
      return stopPricing(instrument, side, trailFrom(side, source, BigInt(command.offsetTicks!)));
    }
    if (orderType === "stopLimit") {
      const trigger = BigInt(command.triggerTicks!);
      const edge = bandEdge(instrument, side, trigger);
      if (!isWithin(side, edge, limit!)) return refusal("RISK_PRICE_BAND", edge, limit);
      return { ...at(limit!), trigger };
    }
    if (orderType === "pegged") {
      const place = this.pegPlace(command, limit!);
      if (place === null) return refusal("RISK_NO_REFERENCE_PRICE");
      return this.objectToBand(instrument, side, limit!) ?? { ...at(limit!), limit: place };
    }
    const touch = this.best(instrumentId, opposite(side));
    if (orderType === "marketToLimit") {
      if (touch === null) return refusal("BOOK_NO_LIQUIDITY");
      return this.objectToBand(instrument, side, touch) ?? at(touch);
    }
    return this.objectToBand(instrument, side, limit!) ?? this.keepPassive(command, limit!, touch);
  }

  protected keepPassive({ instrumentId, postOnly, side }: Submit, limit: bigint, touch: bigint | null): Refusal | Pricing {
    if (postOnly === null || touch === null || !this.isContinuous(instrumentId) || !isWithin(side, limit, touch)) return at(limit);
    const nearest = side === "buy" ? touch - 1n : touch + 1n;
    if (nearest < 1n || nearest > LARGEST_TICKS) return refusal("BOOK_POST_ONLY", null, limit);
    return postOnly === "reject" ? refusal("BOOK_POST_ONLY", nearest, limit) : at(nearest);
  }

  protected objectToBand(instrument: Instrument, side: "buy" | "sell", limit: bigint): Refusal | null {
    const last = this.lastTrades.get(instrument.instrumentId);
    if (last === undefined) return null;
    const edge = bandEdge(instrument, side, last);
    return isWithin(side, edge, limit) ? null : refusal("RISK_PRICE_BAND", edge, limit);
  }

  /** MT-19: lots for an amount, maker by maker, whole lots only. */
  protected size(command: Submit, instrument: Instrument, fees: FeeTerms, bound: bigint): Refusal | bigint {
    const amount = BigInt(command.quoteAmount!);
    const isOnTop = !isOffReceipts(command.side, instrument);
    let lots = 0n;
    let value = 0n;
    for (const { maker, lots: there } of this.meeting(command, bound)) {
      if (maker === null) return lots > 0n ? lots : BigInt(instrument.minLots);
      for (let n = 0n; n < there; n += 1n) {
        const more = maker * BigInt(instrument.quoteUnitsPerTickLot);
        const fee = isOnTop ? larger(ceilDivide((value + more) * fees.taker, MILLION), fees.minimum) : 0n;
        if (value + more + fee > amount) {
          return lots > 0n ? lots : refusal("VALIDATE_LOTS_BELOW_MINIMUM", BigInt(instrument.minLots), 0n);
        }
        lots += 1n;
        value += more;
      }
    }
    return lots > 0n ? lots : refusal("BOOK_NO_LIQUIDITY");
  }

  /** Prices and lots that an order without end would take, in order; a price of null where it would have to stop before an own order. */
  protected *meeting(command: Submit, bound: bigint): Generator<{ maker: bigint | null; lots: bigint }> {
    const makers = this.inPriority(command.instrumentId, opposite(command.side)).filter(({ limit }) =>
      isWithin(command.side, bound, limit!),
    );
    for (const ticks of new Set(makers.map(({ limit }) => limit!))) {
      const level = makers.filter(({ limit }) => limit === ticks);
      for (const maker of level) {
        if (!this.isOwn(command, maker)) yield { maker: ticks, lots: maker.shown };
        else if (command.selfTradeMode !== "expireMaker") return yield { maker: null, lots: 0n };
      }
      for (const maker of level) if (!this.isOwn(command, maker)) yield { maker: ticks, lots: maker.left - maker.shown };
    }
  }

  protected pegPlace({ instrumentId, offsetTicks, peg, side }: Submit, worst: bigint): bigint | null {
    const followed = (of: "buy" | "sell"): bigint | null =>
      this.inPriority(instrumentId, of).find(({ terms }) => terms.orderType !== "pegged")?.limit ?? null;
    const [bid, ask] = [followed("buy"), followed("sell")];
    const middle = bid === null || ask === null ? null : side === "buy" ? (bid + ask) / 2n : (bid + ask + 1n) / 2n;
    const base = peg === "bestBid" ? bid : peg === "bestAsk" ? ask : middle;
    if (base === null) return null;
    const offset = BigInt(offsetTicks ?? 0);
    const touch = this.best(instrumentId, opposite(side));
    const wanted = side === "buy" ? smaller(base - offset, worst) : larger(base + offset, worst);
    const place = touch === null ? wanted : side === "buy" ? smaller(wanted, touch - 1n) : larger(wanted, touch + 1n);
    return place >= 1n && place <= LARGEST_TICKS ? place : null;
  }

  protected hasRoom(
    command: Submit,
    instrument: Instrument,
    order: {
      readonly lots: bigint;
      readonly bound: bigint;
      readonly limit: bigint | null;
      readonly reach: { readonly lots: bigint; readonly value: bigint };
      readonly alreadyExpected: bigint;
      readonly fees: FeeTerms;
    },
  ): boolean {
    const { accountId, side } = command;
    const { lots, bound, limit } = order;
    const q = BigInt(instrument.quoteUnitsPerTickLot);
    const bestBid = this.best(instrument.instrumentId, "buy") ?? 0n;
    const top = side === "sell" ? larger(larger(bestBid, limit ?? 0n), bound) : bound;
    const value = command.orderType === "market" ? order.reach.value : top * lots * q;
    const { fees } = order;
    const base = lots * BigInt(instrument.baseUnitsPerLot);
    const receipts =
      (side === "buy" ? base : value + (fees.isOwn ? 0n : rebateOn(smaller(value, LARGEST), fees.maker))) - order.alreadyExpected;
    const into = side === "buy" ? instrument.baseAssetId : instrument.quoteAssetId;
    if (this.holding(accountId, into).total + this.expected(accountId, into) + receipts > LARGEST) return false;
    const feeAccount = this.feeAccount()!.accountId;
    const minimum = this.fees.highestMinimum(instrument.venueId, this.assets[instrument.quoteAssetId - 1]!);
    const rates = instrument.venueId === null ? BigInt(instrument.makerFeePpm + instrument.takerFeePpm) : MILLION / 5n;
    const fits = (assetId: number, basis: bigint, filling: bigint, least: bigint): boolean => {
      const own = feeAccount === accountId && assetId === into ? receipts : 0n;
      const due = this.holding(feeAccount, assetId).total + this.expected(feeAccount, assetId) + own;
      return basis <= LARGEST && due + ceilDivide(basis * rates, MILLION) + filling + 1n + least * (filling + 1n) <= LARGEST;
    };
    const filling = command.orderType === "market" ? order.reach.lots : lots;
    if (filling > 0n && !fits(instrument.quoteAssetId, value, filling, minimum)) return false;
    if (instrument.pairType !== "tokenToken") return true;
    const bids = this.inPriority(instrument.instrumentId, "buy");
    const low = larger(larger(bound, bids.at(-1)?.limit ?? 0n), 1n);
    return fits(instrument.baseAssetId, base, lots, side === "buy" ? 0n : leastFee("buy", instrument, low, minimum));
  }

  /** What an order could take at once: the makers in priority, up to its bound, its lots or an own order that stops it. */
  protected reach(command: Submit, lots: bigint, bound: bigint): Reach {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === command.instrumentId)!;
    // A rehearsal on a copy of the makers: shown parts in turn, an iceberg's next part behind its price's others.
    const makers = this.inPriority(command.instrumentId, opposite(command.side)).map((maker) => ({
      own: this.isOwn(command, maker),
      limit: maker.limit!,
      shown: maker.shown,
      left: maker.left,
      display: maker.terms.displayLots,
    }));
    let wanted = lots;
    let taken = 0n;
    let value = 0n;
    while (wanted > 0n) {
      const maker = makers[0];
      if (maker === undefined || !isWithin(command.side, bound, maker.limit)) break;
      if (maker.own) {
        if (command.selfTradeMode === null || command.selfTradeMode === "expireTaker" || command.selfTradeMode === "expireBoth")
          return { lots: taken, value, metOwn: true, isWhole: false };
        makers.shift();
        if (command.selfTradeMode === "decrement") {
          wanted -= smaller(wanted, maker.left);
          if (wanted === 0n) return { lots: taken, value, metOwn: true, isWhole: false };
        }
        continue;
      }
      const n = smaller(wanted, maker.shown);
      wanted -= n;
      taken += n;
      value += n * maker.limit * BigInt(instrument.quoteUnitsPerTickLot);
      maker.shown -= n;
      maker.left -= n;
      if (maker.shown > 0n) continue;
      makers.shift();
      if (maker.left === 0n) continue;
      maker.shown = smaller(BigInt(maker.display!), maker.left);
      const behind = makers.findIndex(({ limit }) => limit !== maker.limit);
      makers.splice(behind < 0 ? makers.length : behind, 0, maker);
    }
    return { lots: taken, value, metOwn: false, isWhole: wanted === 0n };
  }

  protected isOwn(command: Submit, maker: Order): boolean {
    if (maker.terms.accountId === command.accountId) return true;
    const one = this.accounts.find(({ accountId }) => accountId === command.accountId)!;
    const other = this.accounts.find(({ accountId }) => accountId === maker.terms.accountId)!;
    const isSameGroup = one.groupId !== null && one.groupId === other.groupId;
    const isSameFirm = one.firmId !== null && one.firmId === other.firmId;
    if (command.selfTradeScope === "group") return isSameGroup;
    return command.selfTradeScope === "firm" && (isSameGroup || isSameFirm);
  }

  /** MT-40: the bound, or the edge of a volatility band if that is nearer. */
  protected heeding(instrument: Instrument, side: "buy" | "sell", bound: bigint): bigint {
    const references = [
      [this.lastTrades.get(instrument.instrumentId), instrument.dynamicBandPpm],
      [this.auctionPrices.get(instrument.instrumentId), instrument.staticBandPpm],
    ] as const;
    return references.reduce((nearest, [price, ppm]) => {
      if (price === undefined || ppm === null) return nearest;
      const edge = bandEdge({ ...instrument, priceBandPpm: ppm }, side, price);
      return side === "buy" ? smaller(nearest, edge) : larger(nearest, edge);
    }, bound);
  }

  protected objectToPhase({ instrumentId, orderType, timeInForce }: Submit): Refusal | null {
    const { phase } = this.phases.get(instrumentId)!;
    if (phase === "continuous") return null;
    const canWait = timeInForce !== "ioc" && timeInForce !== "fok" && ["limit", "stop", "stopLimit", "trailingStop"].includes(orderType);
    return canWait && phase !== "halted" && phase !== "closed" ? null : refusal("BOOK_PHASE");
  }

  protected objectToNumber({ accountId, instrumentId, timeInForce }: Submit, { maxOpenOrders }: Instrument): Refusal | null {
    if (maxOpenOrders === null || timeInForce === "ioc" || timeInForce === "fok") return null;
    const open = [...this.resting, ...this.waiting].filter(
      ({ terms }) => terms.accountId === accountId && terms.instrumentId === instrumentId,
    ).length;
    return open < maxOpenOrders ? null : refusal("RISK_OPEN_ORDERS", BigInt(maxOpenOrders), BigInt(open), 0n);
  }
}
