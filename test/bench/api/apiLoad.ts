import { createHmac } from "node:crypto";
import { WebSocket } from "ws";
import { invariant } from "../../../shared/assert.ts";
import { quantile } from "../measure.ts";
import { HttpLine } from "./httpLine.ts";

/** The client process of the interface's benchmark: the same load goes to the exchange and to the bare server. `argv[2]` is an ApiLoadStart. */

type ApiKey = { readonly accessKey: string; readonly secret: string };

/** The second account takes the other side of what the first one sends, so that neither has more orders open than the venue lets it have. */
export type ApiLoadStart = { readonly port: number; readonly first: ApiKey; readonly second: ApiKey };

export type ApiLoadRequest =
  /** So many orders as fast as they are answered, over so many connections. */
  | { readonly type: "burst"; readonly orders: number; readonly connections: number }
  /** So many orders a second for some seconds; the time until the first account's private socket told of each of its own, which are every other one. */
  | { readonly type: "paced"; readonly perSecond: number; readonly seconds: number; readonly stream: string }
  /** Changes of the best price, and the time until each of so many subscribers had it. */
  | { readonly type: "fanOut"; readonly subscribers: number; readonly changes: number; readonly stream: string; readonly message: string };

export type ApiLoadResult = {
  readonly perSecond: number;
  readonly ackMsP50: number;
  readonly ackMsP99: number;
  readonly reportMsP50: number;
  readonly reportMsP99: number;
  readonly fanOutMsP99: number;
};

// The benchmark that starts this process is its only caller; the types are the contract.
const { port, first, second } = JSON.parse(process.argv[2] ?? "{}") as ApiLoadStart;
invariant(process.send !== undefined, "the load runs as a child process");
const tell = process.send.bind(process);
const NONE: ApiLoadResult = { perSecond: 0, ackMsP50: 0, ackMsP99: 0, reportMsP50: 0, reportMsP99: 0, fanOutMsP99: 0 };
/** Below the one offer of the book: at this price every second order meets one that rests. */
const PRICE = 64_800;
let lastId = Date.now() * 1_000;

process.on("message", (request: ApiLoadRequest) => void run(request).then((result) => tell(result)));
process.on("disconnect", () => process.exit(0));

function run(request: ApiLoadRequest): Promise<ApiLoadResult> {
  if (request.type === "burst") return burst(request);
  return request.type === "paced" ? paced(request) : fanOut(request);
}

type Post = { readonly path: string; readonly accessKey: string };

function orderOf({ accessKey, secret }: ApiKey, id: number, price: number): Post {
  const side = accessKey === first.accessKey ? "BUY" : "SELL";
  const text = `symbol=BTCUSD&side=${side}&type=LIMIT&quantity=0.0005&price=${price}&newClientOrderId=${id}&timestamp=${Date.now()}`;
  return { path: `/api/v1/spot/order?${text}&signature=${createHmac("sha256", secret).update(text).digest("hex")}`, accessKey };
}

/** The n-th order: the first account buys, the second sells. */
function nth(n: number): ApiKey {
  return n % 2 === 0 ? first : second;
}

function nextId(): number {
  lastId += 1;
  return lastId;
}

async function burst({ orders, connections }: Extract<ApiLoadRequest, { type: "burst" }>): Promise<ApiLoadResult> {
  const lines = await Promise.all(Array.from({ length: connections }, () => HttpLine.open(port)));
  const acks: number[] = [];
  let sent = 0;
  const startMs = performance.now();
  await Promise.all(
    lines.map(async (line) => {
      while (sent < orders) {
        sent += 1;
        const { path, accessKey } = orderOf(nth(sent), nextId(), PRICE);
        const sentMs = performance.now();
        await line.post(path, accessKey);
        acks.push(performance.now() - sentMs);
      }
    }),
  );
  const seconds = (performance.now() - startMs) / 1_000;
  for (const line of lines) line.close();
  return { ...NONE, perSecond: acks.length / seconds, ackMsP50: quantile(acks, 0.5), ackMsP99: quantile(acks, 0.99) };
}

async function paced({ perSecond, seconds, stream }: Extract<ApiLoadRequest, { type: "paced" }>): Promise<ApiLoadResult> {
  const lines = await Promise.all(Array.from({ length: 50 }, () => HttpLine.open(port)));
  const sentMs = new Map<string, number>();
  const acks: number[] = [];
  const reports: number[] = [];
  const socket = await opened(stream);
  socket.on("message", (data: Buffer) => {
    const nowMs = performance.now();
    const told = JSON.parse(data.toString("utf8")) as unknown;
    // A ping is no list of events.
    if (!Array.isArray(told)) return;
    for (const event of told as readonly { readonly e?: string; readonly c?: string }[]) {
      const began = event.e === "executionReport" ? sentMs.get(event.c ?? "") : undefined;
      if (began === undefined) continue;
      reports.push(nowMs - began);
      // What is told of it later, its fill, is another matter.
      sentMs.delete(event.c ?? "");
    }
  });
  const total = perSecond * seconds;
  const startMs = performance.now();
  const free = [...lines];
  let sent = 0;
  await new Promise<void>((resolve) => {
    const acknowledged = async (line: HttpLine, { path, accessKey }: Post, began: number): Promise<void> => {
      await line.post(path, accessKey);
      acks.push(performance.now() - began);
      free.push(line);
      if (acks.length === total) resolve();
    };
    const send = (line: HttpLine): void => {
      const id = nextId();
      const order = orderOf(nth(sent), id, PRICE);
      const began = performance.now();
      if (order.accessKey === first.accessKey) sentMs.set(String(id), began);
      void acknowledged(line, order, began);
    };
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - startMs) / 1_000) * perSecond));
      for (; sent < due; sent += 1) {
        const line = free.pop();
        // Every line is busy: the order waits for one, and its delay counts from when it is sent.
        if (line === undefined) break;
        send(line);
      }
      if (sent === total) clearInterval(timer);
    }, 1);
  });
  while (sentMs.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  socket.terminate();
  for (const line of lines) line.close();
  const rate = total / ((performance.now() - startMs) / 1_000);
  return {
    ...NONE,
    perSecond: rate,
    ackMsP50: quantile(acks, 0.5),
    ackMsP99: quantile(acks, 0.99),
    reportMsP50: quantile(reports, 0.5),
    reportMsP99: quantile(reports, 0.99),
  };
}

async function fanOut({ subscribers, changes, stream, message }: Extract<ApiLoadRequest, { type: "fanOut" }>): Promise<ApiLoadResult> {
  const delays: number[] = [];
  const round = { heard: 0, beganMs: 0 };
  const everyone = async (): Promise<void> => {
    while (round.heard < subscribers) await new Promise((resolve) => setImmediate(resolve));
  };
  const sockets = [];
  for (let n = 0; n < subscribers; n += 1) {
    const socket = await opened(stream);
    sockets.push(socket);
    socket.on("message", () => {
      round.heard += 1;
      if (round.beganMs > 0) delays.push(performance.now() - round.beganMs);
    });
    socket.send(message);
  }
  await everyone();
  const line = await HttpLine.open(port);
  for (let n = 0; n < changes; n += 1) {
    round.heard = 0;
    const { path, accessKey } = orderOf(first, nextId(), PRICE + 1 + n);
    round.beganMs = performance.now();
    await line.post(path, accessKey);
    await everyone();
  }
  line.close();
  for (const socket of sockets) socket.terminate();
  return { ...NONE, fanOutMsP99: quantile(delays, 0.99) };
}

function opened(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}
