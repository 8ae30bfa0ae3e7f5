import type { Account } from "../../../shared/catalog.ts";
import type { AccountId } from "../../../shared/ids.ts";

/** Which accounts belong together: a client connects as one owner and sees and trades that owner's accounts. */
export class Owners {
  /** Owner's number by account id; owners are numbered from 0 in the order of their first account. */
  readonly #ownerOf: number[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #accounts: AccountId[][] = [];

  add(account: Account): void {
    this.#ownerOf[account.accountId] = this.number(account.owner);
    this.#accounts[this.number(account.owner)]?.push(account.accountId);
  }

  /** The owner's number; an owner without accounts gets one too. */
  number(owner: string): number {
    const known = this.#numbers.get(owner);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(owner, number);
    this.#accounts.push([]);
    return number;
  }

  /** The owner's number of an account that exists. */
  of(accountId: number): number {
    return this.#ownerOf[accountId] ?? -1;
  }

  /** Ids of an owner's accounts, ascending. */
  accounts(owner: number): readonly AccountId[] {
    return this.#accounts[owner] ?? [];
  }
}
