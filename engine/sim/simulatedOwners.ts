/** Owners of the simulated participants' accounts. Each has exactly one account, which the host opens and funds. */
export const simulatedOwners = ["sim-maker", "sim-noise", "sim-momentum"] as const;
export type SimulatedOwner = (typeof simulatedOwners)[number];
