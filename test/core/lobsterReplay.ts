import { depth } from "../../engine/core/queries.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import { Driver, type PlainCommand } from "./drive.ts";

/** A message of the file: a resting order comes, shrinks, goes, or is executed. Prices in cents, which are the ticks here. */
export type Message = {
  readonly time: string;
  readonly type: string;
  readonly id: string;
  readonly lots: number;
  readonly ticks: number;
  readonly side: "buy" | "sell";
};

export const ADDED = "1";
export const SHRUNK = "2";
export const DELETED = "3";
export const EXECUTED = "4";

/** What one resting order gave to an aggressive one. */
export type Taken = { readonly id: string; readonly lots: number; readonly ticks: number };

/** Columns: time, type, order id, size, price × 10,000, direction (1 is buy). */
export function messageOf([time = "", type = "", id = "", size = "", price = "", direction = ""]: readonly string[]): Message {
  return { time, type, id, lots: Number(size), ticks: Number(price) / 100, side: direction === "1" ? "buy" : "sell" };
}

const FEES = 1;
/** Everybody whose orders rest, and everybody who takes: two accounts, so that no order meets its own account's. */
const MAKER = 2;
const TAKER = 3;
const USD = 1;
const SHARES = 2;
const AAPL_USD = 1 as InstrumentId;
const LEVELS = 10;

const account = (accountId: number, code: string): PlainCommand => ({
  type: "OpenAccount",
  account: { accountId, code, name: code, owner: code.toLowerCase(), clientClass: "house", receivesFees: accountId === FEES },
});

const venue: readonly PlainCommand[] = [
  { type: "DefineAsset", asset: { assetId: USD, code: "USD", decimals: 2 } },
  { type: "DefineAsset", asset: { assetId: SHARES, code: "AAPL", decimals: 0 } },
  account(FEES, "FEES"),
  account(MAKER, "MAKER"),
  account(TAKER, "TAKER"),
  {
    type: "ListInstrument",
    instrument: {
      instrumentId: AAPL_USD,
      symbol: "AAPLUSD",
      baseAssetId: SHARES,
      quoteAssetId: USD,
      tickSize: "0.01",
      lotSize: "1",
      baseUnitsPerLot: 1,
      quoteUnitsPerTickLot: 1,
      minLots: 1,
      maxLots: 1_000_000,
      marketMaxLots: 1_000_000,
      minNotional: 1,
      priceBandPpm: 1_000_000,
      makerFeePpm: 0,
      takerFeePpm: 0,
    },
  },
  ...[MAKER, TAKER].flatMap((accountId): PlainCommand[] => [
    { type: "DepositFunds", accountId, assetId: USD, amount: 10 ** 15 },
    { type: "DepositFunds", accountId, assetId: SHARES, amount: 10 ** 12 },
  ]),
];

/**
 * The exchange's messages as commands to the engine. An order that is going to shrink is sent as pieces that stand behind each other in the
 * queue: cancelling the last piece is then what the exchange did, a smaller order at the same place.
 */
export class LobsterReplay {
  private readonly driver = new Driver();
  /** What each order will shrink by, first shrinking first. */
  private readonly shrinkings: ReadonlyMap<string, readonly number[]>;
  /** Open pieces of each order, the first in the queue first, and whose piece an engine's order is. */
  private readonly pieces = new Map<string, number[]>();
  private readonly owners = new Map<number, string>();
  private clientOrderId = 0;
  private readonly triples = new Int32Array(3 * LEVELS);

  constructor(shrinkings: ReadonlyMap<string, readonly number[]>) {
    this.shrinkings = shrinkings;
    this.driver.sendAll(venue);
  }

  add({ id, side, ticks, lots }: Omit<Message, "time" | "type">): void {
    const behind = (this.shrinkings.get(id) ?? []).toReversed();
    const front = lots - behind.reduce((sum, piece) => sum + piece, 0);
    const sizes = [front, ...behind].filter((piece) => piece > 0);
    this.pieces.set(
      id,
      sizes.map((piece) => this.rest(id, side, ticks, piece)),
    );
  }

  shrink(id: string): void {
    const last = this.pieces.get(id)?.pop();
    if (last === undefined) throw new Error(`order ${id} has no piece left to take off`);
    this.cancel(last);
  }

  delete(id: string): void {
    for (const piece of this.pieces.get(id) ?? []) if (this.owners.has(piece)) this.cancel(piece);
    this.pieces.delete(id);
  }

  /** Sends one aggressive order; what it took, pieces of one order joined. */
  take(against: "buy" | "sell", ticks: number, lots: number): Taken[] {
    const taken: Taken[] = [];
    const side = against === "buy" ? "sell" : "buy";
    for (const event of this.submit(TAKER, { side, limitTicks: ticks, lots, timeInForce: "ioc" })) {
      if (event.type !== "OrderFilled") continue;
      const id = this.owners.get(event.makerOrderId) ?? "nobody's";
      const last = taken.at(-1);
      if (last?.id === id && last.ticks === event.ticks) taken[taken.length - 1] = { ...last, lots: last.lots + event.lots };
      else taken.push({ id, lots: event.lots, ticks: event.ticks });
      if (event.makerLeavesLots === 0) this.owners.delete(event.makerOrderId);
    }
    return taken;
  }

  /** The ten best levels of both sides: ask price, size, bid price, size, level by level; empty ones left out. */
  top(): number[][] {
    const levels: number[][] = Array.from({ length: LEVELS }, () => []);
    for (const side of ["sell", "buy"] as const) {
      const written = depth(this.driver.engine, AAPL_USD, side, this.triples, LEVELS);
      for (let n = 0; n < written; n += 1) levels[n]!.push(this.triples[n * 3]!, this.triples[n * 3 + 1]!);
    }
    return levels;
  }

  private rest(id: string, side: "buy" | "sell", limitTicks: number, lots: number): number {
    const rested = this.submit(MAKER, { side, limitTicks, lots, timeInForce: "gtc" }).at(-1);
    if (rested?.type !== "OrderRested") throw new Error(`order ${id} does not rest: ${JSON.stringify(rested)}`);
    this.owners.set(rested.orderId, id);
    return rested.orderId;
  }

  private submit(
    accountId: number,
    terms: { readonly side: "buy" | "sell"; readonly limitTicks: number; readonly lots: number; readonly timeInForce: "gtc" | "ioc" },
  ): ReturnType<Driver["send"]> {
    this.clientOrderId += 1;
    const order = { accountId, instrumentId: AAPL_USD, clientOrderId: this.clientOrderId, orderType: "limit" as const, ...terms };
    return this.driver.send({ type: "SubmitOrder", ...order });
  }

  private cancel(orderId: number): void {
    this.driver.send({ type: "CancelOrder", accountId: MAKER, orderId });
    this.owners.delete(orderId);
  }
}
