import { WebSocket } from "ws";
import { hasEnded } from "./venueWords.ts";

/** The venue pings every half minute; after this long without a sign of life the line is dead. */
const SILENCE_MS = 75_000;
const PING_MS = 10_000;
const OPEN_MS = 10_000;
/** A longer message ends the stream. */
const MOST_BYTES = 16_000_000;

/** What pushed messages call for: a look at the fills, a look at orders that ended. */
type News = { readonly hasFills: boolean; readonly ended: readonly string[] };
export type StreamListeners = { readonly happened: (news: News) => void; readonly closed: (why: string) => void };

/** Pushed messages of the account. They only tell that something happened; what it was is asked for (see Reconciler). */
export class PrivateStream {
  readonly #socket: WebSocket;
  readonly #timer: NodeJS.Timeout;
  #heardMs = performance.now();

  private constructor(socket: WebSocket, listeners: StreamListeners) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      this.#heardMs = performance.now();
      const news = newsIn(data.toString("utf8"));
      if (news.hasFills || news.ended.length > 0) listeners.happened(news);
    });
    socket.on("pong", () => (this.#heardMs = performance.now()));
    socket.on("close", (code) => {
      clearInterval(this.#timer);
      listeners.closed(`the private stream closed with ${code}`);
    });
    this.#timer = setInterval(() => this.#ping(), PING_MS);
  }

  /** Opens the stream; throws when it does not open. */
  static open(address: string, listeners: StreamListeners): Promise<PrivateStream> {
    const socket = new WebSocket(address, { handshakeTimeout: OPEN_MS, maxPayload: MOST_BYTES, perMessageDeflate: false });
    return new Promise((resolve, reject) => {
      socket.on("error", (error) => reject(error));
      socket.once("open", () => resolve(new PrivateStream(socket, listeners)));
    });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.removeAllListeners("close");
    this.#socket.terminate();
  }

  #ping(): void {
    if (performance.now() - this.#heardMs > SILENCE_MS) return this.#socket.terminate();
    // Both kinds: sites differ in which they answer.
    this.#socket.ping();
    this.#socket.send(JSON.stringify({ ping: Date.now() }));
  }
}

/** Both framings: one event a frame, or a list of them. What cannot be read calls for a look. */
function newsIn(text: string): News {
  try {
    const raw: unknown = JSON.parse(text);
    const events = (Array.isArray(raw) ? raw : [raw]) as readonly Readonly<Record<string, unknown>>[];
    const reports = events.filter(({ e }) => e === "executionReport");
    return {
      hasFills: events.some(({ e }) => e === "ticketInfo") || reports.some(({ l }) => Number(l) > 0),
      ended: reports.flatMap(({ i, X }) => (hasEnded({ status: String(X) }) ? [String(i)] : [])),
    };
  } catch {
    return { hasFills: true, ended: [] };
  }
}
