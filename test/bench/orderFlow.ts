import { createEngine, decide, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { commandLayouts, eventKinds, eventLayouts } from "../../engine/core/layout.ts";
import { encodeCommands, RecordCursor, type PackedRecords } from "../../engine/core/records.ts";
import { packTerms } from "../../engine/core/terms.ts";
import { commandSchema } from "../../shared/commands.ts";
import type { EpochUs } from "../../shared/ids.ts";
import type { OrderType, Side, TimeInForce } from "../../shared/orders.ts";

/** A seeded order flow as packed commands, made beforehand, so that a benchmark times the engine alone. */
export type OrderFlow = {
  /** Assets, accounts, their money and the instrument. */
  readonly venue: PackedRecords;
  /** The orders that rest before the measurement begins. */
  readonly restingOrders: PackedRecords;
  readonly commands: PackedRecords;
};

/** Venue time of every command; it may stand still. */
export const VENUE_US = 1_700_000_000_000_000;

/** xorshift32: integers only, the same on every machine. */
export class Dice {
  private state: number;
  constructor(seed: number) {
    this.state = seed | 0 || 1;
  }
  /** 0 to below - 1. */
  below(below: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % below;
  }
  /** Exponentially distributed with this mean, rounded down. */
  exponential(mean: number): number {
    return Math.floor(-mean * Math.log((this.below(1_000_000) + 1) / 1_000_001));
  }
}

const FEE_ACCOUNT = 1;
const USD = 1;
const BTC = 2;
const FIRST_TRADER = 2;

/** Two assets, one instrument and funded accounts 2 to accounts + 1. */
function venueCommands(accounts: number): PackedRecords {
  const commands: unknown[] = [
    { type: "DefineAsset", asset: { assetId: USD, code: "USD", decimals: 7 } },
    { type: "DefineAsset", asset: { assetId: BTC, code: "BTC", decimals: 8 } },
    {
      type: "OpenAccount",
      account: { accountId: FEE_ACCOUNT, code: "FEES", name: "Fees", owner: "house", clientClass: "house", receivesFees: true },
    },
    {
      type: "ListInstrument",
      instrument: {
        instrumentId: 1,
        symbol: "BTCUSD",
        baseAssetId: BTC,
        quoteAssetId: USD,
        tickSize: "0.01",
        lotSize: "0.00001",
        baseUnitsPerLot: 1_000,
        quoteUnitsPerTickLot: 1,
        minLots: 1,
        maxLots: 1_000_000,
        marketMaxLots: 1_000_000,
        minNotional: 1,
        priceBandPpm: 100_000,
        makerFeePpm: 500,
        takerFeePpm: 1_000,
      },
    },
  ];
  for (let accountId = 2; accountId <= accounts + 1; accountId += 1) {
    const code = `A${accountId}`;
    commands.push(
      { type: "OpenAccount", account: { accountId, code, name: code, owner: "bench", clientClass: "retail", receivesFees: false } },
      { type: "DepositFunds", accountId, assetId: USD, amount: 10 ** 14 },
      { type: "DepositFunds", accountId, assetId: BTC, amount: 10 ** 13 },
    );
  }
  return encodeCommands(commands.map((command) => ({ command: commandSchema.parse(command), actor: "operator" })));
}

const COMMANDS_PER_BATCH = 1_000;

/** Decides the commands and takes a batch now and then, as the journal would. */
export function decideAll(engine: Engine, packed: PackedRecords): void {
  const cursor = new RecordCursor(packed);
  let sinceTake = 0;
  while (cursor.next()) {
    decide(engine, cursor, VENUE_US as EpochUs);
    sinceTake += 1;
    if (sinceTake === COMMANDS_PER_BATCH) {
      takeBatch(engine);
      sinceTake = 0;
    }
  }
  takeBatch(engine);
}

/** Packed rows under construction. */
class Rows {
  private numbers = new Float64Array(1 << 20);
  private length = 0;
  count = 0;
  push(row: Float64Array): void {
    if (this.length + row.length > this.numbers.length) {
      const larger = new Float64Array(this.numbers.length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers.set(row, this.length);
    this.length += row.length;
    this.count += 1;
  }
  packed(): PackedRecords {
    return { firstSeq: 0, count: this.count, numbers: this.numbers.slice(0, this.length), texts: ["bench"] };
  }
}

const submit = commandLayouts.SubmitOrder;
const cancel = commandLayouts.CancelOrder;

type FlowOrder = {
  readonly accountId: number;
  readonly clientOrderId: number;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce;
  /** 0 for a market order. */
  readonly limitTicks: number;
  readonly lots: number;
};

function submitRow(order: FlowOrder): Float64Array {
  const row = new Float64Array(submit.length);
  row[0] = submit.header;
  row[submit.slots.accountId] = order.accountId;
  row[submit.slots.instrumentId] = 1;
  row[submit.slots.clientOrderId] = order.clientOrderId;
  row[submit.slots.terms] = packTerms(order);
  row[submit.slots.limitTicks] = order.limitTicks;
  row[submit.slots.lots] = order.lots;
  return row;
}

function cancelRow(accountId: number, orderId: number): Float64Array {
  const row = new Float64Array(cancel.length);
  row[0] = cancel.header;
  row[cancel.slots.accountId] = accountId;
  row[cancel.slots.orderId] = orderId;
  return row;
}

/** The open orders of a flow under construction, with quick access to any of them. */
class OpenOrders {
  private readonly ids: number[] = [];
  private readonly accounts: number[] = [];
  private readonly places = new Map<number, number>();

  get size(): number {
    return this.ids.length;
  }

  add(orderId: number, accountId: number): void {
    this.places.set(orderId, this.ids.length);
    this.ids.push(orderId);
    this.accounts.push(accountId);
  }

  /** Removes the order if it is there; the last one takes its place. */
  remove(orderId: number): void {
    const place = this.places.get(orderId);
    if (place === undefined) return;
    const lastId = this.ids.pop()!;
    const lastAccount = this.accounts.pop()!;
    this.places.delete(orderId);
    if (lastId === orderId) return;
    this.ids[place] = lastId;
    this.accounts[place] = lastAccount;
    this.places.set(lastId, place);
  }

  cancelRow(place: number): Float64Array {
    return cancelRow(this.accounts[place]!, this.ids[place]!);
  }
}

export type FlowOptions = {
  readonly steps: number;
  readonly resting: number;
  /** Mean distance of passive orders from the middle. */
  readonly meanTicks: number;
  readonly accounts: number;
  readonly seed: number;
};

/**
 * Mix b, the realistic one: `resting` orders beforehand at exponential distance, then 48 % passive adds, 45 % cancels of a random open
 * order, 7 % aggressive orders (half market, half limit up to 3 ticks through); the middle walks a tick in 2 % of the steps; feedback
 * keeps about `resting` orders. The flow is made against a running engine, because cancels name order ids.
 */
export function realisticFlow({ steps, resting, meanTicks, accounts, seed }: FlowOptions): OrderFlow {
  const dice = new Dice(seed);
  const venue = venueCommands(accounts);
  const engine = createEngine();
  decideAll(engine, venue);
  const open = new OpenOrders();
  let mid = 100_000 + meanTicks * 20;
  let clientOrderId = 0;

  const run = (row: Float64Array, rows: Rows): void => {
    rows.push(row);
    const cursor = new RecordCursor({ firstSeq: 0, count: 1, numbers: row, texts: ["bench"] });
    cursor.next();
    decide(engine, cursor, VENUE_US as EpochUs);
    const records = new RecordCursor(takeBatch(engine)!);
    while (records.next()) {
      if (records.kind === eventKinds.OrderRested)
        open.add(records.get(eventLayouts.OrderRested.slots.orderId), row[submit.slots.accountId]!);
      if (records.kind === eventKinds.OrderCancelled) open.remove(records.get(eventLayouts.OrderCancelled.slots.orderId));
      const isMakerGone = records.kind === eventKinds.OrderFilled && records.get(eventLayouts.OrderFilled.slots.makerLeavesLots) === 0;
      if (isMakerGone) open.remove(records.get(eventLayouts.OrderFilled.slots.makerOrderId));
    }
  };
  const order = (changes: Pick<FlowOrder, "orderType" | "timeInForce" | "side" | "limitTicks" | "lots">): Float64Array => {
    clientOrderId += 1;
    return submitRow({ accountId: FIRST_TRADER + dice.below(accounts), clientOrderId, ...changes });
  };
  const anySide = (): Side => (dice.below(2) === 0 ? "buy" : "sell");
  const passive = (): Float64Array => {
    const side = anySide();
    const distance = 1 + dice.exponential(meanTicks);
    const limitTicks = Math.max(1, side === "buy" ? mid - distance : mid + distance);
    return order({ side, orderType: "limit", timeInForce: "gtc", limitTicks, lots: 1 + dice.below(100) });
  };
  const aggressive = (): Float64Array => {
    const side = anySide();
    const lots = 1 + dice.below(43);
    if (dice.below(2) === 0) return order({ side, orderType: "market", timeInForce: "ioc", limitTicks: 0, lots });
    const through = dice.below(4);
    return order({ side, orderType: "limit", timeInForce: "gtc", limitTicks: side === "buy" ? mid + through : mid - through, lots });
  };

  const restingOrders = new Rows();
  for (let n = 0; n < resting; n += 1) run(passive(), restingOrders);
  const commands = new Rows();
  for (let n = 0; n < steps; n += 1) {
    if (dice.below(100) < 2) mid += dice.below(2) === 0 ? 1 : -1;
    const roll = dice.below(100);
    const correction = open.size > resting ? -5 : 5;
    if (roll < 48 + correction) run(passive(), commands);
    else if (roll < 93 && open.size > 0) run(open.cancelRow(dice.below(open.size)), commands);
    else run(aggressive(), commands);
  }
  return { venue, restingOrders: restingOrders.packed(), commands: commands.packed() };
}
