import { illegal, missing } from "../apiError.ts";
import type { Endpoint } from "../call.ts";

/**
 * What the futures interface answers where the site has one and the exchange lists no contract: nothing is open, held or due. The Hong Kong
 * site does not know these paths at all.
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
];
