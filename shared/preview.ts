import type { Event, EventOf } from "./events.ts";
import type { AccountId, AssetId, InstrumentId } from "./ids.ts";
import type { Amount, PriceTicks, QtyLots } from "./money.ts";
import type { CancelReason } from "./orders.ts";
import type { Refusal } from "./rejects.ts";
import type { RiskControl, RiskLevel } from "./risk.ts";

/** What a command would do if it came next: decided by the engine's own rules on a copy of its state. */
export type Preview = {
  /** Everything that would happen, in order; sequence numbers in it are those that would be given. */
  readonly events: readonly Event[];
  /** Why the command itself would be refused; null if it would not. */
  readonly refusal: Refusal | null;
  /** What would become of the order; null for a command without one, or one that would be refused. */
  readonly order: PreviewOrder | null;
  /** Balances of the command's account that would change, in order of assets. */
  readonly balances: readonly PreviewBalance[];
  /** The control that would object, of which node, with its figures; null if none would. */
  readonly breach: EventOf<"RiskBreached"> | null;
  /** Each bound control of the account's node and of those above it, for this instrument or for all: its use before and afterwards. */
  readonly limits: readonly PreviewLimit[];
  /** The most lots with which the order would pass, its other terms unchanged; null for any other command and for an order by amount. */
  readonly largestLots: number | null;
};

/** Use in the control's own units; null where it has no meaning before an order is known. */
export type PreviewLimit = {
  readonly control: RiskControl;
  readonly nodeId: number;
  readonly nodeName: string;
  readonly level: RiskLevel;
  /** What the node counts values in. */
  readonly currencyAssetId: AssetId;
  readonly instrumentId: InstrumentId | null;
  readonly soft: number | null;
  readonly hard: number | null;
  readonly before: number | null;
  readonly after: number | null;
};

/** What a client is told of a preview: all but the events themselves. */
export type PreviewSummary = Omit<Preview, "events">;

export type PreviewOrder = {
  /** Price levels that it would take from, in the order of its fills. */
  readonly levels: readonly PreviewLevel[];
  readonly filledLots: QtyLots;
  /** Sum of price × quantity in quote units, and the fees on top (buy) or off it (sell). */
  readonly value: Amount;
  readonly fees: Amount;
  /** Average price of its fills weighted by quantity; may lie between two ticks, for showing only. Null without fills. */
  readonly averageTicks: number | null;
  /** Its place in the book; null if nothing of it would rest. */
  readonly rests: { readonly ticks: PriceTicks; readonly lots: QtyLots; readonly aheadLots: number; readonly aheadOrders: number } | null;
  /** The part that would be cancelled at once, and why. */
  readonly cancelled: { readonly lots: QtyLots; readonly reason: CancelReason } | null;
  /** What it would still hold afterwards, and of which asset. */
  readonly held: Amount;
  readonly heldAssetId: AssetId;
};

export type PreviewLevel = {
  readonly ticks: PriceTicks;
  readonly lots: QtyLots;
  /** Resting orders that it would trade with at this price. */
  readonly makers: number;
  readonly value: Amount;
  readonly fees: Amount;
};

export type PreviewBalance = {
  readonly accountId: AccountId;
  readonly assetId: AssetId;
  readonly before: PreviewFunds;
  readonly after: PreviewFunds;
};

type PreviewFunds = { readonly total: Amount; readonly held: Amount; readonly available: Amount };
