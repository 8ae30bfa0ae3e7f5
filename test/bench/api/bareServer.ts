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

const app = fastify();
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const tell = (client: WebSocket): void => client.send(PUSH, { binary: false });
app.post("/api/v1/spot/order", (_request, reply) => {
  for (const client of sockets.clients) tell(client);
  return reply.type("application/json").send(ANSWER);
});
app.server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (client) => client.once("message", () => tell(client)));
});
await app.listen({ host: "127.0.0.1", port: 0 });
const address = app.server.address();
invariant(address !== null && typeof address === "object", "the server has a port");
process.send?.(address.port);
process.on("disconnect", () => process.exit(0));
