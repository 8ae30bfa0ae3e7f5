import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEngine, fold } from "../../engine/core/engine.ts";
import { balance } from "../../engine/core/queries.ts";
import { restore, snapshot } from "../../engine/core/snapshot/snapshot.ts";
import { NumberRing } from "../../engine/host/views/numberRing.ts";
import { CandlesView } from "../../engine/host/views/candles.ts";
import { Changes } from "../../engine/host/views/changes.ts";
import { Views } from "../../engine/host/views/views.ts";
import { commandSchema } from "../../shared/commands.ts";
import { BAR_STRIDE } from "../../shared/bars.ts";
import type { AccountId, AssetId, InstrumentId } from "../../shared/ids.ts";
import type { CandleInterval } from "../../shared/views.ts";
import { ALICE, BOB, CAROL, COIN_USD, METAL_USD, deposit, fundedVenue, only, order, type PlainCommand } from "../core/drive.ts";
import { linked } from "../core/linkedVenue.ts";
import { ALPHA, BRAVO, BTC_USD, CHARLIE, JournalScribe, USD } from "./journalScribe.ts";
import { tempFolder } from "./tempFolder.ts";
import { join } from "node:path";

const NEWEST = Number.MAX_SAFE_INTEGER;

function scribe(): JournalScribe {
  return new JournalScribe(join(tempFolder(), "journal.db"));
}

function viewsOf(written: JournalScribe): Views {
  const views = new Views(createEngine());
  for (const batch of written.batches) views.apply(batch);
  return views;
}

function desk(views: Views): number {
  return views.owners.number("desk");
}

/** All that a client of the desk could see. */
function everything(views: Views): object {
  const owner = desk(views);
  return {
    orders: views.orders.newest(owner, { beforeSeq: NEWEST, limit: NEWEST }),
    fills: views.fills.newest(owner, { beforeSeq: NEWEST, limit: NEWEST }),
    positions: [ALPHA, BRAVO, CHARLIE].flatMap((account) =>
      [1, 2].map((id) => views.positions.row(account, id, { ticks: 6_500_000, quoteUnitsPerTickLot: 1 })),
    ),
    candles: ([1, 60, 86_400] as const).map((seconds) =>
      views.candles.bars(BTC_USD as InstrumentId, seconds, { beforeUs: NEWEST, limit: 5_000 }),
    ),
    trades: views.trades.newest(BTC_USD as InstrumentId, 5_000),
    ticker: views.trades.ticker(BTC_USD as InstrumentId, { bidTicks: null, askTicks: null, nowUs: 1_700_000_100_000_000 }),
  };
}

describe("GW-9 what an account sees", () => {
  it("GW-9 an order's row goes through its life", () => {
    const written = scribe();
    const rests = written.limit({ accountId: ALPHA, side: "sell", ticks: 6_500_000, lots: 100 });
    const views = viewsOf(written);
    const orderId = rests.firstSeq + 1;
    expect(views.orders.row(orderId)).toMatchObject({
      orderId,
      status: "working",
      lots: 100,
      filledLots: 0,
      leavesLots: 100,
      averageTicks: null,
      actor: "scribe",
    });
    views.apply(written.limit({ accountId: BRAVO, side: "buy", ticks: 6_500_000, lots: 40 }));
    expect(views.orders.row(orderId)).toMatchObject({ status: "partiallyFilled", filledLots: 40, leavesLots: 60, averageTicks: 6_500_000 });
    const cancel = written.commit([{ type: "CancelOrder", accountId: ALPHA as AccountId, orderId: orderId as never }]);
    views.apply(cancel);
    expect(views.orders.row(orderId)).toMatchObject({ status: "partiallyCancelled", cancelReason: "user", filledLots: 40, leavesLots: 0 });
    views.apply(written.limit({ accountId: ALPHA, side: "buy", ticks: 6_500_000, lots: 1 }));
    expect(views.orders.newest(desk(views), { beforeSeq: NEWEST, limit: 1 })[0]).toMatchObject({
      orderId: null,
      status: "denied",
      refusal: { code: "VALIDATE_LOTS_BELOW_MINIMUM" },
    });
    written.close();
  });

  it("GW-9 both sides of a trade get their fill, with fee and liquidity", () => {
    const written = scribe();
    written.limit({ accountId: ALPHA, side: "sell", ticks: 6_500_000, lots: 100 });
    written.limit({ accountId: BRAVO, side: "buy", ticks: 6_510_000, lots: 60 });
    const views = viewsOf(written);
    const notional = 6_500_000 * 60;
    const fee = Math.ceil((notional * 2_900) / 1_000_000);
    expect(views.fills.newest(desk(views), { beforeSeq: NEWEST, limit: 10 })).toMatchObject([
      { accountId: BRAVO, side: "buy", liquidity: "taker", ticks: 6_500_000, lots: 60, notional, fee },
      { accountId: ALPHA, side: "sell", liquidity: "maker", ticks: 6_500_000, lots: 60, notional, fee },
    ]);
    written.close();
  });

  it("GW-9 a position has its mean entry, and realised and unrealised results to the unit", () => {
    const written = scribe();
    const trade = (buyer: number, seller: number, ticks: number, lots: number): void => {
      written.limit({ accountId: seller, side: "sell", ticks, lots });
      written.limit({ accountId: buyer, side: "buy", ticks, lots });
    };
    trade(BRAVO, ALPHA, 6_500_000, 100);
    trade(BRAVO, ALPHA, 6_600_000, 100);
    trade(ALPHA, BRAVO, 6_700_000, 50);
    const views = viewsOf(written);
    const fees = views.fills
      .newest(desk(views), { beforeSeq: NEWEST, limit: 100 })
      .filter(({ accountId }) => accountId === BRAVO)
      .reduce((sum, fill) => sum + fill.fee, 0);
    expect(views.positions.row(BRAVO, BTC_USD, { ticks: 6_700_000, quoteUnitsPerTickLot: 1 })).toEqual({
      accountId: BRAVO,
      instrumentId: BTC_USD,
      netLots: 150,
      averageTicks: 6_550_000,
      markTicks: 6_700_000,
      realised: 50 * (6_700_000 - 6_550_000) - fees,
      unrealised: 150 * (6_700_000 - 6_550_000),
    });
    expect(views.positions.row(ALPHA, BTC_USD, { ticks: 6_700_000, quoteUnitsPerTickLot: 1 })).toMatchObject({
      netLots: -150,
      averageTicks: 6_550_000,
      unrealised: -150 * 150_000,
    });
    expect(views.positions.row(CHARLIE, BTC_USD, { ticks: 1, quoteUnitsPerTickLot: 1 })).toBeUndefined();
    expect(views.positions.holders(BTC_USD).toSorted((a, b) => a - b)).toEqual([ALPHA, BRAVO]);
    written.close();
  });

  it("GW-9 realised and unrealised results add up to the cash that moved, whatever was traded (property)", () => {
    const trades = fc.array(
      fc.record({ buys: fc.boolean(), ticks: fc.integer({ min: 6_000_000, max: 7_000_000 }), lots: fc.integer({ min: 30, max: 500 }) }),
      {
        minLength: 1,
        maxLength: 25,
      },
    );
    fc.assert(
      fc.property(trades, (list) => {
        const written = scribe();
        for (const { buys, ticks, lots } of list) {
          written.limit({ accountId: buys ? ALPHA : BRAVO, side: "sell", ticks, lots });
          written.limit({ accountId: buys ? BRAVO : ALPHA, side: "buy", ticks, lots });
        }
        written.close();
        const views = viewsOf(written);
        const mark = list.at(-1)?.ticks ?? 1;
        const row = views.positions.row(BRAVO, BTC_USD, { ticks: mark, quoteUnitsPerTickLot: 1 });
        const opening = 7_500_000_000_000;
        const cash = balance(views.replica, BRAVO as AccountId, USD as AssetId).total - opening;
        expect((row?.realised ?? 0) + (row?.unrealised ?? 0)).toBe(cash + (row?.netLots ?? 0) * mark);
      }),
      { seed: 20_260_711, numRuns: 25 },
    );
  });

  it("GW-9 a day's ticker has open, high, low, last, volume and turnover", () => {
    const written = scribe();
    for (const ticks of [6_500_000, 6_700_000, 6_400_000, 6_600_000]) {
      written.limit({ accountId: ALPHA, side: "sell", ticks, lots: 100 });
      written.limit({ accountId: BRAVO, side: "buy", ticks, lots: 100 });
    }
    const views = viewsOf(written);
    const touch = { bidTicks: null, askTicks: null };
    const ticker = views.trades.ticker(BTC_USD as InstrumentId, { ...touch, nowUs: 1_700_000_060_000_000 });
    expect(ticker).toMatchObject({
      lastTicks: 6_600_000,
      lastSide: "buy",
      openTicks: 6_500_000,
      highTicks: 6_700_000,
      lowTicks: 6_400_000,
      volumeLots: 400,
      turnover: 2_620_000_000,
    });
    const dayLater = views.trades.ticker(BTC_USD as InstrumentId, { ...touch, nowUs: 1_700_000_060_000_000 + 86_400_000_000 });
    expect(dayLater).toMatchObject({ lastTicks: 6_600_000, openTicks: null, highTicks: null, volumeLots: 0 });
    written.close();
  });
});

describe("JR-33 views in snapshots", () => {
  it("JR-33 views restored from a snapshot and carried on equal views folded from row 1, byte for byte", () => {
    const written = scribe().trade(150);
    const half = new Views(createEngine());
    for (const batch of written.batches) half.apply(batch);
    const replica = createEngine();
    for (const batch of written.batches) fold(replica, batch);
    const restored = new Views(replica);
    restored.load(half.save());
    expect(everything(restored)).toEqual(everything(half));
    const before = written.batches.length;
    written.trade(100).close();
    for (const batch of written.batches.slice(before)) {
      half.apply(batch);
      restored.apply(batch);
    }
    expect(everything(restored)).toEqual(everything(half));
    expect(Buffer.from(restored.save()).equals(Buffer.from(half.save()))).toBe(true);
    expect(Object.values(everything(half)).every((rows) => !Array.isArray(rows) || rows.length > 0)).toBe(true);
  });
});

describe("GW-10 candles", () => {
  const MINUTE = 60_000_000;
  const START = 1_700_000_040_000_000;
  const bar = (n: number, price: number): readonly number[] => [START + n * MINUTE, price, price + 5, price - 5, price + 1, 10];
  const source = { instrumentId: BTC_USD as InstrumentId, kind: "history", label: "bars.csv", file: null, seed: null, shiftUs: 0 } as const;
  const bars = (candles: CandlesView, seconds: CandleInterval, request: { beforeUs?: number; limit?: number } = {}): readonly object[] =>
    candles.bars(BTC_USD as InstrumentId, seconds, { beforeUs: NEWEST, limit: 100, ...request });

  /** Ten past minutes, then trades from minute 10 on, and one from before the past ended. */
  function view(): CandlesView {
    const candles = new CandlesView();
    candles.addTrade({ instrumentId: BTC_USD, atUs: START + 9 * MINUTE, ticks: 1, lots: 1 });
    const past = Float64Array.from(Array.from({ length: 10 }, (_, n) => bar(n, 1_000 + n)).flat());
    candles.setPast({ source, startUs: START + 10 * MINUTE, intervalSeconds: 60, bars: past });
    for (const [second, ticks] of [
      [600, 2_000],
      [601, 2_010],
      [661, 1_990],
    ] as const) {
      candles.addTrade({ instrumentId: BTC_USD, atUs: START + second * 1_000_000, ticks, lots: 3 });
    }
    return candles;
  }

  it("GW-10 bars of trades continue the past's bars, which cover what traded before", () => {
    const rows = bars(view(), 60);
    expect(rows).toHaveLength(12);
    expect(rows[8]).toMatchObject({ openUs: START + 8 * MINUTE, open: 1_008, source: "history" });
    expect(rows[9]).toMatchObject({ openUs: START + 9 * MINUTE, open: 1_009, low: 1_004, source: "history" });
    expect(rows[10]).toMatchObject({
      openUs: START + 10 * MINUTE,
      open: 2_000,
      high: 2_010,
      low: 2_000,
      close: 2_010,
      volumeLots: 6,
      source: "trades",
    });
    expect(rows[11]).toMatchObject({ open: 1_990, source: "trades" });
  });

  it("GW-10 the bar in which the past ends holds both parts", () => {
    const quarter = 900_000_000;
    const openUs = START + 10 * MINUTE - ((START + 10 * MINUTE) % quarter);
    const row = bars(view(), 900).find((found) => "openUs" in found && found.openUs === openUs);
    expect(row).toMatchObject({ high: 2_010, close: 1_990, source: "trades" });
    expect(bars(view(), 900).map((found) => "volumeLots" in found && found.volumeLots)).toEqual([10, 90 + 9]);
  });

  it("GW-10 lengths that the past's bars do not divide have trades alone", () => {
    expect(bars(view(), 5).every((row) => "source" in row && row.source === "trades")).toBe(true);
    expect(bars(view(), 5)).toHaveLength(3);
  });

  it("GW-10 pages backwards without gap or overlap", () => {
    const all = bars(view(), 60);
    const paged: object[] = [];
    for (let beforeUs = NEWEST; ;) {
      const page = bars(view(), 60, { beforeUs, limit: 5 });
      paged.unshift(...page);
      const first = page[0];
      if (first === undefined || !("openUs" in first) || page.length < 5) break;
      beforeUs = first.openUs as number;
    }
    expect(paged).toEqual(all);
  });

  it("GW-10 keeps at most its limit of bars", () => {
    const candles = new CandlesView();
    for (let n = 0; n < 6_000; n += 1) candles.addTrade({ instrumentId: BTC_USD, atUs: START + n * 1_000_000, ticks: 1_000 + n, lots: 1 });
    const rows = bars(candles, 1, { limit: 10_000 });
    expect(rows).toHaveLength(5_000);
    expect(rows.at(-1)).toMatchObject({ open: 6_999 });
    expect(BAR_STRIDE).toBe(6);
  });
});

describe("GW-9 rings", () => {
  it("GW-9 hold the newest rows in order, through growth, overwriting and dropping (property)", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.oneof(fc.nat(1_000), fc.constant("shift" as const)), { maxLength: 900 }),
        (limit, steps) => {
          const ring = new NumberRing({ stride: 2, limit });
          let model: number[] = [];
          for (const step of steps) {
            if (step === "shift") {
              if (model.length === 0) continue;
              ring.shift();
              model.shift();
            } else {
              const at = ring.push();
              ring.numbers.set([step, -step], at);
              model = [...model, step].slice(-limit);
            }
          }
          expect([...ring.toArray()]).toEqual(model.flatMap((n) => [n, -n]));
        },
      ),
      { seed: 20_260_712, numRuns: 200 },
    );
  });
});

describe("orders at an outside venue", () => {
  it("CN-19 no row says what it becomes once nothing is to go in for it", () => {
    const driver = linked();
    const changing = (): number => {
      const { orderId } = only(driver.send(order({ limitTicks: 90 })), "OrderAccepted");
      driver.send({ type: "RecordVenueReport", report: { kind: "acknowledged", orderId, venueOrderId: `V${orderId}` } });
      driver.send({ type: "AmendOrder", accountId: ALICE, orderId, limitTicks: 91 });
      return orderId;
    };
    const [kept, cancelled, doubtful, untouched] = [changing(), changing(), changing(), changing()];
    driver.send({ type: "RecordVenueReport", report: { kind: "cancelRefused", orderId: kept, why: "busy" } });
    driver.send({ type: "CancelOrder", accountId: ALICE, orderId: cancelled });
    const fill = { kind: "filled", venueTradeId: "1", ticks: 95, lots: 4, isTaker: false, fee: 1 } as const;
    driver.send({ type: "RecordVenueReport", report: { ...fill, orderId: doubtful } });
    const views = new Views(createEngine());
    for (const batch of driver.batches) views.apply(batch);
    const becomes = (orderId: number) => views.orders.row(orderId)?.route?.becomes;
    expect([kept, cancelled, doubtful].map(becomes)).toEqual([undefined, undefined, undefined]);
    expect(becomes(untouched)).toEqual({ limitTicks: 91, lots: 10 });
  });
});

describe("GW-9 amended stops", () => {
  it("GW-9 MT-27 a stop whose quantity alone was changed keeps the trigger that it waits for", () => {
    const driver = fundedVenue();
    const stop = order({ accountId: ALICE, side: "sell", orderType: "stop", lots: 10, triggerTicks: 90 });
    const { orderId } = only(driver.send(stop), "OrderAccepted");
    only(driver.send({ type: "AmendOrder", accountId: ALICE, orderId, limitTicks: null, lots: 6, triggerTicks: null }), "OrderAmended");
    const views = new Views(createEngine());
    for (const batch of driver.batches) views.apply(batch);
    expect(views.orders.row(orderId)).toMatchObject({ lots: 6, triggerTicks: 90 });
  });
});

describe("GW-9 what an order asked for", () => {
  it("GW-9 a row tells what its order asked for beyond its type and of which list it is, also from a kept state", () => {
    const driver = fundedVenue();
    const post = only(driver.send(order({ accountId: ALICE, limitTicks: 90, postOnly: "reprice" })), "OrderAccepted").orderId;
    const iceberg = only(driver.send(order({ accountId: ALICE, limitTicks: 90, lots: 10, displayLots: 4 })), "OrderAccepted").orderId;
    const plain = only(driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 10 })), "OrderAccepted").orderId;
    const entry = { side: "buy", orderType: "limit", timeInForce: "gtc", limitTicks: 100, lots: 20 } as const;
    const list = { kind: "bracket", entry, profitTicks: 110, stopTicks: 95 } as const;
    const bracket = driver.send({ type: "SubmitOrderList", accountId: ALICE, instrumentId: COIN_USD, clientOrderId: 77, list });
    const [first, ...exits] = bracket.flatMap((event) => (event.type === "OrderAccepted" ? [event.orderId] : []));
    const views = new Views(createEngine());
    for (const batch of driver.batches) views.apply(batch);
    const kept = new Views(restore(snapshot(driver.engine)));
    kept.load(views.save());
    // The rest of the entry fills after the state was kept: its exits are of the same bracket.
    const later = driver.send(order({ accountId: BOB, side: "sell", limitTicks: 100, lots: 10 }));
    exits.push(...later.flatMap((event) => (event.type === "OrderAccepted" && event.accountId === ALICE ? [event.orderId] : [])));
    for (const view of [views, kept]) view.apply(driver.batches.at(-1)!);
    expect(exits).toHaveLength(4);
    const nothing = { postOnly: null, reduceOnly: false, peg: null, displayLots: null, list: null };
    for (const { orders } of [views, kept]) {
      expect(orders.row(plain)).not.toHaveProperty("special");
      expect(orders.row(post)?.special).toEqual({ ...nothing, postOnly: "reprice" });
      expect(orders.row(iceberg)?.special).toEqual({ ...nothing, displayLots: 4 });
      expect(orders.row(first!)?.special).toEqual({
        ...nothing,
        list: { kind: "bracket", part: "entry", profitTicks: 110, stopTicks: 95 },
      });
      for (const exit of exits) expect(orders.row(exit)?.special?.list).toEqual({ kind: "bracket", part: "exit" });
    }
  });
});

describe("GW-9 who sent an order", () => {
  it("GW-9 the exits of a bracket are its sender's, though somebody else's trade brought them", () => {
    const written = scribe();
    const entry = { side: "buy", orderType: "limit", timeInForce: "gtc", limitTicks: 6_500_000, lots: 100 } as const;
    const list = { kind: "bracket", entry, profitTicks: 6_600_000, stopTicks: 6_400_000 } as const;
    const bracket: PlainCommand = { type: "SubmitOrderList", accountId: ALPHA, instrumentId: BTC_USD, clientOrderId: 900, list };
    written.commit([commandSchema.parse(bracket)], "trader");
    written.limit({ accountId: BRAVO, side: "sell", ticks: 6_500_000, lots: 40 });
    const views = viewsOf(written);
    written.close();
    const senders = views.orders
      .newest(desk(views), { beforeSeq: NEWEST, limit: NEWEST })
      .map(({ accountId, actor, orderType }) => `${accountId === ALPHA ? "ALPHA" : "BRAVO"} ${orderType} ${actor}`);
    expect(senders.sort()).toEqual(["ALPHA limit trader", "ALPHA limit trader", "ALPHA stop trader", "BRAVO limit scribe"]);
  });
});

describe("GW-9 positions and frames at their limits", () => {
  it("GW-9 JR-24 a position that cost more than any balance holds is closed like another, and the journal stays sound", () => {
    const driver = fundedVenue();
    const metal = { instrumentId: METAL_USD, limitTicks: 70_000, lots: 1_000 } as const;
    for (const seller of [BOB, CAROL]) {
      driver.send(deposit(ALICE, 1, 7_700_000_000_000_000));
      driver.send(order({ ...metal, accountId: seller, side: "sell" }));
      only(driver.send(order({ ...metal, accountId: ALICE })), "OrderFilled");
    }
    driver.send(order({ ...metal, accountId: BOB, limitTicks: 10, lots: 1_500 }));
    only(driver.send(order({ ...metal, accountId: ALICE, side: "sell", limitTicks: 10, lots: 1_500 })), "OrderFilled");
    const views = new Views(createEngine());
    for (const batch of driver.batches) views.apply(batch);
    const row = views.positions.row(ALICE, METAL_USD, { ticks: 10, quoteUnitsPerTickLot: 100_000_000 });
    expect(row).toMatchObject({ netLots: 500, averageTicks: 70_000 });
  });

  it("GW-8 a command that fills more orders than a call takes arguments is told all the same", () => {
    const views = viewsOf(scribe());
    const [collected, later] = [new Changes(new Set([0])), new Changes(new Set([0]))];
    const trade = { tradeId: 1, instrumentId: BTC_USD, atUs: 1, ticks: 1, lots: 1, notional: 1, takerBuys: true };
    views.trades.add(trade);
    const [row] = views.trades.newest(BTC_USD as InstrumentId, 1);
    for (let n = 0; n < 300_000; n += 1) later.trades.push(row!);
    collected.merge(later);
    expect(collected.trades).toHaveLength(300_000);
  });
});
