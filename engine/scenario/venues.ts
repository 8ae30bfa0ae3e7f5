import { invariant } from "../../shared/assert.ts";
import { clientClasses, products } from "../../shared/catalog.ts";
import type { Command } from "../../shared/commands.ts";
import { scenarioCommand } from "./commands.ts";
import type { Scenario } from "./schema.ts";

type Venue = Scenario["venues"][number];
type Rates = { readonly makerFeePpm: number; readonly takerFeePpm: number };

/**
 * The venues of a scenario as the engine knows them. Where none is licensed the engine is told of none, and everybody may trade everything
 * (EL-2); where one is, all are defined. Ids follow the order of the file: a venue, its licence and its rule have the same.
 */
export class Venues {
  readonly #venues: readonly Venue[];
  readonly #startUs: number;
  #schedules = 0;

  constructor(scenario: Scenario) {
    this.#venues = scenario.venues;
    this.#startUs = Date.parse(scenario.start) * 1_000;
  }

  /** Null where the engine knows no venues. The first venue when the instrument names none. */
  idOf(code: string | undefined): number | null {
    if (!this.#venues.some(({ licensed }) => licensed)) return null;
    const index = code === undefined ? 0 : this.#venues.findIndex((venue) => venue.code === code);
    invariant(index >= 0, `no venue ${code}`);
    return index + 1;
  }

  commands(): readonly Command[] {
    return this.#venues.flatMap((venue) => {
      const venueId = this.idOf(venue.code);
      if (venueId === null) return [];
      const define = scenarioCommand({
        type: "DefineVenue",
        venue: { venueId, siteCode: venue.code, name: venue.name, operator: venue.name, jurisdiction: "HK" },
      });
      return [
        define,
        ...(venue.licensed ? this.#licence(venueId) : []),
        ...(venue.fees === undefined ? [] : [this.#fees(venueId, venue.fees, this.#startUs)]),
      ];
    });
  }

  withdraw(code: string, reason: string, atUs: number): Command {
    return scenarioCommand({ type: "WithdrawLicence", licenceId: this.idOf(code), withdrawal: { fromUs: atUs, clause: reason } });
  }

  charge(code: string, rates: Rates, atUs: number): Command {
    const venueId = this.idOf(code);
    invariant(venueId !== null, "fees are charged by a licensed venue");
    return this.#fees(venueId, rates, atUs);
  }

  #licence(venueId: number): readonly Command[] {
    const fromUs = this.#startUs;
    const held = { fromUs, status: "held", regulator: "of the scenario", name: "of the scenario", reference: "simulated", remark: "" };
    return [
      scenarioCommand({
        type: "DefineLicence",
        licence: { licenceId: venueId, venueId, ...held, products: products.map((product) => ({ product, fromUs })) },
      }),
      scenarioCommand({
        type: "SetEligibilityRule",
        rule: {
          ruleId: venueId,
          venueId,
          licenceId: venueId,
          effect: "allow",
          clientClasses,
          residence: { mode: "any" },
          product: null,
          pairs: null,
          fromUs,
          untilUs: null,
          clause: "everyone, by the scenario",
        },
      }),
    ];
  }

  #fees(venueId: number, { makerFeePpm: makerPpm, takerFeePpm: takerPpm }: Rates, fromUs: number): Command {
    this.#schedules += 1;
    const rate = { makerPpm, takerPpm };
    const tiers = [{ minVolumeUsd: 0, tokenFiat: rate, tokenToken: rate, securityToken: rate }];
    const schedule = {
      scheduleId: this.#schedules,
      venueId,
      name: "of the scenario",
      fromUs,
      minimumFeeUsdMillionths: 0,
      tiers,
      reference: "simulated",
    };
    return scenarioCommand({ type: "DefineFeeSchedule", schedule });
  }
}
