import type { CommandOf, CommandType } from "../../../shared/commands.ts";
import type { Amount, PriceTicks, QtyLots } from "../../../shared/money.ts";
import type { Refusal } from "../../../shared/rejects.ts";
import { refusal, smaller } from "./arithmetic.ts";
import { objectToLots, objectToValue } from "./checks.ts";
import { holdAt, withRebate } from "./holds.ts";
import { type Pricing, type Submit, withBound } from "./orders.ts";
import { ReferencePhases } from "./referencePhases.ts";
import type { Asked, Breach } from "./referenceRisk.ts";

/** Amendments and cancellations: MT-8, MT-9, MT-27, MT-28. */
export abstract class ReferenceChanges extends ReferencePhases {
  protected amend(command: CommandOf<"AmendOrder">): void {
    const { accountId, confirmation, orderId, lots } = command;
    let { limitTicks, triggerTicks } = command;
    this.breach = null;
    const deny = (why: Refusal): void => {
      this.tellBreach(accountId);
      this.emit({ type: "AmendDenied", accountId, orderId, refusal: why });
    };
    const order = [...this.resting, ...this.waiting].find(({ id, terms }) => id === orderId && terms.accountId === accountId);
    if (order === undefined) {
      const isKnown = this.accounts.some((account) => account.accountId === accountId);
      return deny(isKnown ? refusal("BOOK_UNKNOWN_ORDER", null, BigInt(orderId)) : refusal("VALIDATE_UNKNOWN_ACCOUNT"));
    }
    const { phase } = this.phases.get(order.terms.instrumentId)!;
    if (phase === "halted" || phase === "closed") return deny(refusal("BOOK_PHASE"));
    const { orderType, reduceOnly, side } = order.terms;
    const isWaiting = this.waiting.includes(order);
    const hasLimit = orderType === "limit" || orderType === "stopLimit" || orderType === "marketToLimit";
    const hasTrigger = isWaiting && (orderType === "stop" || orderType === "stopLimit");
    const isPossible =
      (limitTicks !== null || lots !== null || triggerTicks !== null) &&
      (limitTicks === null || hasLimit) &&
      (triggerTicks === null || hasTrigger) &&
      order.list === null &&
      !(reduceOnly && lots !== null && BigInt(lots) > order.lots);
    if (!isPossible) return deny(refusal("VALIDATE_AMEND"));
    const filled = order.lots - order.left;
    const total = lots === null ? order.lots : BigInt(lots);
    if (lots !== null && total <= filled) return this.expire(order, "amended");
    // What is named as it is does not change.
    if (limitTicks !== null && BigInt(limitTicks) === order.limit) limitTicks = null;
    if (triggerTicks !== null && BigInt(triggerTicks) === order.trigger) triggerTicks = null;
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === order.terms.instrumentId)!;
    const wrongLots = objectToLots(order.terms, instrument, total);
    if (wrongLots !== null) return deny(wrongLots);
    let pricing: Refusal | Pricing = {
      limit: order.limit,
      worst: order.worst,
      bound: order.worst!,
      value: order.limit!,
      trigger: order.trigger,
    };
    if (limitTicks !== null || triggerTicks !== null) {
      const limit = limitTicks ?? (orderType === "stop" ? null : (Number(order.limit) as PriceTicks));
      const wish: Submit = {
        ...order.terms,
        limitTicks: limit,
        triggerTicks: triggerTicks ?? (order.trigger === null ? null : (Number(order.trigger) as PriceTicks)),
      };
      pricing = this.price(isWaiting ? wish : { ...wish, orderType: "limit" }, instrument);
    }
    if ("code" in pricing) return deny(pricing);
    const wrongValue = objectToValue(order.terms, instrument, pricing.value, total);
    if (wrongValue !== null) return deny(wrongValue);
    const left = total - filled;
    const isPriceNew = limitTicks !== null || triggerTicks !== null;
    const confirmed: Breach[] = [];
    if (isPriceNew || left > order.left) {
      const asked: Asked = {
        accountId,
        actor: this.actor,
        message: this.message,
        instrument,
        side,
        orderType,
        lots: left,
        whole: total,
        bound: pricing.bound,
        working: pricing.limit,
        firstTop: 0n,
        value: pricing.value,
        trigger: isPriceNew ? pricing.trigger : null,
        isConfirmed: confirmation !== null,
        isPriceNew,
        openLots: order.left,
        openValue: this.asWorking(order).value!,
      };
      const risky = this.objectToRisk(asked, confirmed);
      if (risky !== null) return deny(risky);
      pricing = withBound(pricing, asked.bound);
    }
    const held = holdAt(side, instrument, pricing.worst!, left, order);
    const alreadyExpected = isWaiting
      ? 0n
      : side === "buy"
        ? order.left * BigInt(instrument.baseUnitsPerLot)
        : withRebate(order.left * order.limit! * BigInt(instrument.quoteUnitsPerTickLot), order.fees);
    const wrongFunds = this.objectToFunds(order.terms, instrument, {
      lots: left,
      held,
      bound: pricing.bound,
      limit: pricing.limit,
      reach: { lots: 0n, value: 0n },
      alreadyHeld: order.held,
      alreadyExpected,
      fees: order.fees,
    });
    if (wrongFunds !== null) return deny(wrongFunds);
    this.tellConfirmed(confirmed, { ...order.terms, confirmation });
    const keepsPlace = isWaiting || (pricing.limit === order.limit && left <= order.left);
    order.lots = total;
    order.left = left;
    order.shown = smaller(order.shown, left);
    order.limit = pricing.limit;
    order.worst = pricing.worst;
    if (triggerTicks !== null) order.trigger = BigInt(triggerTicks);
    this.hold(order, held);
    this.emit({
      type: "OrderAmended",
      orderId,
      accountId,
      instrumentId: order.terms.instrumentId,
      limitTicks: orderType === "pegged" ? null : (Number(order.limit) as PriceTicks),
      triggerTicks,
      lots: Number(total) as QtyLots,
      leavesLots: Number(left) as QtyLots,
      held: Number(held) as Amount,
      keepsPlace,
    });
    if (keepsPlace) return;
    this.resting = this.resting.filter((other) => other !== order);
    // A peg does not reach for its limit, it only stands where it belongs.
    this.match(order, orderType === "pegged" ? order.limit! : pricing.bound);
  }

  protected cancel({ accountId, orderId }: CommandOf<"CancelOrder">): void {
    const order = [...this.resting, ...this.waiting].find(({ id }) => id === orderId);
    if (order !== undefined && order.terms.accountId === accountId) return this.expire(order, "user");
    const why = this.accounts.some((account) => account.accountId === accountId)
      ? refusal("BOOK_UNKNOWN_ORDER", null, BigInt(orderId))
      : refusal("VALIDATE_UNKNOWN_ACCOUNT");
    this.emit({ type: "CancelDenied", accountId, orderId, refusal: why });
  }

  protected cancelAll({ type, accountId, instrumentId }: CommandOf<"CancelAllOrders">): void {
    this.cancelMany(type, accountId, instrumentId, null, (orders) =>
      this.emit({ type: "AllOrdersCancelled", accountId, instrumentId, orders }),
    );
  }

  protected massCancel({ type, accountId, instrumentId, side }: CommandOf<"MassCancel">): void {
    this.cancelMany(type, accountId, instrumentId, side, (orders) =>
      this.emit({ type: "OrdersMassCancelled", accountId, instrumentId, side, orders }),
    );
  }

  protected cancelMany(
    type: CommandType,
    accountId: number,
    instrumentId: number | null,
    side: "buy" | "sell" | null,
    end: (orders: number) => void,
  ): void {
    const isKnownAccount = this.accounts.some((account) => account.accountId === accountId);
    const isKnownInstrument = instrumentId === null || this.instruments.some((instrument) => instrument.instrumentId === instrumentId);
    if (!isKnownAccount) return this.emit({ type: "CommandDenied", commandType: type, refusal: refusal("VALIDATE_UNKNOWN_ACCOUNT") });
    if (!isKnownInstrument) return this.emit({ type: "CommandDenied", commandType: type, refusal: refusal("VALIDATE_UNKNOWN_INSTRUMENT") });
    const own = [...this.resting, ...this.waiting]
      .filter(
        ({ terms }) =>
          terms.accountId === accountId &&
          (instrumentId === null || terms.instrumentId === instrumentId) &&
          (side === null || terms.side === side),
      )
      .toSorted((a, b) => a.id - b.id);
    for (const order of own) this.expire(order, "user");
    end(own.length);
  }
}
