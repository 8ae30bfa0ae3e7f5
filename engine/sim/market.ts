import { unreachable } from "../../shared/assert.ts";
import type { EpochUs, InstrumentId } from "../../shared/ids.ts";
import type { Agent } from "./agent.ts";
import { MarketMaker } from "./maker.ts";
import type { SimulatedOwner } from "./simulatedOwners.ts";
import { MomentumTrader } from "./momentum.ts";
import { NoiseTraders } from "./noise.ts";
import type { Reference } from "./referencePath.ts";
import type { MarketSession } from "./session.ts";

/** A function of venue time; see InstrumentSource. */
export type ReferenceSource = { at(venueTimeUs: number): Reference };

type Participant = { readonly session: MarketSession; readonly agent: Agent; readonly informed: boolean };

/**
 * The participants and what they follow. Whoever owns the clock, a timer or a scenario, calls `step`; with the same seed, the same messages
 * received and the same step times, the same commands are sent.
 */
export class Market {
  readonly #participants: Participant[] = [];
  readonly #seed: number;
  readonly #sources = new Map<InstrumentId, ReferenceSource>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  join(owner: SimulatedOwner, session: MarketSession): void {
    this.#participants.push({ session, agent: agentOf(owner, this.#seed), informed: owner === "sim-maker" });
  }

  /** Sets or replaces what an instrument's informed participants follow; one without a source is not traded. */
  follow(instrumentId: InstrumentId, source: ReferenceSource): void {
    this.#sources.set(instrumentId, source);
  }

  /** Lets every participant observe and act once. */
  step(venueTimeUs: EpochUs): void {
    for (let place = 0; place < this.size; place += 1) this.turn(place, venueTimeUs);
  }

  get size(): number {
    return this.#participants.length;
  }

  /** Lets the participant at this place, from 0, observe and act once; answers how many commands it sent. */
  turn(place: number, venueTimeUs: EpochUs): number {
    const participant = this.#participants[place];
    if (participant === undefined || !participant.session.mayAct()) return 0;
    const { session, agent, informed } = participant;
    const view = session.view(venueTimeUs, ({ instrumentId }) => {
      const reference = this.#sources.get(instrumentId)?.at(venueTimeUs);
      return { activity: reference?.activity ?? 0, referenceTicks: informed ? (reference?.ticks ?? null) : null, closeTicks: null };
    });
    return session.send(agent.observe(view), venueTimeUs).length;
  }
}

function agentOf(owner: SimulatedOwner, seed: number): Agent {
  switch (owner) {
    case "sim-maker":
      return new MarketMaker(seed, owner);
    case "sim-noise":
      return new NoiseTraders(seed, owner);
    case "sim-momentum":
      return new MomentumTrader(seed, owner);
    default:
      return unreachable(owner);
  }
}
