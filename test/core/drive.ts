import { createEngine, decide, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { RecordCursor, decodeEntries, encodeCommands, type PackedRecords } from "../../engine/core/records/records.ts";
import type { z } from "zod";
import { commandSchema, type Command } from "../../shared/commands.ts";
import type { Event, EventOf, EventType } from "../../shared/events.ts";
import type { EpochUs } from "../../shared/ids.ts";

/** A command as a person writes it in a test: plain numbers, checked and branded by the schema. */
export type PlainCommand = z.input<typeof commandSchema>;
export type PlainOrder = Partial<Omit<Extract<PlainCommand, { type: "SubmitOrder" }>, "type">>;

export const START_US = 1_700_000_000_000_000;

/** An engine under test with everything it has written. Time advances by one microsecond a command. */
export class Driver {
  readonly engine: Engine;
  readonly batches: PackedRecords[] = [];
  readonly commands: Command[] = [];
  /** The time that each command was decided at. */
  readonly timesUs: number[] = [];
  atUs = START_US;

  constructor(engine: Engine = createEngine()) {
    this.engine = engine;
  }

  /** Decides one command and answers its events. */
  send(plain: PlainCommand, actor = "tester"): Event[] {
    const command = commandSchema.parse(plain);
    this.commands.push(command);
    const cursor = new RecordCursor(encodeCommands([{ command, actor }]));
    cursor.next();
    this.atUs += 1;
    this.timesUs.push(this.atUs);
    decide(this.engine, cursor, this.atUs as EpochUs);
    const batch = takeBatch(this.engine);
    if (batch === null) throw new Error("a command was not answered");
    this.batches.push(batch);
    return this.lastEvents();
  }

  /** The events of the last command. */
  lastEvents(): Event[] {
    const batch = this.batches.at(-1);
    return batch === undefined ? [] : decodeEntries(batch).flatMap((entry) => (entry.kind === "event" ? [entry.event] : []));
  }

  sendAll(plain: readonly PlainCommand[]): void {
    for (const command of plain) this.send(command);
  }
}

/** The one event of a type; fails the test if there is none or several. */
export function only<T extends EventType>(events: readonly Event[], type: T): EventOf<T> {
  const found = events.filter((event): event is EventOf<T> => event.type === type);
  if (found.length !== 1) throw new Error(`expected one ${type}, got ${JSON.stringify(events)}`);
  return found[0]!;
}

export const FEES = 1;
export const ALICE = 2;
export const BOB = 3;
export const CAROL = 4;
export const USD = 1;
export const COIN = 2;
export const METAL = 3;
/** Small steps: a lot is one unit, a tick and lot is one unit. */
export const COIN_USD = 1;
/** Huge steps: money overflows soon. */
export const METAL_USD = 2;
/** Like the first, with volatility bands; only where a test lists it. */
export const BANDED_USD = 3;

type PlainInstrument = Extract<PlainCommand, { type: "ListInstrument" }>["instrument"];

export const coinUsd: PlainInstrument = {
  instrumentId: COIN_USD,
  symbol: "COINUSD",
  baseAssetId: COIN,
  quoteAssetId: USD,
  tickSize: "0.01",
  lotSize: "0.0001",
  baseUnitsPerLot: 1,
  quoteUnitsPerTickLot: 1,
  minLots: 2,
  maxLots: 1_000,
  marketMaxLots: 500,
  minNotional: 150,
  priceBandPpm: 100_000,
  makerFeePpm: 1_500,
  takerFeePpm: 2_500,
};

/** The same with narrow volatility bands and upper limits; what it is listed as is up to the test. */
export const bandedUsd: PlainInstrument = {
  ...coinUsd,
  instrumentId: BANDED_USD,
  symbol: "BANDEDUSD",
  maxNotional: 3_000,
  marketMaxNotional: 2_500,
  maxOpenOrders: 6,
  staticBandPpm: 80_000,
  dynamicBandPpm: 40_000,
  volatilityAuctionUs: 15,
};

export const metalUsd: PlainInstrument = {
  instrumentId: METAL_USD,
  symbol: "METALUSD",
  baseAssetId: METAL,
  quoteAssetId: USD,
  tickSize: "100",
  lotSize: "1",
  baseUnitsPerLot: 1_000_000_000_000,
  quoteUnitsPerTickLot: 100_000_000,
  minLots: 1,
  maxLots: 2 ** 31 - 1,
  marketMaxLots: 2 ** 31 - 1,
  minNotional: 0,
  priceBandPpm: 1_000_000,
  makerFeePpm: 0,
  takerFeePpm: 100_000,
};

type PlainAccount = Extract<PlainCommand, { type: "OpenAccount" }>["account"];

export function account(
  accountId: number,
  code: string,
  receivesFees = false,
  related: Pick<PlainAccount, "groupId" | "firmId"> = {},
): PlainCommand {
  return {
    type: "OpenAccount",
    account: { accountId, code, name: code, owner: code.toLowerCase(), clientClass: "retail", receivesFees, ...related },
  };
}

export function deposit(accountId: number, assetId: number, amount: number): PlainCommand {
  return { type: "DepositFunds", accountId, assetId, amount };
}

/** Three assets, two instruments, a fee account and three traders without money. */
export const venue: readonly PlainCommand[] = [
  { type: "DefineAsset", asset: { assetId: USD, code: "USD", decimals: 6 } },
  { type: "DefineAsset", asset: { assetId: COIN, code: "COIN", decimals: 4 } },
  { type: "DefineAsset", asset: { assetId: METAL, code: "METAL", decimals: 12 } },
  account(FEES, "FEES", true),
  // Alice and Bob are one group; Alice and Carol belong to one firm.
  account(ALICE, "ALICE", false, { groupId: 1, firmId: 7 }),
  account(BOB, "BOB", false, { groupId: 1 }),
  account(CAROL, "CAROL", false, { firmId: 7 }),
  { type: "ListInstrument", instrument: coinUsd },
  { type: "ListInstrument", instrument: metalUsd },
];

/** A venue whose traders are rich enough for any small order. */
export function fundedVenue(): Driver {
  const driver = new Driver();
  driver.sendAll(venue);
  for (const accountId of [ALICE, BOB, CAROL]) {
    driver.sendAll([deposit(accountId, USD, 10_000_000), deposit(accountId, COIN, 10_000), deposit(accountId, METAL, 10 ** 15)]);
  }
  return driver;
}

let nextClientOrderId = 1;

/** A limit GTC buy of 10 lots at 100 ticks by Alice, unless told otherwise, with a fresh client order id. */
export function order(changes: PlainOrder): PlainCommand {
  nextClientOrderId += 1;
  return {
    type: "SubmitOrder",
    accountId: ALICE,
    instrumentId: COIN_USD,
    clientOrderId: nextClientOrderId,
    side: "buy",
    orderType: "limit",
    timeInForce: "gtc",
    limitTicks: changes.orderType === undefined || changes.orderType === "limit" ? 100 : null,
    lots: changes.quoteAmount === undefined ? 10 : null,
    ...changes,
  };
}
