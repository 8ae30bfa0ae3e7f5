import { feeAssetOf } from "../../../shared/fees.ts";
import type { FillRow } from "../../../shared/views.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import { formatDate, formatLots, formatPrice, formatTime, zoneLabel } from "../../ui/format.ts";
import type { GridColumn } from "../../ui/gridColumn.ts";
import { accountCode, amountText, assetCode, drawSide, exactAmount, sideText, symbolOf } from "./blotterCells.ts";
import { columnTexts } from "./columnTexts.ts";
import { rowTexts } from "./rowTexts.ts";

/** Fees are small: more decimals than other money. */
export const FEE_PLACES = 4;

/** One side of a trade: the same trade is two rows when both orders are this owner's. */
export function fillKey(fill: FillRow): string {
  return `${fill.tradeId}:${fill.orderId}`;
}

function money(fill: FillRow, units: number): string {
  const instrument = readModel.instrument(fill.instrumentId);
  return instrument === undefined ? String(units) : amountText(units, instrument.quoteAssetId);
}

function feeText(fill: FillRow): string {
  const instrument = readModel.instrument(fill.instrumentId);
  return instrument === undefined ? String(fill.fee) : amountText(fill.fee, feeAssetOf(instrument, fill.side), FEE_PLACES);
}

function exactFee(fill: FillRow): string {
  const instrument = readModel.instrument(fill.instrumentId);
  return instrument === undefined ? "" : exactAmount(fill.fee, feeAssetOf(instrument, fill.side));
}

function exact(fill: FillRow, units: number): string {
  const instrument = readModel.instrument(fill.instrumentId);
  return instrument === undefined ? "" : exactAmount(units, instrument.quoteAssetId);
}

export const fillColumns: readonly GridColumn<FillRow>[] = [
  {
    id: "time",
    steady: true,
    get header() {
      return columnTexts.time;
    },
    get explain() {
      return columnTexts.venueTimeOfTheTrade;
    },
    width: 92,
    pinned: "left",
    align: "right",
    value: (fill) => fill.atUs,
    sortBy: (fill) => fill.tradeId,
    text: (fill) => formatTime(fill.atUs, preferences.zone, 3),
    tooltip: (fill) =>
      `${formatDate(fill.atUs, preferences.zone)} ${formatTime(fill.atUs, preferences.zone, 6)} ${zoneLabel(preferences.zone)}`,
  },
  {
    id: "side",
    get header() {
      return columnTexts.side;
    },
    width: 54,
    value: (fill) => fill.side,
    text: (fill) => sideText(fill.side),
    draw: (fill, element) => drawSide(fill.side, element),
  },
  {
    id: "instrument",
    get header() {
      return columnTexts.instrument;
    },
    width: 72,
    value: (fill) => symbolOf(fill.instrumentId),
    text: (fill) => symbolOf(fill.instrumentId),
  },
  {
    id: "quantity",
    get header() {
      return columnTexts.quantity;
    },
    width: 62,
    align: "right",
    value: (fill) => fill.lots,
    text: (fill) => {
      const instrument = readModel.instrument(fill.instrumentId);
      return instrument === undefined ? String(fill.lots) : formatLots(fill.lots, instrument);
    },
  },
  {
    id: "price",
    get header() {
      return columnTexts.price;
    },
    width: 70,
    align: "right",
    value: (fill) => fill.ticks,
    // Ticks of different instruments are different money; sorting compares prices.
    sortBy: (fill) => fill.ticks * Number(readModel.instrument(fill.instrumentId)?.tickSize ?? 0),
    text: (fill) => {
      const instrument = readModel.instrument(fill.instrumentId);
      return instrument === undefined ? String(fill.ticks) : formatPrice(fill.ticks, instrument);
    },
  },
  {
    id: "account",
    get header() {
      return columnTexts.account;
    },
    width: 64,
    value: (fill) => accountCode(fill.accountId),
    text: (fill) => accountCode(fill.accountId),
    tooltip: (fill) => readModel.account(fill.accountId)?.name ?? "",
  },
  {
    id: "value",
    get header() {
      return columnTexts.value;
    },
    get explain() {
      return columnTexts.priceQuantityInTheQuoteAsset;
    },
    width: 88,
    align: "right",
    value: (fill) => fill.notional,
    text: (fill) => money(fill, fill.notional),
    tooltip: (fill) => exact(fill, fill.notional),
  },
  {
    id: "fee",
    get header() {
      return columnTexts.fee;
    },
    get explain() {
      return columnTexts.feePaid;
    },
    width: 78,
    align: "right",
    value: (fill) => fill.fee,
    text: feeText,
    tooltip: exactFee,
  },
  {
    id: "quote",
    get header() {
      return columnTexts.quote;
    },
    get explain() {
      return columnTexts.assetOfValueAndFee;
    },
    width: 54,
    value: quoteCode,
    text: quoteCode,
  },
  {
    id: "liquidity",
    get header() {
      return columnTexts.liquidity;
    },
    get explain() {
      return columnTexts.makerTheOrderRestedTakerItCame;
    },
    width: 64,
    value: (fill) => fill.liquidity,
    text: (fill) => (fill.liquidity === "maker" ? rowTexts.maker : rowTexts.taker),
  },
  {
    id: "tradeId",
    get header() {
      return columnTexts.tradeId;
    },
    get explain() {
      return columnTexts.journalSequenceOfTheTrade;
    },
    width: 84,
    align: "right",
    value: (fill) => fill.tradeId,
    text: (fill) => String(fill.tradeId),
  },
  {
    id: "orderId",
    get header() {
      return columnTexts.orderId;
    },
    get explain() {
      return columnTexts.journalSequenceOfTheOrderSAcceptance;
    },
    width: 84,
    align: "right",
    value: (fill) => fill.orderId,
    text: (fill) => String(fill.orderId),
  },
];

function quoteCode(fill: FillRow): string {
  const instrument = readModel.instrument(fill.instrumentId);
  return instrument === undefined ? "" : assetCode(instrument.quoteAssetId);
}
