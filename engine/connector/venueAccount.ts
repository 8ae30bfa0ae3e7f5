import type { z } from "zod";
import { isLaterId } from "../../shared/venueReports.ts";
import { LinkLost } from "./linkLost.ts";
import type { Answer, Method, Parameters, Request, VenueRest } from "./venueRest.ts";
import {
  balancesSchema,
  exchangeInfoSchema,
  listenKeySchema,
  orderListSchema,
  orderSchema,
  tradesSchema,
  type ExchangeInfo,
  type VenueOrder,
  type VenueTrade,
} from "./venueWords.ts";

/** Codes of "no such order" on the venue's sites. */
const NO_SUCH_ORDER = new Set(["0211", "-1143", "-2013"]);
const BUSY = 429;
const BUSY_MS = 1_000;
const MOST_BUSY = 10;
/** Trades of one page, the most that the venue gives. */
const PAGE = 1_000;
const MOST_PAGES = 50;

/** The key's account at the venue, as questions. Every method throws LinkLost when no usable answer comes. */
export class VenueAccount {
  readonly #rest: VenueRest;

  constructor(rest: VenueRest) {
    this.#rest = rest;
  }

  /** An order by the venue's id, or by ours; null if the venue knows none. */
  async order(by: { readonly orderId: string } | { readonly origClientOrderId: string }): Promise<VenueOrder | null> {
    const answer = await this.#ask({ method: "GET", path: "/api/v1/spot/order", weight: 1, parameters: by });
    if (answer.kind === "refused" && NO_SUCH_ORDER.has(answer.code)) return null;
    return read(orderSchema, answer, "an order");
  }

  async openOrders(): Promise<readonly (VenueOrder & { readonly symbol: string })[]> {
    return this.#get(orderListSchema, "/api/v1/spot/openOrders", 1, { limit: PAGE });
  }

  /** The newest finished orders. */
  async finishedOrders(): Promise<readonly VenueOrder[]> {
    return this.#get(orderListSchema, "/api/v1/spot/tradeOrders", 5, { limit: PAGE });
  }

  /** The account's trades after one of them, oldest first. */
  async tradesSince(lastId: string): Promise<readonly VenueTrade[]> {
    const found = new Map<string, VenueTrade>();
    let toId: string | null = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const rows: readonly VenueTrade[] = await this.#get(tradesSchema, "/api/v1/account/trades", 5, {
        limit: PAGE,
        ...(lastId === "0" ? {} : { fromId: lastId }),
        ...(toId === null ? {} : { toId }),
      });
      for (const row of rows) found.set(row.id, row);
      if (rows.length < PAGE) break;
      toId = oldestFirst(rows)[0]?.id ?? null;
    }
    return oldestFirst([...found.values()]);
  }

  /** Id of the newest trade; "0" if there is none. */
  async newestTradeId(): Promise<string> {
    const rows = await this.#get(tradesSchema, "/api/v1/account/trades", 5, { limit: 1 });
    return rows[0]?.id ?? "0";
  }

  /** Totals by asset code, as texts; an asset that is not named has none. */
  async balances(): Promise<ReadonlyMap<string, string>> {
    const { balances } = await this.#get(balancesSchema, "/api/v1/account", 5);
    return new Map(balances.map(({ asset, total }) => [asset, total]));
  }

  async exchangeInfo(): Promise<ExchangeInfo> {
    return read(exchangeInfoSchema, await this.#rest.read("/api/v1/exchangeInfo"), "the venue's catalog");
  }

  async openStream(): Promise<string> {
    return (await this.#keepStream("POST")).listenKey;
  }

  async renewStream(listenKey: string): Promise<void> {
    const answer = await this.#ask({ method: "PUT", path: "/api/v1/userDataStream", weight: 1, parameters: { listenKey } });
    if (answer.kind !== "ok") throw new LinkLost(`the private stream was not renewed: ${textOf(answer)}`);
  }

  async #keepStream(method: Method): Promise<z.infer<typeof listenKeySchema>> {
    return read(listenKeySchema, await this.#ask({ method, path: "/api/v1/userDataStream", weight: 1 }), "a private stream");
  }

  async #get<T>(schema: z.ZodType<T>, path: string, weight: number, parameters: Parameters = {}): Promise<T> {
    return read(schema, await this.#ask({ method: "GET", path, weight, parameters }), path);
  }

  /** A question may be asked again: a venue that is busy gets some time. */
  async #ask(request: Request): Promise<Answer> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#rest.signed(request);
      if (answer.kind !== "refused" || answer.status !== BUSY || attempt === MOST_BUSY) return answer;
      await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
    }
  }
}

function read<T>(schema: z.ZodType<T>, answer: Answer, what: string): T {
  if (answer.kind !== "ok") throw new LinkLost(`no answer about ${what}: ${textOf(answer)}`);
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success) throw new LinkLost(`an answer about ${what} that cannot be read: ${parsed.error.issues[0]?.message ?? ""}`);
  return parsed.data;
}

function textOf(answer: Exclude<Answer, { kind: "ok" }>): string {
  return answer.kind === "silent" ? answer.why : `${answer.code} ${answer.message}`;
}

function oldestFirst(rows: readonly VenueTrade[]): VenueTrade[] {
  return rows.toSorted((a, b) => (a.id === b.id ? 0 : isLaterId(a.id, b.id) ? 1 : -1));
}
