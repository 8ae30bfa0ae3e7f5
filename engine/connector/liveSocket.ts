import { WebSocket } from "ws";

const OPEN_MS = 10_000;
/** A longer message ends the socket. */
const MOST_BYTES = 16_000_000;
const PING_MS = 10_000;

/** What is done with a socket, and how long it may be silent. */
export type SocketUse = {
  /** Names it where it says why it closed, e.g. "private stream". */
  readonly name: string;
  /** After this long without a sign of life the line is dead. */
  readonly silenceMs: number;
  /** Not every site answers a ping in a message on this stream: is one in a control frame sent as well, and its answer a sign of life? */
  readonly pingsInFrames: boolean;
  readonly received: (text: string) => void;
  /** The venue or the line ended it; not called after close(). */
  readonly closed: (why: string) => void;
};

/** A socket to the venue that is kept open by pings, and ended when nothing comes back. */
export class LiveSocket {
  readonly #socket: WebSocket;
  readonly #silenceMs: number;
  readonly #pingsInFrames: boolean;
  readonly #timer: NodeJS.Timeout;
  #heardMs = performance.now();

  private constructor(socket: WebSocket, { name, silenceMs, pingsInFrames, received, closed }: SocketUse) {
    this.#socket = socket;
    this.#silenceMs = silenceMs;
    this.#pingsInFrames = pingsInFrames;
    socket.on("message", (data: Buffer) => {
      this.#heardMs = performance.now();
      received(data.toString("utf8"));
    });
    socket.on("pong", () => (this.#heardMs = performance.now()));
    socket.on("close", (code) => {
      clearInterval(this.#timer);
      closed(`the ${name} closed with ${code}`);
    });
    this.#timer = setInterval(() => this.#ping(), PING_MS);
  }

  /** Throws when it does not open. */
  static open(address: string, use: SocketUse): Promise<LiveSocket> {
    const socket = new WebSocket(address, { handshakeTimeout: OPEN_MS, maxPayload: MOST_BYTES, perMessageDeflate: false });
    return new Promise((resolve, reject) => {
      // Behind the opening an error ends the socket, which its close tells.
      socket.on("error", (error) => reject(error));
      socket.once("open", () => resolve(new LiveSocket(socket, use)));
    });
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.removeAllListeners("close");
    this.#socket.terminate();
  }

  #ping(): void {
    if (performance.now() - this.#heardMs > this.#silenceMs) return this.#socket.terminate();
    if (this.#pingsInFrames) this.#socket.ping();
    this.send({ ping: Date.now() });
  }
}
