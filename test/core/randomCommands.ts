import fc from "fast-check";
import { ALICE, BOB, CAROL, COIN, COIN_USD, FEES, METAL, METAL_USD, USD, account, coinUsd, type PlainCommand } from "./drive.ts";
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
  | { readonly do: "cancel"; readonly which: number; readonly asStranger: boolean }
  | { readonly do: "cancelUnknown"; readonly account: number; readonly orderId: number }
  | { readonly do: "cancelAll"; readonly account: number; readonly instrument: number | null }
  | { readonly do: "deposit"; readonly account: number; readonly asset: number; readonly amount: number }
  | { readonly do: "catalog"; readonly which: number; readonly id: number }
  | { readonly do: "note" };

const trader = fc.constantFrom(ALICE, BOB, CAROL, FEES);
const anyone = fc.oneof({ weight: 40, arbitrary: trader }, { weight: 1, arbitrary: fc.constantFrom(5, 99) });
const side = fc.constantFrom("buy", "sell");
const timeInForce = fc.constantFrom("gtc", "gtc", "gtc", "gtc", "gtc", "ioc", "fok");
const repeat = fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 5 }) });

const coinOrder = fc.record({
  do: fc.constant("order" as const),
  account: anyone,
  instrument: fc.oneof({ weight: 60, arbitrary: fc.constant(COIN_USD) }, { weight: 1, arbitrary: fc.constant(3) }),
  side,
  orderType: fc.constantFrom("limit", "limit", "limit", "market"),
  timeInForce,
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

const metalOrder = fc.record({
  do: fc.constant("order" as const),
  account: trader,
  instrument: fc.constant(METAL_USD),
  side,
  orderType: fc.constantFrom("limit", "limit", "market"),
  timeInForce,
  ticks: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 10_000_000, max: 45_000_000 }), fc.constant(2 ** 31 - 1)),
  lots: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 500, max: 9_100 })),
  repeat,
});

const amount = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1, max: 100_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(10 ** 15, 4 * 10 ** 15, Number.MAX_SAFE_INTEGER - 1_000, Number.MAX_SAFE_INTEGER) },
);

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 50, arbitrary: coinOrder },
  { weight: 10, arbitrary: metalOrder },
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
        const { resting } = this.venue;
        const target = resting[step.which % Math.max(resting.length, 1)];
        const owner = target?.terms.accountId ?? ALICE;
        return {
          type: "CancelOrder",
          accountId: step.asStranger && step.which % 10 === 0 ? (owner % 4) + 1 : owner,
          orderId: target?.id ?? 1,
        };
      }
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
