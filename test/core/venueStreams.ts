import fc from "fast-check";
import { ALICE, BOB, CAROL, COIN, METAL, USD, deposit, order, type Driver, type PlainCommand } from "./drive.ts";
import { AWAY, AWAY_LICENCE, AWAY_SPOT, DAY_US, HOME_SPOT, HOME_TOKENS, opening, rule, schedule, venuesWith } from "./venues.ts";

/** The sub-account of Alice and a client of another place. */
const ALICE_SUB = 5;
const DANA = 6;

/** A step of a random stream at venues with fees, tiers and rules. */
export type VenueStep =
  | {
      readonly do: "order";
      readonly account: number;
      readonly instrument: number;
      readonly side: "buy" | "sell";
      readonly isMarket: boolean;
      readonly timeInForce: "gtc" | "ioc" | "fok";
      readonly ticks: number;
      readonly lots: number;
    }
  | { readonly do: "cancelAll"; readonly account: number }
  | { readonly do: "deposit"; readonly account: number; readonly asset: number; readonly amount: number }
  | { readonly do: "wait"; readonly hours: number }
  | { readonly do: "schedule"; readonly hours: number; readonly minimum: number; readonly ppm: number; readonly rebate: number }
  | { readonly do: "rule"; readonly deny: boolean; readonly retail: boolean; readonly hours: number }
  | { readonly do: "withdraw"; readonly which: number; readonly hours: number };

const trader = fc.constantFrom(ALICE, BOB, CAROL, ALICE_SUB, DANA, 1);
const hours = fc.integer({ min: 0, max: 60 });
const step: fc.Arbitrary<VenueStep> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.record({
      do: fc.constant("order" as const),
      account: trader,
      instrument: fc.constantFrom(HOME_SPOT, HOME_SPOT, HOME_TOKENS, HOME_TOKENS, AWAY_SPOT),
      side: fc.constantFrom("buy", "sell"),
      isMarket: fc.boolean(),
      timeInForce: fc.constantFrom("gtc", "gtc", "gtc", "ioc", "fok"),
      ticks: fc.integer({ min: 95, max: 105 }).map((ticks) => ticks * 1_000),
      lots: fc.integer({ min: 2, max: 40 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancelAll" as const), account: trader }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("deposit" as const),
      account: trader,
      asset: fc.constantFrom(USD, COIN, METAL),
      amount: fc.integer({ min: 1, max: 9_000_000 }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("wait" as const), hours }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("schedule" as const),
      hours,
      minimum: fc.constantFrom(0, 0, 25_000, 400_000, 3_000_000),
      ppm: fc.integer({ min: 0, max: 90_000 }),
      rebate: fc.integer({ min: 0, max: 900 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rule" as const), deny: fc.boolean(), retail: fc.boolean(), hours }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("withdraw" as const), which: fc.nat(5), hours }) },
);

export function venueStream(maxLength: number): fc.Arbitrary<VenueStep[]> {
  return fc.array(step, { minLength: Math.floor(maxLength / 4), maxLength, size: "max" });
}

/** Venues where everyone may trade something and has a little of everything. */
export function streamVenues(): Driver {
  const driver = venuesWith([
    opening(ALICE_SUB, "ALICE-1", { masterAccountId: ALICE }),
    opening(DANA, "DANA", { residence: "SG", clientClass: "omnibus" }),
    rule({}),
    rule({ ruleId: 2, venueId: AWAY, licenceId: AWAY_LICENCE, residence: { mode: "except", places: ["CN"] } }),
  ]);
  for (const account of [ALICE_SUB, DANA, 1])
    for (const asset of [USD, COIN, METAL]) driver.send(deposit(account, asset, asset === COIN ? 1_000 : 20_000_000));
  return driver;
}

const HOUR_US = 3_600_000_000;

/** Sends a step's command or commands. */
export function take(driver: Driver, next: VenueStep): void {
  for (const command of commandsOf(driver, next)) driver.send(command);
}

function commandsOf(driver: Driver, next: VenueStep): PlainCommand[] {
  const { fees, rulebook } = driver.engine.state;
  const dateUs = driver.atUs + 1_000 + ("hours" in next ? next.hours * HOUR_US : 0);
  switch (next.do) {
    case "order": {
      const { account, instrument, isMarket, lots, side, ticks, timeInForce } = next;
      const terms = isMarket && timeInForce !== "gtc" ? { orderType: "market" as const, limitTicks: null } : { limitTicks: ticks };
      return [order({ accountId: account, instrumentId: instrument, side, lots, timeInForce, ...terms })];
    }
    case "cancelAll":
      return [{ type: "CancelAllOrders", accountId: next.account, instrumentId: null }];
    case "deposit":
      return [deposit(next.account, next.asset, next.amount)];
    case "wait":
      driver.atUs += next.hours * HOUR_US;
      return [{ type: "AdvanceTime" }];
    case "schedule": {
      const { minimum, ppm, rebate } = next;
      const paid = { makerPpm: ppm, takerPpm: 1_000 + Math.floor(ppm / 2) };
      const rebated = { makerPpm: -rebate, takerPpm: 1_000 + ppm };
      const tierAt = (minVolumeUsd: number): object => ({
        minVolumeUsd,
        tokenFiat: minVolumeUsd === 0 ? paid : rebated,
        tokenToken: paid,
        securityToken: paid,
      });
      const command = schedule({ scheduleId: fees.schedules.length + 1, fromUs: dateUs, minimumFeeUsdMillionths: minimum });
      if (command.type !== "DefineFeeSchedule") return [];
      return [{ ...command, schedule: { ...command.schedule, tiers: [tierAt(0), tierAt(1)] as typeof command.schedule.tiers } }];
    }
    case "rule": {
      const clientClasses = next.retail ? (["retail", "house"] as const) : (["corporateProfessional"] as const);
      return [
        rule({
          ruleId: rulebook.rules.length + 1,
          effect: next.deny ? "deny" : "allow",
          clientClasses: [...clientClasses],
          fromUs: dateUs,
          untilUs: dateUs + 2 * DAY_US,
        }),
      ];
    }
    case "withdraw": {
      const ruleId = 3 + next.which;
      return [{ type: "WithdrawEligibilityRule", ruleId, withdrawal: { fromUs: dateUs, clause: "It ends." } }];
    }
  }
}
