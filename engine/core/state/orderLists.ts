import type { OrderList } from "../../../shared/orderLists.ts";
import { IdHeap } from "./idHeap.ts";

/** Why an order of a list is no longer open. */
export type Ending = "none" | "filled" | "withdrawn" | "prevented";

/** An order list while any of its orders is open or due. */
export type OpenList = {
  readonly listId: number;
  readonly accountId: number;
  readonly instrumentId: number;
  readonly clientOrderId: number;
  /** The bracket whose fills this pair of exits closes; 0 for a list that was sent. */
  readonly parentListId: number;
  readonly list: OrderList;
  /** Why its sender insists on orders beyond soft bounds (RK-27); null without. */
  readonly confirmation: string | null;
  /** Who sent it; for a pair of exits, who sent the bracket. Its later orders are theirs too. */
  readonly actor: string;
  /** Ids of its open orders, in order of acceptance. */
  orders: number[];
  /** Orders accepted so far. */
  accepted: number;
  /** Of a bracket's entry: lots filled, and lots that have exits. */
  filledLots: number;
  coveredLots: number;
  /** How its last order that closed came to its end. */
  ending: Ending;
};

/** All open order lists. They are few and long-lived, so they are plain objects. */
export class OrderLists {
  readonly open = new Map<number, OpenList>();
  /** Lists of whose orders any changed since the last command began; what they call for is settled within it. */
  private readonly touched = new IdHeap();
  hasTouched = false;

  get(listId: number): OpenList | undefined {
    return this.open.get(listId);
  }

  touch(listId: number): void {
    if (!this.open.has(listId)) return;
    this.touched.add(listId);
    this.hasTouched = true;
  }

  /** The oldest of the lists that were touched, which then no longer is; 0 if none was. */
  takeTouched(): number {
    return this.touched.take();
  }

  /** Forgets what was touched: a new command begins, or everything is settled. */
  settled(): void {
    this.touched.clear();
    this.hasTouched = false;
  }
}
