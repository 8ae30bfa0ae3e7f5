import { plainTerms, type CommandOf } from "./commands.ts";
import type { AccountId, ClientOrderId, EpochUs, InstrumentId } from "./ids.ts";
import type { Amount, PriceTicks, QtyLots } from "./money.ts";
import type { ListedOrder, OrderList } from "./orderLists.ts";
import {
  pegs,
  postOnlyModes,
  selfTradeModes,
  selfTradeScopes,
  sides,
  timesInForce,
  triggers,
  type OrderType,
  type Peg,
  type PostOnly,
  type SelfTradeMode,
  type SelfTradeScope,
  type Side,
  type TimeInForce,
  type Trigger,
} from "./orders.ts";

/** How a term is entered. `stays`: only where the order may stay open. `timeInForce`: only with that one, and then required. */
type TermSpec = {
  readonly kind: "price" | "distance" | "quantity" | "time" | "choice" | "flag";
  readonly options?: readonly string[];
  readonly stays?: true;
  readonly timeInForce?: TimeInForce;
};

/** Everything that an order can ask for beyond side, quantity and time in force. */
export const orderTerms = {
  limit: { kind: "price" },
  trigger: { kind: "price" },
  watch: { kind: "choice", options: triggers },
  offset: { kind: "distance" },
  peg: { kind: "choice", options: pegs },
  display: { kind: "quantity", stays: true },
  postOnly: { kind: "choice", options: postOnlyModes, stays: true },
  profit: { kind: "price" },
  stop: { kind: "price" },
  stopLimit: { kind: "price" },
  secondSide: { kind: "choice", options: sides },
  secondLimit: { kind: "price" },
  secondTrigger: { kind: "price" },
  expiry: { kind: "time", timeInForce: "gtd" },
  reduceOnly: { kind: "flag" },
  selfTradeMode: { kind: "choice", options: selfTradeModes },
  selfTradeScope: { kind: "choice", options: selfTradeScopes },
  keepOnDisconnect: { kind: "flag" },
} as const satisfies Record<string, TermSpec>;
export type TermName = keyof typeof orderTerms;

/** The terms that were given, in the engine's units. */
export type TermValues = {
  readonly limit?: PriceTicks;
  readonly trigger?: PriceTicks;
  readonly watch?: Trigger;
  readonly offset?: PriceTicks;
  readonly peg?: Peg;
  readonly display?: QtyLots;
  readonly postOnly?: PostOnly;
  readonly profit?: PriceTicks;
  readonly stop?: PriceTicks;
  readonly stopLimit?: PriceTicks;
  readonly secondSide?: Side;
  readonly secondLimit?: PriceTicks;
  readonly secondTrigger?: PriceTicks;
  readonly expiry?: EpochUs;
  readonly reduceOnly?: boolean;
  readonly selfTradeMode?: SelfTradeMode;
  readonly selfTradeScope?: SelfTradeScope;
  readonly keepOnDisconnect?: boolean;
};

type OrderForm = {
  /** The engine's order type, or the kind of list. */
  readonly makes: OrderType | OrderList["kind"];
  readonly timesInForce: readonly TimeInForce[];
  readonly required: readonly TermName[];
  readonly optional: readonly TermName[];
  /** May its size be an amount of the quote asset that the engine itself turns into lots (MT-19)? */
  readonly byAmount?: true;
};

const staying = ["gtc", "day", "gtd"] as const satisfies readonly TimeInForce[];
const immediate = ["ioc", "fok"] as const satisfies readonly TimeInForce[];
const ownOrders = ["reduceOnly", "selfTradeMode", "selfTradeScope", "keepOnDisconnect"] as const satisfies readonly TermName[];

/**
 * Every way of ordering that the engine knows: what must and what may be given with it (MT-18, MT-43). The ticket, the command line and the
 * words for people are made from this table; a test asks the engine whether it says the truth.
 */
export const orderForms = {
  limit: { makes: "limit", timesInForce, required: ["limit"], optional: ["postOnly", "display", ...ownOrders] },
  market: { makes: "market", timesInForce: immediate, required: [], optional: ownOrders, byAmount: true },
  stop: { makes: "stop", timesInForce: staying, required: ["trigger"], optional: ["watch", ...ownOrders] },
  stopLimit: { makes: "stopLimit", timesInForce: staying, required: ["trigger", "limit"], optional: ["watch", ...ownOrders] },
  trailingStop: { makes: "trailingStop", timesInForce: staying, required: ["offset"], optional: ["watch", ...ownOrders] },
  iceberg: { makes: "limit", timesInForce: staying, required: ["limit", "display"], optional: ["postOnly", ...ownOrders] },
  postOnly: { makes: "limit", timesInForce: staying, required: ["limit", "postOnly"], optional: ["display", ...ownOrders] },
  pegged: { makes: "pegged", timesInForce: staying, required: ["peg", "limit"], optional: ["offset", ...ownOrders] },
  marketToLimit: { makes: "marketToLimit", timesInForce: staying, required: [], optional: ownOrders },
  oco: { makes: "oco", timesInForce: staying, required: ["limit", "trigger"], optional: ["stopLimit", "watch"] },
  bracket: { makes: "bracket", timesInForce, required: ["limit", "profit", "stop"], optional: ["stopLimit", "watch"] },
  oto: { makes: "oto", timesInForce, required: ["limit", "secondLimit"], optional: ["secondTrigger", "secondSide"] },
} as const satisfies Record<string, OrderForm>;
export type OrderFormName = keyof typeof orderForms;
export const orderFormNames = Object.keys(orderForms) as readonly OrderFormName[];

export function orderForm(name: OrderFormName): OrderForm {
  return orderForms[name];
}

export function termSpec(name: TermName): TermSpec {
  return orderTerms[name];
}

/** Terms that the form asks for with this time in force, the required ones first. */
export function termsOf(
  name: OrderFormName,
  timeInForce: TimeInForce,
): readonly { readonly term: TermName; readonly isRequired: boolean }[] {
  const { required, optional } = orderForm(name);
  const fits = (term: TermName): boolean => termSpec(term).stays !== true || staying.some((one) => one === timeInForce);
  const bound = (Object.keys(orderTerms) as TermName[]).filter((term) => termSpec(term).timeInForce === timeInForce);
  return [
    ...[...required, ...bound].map((term) => ({ term, isRequired: true })),
    ...optional.filter(fits).map((term) => ({ term, isRequired: false })),
  ];
}

export type OrderHead = { readonly accountId: AccountId; readonly instrumentId: InstrumentId; readonly clientOrderId: ClientOrderId };

/** An order as somebody filled it in; exactly one of `lots` and `quoteAmount` is given. */
export type OrderValues = {
  readonly form: OrderFormName;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  readonly lots: QtyLots | null;
  readonly quoteAmount: Amount | null;
  readonly terms: TermValues;
  /** Why the sender insists on an order beyond a soft bound. */
  readonly confirmation: string | null;
};

/** The command that sends the order. */
export function orderCommand(head: OrderHead, values: OrderValues): CommandOf<"SubmitOrder"> | CommandOf<"SubmitOrderList"> {
  const { makes } = orderForm(values.form);
  const { side, timeInForce, lots, quoteAmount, terms, confirmation } = values;
  if (makes === "oco" || makes === "bracket" || makes === "oto")
    return { type: "SubmitOrderList", ...head, list: listOf(makes, values, lots ?? (0 as QtyLots)), confirmation };
  return {
    type: "SubmitOrder",
    ...head,
    side,
    orderType: makes,
    timeInForce,
    limitTicks: terms.limit ?? null,
    lots,
    ...plainTerms,
    quoteAmount,
    displayLots: terms.display ?? null,
    expireAtUs: timeInForce === "gtd" ? (terms.expiry ?? null) : null,
    trigger: terms.watch ?? null,
    triggerTicks: terms.trigger ?? null,
    offsetTicks: terms.offset ?? null,
    peg: terms.peg ?? null,
    postOnly: terms.postOnly ?? null,
    reduceOnly: terms.reduceOnly ?? false,
    selfTradeMode: terms.selfTradeMode ?? null,
    selfTradeScope: terms.selfTradeScope ?? null,
    confirmation,
    keepOnDisconnect: terms.keepOnDisconnect ?? false,
  };
}

function listOf(kind: OrderList["kind"], { side, timeInForce, terms }: OrderValues, lots: QtyLots): OrderList {
  const trigger = terms.watch ?? null;
  const listed = (orderType: OrderType, changes: Partial<ListedOrder>): ListedOrder => ({
    side,
    orderType,
    timeInForce,
    lots,
    limitTicks: null,
    expireAtUs: timeInForce === "gtd" ? (terms.expiry ?? null) : null,
    trigger: null,
    triggerTicks: null,
    offsetTicks: null,
    ...changes,
  });
  const first = listed("limit", { limitTicks: terms.limit ?? null });
  switch (kind) {
    case "oco": {
      const limitTicks = terms.stopLimit ?? null;
      return {
        kind,
        limit: first,
        stop: listed(limitTicks === null ? "stop" : "stopLimit", { trigger, triggerTicks: terms.trigger ?? null, limitTicks }),
      };
    }
    case "bracket":
      return {
        kind,
        entry: first,
        // The form requires both; a draft without them is never made into a command.
        profitTicks: terms.profit ?? (0 as PriceTicks),
        stopTicks: terms.stop ?? (0 as PriceTicks),
        stopLimitTicks: terms.stopLimit ?? null,
        trigger,
      };
    case "oto":
      return {
        kind,
        first,
        second: listed(terms.secondTrigger === undefined ? "limit" : "stopLimit", {
          side: terms.secondSide ?? (side === "buy" ? "sell" : "buy"),
          // It comes when the first one has filled, and waits from then on.
          timeInForce: timeInForce === "ioc" || timeInForce === "fok" ? "gtc" : timeInForce,
          limitTicks: terms.secondLimit ?? null,
          triggerTicks: terms.secondTrigger ?? null,
        }),
      };
  }
}
