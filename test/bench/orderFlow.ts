import { createEngine, decide, lastSeq, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { commandLayouts, plainLayouts } from "../../engine/core/records/layout.ts";
import { encodeCommands, RecordCursor, type PackedRecords } from "../../engine/core/records/records.ts";
import { packTerms } from "../../engine/core/records/terms.ts";
import { commandSchema, type Command } from "../../shared/commands.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { Dice } from "./dice.ts";
import { licensing, riskTree } from "./guardedVenue.ts";
import { BUY, CANCEL, MARKET, REPLACE, SELL, type Mix } from "./matching/mixes.ts";

/** Mixes as packed commands of many accounts, made beforehand, so that a benchmark times the engine alone. */
export type OrderFlow = {
  /** Assets, accounts, their money and the instruments. */
  readonly venue: PackedRecords;
  /** The orders that rest before the measurement begins. */
  readonly setup: PackedRecords;
  readonly commands: PackedRecords;
};

/** Venue time of every command; it may stand still. */
export const VENUE_US = 1_700_000_000_000_000;

const FEE_ACCOUNT = 1;
const USD = 1;
const BTC = 2;
const FIRST_TRADER = 2;
const OPERATOR = "operator";

/**
 * Two assets, `instruments` instruments between them and funded accounts 2 to accounts + 1; guarded ones with licences, fee schedule and
 * limits.
 */
export function venueCommands(accounts: number, instruments: number, isGuarded = false): PackedRecords {
  const commands: Command[] = [
    { type: "DefineAsset", asset: { assetId: USD, code: "USD", decimals: 7, usdMillionths: 1_000_000 } },
    { type: "DefineAsset", asset: { assetId: BTC, code: "BTC", decimals: 8 } },
    ...(isGuarded ? licensing() : []),
    {
      type: "OpenAccount",
      account: { accountId: FEE_ACCOUNT, code: "FEES", name: "Fees", owner: "house", clientClass: "house", receivesFees: true },
    },
  ].map((command) => commandSchema.parse(command));
  for (let instrumentId = 1; instrumentId <= instruments; instrumentId += 1) {
    const instrument = {
      instrumentId,
      symbol: `BTCUSD${instrumentId}`,
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
      venueId: isGuarded ? 1 : null,
    };
    commands.push(commandSchema.parse({ type: "ListInstrument", instrument }));
  }
  for (let accountId = FIRST_TRADER; accountId < FIRST_TRADER + accounts; accountId += 1) {
    const code = `A${accountId}`;
    const account = { accountId, code, name: code, owner: "bench", clientClass: "retail", receivesFees: false, residence: "HK" };
    commands.push(
      commandSchema.parse({ type: "OpenAccount", account }),
      commandSchema.parse({ type: "DepositFunds", accountId, assetId: USD, amount: 10 ** 14 }),
      commandSchema.parse({ type: "DepositFunds", accountId, assetId: BTC, amount: 10 ** 13 }),
    );
  }
  const sent = commands.map((command) => ({ command, actor: OPERATOR }));
  const traders = Array.from({ length: accounts }, (_, n) => FIRST_TRADER + n);
  return encodeCommands(isGuarded ? [...sent, ...riskTree(traders, instruments, 2 * sent.length)] : sent);
}

const COMMANDS_PER_BATCH = 1_000;

/** The journal takes a batch by transfer: its memory leaves this thread. */
export function handOn(engine: Engine): void {
  const batch = takeBatch(engine);
  // A batch's numbers have a buffer of their own.
  if (batch !== null) (batch.numbers.buffer as ArrayBuffer).transfer(0);
}

/** Decides the commands and hands a batch on now and then, as the engine's thread does. */
export function decideAll(engine: Engine, packed: PackedRecords): void {
  const cursor = new RecordCursor(packed);
  let sinceTake = 0;
  while (cursor.next()) {
    decide(engine, cursor, VENUE_US as EpochUs);
    sinceTake += 1;
    if (sinceTake === COMMANDS_PER_BATCH) {
      handOn(engine);
      sinceTake = 0;
    }
  }
  handOn(engine);
}

// What an order without special terms is encoded as.
const submit = plainLayouts.SubmitOrder;
const cancel = commandLayouts.CancelOrder;
const ACTORS = ["bench"];

/** Packed rows under construction. */
class Rows {
  private numbers = new Float64Array(1 << 20);
  private length = 0;
  count = 0;

  begin(header: number, length: number): number {
    const at = this.length;
    if (at + length > this.numbers.length) {
      const larger = new Float64Array(this.numbers.length * 2);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.length += length;
    this.count += 1;
    this.numbers[at] = header;
    return at;
  }
  set(at: number, value: number): void {
    this.numbers[at] = value;
  }
  /** The row that begins there, by itself. */
  last(at: number): PackedRecords {
    return { firstSeq: 0, count: 1, numbers: this.numbers.subarray(at, this.length), texts: ACTORS };
  }
  packed(): PackedRecords {
    return { firstSeq: 0, count: this.count, numbers: this.numbers.slice(0, this.length), texts: ACTORS };
  }
}

/**
 * How orders spread over accounts. "even": each account is as likely as any other. "skewed": the probability falls with the rank as 1/rank,
 * as it roughly does among an exchange's clients; of 850,000 accounts the most active 1,000 then send half of all orders.
 */
export type Activity = "even" | "skewed";

export type FlowOptions = {
  /** One instrument each; their operations take turns. */
  readonly mixes: readonly Mix[];
  readonly accounts: number;
  readonly activity: Activity;
  readonly seed: number;
  /** Ends with cancelling whatever rests, so that the flow can be repeated. */
  readonly isClosed?: boolean;
  /** At a venue with licences, a fee schedule and limits at every level of a risk tree. */
  readonly isGuarded?: boolean;
};

const limitTerms = [BUY, SELL].map((side) => packTerms({ side: side === BUY ? "buy" : "sell", orderType: "limit", timeInForce: "gtc" }));
const marketTerms = [BUY, SELL].map((side) => packTerms({ side: side === BUY ? "buy" : "sell", orderType: "market", timeInForce: "ioc" }));

/** Turns operations into commands. An engine runs along, because a cancel names the id that the engine gave; no order meets its own account's. */
export function flowOf({ mixes, accounts, activity, seed, isClosed = false, isGuarded = false }: FlowOptions): OrderFlow {
  const dice = new Dice(seed);
  const venue = venueCommands(accounts, mixes.length, isGuarded);
  const engine = createEngine();
  decideAll(engine, venue);
  let clientOrderId = 0;
  // By mix and the mix's order id: whose the order is, and the engine's id.
  const owners = mixes.map(({ count }) => new Int32Array(count + 1));
  const orderIds = mixes.map(({ count }) => new Float64Array(count + 1));

  const anyone = (): number => FIRST_TRADER + (activity === "even" ? dice.below(accounts) : dice.byRank(accounts));
  const run = (rows: Rows, at: number): void => {
    const cursor = new RecordCursor(rows.last(at));
    cursor.next();
    decide(engine, cursor, VENUE_US as EpochUs);
    engine.log.take(0);
  };
  const cancelOrder = (rows: Rows, which: number, id: number): void => {
    const at = rows.begin(cancel.header, cancel.length);
    rows.set(at + cancel.slots.accountId, owners[which]![id]!);
    rows.set(at + cancel.slots.orderId, orderIds[which]![id]!);
    run(rows, at);
  };
  const submitOrder = (rows: Rows, which: number, n: number): void => {
    const mix = mixes[which]!;
    const met = mix.met.get(n) ?? [];
    let accountId = anyone();
    while (met.some((id) => owners[which]![id] === accountId)) accountId = anyone();
    const id = mix.id[n]!;
    const side = mix.side[n]!;
    const isMarket = mix.kind[n] === MARKET;
    clientOrderId += 1;
    owners[which]![id] = accountId;
    // Its command comes next, its acceptance after that.
    orderIds[which]![id] = lastSeq(engine) + 2;
    const at = rows.begin(submit.header, submit.length);
    rows.set(at + submit.slots.accountId, accountId);
    rows.set(at + submit.slots.instrumentId, which + 1);
    rows.set(at + submit.slots.clientOrderId, clientOrderId);
    rows.set(at + submit.slots.terms, (isMarket ? marketTerms : limitTerms)[side]!);
    rows.set(at + submit.slots.limitTicks, isMarket ? 0 : mix.ticks[n]!);
    rows.set(at + submit.slots.lots, mix.lots[n]!);
    run(rows, at);
  };
  const operation = (rows: Rows, which: number, n: number): void => {
    const mix = mixes[which]!;
    const kind = mix.kind[n];
    if (kind === CANCEL) return cancelOrder(rows, which, mix.id[n]!);
    if (kind === REPLACE) cancelOrder(rows, which, mix.replacedId[n]!);
    submitOrder(rows, which, n);
  };

  const setup = new Rows();
  for (const [which, mix] of mixes.entries()) for (let n = 0; n < mix.setup; n += 1) operation(setup, which, n);
  const commands = new Rows();
  const longest = Math.max(...mixes.map(({ count, setup: filled }) => count - filled));
  for (let turn = 0; turn < longest; turn += 1) {
    for (const [which, mix] of mixes.entries()) if (mix.setup + turn < mix.count) operation(commands, which, mix.setup + turn);
  }
  if (isClosed) for (const [which, { open }] of mixes.entries()) for (const id of open) cancelOrder(commands, which, id);
  return { venue, setup: setup.packed(), commands: commands.packed() };
}
