import type { IncomingMessage } from "node:http";
import type { BlockList } from "node:net";
import { isIPv4 } from "node:net";
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { ApiError, illegal, missing, refused, unrouted } from "./apiError.ts";
import type { Endpoint, SignedCall, Venue } from "./call.ts";
import { accountEndpoints } from "./endpoints/account.ts";
import { futuresEndpoints } from "./endpoints/futures.ts";
import { marketEndpoints } from "./endpoints/market.ts";
import { orderListEndpoints } from "./endpoints/orderLists.ts";
import { orderEndpoints } from "./endpoints/orders.ts";
import { accountCalled } from "./exchange.ts";
import { HmacVerifier } from "./hmacState.ts";
import { networksOf, type ApiKey, type KeyRing } from "./keys.ts";
import { Parameters } from "./parameters.ts";
import type { RateLimits } from "./rateLimits.ts";
import { checkSignature, checkTime } from "./signature.ts";

/** A batch of 20 orders is 10 kilobytes. */
const MOST_BODY_BYTES = 256 * 1_024;
const MODE_HEADER = "x-venue-mode";
/** A request must have arrived whole within this time. */
const REQUEST_MS = 10_000;
const IDLE_MS = 75_000;
const NO_QUERY = {};

export type SiteParts = { readonly venue: Venue; readonly keys: KeyRing; readonly limits: RateLimits };

type Holder = { readonly key: ApiKey; readonly verifier: HmacVerifier; readonly networks: BlockList | null };

/** The REST interface of one site. */
export class RestSite {
  readonly app: FastifyInstance;
  readonly #parts: SiteParts;
  readonly #holders = new Map<string, Holder>();

  constructor(parts: SiteParts) {
    this.#parts = parts;
    this.app = fastify({
      bodyLimit: MOST_BODY_BYTES,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: IDLE_MS,
      forceCloseConnections: true,
      // Signatures are over the query as it came: Parameters reads it once that has been checked.
      routerOptions: { querystringParser: () => NO_QUERY },
    });
    // Signatures are over bodies as they came, so nobody may parse them before.
    this.app.removeAllContentTypeParsers();
    this.app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    // A client that could also trade for real must be able to tell: the venue itself sends nothing of the kind.
    this.app.addHook("onSend", async (_request, reply) => void reply.header(MODE_HEADER, "simulated"));
    this.app.setNotFoundHandler((request) => {
      throw unrouted(pathOf(request.raw));
    });
    this.app.setErrorHandler((error, _request, reply) => this.#refuse(error, reply));
    const { hasFutures } = parts.venue.profile;
    const endpoints = [
      ...marketEndpoints,
      ...orderEndpoints,
      ...orderListEndpoints,
      ...accountEndpoints,
      ...(hasFutures ? futuresEndpoints : []),
    ];
    for (const endpoint of endpoints) {
      this.app.route({ method: endpoint.method, url: endpoint.path, handler: (request, reply) => this.#serve(endpoint, request, reply) });
    }
  }

  async #serve(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { venue, limits } = this.#parts;
    const ip = ipOf(request.raw);
    limits.admit(ip);
    const query = queryOf(request.raw);
    const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
    const isJson = (request.headers["content-type"] ?? "").includes("json") && body.length > 0;
    let answer: unknown;
    if (endpoint.security === "none") {
      limits.spendPublic(ip, endpoint.weight);
      answer = endpoint.answer({ venue, parameters: Parameters.read(query, isJson ? null : body) });
    } else {
      const call = await this.#signed(endpoint, request, { ip, query, body, isJson });
      answer = endpoint.answer(call);
    }
    const text = JSON.stringify(await answer);
    return reply.type("application/json").send(text);
  }

  /** Throws ApiError unless a key's holder may ask this. */
  async #signed(
    endpoint: Exclude<Endpoint, { readonly security: "none" }>,
    request: FastifyRequest,
    { ip, query, body, isJson }: { readonly ip: string; readonly query: string; readonly body: Buffer; readonly isJson: boolean },
  ): Promise<SignedCall> {
    const { venue, limits } = this.#parts;
    const holder = this.#holder(request);
    // Who has no key spends the budget of its address.
    if (holder instanceof ApiError) {
      limits.spendPublic(ip, endpoint.weight);
      throw holder;
    }
    const { key, verifier, networks } = holder;
    if (networks !== null && !networks.check(ip, isIPv4(ip) ? "ipv4" : "ipv6"))
      throw refused("0104", "This address may not use the API key.");
    try {
      checkSignature(verifier, { query, body, isJson });
    } catch (error) {
      // Who knows an access key alone, which is no secret, must not use its holder's budget up.
      limits.spendPublic(ip, endpoint.weight);
      throw error;
    }
    limits.spend(ip, key, endpoint.kind, endpoint.weight);
    const parameters = Parameters.read(query, isJson ? null : body);
    const timestamp = parameters.optional("timestamp");
    if (timestamp === undefined) throw missing("timestamp");
    checkTime(
      { timestamp, recvWindow: parameters.optional("recvWindow") },
      { nowMs: venue.exchange.nowMs(), speed: venue.exchange.clockSpeed },
    );
    if (endpoint.security !== "stream" && !key.permissions.includes(endpoint.security)) throw refused("-1005", "No permission.");
    if (!venue.exchange.isRunning) throw new ApiError(503, "-1101", "The exchange is not running; try again shortly.");
    const line = await venue.exchange.line(key.owner);
    const account = line === null ? undefined : accountCalled(line, key.account);
    if (line === null || account === undefined) throw refused("-1160", "The key's account does not exist.");
    return { venue, parameters, key, account, line, json: isJson ? jsonOf(body) : null };
  }

  #holder(request: FastifyRequest): Holder | ApiError {
    const { venue, keys } = this.#parts;
    const header = venue.profile.keyHeaders.map((name) => request.headers[name]).find((value) => value !== undefined);
    if (typeof header !== "string" || header === "") return refused("0102", "Invalid APIKey: the header is missing.");
    const key = keys.find(header);
    if (key === undefined) return refused("0102", "Invalid APIKey.");
    if (key.revokedAt !== null) return refused("0103", "The API key has been withdrawn.");
    const known = this.#holders.get(header);
    if (known?.key === key) return known;
    const holder = { key, verifier: new HmacVerifier(key.state), networks: networksOf(key.addresses) };
    this.#holders.set(header, holder);
    return holder;
  }

  #refuse(error: unknown, reply: FastifyReply): FastifyReply {
    const answer = error instanceof ApiError ? error : apiErrorOf(error);
    return reply.code(answer.status).type("application/json").send(JSON.stringify(answer.body));
  }
}

/** What the HTTP library refused, or a defect of ours. */
function apiErrorOf(error: unknown): ApiError {
  const status = error instanceof Error && "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
  if (status === 413) return new ApiError(413, "-1130", `The body is larger than ${MOST_BODY_BYTES} bytes.`);
  if (status >= 400 && status < 500) return new ApiError(400, "-1130", "The request is not valid.");
  return new ApiError(500, "-1001", "Internal error.");
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw illegal("body");
  }
}

export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?", 1)[0] ?? "";
}

function queryOf(request: IncomingMessage): string {
  const url = request.url ?? "";
  const mark = url.indexOf("?");
  return mark < 0 ? "" : url.slice(mark + 1);
}

/** The client's address; one of IPv4 that came over an IPv6 socket as what it is. */
export function ipOf(request: IncomingMessage): string {
  const ip = request.socket.remoteAddress ?? "";
  return ip.startsWith("::ffff:") ? ip.slice("::ffff:".length) : ip;
}
