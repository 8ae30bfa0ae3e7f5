import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dataFolderAt } from "../../engine/host/dataFolder.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import { served } from "../edge/servedExchange.ts";
import { eventually, tempFolder } from "../host/tempFolder.ts";
import { order } from "../host/testClient.ts";
import { ConnectedTerminal, LINK_MS, balancesOf, keyFile, linkOf, untilLive, untilOrder } from "./connectedTerminal.ts";

const ALPHA = 2;
const BRAVO = 3;

test(
  "CN-1 CN-4 CN-6 CN-9 an order goes to the venue, rests, fills and is cancelled there, and both ledgers agree",
  { timeout: 120_000 },
  async () => {
    const folder = tempFolder();
    const exchange = await served(join(folder, "a"), { sites: ["HK"] });
    const other = await exchange.engine.connect("desk");
    await other.subscribe();
    const options = { url: exchange.url(), keyFile: keyFile(folder, exchange.key()) };
    const terminal = new ConnectedTerminal(join(folder, "b"), options);
    onTestFinished(async () => void (await terminal.engine.kill()));
    const client = await terminal.connect();
    await client.subscribe();
    await untilLive(client);
    expect(linkOf(client)).toMatchObject({ mode: "simulated", address: exchange.url() });
    expect(balancesOf(client, ALPHA)).toEqual(balancesOf(other, ALPHA));

    const resting = await client.submit(order({ accountId: ALPHA, limitTicks: 6_500_000, lots: 100 }));
    expect(resting.refusal).toBeNull();
    const working = await untilOrder(client, resting.orderId, ({ route }) => route?.standing === "working", "an acknowledged order");
    expect(Number(working.route?.venueOrderId)).toBeGreaterThan(0);

    await other.submit(order({ accountId: BRAVO, side: "sell", limitTicks: 6_400_000, lots: 40 }));
    await untilOrder(client, resting.orderId, ({ filledLots }) => filledLots === 40, "a fill of the resting order");
    await client.submit({ type: "CancelOrder", accountId: ALPHA, orderId: resting.orderId! });
    const cancelled = await untilOrder(client, resting.orderId, ({ leavesLots }) => leavesLots === 0, "the cancellation");
    expect(cancelled).toMatchObject({ status: "partiallyCancelled", cancelReason: "user", filledLots: 40 });

    await other.submit(order({ accountId: BRAVO, side: "sell", limitTicks: 6_500_000, lots: 50 }));
    const taking = await client.submit(order({ accountId: ALPHA, limitTicks: 6_510_000, lots: 80, timeInForce: "ioc" }));
    const taken = await untilOrder(client, taking.orderId, ({ leavesLots }) => leavesLots === 0, "an immediate order's end");
    expect(taken).toMatchObject({ filledLots: 50, averageTicks: 6_500_000, cancelReason: "immediateRemainder" });
    await eventually(
      () => JSON.stringify(balancesOf(client, ALPHA)) === JSON.stringify(balancesOf(other, ALPHA)),
      "equal ledgers",
      LINK_MS,
    );
    expect(linkOf(client)).toMatchObject({ state: "live", discrepancies: [] });

    await terminal.engine.shutdown();
    const verdict = verifyJournal(dataFolderAt(join(folder, "b")).journal);
    expect(verdict.good).toBe(true);
  },
);
