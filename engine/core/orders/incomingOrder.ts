// Numbers beyond 32 bits live in a typed array: as object fields they would be boxed anew with every order.
const CLIENT_ORDER_ID = 0;
const SWEPT_VALUE = 1;
const HELD = 2;
const QUOTE_AMOUNT = 3;
const EXPIRE_AT = 4;
const ALREADY_HELD = 5;
const ALREADY_COUNTED = 6;
const ENDS_AT = 7;
const OPEN_VALUE = 8;
const LIST_ID = 9;
const FEE_PAID = 10;

/** The order under decision, before it exists: what was asked for and what the stages found out. One per engine, used again and again. */
export class IncomingOrder {
  accountId = 0;
  instrumentId = 0;
  terms = 0;
  limitTicks = 0;
  lots = 0;
  /** True if it asks for more than limit or market, quantity and time in force. */
  isSpecial = false;
  /** True for an exit of a bracket, which may be as small as what filled. */
  isExit = false;
  displayLots = 0;
  triggerTicks = 0;
  /** Where a stop fires: its trigger, or for a trailing stop what the present price makes of its offset. */
  stopTicks = 0;
  offsetTicks = 0;
  /** The lots as sent; `lots` is less if the order was cut down, and all there is for an order by amount. */
  askedLots = 0;
  /** Price at which it rests or matches; 0 for a market order. */
  workingTicks = 0;
  /** Are the command's figures the whole numbers that the fields above could take up unchanged? (RK-30) */
  isExact = true;
  /** Index of the confirmation's text and one; 0 if the order is not confirmed. */
  confirmation = 0;
  /** Worst price at which it may trade: its limit, or the price band's edge for a market order. Its hold is computed at it. */
  boundTicks = 0;
  /** Worst price at which it may trade now: the bound, or the edge of the volatility bands if that is nearer. */
  matchTicks = 0;
  /** Price that values it for minimum, hold and overflow: its limit, or the reference price for a market order. */
  valuationTicks = 0;
  /** Lots that an open order has open before its terms change; 0 for a new order. The risk stage does not count them as used. */
  openLots = 0;
  /** Does it go in for an order that comes off, or has, so that it can change (CN-19)? */
  isReplacement = false;
  /** False if only the quantity of an open order changes: its price stays as good as it was. */
  isPriceNew = true;
  /** What its earlier fees were rounded up by; not 0 only for an order that is open already. */
  feeCredit = 0;
  /** Set by sweep(): what it can take at once within its bound, the value of that, and why the sweep ended. */
  sweptLots = 0;
  sweepEnd = SWEPT_ALL;
  /** The rates it would be accepted under, or was; see feeBook.ts. */
  feeKey = 0;
  private readonly amounts = new Float64Array(11);

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
  /** Quote units that a market order by amount may move; 0 for an order by lots. */
  get quoteAmount(): number {
    return this.amounts[QUOTE_AMOUNT]!;
  }
  set quoteAmount(amount: number) {
    this.amounts[QUOTE_AMOUNT] = amount;
  }
  /** As sent; 0 for null. */
  get expireAtUs(): number {
    return this.amounts[EXPIRE_AT]!;
  }
  set expireAtUs(atUs: number) {
    this.amounts[EXPIRE_AT] = atUs;
  }
  /** When it ends by itself; 0 for never. */
  get endsAtUs(): number {
    return this.amounts[ENDS_AT]!;
  }
  set endsAtUs(atUs: number) {
    this.amounts[ENDS_AT] = atUs;
  }
  /** Quote units that the open lots of an order are worth at its present worst price; 0 for a new order. */
  get openValue(): number {
    return this.amounts[OPEN_VALUE]!;
  }
  set openValue(value: number) {
    this.amounts[OPEN_VALUE] = value;
  }
  /** The order list it comes with; 0 for none. */
  get listId(): number {
    return this.amounts[LIST_ID]!;
  }
  set listId(listId: number) {
    this.amounts[LIST_ID] = listId;
  }
  /** What an order that is open already holds, and what it counts as incoming (LG-6); both are free for its new terms. */
  get alreadyHeld(): number {
    return this.amounts[ALREADY_HELD]!;
  }
  set alreadyHeld(amount: number) {
    this.amounts[ALREADY_HELD] = amount;
  }
  get alreadyCounted(): number {
    return this.amounts[ALREADY_COUNTED]!;
  }
  set alreadyCounted(amount: number) {
    this.amounts[ALREADY_COUNTED] = amount;
  }

  /** Fees that an open order has paid so far, less rebates; 0 for a new one. */
  get feePaid(): number {
    return this.amounts[FEE_PAID]!;
  }
  set feePaid(amount: number) {
    this.amounts[FEE_PAID] = amount;
  }

  /** Forgets what only special or open orders have. */
  clearSpecials(): void {
    this.isSpecial = false;
    this.displayLots = 0;
    this.triggerTicks = 0;
    this.stopTicks = 0;
    this.offsetTicks = 0;
    this.feeCredit = 0;
    this.confirmation = 0;
    this.openLots = 0;
    this.isReplacement = false;
    this.isPriceNew = true;
    this.isExact = true;
    this.amounts.fill(0);
  }
}

/** Why a sweep ended. */
export const SWEPT_ALL = 0;
export const SWEPT_BOOK = 1;
export const SWEPT_TO_BOUND = 2;
export const SWEPT_TO_OWN_ORDER = 3;
