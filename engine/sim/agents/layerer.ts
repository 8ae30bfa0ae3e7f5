import type { z } from "zod";
import type { Agent } from "../agent.ts";
import type { AgentSeed } from "./agentSeed.ts";
import { deceiver, type layererTerms } from "./spoofer.ts";

/** A spoofer whose decoys stand at several prices, so that the book looks heavy rather than one order large. */
export function layerer(terms: z.infer<typeof layererTerms>, seed: AgentSeed): Agent {
  return deceiver(terms, seed);
}
