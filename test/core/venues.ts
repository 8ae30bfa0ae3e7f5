import type { z } from "zod";
import type { eligibilityRuleSchema, licenceSchema } from "../../shared/venues.ts";
import type { feeScheduleSchema } from "../../shared/fees.ts";
import { ALICE, BOB, CAROL, COIN, COIN_USD, Driver, FEES, METAL, START_US, USD, coinUsd, deposit, type PlainCommand } from "./drive.ts";

/*
 * Two venues for tests of eligibility and fees: HOME with a licence for spot and one to come for perpetuals, AWAY with a licence of its own.
 */

export const HOME = 1;
export const AWAY = 2;
export const SPOT_LICENCE = 1;
export const PERPETUAL_LICENCE = 2;
export const AWAY_LICENCE = 3;
export const DAY_US = 86_400_000_000;

/** COIN against USD at HOME, a pair of a token and fiat money. */
export const HOME_SPOT = COIN_USD;
/** COIN against METAL at HOME, a pair of two tokens. */
export const HOME_TOKENS = 2;
/** A perpetual at HOME, whose licence is yet to come. */
export const HOME_PERPETUAL = 3;
/** COIN against USD at AWAY. */
export const AWAY_SPOT = 4;

export const START_OF_PERPETUALS_US = START_US + 10 * DAY_US;

type PlainLicence = z.input<typeof licenceSchema>;
type PlainRule = z.input<typeof eligibilityRuleSchema>;
type PlainSchedule = z.input<typeof feeScheduleSchema>;

export function licence(changes: Partial<PlainLicence>): PlainCommand {
  return {
    type: "DefineLicence",
    licence: {
      licenceId: SPOT_LICENCE,
      venueId: HOME,
      regulator: "The regulator",
      name: "Trading venue",
      reference: "no. 1",
      status: "held",
      fromUs: 0,
      products: [{ product: "spot", fromUs: 0 }],
      remark: "",
      ...changes,
    },
  };
}

/** An allowing row for everybody, at HOME under its spot licence, unless told otherwise. */
export function rule(changes: Partial<PlainRule>): PlainCommand {
  return {
    type: "SetEligibilityRule",
    rule: {
      ruleId: 1,
      venueId: HOME,
      licenceId: SPOT_LICENCE,
      effect: "allow",
      clientClasses: ["retail", "individualProfessional", "corporateProfessional", "omnibus", "house"],
      residence: { mode: "any" },
      product: null,
      pairs: null,
      fromUs: 0,
      untilUs: null,
      clause: "Everyone.",
      ...changes,
    },
  };
}

export function schedule(changes: Partial<PlainSchedule>): PlainCommand {
  const rates = { makerPpm: 1_000, takerPpm: 2_000 };
  return {
    type: "DefineFeeSchedule",
    schedule: {
      scheduleId: 1,
      venueId: HOME,
      name: "Standard",
      fromUs: 0,
      minimumFeeUsdMillionths: 0,
      tiers: [{ minVolumeUsd: 0, tokenFiat: rates, tokenToken: rates, securityToken: rates }],
      reference: "The fee table.",
      ...changes,
    },
  };
}

/** A tier whose rates are the same for all pair types. */
export function tier(minVolumeUsd: number, makerPpm: number, takerPpm: number): PlainSchedule["tiers"][number] {
  const rates = { makerPpm, takerPpm };
  return { minVolumeUsd, tokenFiat: rates, tokenToken: rates, securityToken: rates };
}

type PlainAccount = Extract<PlainCommand, { type: "OpenAccount" }>["account"];

export function opening(accountId: number, code: string, changes: Partial<PlainAccount> = {}): PlainCommand {
  return {
    type: "OpenAccount",
    account: {
      accountId,
      code,
      name: code,
      owner: code.toLowerCase(),
      clientClass: "retail",
      receivesFees: false,
      residence: "HK",
      ...changes,
    },
  };
}

/** Assets, accounts (Alice retail, Bob and Carol corporate, all of HK), venues, licences and instruments; no rule and no fee schedule. */
export const venues: readonly PlainCommand[] = [
  { type: "DefineAsset", asset: { assetId: USD, code: "USD", decimals: 6, usdMillionths: 1_000_000 } },
  { type: "DefineAsset", asset: { assetId: COIN, code: "COIN", decimals: 4 } },
  { type: "DefineAsset", asset: { assetId: METAL, code: "METAL", decimals: 6, usdMillionths: 2_000_000 } },
  opening(FEES, "FEES", { receivesFees: true, clientClass: "house" }),
  opening(ALICE, "ALICE"),
  opening(BOB, "BOB", { clientClass: "corporateProfessional" }),
  opening(CAROL, "CAROL", { clientClass: "corporateProfessional" }),
  { type: "DefineVenue", venue: { venueId: HOME, siteCode: "HK", name: "Home", operator: "Home Limited", jurisdiction: "HK" } },
  { type: "DefineVenue", venue: { venueId: AWAY, siteCode: "BMU", name: "Away", operator: "Away Limited", jurisdiction: "BM" } },
  licence({}),
  licence({
    licenceId: PERPETUAL_LICENCE,
    name: "Derivatives",
    products: [{ product: "perpetual", fromUs: START_OF_PERPETUALS_US }],
  }),
  licence({ licenceId: AWAY_LICENCE, venueId: AWAY }),
  { type: "ListInstrument", instrument: { ...coinUsd, minNotional: 10, venueId: HOME } },
  {
    type: "ListInstrument",
    instrument: {
      ...coinUsd,
      instrumentId: HOME_TOKENS,
      symbol: "COINMETAL",
      quoteAssetId: METAL,
      minNotional: 10,
      venueId: HOME,
      pairType: "tokenToken",
    },
  },
  {
    type: "ListInstrument",
    instrument: { ...coinUsd, instrumentId: HOME_PERPETUAL, symbol: "COIN-PERP", venueId: HOME, product: "perpetual" },
  },
  { type: "ListInstrument", instrument: { ...coinUsd, instrumentId: AWAY_SPOT, symbol: "COINUSD.AWAY", minNotional: 10, venueId: AWAY } },
];

/** The venues with rich traders and these rows besides. */
export function venuesWith(rows: readonly PlainCommand[]): Driver {
  const driver = new Driver();
  driver.sendAll(venues);
  for (const accountId of [ALICE, BOB, CAROL]) {
    driver.sendAll([deposit(accountId, USD, 10_000_000), deposit(accountId, COIN, 10_000), deposit(accountId, METAL, 10_000_000)]);
  }
  driver.sendAll(rows);
  return driver;
}
