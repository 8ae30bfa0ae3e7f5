import fc from "fast-check";
import {
  ALICE,
  BANDED_USD,
  BOB,
  CAROL,
  COIN,
  COIN_USD,
  FEES,
  METAL,
  METAL_USD,
  USD,
  account,
  coinUsd,
  type PlainCommand,
} from "./drive.ts";
import type { ReferenceVenue } from "./reference/referenceVenue.ts";

/**
 * A step of a random stream. It becomes a command only when the stream has come so far, because cancels name orders that must exist
 * by then. All values lie in small ranges, so that prices meet, ids repeat and limits are hit.
 */
export type Step =
  | {
      readonly do: "order";
      readonly account: number;
      readonly instrument: number;
      readonly side: "buy" | "sell";
      readonly orderType: "limit" | "market";
      readonly timeInForce: "gtc" | "ioc" | "fok";
      readonly ticks: number | null;
      readonly lots: number;
      /** 0 for a fresh client order id, else how far back an id is repeated. */
      readonly repeat: number;
    }
  | {
      readonly do: "special";
      readonly instrument: number;
      readonly account: number;
      readonly side: "buy" | "sell";
      readonly orderType: (typeof orderTypes)[number];
      readonly timeInForce: "gtc" | "gtd" | "day" | "ioc" | "fok";
      readonly ticks: number;
      readonly offset: number;
      readonly lots: number;
      readonly display: number;
      readonly amount: number | null;
      readonly lastsUs: number;
      readonly trigger: "last" | "mark" | "index" | null;
      readonly peg: "bestBid" | "bestAsk" | "mid";
      readonly postOnly: "reject" | "reprice" | null;
      readonly reduceOnly: boolean;
      readonly mode: "expireTaker" | "expireMaker" | "expireBoth" | "decrement" | null;
      readonly scope: "account" | "group" | "firm" | null;
      /** 0 for sound terms, else which term is spoilt. */
      readonly flaw: number;
    }
  | {
      readonly do: "list";
      readonly kind: "oco" | "oto" | "bracket";
      readonly account: number;
      readonly side: "buy" | "sell";
      readonly ticks: number;
      readonly distance: number;
      readonly lots: number;
      readonly isMarket: boolean;
      readonly stopType: "stop" | "stopLimit" | "trailingStop";
      readonly trigger: "last" | "mark" | null;
      readonly flaw: number;
    }
  | {
      readonly do: "amend";
      readonly which: number;
      readonly asStranger: boolean;
      readonly limit: number | null;
      readonly lots: number | null;
      readonly trigger: number | null;
    }
  | { readonly do: "phase"; readonly instrument: number; readonly phase: (typeof phases)[number]; readonly lastsUs: number | null }
  | { readonly do: "massCancel"; readonly account: number; readonly instrument: number | null; readonly side: "buy" | "sell" | null }
  | { readonly do: "price"; readonly isMark: boolean; readonly instrument: number; readonly ticks: number }
  | { readonly do: "time"; readonly leapUs: number }
  | { readonly do: "cancel"; readonly which: number; readonly asStranger: boolean }
  | { readonly do: "cancelUnknown"; readonly account: number; readonly orderId: number }
  | { readonly do: "cancelAll"; readonly account: number; readonly instrument: number | null }
  | { readonly do: "deposit"; readonly account: number; readonly asset: number; readonly amount: number }
  | { readonly do: "catalog"; readonly which: number; readonly id: number }
  | { readonly do: "note" };

const trader = fc.constantFrom(ALICE, BOB, CAROL, FEES);
const anyone = fc.oneof({ weight: 40, arbitrary: trader }, { weight: 1, arbitrary: fc.constantFrom(5, 99) });
const anySide = fc.constantFrom("buy", "sell");
const anyTime = fc.constantFrom("gtc", "gtc", "gtc", "gtc", "gtc", "ioc", "fok");
const repeat = fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) });

const coinOrder = fc.record({
  do: fc.constant("order" as const),
  account: anyone,
  instrument: fc.oneof({ weight: 60, arbitrary: fc.constantFrom(COIN_USD, BANDED_USD) }, { weight: 1, arbitrary: fc.constant(3) }),
  side: anySide,
  orderType: fc.constantFrom("limit", "limit", "limit", "market"),
  timeInForce: anyTime,
  ticks: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 88, max: 112 }) },
    { weight: 1, arbitrary: fc.constantFrom(null, 1, 2 ** 31 - 1) },
  ),
  lots: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 40 }) },
    { weight: 1, arbitrary: fc.constantFrom(500, 501, 1_000, 1_001, 2 ** 31 - 1) },
  ),
  repeat,
});

const orderTypes = ["limit", "limit", "limit", "market", "stop", "stopLimit", "trailingStop", "pegged", "marketToLimit"] as const;

const specialOrder = fc.record({
  do: fc.constant("special" as const),
  instrument: fc.constantFrom(COIN_USD, BANDED_USD),
  account: trader,
  side: anySide,
  orderType: fc.constantFrom(...orderTypes),
  timeInForce: fc.constantFrom("gtc", "gtc", "gtc", "gtd", "day", "ioc", "fok"),
  ticks: fc.integer({ min: 90, max: 110 }),
  offset: fc.integer({ min: 1, max: 4 }),
  lots: fc.integer({ min: 2, max: 40 }),
  display: fc.integer({ min: 0, max: 6 }),
  amount: fc.option(fc.integer({ min: 1, max: 6_000 })),
  lastsUs: fc.integer({ min: 0, max: 60 }),
  trigger: fc.constantFrom(null, null, "last", "mark", "index"),
  peg: fc.constantFrom("bestBid", "bestAsk", "mid"),
  postOnly: fc.constantFrom(null, null, null, "reject", "reprice"),
  reduceOnly: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  mode: fc.constantFrom(null, "expireTaker", "expireMaker", "expireBoth", "decrement"),
  scope: fc.constantFrom(null, "account", "group", "firm"),
  flaw: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 10 }) }),
});

const listOfOrders = fc.record({
  do: fc.constant("list" as const),
  kind: fc.constantFrom("oco", "oto", "bracket"),
  account: trader,
  side: anySide,
  ticks: fc.integer({ min: 94, max: 106 }),
  distance: fc.integer({ min: 1, max: 6 }),
  lots: fc.integer({ min: 2, max: 40 }),
  isMarket: fc.boolean(),
  stopType: fc.constantFrom("stop", "stop", "stopLimit", "trailingStop"),
  trigger: fc.constantFrom(null, "last", "mark"),
  flaw: fc.oneof({ weight: 10, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) }),
});

const phases = [
  "continuous",
  "continuous",
  "continuous",
  "preOpen",
  "openingAuction",
  "volatilityAuction",
  "closingAuction",
  "halted",
  "closed",
] as const;

const amendment = fc.record({
  do: fc.constant("amend" as const),
  which: fc.nat(1_000),
  asStranger: fc.integer({ min: 0, max: 20 }).map((n) => n === 0),
  limit: fc.option(fc.integer({ min: 88, max: 112 }), { freq: 2 }),
  lots: fc.option(
    fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 45 }) }, { weight: 1, arbitrary: fc.constantFrom(1_001, 2 ** 31 - 1) }),
  ),
  trigger: fc.option(fc.integer({ min: 90, max: 110 }), { freq: 1 }),
});

const metalOrder = fc.record({
  do: fc.constant("order" as const),
  account: trader,
  instrument: fc.constant(METAL_USD),
  side: anySide,
  orderType: fc.constantFrom("limit", "limit", "market"),
  timeInForce: anyTime,
  ticks: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 10_000_000, max: 45_000_000 }), fc.constant(2 ** 31 - 1)),
  lots: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 500, max: 9_100 })),
  repeat,
});

const amount = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 100_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(10 ** 15, 4 * 10 ** 15, Number.MAX_SAFE_INTEGER - 1_000, Number.MAX_SAFE_INTEGER) },
);

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 50, arbitrary: coinOrder },
  { weight: 10, arbitrary: metalOrder },
  { weight: 40, arbitrary: specialOrder },
  { weight: 12, arbitrary: amendment },
  { weight: 12, arbitrary: listOfOrders },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("phase" as const),
      instrument: fc.constantFrom(COIN_USD, BANDED_USD, BANDED_USD, BANDED_USD, BANDED_USD, 9),
      phase: fc.constantFrom(...phases),
      lastsUs: fc.option(fc.integer({ min: 0, max: 12 }), { freq: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("massCancel" as const),
      account: anyone,
      instrument: fc.constantFrom(null, COIN_USD, METAL_USD, 3),
      side: fc.constantFrom(null, "buy", "sell"),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("price" as const),
      isMark: fc.boolean(),
      instrument: fc.constantFrom(COIN_USD, COIN_USD, BANDED_USD, METAL_USD, 9),
      ticks: fc.integer({ min: 92, max: 108 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("time" as const), leapUs: fc.constantFrom(0, 0, 10, 20_000_000_000) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("cancel" as const), which: fc.nat(1_000), asStranger: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("cancelUnknown" as const), account: anyone, orderId: fc.integer({ min: 1, max: 500 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("cancelAll" as const),
      account: anyone,
      instrument: fc.constantFrom(null, COIN_USD, METAL_USD, 3),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("deposit" as const),
      account: anyone,
      asset: fc.constantFrom(USD, USD, COIN, METAL, 4),
      amount,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("catalog" as const), which: fc.nat(7), id: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: "note" as const }) },
);

/** A stream long enough for the books to fill. */
export function stream(maxLength: number): fc.Arbitrary<Step[]> {
  return fc.array(anyStep, { minLength: maxLength / 4, maxLength, size: "max" });
}

/** Turns steps into commands, one by one as the stream goes on. */
export class StepReader {
  private readonly usedIds: number[] = [];
  private readonly venue: ReferenceVenue;

  constructor(venue: ReferenceVenue) {
    this.venue = venue;
  }

  command(step: Step): PlainCommand {
    switch (step.do) {
      case "order": {
        const clientOrderId = (step.repeat > 0 ? this.usedIds.at(-step.repeat) : undefined) ?? this.usedIds.length + 1;
        this.usedIds.push(clientOrderId);
        return {
          type: "SubmitOrder",
          accountId: step.account,
          instrumentId: step.instrument,
          clientOrderId,
          side: step.side,
          orderType: step.orderType,
          // Most market orders are valid ones.
          timeInForce: step.orderType === "market" && step.timeInForce === "gtc" && step.lots % 5 !== 0 ? "ioc" : step.timeInForce,
          // A market order mostly comes without a price, a limit order mostly with one.
          limitTicks: step.orderType === "market" && step.ticks !== 1 ? null : step.ticks,
          lots: step.lots,
        };
      }
      case "cancel": {
        const target = this.openOrder(step.which);
        const owner = target?.terms.accountId ?? ALICE;
        return {
          type: "CancelOrder",
          accountId: step.asStranger && step.which % 10 === 0 ? (owner % 4) + 1 : owner,
          orderId: target?.id ?? 1,
        };
      }
      case "special":
        return this.specialCommand(step);
      case "list":
        return this.listCommand(step);
      case "amend": {
        const target = this.openOrder(step.which);
        const owner = target?.terms.accountId ?? ALICE;
        return {
          type: "AmendOrder",
          accountId: step.asStranger ? (step.which % 6) + 1 : owner,
          orderId: target?.id ?? 1,
          // Most wishes name what the order has.
          limitTicks: target !== undefined && target.terms.limitTicks === null && step.which % 5 !== 0 ? null : step.limit,
          lots: step.lots,
          triggerTicks: target !== undefined && target.terms.triggerTicks === null && step.which % 5 !== 0 ? null : step.trigger,
        };
      }
      case "phase":
        return {
          type: "SetTradingPhase",
          instrumentId: step.instrument,
          phase: step.phase,
          untilUs: step.lastsUs === null ? null : this.venue.atUs + step.lastsUs,
        };
      case "massCancel":
        return { type: "MassCancel", accountId: step.account, instrumentId: step.instrument, side: step.side };
      case "price":
        return { type: step.isMark ? "SetMarkPrice" : "SetIndexPrice", instrumentId: step.instrument, ticks: step.ticks };
      case "time":
        return { type: "AdvanceTime" };
      case "cancelUnknown":
        return { type: "CancelOrder", accountId: step.account, orderId: step.orderId };
      case "cancelAll":
        return { type: "CancelAllOrders", accountId: step.account, instrumentId: step.instrument };
      case "deposit":
        return { type: "DepositFunds", accountId: step.account, assetId: step.asset, amount: step.amount };
      case "catalog":
        return this.catalogCommand(step.which, step.id);
      case "note":
        return { type: "RecordOperatorAction", action: "clockSpeedChanged", detail: "to 2" };
    }
  }

  private openOrder(which: number): ReferenceVenue["resting"][number] | undefined {
    const open = [...this.venue.resting, ...this.venue.waiting];
    return open[which % Math.max(open.length, 1)];
  }

  private listCommand(step: Extract<Step, { do: "list" }>): PlainCommand {
    const { distance, flaw, isMarket, kind, lots, side, stopType, ticks, trigger } = step;
    const clientOrderId = this.usedIds.length + 1;
    this.usedIds.push(clientOrderId);
    const up = side === "buy" ? 1 : -1;
    const limit = { side, orderType: "limit", timeInForce: flaw === 1 ? "ioc" : "gtc", limitTicks: ticks - up * distance, lots } as const;
    const stop = {
      side: flaw === 2 ? (side === "buy" ? "sell" : "buy") : side,
      orderType: stopType,
      timeInForce: "gtc",
      lots: flaw === 3 ? lots + 1 : lots,
      limitTicks: stopType === "stopLimit" ? ticks + up * (distance + 2) : null,
      trigger,
      triggerTicks: stopType === "trailingStop" ? null : ticks + up * distance,
      offsetTicks: stopType === "trailingStop" ? distance : null,
    } as const;
    const entry = isMarket ? ({ side, orderType: "market", timeInForce: "ioc", lots } as const) : { ...limit, limitTicks: ticks };
    const exit = { ...limit, side: side === "buy" ? "sell" : "buy" } as const;
    const lists = {
      oco: { kind: "oco", limit, stop },
      oto: { kind: "oto", first: entry, second: exit },
      bracket: {
        kind: "bracket",
        entry,
        profitTicks: ticks + up * distance,
        stopTicks: ticks - up * distance,
        stopLimitTicks: stopType === "stopLimit" ? ticks - up * (distance + 1) : null,
        trigger,
      },
    } as const;
    return { type: "SubmitOrderList", accountId: step.account, instrumentId: COIN_USD, clientOrderId, list: lists[kind] };
  }

  private specialCommand(step: Extract<Step, { do: "special" }>): PlainCommand {
    const { flaw, orderType, ticks } = step;
    const clientOrderId = this.usedIds.length + 1;
    this.usedIds.push(clientOrderId);
    const isMarket = orderType === "market";
    const isLimit = orderType === "limit";
    const stays = step.timeInForce !== "ioc" && step.timeInForce !== "fok";
    const timeInForce =
      flaw === 1 || isLimit ? step.timeInForce : isMarket ? (stays ? "ioc" : step.timeInForce) : stays ? step.timeInForce : "gtc";
    const byAmount = isMarket && timeInForce === "ioc" && step.mode !== "decrement" && !step.reduceOnly && step.amount !== null;
    const isStop = orderType === "stop" || orderType === "stopLimit";
    const hasLimit = isLimit || orderType === "stopLimit" || orderType === "pegged";
    const display = isLimit && stays && step.display > 0 ? step.display : null;
    return {
      type: "SubmitOrder",
      accountId: step.account,
      instrumentId: step.instrument,
      clientOrderId,
      side: step.side,
      orderType,
      timeInForce,
      limitTicks: hasLimit !== (flaw === 2) ? ticks + (orderType === "stopLimit" ? step.offset : 0) : null,
      lots: byAmount !== (flaw === 3) ? null : step.lots,
      quoteAmount: byAmount !== (flaw === 4) ? (step.amount ?? 500) : null,
      displayLots: flaw === 5 ? step.lots : display !== null && display < step.lots ? display : null,
      expireAtUs: (timeInForce === "gtd") !== (flaw === 6) ? this.venue.atUs + step.lastsUs : null,
      trigger: isStop || orderType === "trailingStop" || flaw === 7 ? step.trigger : null,
      triggerTicks: isStop !== (flaw === 8) ? ticks : null,
      offsetTicks: orderType === "trailingStop" || (orderType === "pegged" && step.offset > 1) || flaw === 9 ? step.offset : null,
      peg: orderType === "pegged" ? step.peg : null,
      postOnly: (isLimit && stays) || flaw === 10 ? step.postOnly : null,
      reduceOnly: step.reduceOnly,
      selfTradeMode: step.mode,
      selfTradeScope: step.scope,
    };
  }

  /** Mostly with the id that comes next, so that other objections are reached too. */
  private catalogCommand(which: number, dice: number): PlainCommand {
    const { assets, accounts, instruments } = this.venue;
    const offset = [-1, 1, 0, 0, 0, 0][dice % 6]!;
    const instrumentId = instruments.length + 1 + offset;
    const instrument = { ...coinUsd, instrumentId, symbol: dice === 12 ? "COINUSD" : `I${instrumentId}` };
    switch (which) {
      case 0:
        return {
          type: "DefineAsset",
          asset: { assetId: assets.length + 1 + offset, code: dice === 12 ? "USD" : `A${assets.length}`, decimals: 2 },
        };
      case 1:
        return account(accounts.length + 1 + offset, dice === 12 ? "ALICE" : `T${accounts.length}`, dice % 2 === 0);
      case 2:
        return { type: "ListInstrument", instrument: { ...instrument, baseAssetId: 77 } };
      case 3:
        return { type: "ListInstrument", instrument: { ...instrument, baseUnitsPerLot: 2 } };
      case 4:
        return { type: "ListInstrument", instrument: { ...instrument, minLots: 600 } };
      case 5:
        return { type: "ListInstrument", instrument: { ...instrument, baseAssetId: USD } };
      case 6:
        return { type: "ListInstrument", instrument: { ...instrument, tickSize: "0.02" } };
      default:
        return { type: "ListInstrument", instrument };
    }
  }
}
