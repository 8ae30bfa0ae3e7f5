import { z } from "zod";
import { unreachable } from "../../../shared/assert.ts";
import type { Agent } from "../agent.ts";
import { MarketMaker } from "../maker.ts";
import { MomentumTrader } from "../momentum.ts";
import { NoiseTraders } from "../noise.ts";
import { adaptiveMaker, adaptiveMakerTerms } from "./adaptiveMaker.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { clumsy, clumsyTerms } from "./clumsy.ts";
import { hawkes, hawkesTerms } from "./hawkes.ts";
import { iceberg, icebergTerms } from "./iceberg.ts";
import { informed, informedTerms } from "./informed.ts";
import { layerer } from "./layerer.ts";
import { metaOrder, metaOrderTerms } from "./metaOrder.ts";
import { participant } from "./participant.ts";
import { pairArbitrage, pairArbitrageTerms } from "./pairArbitrage.ts";
import { pinger, pingerTerms } from "./pinger.ts";
import { layererTerms, spoofer, spooferTerms } from "./spoofer.ts";
import { value, valueTerms } from "./value.ts";
import { venueArbitrage, venueArbitrageTerms } from "./venueArbitrage.ts";
import { washer, washerTerms } from "./washer.ts";
import { zeroIntelligence, zeroIntelligenceTerms } from "./zeroIntelligence.ts";

/** Every kind of participant, with what a scenario may say of it. */
export const agentKinds = [
  z.strictObject({ kind: z.literal("noise"), ...participant }),
  z.strictObject({ kind: z.literal("momentum"), ...participant }),
  /** The market maker that is told the fundamental and quotes around it. */
  z.strictObject({ kind: z.literal("referenceMaker"), ...participant }),
  zeroIntelligenceTerms,
  valueTerms,
  adaptiveMakerTerms,
  informedTerms,
  metaOrderTerms,
  icebergTerms,
  pairArbitrageTerms,
  venueArbitrageTerms,
  hawkesTerms,
  clumsyTerms,
  spooferTerms,
  layererTerms,
  washerTerms,
  pingerTerms,
] as const;
export type AgentTerms = z.infer<(typeof agentKinds)[number]>;
type AgentKind = AgentTerms["kind"];

/** Who is told the fundamental. */
const TOLD: ReadonlySet<AgentKind> = new Set<AgentKind>(["referenceMaker", "value", "informed"]);
/** Whose orders are manipulation; what surveillance has to find, and what the engine never hears of. */
const MANIPULATORS: ReadonlySet<AgentKind> = new Set<AgentKind>(["spoofer", "layerer", "washer", "pinger"]);

export function isTold(kind: AgentKind): boolean {
  return TOLD.has(kind);
}

export function isManipulator(kind: AgentKind): boolean {
  return MANIPULATORS.has(kind);
}

export function makeAgent(terms: AgentTerms, seed: AgentSeed): Agent {
  switch (terms.kind) {
    case "noise":
      return new NoiseTraders(seed.seed, seed.name);
    case "momentum":
      return new MomentumTrader(seed.seed, seed.name);
    case "referenceMaker":
      return new MarketMaker(seed.seed, seed.name);
    case "zeroIntelligence":
      return zeroIntelligence(terms, seed);
    case "value":
      return value(terms, seed);
    case "adaptiveMaker":
      return adaptiveMaker(terms, seed);
    case "informed":
      return informed(terms, seed);
    case "metaOrder":
      return metaOrder(terms, seed);
    case "iceberg":
      return iceberg(terms, seed);
    case "pairArbitrage":
      return pairArbitrage(terms, seed);
    case "venueArbitrage":
      return venueArbitrage(terms, seed);
    case "hawkes":
      return hawkes(terms, seed);
    case "clumsy":
      return clumsy(terms, seed);
    case "spoofer":
      return spoofer(terms, seed);
    case "layerer":
      return layerer(terms, seed);
    case "washer":
      return washer(terms, seed);
    case "pinger":
      return pinger(terms, seed);
    default:
      return unreachable(terms);
  }
}
