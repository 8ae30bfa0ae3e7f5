import { refused } from "../apiError.ts";
import type { InstrumentFees } from "../../../../shared/protocol.ts";
import { pairsOf, valueOf, type Endpoint, type SignedCall } from "../call.ts";
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

/** GW-36: what the account's orders are charged now, by the tier that its 30-day volume has come to. */
async function feeRates({ venue, parameters, account, line }: SignedCall): Promise<unknown> {
  const answer = valueOf(await line.session.query({ type: "feeTerms", accountId: account.accountId }));
  const terms = new Map(answer.type === "feeTerms" ? answer.terms.map((each) => [each.instrumentId, each]) : []);
  const wanted = parameters.optional("symbols")?.split(",");
  const rates = pairsOf(venue).flatMap((market) => {
    const found = terms.get(market.pair.instrument.instrumentId);
    return found === undefined ? [] : [{ market, terms: found }];
  });
  const shown = rates.filter(({ market }) => wanted === undefined || wanted.includes(market.pair.symbol));
  return {
    code: 0,
    vipLevel: String(Math.max(0, ...rates.map(({ terms: { tier } }) => tier))),
    // The pairs of a site are one venue's, and so is the volume.
    tradeVol30Day: decimalText(Math.max(0, ...rates.map(({ terms: { volumeUsdMillionths } }) => volumeUsdMillionths)), PPM_DECIMALS),
    totalAssetBal: "0",
    data: shown.map(({ market, terms: charged }) => pairRates(market, charged)),
    updateTimestamp: String(venue.exchange.nowMs()),
  };
}

function pairRates({ pair }: PairMarket, { makerPpm, takerPpm }: InstrumentFees): unknown {
  const { instrument, symbol, base, quote } = pair;
  const bought = instrument.pairType === "tokenToken" ? base.code : quote.code;
  return {
    symbol,
    productType: pairTypeTexts[instrument.pairType],
    buyMakerFeeCurrency: bought,
    buyTakerFeeCurrency: bought,
    sellMakerFeeCurrency: quote.code,
    sellTakerFeeCurrency: quote.code,
    actualMakerRate: decimalText(makerPpm, PPM_DECIMALS),
    actualTakerRate: decimalText(takerPpm, PPM_DECIMALS),
  };
}
