import { createHash } from "node:crypto";
import type { VenueConnection } from "../shared/venueConnection.ts";

/**
 * Name of the folder below `venues/` that is one venue's alone: a journal belongs to one site and address (CN-1), and so do its key and what windows
 * keep of it. "" for the terminal's own folder.
 */
export function venuePlace(venue: VenueConnection["connectedTo"]): string {
  if (venue === null) return "";
  return `${venue.site}-${createHash("sha256").update(venue.address).digest("hex").slice(0, 16)}`;
}
