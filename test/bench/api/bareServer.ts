import { fastify } from "fastify";
import { WebSocketServer, type WebSocket } from "ws";
import { invariant } from "../../../shared/assert.ts";

/**
 * The peer: a process with the same HTTP and WebSocket libraries that answers every order with a constant and tells all sockets a constant,
 * without looking at anything. What the exchange takes longer is signature, engine, disk and books.
 */

const ANSWER = JSON.stringify({
  accountId: "2",
  symbol: "BTCUSD",
  symbolName: "BTCUSD",
  clientOrderId: "1795886564593928",
  orderId: "613",
  transactTime: "1795886564637",
  price: "60000",
  origQty: "0.001",
  executedQty: "0",
  status: "NEW",
  timeInForce: "GTC",
  type: "LIMIT",
  side: "BUY",
  reqAmount: "0",
  concentration: "",
});
const PUSH = Buffer.from(
  JSON.stringify({ topic: "bbo", data: [{ s: "BTCUSD", b: "60000", bz: "0.001", a: "0", az: "0", t: 1_795_886_564_637, v: "1" }] }),
);

const ORDER_ID = "the order's own";
const REPORT = JSON.stringify([{ ...(JSON.parse(ANSWER) as object), e: "executionReport", c: ORDER_ID }]);

const app = fastify();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const tell = (client: WebSocket): void => client.send(PUSH, { binary: false });
/** A private socket hears of each order by its client's id, the one thing that is not constant: the load tells reports apart by it. */
const isPrivate = new WeakSet<WebSocket>();
const report = (url: string): Buffer => Buffer.from(REPORT.replace(ORDER_ID, /newClientOrderId=(\d+)/.exec(url)?.[1] ?? ""));
app.post("/api/v1/spot/order", (request, reply) => {
  for (const client of sockets.clients) {
    if (isPrivate.has(client)) client.send(report(request.url), { binary: false });
    else tell(client);
  }
  return reply.type("application/json").send(ANSWER);
});
app.server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (client) => {
    if (request.url?.startsWith("/api/v1/ws/") === true) isPrivate.add(client);
    else client.once("message", () => tell(client));
  });
});
await app.listen({ host: "127.0.0.1", port: 0 });
const address = app.server.address();
invariant(address !== null && typeof address === "object", "the server has a port");
process.send?.(address.port);
process.on("disconnect", () => process.exit(0));
