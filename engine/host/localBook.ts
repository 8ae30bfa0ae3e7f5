import type { Command } from "../../shared/commands.ts";
import { errorFromZod } from "../../shared/errors.ts";
import type { OrderId } from "../../shared/ids.ts";
import type { Outcome } from "../../shared/protocol.ts";
import { venueReportSchema } from "../../shared/venueReports.ts";
import type { LocalBook } from "../connector/book.ts";
import { LinkLost } from "../connector/linkLost.ts";
import type { Engine } from "../core/engine.ts";
import { assets, balance, instruments } from "../core/queries.ts";
import { routedOrder, routedOrders, routesOf, venueLink } from "../core/routing/routeQueries.ts";

/** Who reports about the outside venue. */
export const CONNECTOR_ACTOR = "connector";

/**
 * What the connector sees and may do: questions to the replica, which stands at the last record on disk, and reports, which go the way of
 * every command and come back once they are on disk.
 */
export function localBook(
  replica: () => Engine,
  take: (command: Command, actor: string, answered: (outcome: Outcome) => void) => void,
): LocalBook {
  return {
    link: () => venueLink(replica()),
    isLive: () => routesOf(replica()).isLive,
    orders: () => routedOrders(replica()),
    order: (orderId: OrderId) => routedOrder(replica(), orderId),
    instruments: () => instruments(replica()).filter(({ routed }) => routed === true),
    assets: () => assets(replica()),
    total: (accountId, assetId) => balance(replica(), accountId, assetId).total,
    lastFillId: () => routesOf(replica()).lastFillId,
    isKnownFill: (venueTradeId) => routesOf(replica()).fills.has(venueTradeId),
    discrepancies: () => routesOf(replica()).discrepancies,
    takeOver: () => routesOf(replica()).takeOver,
    record: (told) =>
      new Promise((resolve) => {
        // Made of what a venue says, which may be anything: nothing that the journal could not hold comes as far as the engine (CN-8).
        const checked = venueReportSchema.safeParse(told);
        if (!checked.success) {
          const { field, rule } = errorFromZod("MESSAGE_MALFORMED", checked.error, told);
          throw new LinkLost(`the venue says what cannot be: ${told.kind}, ${field}: ${rule}`);
        }
        const report = checked.data;
        take({ type: "RecordVenueReport", report }, CONNECTOR_ACTOR, resolve);
      }),
  };
}
