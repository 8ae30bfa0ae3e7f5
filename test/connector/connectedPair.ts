import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Outcome } from "../../shared/protocol.ts";
import { served, type Reply } from "../edge/servedExchange.ts";
import { eventually } from "../host/tempFolder.ts";
import { order, type TestClient } from "../host/testClient.ts";
import { ConnectedTerminal, LINK_MS, balancesOf, keyFile } from "./connectedTerminal.ts";
import { CuttableLine, type Passage } from "./cuttableLine.ts";

/** Accounts of the exchange, as the files in engine/data number them. */
export const ALPHA = 2;
export const BRAVO = 3;
export const CHARLIE = 4;

/** A venue, the line to it, and a terminal that is live over that line. */
export async function connected(folder: string, passage?: Passage) {
  const exchange = await served(join(folder, "a"), { sites: ["HK"] });
  const line = await CuttableLine.open();
  onTestFinished(() => line.close());
  line.leadTo(exchange.url());
  if (passage !== undefined) line.passage = passage;
  const venue = await exchange.engine.connect("desk");
  await venue.subscribe();
  const credentials = exchange.key();
  const options = { url: line.url, keyFile: keyFile(folder, credentials) };
  const terminal = start(join(folder, "b"), options);
  const client = await terminal.connect();
  await client.subscribe();
  return { exchange, line, venue, client, terminal, options, credentials };
}

/** Starts a connected terminal, which ends with the test. */
export function start(data: string, options: ConstructorParameters<typeof ConnectedTerminal>[1]): ConnectedTerminal {
  const terminal = new ConnectedTerminal(data, options);
  onTestFinished(async () => void (await terminal.engine.kill()));
  return terminal;
}

/** Asks until the answer mentions this. */
export async function untilTold(ask: () => Promise<Reply>, text: string): Promise<void> {
  const endMs = performance.now() + LINK_MS;
  while (!JSON.stringify((await ask()).body).includes(text)) if (performance.now() > endMs) throw new Error(`nothing told of ${text}`);
}

/** Is it a request that sends an order? */
export const isOrder = (data: Buffer): boolean => /POST \/api\/v1(?:\.1)?\/spot\/order\?/.test(data.toString("latin1"));

/** A market order that the account of the link sends; 40 lots, unless told otherwise. */
export const marketOrder = (changes: Parameters<typeof order>[0] = {}) =>
  order({ accountId: ALPHA, orderType: "market", timeInForce: "ioc", limitTicks: null, lots: 40, ...changes });

const UNPRICED: readonly unknown[] = ["RISK_NO_REFERENCE_PRICE", "RISK_MARK_MISSING"];

/** Sends it as soon as the venue's first price has come as a command, which is soon after its book (CN-15). */
export async function onceThereIsAPrice(client: TestClient, command: Parameters<TestClient["submit"]>[0]): Promise<Outcome> {
  const hasBook = (): boolean => client.frames().some(({ books }) => books.some(({ asks, bids }) => asks.length + bids.length > 0));
  await eventually(hasBook, "the venue's book", LINK_MS);
  for (;;) {
    const outcome = await client.submit(command);
    if (!UNPRICED.includes(outcome.refusal?.code)) return outcome;
  }
}

/** Waits until both sides tell the same balances of the account of the link. */
export const equalLedgers = (here: TestClient, there: TestClient): Promise<unknown> =>
  eventually(() => JSON.stringify(balancesOf(here, ALPHA)) === JSON.stringify(balancesOf(there, ALPHA)), "equal ledgers", LINK_MS);
