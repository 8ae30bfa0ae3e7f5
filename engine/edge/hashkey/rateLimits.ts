import { ApiError } from "./apiError.ts";

/*
 * The venue limits each key, and answers 429; who goes on after that is blocked by address with 418. Its present budgets are not published,
 * so these are the stricter of what is known, and a key may carry others. All times here are the machine's: a limit protects the machine.
 */

/** Budgets of a key: weight of queries and number of orders in a second. */
export type KeyLimits = { readonly queriesPerSecond: number; readonly ordersPerSecond: number };

/** Ten units of weight a second are what client libraries pace themselves to; 20 orders a second are documented. */
export const DEFAULT_LIMITS: KeyLimits = { queriesPerSecond: 10, ordersPerSecond: 20 };

/** Weight that an address may spend on public data in a second. */
const PUBLIC_PER_SECOND = 100;
/** A budget may be saved up for so long. */
const BURST_SECONDS = 5;
/** Orders are not saved up: the limit is a rate. */
const ORDER_BURST_SECONDS = 1;
const SUSPENSION_MS = 60_000;
/** So many refusals in a row of time make an address blocked. */
const REFUSALS_TO_BLOCK = 20;
const REFUSAL_WINDOW_MS = 10_000;
const BLOCK_MS = 120_000;
const MOST_ADDRESSES = 10_000;

class Budget {
  readonly #perMs: number;
  readonly #capacity: number;
  #left: number;
  #atMs: number;

  constructor(perSecond: number, burstSeconds: number, nowMs: number) {
    this.#perMs = perSecond / 1_000;
    this.#capacity = Math.max(1, perSecond * burstSeconds);
    this.#left = this.#capacity;
    this.#atMs = nowMs;
  }

  spend(weight: number, nowMs: number): boolean {
    this.#left = Math.min(this.#capacity, this.#left + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    // A request that weighs more than the whole budget passes with a full one.
    const cost = Math.min(weight, this.#capacity);
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }
}

type Address = { readonly budget: Budget; refusals: number; sinceMs: number; blockedUntilMs: number };
type KeyState = { readonly queries: Budget; readonly orders: Budget; suspendedUntilMs: number };

export class RateLimits {
  readonly #nowMs: () => number;
  readonly #addresses = new Map<string, Address>();
  readonly #keys = new Map<string, KeyState>();

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** 418 for an address that went on sending after its refusals; throws ApiError. */
  admit(ip: string): void {
    if (this.#address(ip).blockedUntilMs > this.#nowMs()) {
      throw new ApiError(418, "0003", "This address kept sending after it was limited and is blocked for two minutes.");
    }
  }

  /** Throws ApiError 429 when the address has spent its budget for public data. */
  spendPublic(ip: string, weight: number): void {
    if (!this.#address(ip).budget.spend(weight, this.#nowMs())) this.#refuse(ip, "Too many requests from this address.");
  }

  /** Throws ApiError 429 when the key has spent its budget; too many orders suspend its orders for a minute. */
  spend(ip: string, key: { readonly accessKey: string; readonly limits: KeyLimits }, kind: "query" | "order", weight: number): void {
    const nowMs = this.#nowMs();
    const state = this.#key(key, nowMs);
    if (kind === "query") {
      if (!state.queries.spend(weight, nowMs)) this.#refuse(ip, "Too many queries with this key.");
      return;
    }
    if (state.suspendedUntilMs > nowMs) this.#refuse(ip, "Too many orders with this key; its orders are suspended for a minute.");
    if (!state.orders.spend(weight, nowMs)) {
      state.suspendedUntilMs = nowMs + SUSPENSION_MS;
      this.#refuse(ip, "Too many orders with this key; its orders are suspended for a minute.");
    }
  }

  #refuse(ip: string, message: string): never {
    const address = this.#address(ip);
    const nowMs = this.#nowMs();
    if (nowMs - address.sinceMs > REFUSAL_WINDOW_MS) {
      address.refusals = 0;
      address.sinceMs = nowMs;
    }
    address.refusals += 1;
    if (address.refusals >= REFUSALS_TO_BLOCK) {
      address.refusals = 0;
      address.blockedUntilMs = nowMs + BLOCK_MS;
    }
    throw new ApiError(429, "0003", message);
  }

  #address(ip: string): Address {
    const known = this.#addresses.get(ip);
    if (known !== undefined) return known;
    if (this.#addresses.size >= MOST_ADDRESSES) this.#addresses.clear();
    const nowMs = this.#nowMs();
    const address = { budget: new Budget(PUBLIC_PER_SECOND, BURST_SECONDS, nowMs), refusals: 0, sinceMs: nowMs, blockedUntilMs: 0 };
    this.#addresses.set(ip, address);
    return address;
  }

  #key({ accessKey, limits }: { readonly accessKey: string; readonly limits: KeyLimits }, nowMs: number): KeyState {
    const known = this.#keys.get(accessKey);
    if (known !== undefined) return known;
    const state = {
      queries: new Budget(limits.queriesPerSecond, BURST_SECONDS, nowMs),
      orders: new Budget(limits.ordersPerSecond, ORDER_BURST_SECONDS, nowMs),
      suspendedUntilMs: 0,
    };
    this.#keys.set(accessKey, state);
    return state;
  }
}
