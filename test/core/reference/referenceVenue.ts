import type { Command } from "../../../shared/commands.ts";
import type { AccountId, EpochUs, OrderId, Seq, VenueId } from "../../../shared/ids.ts";
import type { Amount, PriceTicks } from "../../../shared/money.ts";
import { LARGEST, bandEdge } from "./arithmetic.ts";
import { withRebate } from "./holds.ts";
import { type Order, trailFrom } from "./orders.ts";
import { ReferenceLists } from "./referenceLists.ts";
import type { Asked } from "./referenceRisk.ts";

/*
 * The rules of engine/SPEC.md written down as plainly as possible: arrays, objects and bigint, no speed, no sharing with the engine.
 * What it decides must equal what the engine decides, event for event.
 *
 * The venue is written in layers, one for each stage, every one knowing those below it; this is the topmost.
 */

export class ReferenceVenue extends ReferenceLists {
  decide(command: Command, actor: string, atUs: number): void {
    this.seq += 1;
    this.causeSeq = this.seq;
    this.atUs = atUs;
    this.entries.push({ kind: "command", seq: this.seq as Seq, atUs: atUs as EpochUs, actor, command });
    this.actor = actor;
    this.suspects = [];
    // RK-13: limits that begin or end with the command come before its message is counted, orders and phases that end with it after.
    const isReleaseDue = this.isReleaseDue();
    const counted = isReleaseDue ? null : this.arrive(command);
    this.endWhatIsDue();
    this.releaseWhatIsDue();
    this.message = isReleaseDue ? this.arrive(command) : counted;
    this.carryOut(command);
    this.message = null;
    this.followUp();
  }

  /** RK-13 and RK-14: orders, lists, changes and cancellations are messages; the last of these need no token. */
  private arrive(command: Command): Asked["message"] {
    const mayBeRefused = command.type === "SubmitOrder" || command.type === "AmendOrder" || command.type === "SubmitOrderList";
    const isMessage = mayBeRefused || command.type === "CancelOrder" || command.type === "CancelAllOrders" || command.type === "MassCancel";
    if (!isMessage || !this.accounts.some(({ accountId }) => accountId === command.accountId)) return null;
    const empty = this.risk.counts.arrive(command.accountId, this.atUs);
    return { empty: mayBeRefused ? empty : null };
  }

  private carryOut(command: Command): void {
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
          this.phases.set(command.instrument.instrumentId, { phase: command.instrument.initialPhase, untilUs: null });
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
      case "AmendOrder":
        return this.amend(command);
      case "SetTradingPhase":
        return this.setPhase(command);
      case "SubmitOrderList":
        return this.submitList(command);
      case "MassCancel":
        return this.massCancel(command);
      case "SetMarkPrice":
      case "SetIndexPrice":
        return this.setPrice(command);
      case "AdvanceTime":
        return this.advanceTime();
      case "DefineVenue":
      case "DefineLicence":
      case "SetEligibilityRule":
      case "WithdrawLicence":
      case "WithdrawEligibilityRule":
      case "DefineFeeSchedule":
        return this.changeRules(command);
      case "DefineRiskNode":
      case "ProposeLimits":
      case "ApproveLimits":
      case "SetTradingState":
      case "EngageKillSwitch":
      case "RearmKillSwitch":
      case "SetConversionMark":
      case "RejectLimits":
      case "OpenSession":
      case "CloseSession":
      case "ReleaseRiskLock":
      case "SetReferencePrice":
        return this.changeRisk(command);
      case "RecordOperatorAction":
        return this.emit({ type: "OperatorActionRecorded", action: command.action, detail: command.detail });
      case "RecordVenueReport":
        throw new Error("the reference matches all orders itself; what an outside venue tells is not its matter");
    }
  }

  protected advanceTime(): void {
    this.superviseLosses();
    this.supervise();
    for (const { applies, standing, tier, volume } of this.fees.turn(this.advancedUs, this.atUs)) {
      const head = { accountId: standing.accountId as AccountId, venueId: standing.venueId as VenueId, tier };
      if (applies) this.emit({ type: "FeeTierApplied", ...head });
      else this.emit({ type: "FeeTierComputed", ...head, volumeUsdMillionths: Number(volume) });
    }
    if (this.rules.dates.some((date) => date > this.advancedUs && date <= this.atUs)) this.cancelIneligible();
    this.emit({ type: "TimeAdvanced", consequences: this.seq - this.causeSeq });
    this.advancedUs = this.atUs;
  }

  private followUp(): void {
    this.followPrices();
    while (this.suspects.length > 0) {
      this.supervise();
      this.followPrices();
    }
  }

  private followPrices(): void {
    this.settleLists();
    for (const { instrumentId } of this.instruments) {
      while (this.isContinuous(instrumentId)) {
        this.settleLists();
        this.trail(instrumentId);
        const order = this.waiting.filter(({ terms }) => terms.instrumentId === instrumentId).find((stop) => this.isReached(stop));
        if (order === undefined) break;
        this.fire(order);
      }
      for (let round = 0; round < 3 && this.isContinuous(instrumentId); round += 1) this.movePegs(instrumentId);
    }
  }

  protected trail(instrumentId: number): void {
    for (const order of this.waiting) {
      const { accountId, offsetTicks, orderType, side } = order.terms;
      const source = this.source(order.terms);
      if (order.terms.instrumentId !== instrumentId || orderType !== "trailingStop" || source === null) continue;
      const nearer = trailFrom(side, source, BigInt(offsetTicks!));
      if (side === "buy" ? nearer >= order.trigger! : nearer <= order.trigger!) continue;
      order.trigger = nearer;
      this.emit({
        type: "TriggerMoved",
        orderId: order.id as OrderId,
        accountId,
        instrumentId: order.terms.instrumentId,
        triggerTicks: Number(nearer) as PriceTicks,
      });
    }
  }

  protected isReached({ terms, trigger }: Order): boolean {
    const source = this.source(terms);
    return source !== null && (terms.side === "buy" ? source >= trigger! : source <= trigger!);
  }

  protected fire(order: Order): void {
    const { accountId, instrumentId, orderType, side } = order.terms;
    const instrument = this.instruments.find((listed) => listed.instrumentId === instrumentId)!;
    const sibling = order.list?.command.list.kind === "oco" ? order.list.orders.find((other) => other !== order) : undefined;
    if (sibling !== undefined) this.expire(sibling, "listSibling");
    const edge = bandEdge(instrument, side, order.trigger ?? 0n);
    const limit =
      orderType === "trailingStop" ? this.risk.withinCollars(accountId, instrumentId, side, order.trigger!, edge) : order.limit!;
    const { left } = order;
    const isBarred =
      this.risk.nodes.length > 0 &&
      this.risk.objectToStanding(accountId, { instrument, side, lots: left, openLots: left }, this.surroundings.working) !== null;
    if (isBarred) return this.expire(order, "halted");
    if (
      !this.hasRoom(order.terms, instrument, {
        lots: order.left,
        bound: limit,
        limit,
        reach: { lots: 0n, value: 0n },
        alreadyExpected: 0n,
        fees: order.fees,
      })
    )
      return this.expire(order, "overflow");
    this.waiting = this.waiting.filter((other) => other !== order);
    order.limit = limit;
    order.worst = limit;
    this.hold(order, this.worstCase(order));
    this.emit({
      type: "OrderTriggered",
      orderId: order.id as OrderId,
      accountId,
      instrumentId,
      ticks: Number(this.source(order.terms)) as PriceTicks,
      workingTicks: Number(limit) as PriceTicks,
      held: Number(order.held) as Amount,
    });
    this.match(order, limit);
  }

  protected movePegs(instrumentId: number): void {
    const pegs = this.resting.filter(({ terms }) => terms.instrumentId === instrumentId && terms.orderType === "pegged");
    for (const order of pegs.toSorted((a, b) => a.id - b.id)) {
      const { accountId, side } = order.terms;
      const instrument = this.instruments.find((listed) => listed.instrumentId === instrumentId)!;
      const place = this.pegPlace(order.terms, order.worst!);
      if (place === null || place === order.limit) continue;
      const worthAt = (price: bigint): bigint => withRebate(price * order.left * BigInt(instrument.quoteUnitsPerTickLot), order.fees);
      const more = worthAt(place) - worthAt(order.limit!);
      const { quoteAssetId } = instrument;
      if (side === "sell" && this.holding(accountId, quoteAssetId).total + this.expected(accountId, quoteAssetId) + more > LARGEST)
        continue;
      order.limit = place;
      this.resting = [...this.resting.filter((other) => other !== order), order];
      this.emit({
        type: "OrderRepriced",
        orderId: order.id as OrderId,
        accountId,
        instrumentId: order.terms.instrumentId,
        workingTicks: Number(place) as PriceTicks,
      });
    }
  }
}
