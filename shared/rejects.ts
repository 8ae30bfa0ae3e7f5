import { orderRejects } from "./rejects/orders.ts";

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
  RISK_KILLED: {
    number: 3010,
    stage: "risk",
    rule: "RK-20",
    text: "A kill switch blocks new orders.",
  },
  RISK_NODE_LOCKED: {
    number: 3011,
    stage: "risk",
    rule: "RK-16",
    text: "A control has blocked new orders here; a person must release it.",
  },
  RISK_COOLING_OFF: {
    number: 3012,
    stage: "risk",
    rule: "RK-26",
    text: "The loss limit was reached; only orders that reduce the position pass until the cooling-off ends.",
  },
  RISK_STATE_REDUCE_ONLY: {
    number: 3013,
    stage: "risk",
    rule: "RK-19",
    text: "Only orders that reduce the position pass; {headroom} lots would.",
  },
  RISK_STATE_CANCEL_ONLY: {
    number: 3014,
    stage: "risk",
    rule: "RK-19",
    text: "Only cancels pass.",
  },
  RISK_STATE_HALTED: {
    number: 3015,
    stage: "risk",
    rule: "RK-19",
    text: "Trading is halted.",
  },
  RISK_MARK_MISSING: {
    number: 3016,
    stage: "risk",
    rule: "RK-9",
    text: "There is no conversion mark to the currency that limits are counted in.",
  },
  RISK_MARK_STALE: {
    number: 3017,
    stage: "risk",
    rule: "RK-9",
    text: "The conversion mark or reference price is too old.",
  },
  RISK_NOT_A_NUMBER: {
    number: 3018,
    stage: "risk",
    rule: "RK-30",
    text: "A figure of the order is not a whole number in its range.",
  },
  RISK_ORDER_LOTS: {
    number: 3020,
    stage: "risk",
    rule: "RK-8",
    text: "The order's {actual} lots exceed the largest order of {limit}.",
  },
  RISK_ORDER_LOTS_SOFT: {
    number: 3021,
    stage: "risk",
    rule: "RK-8",
    text: "The order's {actual} lots exceed the largest order of {limit}. A confirmation with a reason is needed.",
  },
  RISK_NET_POSITION: {
    number: 3022,
    stage: "risk",
    rule: "RK-10",
    text: "The order's worst case of {actual} lots exceeds the net position limit {limit}; {headroom} lots are left.",
  },
  RISK_NET_POSITION_SOFT: {
    number: 3023,
    stage: "risk",
    rule: "RK-10",
    text: "The order's worst case of {actual} lots exceeds the net position limit {limit}; {headroom} lots are left. A confirmation with a reason is needed.",
  },
  RISK_GROSS_POSITION: {
    number: 3024,
    stage: "risk",
    rule: "RK-11",
    text: "The order's worst case of {actual} lots exceeds the gross position limit {limit}; {headroom} lots are left.",
  },
  RISK_GROSS_POSITION_SOFT: {
    number: 3025,
    stage: "risk",
    rule: "RK-11",
    text: "The order's worst case of {actual} lots exceeds the gross position limit {limit}; {headroom} lots are left. A confirmation with a reason is needed.",
  },
  RISK_COLLAR: {
    number: 3026,
    stage: "risk",
    rule: "RK-6",
    text: "The price {actual} is outside the collar; the nearest allowed price is {limit}.",
  },
  RISK_COLLAR_SOFT: {
    number: 3027,
    stage: "risk",
    rule: "RK-6",
    text: "The price {actual} is outside the collar; the nearest allowed price is {limit}. A confirmation with a reason is needed.",
  },
  RISK_NEAR_TOUCH: {
    number: 3028,
    stage: "risk",
    rule: "RK-7",
    text: "The price {actual} is too far behind the best price of its own side; the nearest allowed price is {limit}.",
  },
  RISK_NEAR_TOUCH_SOFT: {
    number: 3029,
    stage: "risk",
    rule: "RK-7",
    text: "The price {actual} is too far behind the best price of its own side; the nearest allowed price is {limit}. A confirmation with a reason is needed.",
  },
  RISK_FAR_TOUCH: {
    number: 3030,
    stage: "risk",
    rule: "RK-7",
    text: "The price {actual} is too far through the best price of the other side; the nearest allowed price is {limit}.",
  },
  RISK_FAR_TOUCH_SOFT: {
    number: 3031,
    stage: "risk",
    rule: "RK-7",
    text: "The price {actual} is too far through the best price of the other side; the nearest allowed price is {limit}. A confirmation with a reason is needed.",
  },
  RISK_ORDER_VALUE: {
    number: 3032,
    stage: "risk",
    rule: "RK-9",
    text: "The order's value {actual} exceeds the largest order value {limit}.",
  },
  RISK_ORDER_VALUE_SOFT: {
    number: 3033,
    stage: "risk",
    rule: "RK-9",
    text: "The order's value {actual} exceeds the largest order value {limit}. A confirmation with a reason is needed.",
  },
  RISK_OPEN_VALUE: {
    number: 3034,
    stage: "risk",
    rule: "RK-12",
    text: "The order's value {actual} exceeds the limit {limit} on open orders; {headroom} is left.",
  },
  RISK_OPEN_VALUE_SOFT: {
    number: 3035,
    stage: "risk",
    rule: "RK-12",
    text: "The order's value {actual} exceeds the limit {limit} on open orders; {headroom} is left. A confirmation with a reason is needed.",
  },
  RISK_MESSAGE_RATE: {
    number: 3036,
    stage: "risk",
    rule: "RK-13",
    text: "Too many messages: all {limit} are used up. Cancels pass.",
  },
  RISK_MESSAGE_RATE_SOFT: {
    number: 3037,
    stage: "risk",
    rule: "RK-13",
    text: "Too many messages: all {limit} are used up. Cancels pass. A confirmation with a reason is needed.",
  },
  RISK_ORDER_TO_TRADE: {
    number: 3038,
    stage: "risk",
    rule: "RK-14",
    text: "Too many messages for a trade: {limit} are allowed. Cancels pass.",
  },
  RISK_ORDER_TO_TRADE_SOFT: {
    number: 3039,
    stage: "risk",
    rule: "RK-14",
    text: "Too many messages for a trade: {limit} are allowed. Cancels pass. A confirmation with a reason is needed.",
  },
  RISK_EXECUTIONS: {
    number: 3040,
    stage: "risk",
    rule: "RK-15",
    text: "There were {limit} executions in a short time.",
  },
  RISK_EXECUTIONS_SOFT: {
    number: 3041,
    stage: "risk",
    rule: "RK-15",
    text: "There were {limit} executions in a short time. A confirmation with a reason is needed.",
  },
  RISK_DUPLICATE: {
    number: 3042,
    stage: "risk",
    rule: "RK-17",
    text: "An equal order was accepted a moment ago; {limit} are allowed.",
  },
  RISK_DUPLICATE_SOFT: {
    number: 3043,
    stage: "risk",
    rule: "RK-17",
    text: "An equal order was accepted a moment ago; {limit} are allowed. A confirmation with a reason is needed.",
  },
  RISK_PROTECTION: {
    number: 3044,
    stage: "risk",
    rule: "RK-18",
    text: "So much filled in a short time that {limit} is exceeded.",
  },
  RISK_PROTECTION_SOFT: {
    number: 3045,
    stage: "risk",
    rule: "RK-18",
    text: "So much filled in a short time that {limit} is exceeded. A confirmation with a reason is needed.",
  },
  RISK_LOSS: {
    number: 3046,
    stage: "risk",
    rule: "RK-26",
    text: "The loss has reached {limit}.",
  },
  RISK_LOSS_SOFT: {
    number: 3047,
    stage: "risk",
    rule: "RK-26",
    text: "The loss has reached {limit}. A confirmation with a reason is needed.",
  },
  RISK_SECOND_PERSON: {
    number: 3060,
    stage: "risk",
    rule: "RK-21",
    text: "Another person must do this than the one who began it.",
  },
  RISK_UNKNOWN_NODE: {
    number: 3061,
    stage: "risk",
    rule: "RK-4",
    text: "The risk tree has no such place.",
  },
  RISK_TREE: {
    number: 3062,
    stage: "risk",
    rule: "RK-4",
    text: "The place does not fit the risk tree: its level, parent, currency or account is impossible or taken.",
  },
  RISK_LIMIT_INVALID: {
    number: 3063,
    stage: "risk",
    rule: "RK-5",
    text: "The bounds contradict each other, the control or the level.",
  },
  RISK_LIMIT_ABOVE_PARENT: {
    number: 3064,
    stage: "risk",
    rule: "RK-5",
    text: "The limit {actual} exceeds the {limit} of a level above.",
  },
  RISK_UNKNOWN_PROPOSAL: {
    number: 3065,
    stage: "risk",
    rule: "RK-28",
    text: "There is no such proposal waiting for approval.",
  },
  RISK_PROPOSAL_LATE: {
    number: 3066,
    stage: "risk",
    rule: "RK-28",
    text: "The proposal's times are past or in the wrong order.",
  },
  RISK_NOT_ENGAGED: {
    number: 3067,
    stage: "risk",
    rule: "RK-20",
    text: "There is nothing of this kind to undo.",
  },
  RISK_ALREADY_ENGAGED: {
    number: 3068,
    stage: "risk",
    rule: "RK-20",
    text: "This is in force already.",
  },
  RISK_UNKNOWN_SESSION: {
    number: 3069,
    stage: "risk",
    rule: "RK-23",
    text: "No such session is open.",
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
  ...orderRejects,
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
