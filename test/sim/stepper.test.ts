import { describe, expect, it } from "vitest";
import { Market } from "../../engine/sim/market.ts";
import { MarketSession } from "../../engine/sim/session.ts";
import { simulatedOwners } from "../../engine/sim/simulatedOwners.ts";
import { Stepper, type StepGoal, type StepOutcome } from "../../engine/sim/stepper.ts";

const HOUR_US = 3_600_000_000;

/** A step of participants whose venue never speaks, so that none of them ever acts. */
function stepOfNobody(goal: StepGoal): Promise<StepOutcome> {
  const market = new Market(1);
  const sessions = simulatedOwners.map((owner) => new MarketSession({ postMessage: () => undefined }, owner));
  sessions.forEach((session, place) => market.join(simulatedOwners[place]!, session));
  return new Stepper(market, sessions, { advance: () => Promise.resolve() }).run(goal, 0);
}

describe("SM-25 a step in which nobody acts", () => {
  it("SM-25 gives up after an hour of venue time, however many participants there are", async () => {
    expect(await stepOfNobody({ kind: "event" })).toEqual({ venueTimeUs: HOUR_US, commands: 0, trades: 0 });
  });

  it("SM-25 one up to a time reaches it, however far", async () => {
    expect((await stepOfNobody({ kind: "time", venueTimeUs: 5 * HOUR_US })).venueTimeUs).toBe(5 * HOUR_US);
  });
});
