import { refused } from "../apiError.ts";
import { pairsOf, type Endpoint, type SignedCall } from "../call.ts";
import { decimalText } from "../decimalText.ts";
import type { PairMarket } from "../marketView.ts";

const PPM_DECIMALS = 6;
/** The venue's number of a trading account, the only kind that a simulated exchange has. */
const TRADING_ACCOUNT = 1;
const pairTypeTexts = { tokenFiat: "Token-Fiat", tokenToken: "Token-Token", securityToken: "ST-Token" } as const;

/** The key's account, and its private stream. */
export const accountEndpoints: readonly Endpoint[] = [
  read("/api/v1/account", 5, balances),
  read("/api/v1/account/type", 5, accountTypes),
  read("/api/v1/account/vipInfo", 5, feeRates),
  read("/api/v1/account/checkApiKey", 1, ({ account }) => ({ accountType: account.masterAccountId === null ? "master" : "sub" })),
  // Nothing is ever moved into or out of a simulated exchange.
  read("/api/v1/account/depositOrders", 1, () => []),
  read("/api/v1/account/withdrawOrders", 1, () => []),
  stream("POST", ({ venue, key }) => ({
    listenKey: venue.listenKeys.open({ accessKey: key.accessKey, owner: key.owner, account: key.account }),
  })),
  stream("PUT", ({ venue, key, parameters }) => {
    if (!venue.listenKeys.renew(parameters.required("listenKey"), key.accessKey)) throw noListenKey();
    return {};
  }),
  stream("DELETE", ({ venue, key, parameters }) => {
    if (!venue.listenKeys.close(parameters.required("listenKey"), key.accessKey)) throw noListenKey();
    return {};
  }),
];

function read(path: string, weight: number, answer: (call: SignedCall) => unknown): Endpoint {
  return { method: "GET", path, weight, security: "read", kind: "query", answer };
}

function stream(method: "POST" | "PUT" | "DELETE", answer: (call: SignedCall) => unknown): Endpoint {
  return { method, path: "/api/v1/userDataStream", weight: 1, security: "stream", kind: "query", answer };
}

function noListenKey(): Error {
  return refused("-1125", "This listenKey does not exist.");
}

function balances({ line, account, venue, parameters }: SignedCall): unknown {
  const wanted = parameters.optional("accountId");
  if (wanted !== undefined && wanted !== String(account.accountId)) throw refused("-1005", "No permission for this account.");
  return {
    balances: line.view
      .balances(account.accountId)
      .filter(({ total }) => total > 0)
      .map(({ assetId, total, available, held }) => {
        const { code, decimals } = venue.exchange.market.asset(assetId);
        return {
          asset: code,
          assetId: code,
          assetName: code,
          total: decimalText(total, decimals),
          free: decimalText(available, decimals),
          locked: decimalText(held, decimals),
        };
      }),
    userId: String(account.accountId),
  };
}

/** The key's account first, then the others of its owner. */
function accountTypes({ line, account }: SignedCall): unknown {
  const others = line.view.accounts.filter(({ accountId }) => accountId !== account.accountId);
  return [account, ...others].map(({ accountId }, index) => ({
    accountId: String(accountId),
    accountLabel: index === 0 ? "Main Trading Account" : "Sub Main Trading Account",
    accountType: TRADING_ACCOUNT,
    accountIndex: 0,
    userId: String(accountId),
  }));
}

/** The rates that a pair lists; the client port does not tell which tier of a schedule an account has reached. */
function feeRates({ venue, parameters }: SignedCall): unknown {
  const wanted = parameters.optional("symbols")?.split(",");
  return {
    code: 0,
    vipLevel: "0",
    tradeVol30Day: "0",
    totalAssetBal: "0",
    data: pairsOf(venue)
      .filter(({ pair }) => wanted === undefined || wanted.includes(pair.symbol))
      .map(pairRates),
    updateTimestamp: String(venue.exchange.nowMs()),
  };
}

function pairRates({ pair }: PairMarket): unknown {
  const { instrument, symbol, base, quote } = pair;
  const bought = instrument.pairType === "tokenToken" ? base.code : quote.code;
  return {
    symbol,
    productType: pairTypeTexts[instrument.pairType],
    buyMakerFeeCurrency: bought,
    buyTakerFeeCurrency: bought,
    sellMakerFeeCurrency: quote.code,
    sellTakerFeeCurrency: quote.code,
    actualMakerRate: decimalText(instrument.makerFeePpm, PPM_DECIMALS),
    actualTakerRate: decimalText(instrument.takerFeePpm, PPM_DECIMALS),
  };
}
