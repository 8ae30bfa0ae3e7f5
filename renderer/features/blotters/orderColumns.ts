import { isOpen, isPending, type OrderEntry } from "../../app/orderEntry.ts";
import { refusalText } from "../../app/orderText.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import { formatDate, formatLots, formatMeanPrice, formatPrice, formatTime, zoneLabel } from "../../ui/format.ts";
import type { GridColumn } from "../../ui/Grid.tsx";
import { cancelReasonText, notionalOf } from "./blotterModel.ts";
import { accountCode, amountText, drawCancel, drawSide, drawStatus, exactAmount, sideText, statusOf, symbolOf } from "./blotterCells.ts";

const NONE = "–";

/** Why an order ended as it did, or what is known of it. */
function orderNote(entry: OrderEntry): string {
  if (isPending(entry))
    return entry.pending === "sending" ? "On its way to the engine" : "Connection lost before the answer; the journal will tell";
  if (entry.refusal !== null) return refusalText(entry.refusal, readModel, entry);
  if (entry.cancelReason !== null) return cancelReasonText(entry.cancelReason);
  return "";
}

/** Microseconds of the moment the order came into being; while it is pending, of this machine's clock. */
function bornUs(entry: OrderEntry): number {
  return isPending(entry) ? entry.sentMs * 1_000 : entry.createdUs;
}

function touchedUs(entry: OrderEntry): number {
  return isPending(entry) ? entry.sentMs * 1_000 : entry.updatedUs;
}

function priceText(entry: OrderEntry): string {
  const instrument = readModel.instrument(entry.instrumentId);
  if (entry.limitTicks === null) return "Market";
  return instrument === undefined ? String(entry.limitTicks) : formatPrice(entry.limitTicks, instrument);
}

function lotsText(entry: OrderEntry, lots: number): string {
  const instrument = readModel.instrument(entry.instrumentId);
  return instrument === undefined ? String(lots) : formatLots(lots, instrument);
}

function averageText(entry: OrderEntry): string {
  const instrument = readModel.instrument(entry.instrumentId);
  if (isPending(entry) || entry.averageTicks === null || instrument === undefined) return NONE;
  return formatMeanPrice(entry.averageTicks, instrument);
}

/** Ticks of different instruments are different money; sorting compares prices. */
function priceOf(entry: OrderEntry): number | null {
  const instrument = readModel.instrument(entry.instrumentId);
  return entry.limitTicks === null || instrument === undefined ? null : entry.limitTicks * Number(instrument.tickSize);
}

function openValueText(entry: OrderEntry): string {
  const instrument = readModel.instrument(entry.instrumentId);
  if (!isOpen(entry) || entry.limitTicks === null || instrument === undefined) return NONE;
  return amountText(notionalOf(instrument, entry.limitTicks, entry.leavesLots), instrument.quoteAssetId);
}

/** In order of importance: what a trader must see, up to the filled quantity, fits beside the pinned columns in the narrowest window. */
export const orderColumns: readonly GridColumn<OrderEntry>[] = [
  {
    id: "cancel",
    header: "",
    explain: "Cancel the order (Delete)",
    width: 24,
    pinned: "left",
    sortable: false,
    copied: false,
    value: (entry) => (isOpen(entry) ? (readModel.isCancelling(entry.orderId) ? 2 : 1) : 0),
    text: () => "",
    draw: drawCancel,
    tooltip: (entry) => (isOpen(entry) ? "Cancel this order (Delete)" : ""),
  },
  {
    id: "status",
    flash: true,
    header: "Status",
    width: 96,
    pinned: "left",
    value: (entry) => statusOf(entry).text,
    text: (entry) => statusOf(entry).text,
    draw: drawStatus,
    tooltip: orderNote,
  },
  {
    id: "account",
    steady: true,
    header: "Account",
    width: 62,
    value: (entry) => accountCode(entry.accountId),
    text: (entry) => accountCode(entry.accountId),
    tooltip: (entry) => readModel.account(entry.accountId)?.name ?? "",
  },
  {
    id: "instrument",
    steady: true,
    header: "Instrument",
    width: 76,
    value: (entry) => symbolOf(entry.instrumentId),
    text: (entry) => symbolOf(entry.instrumentId),
  },
  {
    id: "side",
    steady: true,
    header: "Side",
    width: 46,
    value: (entry) => entry.side,
    text: (entry) => sideText(entry.side),
    draw: (entry, element) => drawSide(entry.side, element),
  },
  {
    id: "price",
    flash: true,
    steady: true,
    header: "Price",
    explain: "Limit of the order",
    width: 74,
    align: "right",
    value: (entry) => entry.limitTicks,
    sortBy: priceOf,
    text: priceText,
  },
  {
    id: "quantity",
    flash: true,
    steady: true,
    header: "Quantity",
    explain: "Quantity ordered",
    width: 70,
    align: "right",
    value: (entry) => entry.lots,
    text: (entry) => lotsText(entry, entry.lots),
  },
  {
    id: "filled",
    flash: true,
    header: "Filled",
    explain: "Quantity filled so far",
    width: 70,
    align: "right",
    value: (entry) => (isPending(entry) ? 0 : entry.filledLots),
    text: (entry) => (isPending(entry) || entry.filledLots === 0 ? NONE : lotsText(entry, entry.filledLots)),
  },
  {
    id: "average",
    flash: true,
    header: "Avg price",
    explain: "Mean price of the fills",
    width: 84,
    align: "right",
    value: (entry) => (isPending(entry) ? null : entry.averageTicks),
    text: averageText,
  },
  {
    id: "type",
    steady: true,
    header: "Type",
    explain: "Type and time in force",
    width: 76,
    value: (entry) => `${entry.orderType}${entry.timeInForce}`,
    text: (entry) => `${entry.orderType === "limit" ? "Limit" : "Market"} ${entry.timeInForce.toUpperCase()}`,
  },
  {
    id: "created",
    steady: true,
    header: "Created",
    explain: "Venue time of acceptance or denial",
    width: 96,
    align: "right",
    value: bornUs,
    // What is on its way stands above what the engine knows.
    sortBy: (entry) => (isPending(entry) ? Number.MAX_SAFE_INTEGER : entry.seq),
    text: (entry) => formatTime(bornUs(entry), preferences.zone, 3),
    tooltip: (entry) =>
      `${formatDate(bornUs(entry), preferences.zone)} ${formatTime(bornUs(entry), preferences.zone, 6)} ${zoneLabel(preferences.zone)}`,
  },
  {
    id: "note",
    header: "Note",
    explain: "Why it was denied or cancelled",
    width: 300,
    flex: 1,
    value: orderNote,
    text: orderNote,
    tooltip: orderNote,
  },
  {
    id: "value",
    header: "Open value",
    explain: "Limit price × open quantity, in the quote asset",
    width: 104,
    align: "right",
    value: (entry) => (isOpen(entry) ? entry.leavesLots : 0),
    sortBy: (entry) =>
      isOpen(entry) ? (priceOf(entry) ?? 0) * entry.leavesLots * Number(readModel.instrument(entry.instrumentId)?.lotSize ?? 0) : null,
    text: openValueText,
    tooltip: (entry) => {
      const instrument = readModel.instrument(entry.instrumentId);
      return isOpen(entry) && entry.limitTicks !== null && instrument !== undefined
        ? exactAmount(notionalOf(instrument, entry.limitTicks, entry.leavesLots), instrument.quoteAssetId)
        : "";
    },
  },
  {
    id: "updated",
    header: "Updated",
    explain: "Venue time of the last change",
    width: 96,
    align: "right",
    value: touchedUs,
    text: (entry) => formatTime(touchedUs(entry), preferences.zone, 3),
  },
  {
    id: "orderId",
    steady: true,
    header: "Order id",
    explain: "Journal sequence of the acceptance",
    width: 84,
    align: "right",
    value: (entry) => (isPending(entry) ? null : entry.orderId),
    text: (entry) => (isPending(entry) || entry.orderId === null ? NONE : String(entry.orderId)),
  },
  {
    id: "clientOrderId",
    steady: true,
    header: "Client order id",
    width: 140,
    align: "right",
    value: (entry) => entry.clientOrderId,
    text: (entry) => String(entry.clientOrderId),
  },
  {
    id: "actor",
    steady: true,
    header: "Sent by",
    width: 90,
    value: (entry) => (isPending(entry) ? "this window" : entry.actor),
    text: (entry) => (isPending(entry) ? "this window" : entry.actor),
  },
];
