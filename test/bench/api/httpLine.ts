import { connect, type Socket } from "node:net";

/** One connection to a server that keeps it: a request at a time, as lean as the generator of a load must be. */
export class HttpLine {
  readonly #socket: Socket;
  #text = "";
  #waiting: ((body: string) => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#receive(text));
    socket.on("close", () => {
      if (this.#waiting !== null) throw new Error("the server closed the line");
    });
  }

  static open(port: number): Promise<HttpLine> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1" }, () => resolve(new HttpLine(socket)));
      socket.on("error", reject);
    });
  }

  /** Posts to a path with its query; the answer's body. Throws on any status but 200. */
  post(path: string, accessKey: string): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#socket.write(`POST ${path} HTTP/1.1\r\nHost: bench\r\nX-HK-APIKEY: ${accessKey}\r\nContent-Length: 0\r\n\r\n`);
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #receive(text: string): void {
    this.#text += text;
    const head = this.#text.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#text)?.[1] ?? 0);
    if (this.#text.length < head + 4 + length) return;
    const body = this.#text.slice(head + 4, head + 4 + length);
    if (!this.#text.startsWith("HTTP/1.1 200")) throw new Error(`the server answered ${this.#text.slice(0, 300)}`);
    this.#text = this.#text.slice(head + 4 + length);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.(body);
  }
}
