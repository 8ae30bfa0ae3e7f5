import type { AccountId } from "../../../../shared/ids.ts";
import type { OrderRow } from "../../../../shared/views.ts";
import { ApiError, codeValue, illegal, missing, refused } from "../apiError.ts";
import { tradedPair, valueOf, type Endpoint, type SignedCall } from "../call.ts";
import { readOrder, type OrderVersion } from "../orderRequest.ts";
import { cancelAck, orderAck, orderTexts } from "../orderTexts.ts";
import { Parameters } from "../parameters.ts";
import { refusalAnswer } from "../profiles.ts";
import { namedOrder, notFound, orderById, orderIdOf, sideOf } from "./orderLookup.ts";

const MOST_IN_BATCH = 20;
const MOST_CANCELLED_BY_ID = 100;
const MOST_CANCELLED_AT_ONCE = 200;
const MOST_CANCELLED_OF_PAIR = 1_000;

/** Spot trading. */
export const orderEndpoints: readonly Endpoint[] = [
  order("POST", "/api/v1/spot/orderTest", 1, testOrder),
  order("POST", "/api/v1/spot/order", 1, (call) => newOrder(call, call.parameters, "1.0")),
  order("POST", "/api/v1.1/spot/order", 1, (call) => newOrder(call, call.parameters, "1.1")),
  order("POST", "/api/v1/spot/batchOrders", 5, (call) => newOrders(call, "1.0")),
  order("POST", "/api/v1.1/spot/batchOrders", 5, (call) => newOrders(call, "1.1")),
  order("POST", "/api/v1/spot/batchOrders-1", 5, (call) => newOrders(call, "1.1")),
  order("DELETE", "/api/v1/spot/order", 1, cancelOrder),
  order("DELETE", "/api/v1/spot/openOrders", 5, (call) => cancelOpenOrders(call, { pairRequired: true, most: MOST_CANCELLED_OF_PAIR })),
  order("DELETE", "/api/v1/spot/cancelOrderByIds", 5, cancelByIds),
  order("DELETE", "/api/v1/spot/cancelAllOpenOrders", 5, (call) =>
    cancelOpenOrders(call, { pairRequired: false, most: MOST_CANCELLED_AT_ONCE }),
  ),
];

function order(method: "POST" | "DELETE", path: string, weight: number, answer: (call: SignedCall) => unknown): Endpoint {
  return { method, path, weight, security: "trade", kind: "order", answer };
}

/** Reads the order as if to send it, and sends nothing. */
function testOrder(call: SignedCall): unknown {
  request(call, call.parameters, "1.0");
  return {};
}

function request(call: SignedCall, parameters: Parameters, version: OrderVersion): ReturnType<typeof readOrder> {
  const market = tradedPair({ venue: call.venue, parameters });
  if (market === undefined) throw missing("symbol");
  const { notes, exchange } = call.venue;
  return readOrder(parameters, { market, version, accountId: call.account.accountId, notes, nowUs: exchange.nowUs() });
}

/** The answer comes after the order's commit, with the state that the commit left it in. */
async function newOrder(call: SignedCall, parameters: Parameters, version: OrderVersion): Promise<unknown> {
  const { notes, exchange, profile } = call.venue;
  const { command, note } = request(call, parameters, version);
  if (call.line.view.orderCalled(command.accountId, command.clientOrderId) === undefined)
    notes.add(command.accountId, command.clientOrderId, note);
  const outcome = valueOf(await call.line.session.submit(command, true));
  if (outcome.refusal !== null) {
    const { status, code, msg } = refusalAnswer(profile, outcome.refusal.code);
    throw new ApiError(status, code, msg);
  }
  const row = outcome.orderId === null ? undefined : call.line.view.order(outcome.orderId);
  // The frame that shows the order came before this answer.
  if (row === undefined) throw new ApiError(504, "-1006", "The order's state is unknown; ask for it.");
  return orderAck(row, orderTexts(row, exchange.market, notes));
}

async function newOrders(call: SignedCall, version: OrderVersion): Promise<unknown> {
  const { json } = call;
  if (!Array.isArray(json) || json.length === 0) throw refused("-1130", "The body must be a list of orders.");
  if (json.length > MOST_IN_BATCH) throw refused("-2030", `Batch size exceeds the limit of ${MOST_IN_BATCH}.`);
  const orders = json.map((members: unknown) => {
    if (members === null || typeof members !== "object" || Array.isArray(members)) throw refused("-1130", "Each order must be an object.");
    return Parameters.of(members as Record<string, unknown>);
  });
  const symbols = new Set(orders.map((parameters) => parameters.optional("symbol")));
  if (symbols.size !== 1) throw illegal("symbol");
  const result = await Promise.all(orders.map((parameters) => batchResult(newOrder(call, parameters, version))));
  return { code: 0, result, concentration: "" };
}

/** A bad order of a batch does not stop the others. */
async function batchResult(sent: Promise<unknown>): Promise<unknown> {
  try {
    return { code: "0000", order: await sent };
  } catch (error) {
    if (error instanceof ApiError) return { code: error.code, msg: error.message };
    throw error;
  }
}

async function cancelOrder(call: SignedCall): Promise<unknown> {
  const { exchange, notes } = call.venue;
  const row = await namedOrder(call, "clientOrderId");
  const before = orderTexts(row, exchange.market, notes);
  await cancel(call, row);
  return cancelAck(row, before, exchange.nowMs());
}

/** Throws ApiError when the order is not open. */
async function cancel(call: SignedCall, row: OrderRow): Promise<void> {
  const { profile } = call.venue;
  if (row.orderId === null || row.leavesLots === 0) throw refused("0212", "Order has been completed or does not exist.");
  const outcome = valueOf(await call.line.session.submit({ type: "CancelOrder", accountId: row.accountId, orderId: row.orderId }, true));
  if (outcome.refusal === null) return;
  const { status, code, msg } = refusalAnswer(profile, outcome.refusal.code);
  throw new ApiError(status, code, msg);
}

async function cancelByIds(call: SignedCall): Promise<unknown> {
  const ids = call.parameters
    .required("ids")
    .split(",")
    .filter((id) => id !== "");
  if (ids.length > MOST_CANCELLED_BY_ID) throw illegal("ids");
  const failures = await Promise.all(
    ids.map(async (id) => {
      try {
        const row = await orderById(call, orderIdOf(id));
        if (row === undefined) throw notFound(call);
        await cancel(call, row);
        return null;
      } catch (error) {
        if (error instanceof ApiError) return { orderId: id, code: String(codeValue(error.code)) };
        throw error;
      }
    }),
  );
  return { code: "0000", result: failures.filter((failure) => failure !== null) };
}

/** Cancels the oldest open orders first; one that ends by itself meanwhile is no failure. */
async function cancelOpenOrders(
  call: SignedCall,
  { pairRequired, most }: { readonly pairRequired: boolean; readonly most: number },
): Promise<unknown> {
  const { parameters } = call;
  const market = tradedPair(call);
  if (market === undefined && pairRequired) throw missing("symbol");
  const instrumentId = market?.pair.instrument.instrumentId;
  const side = sideOf(parameters);
  const from = parameters.optional("fromOrderId");
  const limit = parameters.integer("limit", { least: 1, most }) ?? most;
  const fromId = from === undefined ? 0 : orderIdOf(from);
  const accountId: AccountId = call.account.accountId;
  const orders = call.line.view
    .openOrders(accountId)
    .filter((row) => (instrumentId === undefined || row.instrumentId === instrumentId) && (side === undefined || row.side === side))
    .filter((row) => (row.orderId ?? 0) >= fromId)
    .slice(0, limit);
  const outcomes = await Promise.all(
    orders.flatMap(({ orderId }) => (orderId === null ? [] : call.line.session.submit({ type: "CancelOrder", accountId, orderId }, true))),
  );
  for (const outcome of outcomes) valueOf(outcome);
  return { success: true };
}
