import { illegal, missing, refused } from "../apiError.ts";
import type { Endpoint, PublicCall, SignedCall } from "../call.ts";
import { notFound, orderIdOf } from "./orderLookup.ts";

/**
 * What the futures interface answers where the site has one and the exchange lists no contract: nothing is open, held or due, no order is
 * known, and whatever names a contract names none that exists. The Hong Kong site does not know these paths at all.
 */
export const futuresEndpoints: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/v1/futures/fundingRate",
    weight: 1,
    security: "none",
    answer: ({ parameters }) => {
      if (parameters.optional("timestamp") === undefined) throw missing("timestamp");
      return [];
    },
  },
  {
    method: "GET",
    path: "/api/v1/futures/historyFundingRate",
    weight: 1,
    security: "none",
    answer: ({ parameters }) => {
      if (parameters.optional("symbol") === undefined) throw missing("symbol");
      throw illegal("symbol");
    },
  },
  { method: "GET", path: "/quote/v1/index", weight: 1, security: "none", answer: () => ({ index: {}, edp: {} }) },
  { method: "GET", path: "/api/v1/futures/balance", weight: 1, security: "read", kind: "query", answer: () => [] },
  { method: "GET", path: "/api/v1/futures/positions", weight: 1, security: "read", kind: "query", answer: () => [] },
  { method: "GET", path: "/api/v1/futures/openOrders", weight: 1, security: "read", kind: "query", answer: () => [] },
  { method: "GET", path: "/api/v1/futures/historyOrders", weight: 1, security: "read", kind: "query", answer: () => [] },
  { method: "GET", path: "/api/v1/futures/userTrades", weight: 1, security: "read", kind: "query", answer: () => [] },
  { method: "GET", path: "/api/v1/futures/order", weight: 1, security: "read", kind: "query", answer: noOrder },
  { method: "GET", path: "/api/v1/futures/leverage", weight: 1, security: "read", kind: "query", answer: noContract },
  { method: "GET", path: "/api/v1/futures/commissionRate", weight: 1, security: "read", kind: "query", answer: noContract },
  deed("POST", "/api/v1/futures/order", noContract),
  deed("POST", "/api/v1/futures/leverage", noContract),
  deed("POST", "/api/v1/futures/marginType", noContract),
  deed("POST", "/api/v1/futures/positionMargin", noContract),
  deed("DELETE", "/api/v1/futures/order", noOrder),
  deed("DELETE", "/api/v1/futures/batchOrders", noContract),
  deed("DELETE", "/api/v1/futures/cancelOrderByIds", noOrders),
];

function deed(method: "POST" | "DELETE", path: string, answer: (call: SignedCall) => unknown): Endpoint {
  return { method, path, weight: 1, security: "trade", kind: "order", answer };
}

function noContract({ parameters }: PublicCall): never {
  if (parameters.optional("symbol") === undefined) throw missing("symbol");
  throw refused("0201", "Instrument not found.");
}

function noOrder(call: SignedCall): never {
  const id = call.parameters.optional("orderId");
  if (id === undefined && call.parameters.optional("clientOrderId") === undefined) throw missing("orderId");
  if (id !== undefined) orderIdOf(id);
  throw notFound(call);
}

function noOrders(call: SignedCall): unknown {
  const { code } = notFound(call);
  const ids = call.parameters.required("ids").split(",");
  return { code: "0000", result: ids.filter((id) => id !== "").map((orderId) => ({ orderId, code })) };
}
