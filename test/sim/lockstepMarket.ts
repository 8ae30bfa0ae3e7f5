import { Market, type ReferenceSource } from "../../engine/sim/market.ts";
import { simulatedOwners } from "../../engine/sim/simulatedOwners.ts";
import { ReferencePath, SyntheticFeed } from "../../engine/sim/referencePath.ts";
import { MarketSession } from "../../engine/sim/session.ts";
import type { EpochUs, InstrumentId } from "../../shared/ids.ts";
import type { ClientMessage, HostMessage } from "../../shared/protocol.ts";
import { LockstepVenue } from "./lockstepVenue.ts";

export const START_US = 1_800_000_000_000_000;
export const STEP_US = 100_000;
export const [BTC, ETH] = [1, 2] as [InstrumentId, InstrumentId];

/** What a session received and sent, in order. */
type Recording = ({ readonly in: HostMessage } | { readonly out: ClientMessage } | { readonly step: number })[];

export type LockstepMarket = {
  readonly venue: LockstepVenue;
  readonly sessions: readonly MarketSession[];
  readonly recordings: readonly Recording[];
  /** Makes so many steps of STEP_US times `speed`. */
  readonly run: (steps: number, speed?: number) => void;
  /** Sets the participants' venue time back, as when a fast clock was slowed down; the venue's own never goes back. */
  readonly setBack: (us: number) => void;
  readonly nowUs: () => number;
};

/** A synthetic reference of each listed instrument, the same for equal seeds. */
export function syntheticSources(seed: number): Map<InstrumentId, ReferenceSource> {
  const source = (name: string, originTicks: number): ReferenceSource => {
    const path = new ReferencePath(new SyntheticFeed({ seed, name, originUs: START_US, originTicks, meanVolumeLots: 600_000 }), {
      seed,
      name,
    });
    return {
      at: (us) => {
        const reference = path.at(us);
        if (reference === null) throw new Error("the path has an end");
        return reference;
      },
    };
  };
  return new Map([
    [BTC, source("BTC/USD", 6_500_000)],
    [ETH, source("ETH/USD", 340_000)],
  ]);
}

/** The three participants at a venue that takes turns with them. */
export function lockstepMarket(setup: {
  readonly seed: number;
  readonly venue?: LockstepVenue;
  readonly startUs?: number;
  readonly sources?: Map<InstrumentId, ReferenceSource>;
}): LockstepMarket {
  const venue = setup.venue ?? new LockstepVenue(START_US);
  const market = new Market(setup.seed);
  for (const [instrumentId, source] of setup.sources ?? syntheticSources(setup.seed)) market.follow(instrumentId, source);
  const recordings: Recording[] = [];
  const sessions = simulatedOwners.map((owner) => {
    const recording: Recording = [];
    recordings.push(recording);
    const receive = (message: HostMessage): void => {
      recording.push({ in: message });
      session.receive(message);
    };
    const port = venue.connect({ owner, receive });
    const recorded = {
      postMessage: (message: ClientMessage): void => {
        recording.push({ out: message });
        port.postMessage(message);
      },
    };
    const session = new MarketSession(recorded, owner);
    market.join(owner, session);
    session.start();
    return session;
  });
  let venueUs = 0;
  let nowUs = setup.startUs ?? START_US;
  // Hello, then the catalog, then the books.
  for (let turn = 0; turn < 3; turn += 1) venue.turn(nowUs);
  const run = (steps: number, speed = 1): void => {
    for (let step = 0; step < steps; step += 1) {
      nowUs += STEP_US * speed;
      for (const recording of recordings) recording.push({ step: nowUs });
      // Whole microseconds are what the brand stands for.
      market.step(nowUs as EpochUs);
      venueUs = Math.max(venueUs, nowUs);
      venue.turn(venueUs);
    }
  };
  const setBack = (us: number): void => {
    nowUs -= us;
  };
  return { venue, sessions, recordings, run, setBack, nowUs: () => nowUs };
}
