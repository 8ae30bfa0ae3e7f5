import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dataFolderAt } from "../../engine/host/dataFolder.ts";
import { exportCapsule } from "../../engine/host/capsule/capsule.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import { linkRounds } from "../torture/linkRounds.ts";
import type { Seq } from "../../shared/ids.ts";
import { served } from "../edge/servedExchange.ts";
import { HeadlessEngine } from "../host/headlessEngine.ts";
import { eventually, tempFolder } from "../host/tempFolder.ts";
import { order } from "../host/testClient.ts";
import { ConnectedTerminal, LINK_MS, balancesOf, keyFile, linkOf, untilLive, untilOrder } from "./connectedTerminal.ts";
import { namelessHeader } from "./cuttableLine.ts";
import { ALPHA, BRAVO, connected, start, untilTold } from "./connectedPair.ts";

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

test("CN-14 both sides are killed and the line is cut, and every order and unit is where it belongs", { timeout: 300_000 }, async () => {
  const report = await linkRounds(tempFolder(), { rounds: 2, seed: 4, log: () => undefined });
  expect(report.faults).toEqual([]);
  expect(report.routed).toBe(report.arrived + report.neverArrived);
  expect(report.fills).toBeGreaterThan(0);
});
