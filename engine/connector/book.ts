import type { Asset, Instrument } from "../../shared/catalog.ts";
import type { AccountId, AssetId, OrderId } from "../../shared/ids.ts";
import type { Outcome } from "../../shared/protocol.ts";
import type { Discrepancy, RoutedOrder, TakeOver, VenueLink, VenueReport } from "../../shared/venueReports.ts";

/**
 * What the connector knows of this side, and its only way to change it: everything here stands as of the last record on disk, and a report
 * is answered once its records are there too.
 */
export type LocalBook = {
  readonly link: () => VenueLink | null;
  readonly isLive: () => boolean;
  readonly orders: () => readonly RoutedOrder[];
  readonly order: (orderId: OrderId) => RoutedOrder | null;
  readonly instruments: () => readonly Instrument[];
  readonly assets: () => readonly Asset[];
  readonly total: (accountId: AccountId, assetId: AssetId) => number;
  readonly lastFillId: () => string;
  readonly isKnownFill: (venueTradeId: string) => boolean;
  readonly discrepancies: () => readonly Discrepancy[];
  /** What waits for a second person; null if nothing does. */
  readonly takeOver: () => TakeOver | null;
  /** Reports made in one turn become one commit. */
  readonly record: (report: VenueReport) => Promise<Outcome>;
};
