import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { invariant } from "../../shared/assert.ts";
import { PostBatch } from "../../engine/edge/hashkey/postBatch.ts";
import type { HostMessage } from "../../shared/protocol.ts";
import { quantile } from "./measure.ts";
import { Dice } from "./dice.ts";

/**
 * The client thread of the durable benchmark: an ordinary client over an ordinary port. `gathers`: it speaks as a gateway does, which sends
 * and hears what belongs to one turn as one message; else each order and each answer is a message, as with a window.
 */
export type LoadStart = { readonly port: MessagePort; readonly accounts: readonly number[]; readonly gathers: boolean };

/** `outstanding` orders are under way at any time; 1 is a lone order at a time. */
export type LoadRequest = { readonly commands: number; readonly outstanding: number; readonly seed: number };
export type LoadResult = {
  readonly seconds: number;
  readonly ackMsP50: number;
  readonly ackMsP99: number;
  readonly refused: number;
  /** Processor time of the load's own thread. */
  readonly ownSeconds: number;
};

const { port, accounts, gathers } = workerData as LoadStart;
const bench = parentPort;
invariant(bench !== null, "the load runs as a worker");

const MID = 6_500_000;
let nextClientOrderId = 1;
/** Orders that rest, as far as their acceptance told. */
const live: { readonly accountId: number; readonly orderId: number }[] = [];

const batch = new PostBatch<unknown>(port, setImmediate);
/** What takes the answers at the moment. */
let receive: (message: HostMessage) => void = () => undefined;
port.on("message", (told: HostMessage | readonly HostMessage[]) => {
  if ("type" in told) receive(told);
  else for (const message of told) receive(message);
});
say({ type: "hello", version: 1 });
bench.on("message", (request: LoadRequest) => void run(request).then((result) => bench.postMessage(result)));

function say(message: unknown): void {
  if (gathers) batch.post(message);
  else port.postMessage(message);
}

function run({ commands, outstanding, seed }: LoadRequest): Promise<LoadResult> {
  const dice = new Dice(seed);
  const sentMs = new Float64Array(commands + 1);
  const ackMs = new Float64Array(commands);
  const accountOf = new Int32Array(commands + 1);
  let sent = 0;
  let answered = 0;
  let refused = 0;
  const startCpu = process.threadCpuUsage();
  const startMs = performance.now();
  return new Promise((resolve) => {
    const send = (): void => {
      sent += 1;
      const message = nextCommand(dice);
      accountOf[sent] = message.accountId;
      sentMs[sent] = performance.now();
      say({ type: "submit", requestId: sent, command: message });
    };
    receive = (message) => {
      if (message.type === "error") throw new Error(`${message.error.code}: ${message.error.message}`);
      if (message.type !== "outcome") return;
      const { requestId, outcome } = message;
      ackMs[answered] = performance.now() - sentMs[requestId]!;
      answered += 1;
      if (outcome.refusal !== null) refused += 1;
      else if (outcome.orderId !== null) live.push({ accountId: accountOf[requestId]!, orderId: outcome.orderId });
      if (sent < commands) send();
      else if (answered === commands) {
        const seconds = (performance.now() - startMs) / 1_000;
        const { user, system } = process.threadCpuUsage(startCpu);
        const samples = [...ackMs];
        resolve({
          seconds,
          ownSeconds: (user + system) / 1_000_000,
          ackMsP50: quantile(samples, 0.5),
          ackMsP99: quantile(samples, 0.99),
          refused,
        });
      }
    };
    for (let n = 0; n < Math.min(outstanding, commands); n += 1) send();
  });
}

/** As many orders rest as would at a busy venue; beyond, cancels are more frequent than orders. */
const MOST_LIVE = 4_000;

/** Half passive orders near the touch, the rest cancels of random live ones and a few that cross. */
function nextCommand(dice: Dice): { readonly accountId: number } & Record<string, unknown> {
  const roll = dice.below(100);
  if (roll < (live.length > MOST_LIVE ? 55 : 45) && live.length > 2_000) {
    const at = dice.below(live.length);
    const victim = live[at]!;
    live[at] = live.at(-1)!;
    live.pop();
    return { type: "CancelOrder", ...victim };
  }
  const side = dice.below(2) === 0 ? "buy" : "sell";
  const crosses = roll > 93;
  const distance = crosses ? -dice.below(4) : 1 + dice.exponential(40);
  return {
    type: "SubmitOrder",
    accountId: accounts[dice.below(accounts.length)]!,
    instrumentId: 1,
    clientOrderId: nextClientOrderId++,
    side,
    orderType: "limit",
    timeInForce: "gtc",
    limitTicks: side === "buy" ? MID - distance : MID + distance,
    lots: 30 + dice.below(100),
  };
}
