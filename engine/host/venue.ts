import type { VenueLabel } from "../../shared/protocol.ts";

/** The venue that this engine plays. */
export const VENUE: VenueLabel = { mode: "simulated", name: "HashKey Exchange (Hong Kong)" };
