/** What fixes a participant's random streams: the scenario's seed and the participant's own name. */
export type AgentSeed = { readonly seed: number; readonly name: string };
