import { isHeldHere, isOpen, type OrderEntry } from "../../app/orderEntry.ts";
import { readModel } from "../../app/readModel.ts";
import type { Side } from "../../../shared/orders.ts";
import type { AccountId, AssetId, InstrumentId } from "../../../shared/ids.ts";
import { displayPlaces, formatAmount, formatSigned } from "../../ui/format.ts";
import { rowTexts } from "./rowTexts.ts";
import { orderStatusView, type OpenValue, type OrderStatusView } from "./blotterModel.ts";
import { orderListTexts } from "./orderListTexts.ts";

/** Words and marks of single cells. They read the catalog from the read model. */

export function accountCode(id: AccountId): string {
  return readModel.account(id)?.code ?? `#${id}`;
}

export function symbolOf(id: InstrumentId): string {
  return readModel.instrument(id)?.symbol ?? `#${id}`;
}

export function assetCode(id: AssetId): string {
  return readModel.asset(id)?.code ?? `#${id}`;
}

export function sideText(side: Side): string {
  return side === "buy" ? rowTexts.buy : rowTexts.sell;
}

/** Side by shape, word and colour. */
export function drawSide(side: Side, element: HTMLElement): void {
  element.className = `side-${side}`;
  element.textContent = `${side === "buy" ? "▲" : "▼"} ${sideText(side)}`;
}

/** Amount of an asset with the decimals that people read, lined up on the point with those of other assets. */
export function amountText(units: number | bigint, assetId: AssetId, places?: number): string {
  const asset = readModel.asset(assetId);
  return asset === undefined ? String(units) : formatAmount(units, asset, places ?? displayPlaces(asset));
}

export function signedAmountText(units: number | bigint, assetId: AssetId): string {
  return formatSigned(units > 0 ? 1 : 0, amountText(units, assetId));
}

/** Digits that an amount of this asset lacks beside the asset with most decimals. */
export function trailingDigits(assetId: AssetId): string {
  const places = readModel.catalog.assets.map(displayPlaces);
  const asset = readModel.asset(assetId);
  const own = asset === undefined ? 0 : displayPlaces(asset);
  const lacking = Math.max(own, ...places) - own;
  return lacking === 0 ? "" : `${own === 0 ? "." : ""}${"0".repeat(lacking)}`;
}

/** What is open on a side, such as "1 300.00 USD + 2 without a limit"; empty where nothing is. */
export function openValueOf({ notional, unpriced }: OpenValue, side: Side): string {
  const amounts = notional
    .filter((row) => row[side] !== 0n || unpriced[side] === 0)
    .map((row) => `${amountText(row[side], row.assetId)} ${assetCode(row.assetId)}`);
  return [...amounts, ...(unpriced[side] === 0 ? [] : [orderListTexts.withoutLimit(unpriced[side])])].join(" + ");
}

/** Exact amount with its asset, for tooltips. */
export function exactAmount(units: number | bigint, assetId: AssetId): string {
  const asset = readModel.asset(assetId);
  return asset === undefined ? String(units) : `${formatAmount(units, asset)} ${asset.code}`;
}

export function statusOf(entry: OrderEntry): OrderStatusView {
  const isHeld = isHeldHere(entry, readModel.instrument(entry.instrumentId));
  return orderStatusView(entry, { isCancelling: isOpen(entry) && readModel.isCancelling(entry.orderId), isHeld });
}

/** Mark and word of a status. The mark's elements are made once and changed afterwards. */
export function drawStatus(entry: OrderEntry, element: HTMLElement): void {
  const view = statusOf(entry);
  let mark = element.firstElementChild;
  let word = element.lastElementChild;
  if (!(mark instanceof HTMLElement) || word === null || mark === word) {
    mark = document.createElement("i");
    word = document.createElement("span");
    mark.append(document.createElement("b"));
    element.replaceChildren(mark, word);
  }
  element.className = "order-status";
  element.dataset["shape"] = view.shape;
  const bar = mark.firstElementChild;
  if (bar instanceof HTMLElement) bar.style.width = `${Math.round(view.share * 100)}%`;
  word.textContent = view.text;
}

export function drawCancel(entry: OrderEntry, element: HTMLElement): void {
  const open = isOpen(entry);
  element.className = open && !readModel.isCancelling(entry.orderId) ? "order-cancel" : "order-cancel-off";
  element.textContent = open ? "✕" : "";
}
