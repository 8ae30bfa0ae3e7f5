import type { Account } from "../../../shared/catalog.ts";
import type { TypedError } from "../../../shared/errors.ts";
import type { Result } from "../../../shared/result.ts";
import { ApiError, refused } from "./apiError.ts";
import type { OrderNotes } from "./clientOrderIds.ts";
import type { Exchange, OwnerLine } from "./exchange.ts";
import type { ApiKey } from "./keys.ts";
import type { ListenKeys } from "./listenKeys.ts";
import type { PairMarket } from "./marketView.ts";
import type { Parameters } from "./parameters.ts";
import type { Profile } from "./profiles.ts";

/** What every endpoint can use. */
export type Venue = {
  readonly profile: Profile;
  readonly exchange: Exchange;
  readonly notes: OrderNotes;
  readonly listenKeys: ListenKeys;
};

/** A request for public data. */
export type PublicCall = { readonly venue: Venue; readonly parameters: Parameters };

/** A request that a key's holder signed. */
export type SignedCall = PublicCall & {
  readonly key: ApiKey;
  readonly account: Account;
  readonly line: OwnerLine;
  /** The parsed body where it is JSON. */
  readonly json: unknown;
};

type Common = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly weight: number;
};

/** none: no key. read, trade: a signature by a key that may. stream: the key's holder manages its listen keys. */
export type Endpoint =
  | (Common & { readonly security: "none"; readonly answer: (call: PublicCall) => unknown })
  | (Common & {
      readonly security: "read" | "trade" | "stream";
      /** Which of the key's budgets it draws on. */
      readonly kind: "query" | "order";
      readonly answer: (call: SignedCall) => unknown;
    });

/** Pairs of the site; where the exchange lists none of them, the site's dialect is spoken for all pairs. */
export function pairsOf({ profile, exchange }: Venue): readonly PairMarket[] {
  const own = exchange.market.pairs.filter(({ pair }) => pair.instrument.venueId === profile.venueId);
  return own.length > 0 ? own : exchange.market.pairs;
}

/** The pair of a quote endpoint. Throws ApiError -100012 and -100011. */
export function quotedPair({ venue, parameters }: PublicCall): PairMarket {
  const symbol = parameters.optional("symbol");
  if (symbol === undefined) throw refused("-100012", "Parameter symbol [String] missing!");
  return pairCalled(venue, symbol) ?? fail("-100011", "Not supported symbols");
}

/** The pair of a trading endpoint, if the request names one. Throws ApiError 0201. */
export function tradedPair({ venue, parameters }: PublicCall): PairMarket | undefined {
  const symbol = parameters.optional("symbol");
  return symbol === undefined ? undefined : (pairCalled(venue, symbol) ?? fail("0201", "Instrument not found."));
}

function pairCalled(venue: Venue, symbol: string): PairMarket | undefined {
  const market = venue.exchange.market.called(symbol);
  return market !== undefined && pairsOf(venue).includes(market) ? market : undefined;
}

function fail(code: string, message: string): never {
  throw refused(code, message);
}

/** The value, or what the engine's port refused as an answer of the interface. */
export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw unavailable(result.error);
}

function unavailable({ code, message }: TypedError): ApiError {
  if (code === "ACCOUNT_FORBIDDEN") return refused("-1005", message);
  if (code === "MESSAGE_MALFORMED") return refused("-1130", message);
  if (code === "ENGINE_DOWN") return new ApiError(504, "-1006", message);
  return new ApiError(503, "-1101", message);
}
