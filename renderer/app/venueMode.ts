import type { VenueLabel } from "../../shared/protocol.ts";
import type { LinkStatus } from "../../shared/views.ts";
import type { ReadModel } from "./readModel.ts";
import { venueConnection } from "./venueConnection.ts";

/**
 * Simulation or market: what the link to an outside venue knows by now, else what the engine said at the beginning. Until it has spoken, an
 * outside venue is the market (CN-12).
 */
export function modeOf(model: ReadModel): VenueLabel["mode"] {
  return model.status?.link?.mode ?? model.session?.venue.mode ?? (venueConnection().connectedTo === null ? "simulated" : "live");
}

/** The link to an outside venue while it is anything but live; null where there is none, or all is well. */
export function lostLink(model: ReadModel): LostLink | null {
  const link = model.status?.link ?? null;
  return link === null || link.state === "live" ? null : { ...link, state: link.state };
}

type LostLink = LinkStatus & { readonly state: Exclude<LinkStatus["state"], "live"> };
