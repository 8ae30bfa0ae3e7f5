import { describe, expect, test } from "vitest";
import { balance } from "../../engine/core/queries.ts";
import { explainEligibility } from "../../engine/core/eligibility/ruleQueries.ts";
import type { Event } from "../../shared/events.ts";
import type { AccountId, AssetId, EpochUs, InstrumentId } from "../../shared/ids.ts";
import { refusalOf, type Refusal } from "../../shared/rejects.ts";
import {
  ALICE,
  BOB,
  CAROL,
  COIN,
  Driver,
  FEES,
  START_US,
  USD,
  coinUsd,
  deposit,
  fundedVenue,
  only,
  order,
  type PlainCommand,
} from "./drive.ts";
import {
  AWAY,
  AWAY_LICENCE,
  AWAY_SPOT,
  DAY_US,
  HOME,
  HOME_PERPETUAL,
  HOME_SPOT,
  HOME_TOKENS,
  PERPETUAL_LICENCE,
  SPOT_LICENCE,
  START_OF_PERPETUALS_US,
  licence,
  opening,
  rule,
  venues,
  venuesWith,
} from "./venues.ts";

/** The refusal of an order of the account in the instrument, null if it passes. */
function refusalFor(driver: Driver, accountId: number, instrumentId: number): Refusal | null {
  const events = driver.send(order({ accountId, instrumentId, limitTicks: 100, lots: 2 }));
  return events[0]?.type === "OrderDenied" ? events[0].refusal : null;
}

function denied(driver: Driver, command: PlainCommand): Refusal {
  return only(driver.send(command), "CommandDenied").refusal;
}

const professionals = ["individualProfessional", "corporateProfessional"] as const;
const withdraw = (ruleId: number, fromUs: number): PlainCommand => ({
  type: "WithdrawEligibilityRule",
  ruleId,
  withdrawal: { fromUs, clause: "It ends." },
});
const withdrawLicence = (licenceId: number, fromUs: number): PlainCommand => ({
  type: "WithdrawLicence",
  licenceId,
  withdrawal: { fromUs, clause: "It ends." },
});

describe("before and after the first venue", () => {
  test("EL-2 without any venue every account may trade every instrument", () => {
    expect(refusalFor(fundedVenue(), ALICE, HOME_SPOT)).toBeNull();
  });

  test("EL-2 EL-3 from the first venue on an instrument of none is closed", () => {
    const driver = fundedVenue();
    driver.sendAll(venues.filter(({ type }) => type === "DefineVenue").slice(0, 1));
    expect(refusalFor(driver, ALICE, HOME_SPOT)).toEqual(refusalOf("ELIGIBLE_NO_VENUE"));
  });

  test("EL-2 EL-7 a venue without rules admits nobody", () => {
    expect(refusalFor(venuesWith([]), BOB, HOME_SPOT)).toEqual(refusalOf("ELIGIBLE_NO_RULE"));
  });

  test("EL-2 the stage comes right after identity: an order with a wrong quantity is refused for its client", () => {
    const driver = venuesWith([]);
    const events = driver.send(order({ accountId: BOB, instrumentId: HOME_SPOT, lots: 1_001 }));
    expect(only(events, "OrderDenied").refusal.code).toBe("ELIGIBLE_NO_RULE");
    const unknown = driver.send(order({ accountId: 99, instrumentId: HOME_SPOT }));
    expect(only(unknown, "OrderDenied").refusal.code).toBe("VALIDATE_UNKNOWN_ACCOUNT");
  });

  test("EL-2 cancelling needs no eligibility", () => {
    const driver = fundedVenue();
    const { orderId } = only(driver.send(order({})), "OrderAccepted");
    driver.sendAll(venues.filter(({ type }) => type === "DefineVenue").slice(0, 1));
    expect(only(driver.send({ type: "CancelOrder", accountId: ALICE, orderId }), "OrderCancelled").reason).toBe("user");
  });
});

describe("licences", () => {
  const open = [rule({}), rule({ ruleId: 2, licenceId: PERPETUAL_LICENCE, product: "perpetual" })];

  test("EL-4 a product opens on the day its licence allows it, and the refusal before cites licence and day", () => {
    const driver = venuesWith(open);
    const early = { licenceId: PERPETUAL_LICENCE, limit: START_OF_PERPETUALS_US };
    expect(refusalFor(driver, BOB, HOME_PERPETUAL)).toEqual(refusalOf("ELIGIBLE_NO_LICENCE", early));
    expect(refusalFor(driver, BOB, HOME_SPOT)).toBeNull();
    driver.atUs = START_OF_PERPETUALS_US - 2;
    expect(refusalFor(driver, BOB, HOME_PERPETUAL)).toEqual(refusalOf("ELIGIBLE_NO_LICENCE", early));
    expect(driver.atUs).toBe(START_OF_PERPETUALS_US - 1);
    expect(refusalFor(driver, BOB, HOME_PERPETUAL)).toBeNull();
  });

  test.each([
    ["applied for", { status: "appliedFor" as const }, null],
    ["planned", { status: "planned" as const }, null],
    ["held without a date", { fromUs: null }, null],
    ["held, the product without a date", { products: [{ product: "otc" as const, fromUs: null }] }, null],
    ["held from a later day", { fromUs: START_US + DAY_US }, START_US + DAY_US],
    ["held, the product from a later day", { products: [{ product: "otc" as const, fromUs: START_US + DAY_US }] }, START_US + DAY_US],
  ])("EL-4 a licence %s covers nothing", (_, changes, limit) => {
    const driver = venuesWith([
      { type: "ListInstrument", instrument: { ...coinUsd, instrumentId: 5, symbol: "COIN-OTC", venueId: HOME, product: "otc" } },
      licence({ licenceId: 4, products: [{ product: "otc", fromUs: 0 }], ...changes }),
      rule({ licenceId: 4 }),
    ]);
    expect(refusalFor(driver, BOB, 5)).toEqual(refusalOf("ELIGIBLE_NO_LICENCE", { licenceId: 4, limit }));
  });

  test("EL-4 of several licences to come the first is cited; without any that names the product, none", () => {
    const driver = venuesWith([
      { type: "ListInstrument", instrument: { ...coinUsd, instrumentId: 5, symbol: "COIN-OTC", venueId: HOME, product: "otc" } },
    ]);
    expect(refusalFor(driver, BOB, 5)).toEqual(refusalOf("ELIGIBLE_NO_LICENCE"));
    for (const [n, days] of [3, 1, 2].entries()) {
      driver.send(licence({ licenceId: 4 + n, products: [{ product: "otc", fromUs: START_US + days * DAY_US }] }));
    }
    expect(refusalFor(driver, BOB, 5)).toMatchObject({ licenceId: 5, limit: START_US + DAY_US });
  });

  test("EL-4 EL-9 a withdrawn licence covers until its end", () => {
    const driver = venuesWith(open);
    const endUs = START_US + DAY_US;
    driver.send(withdrawLicence(SPOT_LICENCE, endUs));
    driver.atUs = endUs - 2;
    expect(refusalFor(driver, BOB, HOME_SPOT)).toBeNull();
    expect(refusalFor(driver, BOB, HOME_SPOT)).toEqual(refusalOf("ELIGIBLE_NO_LICENCE", { licenceId: SPOT_LICENCE }));
  });

  test("EL-7 a rule whose own licence does not cover the product admits nobody, even if another licence covers it", () => {
    const driver = venuesWith([rule({ licenceId: PERPETUAL_LICENCE })]);
    expect(refusalFor(driver, BOB, HOME_SPOT)).toEqual(refusalOf("ELIGIBLE_NO_LICENCE", { licenceId: PERPETUAL_LICENCE, ruleId: 1 }));
  });

  test("EL-4 another venue's licence covers nothing here", () => {
    const driver = venuesWith([rule({}), rule({ ruleId: 2, venueId: AWAY, licenceId: AWAY_LICENCE })]);
    driver.send(withdrawLicence(AWAY_LICENCE, driver.atUs + 1));
    expect(refusalFor(driver, BOB, HOME_SPOT)).toBeNull();
    expect(refusalFor(driver, BOB, AWAY_SPOT)).toEqual(refusalOf("ELIGIBLE_NO_LICENCE", { licenceId: AWAY_LICENCE }));
  });
});

describe("rules", () => {
  test("EL-5 EL-7 a row admits the classes it names and cites itself to the others", () => {
    const driver = venuesWith([rule({ clientClasses: [...professionals] })]);
    expect(refusalFor(driver, BOB, HOME_SPOT)).toBeNull();
    expect(refusalFor(driver, ALICE, HOME_SPOT)).toEqual(refusalOf("ELIGIBLE_CLIENT_CLASS", { licenceId: SPOT_LICENCE, ruleId: 1 }));
  });

  test("EL-5 pairs and products a row does not name are not its business", () => {
    const driver = venuesWith([rule({ pairs: ["COINUSD"] }), rule({ ruleId: 2, product: "otc", licenceId: SPOT_LICENCE })]);
    expect(refusalFor(driver, BOB, HOME_SPOT)).toBeNull();
    expect(refusalFor(driver, BOB, HOME_TOKENS)).toEqual(refusalOf("ELIGIBLE_NO_RULE"));
  });

  test("EL-5 EL-7 residence: only some places, all but some places, and nobody knows where", () => {
    const driver = venuesWith([
      opening(5, "DANA", { residence: "SG" }),
      opening(6, "EVE", { residence: null }),
      deposit(5, USD, 10_000),
      deposit(6, USD, 10_000),
      rule({ residence: { mode: "only", places: ["HK", "MO"] }, pairs: ["COINUSD"] }),
      rule({ ruleId: 2, residence: { mode: "except", places: ["HK", "US"] }, venueId: AWAY, licenceId: AWAY_LICENCE }),
    ]);
    const elsewhere = refusalOf("ELIGIBLE_RESIDENCE", { licenceId: SPOT_LICENCE, ruleId: 1 });
    const excluded = refusalOf("ELIGIBLE_RESIDENCE", { licenceId: AWAY_LICENCE, ruleId: 2 });
    expect([ALICE, 5, 6].map((account) => refusalFor(driver, account, HOME_SPOT))).toEqual([null, elsewhere, elsewhere]);
    expect([ALICE, 5, 6].map((account) => refusalFor(driver, account, AWAY_SPOT))).toEqual([excluded, null, excluded]);
  });

  test("EL-5 EL-6 an unknown residence meets every condition that excludes", () => {
    const driver = venuesWith([
      opening(5, "EVE", { residence: null }),
      deposit(5, USD, 10_000),
      rule({}),
      rule({ ruleId: 2, effect: "deny", residence: { mode: "only", places: ["US"] } }),
    ]);
    expect(refusalFor(driver, ALICE, HOME_SPOT)).toBeNull();
    expect(refusalFor(driver, 5, HOME_SPOT)).toEqual(refusalOf("ELIGIBLE_DENIED", { licenceId: SPOT_LICENCE, ruleId: 2 }));
  });

  test("EL-6 a denial outweighs every admission, and the first denial is cited", () => {
    const driver = venuesWith([
      rule({}),
      rule({ ruleId: 2, effect: "deny", clientClasses: ["retail"] }),
      rule({ ruleId: 3, clientClasses: ["retail"] }),
      rule({ ruleId: 4, effect: "deny", clientClasses: ["retail"] }),
    ]);
    expect(refusalFor(driver, ALICE, HOME_SPOT)).toEqual(refusalOf("ELIGIBLE_DENIED", { licenceId: SPOT_LICENCE, ruleId: 2 }));
    expect(refusalFor(driver, BOB, HOME_SPOT)).toBeNull();
  });

  test("EL-6 a denial needs no licence that covers the product", () => {
    const driver = venuesWith([rule({}), rule({ ruleId: 2, effect: "deny", licenceId: PERPETUAL_LICENCE, clientClasses: ["retail"] })]);
    expect(refusalFor(driver, ALICE, HOME_SPOT)).toEqual(refusalOf("ELIGIBLE_DENIED", { licenceId: PERPETUAL_LICENCE, ruleId: 2 }));
    expect(refusalFor(driver, BOB, HOME_SPOT)).toBeNull();
  });

  test("EL-7 the row that lacks only the residence is cited before one that lacks the class", () => {
    const driver = venuesWith([
      rule({ clientClasses: ["omnibus"] }),
      rule({ ruleId: 2, clientClasses: ["retail"], residence: { mode: "only", places: ["SG"] } }),
    ]);
    expect(refusalFor(driver, ALICE, HOME_SPOT)).toEqual(refusalOf("ELIGIBLE_RESIDENCE", { licenceId: SPOT_LICENCE, ruleId: 2 }));
  });

  test("EL-1 EL-5 a row speaks from its date to its end, to the microsecond", () => {
    const driver = venuesWith([rule({ fromUs: START_US + DAY_US, untilUs: START_US + 2 * DAY_US })]);
    const at = (us: number): Refusal | null => {
      driver.atUs = us - 1;
      return refusalFor(driver, BOB, HOME_SPOT);
    };
    expect(at(START_US + DAY_US - 1)?.code).toBe("ELIGIBLE_NO_RULE");
    expect(at(START_US + DAY_US)).toBeNull();
    expect(at(START_US + 2 * DAY_US - 1)).toBeNull();
    expect(at(START_US + 2 * DAY_US)?.code).toBe("ELIGIBLE_NO_RULE");
  });

  test("EL-1 an account and an instrument that come later are judged by the same rows", () => {
    const driver = venuesWith([rule({})]);
    expect(refusalFor(driver, BOB, HOME_SPOT)).toBeNull();
    driver.sendAll([
      opening(5, "OMNI", { clientClass: "omnibus", residence: "SG" }),
      deposit(5, USD, 10_000),
      { type: "ListInstrument", instrument: { ...coinUsd, instrumentId: 5, symbol: "LATE", minNotional: 10, venueId: HOME } },
    ]);
    expect([HOME_SPOT, 5].map((instrument) => refusalFor(driver, 5, instrument))).toEqual([null, null]);
    expect(refusalFor(driver, BOB, 5)).toBeNull();
  });
});

describe("loading", () => {
  test("EL-8 ids are given in order and site codes once", () => {
    const driver = venuesWith([rule({})]);
    const site = (venueId: number, siteCode: string): PlainCommand => ({
      type: "DefineVenue",
      venue: { venueId, siteCode, name: "N", operator: "O", jurisdiction: "SG" },
    });
    expect(denied(driver, site(3, "HK"))).toEqual(refusalOf("CATALOG_DUPLICATE_ID", { actual: 3 }));
    expect(denied(driver, site(4, "SG"))).toEqual(refusalOf("CATALOG_ID_GAP", { limit: 3, actual: 4 }));
    expect(denied(driver, licence({ licenceId: 5 }))).toEqual(refusalOf("CATALOG_ID_GAP", { limit: 4, actual: 5 }));
    expect(denied(driver, rule({}))).toEqual(refusalOf("CATALOG_DUPLICATE_ID", { actual: 1 }));
  });

  test("EL-8 references lead somewhere, to the same venue", () => {
    const driver = venuesWith([]);
    expect(denied(driver, licence({ licenceId: 4, venueId: 9 })).code).toBe("CATALOG_UNKNOWN_VENUE");
    expect(denied(driver, rule({ venueId: 9 })).code).toBe("CATALOG_UNKNOWN_VENUE");
    expect(denied(driver, rule({ licenceId: 9 })).code).toBe("CATALOG_UNKNOWN_LICENCE");
    expect(denied(driver, rule({ licenceId: AWAY_LICENCE })).code).toBe("CATALOG_UNKNOWN_LICENCE");
    expect(denied(driver, withdraw(1, START_US * 2)).code).toBe("CATALOG_UNKNOWN_RULE");
    expect(denied(driver, withdrawLicence(9, START_US * 2)).code).toBe("CATALOG_UNKNOWN_LICENCE");
    const instrument = { ...coinUsd, instrumentId: 5, symbol: "X" };
    expect(denied(driver, { type: "ListInstrument", instrument }).code).toBe("CATALOG_UNKNOWN_VENUE");
    expect(denied(driver, { type: "ListInstrument", instrument: { ...instrument, venueId: 9 } }).code).toBe("CATALOG_UNKNOWN_VENUE");
    const bare = new Driver();
    bare.sendAll(venues.slice(0, 4));
    expect(denied(bare, { type: "ListInstrument", instrument: { ...coinUsd, venueId: 1 } }).code).toBe("CATALOG_UNKNOWN_VENUE");
  });

  test("EL-9 a row is withdrawn once and not in the past, and stays in the book", () => {
    const driver = venuesWith([rule({})]);
    expect(denied(driver, withdraw(1, driver.atUs))).toEqual(
      refusalOf("CATALOG_RETROACTIVE", { limit: driver.atUs, actual: driver.atUs - 1 }),
    );
    const endUs = driver.atUs + DAY_US;
    const withdrawal = { fromUs: endUs, clause: "It ends." };
    expect(driver.send(withdraw(1, endUs))).toEqual([{ type: "EligibilityRuleWithdrawn", ruleId: 1, withdrawal }]);
    expect(denied(driver, withdraw(1, endUs + 1))).toEqual(refusalOf("CATALOG_ALREADY_WITHDRAWN", { limit: endUs }));
    expect(refusalFor(driver, BOB, HOME_SPOT)).toBeNull();
    driver.atUs = endUs;
    expect(refusalFor(driver, BOB, HOME_SPOT)).toEqual(refusalOf("ELIGIBLE_NO_RULE"));
    expect(explain(driver, BOB, HOME_SPOT, driver.atUs).rules).toMatchObject([{ rule: { ruleId: 1 }, standing: "withdrawn" }]);
  });
});

describe("open orders", () => {
  const cancelled = (events: readonly Event[]): unknown[] =>
    events.flatMap((event) => (event.type === "OrderCancelled" ? [[event.accountId, event.reason]] : []));

  test("EL-10 a denial takes off the orders it forbids, and no other", () => {
    const driver = venuesWith([rule({}), rule({ ruleId: 2, venueId: AWAY, licenceId: AWAY_LICENCE })]);
    driver.sendAll([
      order({ accountId: BOB, limitTicks: 99 }),
      order({ accountId: ALICE, limitTicks: 98 }),
      order({ accountId: ALICE, instrumentId: AWAY_SPOT, limitTicks: 97 }),
      order({ accountId: ALICE, limitTicks: 96 }),
    ]);
    const events = driver.send(rule({ ruleId: 3, effect: "deny", clientClasses: ["retail"] }));
    expect(events[0]?.type).toBe("EligibilityRuleSet");
    expect(cancelled(events)).toEqual([
      [ALICE, "ineligible"],
      [ALICE, "ineligible"],
    ]);
  });

  test("EL-10 a withdrawal takes them off at once, or with the AdvanceTime that passes its date", () => {
    const driver = venuesWith([rule({}), rule({ ruleId: 2, clientClasses: ["corporateProfessional"] })]);
    driver.sendAll([order({ accountId: ALICE }), order({ accountId: BOB })]);
    expect(cancelled(driver.send(withdraw(1, driver.atUs + 1)))).toEqual([[ALICE, "ineligible"]]);
    const endUs = driver.atUs + DAY_US;
    expect(cancelled(driver.send(withdraw(2, endUs)))).toEqual([]);
    expect(driver.send({ type: "AdvanceTime" })).toEqual([{ type: "TimeAdvanced", consequences: 0 }]);
    driver.atUs = endUs - 1;
    const events = driver.send({ type: "AdvanceTime" });
    expect(cancelled(events)).toEqual([[BOB, "ineligible"]]);
    expect(only(events, "TimeAdvanced").consequences).toBe(1);
  });

  test("EL-10 so does the end of a licence, and what the orders held is free again", () => {
    const driver = venuesWith([rule({})]);
    driver.send(order({ accountId: CAROL, side: "sell", lots: 10 }));
    expect(cancelled(driver.send(withdrawLicence(SPOT_LICENCE, driver.atUs + 1)))).toEqual([[CAROL, "ineligible"]]);
    expect(only(driver.send(rule({ ruleId: 2 })), "EligibilityRuleSet").rule.ruleId).toBe(2);
    const { available } = balanceOf(driver, CAROL, COIN);
    expect(available).toBe(10_000);
  });
});

describe("explanations", () => {
  test("EL-11 EL-4 all rows with their standing, the verdict, and the next date", () => {
    const driver = venuesWith([
      rule({ clientClasses: [...professionals], clause: "Professionals, all spot pairs.", product: "spot" }),
      rule({ ruleId: 2, clientClasses: ["retail"], pairs: ["COINUSD"] }),
      rule({ ruleId: 3, licenceId: PERPETUAL_LICENCE, product: "perpetual", clientClasses: [...professionals] }),
      rule({ ruleId: 4, effect: "deny", residence: { mode: "only", places: ["US"] } }),
      rule({ ruleId: 5, venueId: AWAY, licenceId: AWAY_LICENCE }),
      rule({ ruleId: 6, fromUs: START_US + 20 * DAY_US, untilUs: START_US + 21 * DAY_US }),
    ]);
    const now = explain(driver, BOB, HOME_PERPETUAL, driver.atUs);
    expect(now).toMatchObject({
      allowed: false,
      code: "ELIGIBLE_NO_LICENCE",
      licenceId: PERPETUAL_LICENCE,
      fromUs: START_OF_PERPETUALS_US,
    });
    expect(now.licences.map(({ standing }) => standing)).toEqual(["otherProduct", "productNotYet"]);
    expect(now.rules.map(({ rule: row, standing }) => [row.ruleId, standing])).toEqual([
      [1, "otherProduct"],
      [2, "otherPair"],
      [3, "licenceDoesNotCover"],
      [4, "otherResidence"],
      [6, "notYet"],
    ]);
    expect(now.nextChangeUs).toBe(START_OF_PERPETUALS_US);
    const later = explain(driver, BOB, HOME_PERPETUAL, START_OF_PERPETUALS_US);
    expect(later).toMatchObject({
      allowed: true,
      code: null,
      licenceId: PERPETUAL_LICENCE,
      ruleId: 3,
      nextChangeUs: START_US + 20 * DAY_US,
    });
    const retail = explain(driver, ALICE, HOME_PERPETUAL, START_OF_PERPETUALS_US);
    expect(retail).toMatchObject({ allowed: false, code: "ELIGIBLE_CLIENT_CLASS", ruleId: 3 });
    expect(explain(driver, ALICE, HOME_SPOT, START_US + 22 * DAY_US)).toMatchObject({ allowed: true, ruleId: 2, nextChangeUs: null });
  });

  test("EL-11 the verdict of an explanation is the verdict on an order, for every class, place and instrument, now and later", () => {
    const driver = venuesWith([
      rule({ clientClasses: ["corporateProfessional", "omnibus"], product: "spot" }),
      rule({ ruleId: 2, clientClasses: ["retail"], residence: { mode: "except", places: ["CN"] }, pairs: ["COINUSD"] }),
      rule({ ruleId: 3, licenceId: PERPETUAL_LICENCE, product: "perpetual", clientClasses: ["corporateProfessional"] }),
      rule({ ruleId: 4, effect: "deny", residence: { mode: "only", places: ["US"] } }),
      rule({ ruleId: 5, venueId: AWAY, licenceId: AWAY_LICENCE, residence: { mode: "except", places: ["HK", "CN", "US"] } }),
    ]);
    const accounts: number[] = [];
    for (const clientClass of ["retail", "individualProfessional", "corporateProfessional", "omnibus", "house"] as const) {
      for (const residence of ["HK", "SG", "CN", "US", null]) {
        const accountId = 5 + accounts.length;
        driver.sendAll([
          opening(accountId, `A${accountId}`, { clientClass, residence }),
          deposit(accountId, USD, 10 ** 6),
          deposit(accountId, 3, 10 ** 6),
        ]);
        accounts.push(accountId);
      }
    }
    const outcomes = new Set<string>();
    for (const atUs of [driver.atUs + 1_000, START_OF_PERPETUALS_US]) {
      driver.atUs = atUs;
      for (const accountId of accounts) {
        for (const instrumentId of [HOME_SPOT, HOME_TOKENS, HOME_PERPETUAL, AWAY_SPOT]) {
          const refusal = refusalFor(driver, accountId, instrumentId);
          const told = explain(driver, accountId, instrumentId, driver.atUs);
          const eligible = refusal === null || !refusal.code.startsWith("ELIGIBLE_");
          expect({ allowed: eligible, code: eligible ? null : refusal.code }).toEqual({ allowed: told.allowed, code: told.code });
          if (!eligible) expect([refusal.licenceId, refusal.ruleId, refusal.limit]).toEqual([told.licenceId, told.ruleId, told.fromUs]);
          outcomes.add(told.code ?? "allowed");
        }
      }
    }
    expect(outcomes.size).toBe(5);
  });

  test("EL-11 EL-2 without a venue everything is allowed; of nobody and nothing there is nothing to tell", () => {
    const driver = fundedVenue();
    expect(explain(driver, ALICE, HOME_SPOT, driver.atUs)).toMatchObject({ allowed: true, code: null, rules: [], nextChangeUs: null });
    expect(explainEligibility(driver.engine, 99 as AccountId, 1 as InstrumentId, 0 as EpochUs)).toBeNull();
    expect(explainEligibility(driver.engine, FEES as AccountId, 99 as InstrumentId, 0 as EpochUs)).toBeNull();
  });
});

function explain(
  driver: Driver,
  accountId: number,
  instrumentId: number,
  atUs: number,
): NonNullable<ReturnType<typeof explainEligibility>> {
  return explainEligibility(driver.engine, accountId as AccountId, instrumentId as InstrumentId, atUs as EpochUs)!;
}

function balanceOf(driver: Driver, accountId: number, assetId: number): { available: number } {
  return balance(driver.engine, accountId as AccountId, assetId as AssetId);
}
