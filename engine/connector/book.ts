import type { Asset, Instrument } from "../../shared/catalog.ts";
import type { AccountId, AssetId, OrderId } from "../../shared/ids.ts";
import type { Outcome } from "../../shared/protocol.ts";
import type { OrderType, PostOnly, SelfTradeMode, Side, TimeInForce } from "../../shared/orders.ts";
import type { Discrepancy, RouteStanding, TakeOver, VenueLink, VenueReport } from "../../shared/venueReports.ts";

/** An open order that is at the outside venue, or on its way. */
export type RoutedOrder = {
  readonly orderId: OrderId;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  readonly postOnly: PostOnly | null;
  readonly selfTradeMode: SelfTradeMode | null;
  readonly orderType: OrderType;
  /** The limit under which it leaves; null for a market order that leaves without one. */
  readonly limitTicks: number | null;
  /** What an order by amount may move, in quote units; null for one by quantity. */
  readonly quoteAmount: number | null;
  readonly lots: number;
  readonly filledLots: number;
  readonly standing: RouteStanding;
  /** Empty until the venue has told it. */
  readonly venueOrderId: string;
  readonly isCancelAsked: boolean;
  /** Another order goes in for it once it has come off (CN-19). */
  readonly isChanging: boolean;
};

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
