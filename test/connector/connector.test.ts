import { spawn } from "node:child_process";
import { chmodSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dataFolderAt } from "../../engine/host/dataFolder.ts";
import { exportCapsule } from "../../engine/host/capsule/capsule.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import { linkRounds } from "../torture/linkRounds.ts";
import type { Seq } from "../../shared/ids.ts";
import type { Outcome } from "../../shared/protocol.ts";
import type { OrderRow } from "../../shared/views.ts";
import { served, type Reply } from "../edge/servedExchange.ts";
import { HeadlessEngine } from "../host/headlessEngine.ts";
import { eventually, tempFolder } from "../host/tempFolder.ts";
import { order, type TestClient } from "../host/testClient.ts";
import { ConnectedTerminal, LINK_MS, balancesOf, keyFile, linkOf, openOrdersOf, untilLive, untilOrder } from "./connectedTerminal.ts";
import { CuttableLine, namelessHeader, type Passage } from "./cuttableLine.ts";

const CONNECT = resolve(import.meta.dirname, "../../engine/cli/connect.ts");
const ALPHA = 2;
const BRAVO = 3;
const CHARLIE = 4;

test(
  "CN-1 CN-4 CN-6 CN-9 CN-15 an order goes to the venue, rests, fills and is cancelled there, and both ledgers agree",
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
    // Nobody but the connector tells the engine what the venue said.
    const forged = { type: "RecordVenueReport", report: { kind: "adjusted", accountId: ALPHA, assetId: 1, amount: 1, why: "gift" } };
    expect(await client.refused({ type: "submit", command: forged })).toMatchObject({ code: "SENDER_REFUSED" });
    // CN-15: the venue's book is what this terminal shows.
    await other.submit(order({ accountId: BRAVO, side: "sell", limitTicks: 6_600_000, lots: 70 }));
    const books = () => client.frames().flatMap(({ books: shown }) => shown.filter(({ instrumentId }) => instrumentId === 1));
    await eventually(() => [...(books().at(-1)?.asks ?? [])].join() === "6600000,70,0", "the venue's book", LINK_MS);
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
      () =>
        client
          .frames()
          .flatMap(({ trades }) => trades)
          .some(({ ticks, lots }) => ticks === 6_500_000 && lots === 50),
      "the trade on the tape",
      LINK_MS,
    );
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

/** A venue, the line to it, and a terminal that is live over that line. */
async function connected(folder: string, passage?: Passage) {
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

function start(data: string, options: ConstructorParameters<typeof ConnectedTerminal>[1]): ConnectedTerminal {
  const terminal = new ConnectedTerminal(data, options);
  onTestFinished(async () => void (await terminal.engine.kill()));
  return terminal;
}

/** Asks until the answer mentions this. */
async function untilTold(ask: () => Promise<Reply>, text: string): Promise<void> {
  const endMs = performance.now() + LINK_MS;
  while (!JSON.stringify((await ask()).body).includes(text)) if (performance.now() > endMs) throw new Error(`nothing told of ${text}`);
}

const isOrder = (data: Buffer): boolean => /POST \/api\/v1(?:\.1)?\/spot\/order\?/.test(data.toString("latin1"));

/** A market order that the account of the link sends; 40 lots, unless told otherwise. */
const marketOrder = (changes: Parameters<typeof order>[0] = {}) =>
  order({ accountId: ALPHA, orderType: "market", timeInForce: "ioc", limitTicks: null, lots: 40, ...changes });

const UNPRICED: readonly unknown[] = ["RISK_NO_REFERENCE_PRICE", "RISK_MARK_MISSING"];

/** Sends it as soon as the venue's first price has come as a command, which is soon after its book (CN-15). */
async function onceThereIsAPrice(client: TestClient, command: Parameters<TestClient["submit"]>[0]): Promise<Outcome> {
  const hasBook = (): boolean => client.frames().some(({ books }) => books.some(({ asks, bids }) => asks.length + bids.length > 0));
  await eventually(hasBook, "the venue's book", LINK_MS);
  for (;;) {
    const outcome = await client.submit(command);
    if (!UNPRICED.includes(outcome.refusal?.code)) return outcome;
  }
}

const equalLedgers = (here: TestClient, there: TestClient): Promise<unknown> =>
  eventually(() => JSON.stringify(balancesOf(here, ALPHA)) === JSON.stringify(balancesOf(there, ALPHA)), "equal ledgers", LINK_MS);

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

test("CN-12 JR-63 a side that does not say that it is a simulation is live, in an exported capsule too", { timeout: 120_000 }, async () => {
  const folder = tempFolder();
  const { client, line, options, terminal } = await connected(folder, namelessHeader);
  await untilLive(client);
  expect(linkOf(client)?.mode).toBe("live");
  await terminal.engine.shutdown();
  const exported = (data: string) =>
    exportCapsule(dataFolderAt(data), { fromSeq: 1, toSeq: 110, commit: null }, join(folder, "capsule")).configuration;
  expect(exported(join(folder, "b"))).toMatchObject({ mode: "live", venue: expect.stringContaining(options.url) });
  // A journal that began with a simulation does not go on with such a side.
  line.passage = (data) => data;
  const simulated = start(join(folder, "c"), options);
  const second = await simulated.connect();
  await untilLive(second);
  expect(linkOf(second)?.mode).toBe("simulated");
  line.passage = namelessHeader;
  line.cut();
  await eventually(() => linkOf(second)?.note.includes("no longer says"), "a refusal of the other side", LINK_MS);
  expect(linkOf(second)?.state).not.toBe("live");
});

test("CN-8 CN-10 what others do with the account shows, stays, and stops the trading", { timeout: 120_000 }, async () => {
  const folder = tempFolder();
  const { client, credentials, exchange, line, terminal, venue } = await connected(folder);
  await untilLive(client);
  await venue.submit(order({ accountId: BRAVO, side: "sell", limitTicks: 6_500_000, lots: 40 }));
  await venue.submit(order({ accountId: ALPHA, side: "buy", limitTicks: 6_500_000, lots: 90 }));
  line.cut();
  await eventually(() => linkOf(client)?.discrepancies.some((text) => text.startsWith("BTC: 40.00040000 there")), "a difference", LINK_MS);
  const { discrepancies, state } = linkOf(client)!;
  expect(state).not.toBe("live");
  expect(discrepancies.filter((text) => text.includes("was not sent from here"))).toHaveLength(2);
  const denied = await client.submit(order({ accountId: ALPHA, limitTicks: 6_400_000, lots: 50 }));
  expect(denied.refusal?.code).toBe("BOOK_VENUE_NOT_LIVE");
  expect(balancesOf(client, ALPHA)[2]?.total).toBe(40 * 10 ** 8);
  // Two persons take over what the venue says, one of them a risk officer; the strange order goes on there.
  const propose = { type: "proposeTakeOver", reason: "traded on the website" } as const;
  expect(await client.operate(propose)).toMatchObject({ code: "SENDER_REFUSED", rule: "a user who has signed in" });
  await client.signIn("risk");
  expect(await client.operate(propose)).toContain("must approve");
  const { takeOver } = await eventually(() => (linkOf(client)?.takeOver ? linkOf(client) : null), "the proposal");
  expect(takeOver).toMatchObject({
    by: "risk",
    why: "traded on the website",
    adjustments: [{ assetId: 1 }, { assetId: 2, amount: 40_000 }],
  });
  const approve = { type: "approveTakeOver", proposalId: takeOver!.proposalId } as const;
  expect(await client.operate(approve)).toMatchObject({ code: "SECOND_PERSON", value: "risk" });
  await client.signIn("owner");
  expect(await client.operate(approve)).toMatchObject({ code: "SENDER_REFUSED", rule: "a user with the role riskOfficer" });
  await client.signIn("second");
  expect(await client.operate({ ...approve, proposalId: 1 as Seq })).toMatchObject({ code: "PROPOSAL_GONE" });
  // Amounts that are no longer what was proposed are approved by nobody.
  const treasurer = await exchange.engine.connect("treasurer", { operator: true });
  await treasurer.submit({ type: "DepositFunds", accountId: ALPHA, assetId: 2, amount: 10_000 });
  await untilTold(() => exchange.signed(credentials, "GET", "/api/v1/account"), "40.0005");
  expect(await client.operate(approve)).toMatchObject({ code: "PROPOSAL_GONE" });
  expect(balancesOf(client, ALPHA)[2]?.total).toBe(40 * 10 ** 8);
  await client.signIn("owner");
  expect(await client.operate(propose)).toContain("must approve");
  const again = await eventually(() => {
    const waiting = linkOf(client)?.takeOver;
    return waiting?.proposalId === approve.proposalId ? null : waiting;
  }, "another proposal");
  await client.signIn("second");
  expect(await client.operate({ type: "approveTakeOver", proposalId: again.proposalId })).toContain("taken over");
  await untilLive(client);
  await eventually(
    () => linkOf(client)?.discrepancies.every((text) => text.includes("is open at the venue")),
    "only the strange order",
    LINK_MS,
  );
  expect(balancesOf(client, ALPHA)[2]?.total).toBe(40 * 10 ** 8 + 50_000);
  await terminal.engine.shutdown();
  expect(verifyJournal(dataFolderAt(join(folder, "b")).journal).good).toBe(true);
});

test("CN-1 a connected folder is opened with its venue and address alone", { timeout: 120_000 }, async () => {
  const folder = tempFolder();
  const { client, options, terminal } = await connected(folder);
  await untilLive(client);
  await terminal.engine.shutdown();
  const data = join(folder, "b");
  const elsewhere = start(data, { ...options, url: "http://127.0.0.1:9" });
  expect(await elsewhere.engine.fatal()).toMatchObject({ code: "ARGUMENT_INVALID", field: "--connect" });
  const simulation = new HeadlessEngine(["--data", data, "--market", "off"]);
  onTestFinished(async () => void (await simulation.kill()));
  expect(await simulation.fatal()).toMatchObject({ code: "ARGUMENT_INVALID", field: "--connect" });
});

test("CN-13 a key that others may read is refused, and a key that is used is written nowhere", { timeout: 120_000 }, async () => {
  const folder = tempFolder();
  const { client, credentials, options, terminal } = await connected(folder);
  await untilLive(client);
  await terminal.engine.shutdown();
  for (const text of filesBelow(join(folder, "b"))) {
    expect(text.includes(credentials.secret)).toBe(false);
    expect(text.includes(credentials.accessKey)).toBe(false);
  }
  if (process.platform === "win32") return;
  chmodSync(options.keyFile, 0o644);
  const open = start(join(folder, "c"), options);
  const fault = await open.engine.fatal();
  expect(fault).toMatchObject({ code: "ARGUMENT_INVALID", field: "--key-file" });
  expect(JSON.stringify(fault)).not.toContain(credentials.secret);
});

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "latin1"));
}

test("CN-13 the command without a window takes its key from the environment, and commands as lines", { timeout: 120_000 }, async () => {
  const folder = tempFolder();
  const exchange = await served(join(folder, "a"), { sites: ["HK"] });
  const { accessKey, secret } = exchange.key();
  const child = spawn(process.execPath, [CONNECT, `HK=${exchange.url()}`, "--data", join(folder, "b")], {
    env: { ...process.env, HASHKEY_TERMINAL_KEY: `${accessKey}:${secret}` },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let told = "";
  let code: number | null = null;
  child.stdout.on("data", (text: Buffer) => (told += text.toString()));
  child.on("exit", (exit) => (code = exit));
  onTestFinished(() => void child.kill("SIGKILL"));
  await eventually(() => told.includes('"state":"live"'), "a live link", LINK_MS);
  child.stdin.write(`${JSON.stringify(order({ accountId: ALPHA, limitTicks: 6_400_000, lots: 50 }))}\nnonsense\n`);
  await eventually(() => told.includes('"standing":"working"') && told.includes("MESSAGE_MALFORMED"), "a working order", LINK_MS);
  child.stdin.end();
  await eventually(() => code === 0, "a clean end", LINK_MS);
  expect(told).not.toContain(secret);
});

test("CN-14 both sides are killed and the line is cut, and every order and unit is where it belongs", { timeout: 300_000 }, async () => {
  const report = await linkRounds(tempFolder(), { rounds: 2, seed: 4, log: () => undefined });
  expect(report.faults).toEqual([]);
  expect(report.routed).toBe(report.arrived + report.neverArrived);
  expect(report.fills).toBeGreaterThan(0);
});
