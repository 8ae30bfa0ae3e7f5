import type { VenueConnection } from "../../shared/venueConnection.ts";
import { shellRequest } from "./shell.ts";

let current: VenueConnection = { connectedTo: null, canReturn: false, keepsKeys: false };

/** Asks the shell, before anything is drawn, which venue this page is of. It holds as long as the page, which begins anew with each venue. */
export async function loadVenueConnection(): Promise<void> {
  const reply = await shellRequest({ type: "venueConnection" });
  if (reply.ok && reply.venue !== undefined) current = reply.venue;
}

export function venueConnection(): VenueConnection {
  return current;
}
