import type { Instrument } from "../../../shared/catalog.ts";
import type { OrderFormName } from "../../../shared/orderForms.ts";
import { isOpen, isPending, type OrderEntry } from "../../app/orderEntry.ts";
import { orderFormTexts } from "../../app/orderFormTexts.ts";
import { formatLotsShort, formatPrice } from "../../ui/format.ts";
import { rowTexts } from "./rowTexts.ts";

/** The form by which a person knows the order; for one of a list its own, not the list's. */
function formOf(entry: OrderEntry): OrderFormName {
  if (isPending(entry)) return entry.values?.form ?? entry.orderType;
  if (entry.special === undefined || entry.orderType !== "limit") return entry.orderType;
  const { displayLots, postOnly } = entry.special;
  return displayLots !== null ? "iceberg" : postOnly !== null ? "postOnly" : "limit";
}

/** "Limit GTC", "Post-only DAY"; of a list with its name: "Limit GTC · Bracket". */
export function typeText(entry: OrderEntry): string {
  const { forms } = orderFormTexts;
  const own = `${forms[formOf(entry)]} ${entry.timeInForce.toUpperCase()}`;
  const list = isPending(entry) ? null : (entry.special?.list ?? null);
  return list === null ? own : `${own} · ${forms[list.kind]}`;
}

/** What an order asked for that its type does not say, in words; "" where that is nothing. Of a bracket also where the exits will stand. */
export function termsText(entry: OrderEntry, instrument: Instrument | undefined): string {
  if (isPending(entry) || entry.special === undefined || instrument === undefined) return "";
  const { displayLots, list, peg, postOnly, reduceOnly } = entry.special;
  const { options, terms } = orderFormTexts;
  const waitsForExits = list?.kind === "bracket" && list.part === "entry" && isOpen(entry);
  return [
    postOnly === null ? "" : `${terms.postOnly}: ${options[postOnly] ?? postOnly}`,
    displayLots === null ? "" : `${terms.display}: ${formatLotsShort(displayLots, instrument)}`,
    peg === null ? "" : `${terms.peg}: ${options[peg] ?? peg}`,
    reduceOnly ? terms.reduceOnly : "",
    waitsForExits ? rowTexts.exitsAt(formatPrice(list.profitTicks, instrument), formatPrice(list.stopTicks, instrument)) : "",
  ]
    .filter((text) => text !== "")
    .join(" · ");
}
