import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import { checkDraft, emptyDraft, sideHint, withForm, withTerm, type Draft, type DraftContext } from "../../renderer/app/orderDraft.ts";
import { sizeWays } from "../../renderer/app/orderSize.ts";
import { commandOf } from "../../renderer/app/orders.ts";
import { commandSchema } from "../../shared/commands.ts";
import type { ClientOrderId } from "../../shared/ids.ts";
import { orderForm, orderFormNames, orderTerms, termSpec, type TermName } from "../../shared/orderForms.ts";
import type { TickerRow } from "../../shared/views.ts";
import { ALPHA, BTCUSD, btcUsd, usd } from "./support/venue.ts";

const ticker = { instrumentId: BTCUSD, lastTicks: 6_500_000, bidTicks: 6_499_990, askTicks: 6_500_010 } as TickerRow;
const context: DraftContext = {
  instrument: btcUsd,
  quote: usd,
  accountId: ALPHA,
  ticker,
  // 1 000 000 USD and 4 BTC.
  available: { quote: 10_000_000_000_000, base: 400_000_000 },
  zone: "utc",
};
const complete: Draft = { ...emptyDraft, size: "0.5", terms: { limit: "65000.10" } };
const check = (change: Partial<Draft>, other: Partial<DraftContext> = {}): ReturnType<typeof checkDraft> =>
  checkDraft({ ...complete, ...change }, { ...context, ...other });
const limit = (price: string): Partial<Draft> => ({ terms: { limit: price } });
const exits = (side: "buy" | "sell", profit: string, stop: string): Partial<Draft> => ({
  side,
  form: "bracket",
  terms: { limit: "65000", profit, stop },
});
const pair = { form: "oco", terms: { limit: "64000", trigger: "65000" } } as const;
const market = { form: "market", timeInForce: "ioc", terms: {} } as const;

describe("a draft", () => {
  it("that is complete is the order it says", () => {
    expect(check({})).toMatchObject({
      errors: {},
      request: {
        accountId: ALPHA,
        instrumentId: BTCUSD,
        side: "buy",
        orderType: "limit",
        timeInForce: "gtc",
        limitTicks: 6_500_010,
        lots: 50_000,
        values: { form: "limit", lots: 50_000, quoteAmount: null, terms: { limit: 6_500_010 }, confirmation: null },
      },
    });
    expect(check({ ...market, terms: { limit: "left over" } }).request).toMatchObject({ orderType: "market", limitTicks: null });
  });

  it.each([
    ["no quantity", { size: "" }, "quantity", /enter how much/],
    ["a quantity that is no number", { size: "half" }, "quantity", /a number in steps of 0.00001/],
    ["a part of a lot", { size: "0.000015" }, "quantity", /steps of 0.00001/],
    ["too small a quantity", { size: "0.0001" }, "quantity", /at least 0.0003/],
    ["too large a quantity", { size: "16.1" }, "quantity", /at most 16/],
    ["a quantity beyond all counting", { size: "999,999,999,999,999,999" }, "quantity", /^Quantity: at most 16\.$/],
    ["too large a quantity that is a part of a lot", { size: "99.000001" }, "quantity", /^Quantity: at most 16\.$/],
    ["a quantity with a comma that groups nothing", { size: "99,99" }, "quantity", /a number in steps of 0.00001/],
    ["too large a quantity at market", { ...market, size: "8.1" }, "quantity", /at most 8 for a market order/],
    ["too small a value", { size: "0.001", ...limit("1.00") }, "quantity", /below the minimum of 10.00 USD/],
    ["no price", limit(" "), "limit", /enter a limit price/],
    ["a part of a tick", limit("65000.005"), "limit", /steps of 0.01/],
    ["a price of nothing", limit("0"), "limit", /from 0.01/],
    ["a negative price", limit("-5"), "limit", /from 0.01/],
    [
      "a display of more than an order may have",
      { terms: { limit: "65000", display: "999999999999" } },
      "display",
      /: from 0\.\d+ to [^9]/,
    ],
    ["a price beyond all counting", limit("999999999999999999"), "limit", /^Price: from 0.01 to [^9]/],
    ["a price beyond the largest", limit("99999999.99"), "limit", /from 0.01 to/],
    ["more than all of what is free", { sizeBy: "percent", size: "101" }, "quantity", /0.01 to 100 %/],
    ["no money", { sizeBy: "quote", size: "0" }, "quantity", /more than 0 USD/],
    ["a risk without an end", { sizeBy: "risk", size: "500" }, "quantity", /give up/],
    ["a risk over no distance", { sizeBy: "risk", size: "500", giveUp: "65000.10" }, "quantity", /must differ/],
    [
      "a part that is too much",
      { sizeBy: "percent", size: "100", terms: { limit: "10000" } },
      "quantity",
      /at most 16\. This comes to 99\.\d+\./,
    ],
    ["C2 a bought bracket that takes its profit below", exits("buy", "64000", "63000"), "profit", /above “Price”/],
    ["a bought bracket that stops above", exits("buy", "66000", "65001"), "stop", /below “Price”/],
    ["a sold bracket that takes its profit above", exits("sell", "66000", "67000"), "profit", /below “Price”/],
    ["a sold bracket that stops where it enters", exits("sell", "64000", "65000"), "stop", /above “Price”/],
    ["a pair that sells below its stop", { ...pair, side: "sell" }, "limit", /above “Trigger”/],
    ["a pair that buys above its stop", { ...pair, side: "buy", terms: { limit: "66000", trigger: "65000" } }, "trigger", /above “Price”/],
    ["a time that is none", { timeInForce: "gtd", terms: { limit: "65000", expiry: "2026-02-30 10:00" } }, "expiry", /date and time/],
  ] as const)("with %s is refused by name", (_, change, field, text) => {
    const { request, errors } = check(change);
    expect(request).toBeNull();
    expect(Object.keys(errors)).toEqual([field]);
    expect((errors as Record<string, string>)[field]).toMatch(text);
  });

  it.each([
    ["bracket", "buy", { limit: "", profit: "above Price", stop: "below Price", stopLimit: "" }],
    ["bracket", "sell", { limit: "", profit: "below Price", stop: "above Price" }],
    ["oco", "buy", { limit: "below Trigger", trigger: "above Price" }],
    ["oco", "sell", { limit: "above Trigger", trigger: "below Price" }],
    ["limit", "buy", { limit: "" }],
  ] as const)("C2 an empty field of a %s to %s says on which side its price belongs", (form, side, hints) => {
    const told = Object.keys(hints).map((term) => [term, sideHint({ form, side }, term as TermName)]);
    expect(Object.fromEntries(told)).toEqual(hints);
  });

  it("names every field that is at fault at once, the account too", () => {
    const { errors } = check({ size: "x", ...limit("y") }, { accountId: null });
    expect(Object.keys(errors).sort()).toEqual(["account", "limit", "quantity"]);
  });

  it("takes a time in force that its form allows, and chooses what must be chosen", () => {
    expect(withForm(complete, "market")).toMatchObject({ form: "market", timeInForce: "ioc" });
    expect(withForm(withForm(complete, "market"), "limit")).toMatchObject({
      form: "limit",
      timeInForce: "gtc",
      terms: { limit: "65000.10" },
    });
    expect(withForm(complete, "postOnly").terms).toMatchObject({ postOnly: "reject" });
    expect(withForm(complete, "pegged").terms).toMatchObject({ peg: "bestBid" });
  });

  it("of a form that needs more names what is missing", () => {
    expect(Object.keys(check({ ...withForm(complete, "bracket") }).errors)).toEqual(["profit", "stop"]);
    expect(check({ ...withTerm(withTerm(withForm(complete, "bracket"), "profit", "66000"), "stop", "64000") }).request).not.toBeNull();
  });
});

describe("a size", () => {
  it("in money is cut to whole lots, and a market order's is left to the engine", () => {
    expect(check({ sizeBy: "quote", size: "10,000", ...limit("65000.00") }).size).toEqual({ lots: 15_384, quoteAmount: null });
    expect(check({ ...market, sizeBy: "quote", size: "10000" }).size).toEqual({ lots: null, quoteAmount: 100_000_000_000 });
    // Fill-or-kill takes no amount: the best ask turns it into lots.
    expect(check({ ...market, timeInForce: "fok", sizeBy: "quote", size: "65000.10" }).size).toEqual({ lots: 100_000, quoteAmount: null });
  });

  it("as a part of what is free leaves room for the fee when it buys", () => {
    expect(check({ side: "sell", sizeBy: "percent", size: "25" }).size).toEqual({ lots: 100_000, quoteAmount: null });
    const { size } = check({ sizeBy: "percent", size: "50", ...limit("100000.00") });
    // 500 000 USD over 100 000 with 0.29 % on top.
    expect(size).toEqual({ lots: 498_554, quoteAmount: null });
    expect(check({ ...market, sizeBy: "percent", size: "10" }).size).toEqual({ lots: null, quoteAmount: 1_000_000_000_000 });
  });

  it("by risk loses that much between the price and where it is given up", () => {
    expect(check({ sizeBy: "risk", size: "1000", giveUp: "64000.10" }).size).toEqual({ lots: 100_000, quoteAmount: null });
    const bracket = withTerm(withTerm(withForm(complete, "bracket"), "profit", "66000"), "stop", "64500.10");
    expect(check({ ...bracket, sizeBy: "risk", size: "1000" }).size).toEqual({ lots: 200_000, quoteAmount: null });
  });
});

it("never becomes an order that breaks the protocol or the instrument's rules, whatever is typed into whichever form", () => {
  const number = fc.oneof(
    fc.double({ min: -1, max: 1e7, noNaN: true }).map(String),
    fc.integer({ min: 0, max: 1e9 }).map((n) => (n / 100).toFixed(2)),
    fc.integer({ min: 0, max: 1_700_000 }).map((n) => (n / 100_000).toFixed(5)),
    fc.string({ maxLength: 8 }),
    fc.constantFrom("last", "bestBid", "reject", "yes", "buy", "2026-12-31 16:00", "expireMaker", "firm"),
  );
  const fitting = (term: TermName): fc.Arbitrary<string> => {
    const spec = termSpec(term);
    const good =
      spec.options ?? (spec.kind === "flag" ? ["yes"] : spec.kind === "time" ? ["2026-12-31 16:00"] : ["65000.10", "64000", "0.5"]);
    return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: number });
  };
  const terms = fc.record(
    Object.fromEntries((Object.keys(orderTerms) as TermName[]).map((term) => [term, fitting(term)])) as Record<
      TermName,
      fc.Arbitrary<string>
    >,
    { requiredKeys: ["limit"] },
  );
  let sent = 0;
  fc.assert(
    fc.property(
      fc.record({ form: fc.constantFrom(...orderFormNames), tif: fc.nat(), side: fc.constantFrom("buy" as const, "sell" as const) }),
      fc.constantFrom(...sizeWays),
      number,
      terms,
      (base, sizeBy, size, typed) => {
        const { timesInForce, makes } = orderForm(base.form);
        const timeInForce = timesInForce[base.tif % timesInForce.length] ?? "gtc";
        const draft = withForm(
          { ...emptyDraft, side: base.side, form: base.form, timeInForce, sizeBy, size, giveUp: size, terms: typed },
          base.form,
        );
        const { request, errors } = checkDraft(draft, context);
        expect(request === null).toBe(Object.keys(errors).length > 0);
        if (request === null) return;
        sent += 1;
        const command = commandSchema.parse(commandOf(request, 7 as ClientOrderId));
        if (command.type !== "SubmitOrder" || command.lots === null) return;
        expect(command.lots).toBeGreaterThanOrEqual(btcUsd.minLots);
        expect(command.lots).toBeLessThanOrEqual(makes === "market" ? btcUsd.marketMaxLots : btcUsd.maxLots);
      },
    ),
    { numRuns: 3_000 },
  );
  expect(sent).toBeGreaterThan(50);
});
