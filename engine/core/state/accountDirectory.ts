import { invariant } from "../../../shared/assert.ts";
import type { Account } from "../../../shared/catalog.ts";
import { HandleTable } from "./handleTable.ts";

const INITIAL_BYTES = 4_096;
const INITIAL_ACCOUNTS = 64;
/** A UTF-16 code unit takes at most so many bytes. */
const MOST_BYTES_PER_UNIT = 3;

/**
 * Who the accounts are: what OpenAccount said of each, by account id. Kept as texts in one buffer, since a million objects would be walked by
 * every collection of garbage and stop trading for a tenth of a second each time.
 */
export class AccountDirectory {
  private bytes = new Uint8Array(INITIAL_BYTES);
  /** Where each account's text ends; account n's begins where that of n - 1 ends. */
  private ends = new Uint32Array(INITIAL_ACCOUNTS);
  private readonly byCode = new HandleTable();
  private opened = 0;

  get length(): number {
    return this.opened;
  }

  /** Adds the account with the next id. */
  add(account: Account): void {
    const text = JSON.stringify(account);
    const begin = this.ends[this.opened]!;
    this.reserve(begin + text.length * MOST_BYTES_PER_UNIT);
    this.opened += 1;
    this.ends[this.opened] = this.write(text, begin);
    this.byCode.add(hashOfText(account.code), this.opened);
  }

  has(accountId: number): boolean {
    return accountId >= 1 && accountId <= this.opened;
  }

  /** The account must exist. */
  get(accountId: number): Account {
    if (!this.has(accountId)) invariant(false, `no account ${accountId}`);
    // The text was made from an account.
    return JSON.parse(this.read(this.ends[accountId - 1]!, this.ends[accountId]!)) as Account;
  }

  hasCode(code: string): boolean {
    const table = this.byCode;
    const hash = hashOfText(code);
    for (let at = table.start(hash); table.handleAt(at) !== 0; at = table.next(at)) {
      if (table.hashAt(at) === hash && this.get(table.handleAt(at)).code === code) return true;
    }
    return false;
  }

  /** In order of ids. */
  *[Symbol.iterator](): Generator<Account> {
    for (let accountId = 1; accountId <= this.opened; accountId += 1) yield this.get(accountId);
  }

  private reserve(bytes: number): void {
    if (bytes > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, bytes));
      larger.set(this.bytes);
      this.bytes = larger;
    }
    if (this.opened + 1 === this.ends.length) {
      const larger = new Uint32Array(this.ends.length * 2);
      larger.set(this.ends);
      this.ends = larger;
    }
  }

  /** Answers where the text ends. Code units below 128 take a byte, others a mark and two bytes. */
  private write(text: string, begin: number): number {
    let at = begin;
    for (let n = 0; n < text.length; n += 1) {
      const unit = text.charCodeAt(n);
      if (unit < MARK) {
        this.bytes[at] = unit;
        at += 1;
      } else {
        this.bytes[at] = MARK;
        this.bytes[at + 1] = unit >>> 8;
        this.bytes[at + 2] = unit;
        at += MOST_BYTES_PER_UNIT;
      }
    }
    return at;
  }

  private read(begin: number, end: number): string {
    let text = "";
    for (let at = begin; at < end;) {
      const byte = this.bytes[at]!;
      text += String.fromCharCode(byte < MARK ? byte : (this.bytes[at + 1]! << 8) | this.bytes[at + 2]!);
      at += byte < MARK ? 1 : MOST_BYTES_PER_UNIT;
    }
    return text;
  }
}

/** Begins a code unit that does not fit into seven bits. */
const MARK = 128;

/** FNV-1a over code units. */
function hashOfText(text: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let n = 0; n < text.length; n += 1) hash = Math.imul(hash ^ text.charCodeAt(n), 0x01000193);
  return hash ^ (hash >>> 15);
}
