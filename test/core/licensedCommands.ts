import fc from "fast-check";
import { commandSchema } from "../../shared/commands.ts";
import {
  ALICE,
  BANDED_USD,
  BOB,
  CAROL,
  COIN,
  COIN_USD,
  Driver,
  FEES,
  METAL,
  METAL_USD,
  USD,
  bandedUsd,
  coinUsd,
  deposit,
  metalUsd,
  type PlainCommand,
} from "./drive.ts";
import { ACTORS, isRiskStep, riskStep, place, sendRiskStep, type RiskStep } from "./riskSteps.ts";
import { StepReader, anyStep, type Step } from "./randomCommands.ts";
import { ReferenceVenue } from "./reference/referenceVenue.ts";
import { AWAY, AWAY_LICENCE, DAY_US, HOME, licence, opening, rule, schedule } from "./venues.ts";

/*
 * Random commands at venues with licences, rules, fee schedules and tiers, and with a risk tree: every order type meets every way of charging
 * it and every control.
 */

/** COIN against METAL, a pair of two tokens, and COIN against USD at the other venue. */
const COIN_METAL = 4;
const COIN_AWAY = 5;
const ALICE_SUB = 5;

/** A step that changes licences, rules and schedules, or lets hours pass. */
type RuleStep =
  | { readonly do: "hours"; readonly hours: number }
  | {
      readonly do: "schedule";
      readonly away: boolean;
      readonly hours: number;
      readonly minimum: number;
      readonly ppm: number;
      readonly rebate: number;
      readonly flaw: number;
    }
  | {
      readonly do: "rule";
      readonly deny: boolean;
      readonly retail: boolean;
      readonly hours: number;
      readonly place: "HK" | "SG" | null;
      readonly flaw: number;
    }
  | { readonly do: "withdrawRule"; readonly which: number; readonly hours: number }
  | { readonly do: "withdrawLicence"; readonly which: number; readonly hours: number }
  | { readonly do: "licence"; readonly which: number; readonly hours: number };

export type LicensedStep = Step | RuleStep | RiskStep | { readonly do: "again" };

const hours = fc.integer({ min: 0, max: 40 });
const flaw = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) });

const licensedStep: fc.Arbitrary<LicensedStep> = fc.oneof(
  { weight: 120, arbitrary: anyStep },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("hours" as const), hours }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("schedule" as const),
      away: fc.boolean(),
      hours,
      minimum: fc.constantFrom(0, 0, 7, 25, 400, 3_000),
      ppm: fc.integer({ min: 0, max: 90_000 }),
      rebate: fc.integer({ min: 0, max: 900 }),
      flaw,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("rule" as const),
      deny: fc.boolean(),
      retail: fc.boolean(),
      hours,
      place: fc.constantFrom(null, "HK", "SG"),
      flaw,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("withdrawRule" as const),
      which: fc.integer({ min: 2, max: 9 }),
      hours: fc.constantFrom(0, 20, 40),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("withdrawLicence" as const),
      which: fc.constantFrom(2, 3, 4, 5, 9),
      hours: fc.constantFrom(0, 40),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("licence" as const), which: fc.nat(6), hours }) },
  { weight: 24, arbitrary: riskStep },
  { weight: 7, arbitrary: fc.constant({ do: "again" as const }) },
);

export function licensedStream(maxLength: number): fc.Arbitrary<LicensedStep[]> {
  return fc.array(licensedStep, { minLength: Math.floor(maxLength / 4), maxLength, size: "max" });
}

const START: readonly PlainCommand[] = [
  { type: "DefineAsset", asset: { assetId: USD, code: "USD", decimals: 6, usdMillionths: 1_000_000 } },
  { type: "DefineAsset", asset: { assetId: COIN, code: "COIN", decimals: 4 } },
  { type: "DefineAsset", asset: { assetId: METAL, code: "METAL", decimals: 12, usdMillionths: 2_000_000 } },
  opening(FEES, "FEES", { receivesFees: true, clientClass: "house" }),
  opening(ALICE, "ALICE", { groupId: 1, firmId: 7 }),
  opening(BOB, "BOB", { groupId: 1, clientClass: "corporateProfessional" }),
  opening(CAROL, "CAROL", { firmId: 7, clientClass: "corporateProfessional", residence: "SG" }),
  opening(ALICE_SUB, "ALICE-1", { masterAccountId: ALICE, residence: "SG" }),
  { type: "DefineVenue", venue: { venueId: HOME, siteCode: "HK", name: "Home", operator: "Home Limited", jurisdiction: "HK" } },
  { type: "DefineVenue", venue: { venueId: AWAY, siteCode: "BMU", name: "Away", operator: "Away Limited", jurisdiction: "BM" } },
  licence({}),
  licence({ licenceId: 2, name: "Second", status: "planned" }),
  licence({ licenceId: AWAY_LICENCE, venueId: AWAY }),
  { type: "ListInstrument", instrument: { ...coinUsd, venueId: HOME } },
  { type: "ListInstrument", instrument: { ...metalUsd, venueId: HOME, pairType: "securityToken" } },
  { type: "ListInstrument", instrument: { ...bandedUsd, venueId: HOME } },
  {
    type: "ListInstrument",
    instrument: {
      ...coinUsd,
      instrumentId: COIN_METAL,
      symbol: "COINMETAL",
      quoteAssetId: METAL,
      quoteUnitsPerTickLot: 1_000_000,
      minNotional: 150_000_000,
      venueId: HOME,
      pairType: "tokenToken",
    },
  },
  { type: "ListInstrument", instrument: { ...coinUsd, instrumentId: COIN_AWAY, symbol: "COINUSD.AWAY", venueId: AWAY } },
  rule({}),
  place(2, "firm", 1, null),
  place(3, "desk", 2, null),
  place(4, "account", 3, ALICE),
  place(5, "account", 3, BOB),
  place(6, "account", 2, ALICE_SUB),
  {
    type: "SetConversionMark",
    mark: { fromAssetId: METAL, toAssetId: USD, numerator: 2, denominator: 1_000_000, goodForUs: 10 ** 15 },
  },
  rule({ ruleId: 2, venueId: AWAY, licenceId: AWAY_LICENCE, clientClasses: ["retail"], residence: { mode: "only", places: ["HK"] } }),
];

/** Runs a stream through the engine and the reference side by side. */
export function runLicensed(steps: readonly LicensedStep[]): { readonly driver: Driver; readonly reference: ReferenceVenue } {
  const driver = new Driver();
  const reference = new ReferenceVenue();
  const send = (command: PlainCommand, actor = "tester"): void => {
    driver.send(command, actor);
    reference.decide(commandSchema.parse(command), actor, driver.atUs);
  };
  for (const command of START) send(command);
  for (const accountId of [ALICE, BOB, CAROL, ALICE_SUB]) {
    for (const [assetId, amount] of [
      [USD, 150_000],
      [COIN, 1_500],
      [METAL, 3 * 10 ** 12],
    ] as const)
      send(deposit(accountId, assetId, amount));
  }
  const reader = new StepReader(reference);
  let latest: PlainCommand = { type: "AdvanceTime" };
  for (const [n, next] of steps.entries()) {
    if (next.do === "time") driver.atUs += next.leapUs;
    if (next.do === "hours") driver.atUs += next.hours * HOUR_US;
    if (isRuleStep(next)) send(ruleCommand(next, reference, driver.atUs));
    else if (isRiskStep(next)) sendRiskStep(next, driver, reference, send);
    else if (next.do === "again") {
      for (const again of [0, 1]) {
        send(latest.type === "SubmitOrder" ? { ...latest, clientOrderId: FIRST_AGAIN + n * 2 + again } : latest, ACTORS[0]);
      }
    } else {
      const command = elsewhere(reader.command(next));
      if (command.type === "SubmitOrder") latest = command;
      send(command, actorOf(command));
    }
  }
  return { driver, reference };
}

const HOUR_US = 3_600_000_000;
/** Client order ids of orders that are sent again begin here. */
const FIRST_AGAIN = 1_000_000;

const ruleSteps: readonly string[] = ["hours", "schedule", "rule", "withdrawRule", "withdrawLicence", "licence"] satisfies RuleStep["do"][];

function isRuleStep(step: LicensedStep): step is RuleStep {
  return ruleSteps.includes(step.do);
}

function ruleCommand(next: RuleStep, { fees, rules }: ReferenceVenue, atUs: number): PlainCommand {
  const dateUs = atUs + 1 + next.hours * HOUR_US;
  switch (next.do) {
    case "hours":
      return { type: "AdvanceTime" };
    case "schedule": {
      const { away, minimum, ppm, rebate } = next;
      const paid = { makerPpm: ppm, takerPpm: 1_000 + Math.floor(ppm / 2) };
      const rebated = { makerPpm: 0 - rebate - (next.flaw === 1 ? 5_000 : 0), takerPpm: 1_000 + ppm };
      const tierAt = (minVolumeUsd: number) => ({
        minVolumeUsd,
        tokenFiat: minVolumeUsd === 0 && ppm % 2 === 0 ? paid : rebated,
        tokenToken: next.flaw === 2 && rebate > 0 ? rebated : paid,
        securityToken: paid,
      });
      const command = schedule({
        scheduleId: fees.schedules.length + (next.flaw === 3 ? 2 : 1),
        venueId: away ? AWAY : HOME,
        fromUs: dateUs,
        minimumFeeUsdMillionths: minimum,
        tiers: next.flaw === 4 ? [tierAt(1)] : [tierAt(0), tierAt(1)],
      });
      return command;
    }
    case "rule": {
      const clientClasses = next.retail ? (["retail", "house"] as const) : (["corporateProfessional"] as const);
      return rule({
        ruleId: rules.rules.length + (next.flaw === 3 ? 2 : 1),
        venueId: next.flaw === 1 ? 9 : HOME,
        licenceId: next.flaw === 2 ? AWAY_LICENCE : 1,
        effect: next.deny ? "deny" : "allow",
        clientClasses: [...clientClasses],
        residence: next.place === null ? { mode: "any" } : { mode: "only", places: [next.place] },
        fromUs: dateUs,
        untilUs: dateUs + 2 * DAY_US,
      });
    }
    case "withdrawRule":
      return {
        type: "WithdrawEligibilityRule",
        ruleId: next.which,
        withdrawal: { fromUs: dateUs - (next.hours === 0 ? 9 : 0), clause: "It ends." },
      };
    case "withdrawLicence":
      return { type: "WithdrawLicence", licenceId: next.which, withdrawal: { fromUs: dateUs + 4 * DAY_US, clause: "It ends." } };
    case "licence":
      return licence({
        licenceId: rules.licences.length + (next.which === 6 ? 2 : 1),
        venueId: next.which === 5 ? 9 : 1 + (next.which % 2),
        fromUs: next.which === 4 ? null : dateUs,
        products: [{ product: "spot", fromUs: next.which === 3 ? null : 0 }],
      });
  }
}

/** The same order in the pair of two tokens or at the other venue: which, its quantity tells. */
function elsewhere(command: PlainCommand): PlainCommand {
  if (command.type === "AmendOrder") return { ...command, confirmation: (command.lots ?? 1) % 2 === 0 ? "agreed" : null };
  if (command.type === "SubmitOrderList") {
    const first = command.list.kind === "oco" ? command.list.limit : command.list.kind === "oto" ? command.list.first : command.list.entry;
    return { ...command, instrumentId: placeFor(command.instrumentId, first.lots), confirmation: confirmationFor(first.lots) };
  }
  if (command.type !== "SubmitOrder" || command.lots === null) return command;
  return {
    ...command,
    instrumentId: placeFor(command.instrumentId, command.lots),
    confirmation: confirmationFor(command.lots),
    keepOnDisconnect: command.lots % 5 === 0,
  };
}

/** Who sends it: which, its quantity tells. */
function actorOf(command: PlainCommand): string | undefined {
  if (command.type !== "SubmitOrder" && command.type !== "SubmitOrderList") return undefined;
  return ACTORS[command.clientOrderId % ACTORS.length];
}

function confirmationFor(lots: number): string | null {
  return lots % 4 === 0 ? "agreed" : null;
}

function placeFor(instrumentId: number, lots: number): number {
  if (instrumentId !== COIN_USD && instrumentId !== BANDED_USD) return instrumentId === METAL_USD ? METAL_USD : instrumentId;
  if (lots % 3 === 0) return COIN_METAL;
  return lots % 7 === 0 ? COIN_AWAY : instrumentId;
}
