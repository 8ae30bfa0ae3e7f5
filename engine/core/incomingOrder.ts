import type { Instrument } from "../../shared/catalog.ts";

/** The order under decision, before it exists: what was asked for and what the stages found out. One per engine, used again and again. */
export class IncomingOrder {
  accountId = 0;
  instrumentId = 0;
  clientOrderId = 0;
  terms = 0;
  limitTicks = 0;
  lots = 0;
  instrument: Instrument | null = null;
  /** Worst price at which it may trade: its limit, or the price band's edge for a market order. */
  boundTicks = 0;
  /** Price that values it for minimum, hold and overflow: its limit, or the reference price for a market order. */
  valuationTicks = 0;
  /** Set by sweep(): what it can take at once within its bound, the value of that, and why the sweep ended. */
  sweptLots = 0;
  sweptValue = 0;
  sweepEnd = SWEPT_ALL;
  /** What it holds once accepted. */
  held = 0;
}

/** Why a sweep ended. */
export const SWEPT_ALL = 0;
export const SWEPT_BOOK = 1;
export const SWEPT_TO_BOUND = 2;
export const SWEPT_TO_OWN_ORDER = 3;
