// Numbers beyond 32 bits live in a typed array: as object fields they would be boxed anew with every order.
const CLIENT_ORDER_ID = 0;
const SWEPT_VALUE = 1;
const HELD = 2;

/** The order under decision, before it exists: what was asked for and what the stages found out. One per engine, used again and again. */
export class IncomingOrder {
  accountId = 0;
  instrumentId = 0;
  terms = 0;
  limitTicks = 0;
  lots = 0;
  /** Are the command's figures the whole numbers that the fields above could take up unchanged? (RK-30) */
  isExact = true;
  /** Index of the confirmation's text and one; 0 if the order is not confirmed. */
  confirmation = 0;
  /** Worst price at which it may trade: its limit, or the price band's edge for a market order. */
  boundTicks = 0;
  /** Price that values it for minimum, hold and overflow: its limit, or the reference price for a market order. */
  valuationTicks = 0;
  /** Set by sweep(): what it can take at once within its bound, the value of that, and why the sweep ended. */
  sweptLots = 0;
  sweepEnd = SWEPT_ALL;
  /** The rates it would be accepted under; see feeBook.ts. */
  feeKey = 0;
  private readonly amounts = new Float64Array(3);

  get clientOrderId(): number {
    return this.amounts[CLIENT_ORDER_ID]!;
  }
  set clientOrderId(id: number) {
    this.amounts[CLIENT_ORDER_ID] = id;
  }
  get sweptValue(): number {
    return this.amounts[SWEPT_VALUE]!;
  }
  set sweptValue(value: number) {
    this.amounts[SWEPT_VALUE] = value;
  }
  /** What it holds once accepted. */
  get held(): number {
    return this.amounts[HELD]!;
  }
  set held(amount: number) {
    this.amounts[HELD] = amount;
  }
}

/** Why a sweep ended. */
export const SWEPT_ALL = 0;
export const SWEPT_BOOK = 1;
export const SWEPT_TO_BOUND = 2;
export const SWEPT_TO_OWN_ORDER = 3;
