import { connect, createServer, type Server, type Socket } from "node:net";

/** What becomes of a piece of data on its way; null cuts the line there and then. */
export type Passage = (data: Buffer, direction: "toServer" | "toClient") => Buffer | null;

/** Leads to a venue that does not say that it is a simulation: the same header under a name of the same length that says nothing. */
export const namelessHeader: Passage = (data, direction) =>
  direction === "toClient" ? Buffer.from(data.toString("latin1").replace("x-venue-mode", "x-other-mode"), "latin1") : data;

/** A line between a client and a server on this machine that can be cut: every connection through it dies at once, in both directions. */
export class CuttableLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #toPort = 0;
  /** Lets everything pass unless a test says otherwise. */
  passage: Passage = (data) => data;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on a free port, and leads nowhere yet. */
  static open(): Promise<CuttableLine> {
    const server = createServer();
    const line = new CuttableLine(server);
    server.on("connection", (near) => line.#join(near, connect(line.#toPort, "127.0.0.1")));
    return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(line)));
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the line is closed");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Connections from now on lead to this address. */
  leadTo(url: string): void {
    this.#toPort = Number(new URL(url).port);
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(near: Socket, far: Socket): void {
    for (const [one, other, direction] of [
      [near, far, "toServer"],
      [far, near, "toClient"],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("data", (data: Buffer) => {
        const passed = this.passage(data, direction);
        if (passed === null) this.cut();
        else other.write(passed);
      });
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
