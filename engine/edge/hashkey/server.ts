import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isIP } from "node:net";
import { STATUS_CODES } from "node:http";
import type { MessagePort } from "node:worker_threads";
import { WebSocketServer } from "ws";
import { invariant } from "../../../shared/assert.ts";
import { typedError } from "../../../shared/errors.ts";
import { ApiError, refused, unrouted } from "./apiError.ts";
import { apiFramings, type ApiControl, type ApiFraming, type ApiListen, type ApiReport, type ApiSettings } from "./apiMessages.ts";
import type { Venue } from "./call.ts";
import { OrderNotes } from "./clientOrderIds.ts";
import { accountCalled, Exchange } from "./exchange.ts";
import { KeyRing, keyFileIn } from "./keys.ts";
import { ListenKeys } from "./listenKeys.ts";
import { profiles } from "./profiles.ts";
import { RateLimits } from "./rateLimits.ts";
import { ipOf, pathOf, RestSite } from "./site.ts";
import { Connection } from "./streams/connection.ts";
import { PrivateStream } from "./streams/privateStream.ts";
import { PublicStream } from "./streams/publicStream.ts";

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;
/** A client's frames are small. */
const MOST_FRAME_BYTES = 64 * 1_024;
const MOST_SOCKETS = 2_000;
const PUBLIC_1 = "/quote/ws/v1";
const PUBLIC_2 = "/quote/ws/v2";
const PRIVATE = "/api/v1/ws/";

type Site = { readonly rest: RestSite; readonly stop: () => void };

/** HashKey's interface on the sites that were asked for, all over one exchange. */
export class ApiServer {
  readonly #settings: ApiSettings;
  readonly #report: (report: ApiReport) => void;
  readonly #exchange: Exchange;
  readonly #keys: KeyRing;
  readonly #notes: OrderNotes;
  readonly #sites: Site[] = [];

  constructor(settings: ApiSettings & { readonly dataFolder: string }, marketPort: MessagePort, report: (report: ApiReport) => void) {
    this.#settings = settings;
    this.#report = report;
    this.#exchange = new Exchange(marketPort, (owner) => report({ type: "connect", owner }));
    this.#keys = new KeyRing(keyFileIn(settings.dataFolder));
    this.#notes = new OrderNotes(settings.dataFolder);
  }

  control(message: ApiControl): void {
    this.#exchange.connected(message.owner, message.port);
  }

  /** Listens on every site; on none when one cannot. */
  async start(): Promise<void> {
    await this.#exchange.heard();
    try {
      const sites = [];
      for (const listen of this.#settings.listen) sites.push({ site: listen.site, url: await this.#open(listen) });
      this.#report({ type: "listening", sites });
    } catch (error) {
      await this.stop();
      const value = error instanceof Error ? error.message : String(error);
      const rule = "a free port of an address of this machine";
      this.#report({
        type: "refused",
        error: typedError("ARGUMENT_INVALID", { field: "--api", value, rule, message: `The venue's interface cannot listen: ${value}.` }),
      });
    }
  }

  async stop(): Promise<void> {
    for (const { rest, stop } of this.#sites.splice(0)) {
      stop();
      await rest.app.close();
    }
  }

  async #open({ site, address, port }: ApiListen): Promise<string> {
    if (!LOOPBACK.test(address)) {
      this.#report({ type: "warning", warning: { code: "apiIsPublic", site, address } });
    }
    const venue: Venue = { profile: profiles[site], exchange: this.#exchange, notes: this.#notes, listenKeys: new ListenKeys() };
    const limits = new RateLimits();
    const rest = new RestSite({ venue, keys: this.#keys, limits });
    const publicStream = new PublicStream(venue);
    const privateStream = new PrivateStream(venue, this.#settings.framing);
    const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_FRAME_BYTES, perMessageDeflate: false, clientTracking: true });
    rest.app.server.on("upgrade", (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      this.#upgrade({ venue, sockets, publicStream, privateStream, limits }, { request, socket, head }).catch((error: unknown) =>
        deny(socket, error),
      );
    });
    this.#sites.push({
      rest,
      stop: () => {
        publicStream.stop();
        privateStream.stop();
        for (const client of sockets.clients) client.terminate();
        sockets.close();
      },
    });
    await rest.app.listen({ host: address, port });
    const bound = rest.app.server.address();
    // A server over TCP has an address of this kind.
    invariant(bound !== null && typeof bound === "object", "the site is bound to a port");
    return `http://${isIP(bound.address) === 6 ? `[${bound.address}]` : bound.address}:${bound.port}`;
  }

  async #upgrade(
    site: {
      readonly venue: Venue;
      readonly sockets: WebSocketServer;
      readonly publicStream: PublicStream;
      readonly privateStream: PrivateStream;
      readonly limits: RateLimits;
    },
    { request, socket, head }: { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer },
  ): Promise<void> {
    const { venue, sockets, publicStream, privateStream, limits } = site;
    const ip = ipOf(request);
    limits.admit(ip);
    if (sockets.clients.size >= MOST_SOCKETS) throw new ApiError(429, "0003", "Too many sockets.");
    const path = pathOf(request);
    type Listeners = ConstructorParameters<typeof Connection>[1];
    const accept = (take: (open: (listeners: Listeners) => Connection) => void): void =>
      sockets.handleUpgrade(request, socket, head, (client) => take((listeners) => new Connection(client, listeners)));
    if (path === PUBLIC_1 || path === PUBLIC_2) {
      accept((open) => publicStream.join(path === PUBLIC_1 ? 1 : 2, open));
      return;
    }
    if (!path.startsWith(PRIVATE)) throw unrouted(path);
    const holder = venue.listenKeys.find(path.slice(PRIVATE.length));
    if (holder === undefined || !this.#keys.mayListen(holder.accessKey, ip)) throw refused("-1125", "This listenKey does not exist.");
    const line = await venue.exchange.line(holder.owner);
    const account = line === null ? undefined : accountCalled(line, holder.account);
    if (line === null || account === undefined) throw refused("-1160", "The key's account does not exist.");
    accept((open) =>
      privateStream.join(line, account.accountId, {
        framing: framingOf(request),
        mayListen: () => this.#keys.mayListen(holder.accessKey, ip),
        open,
      }),
    );
  }
}

/** `?framing=single` or `?framing=batched`, of this server alone. */
function framingOf(request: IncomingMessage): ApiFraming | null {
  const wanted = new URLSearchParams((request.url ?? "").split("?")[1] ?? "").get("framing");
  return apiFramings.find((framing) => framing === wanted) ?? null;
}

/** Answers an upgrade that is refused as any request would be. */
function deny(socket: Duplex, error: unknown): void {
  const answer = error instanceof ApiError ? error : new ApiError(500, "-1001", "Internal error.");
  const body = JSON.stringify(answer.body);
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
