import type { Instrument } from "../../../shared/catalog.ts";
import type { PriceTicks, QtyLots } from "../../../shared/money.ts";
import type { Result } from "../../../shared/result.ts";
import { recordAction } from "../../app/actions.ts";
import { messages } from "../../app/messages.ts";
import { isHeldHere, isOpen, isPending, type OrderEntry } from "../../app/orderEntry.ts";
import { amendOrder } from "../../app/orders.ts";
import { cancelReasonText, refusalText } from "../../app/orderText.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import { formatDate, formatLots, formatMeanPrice, formatPrice, formatTime, parseLots, parsePrice, zoneLabel } from "../../ui/format.ts";
import type { GridColumn } from "../../ui/gridColumn.ts";
import { notionalOf } from "./blotterModel.ts";
import { orderFamilies } from "./orderFamilies.ts";
import { termsText, typeText } from "./orderTerms.ts";
import { accountCode, amountText, drawCancel, drawSide, drawStatus, exactAmount, sideText, statusOf, symbolOf } from "./blotterCells.ts";
import { columnTexts } from "./columnTexts.ts";
import { rowTexts } from "./rowTexts.ts";

const NONE = "–";

/** Why an order ended as it did, or what is known of it beyond its columns. */
function orderNote(entry: OrderEntry): string {
  if (isPending(entry)) return entry.pending === "sending" ? rowTexts.onItsWay : rowTexts.connectionLost;
  const ended = entry.cancelReason === null ? "" : cancelReasonText(entry.cancelReason);
  if (entry.refusal !== null) return [ended, refusalText(entry.refusal, readModel, entry)].filter((text) => text !== "").join(" · ");
  const { becomes, note = "", replaces, venueOrderId = "" } = entry.route ?? {};
  // The venue changes no order: it comes off first, and then what remains goes in anew.
  const instrument = readModel.instrument(entry.instrumentId);
  const change =
    becomes === undefined || instrument === undefined || !isOpen(entry)
      ? ""
      : rowTexts.becomes(formatLots(becomes.lots, instrument), formatPrice(becomes.limitTicks, instrument));
  const origin = replaces === undefined ? "" : rowTexts.replaces(replaces);
  const held = isHeldHere(entry, instrument) ? rowTexts.heldByUs : "";
  const terms = termsText(entry, instrument);
  return [ended, held, change, origin, terms, note, venueOrderId === "" ? "" : rowTexts.venueOrder(venueOrderId)]
    .filter((text) => text !== "")
    .join(" · ");
}

/** Microseconds of the moment the order came into being; while it is pending, of this machine's clock. */
function bornUs(entry: OrderEntry): number {
  return isPending(entry) ? entry.sentMs * 1_000 : entry.createdUs;
}

function touchedUs(entry: OrderEntry): number {
  return isPending(entry) ? entry.sentMs * 1_000 : entry.updatedUs;
}

/** The limit; of an order without one that waits for a price, that price with a mark. */
function priceText(entry: OrderEntry): string {
  const instrument = readModel.instrument(entry.instrumentId);
  const trigger = waitsFor(entry);
  const ticks = entry.limitTicks ?? trigger;
  if (ticks === null) return entry.orderType === "market" ? rowTexts.market : NONE;
  const text = instrument === undefined ? String(ticks) : formatPrice(ticks, instrument);
  return entry.limitTicks === null ? `⊳ ${text}` : text;
}

function waitsFor(entry: OrderEntry): number | null {
  return isPending(entry) ? null : entry.triggerTicks;
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
  const ticks = entry.limitTicks ?? waitsFor(entry);
  return ticks === null || instrument === undefined ? null : ticks * Number(instrument.tickSize);
}

function openValueText(entry: OrderEntry): string {
  const instrument = readModel.instrument(entry.instrumentId);
  if (!isOpen(entry) || entry.limitTicks === null || instrument === undefined) return NONE;
  return amountText(notionalOf(instrument, entry.limitTicks, entry.leavesLots), instrument.quoteAssetId);
}

/** "1/3" for the first of three that depend on each other, "└" for those that came with it. */
function familyText(entry: OrderEntry): string {
  const { size, rank } = orderFamilies.of(entry);
  return size < 2 ? "" : rank === 0 ? `▾ ${size}` : "└";
}

/** What was typed over a price or quantity is asked of the engine; the cell changes when it has agreed. */
function commitPrice(entry: OrderEntry, text: string): void {
  commit(
    entry,
    (instrument) => parsePrice(text.replace("⊳", ""), instrument),
    (ticks) => {
      // The cell shows the limit, and where there is none the price that the order waits for.
      const isTrigger = entry.limitTicks === null && waitsFor(entry) !== null;
      if (ticks === (entry.limitTicks ?? waitsFor(entry))) return null;
      const price = ticks as PriceTicks;
      return isTrigger ? { limitTicks: null, lots: null, triggerTicks: price } : { limitTicks: price, lots: null, triggerTicks: null };
    },
  );
}

function commitQuantity(entry: OrderEntry, text: string): void {
  commit(
    entry,
    (instrument) => parseLots(text, instrument),
    (lots) => (lots === entry.lots ? null : { limitTicks: null, lots: lots as QtyLots, triggerTicks: null }),
  );
}

function commit(
  entry: OrderEntry,
  parse: (instrument: Instrument) => Result<number>,
  /** Null where it is so already. */
  changeOf: (units: number) => Parameters<typeof amendOrder>[1] | null,
): void {
  const instrument = readModel.instrument(entry.instrumentId);
  if (instrument === undefined || !isOpen(entry)) return;
  const parsed = parse(instrument);
  if (!parsed.ok || parsed.value < 1) {
    const detail = parsed.ok ? columnTexts.atLeastOneStep : parsed.error.message;
    messages.post({ severity: "warning", text: columnTexts.orderNotChanged(entry.orderId), detail });
    return;
  }
  const change = changeOf(parsed.value);
  if (change === null) return;
  recordAction("order.amend", "key", `${entry.orderId}`);
  void amendOrder(entry, change);
}

/** In order of importance: from the status to the type all is in sight in the narrowest window. */
export const orderColumns: readonly GridColumn<OrderEntry>[] = [
  {
    id: "cancel",
    header: "",
    get explain() {
      return columnTexts.cancelTheOrderDelete;
    },
    width: 24,
    pinned: "left",
    sortable: false,
    copied: false,
    value: (entry) => (isOpen(entry) ? (readModel.isCancelling(entry.orderId) ? 2 : 1) : 0),
    text: () => "",
    draw: drawCancel,
    tooltip: (entry) => (isOpen(entry) ? rowTexts.cancelThis : ""),
  },
  {
    id: "status",
    flash: true,
    get header() {
      return columnTexts.status;
    },
    width: 108,
    pinned: "left",
    value: (entry) => statusOf(entry).text,
    text: (entry) => statusOf(entry).text,
    draw: drawStatus,
    tooltip: orderNote,
  },
  {
    id: "side",
    steady: true,
    get header() {
      return columnTexts.side;
    },
    width: 54,
    value: (entry) => entry.side,
    text: (entry) => sideText(entry.side),
    draw: (entry, element) => drawSide(entry.side, element),
  },
  {
    id: "instrument",
    steady: true,
    get header() {
      return columnTexts.instrument;
    },
    width: 72,
    value: (entry) => symbolOf(entry.instrumentId),
    text: (entry) => symbolOf(entry.instrumentId),
  },
  {
    id: "quantity",
    flash: true,
    get header() {
      return columnTexts.quantity;
    },
    get explain() {
      return columnTexts.quantityOrdered;
    },
    width: 64,
    align: "right",
    value: (entry) => entry.lots,
    text: (entry) => lotsText(entry, entry.lots),
    edit: { can: isOpen, commit: commitQuantity },
  },
  {
    id: "filled",
    flash: true,
    get header() {
      return columnTexts.filled;
    },
    get explain() {
      return columnTexts.quantityFilledSoFar;
    },
    width: 62,
    align: "right",
    value: (entry) => (isPending(entry) ? 0 : entry.filledLots),
    text: (entry) => (isPending(entry) || entry.filledLots === 0 ? NONE : lotsText(entry, entry.filledLots)),
  },
  {
    id: "price",
    flash: true,
    get header() {
      return columnTexts.price;
    },
    get explain() {
      return columnTexts.limitOfTheOrder;
    },
    width: 86,
    align: "right",
    value: (entry) => entry.limitTicks ?? waitsFor(entry),
    sortBy: priceOf,
    text: priceText,
    edit: { can: (entry) => isOpen(entry) && (entry.limitTicks ?? waitsFor(entry)) !== null, commit: commitPrice },
  },
  {
    id: "account",
    steady: true,
    get header() {
      return columnTexts.account;
    },
    width: 64,
    value: (entry) => accountCode(entry.accountId),
    text: (entry) => accountCode(entry.accountId),
    tooltip: (entry) => readModel.account(entry.accountId)?.name ?? "",
  },
  {
    id: "type",
    steady: true,
    get header() {
      return columnTexts.type;
    },
    get explain() {
      return columnTexts.typeAndTimeInForce;
    },
    width: 144,
    value: typeText,
    text: typeText,
    tooltip: (entry) => termsText(entry, readModel.instrument(entry.instrumentId)),
  },
  {
    id: "average",
    flash: true,
    get header() {
      return columnTexts.avgPrice;
    },
    get explain() {
      return columnTexts.meanPriceOfTheFills;
    },
    width: 80,
    align: "right",
    value: (entry) => (isPending(entry) ? null : entry.averageTicks),
    text: averageText,
  },
  {
    id: "family",
    get header() {
      return columnTexts.family;
    },
    get explain() {
      return columnTexts.ordersThatDependOnEachOther;
    },
    width: 36,
    value: (entry) => familyText(entry),
    sortBy: (entry) => orderFamilies.place(entry),
    text: familyText,
  },
  {
    id: "created",
    steady: true,
    get header() {
      return columnTexts.created;
    },
    get explain() {
      return columnTexts.venueTimeOfAcceptanceOrDenial;
    },
    width: 96,
    align: "right",
    value: bornUs,
    // What is on its way stands above what the engine knows.
    sortBy: (entry) => orderFamilies.place(entry),
    text: (entry) => formatTime(bornUs(entry), preferences.zone, 3),
    tooltip: (entry) =>
      `${formatDate(bornUs(entry), preferences.zone)} ${formatTime(bornUs(entry), preferences.zone, 6)} ${zoneLabel(preferences.zone)}`,
  },
  {
    id: "note",
    get header() {
      return columnTexts.note;
    },
    get explain() {
      return columnTexts.whyItWasDeniedOrCancelled;
    },
    width: 300,
    flex: 1,
    value: orderNote,
    text: orderNote,
    tooltip: orderNote,
  },
  {
    id: "value",
    get header() {
      return columnTexts.openValue;
    },
    get explain() {
      return columnTexts.limitPriceOpenQuantityInTheQuote;
    },
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
    get header() {
      return columnTexts.updated;
    },
    get explain() {
      return columnTexts.venueTimeOfTheLastChange;
    },
    width: 96,
    align: "right",
    value: touchedUs,
    text: (entry) => formatTime(touchedUs(entry), preferences.zone, 3),
  },
  {
    id: "orderId",
    steady: true,
    get header() {
      return columnTexts.orderId;
    },
    get explain() {
      return columnTexts.journalSequenceOfTheAcceptance;
    },
    width: 84,
    align: "right",
    value: (entry) => (isPending(entry) ? null : entry.orderId),
    text: (entry) => (isPending(entry) || entry.orderId === null ? NONE : String(entry.orderId)),
  },
  {
    id: "clientOrderId",
    steady: true,
    get header() {
      return columnTexts.clientOrderId;
    },
    width: 140,
    align: "right",
    value: (entry) => entry.clientOrderId,
    text: (entry) => String(entry.clientOrderId),
  },
  {
    id: "actor",
    steady: true,
    get header() {
      return columnTexts.sentBy;
    },
    width: 90,
    value: (entry) => (isPending(entry) ? rowTexts.thisWindow : entry.actor),
    text: (entry) => (isPending(entry) ? rowTexts.thisWindow : entry.actor),
  },
];
