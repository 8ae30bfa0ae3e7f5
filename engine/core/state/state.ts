import { AccountPool } from "./accounts.ts";
import { Balances } from "./balances.ts";
import { Books } from "./books.ts";
import { Catalog } from "./catalog.ts";
import { ClientOrderIds } from "./clientOrderIds.ts";
import { DueOrders } from "./dueOrders.ts";
import { FeeBook } from "./feeBook.ts";
import { FeeVolumePool } from "./feeVolumes.ts";
import { MarketPool } from "./markets.ts";
import { OrderLists } from "./orderLists.ts";
import { OrderPool } from "./orders.ts";
import { SpecialPool } from "./specials.ts";
import { Watches } from "./watches.ts";
import { RiskState } from "../risk/riskState.ts";
import { Routes } from "./routes.ts";
import { Rulebook } from "./rulebook.ts";

/** Sequence and time live in a typed array: as object fields they would be boxed anew with every record. */
const LAST_SEQ = 0;
const LAST_AT_US = 1;
const ADVANCED_US = 2;
const ADVANCED_SEQ = 3;

/** Everything that decisions depend on. Only evolve() changes it. */
export class EngineState {
  readonly catalog = new Catalog();
  readonly rulebook = new Rulebook();
  readonly fees = new FeeBook(this.catalog);
  readonly volumes = new FeeVolumePool();
  readonly accounts = new AccountPool();
  readonly balances = new Balances(this.accounts);
  readonly orders = new OrderPool();
  readonly specials = new SpecialPool();
  readonly dueOrders = new DueOrders(this.orders, this.specials);
  readonly lists = new OrderLists();
  readonly watches = new Watches(this.specials);
  readonly clientOrderIds = new ClientOrderIds(this.accounts, this.orders);
  readonly books = new Books(this.orders, this.specials);
  readonly markets = new MarketPool();
  readonly risk = new RiskState();
  readonly routes = new Routes();
  /** Units of each asset that deposits, and fills at an outside venue, have brought in, by asset id less 1: what all balances of the asset sum to. */
  readonly issued: bigint[] = [];
  private readonly clock = new Float64Array(4);

  get lastSeq(): number {
    return this.clock[LAST_SEQ]!;
  }
  set lastSeq(seq: number) {
    this.clock[LAST_SEQ] = seq;
  }

  /** Venue time of the last command. */
  get lastAtUs(): number {
    return this.clock[LAST_AT_US]!;
  }
  set lastAtUs(atUs: number) {
    this.clock[LAST_AT_US] = atUs;
  }

  /** Time of the last AdvanceTime: what was due until then has happened. */
  get advancedUs(): number {
    return this.clock[ADVANCED_US]!;
  }
  set advancedUs(atUs: number) {
    this.clock[ADVANCED_US] = atUs;
  }
  /** Scratch: sequence number of the last TimeAdvanced; 0 after a restore. It decides nothing but when the next AdvanceTime is due. */
  get advancedSeq(): number {
    return this.clock[ADVANCED_SEQ]!;
  }
  set advancedSeq(seq: number) {
    this.clock[ADVANCED_SEQ] = seq;
  }
}
