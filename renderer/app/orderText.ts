import { unreachable } from "../../shared/assert.ts";
import type { Asset, Instrument } from "../../shared/catalog.ts";
import { currentLanguage } from "../../shared/languages.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { OrderType, Side } from "../../shared/orders.ts";
import { rejectTable, type OperandName, type OperandUnit, type Refusal } from "../../shared/rejects.ts";
import { formatAmountExact, formatDate, formatLotsShort, formatPrice, formatTime, unbroken, zoneLabel } from "../ui/format.ts";
import { orderTexts } from "./orderTexts.ts";
import type { ReadModel } from "./readModel.ts";

type Described = {
  readonly instrumentId: InstrumentId;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly limitTicks: PriceTicks | null;
  readonly lots: QtyLots;
};

/** An order in words: "buy 0.5 BTC/USD at 65 000.10". */
export function describeRequest(order: Described, model: Pick<ReadModel, "instrument">): string {
  const instrument = model.instrument(order.instrumentId);
  if (instrument === undefined) return `${order.side} in an unknown instrument`;
  const price = order.limitTicks === null ? "at market" : `at ${formatPrice(order.limitTicks, instrument)}`;
  return unbroken(`${order.side} ${formatLotsShort(order.lots, instrument)} ${instrument.symbol} ${price}`);
}

/** Where a refusal's row has its text in each language. */
const refusalLanguages = { en: "text", "zh-HK": "zhHant", "zh-CN": "zhHans" } as const;

/**
 * The engine's reason in words, its operands in the instrument's own units, followed by the rule that says so. `order` tells which
 * instrument and side the operands belong to; null for commands that have none.
 */
export function refusalText(
  refusal: Refusal,
  model: Pick<ReadModel, "instrument" | "asset">,
  order: Pick<Described, "instrumentId" | "side"> | null,
): string {
  const row = rejectTable[refusal.code];
  const instrument = order === null ? undefined : model.instrument(order.instrumentId);
  const text = row[refusalLanguages[currentLanguage()]].replace(
    /\{(limit|used|actual|headroom|licence|rule)\}/g,
    (_, name: OperandName) => {
      if (name === "licence") return String(refusal.licenceId ?? orderTexts.notKnown);
      if (name === "rule") return String(refusal.ruleId ?? orderTexts.notKnown);
      const value = refusal[name];
      return value === null ? orderTexts.notKnown : operandText(value, row.unit, instrument, order?.side ?? "buy", model);
    },
  );
  return unbroken(`${text} (${row.rule})`);
}

function operandText(
  value: number,
  unit: OperandUnit,
  instrument: Instrument | undefined,
  side: Side,
  model: Pick<ReadModel, "asset">,
): string {
  if (unit === "time") return `${formatDate(value, "hongKong")} ${formatTime(value, "hongKong")} ${zoneLabel("hongKong")}`;
  if (instrument === undefined || unit === "plain") return String(value);
  const base = model.asset(instrument.baseAssetId);
  const quote = model.asset(instrument.quoteAssetId);
  switch (unit) {
    case "lots":
      return `${formatLotsShort(value, instrument)}\u00a0${base?.code ?? ""}`.trimEnd();
    case "ticks":
      return formatPrice(value, instrument);
    case "quote":
      return money(value, quote);
    case "held":
      return money(value, side === "buy" ? quote : base);
    default:
      return unreachable(unit);
  }
}

function money(units: number, asset: Asset | undefined): string {
  return asset === undefined ? String(units) : `${formatAmountExact(units, asset)}\u00a0${asset.code}`;
}
