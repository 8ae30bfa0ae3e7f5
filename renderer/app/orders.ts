import { plainTerms, type CommandOf } from "../../shared/commands.ts";
import type { AccountId, ClientOrderId, InstrumentId, OrderId, Seq } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import { orderCommand } from "../../shared/orderForms.ts";
import type { TypedError } from "../../shared/errors.ts";
import type { Refusal } from "../../shared/rejects.ts";
import type { OrderRow } from "../../shared/views.ts";
import { engineClient, RequestError } from "./engineClient.ts";
import { messages } from "./messages.ts";
import { cancelOutcome, Patience } from "./patience.ts";
import { pendingKey, type OrderRequest, type PendingOrder } from "./orderEntry.ts";
import { describeRequest, refusalText } from "./orderText.ts";
import { orderTexts } from "./orderTexts.ts";
import { readModel } from "./readModel.ts";
import { topics } from "./topics.ts";

/** What became of a gesture. "unknown": the connection dropped first; only an event or the journal's silence will tell. */
export type Placement =
  | { readonly kind: "accepted"; readonly orderId: OrderId }
  | { readonly kind: "denied"; readonly refusal: Refusal; readonly text: string }
  | { readonly kind: "notSent"; readonly error: TypedError }
  | { readonly kind: "unknown" };

/** The one door for every gesture that sends an order: makes the client order id, shows the pending row at once, sends. Never rejects. */
export function placeOrder(request: OrderRequest): { readonly key: string; readonly outcome: Promise<Placement> } {
  const pending: PendingOrder = {
    ...request,
    pending: "sending",
    clientOrderId: nextClientOrderId(),
    sentMs: readModel.nowMs(),
    sentSeq: readModel.seq ?? (0 as Seq),
    enginePid: engineClient.enginePid,
  };
  const key = pendingKey(pending.accountId, pending.clientOrderId);
  return { key, outcome: send(pending, key) };
}

async function send(pending: PendingOrder, key: string): Promise<Placement> {
  const refused = notSent(describeRequest(pending, readModel));
  if (refused !== null) return { kind: "notSent", error: refused };
  readModel.addPending(pending);
  const patience = new Patience(pending, key);
  try {
    const outcome = await patience.of(commandOf(pending, pending.clientOrderId));
    if ("row" in outcome) return placementOf(outcome.row, pending);
    if (outcome.refusal === null) {
      return outcome.orderId === null ? { kind: "unknown" } : { kind: "accepted", orderId: outcome.orderId };
    }
    // The denial is an event; its own row follows in the next frame.
    readModel.removePending(key);
    const text = refusalText(outcome.refusal, readModel, pending);
    messages.post({
      severity: "warning",
      text: orderTexts.denied(describeRequest(pending, readModel)),
      detail: text,
      code: outcome.refusal.code,
    });
    return { kind: "denied", refusal: outcome.refusal, text };
  } catch (cause) {
    if (!(cause instanceof RequestError)) throw cause;
    if (cause.unknown) {
      messages.post({
        severity: "breach",
        text: orderTexts.unknown(describeRequest(pending, readModel)),
        detail: orderTexts.dropped,
        code: cause.typed.code,
      });
      return { kind: "unknown" };
    }
    readModel.removePending(key);
    messages.post({
      severity: "warning",
      text: orderTexts.notAccepted(describeRequest(pending, readModel)),
      detail: cause.typed.message,
      code: cause.typed.code,
    });
    return { kind: "notSent", error: cause.typed };
  }
}

/** The command that sends what was asked for. */
export function commandOf(request: OrderRequest, clientOrderId: ClientOrderId): CommandOf<"SubmitOrder"> | CommandOf<"SubmitOrderList"> {
  const { accountId, instrumentId, side, orderType, timeInForce, limitTicks, lots, values } = request;
  const head = { accountId, instrumentId, clientOrderId };
  if (values !== undefined) return orderCommand(head, values);
  return { type: "SubmitOrder", ...head, side, orderType, timeInForce, limitTicks, lots, ...plainTerms };
}

/** What the journal's row says of an order whose answer was lost. */
function placementOf(row: OrderRow, pending: PendingOrder): Placement {
  if (row.refusal !== null) return { kind: "denied", refusal: row.refusal, text: refusalText(row.refusal, readModel, pending) };
  return row.orderId === null ? { kind: "unknown" } : { kind: "accepted", orderId: row.orderId };
}

/** Asks to take an open order off its book. The row is marked until its event comes. Never rejects. */
export async function cancelOrder(row: OrderRow): Promise<void> {
  const { orderId, accountId } = row;
  if (orderId === null || readModel.isCancelling(orderId)) return;
  const what = orderTexts.cancel(orderId);
  if (notSent(what) !== null) return;
  readModel.setCancelling(orderId, true);
  try {
    const refusal = await cancelOutcome({ type: "CancelOrder", accountId, orderId }, what);
    if (refusal === "unanswered" || refusal === null) return;
    messages.post({ severity: "info", text: orderTexts.denied(what), detail: refusalText(refusal, readModel, row), code: refusal.code });
  } catch (cause) {
    reportFailure(cause, what);
  }
  readModel.setCancelling(orderId, false);
}

/** What of an open order is to be another; null stays as it is. `lots` is the new total, what has filled included. */
export type OrderChange = {
  readonly limitTicks: PriceTicks | null;
  readonly lots: QtyLots | null;
  readonly triggerTicks: PriceTicks | null;
};

const amending = new Map<OrderId, OrderChange>();

/** Is any change under way? */
export function hasPendingChanges(): boolean {
  return amending.size > 0;
}

/** The change that was sent for an order and has not been answered; null without one. Heard on the topic "amendments". */
export function pendingChange(orderId: OrderId): OrderChange | null {
  return amending.get(orderId) ?? null;
}

/**
 * Asks to change an open order. A second change waits for nobody: it is refused here while the first is under way. Resolves when the engine has
 * decided, with whether it agreed. Never rejects.
 */
export async function amendOrder(row: OrderRow, change: OrderChange): Promise<boolean> {
  const { orderId, accountId } = row;
  if (orderId === null || amending.has(orderId)) return false;
  const what = orderTexts.change(orderId);
  if (notSent(what) !== null) return false;
  amending.set(orderId, change);
  topics.bump("amendments");
  let agreed = false;
  try {
    const { refusal } = await engineClient.submit({ type: "AmendOrder", accountId, orderId, ...change, confirmation: null });
    agreed = refusal === null;
    if (refusal !== null)
      messages.post({
        severity: "warning",
        text: orderTexts.denied(what),
        detail: refusalText(refusal, readModel, row),
        code: refusal.code,
      });
  } catch (cause) {
    reportFailure(cause, what);
  }
  amending.delete(orderId);
  topics.bump("amendments");
  return agreed;
}

/**
 * Cancels every open order of the account, in one instrument or (null) in all. Resolves when the engine has decided, with the last sequence of
 * what it did; null if it did nothing or nobody knows. Never rejects.
 */
export async function cancelAll(accountId: AccountId, instrumentId: InstrumentId | null): Promise<Seq | null> {
  const code = readModel.account(accountId)?.code ?? String(accountId);
  const symbol = instrumentId === null ? orderTexts.allInstruments : (readModel.instrument(instrumentId)?.symbol ?? String(instrumentId));
  const what = orderTexts.cancelAll(code, symbol);
  if (notSent(what) !== null) return null;
  try {
    const { refusal, lastSeq } = await engineClient.submit({ type: "CancelAllOrders", accountId, instrumentId });
    if (refusal === null) return lastSeq;
    messages.post({
      severity: "warning",
      text: orderTexts.denied(what),
      detail: refusalText(refusal, readModel, null),
      code: refusal.code,
    });
  } catch (cause) {
    reportFailure(cause, what);
  }
  return null;
}

function reportFailure(cause: unknown, what: string): void {
  if (!(cause instanceof RequestError)) throw cause;
  messages.post({
    severity: cause.unknown ? "breach" : "warning",
    text: cause.unknown ? orderTexts.unknown(what) : orderTexts.notAccepted(what),
    detail: cause.typed.message,
    code: cause.typed.code,
  });
}

/** Tells of a gesture that it was not sent, and why; null, and not a word, where it may be. */
function notSent(what: string): TypedError | null {
  const refused = refuseUnlessLive();
  if (refused !== null) messages.post({ severity: "warning", text: orderTexts.notSent(what), detail: refused.message, code: refused.code });
  return refused;
}

/** Nothing may be sent while the numbers on the screen are not live, or while the engine does not trade. */
function refuseUnlessLive(): TypedError | null {
  const { connection, past, status } = readModel;
  if (past !== null) {
    return {
      code: "PAST_READ_ONLY",
      field: "",
      value: String(past.seq),
      rule: "a window that is live",
      message: orderTexts.isPast(past.seq),
    };
  }
  if (connection.state !== "live") {
    return {
      code: "ENGINE_DOWN",
      field: "",
      value: connection.state,
      rule: "a live connection",
      message: orderTexts.notLive,
    };
  }
  if (status?.state === "recovering") {
    return {
      code: "ENGINE_DOWN",
      field: "",
      value: "recovering",
      rule: "a running engine",
      message: orderTexts.recovering,
    };
  }
  if (status?.state === "broken") {
    return {
      code: "JOURNAL_BROKEN",
      field: "",
      value: "",
      rule: "a whole journal",
      message: orderTexts.journalBroken,
    };
  }
  return null;
}

let lastClientOrderId = 0;

/** Unique per account for ever: microseconds of the wall clock, moved on when two gestures share one. */
export function nextClientOrderId(): ClientOrderId {
  lastClientOrderId = Math.max(lastClientOrderId + 1, Date.now() * 1_000 + Math.floor(Math.random() * 1_000));
  return lastClientOrderId as ClientOrderId;
}
