import { once } from "node:events";
import { createServer } from "node:net";
import { WebSocket } from "ws";

type Reply = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly sessionId: string; readonly message?: string; readonly workerInfo?: { readonly url: string } };
  readonly result?: { readonly result?: { readonly value?: unknown } };
};

/** What one thread holds: its heap and what lies outside it. */
const HELD = `(({ used_heap_size, external_memory }) => used_heap_size + external_memory)(process.getBuiltinModule("node:v8").getHeapStatistics())`;
/** Comes and goes with a copy of the state. */
const PASSING_THREAD = /snapshotWorker/;

/**
 * What a process of ours holds, as against what it has not yet given back: asks its inspector to collect the garbage of every thread. A heap
 * grows to many times of what is held before anybody collects it, so that the process's memory says more about the collector's habits.
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

  /** Bytes that the threads which are there all the time hold, once their garbage is collected. */
  async bytes(): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}/json/list`);
    // The inspector's list of what can be inspected; a Node process is one target.
    const [target] = (await answer.json()) as { readonly webSocketDebuggerUrl: string }[];
    if (target === undefined) throw new Error("the engine has no inspector");
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await once(socket, "open");
    const threads = new Set<string>();
    const waiting = new Map<number, (value: unknown) => void>();
    let asked = 0;
    socket.on("message", (data: Buffer) => {
      const outer = JSON.parse(String(data)) as Reply;
      const { method, params } = outer;
      const isLasting = !PASSING_THREAD.test(params?.workerInfo?.url ?? "");
      if (method === "NodeWorker.attachedToWorker" && params !== undefined && isLasting) threads.add(params.sessionId);
      const reply = method === "NodeWorker.receivedMessageFromWorker" ? (JSON.parse(params?.message ?? "{}") as Reply) : outer;
      waiting.get(reply.id ?? -1)?.(reply.result?.result?.value);
    });
    const ask = async (method: string, params: object, thread: string | null = null): Promise<unknown> => {
      asked += 2;
      const id = asked;
      const { promise, resolve } = Promise.withResolvers<unknown>();
      waiting.set(id, resolve);
      const message = JSON.stringify({ id, method, params });
      const sent = { id: id + 1, method: "NodeWorker.sendMessageToWorker", params: { sessionId: thread, message } };
      socket.send(thread === null ? message : JSON.stringify(sent));
      const value = await promise;
      waiting.delete(id);
      return value;
    };
    await ask("NodeWorker.enable", { waitForDebuggerOnStart: false });
    let held = 0;
    for (const thread of [null, ...threads]) {
      await ask("HeapProfiler.enable", {}, thread);
      await ask("HeapProfiler.collectGarbage", {}, thread);
      held += Number(await ask("Runtime.evaluate", { expression: HELD, returnByValue: true }, thread));
    }
    socket.close();
    await once(socket, "close");
    return held;
  }
}
