import { plainTerms, type CommandOf } from "../../../shared/commands.ts";
import type { AccountId } from "../../../shared/ids.ts";
import { MAX_LOTS, MAX_TICKS, type Amount, type PriceTicks, type QtyLots } from "../../../shared/money.ts";
import { parseSteps, unitStep } from "../../../shared/decimal.ts";
import { illegal, missing, refused } from "./apiError.ts";
import { clientOrderIdOf, type OrderNote, type OrderNotes } from "./clientOrderIds.ts";
import type { Pair, PairMarket } from "./marketView.ts";
import type { Parameters } from "./parameters.ts";

/** v1.0: the quantity of a market buy is the cash to spend. v1.1: a market order names its quantity or its amount, whichever its side. */
export type OrderVersion = "1.0" | "1.1";

/** A new order as the engine takes it, and what is to be remembered of it. */
export type OrderRequest = { readonly command: CommandOf<"SubmitOrder">; readonly note: OrderNote };

const DECIMAL = /^\d{1,24}(\.\d{1,24})?$/;

/** Reads a new order. Throws ApiError that names the parameter at fault. */
export function readOrder(
  parameters: Parameters,
  {
    market,
    version,
    accountId,
    notes,
    nowUs,
  }: {
    readonly market: PairMarket;
    readonly version: OrderVersion;
    readonly accountId: AccountId;
    readonly notes: OrderNotes;
    readonly nowUs: number;
  },
): OrderRequest {
  const { pair } = market;
  parameters.required("side");
  const side = parameters.oneOf("side", ["BUY", "SELL"] as const, () => refused("-1117", "Invalid side.")) === "SELL" ? "sell" : "buy";
  parameters.required("type");
  const type =
    parameters.oneOf("type", ["LIMIT", "MARKET", "LIMIT_MAKER"] as const, () => refused("0206", "Unsupported order type.")) ?? "LIMIT";
  const size =
    type === "MARKET"
      ? marketSize(parameters, pair, { version, side })
      : { lots: lotsOf(parameters.required("quantity"), pair), amount: null };
  const stpMode = parameters.oneOf("stpMode", ["EXPIRE_TAKER", "EXPIRE_MAKER"] as const, () => illegal("stpMode"));
  const text = parameters.optional("newClientOrderId") ?? parameters.optional("clientOrderId") ?? notes.make(nowUs);
  const clientOrderId = clientOrderIdOf(text);
  return {
    command: {
      type: "SubmitOrder",
      accountId,
      instrumentId: pair.instrument.instrumentId,
      clientOrderId,
      side,
      orderType: type === "MARKET" ? "market" : "limit",
      timeInForce: timeInForceOf(parameters, type),
      limitTicks: type === "MARKET" ? null : ticksOf(parameters.required("price"), pair),
      ...plainTerms,
      lots: size.lots,
      quoteAmount: size.amount?.units ?? null,
      postOnly: type === "LIMIT_MAKER" ? "reject" : null,
      selfTradeMode: stpMode === "EXPIRE_MAKER" ? "expireMaker" : null,
    },
    note: { text, isLimitMaker: type === "LIMIT_MAKER", amount: size.amount?.text ?? null, expiresMaker: stpMode === "EXPIRE_MAKER" },
  };
}

function timeInForceOf(parameters: Parameters, type: "LIMIT" | "MARKET" | "LIMIT_MAKER"): "gtc" | "ioc" | "fok" {
  const invalid = (): Error => refused("-1115", "Invalid timeInForce.");
  const named = parameters.oneOf("timeInForce", ["GTC", "IOC", "FOK"] as const, invalid);
  if (type === "MARKET") {
    // Clients send the usual GTC along with market orders.
    if (named === "FOK") throw invalid();
    return "ioc";
  }
  if (type === "LIMIT_MAKER" && named !== undefined && named !== "GTC") throw invalid();
  return named === "IOC" ? "ioc" : named === "FOK" ? "fok" : "gtc";
}

type Size = { readonly lots: QtyLots | null; readonly amount: { readonly units: Amount; readonly text: string } | null };

function marketSize(
  parameters: Parameters,
  pair: Pair,
  { version, side }: { readonly version: OrderVersion; readonly side: "buy" | "sell" },
): Size {
  const quantity = parameters.optional("quantity");
  if (version === "1.0") {
    if (quantity === undefined) throw missing("quantity");
    return side === "buy" ? amountSize(quantity, "quantity", pair) : { lots: lotsOf(quantity, pair), amount: null };
  }
  const amount = parameters.optional("amount");
  if (quantity !== undefined && amount !== undefined) {
    throw refused("-1129", "Invalid parameter: quantity and amount cannot be sent at the same time.");
  }
  if (amount !== undefined) return amountSize(amount, "amount", pair);
  if (quantity === undefined) throw missing("quantity");
  return { lots: lotsOf(quantity, pair), amount: null };
}

function amountSize(text: string, name: string, { quote }: Pair): Size {
  if (!DECIMAL.test(text)) throw illegal(name);
  const units = parseSteps(text, unitStep(quote.decimals), name);
  if (!units.ok) throw refused("-1206", "Order amount has more decimals, or is greater, than the venue keeps.");
  if (units.value === 0) throw refused("-1140", "Order amount lower than the minimum.");
  // A positive whole number of the asset's units.
  return { lots: null, amount: { units: units.value as Amount, text } };
}

/** A price in ticks. */
function ticksOf(text: string, { instrument }: Pair): PriceTicks {
  if (!DECIMAL.test(text)) throw refused("0207", "Invalid price.");
  const ticks = parseSteps(text, instrument.tickSize, "price");
  if (!ticks.ok) throw refused("0209", "Invalid price precision.");
  if (ticks.value === 0) throw refused("-1133", "Price lower than the minimum.");
  if (ticks.value > MAX_TICKS) throw refused("-1132", "Price greater than the maximum.");
  // Between 1 and the largest.
  return ticks.value as PriceTicks;
}

/** A quantity in lots. */
function lotsOf(text: string, { instrument }: Pair): QtyLots {
  if (!DECIMAL.test(text)) throw illegal("quantity");
  const lots = parseSteps(text, instrument.lotSize, "quantity");
  if (!lots.ok) throw refused("-1137", "Invalid quantity precision.");
  if (lots.value === 0) throw refused("-1136", "Order quantity lower than the minimum.");
  if (lots.value > MAX_LOTS) throw refused("-1135", "Order quantity greater than the maximum.");
  // Between 1 and the largest.
  return lots.value as QtyLots;
}
