/**
 * Why the engine refuses a command: one row a reason. `number` is stable, is stored in the journal and is banded by stage
 * (1xxx validate, 2xxx eligible, 3xxx risk, 4xxx ledger, 5xxx book, 6xxx catalog). `rule` is the paragraph of engine/SPEC.md.
 * In `text`, {limit}, {actual} and {headroom} are the refusal's operands.
 */
export const rejectTable = {
  VALIDATE_UNKNOWN_INSTRUMENT: { number: 1001, stage: "validate", rule: "MT-10", text: "The instrument does not exist." },
  VALIDATE_UNKNOWN_ACCOUNT: { number: 1002, stage: "validate", rule: "MT-10", text: "The account does not exist." },
  VALIDATE_DUPLICATE_CLIENT_ORDER_ID: {
    number: 1003,
    stage: "validate",
    rule: "MT-11",
    text: "This client order id was used before by this account.",
  },
  VALIDATE_LIMIT_PRICE_MISSING: { number: 1004, stage: "validate", rule: "MT-12", text: "A limit order needs a price." },
  VALIDATE_LIMIT_PRICE_ON_MARKET: { number: 1005, stage: "validate", rule: "MT-12", text: "A market order takes no price." },
  VALIDATE_TIME_IN_FORCE: { number: 1006, stage: "validate", rule: "MT-13", text: "A market order is immediate: IOC or FOK." },
  VALIDATE_LOTS_BELOW_MINIMUM: {
    number: 1007,
    stage: "validate",
    rule: "MT-14",
    text: "The quantity {actual} is below the minimum {limit}.",
  },
  VALIDATE_LOTS_ABOVE_MAXIMUM: {
    number: 1008,
    stage: "validate",
    rule: "MT-14",
    text: "The quantity {actual} is above the maximum {limit}.",
  },
  VALIDATE_NOTIONAL_BELOW_MINIMUM: {
    number: 1009,
    stage: "validate",
    rule: "MT-15",
    text: "The order's value {actual} is below the minimum {limit}.",
  },
  RISK_NO_REFERENCE_PRICE: { number: 3001, stage: "risk", rule: "RK-1", text: "There is no reference price to check this order against." },
  RISK_PRICE_BAND: {
    number: 3002,
    stage: "risk",
    rule: "RK-2",
    text: "The price {actual} is outside the band; the nearest allowed price is {limit}.",
  },
  LEDGER_INSUFFICIENT_FUNDS: { number: 4001, stage: "ledger", rule: "LG-2", text: "The order needs {actual}; {headroom} is available." },
  LEDGER_OVERFLOW: {
    number: 4002,
    stage: "ledger",
    rule: "LG-6",
    text: "The amount would exceed the largest balance the ledger can hold.",
  },
  BOOK_FILL_OR_KILL: { number: 5001, stage: "book", rule: "MT-6", text: "The whole quantity cannot be filled at once." },
  BOOK_NO_LIQUIDITY: { number: 5002, stage: "book", rule: "MT-7", text: "There is nothing to trade against within the price band." },
  BOOK_UNKNOWN_ORDER: { number: 5003, stage: "book", rule: "MT-8", text: "The order is not open in this account." },
  CATALOG_DUPLICATE_ID: { number: 6001, stage: "catalog", rule: "LG-7", text: "This id or code is already in the catalog." },
  CATALOG_ID_GAP: { number: 6002, stage: "catalog", rule: "LG-7", text: "Catalog ids are given in order; the next one is {limit}." },
  CATALOG_UNKNOWN_ASSET: { number: 6003, stage: "catalog", rule: "LG-7", text: "The asset does not exist." },
  CATALOG_INVALID_INSTRUMENT: {
    number: 6004,
    stage: "catalog",
    rule: "LG-8",
    text: "The instrument's steps or limits contradict each other.",
  },
  CATALOG_UNKNOWN_ACCOUNT: { number: 6005, stage: "catalog", rule: "LG-7", text: "The account does not exist." },
  CATALOG_FEE_ACCOUNT: {
    number: 6006,
    stage: "catalog",
    rule: "LG-9",
    text: "Exactly one account receives the fees, and it comes before the first instrument.",
  },
} as const satisfies Record<string, { number: number; stage: string; rule: string; text: string }>;

export type RejectCode = keyof typeof rejectTable;

/** A refusal with its operands, in the units that the code implies (lots, ticks or asset units). Null where an operand has no meaning. */
export type Refusal = {
  readonly code: RejectCode;
  /** The bound that was broken. */
  readonly limit: number | null;
  /** What the command asked for. */
  readonly actual: number | null;
  /** What would still have passed. */
  readonly headroom: number | null;
};
