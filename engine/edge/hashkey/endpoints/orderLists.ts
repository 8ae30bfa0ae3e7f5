import type { AccountId } from "../../../../shared/ids.ts";
import type { FillRow, OrderRow } from "../../../../shared/views.ts";
import { refused } from "../apiError.ts";
import { tradedPair, valueOf, type Endpoint, type SignedCall } from "../call.ts";
import { clientOrderIdOf } from "../clientOrderIds.ts";
import { fillTexts, orderDetail, orderFees, orderTexts } from "../orderTexts.ts";
import { namedOrder, orderIdOf, ordersBefore, sideOf } from "./orderLookup.ts";

const ORDERS = { most: 1_000, standard: 500 };
/** Rows asked of the engine at a time, and how often for one request. */
const PAGE = 2_000;
const MOST_PAGES = 25;
const DAY_MS = 86_400_000;
/** The longest span that a list looks at. */
const ORDER_SPAN_MS = 90 * DAY_MS;
const TRADE_SPAN_MS = 30 * DAY_MS;

/** Orders and own trades. */
export const orderListEndpoints: readonly Endpoint[] = [
  read("/api/v1/spot/order", 1, oneOrder),
  read("/api/v1/spot/openOrders", 1, (call) => openOrders(call, call.account.accountId)),
  read("/api/v1/spot/tradeOrders", 5, (call) => finishedOrders(call, call.account.accountId)),
  read("/api/v1/spot/subAccount/openOrders", 1, (call) => openOrders(call, subAccount(call))),
  read("/api/v1/spot/subAccount/tradeOrders", 1, (call) => finishedOrders(call, subAccount(call))),
  read("/api/v1/account/trades", 5, (call) => ownTrades(call, call.account.accountId)),
  read("/api/v1/subAccount/trades", 1, (call) => ownTrades(call, subAccount(call))),
  read("/api/v1/account/tradesByClOrderId", 1, (call) => {
    call.parameters.required("clientOrderId");
    return ownTrades(call, call.account.accountId);
  }),
];

function read(path: string, weight: number, answer: (call: SignedCall) => unknown): Endpoint {
  return { method: "GET", path, weight, security: "read", kind: "query", answer };
}

/** Another account of the same owner. Throws ApiError -1005. */
function subAccount({ parameters, line }: SignedCall): AccountId {
  const id = parameters.required("subAccountId");
  const found = line.view.accounts.find(({ accountId }) => String(accountId) === id);
  if (found === undefined) throw refused("-1005", "No permission for this account.");
  return found.accountId;
}

async function oneOrder(call: SignedCall): Promise<unknown> {
  const { exchange, notes } = call.venue;
  const row = await namedOrder(call, "origClientOrderId");
  const texts = orderTexts(row, exchange.market, notes);
  const fee = row.orderId === null ? 0 : call.line.view.feesOf(row.orderId);
  return { ...orderDetail(row, texts), ...orderFees(row, texts, { fee, market: exchange.market }) };
}

async function fillsBefore(
  call: SignedCall,
  page: { readonly beforeSeq: number | null; readonly limit: number },
): Promise<readonly FillRow[]> {
  const result = valueOf(await call.line.session.query({ type: "fills", ...page }));
  return result.type === "fills" ? result.fills : [];
}

function details(call: SignedCall, rows: readonly OrderRow[]): unknown {
  const { exchange, notes } = call.venue;
  return rows.map((row) => orderDetail(row, orderTexts(row, exchange.market, notes)));
}

/** Open orders, newest first. */
function openOrders(call: SignedCall, accountId: AccountId): unknown {
  const { parameters } = call;
  const instrumentId = tradedPair(call)?.pair.instrument.instrumentId;
  const side = sideOf(parameters);
  const id = parameters.optional("orderId");
  const below = id === undefined ? Number.POSITIVE_INFINITY : orderIdOf(id);
  const rows = call.line.view
    .openOrders(accountId)
    .reverse()
    .filter((row) => (instrumentId === undefined || row.instrumentId === instrumentId) && (side === undefined || row.side === side))
    .filter((row) => (row.orderId ?? 0) < below);
  return details(call, rows.slice(0, parameters.limit("limit", ORDERS)));
}

type Span = { readonly fromUs: number; readonly toUs: number };

/** The time that a list is about: to the present unless told, and never longer than the venue allows. Throws ApiError. */
function spanOf(call: SignedCall, longestMs: number): Span {
  const time = (name: string): number | undefined => call.parameters.integer(name, { least: 0, most: 9_007_199_254_740 });
  const nowMs = call.venue.exchange.nowMs();
  const asked = time("endTime");
  const end = asked ?? Math.max(nowMs, time("startTime") ?? 0);
  const start = time("startTime") ?? end - longestMs;
  if (start > end || end - start > longestMs) throw refused("-1130", "Data sent for parameter 'startTime' is not valid.");
  // This clock only estimates the engine's: what has just happened there may bear a later time, and is asked for too.
  return { fromUs: start * 1_000, toUs: asked === undefined ? Number.MAX_SAFE_INTEGER : asked * 1_000 + 999 };
}

/** Finished orders, newest first. */
async function finishedOrders(call: SignedCall, accountId: AccountId): Promise<unknown> {
  const { parameters } = call;
  const instrumentId = tradedPair(call)?.pair.instrument.instrumentId;
  const side = sideOf(parameters);
  const limit = parameters.limit("limit", ORDERS);
  const id = parameters.optional("orderId");
  const { fromUs, toUs } = spanOf(call, ORDER_SPAN_MS);
  const matches = (row: OrderRow): boolean =>
    row.orderId !== null &&
    row.leavesLots === 0 &&
    row.accountId === accountId &&
    (instrumentId === undefined || row.instrumentId === instrumentId) &&
    (side === undefined || row.side === side) &&
    row.createdUs >= fromUs &&
    row.createdUs <= toUs;
  const rows = await collect((beforeSeq) => ordersBefore(call, { beforeSeq, limit: PAGE }), {
    beforeSeq: id === undefined ? null : orderIdOf(id),
    limit,
    matches,
    place: ({ seq, createdUs }) => ({ seq, isOlder: createdUs < fromUs }),
  });
  return details(call, rows);
}

/** Own trades, newest first. */
async function ownTrades(call: SignedCall, accountId: AccountId): Promise<unknown> {
  const { parameters, venue } = call;
  const instrumentId = tradedPair(call)?.pair.instrument.instrumentId;
  const limit = parameters.limit("limit", ORDERS);
  const clientText = parameters.optional("clientOrderId");
  const orderId =
    clientText === undefined ? undefined : (call.line.view.orderCalled(accountId, clientOrderIdOf(clientText))?.orderId ?? null);
  const ids = { fromId: parameters.optional("fromId"), toId: parameters.optional("toId") };
  const { fromUs, toUs } = spanOf(call, TRADE_SPAN_MS);
  const tradeOf = (id: string): number => Math.floor(orderIdOf(id) / 10);
  const below = ids.toId === undefined ? null : tradeOf(ids.toId);
  const above = ids.fromId === undefined ? 0 : tradeOf(ids.fromId);
  const matches = (fill: FillRow): boolean =>
    fill.accountId === accountId &&
    (instrumentId === undefined || fill.instrumentId === instrumentId) &&
    (orderId === undefined || fill.orderId === orderId) &&
    fill.tradeId > above &&
    fill.atUs >= fromUs &&
    fill.atUs <= toUs;
  const rows = await collect((beforeSeq) => fillsBefore(call, { beforeSeq, limit: PAGE }), {
    beforeSeq: below,
    limit,
    matches,
    place: ({ tradeId, atUs }) => ({ seq: tradeId, isOlder: atUs < fromUs }),
  });
  return rows.map((fill) => {
    const order = call.line.view.order(fill.orderId);
    const text = order === undefined ? "" : venue.notes.of(accountId, order.clientOrderId).text;
    return fillTexts(fill, venue.exchange.market, text);
  });
}

/** Pages back through the engine's rows until enough match or the span ends. */
async function collect<Row>(
  page: (beforeSeq: number | null) => Promise<readonly Row[]>,
  request: {
    readonly beforeSeq: number | null;
    readonly limit: number;
    readonly matches: (row: Row) => boolean;
    readonly place: (row: Row) => { readonly seq: number; readonly isOlder: boolean };
  },
): Promise<Row[]> {
  const found: Row[] = [];
  let { beforeSeq } = request;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const rows = await page(beforeSeq);
    for (const row of rows) if (found.length < request.limit && request.matches(row)) found.push(row);
    const last = rows.at(-1);
    if (rows.length < PAGE || last === undefined || found.length === request.limit) break;
    const { seq, isOlder } = request.place(last);
    if (isOlder) break;
    beforeSeq = seq;
  }
  return found;
}
