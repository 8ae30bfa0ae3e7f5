import { once } from "node:events";
import { createServer } from "node:net";
import { WebSocket } from "ws";

type Reply = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly sessionId: string; readonly message?: string };
};

/**
 * What a process of ours holds, as against what it has not yet given back: asks its inspector to collect the garbage of every thread. A heap
 * grows to many times of what is held before anybody collects it, so that memory without this says more about the collector's habits.
 */
export class HeldMemory {
  readonly #port: number;

  private constructor(port: number) {
    this.#port = port;
  }

  static async onFreePort(): Promise<HeldMemory> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    server.close();
    await once(server, "close");
    if (address === null || typeof address === "string") throw new Error("no port for an inspector");
    return new HeldMemory(address.port);
  }

  /** What the process must be started with. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, NODE_OPTIONS: `--inspect=127.0.0.1:${this.#port}` };
  }

  /** Has the garbage of all threads collected. */
  async collect(): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}/json/list`);
    // The inspector's list of what can be inspected; a Node process is one target.
    const [target] = (await answer.json()) as { readonly webSocketDebuggerUrl: string }[];
    if (target === undefined) throw new Error("the engine has no inspector");
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await once(socket, "open");
    const threads = new Set<string>();
    const waiting = new Map<number, () => void>();
    let asked = 0;
    socket.on("message", (data: Buffer) => {
      const { id, method, params } = JSON.parse(String(data)) as Reply;
      if (method === "NodeWorker.attachedToWorker" && params !== undefined) threads.add(params.sessionId);
      // A thread that ends meanwhile, as the one that makes snapshots does, is waited for no longer.
      if (method === "NodeWorker.detachedFromWorker") for (const done of waiting.values()) done();
      const inner = method === "NodeWorker.receivedMessageFromWorker" ? (JSON.parse(params?.message ?? "{}") as Reply).id : undefined;
      waiting.get(inner ?? id ?? -1)?.();
    });
    const ask = async (method: string, thread: string | null = null): Promise<void> => {
      asked += 1;
      const id = asked;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(id, resolve);
      const message = JSON.stringify({ id, method });
      asked += 1;
      const outer = { id: asked, method: "NodeWorker.sendMessageToWorker", params: { sessionId: thread, message } };
      socket.send(thread === null ? message : JSON.stringify(outer));
      await promise;
      waiting.delete(id);
    };
    socket.send(JSON.stringify({ id: -2, method: "NodeWorker.enable", params: { waitForDebuggerOnStart: false } }));
    await ask("HeapProfiler.enable");
    await ask("HeapProfiler.collectGarbage");
    for (const thread of threads) await ask("HeapProfiler.collectGarbage", thread);
    socket.close();
    await once(socket, "close");
  }
}
