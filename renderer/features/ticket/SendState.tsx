import type { ReactNode } from "react";
import { unreachable } from "../../../shared/assert.ts";
import type { Instrument } from "../../../shared/catalog.ts";
import type { OrderRow } from "../../../shared/views.ts";
import type { OrderRequest } from "../../app/orderEntry.ts";
import { cancelReasonText } from "../../app/orderText.ts";
import type { Placement } from "../../app/orders.ts";
import { useView } from "../../app/useView.ts";
import { formatLotsShort, formatMeanPrice, unbroken } from "../../ui/format.ts";
import { ticketTexts } from "./ticketTexts.ts";

const texts = ticketTexts.state;

/** The order sent last from this ticket; `placement` is null until the engine answered. */
export type Sent = { readonly key: string; readonly request: OrderRequest; readonly placement: Placement | null };

/** One line: what became of the order sent last. Only the engine's events move it on. */
export function SendState({ sent, instrument }: { readonly sent: Sent | null; readonly instrument: Instrument }): ReactNode {
  const orderId = sent?.placement?.kind === "accepted" ? sent.placement.orderId : null;
  const row = useView("orders", (model) => (orderId === null ? undefined : model.orders.get(orderId)));
  const unanswered = useView("orders", (model) => {
    const entry = sent === null ? undefined : model.orders.get(sent.key);
    return entry !== undefined && "pending" in entry && entry.pending === "unknown";
  });
  const { state, text } =
    unanswered && sent?.placement === null
      ? { state: "unknown", text: texts.unanswered }
      : describe(sent, row !== undefined && !("pending" in row) ? row : null, instrument);
  return (
    <p className="send-state" role="status" data-testid="ticket-state" data-state={state}>
      {unbroken(text)}
    </p>
  );
}

function describe(sent: Sent | null, row: OrderRow | null, instrument: Instrument): { readonly state: string; readonly text: string } {
  if (sent === null) return { state: "none", text: "" };
  const { placement } = sent;
  if (placement === null) return { state: "sending", text: texts.sending };
  switch (placement.kind) {
    case "unknown":
      return { state: "unknown", text: texts.unknown };
    case "notSent":
      return { state: "notSent", text: texts.notSent(placement.error.message) };
    case "denied":
      return { state: "denied", text: texts.denied(placement.text) };
    case "accepted":
      return row === null
        ? { state: "acknowledged", text: texts.acknowledged(placement.orderId) }
        : { state: row.status, text: rowText(row, placement.orderId, instrument) };
    default:
      return unreachable(placement);
  }
}

function rowText(row: OrderRow, orderId: number, instrument: Instrument): string {
  const filled = formatLotsShort(row.filledLots, instrument);
  const lots = formatLotsShort(row.lots, instrument);
  const mean = row.averageTicks === null ? "" : ` @ ${formatMeanPrice(row.averageTicks, instrument)}`;
  const why = row.cancelReason === null ? "" : cancelReasonText(row.cancelReason).toLowerCase();
  switch (row.status) {
    case "working":
      return texts.working(orderId);
    case "partiallyFilled":
      return texts.part(orderId, filled, lots, mean);
    case "filled":
      return texts.filled(orderId, filled, lots, mean);
    case "cancelled":
      return texts.cancelled(orderId, why);
    case "partiallyCancelled":
      return texts.partCancelled(orderId, filled, lots, mean, why);
    case "denied":
      return texts.deniedPlain;
    default:
      return unreachable(row.status);
  }
}
