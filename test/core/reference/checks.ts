import type { Instrument } from "../../../shared/catalog.ts";
import type { Refusal } from "../../../shared/rejects.ts";
import { LARGEST, refusal } from "./arithmetic.ts";
import type { Submit } from "./orders.ts";

/** MT-12, MT-13, MT-18 and MT-26, type by type. */
export function objectToTerms(command: Submit, atUs: number): Refusal | null {
  const {
    displayLots,
    expireAtUs,
    limitTicks,
    lots,
    offsetTicks,
    orderType,
    peg,
    postOnly,
    quoteAmount,
    timeInForce,
    trigger,
    triggerTicks,
  } = command;
  const stays = timeInForce !== "ioc" && timeInForce !== "fok";
  if (orderType === "limit" && limitTicks === null) return refusal("VALIDATE_LIMIT_PRICE_MISSING");
  if (orderType === "market" && limitTicks !== null) return refusal("VALIDATE_LIMIT_PRICE_ON_MARKET", null, BigInt(limitTicks));
  if (orderType === "market" ? stays : orderType !== "limit" && !stays) return refusal("VALIDATE_TIME_IN_FORCE");
  const asked = new Set(
    Object.entries({ displayLots, limitTicks, offsetTicks, peg, postOnly, quoteAmount, trigger, triggerTicks }).flatMap(([name, value]) =>
      value === null ? [] : [name],
    ),
  );
  const [needed, possible] = termsOf[orderType];
  const isMisfit =
    needed.some((name) => !asked.has(name)) ||
    [...asked].some((name) => !needed.includes(name) && !possible.includes(name)) ||
    (lots === null) === (quoteAmount === null) ||
    (quoteAmount !== null && (timeInForce === "fok" || command.reduceOnly || command.selfTradeMode === "decrement")) ||
    (displayLots !== null && (!stays || displayLots >= lots!)) ||
    (postOnly !== null && !stays) ||
    (expireAtUs !== null && timeInForce !== "gtd");
  if (isMisfit) return refusal("VALIDATE_ORDER_TERMS");
  if (timeInForce === "gtd" && (expireAtUs ?? 0) <= atUs)
    return refusal("VALIDATE_EXPIRY", BigInt(atUs), expireAtUs === null ? null : BigInt(expireAtUs));
  return null;
}

/** What each type must say and may say, apart from what every order may. */
const termsOf: Readonly<Record<Submit["orderType"], readonly [needed: readonly string[], possible: readonly string[]]>> = {
  limit: [["limitTicks"], ["displayLots", "postOnly"]],
  market: [[], ["quoteAmount"]],
  stop: [["triggerTicks"], ["trigger"]],
  stopLimit: [["limitTicks", "triggerTicks"], ["trigger"]],
  trailingStop: [["offsetTicks"], ["trigger"]],
  pegged: [["limitTicks", "peg"], ["offsetTicks"]],
  marketToLimit: [[], []],
};

export function objectToLots(command: Submit, instrument: Instrument, lots: bigint, isExit = false): Refusal | null {
  if (!isExit && lots < BigInt(instrument.minLots)) return refusal("VALIDATE_LOTS_BELOW_MINIMUM", BigInt(instrument.minLots), lots);
  const most = BigInt(command.orderType === "market" ? instrument.marketMaxLots : instrument.maxLots);
  return lots > most ? refusal("VALIDATE_LOTS_ABOVE_MAXIMUM", most, lots, most) : null;
}

export function objectToValue({ orderType }: Submit, instrument: Instrument, ticks: bigint, lots: bigint, isExit = false): Refusal | null {
  const most = orderType === "market" ? instrument.marketMaxNotional : instrument.maxNotional;
  const value = ticks * lots * BigInt(instrument.quoteUnitsPerTickLot);
  if (!isExit && value < BigInt(instrument.minNotional))
    return refusal("VALIDATE_NOTIONAL_BELOW_MINIMUM", BigInt(instrument.minNotional), value);
  if (value > LARGEST) return refusal("LEDGER_OVERFLOW");
  return most !== null && value > BigInt(most) ? refusal("VALIDATE_AMOUNT_ABOVE_MAXIMUM", BigInt(most), value, BigInt(most)) : null;
}
