import { MessageChannel } from "node:worker_threads";
import type { Host } from "../../engine/host/host.ts";
import { threadTransport } from "../../engine/host/transport.ts";
import type { HostMessage } from "../../shared/protocol.ts";

/** Ids that the venue's own data files take. */
const FIRST_ID = 9;
const USD = 1;
const BTC = 2;

/** Opens and funds accounts of the owner "bench", through an operator's session like any other. Returns their ids. */
export function openBenchAccounts(host: Host, count: number): Promise<readonly number[]> {
  const { port1, port2 } = new MessageChannel();
  host.connect({ session: "bench-operator", owner: "bench", operator: true }, threadTransport(port1));
  const ids = Array.from({ length: count }, (_, n) => FIRST_ID + n);
  const commands = ids.flatMap((accountId) => [
    {
      type: "OpenAccount",
      account: {
        accountId,
        code: `B${accountId}`,
        name: "Bench",
        owner: "bench",
        clientClass: "retail",
        receivesFees: false,
        residence: "HK",
      },
    },
    { type: "DepositFunds", accountId, assetId: USD, amount: 10 ** 14 },
    { type: "DepositFunds", accountId, assetId: BTC, amount: 10 ** 13 },
  ]);
  return new Promise((resolve, reject) => {
    let left = commands.length;
    port2.on("message", (message: HostMessage) => {
      if (message.type === "error") reject(new Error(message.error.message));
      if (message.type === "outcome" && message.outcome.refusal !== null) reject(new Error(message.outcome.refusal.code));
      if (message.type === "outcome" && (left -= 1) === 0) {
        port2.close();
        resolve(ids);
      }
    });
    port2.postMessage({ type: "hello", version: 1 });
    commands.forEach((command, n) => port2.postMessage({ type: "submit", requestId: n + 1, command }));
  });
}
