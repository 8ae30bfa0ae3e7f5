import { useEffect, useState } from "react";
import type { VenueConnection } from "../../shared/venueConnection.ts";
import { shellRequest } from "./shell.ts";

/** What the shell says of the outside venue; null until it has answered. It holds as long as the page, which begins anew with each venue. */
export function useVenueConnection(): VenueConnection | null {
  const [connection, setConnection] = useState<VenueConnection | null>(null);
  useEffect(() => {
    void shellRequest({ type: "venueConnection" }).then((reply) => setConnection(reply.ok ? (reply.venue ?? null) : null));
  }, []);
  return connection;
}
