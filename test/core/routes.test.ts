import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine, fold, lastSeq, redecide, type Engine } from "../../engine/core/engine.ts";
import { postingsOf } from "../../engine/core/ledger/postings.ts";
import { balance, orderById } from "../../engine/core/queries.ts";
import { RecordCursor, encodeEntries } from "../../engine/core/records/records.ts";
import { routedOrder, routesOf, venueLink } from "../../engine/core/routing/routeQueries.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import type { AccountId, AssetId, EpochUs, OrderId, Seq } from "../../shared/ids.ts";
import type { Event } from "../../shared/events.ts";
import { ALICE, COIN, Driver, FEES, METAL, METAL_USD, USD, bandedUsd, metalUsd, only, order, type PlainCommand } from "./drive.ts";
import { linked } from "./linkedVenue.ts";

type PlainReport = Extract<PlainCommand, { type: "RecordVenueReport" }>["report"];

function report(driver: Driver, plain: PlainReport): Event[] {
  const events = driver.send({ type: "RecordVenueReport", report: plain }, "connector");
  checkInvariants(driver.engine);
  return events;
}

const have = ({ engine }: { readonly engine: Engine }, assetId: number) => balance(engine, ALICE as AccountId, assetId as AssetId);

/** An acknowledged order; by default a buy of 10 lots at 100. */
function working(driver: Driver, changes: Parameters<typeof order>[0] = {}): number {
  const { orderId } = only(driver.send(order(changes)), "OrderAccepted");
  report(driver, { kind: "acknowledged", orderId, venueOrderId: `V${orderId}` });
  return orderId;
}

const fill = (orderId: number, changes: Partial<Extract<PlainReport, { kind: "filled" }>> = {}): PlainReport => ({
  kind: "filled",
  orderId,
  venueTradeId: "7001",
  ticks: 100,
  lots: 4,
  isTaker: true,
  fee: 1,
  ...changes,
});

/** Proposes to change balances; returns the proposal's number. */
function propose(driver: Driver, by: string, adjustments: readonly { readonly assetId: number; readonly amount: number }[]): number {
  report(driver, { kind: "takeOverProposed", by, why: "counted", adjustments: [...adjustments] });
  return routesOf(driver.engine).takeOver!.proposalId;
}

/** One person proposes, another approves. */
function takeOver(driver: Driver, adjustment: { readonly assetId: number; readonly amount: number }): Event[] {
  return report(driver, { kind: "takenOver", proposalId: propose(driver, "owner", [adjustment]), by: "risk" });
}

function discrepancyIn(events: readonly Event[]): string {
  const { report: told } = only(events, "VenueReported");
  return told.kind === "discrepancy" ? told.about : told.kind;
}

describe("orders for an outside venue", () => {
  test("CN-2 an order passes all stages, holds, and leaves instead of matching", () => {
    const driver = linked();
    const events = driver.send(order({}));
    expect(events.map(({ type }) => type)).toEqual(["OrderAccepted", "OrderRouted"]);
    const { held, orderId } = only(events, "OrderAccepted");
    expect(have(driver, USD)).toEqual({ total: 10_000, held, available: 10_000 - held });
    expect(routedOrder(driver.engine, orderId)).toMatchObject({ standing: "sent", venueOrderId: "", isCancelAsked: false, filledLots: 0 });
    // A crossing order meets nothing here.
    expect(driver.send(order({ side: "sell", limitTicks: 90 })).map(({ type }) => type)).toEqual(["OrderAccepted", "OrderRouted"]);
    checkInvariants(driver.engine);
  });

  test("CN-2 nothing leaves before both sides were compared, and what the venue does not take is refused", () => {
    const early = linked(false);
    expect(only(early.send(order({})), "OrderDenied").refusal.code).toBe("BOOK_VENUE_NOT_LIVE");
    const driver = linked();
    for (const changes of [
      { orderType: "market", timeInForce: "fok" },
      { timeInForce: "day" },
      { displayLots: 4 },
      { postOnly: "reprice" },
      { selfTradeMode: "decrement" },
      { side: "sell", reduceOnly: true },
    ] as const)
      expect(only(driver.send(order(changes)), "OrderDenied").refusal.code).toBe("VALIDATE_ROUTED_TERMS");
    expect(driver.send(order({ postOnly: "reject" })).map(({ type }) => type)).toEqual(["OrderAccepted", "OrderRouted"]);
    report(driver, { kind: "lost", why: "cut" });
    expect(only(driver.send(order({})), "OrderDenied").refusal.code).toBe("BOOK_VENUE_NOT_LIVE");
    // Funds and client order ids are looked at here, whatever the venue thinks.
    report(driver, { kind: "live" });
    expect(only(driver.send(order({ lots: 900 })), "OrderDenied").refusal.code).toBe("LEDGER_INSUFFICIENT_FUNDS");
  });

  test("CN-3 cancelling asks, and the order goes on holding until the venue lets it go", () => {
    const driver = linked();
    const orderId = working(driver);
    const { held } = have(driver, USD);
    expect(driver.send({ type: "CancelOrder", accountId: ALICE, orderId }).map(({ type }) => type)).toEqual(["CancelRouted"]);
    expect(have(driver, USD).held).toBe(held);
    expect(routedOrder(driver.engine, orderId)).toMatchObject({ standing: "cancelSent", isCancelAsked: true });
    expect(only(report(driver, { kind: "closed", orderId, filledLots: 0, arrived: true }), "OrderCancelled").reason).toBe("user");
    expect(have(driver, USD).held).toBe(0);
  });

  test("CN-3 a mass cancellation and a kill switch touch no order by themselves", () => {
    const driver = linked();
    const orderId = working(driver);
    const all = driver.send({ type: "CancelAllOrders", accountId: ALICE, instrumentId: null });
    expect(all.map(({ type }) => type)).toEqual(["CancelRouted", "AllOrdersCancelled"]);
    report(driver, { kind: "cancelRefused", orderId, why: "too late" });
    expect(routedOrder(driver.engine, orderId)).toMatchObject({ standing: "working", isCancelAsked: false });
    const kill = { scope: { kind: "account", accountId: ALICE }, flatten: false, reason: "drill" } as const;
    const killed = driver.send({ type: "EngageKillSwitch", kill });
    expect(only(killed, "CancelRouted").reason).toBe("killSwitch");
  });
});

describe("what the venue tells", () => {
  test("CN-4 CN-5 an acknowledgement is taken once, silence makes unknown and releases nothing", () => {
    const driver = linked();
    const { held, orderId } = only(driver.send(order({})), "OrderAccepted");
    report(driver, { kind: "unanswered", orderId, why: "timeout" });
    expect(routedOrder(driver.engine, orderId)).toMatchObject({ standing: "unknown" });
    expect(have(driver, USD).held).toBe(held);
    const told = { kind: "acknowledged", orderId, venueOrderId: "9007199254740993123" } as const;
    expect(only(report(driver, told), "RouteChanged")).toMatchObject({ standing: "working", venueOrderId: "9007199254740993123" });
    expect(only(report(driver, told), "VenueReportRepeated").about).toBe("9007199254740993123");
    expect(discrepancyIn(report(driver, { ...told, venueOrderId: "2" }))).toBe("unknownOrder");
  });

  test("CN-6 a fill moves the ledger by the venue's figures, once", () => {
    const driver = linked();
    const orderId = working(driver);
    const filled = only(report(driver, fill(orderId, { ticks: 99, fee: 2 })), "VenueFilled");
    expect(filled).toMatchObject({
      takerOrderId: orderId,
      makerOrderId: 0,
      makerAccountId: 0,
      takerFee: 2,
      takerLeavesLots: 6,
      venueTradeId: "7001",
    });
    expect(have(driver, USD).total).toBe(10_000 - 4 * 99 - 2);
    expect(have(driver, COIN).total).toBe(104);
    expect(balance(driver.engine, FEES as AccountId, USD as AssetId).total).toBe(0);
    expect(only(report(driver, fill(orderId, { ticks: 99, fee: 2 })), "VenueReportRepeated").about).toBe("7001");
    expect(have(driver, COIN).total).toBe(104);
    report(driver, fill(orderId, { venueTradeId: "7002", lots: 6, isTaker: false, fee: -1 }));
    expect(routedOrder(driver.engine, orderId)).toBeNull();
    expect(have(driver, USD)).toMatchObject({ total: 10_000 - 398 - 600 + 1, held: 0 });
    expect(routesOf(driver.engine).lastFillId).toBe("7002");
  });

  test("CN-6 every movement of a fill and of an adjustment is posted twice and sums to what the balances show", () => {
    const driver = linked();
    const orderId = working(driver, { side: "sell", limitTicks: 90 });
    report(driver, fill(orderId, { ticks: 95, fee: 3 }));
    takeOver(driver, { assetId: USD, amount: -50 });
    const replay = createEngine();
    const sums = new Map<string, number>();
    for (const batch of driver.batches) {
      const cursor = new RecordCursor(batch);
      const postings = [];
      // Each batch is one command, of whose events one moves money.
      while (cursor.next()) if (!cursor.isCommand) postings.push(...postingsOf(replay, cursor));
      fold(replay, batch);
      expect(postings.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
      for (const { accountId, amount, assetId } of postings)
        if (accountId === ALICE) sums.set(`${assetId}`, (sums.get(`${assetId}`) ?? 0) + amount);
    }
    expect(sums.get(`${USD}`)).toBe(have(driver, USD).total);
    expect(sums.get(`${COIN}`)).toBe(have(driver, COIN).total);
  });

  test("CN-7 an order closes only with all its fills", () => {
    const driver = linked();
    const orderId = working(driver);
    const denied = only(report(driver, { kind: "closed", orderId, filledLots: 4, arrived: true }), "CommandDenied");
    expect(denied.refusal).toMatchObject({ code: "BOOK_VENUE_FILLS_MISSING", limit: 4, actual: 0 });
    report(driver, fill(orderId));
    expect(only(report(driver, { kind: "closed", orderId, filledLots: 4, arrived: true }), "OrderCancelled").reason).toBe("venueCancelled");
  });

  test("CN-7 refusals, remainders and orders that never arrived bear their own reasons", () => {
    const driver = linked();
    const refused = only(driver.send(order({})), "OrderAccepted").orderId;
    const told = report(driver, { kind: "refused", orderId: refused, why: "-2010 no" });
    expect(told).toMatchObject([
      { type: "RouteChanged", standing: "refused", note: "-2010 no" },
      { type: "OrderCancelled", reason: "venueRefused" },
    ]);
    const immediate = working(driver, { timeInForce: "ioc" });
    expect(only(report(driver, { kind: "closed", orderId: immediate, filledLots: 0, arrived: true }), "OrderCancelled").reason).toBe(
      "immediateRemainder",
    );
    const lost = only(driver.send(order({})), "OrderAccepted").orderId;
    expect(only(report(driver, { kind: "closed", orderId: lost, filledLots: 0, arrived: false }), "OrderCancelled").reason).toBe(
      "notReceived",
    );
    expect(have(driver, USD)).toMatchObject({ total: 10_000, held: 0 });
  });

  test("CN-10 no deposit changes a balance once a journal is linked", () => {
    const driver = linked();
    const before = have(driver, USD);
    const denied = only(driver.send({ type: "DepositFunds", accountId: ALICE, assetId: USD, amount: 5 }), "CommandDenied");
    expect(denied.refusal.code).toBe("RISK_UNKNOWN_PROPOSAL");
    expect(have(driver, USD)).toEqual(before);
  });

  test("CN-8 a fill of more than any balance takes up is recorded, not reckoned with", () => {
    const driver = linked();
    driver.sendAll([
      { type: "DefineAsset", asset: { assetId: METAL, code: "METAL", decimals: 12 } },
      { type: "ListInstrument", instrument: { ...metalUsd, venueId: 1, routed: true } },
    ]);
    takeOver(driver, { assetId: METAL, amount: 9 * 10 ** 15 });
    const orderId = working(driver, { instrumentId: METAL_USD, side: "sell", limitTicks: 1, lots: 9_000 });
    const there = fill(orderId, { ticks: 2 ** 31 - 1, lots: 9_000 });
    expect(discrepancyIn(report(driver, there))).toBe("overdrawn");
    expect(only(report(driver, there), "VenueReportRepeated").about).toBe("7001");
  });

  test("CN-1 an order at the venue is among the open ones, and waits for no trigger", () => {
    const driver = linked();
    const orderId = working(driver);
    expect(orderById(driver.engine, orderId as OrderId)).toMatchObject({ lots: 10, shownLots: 0, triggerTicks: null, limitTicks: 100 });
  });

  test("CN-8 what cannot be is recorded and moves nothing", () => {
    const driver = linked();
    const orderId = working(driver);
    const before = { usd: have(driver, USD), coin: have(driver, COIN) };
    expect(discrepancyIn(report(driver, fill(orderId, { lots: 11, venueTradeId: "1" })))).toBe("overfill");
    expect(discrepancyIn(report(driver, fill(orderId, { ticks: 101, venueTradeId: "2" })))).toBe("beyondLimit");
    expect(discrepancyIn(report(driver, fill(orderId, { fee: 50_000, venueTradeId: "3" })))).toBe("overdrawn");
    expect(discrepancyIn(report(driver, fill(orderId + 1, { venueTradeId: "4" })))).toBe("unknownOrder");
    expect(discrepancyIn(takeOver(driver, { assetId: USD, amount: -9_500 }))).toBe("overdrawn");
    expect({ usd: have(driver, USD), coin: have(driver, COIN) }).toEqual(before);
    // A fill that is a discrepancy is known, and told once.
    expect(only(report(driver, fill(orderId, { lots: 11, venueTradeId: "1" })), "VenueReportRepeated").about).toBe("1");
    report(driver, { kind: "closed", orderId, filledLots: 0, arrived: true });
    expect(only(report(driver, { kind: "unanswered", orderId, why: "late" }), "VenueReportRepeated").about).toBe(`unanswered ${orderId}`);
    expect(discrepancyIn(report(driver, fill(orderId, { venueTradeId: "5" })))).toBe("unknownOrder");
  });

  test("CN-10 discrepancies stay until one person has proposed to take them over and another has approved it", () => {
    const driver = linked();
    const found = {
      kind: "discrepancy",
      about: "balance",
      orderId: null,
      venueTradeId: null,
      text: "USD: 10001 there, 10000 here",
    } as const;
    report(driver, found);
    expect(routesOf(driver.engine).discrepancies.map(({ text }) => text)).toEqual([found.text]);
    const denial = (plain: PlainReport): string => only(report(driver, plain), "CommandDenied").refusal.code;
    expect(denial({ kind: "adjusted", accountId: ALICE, assetId: USD, amount: 1, why: "alone" })).toBe("RISK_UNKNOWN_PROPOSAL");
    expect(denial({ kind: "takenOver", proposalId: 1, by: "risk" })).toBe("RISK_UNKNOWN_PROPOSAL");
    expect(denial({ kind: "takeOverProposed", by: "owner", why: "?", adjustments: [{ assetId: 9, amount: 1 }] })).toBe(
      "CATALOG_UNKNOWN_ASSET",
    );

    const first = propose(driver, "owner", [{ assetId: USD, amount: 1 }]);
    expect(denial({ kind: "takenOver", proposalId: first, by: "owner" })).toBe("RISK_SECOND_PERSON");
    // What is found afterwards was not known to whom proposed, and so the proposal is over.
    report(driver, { ...found, text: "COIN: 99 there, 100 here" });
    expect(denial({ kind: "takenOver", proposalId: first, by: "risk" })).toBe("RISK_UNKNOWN_PROPOSAL");
    const second = propose(driver, "owner", [{ assetId: USD, amount: 1 }]);
    report(driver, { kind: "takeOverWithdrawn", proposalId: second, by: "risk" });
    expect(denial({ kind: "takeOverWithdrawn", proposalId: second, by: "risk" })).toBe("RISK_UNKNOWN_PROPOSAL");
    expect(routesOf(driver.engine).discrepancies).toHaveLength(2);
    expect(have(driver, USD).total).toBe(10_000);

    const third = propose(driver, "owner", [
      { assetId: USD, amount: 1 },
      { assetId: COIN, amount: -1 },
    ]);
    const done = report(driver, { kind: "takenOver", proposalId: third, by: "risk" });
    expect(done.map((event) => event.type === "VenueReported" && event.report.kind)).toEqual(["adjusted", "adjusted", "takenOver"]);
    expect(done[0]).toMatchObject({ report: { accountId: ALICE, why: "counted | proposed by owner, approved by risk" } });
    expect([have(driver, USD).total, have(driver, COIN).total]).toEqual([10_001, 99]);
    expect(routesOf(driver.engine)).toMatchObject({ discrepancies: [], takeOver: null });
  });

  test("CN-10 all of a take-over is done or nothing, and what orders hold is not taken", () => {
    const driver = linked();
    working(driver);
    const before = { usd: have(driver, USD), coin: have(driver, COIN) };
    const proposalId = propose(driver, "owner", [
      { assetId: COIN, amount: 5 },
      { assetId: USD, amount: -9_500 },
    ]);
    expect(discrepancyIn(report(driver, { kind: "takenOver", proposalId, by: "risk" }))).toBe("overdrawn");
    expect({ usd: have(driver, USD), coin: have(driver, COIN) }).toEqual(before);
  });

  test("CN-1 a journal is linked once, to a venue and an account that exist", () => {
    const driver = linked();
    const link = venueLink(driver.engine)!;
    expect(link).toMatchObject({ accountId: ALICE, simulated: true });
    expect(only(report(driver, { kind: "linked", link }), "CommandDenied").refusal.code).toBe("CATALOG_DUPLICATE_ID");
    const other = new Driver();
    expect(only(other.send({ type: "RecordVenueReport", report: { kind: "linked", link } }), "CommandDenied").refusal.code).toBe(
      "CATALOG_UNKNOWN_VENUE",
    );
  });
});

test("CN-1 JR-1 JR-2 JR-3 a connected journal folds, decides again and comes back from a snapshot to the same state", () => {
  const driver = linked();
  const first = working(driver);
  const second = working(driver, { side: "sell", limitTicks: 110 });
  report(driver, fill(first));
  driver.send({ type: "CancelOrder", accountId: ALICE, orderId: second });
  report(driver, { kind: "discrepancy", about: "foreignFill", orderId: null, venueTradeId: "8000", text: "not ours" });
  driver.send({ type: "ListInstrument", instrument: { ...bandedUsd, instrumentId: 2, venueId: 1 } });
  driver.send(order({ instrumentId: 2, lots: 4 }));
  report(driver, { kind: "closed", orderId: second, filledLots: 0, arrived: true });
  working(driver, { limitTicks: 98 });
  const bytes = snapshot(driver.engine);
  expect(snapshot(restore(bytes))).toEqual(bytes);
  const folded = createEngine();
  const decided = createEngine();
  for (const batch of driver.batches) {
    fold(folded, batch);
    expect(redecide(decided, batch)).toBeNull();
  }
  expect(snapshot(folded)).toEqual(bytes);
  expect(snapshot(decided)).toEqual(bytes);
});

const SEED = 20_261_128;

describe("CN-8 a fill that the account cannot pay", () => {
  /** Value, fee and a unit a lot for what the venue rounds, of a buy of 10 lots at 100. */
  const HELD = 1_000 + 3 + 10;

  /** All of the account's money is held for that buy. */
  function allHeld(): { readonly driver: Driver; readonly orderId: number } {
    const driver = linked();
    takeOver(driver, { assetId: USD, amount: HELD - 10_000 });
    const orderId = working(driver);
    expect(have(driver, USD)).toEqual({ total: HELD, held: HELD, available: 0 });
    return { driver, orderId };
  }

  test("CN-8 a fee above our rates is not taken out of what the rest of the order needs", () => {
    for (const fee of [7, 90, 603]) {
      const { driver, orderId } = allHeld();
      expect(discrepancyIn(report(driver, fill(orderId, { fee })))).toBe("overdrawn");
      expect(have(driver, USD)).toEqual({ total: HELD, held: HELD, available: 0 });
    }
    // With our rates, or at a better price, the hold is enough.
    const { driver, orderId } = allHeld();
    only(report(driver, fill(orderId, { fee: 1 })), "VenueFilled");
    only(report(driver, fill(orderId, { ticks: 99, fee: 18, venueTradeId: "7002", lots: 6 })), "VenueFilled");
    expect(have(driver, USD)).toEqual({ total: 0, held: 0, available: 0 });
  });

  test(`CN-6 LG-3 a venue that rounds the fee of every fill up overdraws no account, however the order is cut up, seed ${SEED}`, () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(sizes, fc.boolean(), (cuts, isTaker) => {
        const { driver, orderId } = allHeld();
        let left = 10;
        for (const [n, cut] of [...cuts, 10].entries()) {
          const lots = Math.min(cut, left);
          if (lots === 0) break;
          left -= lots;
          // A taker's 2,500 millionths of a value of 100 a lot, rounded up by itself.
          const fee = Math.ceil((lots * 100 * 2_500) / 1_000_000);
          only(report(driver, fill(orderId, { lots, fee, isTaker, venueTradeId: `${8_000 + n}` })), "VenueFilled");
        }
        expect(have(driver, USD).held).toBe(0);
        expect(have(driver, COIN).total).toBe(110);
        expect(routesOf(driver.engine).discrepancies).toEqual([]);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  test("LG-6 CN-8 a rebate that no balance could hold is refused, not wrapped", () => {
    const { driver, orderId } = allHeld();
    expect(discrepancyIn(report(driver, fill(orderId, { fee: -Number.MAX_SAFE_INTEGER })))).toBe("overdrawn");
    expect(have(driver, USD).total).toBe(HELD);
  });
});

test("JR-9 CN-10 a journal from when one person could settle differences folds, and nobody can any more", () => {
  const driver = linked();
  report(driver, { kind: "discrepancy", about: "balance", orderId: null, venueTradeId: null, text: "USD differs" });
  const earlier = createEngine();
  for (const batch of driver.batches) fold(earlier, batch);
  const settled = { kind: "settled", by: "owner", why: "counted" } as const;
  const seq = lastSeq(earlier);
  const [atUs, command] = [driver.atUs as EpochUs, { type: "RecordVenueReport", report: settled }] as const;
  fold(
    earlier,
    encodeEntries([
      { kind: "command", seq: (seq + 1) as Seq, atUs, actor: "connector", command },
      { kind: "event", seq: (seq + 2) as Seq, atUs, causeSeq: (seq + 1) as Seq, event: { type: "VenueReported", report: settled } },
    ]),
  );
  expect(routesOf(earlier).discrepancies).toEqual([]);
  expect(only(report(driver, settled), "CommandDenied").refusal.code).toBe("RISK_SECOND_PERSON");
  expect(routesOf(driver.engine).discrepancies).toHaveLength(1);
});
