import type { Account } from "../../../shared/catalog.ts";
import type { AccountId, AssetId, OrderId } from "../../../shared/ids.ts";
import type { BalanceRow, FillRow, Frame, OrderRow } from "../../../shared/views.ts";

/** Finished orders of an owner kept here; older ones are asked of the engine. */
const FINISHED_KEPT = 5_000;

/** Something that happened to an account, in the order in which a client should hear of it. */
export type AccountEvent =
  | { readonly type: "order"; readonly order: OrderRow; readonly fill: FillRow | null }
  | { readonly type: "balances"; readonly balances: readonly BalanceRow[] };

export type AccountListener = (events: readonly AccountEvent[], atMs: number) => void;

/** The accounts of one owner as frames tell them. */
export class OwnerView {
  #accounts: readonly Account[] = [];
  /** Every open order and the newest finished ones, by id. */
  readonly #orders = new Map<OrderId, OrderRow>();
  readonly #open = new Map<OrderId, OrderRow>();
  readonly #finished: OrderId[] = [];
  /** Newest order of a client order id. */
  readonly #byClientId = new Map<string, OrderId>();
  readonly #fees = new Map<OrderId, number>();
  readonly #balances = new Map<AccountId, Map<AssetId, BalanceRow>>();
  readonly #listeners = new Map<AccountId, Set<AccountListener>>();
  readonly #interrupted = new Set<() => void>();
  #isReady = false;

  get isReady(): boolean {
    return this.#isReady;
  }

  get accounts(): readonly Account[] {
    return this.#accounts;
  }

  /** `interrupted` is told when events may have been lost: from then on the listener does not know everything. Returns what ends it. */
  listen(accountId: AccountId, listener: AccountListener, interrupted: () => void): () => void {
    const listeners = this.#listeners.get(accountId) ?? new Set();
    this.#listeners.set(accountId, listeners);
    listeners.add(listener);
    this.#interrupted.add(interrupted);
    return () => {
      listeners.delete(listener);
      this.#interrupted.delete(interrupted);
    };
  }

  /** The line is gone, and nothing more will be told. */
  end(): void {
    for (const interrupted of this.#interrupted) interrupted();
  }

  order(orderId: OrderId): OrderRow | undefined {
    return this.#orders.get(orderId);
  }

  orderCalled(accountId: AccountId, clientOrderId: number): OrderRow | undefined {
    const orderId = this.#byClientId.get(`${accountId} ${clientOrderId}`);
    return orderId === undefined ? undefined : this.#orders.get(orderId);
  }

  /** Open orders, oldest first. */
  openOrders(accountId: AccountId): OrderRow[] {
    return [...this.#open.values()].filter((order) => order.accountId === accountId);
  }

  /** Fees of the order's fills, in its fee asset; 0 for an order that finished before this view began. */
  feesOf(orderId: OrderId): number {
    return this.#fees.get(orderId) ?? 0;
  }

  balances(accountId: AccountId): readonly BalanceRow[] {
    return [...(this.#balances.get(accountId)?.values() ?? [])];
  }

  take(frame: Frame): void {
    if (frame.catalog !== null) this.#accounts = frame.catalog.accounts;
    if (frame.snapshot) this.#forgetAll();
    const events = new Map<AccountId, AccountEvent[]>();
    const fills = Map.groupBy(frame.fills, ({ orderId }) => orderId);
    for (const order of frame.orders) this.#takeOrder(order, fills, eventsOf(events, order.accountId));
    for (const balance of frame.balances) {
      const assets = this.#balances.get(balance.accountId) ?? new Map<AssetId, BalanceRow>();
      this.#balances.set(balance.accountId, assets);
      assets.set(balance.assetId, balance);
    }
    for (const [accountId, balances] of Map.groupBy(frame.balances, (balance) => balance.accountId)) {
      eventsOf(events, accountId).push({ type: "balances", balances });
    }
    // A snapshot repeats what was told and is told to nobody; any but the first stands for frames that were lost.
    if (frame.snapshot) {
      if (this.#isReady) this.end();
      this.#isReady = true;
      return;
    }
    for (const [accountId, list] of events) {
      for (const listener of this.#listeners.get(accountId) ?? []) listener(list, Math.floor(frame.atUs / 1_000));
    }
  }

  #takeOrder(order: OrderRow, fills: ReadonlyMap<OrderId, readonly FillRow[]>, events: AccountEvent[]): void {
    const { orderId } = order;
    // A refused order was answered where it was sent, and has no id.
    if (orderId === null) return;
    const before = this.#orders.get(orderId);
    let filledLots = before?.filledLots ?? 0;
    if (before === undefined) events.push({ type: "order", order: asAccepted(order), fill: null });
    const own = fills.get(orderId) ?? [];
    for (const [index, fill] of own.entries()) {
      filledLots += fill.lots;
      this.#fees.set(orderId, this.feesOf(orderId) + fill.fee);
      // The engine's row is its last state; the states between are told with what was filled until then.
      const isLast = index === own.length - 1;
      events.push({ type: "order", order: isLast && isFill(order) ? order : asFilled(order, filledLots), fill });
    }
    const told = own.length > 0 && isFill(order);
    const isNewAndOpen = before === undefined && order.filledLots === 0 && order.status === "working";
    if (!told && !isNewAndOpen) events.push({ type: "order", order, fill: null });
    this.#keep(order, orderId);
  }

  #keep(order: OrderRow, orderId: OrderId): void {
    this.#orders.set(orderId, order);
    this.#byClientId.set(`${order.accountId} ${order.clientOrderId}`, orderId);
    if (order.leavesLots > 0) {
      this.#open.set(orderId, order);
      return;
    }
    this.#open.delete(orderId);
    this.#finished.push(orderId);
    if (this.#finished.length > 2 * FINISHED_KEPT) {
      for (const old of this.#finished.splice(0, FINISHED_KEPT)) this.#forget(old);
    }
  }

  #forgetAll(): void {
    for (const kept of [this.#orders, this.#open, this.#byClientId, this.#fees, this.#balances]) kept.clear();
    this.#finished.length = 0;
  }

  #forget(orderId: OrderId): void {
    const order = this.#orders.get(orderId);
    this.#orders.delete(orderId);
    this.#fees.delete(orderId);
    if (order === undefined) return;
    const key = `${order.accountId} ${order.clientOrderId}`;
    if (this.#byClientId.get(key) === orderId) this.#byClientId.delete(key);
  }
}

function eventsOf(events: Map<AccountId, AccountEvent[]>, accountId: AccountId): AccountEvent[] {
  const list = events.get(accountId) ?? [];
  events.set(accountId, list);
  return list;
}

function isFill(order: OrderRow): boolean {
  return order.status === "filled" || order.status === "partiallyFilled";
}

function asAccepted(order: OrderRow): OrderRow {
  // Nothing was filled yet when it was accepted.
  return {
    ...order,
    filledLots: 0 as OrderRow["filledLots"],
    leavesLots: order.lots,
    averageTicks: null,
    status: "working",
    cancelReason: null,
    updatedUs: order.createdUs,
  };
}

function asFilled(order: OrderRow, filledLots: number): OrderRow {
  const leaves = Math.max(0, order.lots - filledLots);
  // Parts of the order's own quantity.
  return {
    ...order,
    filledLots: filledLots as OrderRow["filledLots"],
    leavesLots: leaves as OrderRow["leavesLots"],
    status: leaves === 0 ? "filled" : "partiallyFilled",
    cancelReason: null,
  };
}
