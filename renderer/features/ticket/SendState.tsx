import type { ReactNode } from "react";
import { unreachable } from "../../../shared/assert.ts";
import type { Instrument } from "../../../shared/catalog.ts";
import type { OrderRow } from "../../../shared/views.ts";
import type { OrderRequest } from "../../app/orderEntry.ts";
import { cancelReasonText } from "../../app/orderText.ts";
import type { Placement } from "../../app/orders.ts";
import { useView } from "../../app/useView.ts";
import { formatLotsShort, formatMeanPrice } from "../../ui/format.ts";

/** The order sent last from this ticket; `placement` is null until the engine answered. */
export type Sent = { readonly key: string; readonly request: OrderRequest; readonly placement: Placement | null };

/** One line: what became of the order sent last. Only the engine's events move it on. */
export function SendState({ sent, instrument }: { readonly sent: Sent | null; readonly instrument: Instrument }): ReactNode {
  const orderId = sent?.placement?.kind === "accepted" ? sent.placement.orderId : null;
  const row = useView("orders", (model) => (orderId === null ? undefined : model.orders.get(`o${orderId}`)));
  const unanswered = useView("orders", (model) => {
    const entry = sent === null ? undefined : model.orders.get(sent.key);
    return entry !== undefined && "pending" in entry && entry.pending === "unknown";
  });
  const { state, text } =
    unanswered && sent?.placement === null ? UNANSWERED : describe(sent, row !== undefined && !("pending" in row) ? row : null, instrument);
  return (
    <p className="send-state" role="status" data-testid="ticket-state" data-state={state}>
      {text}
    </p>
  );
}

const UNANSWERED = { state: "unknown", text: "▨ Unknown: no answer yet. The orders blotter tells when there is one." } as const;

function describe(sent: Sent | null, row: OrderRow | null, instrument: Instrument): { readonly state: string; readonly text: string } {
  if (sent === null) return { state: "none", text: "" };
  const { placement } = sent;
  if (placement === null) return { state: "sending", text: "○ Sending; not yet acknowledged" };
  switch (placement.kind) {
    case "unknown":
      return {
        state: "unknown",
        text: "▨ Unknown: the connection dropped before the answer. The orders blotter tells when the engine is back.",
      };
    case "notSent":
      return { state: "notSent", text: `▲ Not sent: ${placement.error.message}` };
    case "denied":
      return { state: "denied", text: `▲ Denied: ${placement.text}` };
    case "accepted":
      return row === null
        ? { state: "acknowledged", text: `● Order ${placement.orderId} acknowledged` }
        : { state: row.status, text: rowText(row, instrument) };
    default:
      return unreachable(placement);
  }
}

function rowText(row: OrderRow, instrument: Instrument): string {
  const filled = `${formatLotsShort(row.filledLots, instrument)} of ${formatLotsShort(row.lots, instrument)}`;
  const mean = row.averageTicks === null ? "" : ` @ ${formatMeanPrice(row.averageTicks, instrument)}`;
  const why = row.cancelReason === null ? "" : ` (${cancelReasonText(row.cancelReason).toLowerCase()})`;
  switch (row.status) {
    case "working":
      return `● Order ${row.orderId} working`;
    case "partiallyFilled":
      return `◐ Order ${row.orderId} filled ${filled}${mean}, rest working`;
    case "filled":
      return `● Order ${row.orderId} filled ${filled}${mean}`;
    case "cancelled":
      return `○ Order ${row.orderId} cancelled${why}`;
    case "partiallyCancelled":
      return `◐ Order ${row.orderId} filled ${filled}${mean}, rest cancelled${why}`;
    case "denied":
      return "▲ Order denied";
    default:
      return unreachable(row.status);
  }
}
