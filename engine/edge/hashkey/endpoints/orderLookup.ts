import type { OrderId } from "../../../../shared/ids.ts";
import type { Side } from "../../../../shared/orders.ts";
import type { OrderRow } from "../../../../shared/views.ts";
import { ApiError, illegal, missing, refused } from "../apiError.ts";
import { valueOf, type SignedCall } from "../call.ts";
import { clientOrderIdOf } from "../clientOrderIds.ts";
import type { Parameters } from "../parameters.ts";
import { refusalAnswer } from "../profiles.ts";

/** The order that the request names by the venue's id, else by the client's. Throws ApiError. */
export async function namedOrder(call: SignedCall, clientName: "clientOrderId" | "origClientOrderId"): Promise<OrderRow> {
  const { parameters, account } = call;
  const id = parameters.optional("orderId");
  const text = parameters.optional(clientName);
  if (id === undefined && text === undefined) throw missing("orderId");
  const row =
    id === undefined ? call.line.view.orderCalled(account.accountId, clientOrderIdOf(text ?? "")) : await orderById(call, orderIdOf(id));
  if (row === undefined) throw notFound(call);
  return row;
}

export function notFound(call: SignedCall): ApiError {
  const { status, code, msg } = refusalAnswer(call.venue.profile, "BOOK_UNKNOWN_ORDER");
  return new ApiError(status, code, msg);
}

/** A sequence number of the journal, which is what order ids are. */
export function orderIdOf(text: string): OrderId {
  if (!/^[1-9]\d{0,15}$/.test(text) || !Number.isSafeInteger(Number(text))) throw illegal("orderId");
  return Number(text) as OrderId;
}

/** An order of the key's account, however old. */
export async function orderById(call: SignedCall, orderId: OrderId): Promise<OrderRow | undefined> {
  const known = call.line.view.order(orderId);
  const row = known ?? (await ordersBefore(call, { beforeSeq: orderId + 1, limit: 1 })).find((older) => older.orderId === orderId);
  return row?.accountId === call.account.accountId ? row : undefined;
}

export async function ordersBefore(
  call: SignedCall,
  page: { readonly beforeSeq: number | null; readonly limit: number },
): Promise<readonly OrderRow[]> {
  const result = valueOf(await call.line.session.query({ type: "orders", ...page }));
  return result.type === "orders" ? result.orders : [];
}

export function sideOf(parameters: Parameters): Side | undefined {
  const side = parameters.oneOf("side", ["BUY", "SELL"] as const, () => refused("-1117", "Invalid side."));
  return side === undefined ? undefined : side === "BUY" ? "buy" : "sell";
}
