import { z } from "zod";
import { PPM } from "../../../shared/money.ts";
import { lotsForValue, type Agent, type AgentView, type InstrumentView, type Intent } from "../agent.ts";
import type { RandomStream } from "../randomStream.ts";
import { chanceWithin, eachWithStream, take, type InstrumentAgent, Looks } from "./placing.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { participant } from "./participant.ts";

export const informedTerms = z.strictObject({
  kind: z.literal("informed"),
  ...participant,
  /** It acts when the market is so far from the fundamental. */
  thresholdPpm: z.number().int().min(1).max(200_000).default(350),
  /** Orders a second while there is something to gain. */
  rate: z.number().min(0.01).max(100).default(4),
  value: z.number().min(1).max(10_000_000).default(25_000),
  /** Its position stays within this value. */
  positionMax: z.number().min(1).max(1_000_000_000).default(2_000_000),
});
type Terms = z.infer<typeof informedTerms>;

/** Knows the fundamental exactly and takes what is offered at a wrong price, until the market has learnt it. */
export function informed(terms: Terms, agent: AgentSeed): Agent {
  return eachWithStream(agent, (random) => new Insider(terms, random));
}

class Insider implements InstrumentAgent {
  readonly #terms: Terms;
  readonly #random: RandomStream;
  readonly #looks = new Looks();

  constructor(terms: Terms, random: RandomStream) {
    this.#terms = terms;
    this.#random = random;
  }

  act(view: InstrumentView, market: AgentView): readonly Intent[] {
    const sinceUs = this.#looks.since(market.venueTimeUs);
    const { referenceTicks: worth, bidTicks, askTicks } = view;
    if (worth === null || !this.#random.chance(chanceWithin(this.#terms.rate, sinceUs))) return [];
    const margin = 1 + this.#terms.thresholdPpm / PPM;
    const held = (view.netLots * worth * view.instrument.quoteUnitsPerTickLot) / view.quoteUnits;
    const lots = lotsForValue(view, this.#terms.value * this.#random.between(0.5, 1.5), worth);
    if (askTicks !== null && askTicks * margin < worth && held < this.#terms.positionMax)
      return take(view, market.purse, { side: "buy", lots, reachPpm: this.#terms.thresholdPpm / 2 });
    if (bidTicks !== null && bidTicks > worth * margin && held > -this.#terms.positionMax)
      return take(view, market.purse, { side: "sell", lots, reachPpm: this.#terms.thresholdPpm / 2 });
    return [];
  }
}
