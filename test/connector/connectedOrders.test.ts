import { join } from "node:path";
import { expect, test } from "vitest";
import { dataFolderAt } from "../../engine/host/dataFolder.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import type { OrderRow } from "../../shared/views.ts";
import { eventually, tempFolder } from "../host/tempFolder.ts";
import { order, type TestClient } from "../host/testClient.ts";
import { LINK_MS, balancesOf, linkOf, openOrdersOf, untilLive, untilOrder } from "./connectedTerminal.ts";
import { ALPHA, BRAVO, CHARLIE, connected, equalLedgers, isOrder, marketOrder, onceThereIsAPrice, start } from "./connectedPair.ts";

test(
  "CN-17 CN-18 CN-20 CN-5 CN-11 market orders by quantity and by amount fill at the venue, one whose answer is lost is there once, a stop held here fires, and a kill switch flattens",
  { timeout: 120_000 },
  async () => {
    const folder = tempFolder();
    const { client, line, terminal, venue } = await connected(folder);
    await untilLive(client);
    const noPrice = await client.submit(marketOrder());
    expect(noPrice.refusal?.code).toBe("RISK_NO_REFERENCE_PRICE");
    for (const [limitTicks, lots] of [
      [6_500_000, 30],
      [6_501_000, 200],
    ] as const)
      await venue.submit(order({ accountId: BRAVO, side: "sell", limitTicks, lots }));
    const buy = await onceThereIsAPrice(client, marketOrder());
    expect(buy.refusal).toBeNull();
    const bought = await untilOrder(client, buy.orderId, ({ status }) => status === "filled", "a market order that filled");
    expect(bought).toMatchObject({ orderType: "market", filledLots: 40, averageTicks: (30 * 6_500_000 + 10 * 6_501_000) / 40 });
    // 60 USD less the venue's minimum fee of 1.99, which it counts into the amount, are 89 lots of 0.6501 USD.
    const spend = await client.submit(marketOrder({ lots: null, quoteAmount: 600_000_000 }));
    expect(spend.refusal).toBeNull();
    const spent = await untilOrder(client, spend.orderId, ({ leavesLots }) => leavesLots === 0, "an amount that was spent");
    expect(spent).toMatchObject({ status: "filled", filledLots: 89, lots: 89, cancelReason: null });
    // Nobody buys: the venue's words are the order's end, and nothing stays held.
    const sell = await client.submit(marketOrder({ side: "sell" }));
    const unsold = await untilOrder(client, sell.orderId, ({ leavesLots }) => leavesLots === 0, "a refusal by the venue");
    expect(unsold).toMatchObject({ status: "cancelled", cancelReason: "venueRefused", filledLots: 0 });
    await equalLedgers(client, venue);

    let hasPassed = false;
    line.passage = (data, direction) => {
      if (direction === "toServer" && isOrder(data)) hasPassed = true;
      return hasPassed && direction === "toClient" ? null : data;
    };
    const lost = await client.submit(marketOrder({ lots: 30 }));
    await untilOrder(client, lost.orderId, ({ route }) => route?.standing === "unknown", "an unknown order");
    line.passage = (data) => data;
    await untilOrder(client, lost.orderId, ({ status }) => status === "filled", "the order found, with its fill");
    await untilLive(client);
    await equalLedgers(client, venue);
    expect(balancesOf(client, ALPHA)[1]?.held).toBe(0);
    expect(linkOf(client)?.discrepancies).toEqual([]);
    const there = venue.frames().flatMap(({ fills }) => fills.filter(({ accountId }) => accountId === ALPHA));
    expect(there.reduce((sum, { lots }) => sum + lots, 0)).toBe(40 + 89 + 30);

    // CN-20: the venue knows nothing of a stop until its price has come, and then it is a market order there.
    const stop = await client.submit(
      order({ accountId: ALPHA, side: "sell", orderType: "stop", triggerTicks: 6_495_000, limitTicks: null, lots: 40 }),
    );
    expect(stop.refusal).toBeNull();
    const held = await untilOrder(client, stop.orderId, ({ status }) => status === "working", "a stop that is held here");
    expect(held.route).toBeUndefined();
    expect(openOrdersOf(venue, ALPHA)).toEqual([]);
    await venue.submit(order({ accountId: BRAVO, side: "buy", limitTicks: 6_494_000, lots: 80 }));
    await venue.submit(order({ accountId: CHARLIE, side: "sell", limitTicks: 6_494_000, lots: 40, timeInForce: "ioc" }));
    const fired = await untilOrder(client, stop.orderId, ({ status }) => status === "filled", "the stop fired and filled");
    expect(fired).toMatchObject({ averageTicks: 6_494_000, triggerTicks: null, actor: "headless-desk" });

    // CN-18: the resting order comes off first, then what was bought is sold, in two parts as buyers come.
    const resting = await client.submit(order({ accountId: ALPHA, side: "sell", limitTicks: 6_600_000, lots: 40 }));
    await untilOrder(client, resting.orderId, ({ route }) => route?.standing === "working", "a resting order");
    await venue.submit(order({ accountId: BRAVO, side: "buy", limitTicks: 6_490_000, lots: 60 }));
    const kill = { scope: { kind: "account", accountId: ALPHA }, flatten: true, reason: "drill" } as const;
    expect((await client.submit({ type: "EngageKillSwitch", kill })).refusal).toBeNull();
    const coins = (of: TestClient): number => balancesOf(of, ALPHA)[2]?.total ?? 0;
    const WHOLE = 40 * 10 ** 8;
    await eventually(() => coins(client) === WHOLE + 59 * 1_000, "a first part sold", LINK_MS);
    await untilOrder(client, resting.orderId, ({ cancelReason }) => cancelReason === "killSwitch", "the resting order off");
    const barred = await client.submit(order({ accountId: ALPHA }));
    expect(barred.refusal?.code).toBe("RISK_KILLED");
    await venue.submit(order({ accountId: BRAVO, side: "buy", limitTicks: 6_480_000, lots: 100 }));
    await eventually(() => coins(client) === WHOLE, "the rest sold", LINK_MS);
    await equalLedgers(client, venue);
    expect(openOrdersOf(venue, ALPHA)).toEqual([]);
    await terminal.engine.shutdown();
    expect(verifyJournal(dataFolderAt(join(folder, "b")).journal).good).toBe(true);
  },
);

test(
  "CN-5 CN-9 CN-11 an order whose answer is lost is unknown, then found, and there once; one that never left is ended",
  { timeout: 120_000 },
  async () => {
    const { client, line, venue } = await connected(tempFolder());
    await untilLive(client);
    let hasPassed = false;
    line.passage = (data, direction) => {
      if (direction === "toServer" && isOrder(data)) hasPassed = true;
      // The order gets there, and nothing comes back from then on.
      return hasPassed && direction === "toClient" ? null : data;
    };
    const lost = await client.submit(order({ accountId: ALPHA, limitTicks: 6_400_000, lots: 50 }));
    await untilOrder(client, lost.orderId, ({ route }) => route?.standing === "unknown", "an unknown order");
    expect(linkOf(client)?.state).not.toBe("live");
    const early = await client.submit(order({ accountId: ALPHA, limitTicks: 6_400_000, lots: 50 }));
    expect(early.refusal?.code).toBe("BOOK_VENUE_NOT_LIVE");
    line.passage = (data) => data;
    await untilLive(client);
    await untilOrder(client, lost.orderId, ({ route }) => route?.standing === "working", "the order found");
    expect(openOrdersOf(venue, ALPHA).map(({ lots }) => lots)).toEqual([50]);

    line.passage = (data, direction) => (direction === "toServer" && isOrder(data) ? null : data);
    const never = await client.submit(order({ accountId: ALPHA, limitTicks: 6_300_000, lots: 60 }));
    await untilOrder(client, never.orderId, ({ route }) => route?.standing === "unknown", "an unknown order");
    line.passage = (data) => data;
    const ended = await untilOrder(client, never.orderId, ({ leavesLots }) => leavesLots === 0, "its end");
    expect(ended).toMatchObject({ status: "cancelled", cancelReason: "notReceived", filledLots: 0 });
    await untilLive(client);
    expect(openOrdersOf(venue, ALPHA).map(({ lots }) => lots)).toEqual([50]);
  },
);

test(
  "CN-19 CN-5 CN-11 an order is changed by one that comes after it, also when the answer is lost and when the terminal is killed in between",
  { timeout: 120_000 },
  async () => {
    const folder = tempFolder();
    const { client, line, options, terminal, venue } = await connected(folder);
    await untilLive(client);
    const first = await client.submit(order({ accountId: ALPHA, limitTicks: 6_400_000, lots: 100 }));
    await untilOrder(client, first.orderId, ({ route }) => route?.standing === "working", "a working order");
    await venue.submit(order({ accountId: BRAVO, side: "sell", limitTicks: 6_400_000, lots: 40 }));
    await untilOrder(client, first.orderId, ({ filledLots }) => filledLots === 40, "a fill");
    /** The order that went in for another one, once the venue has it. */
    const successor = (of: TestClient, orderId: number | null): Promise<OrderRow> =>
      eventually(
        () => openOrdersOf(of, ALPHA).find(({ route }) => route?.replaces === orderId && route?.standing === "working" && orderId !== null),
        "an order in its place",
        LINK_MS,
      );
    const amend = (orderId: number | null, limitTicks: number, lots: number | null = null) =>
      onceThereIsAPrice(client, {
        type: "AmendOrder",
        accountId: ALPHA,
        orderId: orderId ?? 0,
        limitTicks,
        lots,
        triggerTicks: null,
        confirmation: null,
      });
    expect((await amend(first.orderId, 6_390_000, 120)).refusal).toBeNull();
    const second = await successor(client, first.orderId);
    expect(second).toMatchObject({ limitTicks: 6_390_000, lots: 80, actor: "headless-desk" });
    expect(await untilOrder(client, first.orderId, ({ leavesLots }) => leavesLots === 0, "the first one off")).toMatchObject({
      status: "partiallyCancelled",
      cancelReason: "replaced",
      filledLots: 40,
    });
    expect(openOrdersOf(venue, ALPHA).map(({ limitTicks, lots }) => [limitTicks, lots])).toEqual([[6_390_000, 80]]);

    // The cancellation gets there, and its answer does not come back.
    let hasPassed = false;
    line.passage = (data, direction) => {
      if (direction === "toServer" && data.includes("DELETE /api/v1/spot/order?")) hasPassed = true;
      return hasPassed && direction === "toClient" ? null : data;
    };
    await amend(second.orderId, 6_380_000);
    await untilOrder(client, second.orderId, ({ route }) => route?.standing === "unknown", "an unknown order");
    expect(openOrdersOf(client, ALPHA).map(({ orderId }) => orderId)).toEqual([second.orderId]);
    line.passage = (data) => data;
    const third = await successor(client, second.orderId);
    expect(third).toMatchObject({ limitTicks: 6_380_000, lots: 80 });

    // The terminal ends between the two steps: the next process knows from the journal what was to come.
    hasPassed = false;
    line.passage = (data, direction) => {
      if (direction === "toServer" && data.includes("DELETE /api/v1/spot/order?")) hasPassed = true;
      return data;
    };
    client.say({
      type: "submit",
      requestId: 9_000_001,
      command: {
        type: "AmendOrder",
        accountId: ALPHA,
        orderId: third.orderId,
        limitTicks: 6_370_000,
        lots: null,
        triggerTicks: null,
        confirmation: null,
      },
    });
    await eventually(() => hasPassed, "the cancellation on its way", LINK_MS);
    await terminal.engine.kill();
    const again = start(join(folder, "b"), options);
    const reader = await again.connect();
    await reader.subscribe();
    await untilLive(reader);
    const fourth = await successor(reader, third.orderId);
    expect(fourth).toMatchObject({ limitTicks: 6_370_000, lots: 80 });
    expect(openOrdersOf(venue, ALPHA).map(({ limitTicks, lots }) => [limitTicks, lots])).toEqual([[6_370_000, 80]]);
    await equalLedgers(reader, venue);
    await again.engine.shutdown();
    expect(verifyJournal(dataFolderAt(join(folder, "b")).journal).good).toBe(true);
  },
);
