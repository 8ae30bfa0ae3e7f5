import type { Asset } from "../../shared/catalog.ts";
import { formatSteps, unitStep } from "../../shared/decimal.ts";
import { feeAssetOf } from "../../shared/fees.ts";
import type { OrderId } from "../../shared/ids.ts";
import type { Amount } from "../../shared/money.ts";
import type { Adjustment, Discrepancy, RoutedOrder } from "../../shared/venueReports.ts";
import type { LocalBook } from "./book.ts";
import type { VenueAccount } from "./venueAccount.ts";
import type { VenueRest } from "./venueRest.ts";
import {
  clientOrderIdOf,
  hasEnded,
  isFilled,
  isPrice,
  isQuantity,
  orderIdIn,
  stepsIn,
  symbolOf,
  unitsIn,
  type VenueOrder,
  type VenueTrade,
} from "./venueWords.ts";

/**
 * What a request that was taken may still need inside the venue before it shows. An order that nobody there knows after the window of its
 * request and this has never arrived.
 */
const PROCESSING_MS = 2_000;

/** What a comparison came to: both sides agree, an order's fate is not known yet, or balances differ although all orders and fills are known. */
export type Comparison = "agreed" | "unknown" | "different";

/**
 * Compares this side with the venue's and reports what it finds. All that moves the ledger comes from here: orders as the venue describes
 * them when asked, and fills as its list of trades tells them. Pushed messages and answers only say when to look.
 */
export class Reconciler {
  readonly #book: LocalBook;
  readonly #account: VenueAccount;
  readonly #rest: VenueRest;
  /** When a request about an order can no longer arrive, by the venue's clock; of orders that nobody knows to have arrived. */
  readonly #deadlines = new Map<OrderId, number>();
  /** For orders that another process may have sent: the same, counted from the first look at the venue's clock. */
  #inheritedDeadlineMs: number | null = null;
  #looking: Promise<void> = Promise.resolve();
  #pulling: Promise<boolean> = Promise.resolve(true);

  constructor(parts: { readonly book: LocalBook; readonly account: VenueAccount; readonly rest: VenueRest }) {
    this.#book = parts.book;
    this.#account = parts.account;
    this.#rest = parts.rest;
  }

  /** A request about the order leaves now. */
  leaves(orderId: OrderId): void {
    this.#deadlines.set(orderId, this.#rest.deadlineMs());
  }

  /** The venue has told its own id of the order, so nobody will wonder whether it got there. */
  arrived(orderId: OrderId): void {
    this.#deadlines.delete(orderId);
  }

  /** CN-9: orders, then fills, then balances. Whatever is not agreed is asked about again: some facts need time. */
  async compare(): Promise<Comparison> {
    this.#inheritedDeadlineMs ??= this.#rest.deadlineMs();
    for (const orderId of this.#deadlines.keys()) if (this.#book.order(orderId) === null) this.#deadlines.delete(orderId);
    for (const { orderId } of this.#book.orders()) await this.look(orderId);
    const isComplete = await this.pull();
    const isUnknown = this.#book.orders().some(({ standing, venueOrderId }) => venueOrderId === "" || standing === "unknown");
    if (!isComplete || isUnknown) return "unknown";
    await this.#reportForeignOrders();
    return (await this.agrees()) ? "agreed" : "different";
  }

  /** Are the account's balances there what they are here? */
  async agrees(): Promise<boolean> {
    return (await this.#differences()).length === 0;
  }

  /** Reports where balances differ, each difference once. */
  async reportBalances(): Promise<void> {
    for (const { asset, here, text: there, there: units } of await this.#differences()) {
      const text = `${asset.code}: ${units === null ? there : formatSteps(units, unitStep(asset.decimals))} there, ${formatSteps(here, unitStep(asset.decimals))} here`;
      await this.#reportOnce({ kind: "discrepancy", about: "balance", orderId: null, venueTradeId: null, text });
    }
  }

  /** Asks the venue about one open order, and reports what is new. One look at a time, so that none reports what another just has. */
  look(orderId: OrderId): Promise<void> {
    this.#looking = this.#looking.catch(() => undefined).then(() => this.#lookAt(orderId));
    return this.#looking;
  }

  /** Takes the venue's new fills in; false when one has to wait until it is known whose it is. */
  pull(): Promise<boolean> {
    this.#pulling = this.#pulling.catch(() => true).then(() => this.#takeFills());
    return this.#pulling;
  }

  async #lookAt(orderId: OrderId): Promise<void> {
    const order = this.#book.order(orderId);
    const link = this.#book.link();
    if (order === null || link === null) return;
    const { venueOrderId } = order;
    const named = venueOrderId === "" ? { origClientOrderId: clientOrderIdOf(link.tag, orderId) } : { orderId: venueOrderId };
    const found =
      (await this.#account.order(named)) ?? (venueOrderId === "" ? await this.#finished(clientOrderIdOf(link.tag, orderId)) : null);
    if (found === null) return this.#notFound(order);
    if (venueOrderId === "" || order.standing === "unknown")
      await this.#book.record({ kind: "acknowledged", orderId, venueOrderId: found.orderId });
    this.arrived(orderId);
    if (hasEnded(found)) await this.#ended(order, found);
  }

  /** An order's record may be out of the venue's direct reach while its list of finished orders still shows it. */
  async #finished(clientOrderId: string): Promise<VenueOrder | null> {
    return (await this.#account.finishedOrders()).find((order) => order.clientOrderId === clientOrderId) ?? null;
  }

  async #notFound(order: RoutedOrder): Promise<void> {
    const deadlineMs = this.#deadlines.get(order.orderId) ?? this.#inheritedDeadlineMs;
    // An order that the venue has acknowledged does not vanish; that it is not found stays a question until a person answers it.
    if (order.venueOrderId !== "") return this.#vanished(order);
    if (deadlineMs === null) return;
    await this.#rest.syncClock();
    if (this.#rest.nowMs() < deadlineMs + PROCESSING_MS) return;
    // Between the question above and now it might have arrived in the last moment of its window.
    const link = this.#book.link();
    if (link === null || (await this.#account.order({ origClientOrderId: clientOrderIdOf(link.tag, order.orderId) })) !== null) return;
    await this.#book.record({ kind: "closed", orderId: order.orderId, filledLots: order.filledLots, arrived: false });
    this.#deadlines.delete(order.orderId);
  }

  async #vanished({ orderId, standing, venueOrderId }: RoutedOrder): Promise<void> {
    const text = `order ${orderId} is open here, and the venue knows no order ${venueOrderId}`;
    await this.#reportOnce({ kind: "discrepancy", about: "unknownOrder", orderId, venueTradeId: null, text });
    if (standing !== "unknown") await this.#book.record({ kind: "unanswered", orderId, why: "The venue does not know it any more." });
  }

  /** By how much which balances would change if what the venue says were taken over now; an amount that cannot be kept here is left out. */
  async adjustments(): Promise<readonly Adjustment[]> {
    await this.pull();
    return (await this.#differences()).flatMap(({ asset: { assetId }, here, there }) =>
      // A difference of two whole numbers of units.
      there === null ? [] : [{ assetId, amount: (there - here) as Amount }],
    );
  }

  /**
   * CN-10: a second person approves what was proposed: balances become what they are there, and orders end that the venue does not know or that have
   * ended there with fills that could not be booked here. What is open there and was not sent from here stays there. "changed" if the venue says
   * something else by now, or another person must do this: then nothing was taken over, and a proposal that no longer fits is over.
   */
  async takeOver(by: string): Promise<"done" | "changed"> {
    const proposed = this.#book.takeOver();
    const found = await this.adjustments();
    if (proposed === null || this.#book.takeOver()?.proposalId !== proposed.proposalId) return "changed";
    const { proposalId } = proposed;
    if (!isSame(found, proposed.adjustments)) {
      await this.#book.record({ kind: "takeOverWithdrawn", proposalId, by });
      await this.reportBalances();
      return "changed";
    }
    await this.#endWhatHasEnded();
    const { refusal } = await this.#book.record({ kind: "takenOver", proposalId, by });
    return refusal === null && this.#book.discrepancies().length === 0 ? "done" : "changed";
  }

  async #endWhatHasEnded(): Promise<void> {
    for (const { orderId, standing, venueOrderId } of this.#book.orders()) {
      if (venueOrderId === "") continue;
      const found = await this.#account.order({ orderId: venueOrderId });
      if (found !== null && hasEnded(found)) await this.look(orderId);
      // Still open here then: a fill of it was a discrepancy and will never be booked, and its money is in the balances.
      const filledLots = this.#book.order(orderId)?.filledLots;
      const isOver = found === null ? standing === "unknown" : hasEnded(found);
      if (isOver && filledLots !== undefined) await this.#book.record({ kind: "closed", orderId, filledLots, arrived: true });
    }
  }

  /** The order closes here once all its fills are booked; the engine refuses it before (CN-7), and the next look tries again. */
  async #ended(order: RoutedOrder, found: VenueOrder): Promise<void> {
    await this.pull();
    const filledLots = stepsIn(found.executedQty, order.instrument.lotSize);
    if (filledLots === null || this.#book.order(order.orderId) === null) return;
    await this.#book.record({ kind: "closed", orderId: order.orderId, filledLots, arrived: true, isWhole: isFilled(found) });
  }

  async #takeFills(): Promise<boolean> {
    const trades = await this.#account.tradesSince(this.#book.lastFillId());
    for (const trade of trades) {
      if (this.#book.isKnownFill(trade.id)) continue;
      const order = this.#owner(trade);
      if (order !== null) await this.#book.record(this.#fill(order, trade));
      else if (this.#book.orders().some(({ venueOrderId }) => venueOrderId === "")) return false;
      else {
        const text = `${trade.qty} ${trade.symbol} at ${trade.price} for order ${trade.orderId}, which was not sent from here`;
        await this.#book.record({ kind: "discrepancy", about: "foreignFill", orderId: null, venueTradeId: trade.id, text });
      }
    }
    return true;
  }

  #owner({ clientOrderId, orderId, symbol }: VenueTrade): RoutedOrder | null {
    const tag = this.#book.link()?.tag ?? "";
    const ours = orderIdIn(tag, clientOrderId);
    const orders = this.#book.orders();
    const found = orders.find((order) => order.venueOrderId === orderId) ?? orders.find((order) => order.orderId === ours);
    return found !== undefined && symbolOf(found.instrument) === symbol ? found : null;
  }

  #fill(order: RoutedOrder, trade: VenueTrade): Parameters<LocalBook["record"]>[0] {
    const { instrument, orderId, side } = order;
    const feeAsset = this.#book.assets()[feeAssetOf(instrument, side) - 1];
    const ticks = stepsIn(trade.price, instrument.tickSize);
    const lots = stepsIn(trade.qty, instrument.lotSize);
    const fee = feeAsset === undefined || trade.commissionAsset !== feeAsset.code ? null : unitsIn(trade.commission, feeAsset);
    if (fee === null || !isPrice(ticks) || !isQuantity(lots)) {
      const text = `${trade.qty} at ${trade.price}, fee ${trade.commission} ${trade.commissionAsset}: not in steps that are kept here`;
      return { kind: "discrepancy", about: "catalog", orderId, venueTradeId: trade.id, text };
    }
    // The fee is a whole number of units.
    return {
      kind: "filled",
      orderId,
      venueTradeId: trade.id,
      ticks,
      lots,
      isTaker: !trade.isMaker,
      fee: fee as Amount,
    };
  }

  async #reportForeignOrders(): Promise<void> {
    const ours = new Set(this.#book.orders().map(({ venueOrderId }) => venueOrderId));
    for (const { clientOrderId, orderId, symbol } of await this.#account.openOrders()) {
      if (ours.has(orderId) || (await this.#isJustClosed(orderId))) continue;
      const text = `order ${orderId} (${clientOrderId}) in ${symbol} is open at the venue and was not sent from here`;
      await this.#reportOnce({ kind: "discrepancy", about: "foreignOrder", orderId: null, venueTradeId: null, text });
    }
  }

  /** The list was made a moment ago; an order on it may have ended since, here and there. */
  async #isJustClosed(orderId: string): Promise<boolean> {
    const found = await this.#account.order({ orderId });
    return found === null || hasEnded(found);
  }

  async #reportOnce(found: Discrepancy): Promise<void> {
    if (!this.#book.discrepancies().some(({ text }) => text === found.text)) await this.#book.record(found);
  }

  /** Each asset of which the account there has another total than here; `there` is null for an amount that cannot be kept here. */
  async #differences(): Promise<
    readonly { readonly asset: Asset; readonly here: number; readonly there: number | null; readonly text: string }[]
  > {
    const link = this.#book.link();
    if (link === null) return [];
    const there = await this.#account.balances();
    return this.#book.assets().flatMap((asset) => {
      const text = there.get(asset.code) ?? "0";
      const here = this.#book.total(link.accountId, asset.assetId);
      const units = unitsIn(text, asset);
      return units === here ? [] : [{ asset, here, there: units, text }];
    });
  }
}

/** Both are in the order of the assets. */
function isSame(found: readonly Adjustment[], proposed: readonly Adjustment[]): boolean {
  return (
    found.length === proposed.length &&
    found.every(({ amount, assetId }, at) => proposed[at]?.assetId === assetId && proposed[at].amount === amount)
  );
}
