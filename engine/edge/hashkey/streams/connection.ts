import { gzipSync } from "node:zlib";
import type { WebSocket } from "ws";

/** What a client has not read yet; beyond, it is cut off, for it would only see old numbers. */
const MOST_UNREAD_BYTES = 4 * 1_024 * 1_024;
/** A client that was told to go has so long to hear it. */
const GOODBYE_MS = 5_000;
/** RFC 6455: the policy of the server. */
const POLICY = 1_008;
const GOING_AWAY = 1_001;

/** A message once made and sent to many: as text, or packed for those who asked for that. */
export class Message {
  readonly #text: string;
  #plain: Buffer | null = null;
  #packed: Buffer | null = null;

  constructor(value: unknown) {
    this.#text = JSON.stringify(value);
  }

  get plain(): Buffer {
    this.#plain ??= Buffer.from(this.#text, "utf8");
    return this.#plain;
  }

  get packed(): Buffer {
    this.#packed ??= gzipSync(this.#text);
    return this.#packed;
  }
}

/** One client's socket. */
export class Connection {
  readonly #socket: WebSocket;
  /** When the client was heard, and when anything went either way. */
  #heardMs = performance.now();
  #movedMs = performance.now();
  #isCut = false;

  constructor(socket: WebSocket, listeners: { readonly message: (text: string) => void; readonly closed: () => void }) {
    this.#socket = socket;
    socket.on("message", (data, isBinary) => {
      this.#heard();
      if (!isBinary) listeners.message(textOf(data));
    });
    socket.on("ping", () => this.#heard());
    socket.on("pong", () => this.#heard());
    socket.on("close", listeners.closed);
    // A broken line closes as well.
    socket.on("error", () => socket.terminate());
  }

  /** The client has given no sign of life for so long. */
  silentMs(): number {
    return performance.now() - this.#heardMs;
  }

  /** Nothing has gone in either direction for so long. */
  idleMs(): number {
    return performance.now() - this.#movedMs;
  }

  send(message: Message, packed = false): void {
    if (this.#isCut || this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > MOST_UNREAD_BYTES) {
      this.cut(`Slow consumer: ${this.#socket.bufferedAmount} bytes unread.`);
      return;
    }
    this.#movedMs = performance.now();
    this.#socket.send(packed ? message.packed : message.plain, { binary: packed });
  }

  /** Ends the connection with a reason that the client can read. */
  cut(reason: string, code: number = POLICY): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#socket.close(code, reason.slice(0, 120));
    setTimeout(() => this.#socket.terminate(), GOODBYE_MS).unref();
  }

  end(): void {
    this.cut("The exchange is closing.", GOING_AWAY);
  }

  #heard(): void {
    this.#heardMs = performance.now();
    this.#movedMs = this.#heardMs;
  }
}

function textOf(data: WebSocket.RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString("utf8");
  return Buffer.from(data as ArrayBuffer).toString("utf8");
}
