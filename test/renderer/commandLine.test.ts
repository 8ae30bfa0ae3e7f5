import * as fc from "fast-check";
import "../pinnedSeed.ts";
import { describe, expect, it } from "vitest";
import { completed, isCommandLine, parseLine, type LineContext } from "../../renderer/app/commandLine.ts";
import { checkDraft } from "../../renderer/app/orderDraft.ts";
import type { Account } from "../../shared/catalog.ts";
import type { TickerRow } from "../../shared/views.ts";
import { ALPHA, BRAVO, BTCUSD, btc, btcUsd, usd } from "./support/venue.ts";

const ticker = { instrumentId: BTCUSD, lastTicks: 6_500_000, bidTicks: 6_499_990, askTicks: 6_500_010 } as TickerRow;
const context: LineContext = {
  instruments: [btcUsd],
  assets: [usd, btc],
  accounts: [{ accountId: ALPHA, code: "ALPHA" } as Account, { accountId: BRAVO, code: "BRAVO" } as Account],
  instrument: btcUsd,
  account: ALPHA,
  ticker: () => ticker,
};

/** What the line's order comes to, as the engine would be asked for it. */
function order(line: string) {
  const { intent, error } = parseLine(line, context);
  if (intent?.kind !== "order") throw new Error(`no order: ${error}`);
  const { request, errors } = checkDraft(intent.draft, {
    instrument: intent.instrument,
    quote: usd,
    accountId: intent.account === "all" ? null : intent.account,
    ticker,
    available: { base: 400_000_000, quote: 10_000_000_000_000 },
    zone: "utc",
  });
  expect(errors).toEqual({});
  return {
    form: request?.values?.form,
    side: request?.side,
    tif: request?.timeInForce,
    account: request?.accountId,
    ...request?.values?.terms,
    lots: request?.lots,
    quote: request?.values?.quoteAmount,
  };
}

describe("a command line", () => {
  it.each([
    [
      "buy 2 btcusd @ 65010 post acct BRAVO",
      { form: "postOnly", side: "buy", tif: "gtc", account: BRAVO, limit: 6_501_000, postOnly: "reject", lots: 200_000 },
    ],
    ["SELL .5 BTC/USD @65010 IOC", { form: "limit", side: "sell", tif: "ioc", limit: 6_501_000, lots: 50_000 }],
    ["buy 5000usd market", { form: "market", tif: "ioc", lots: 0, quote: 50_000_000_000 }],
    ["sell 25% @ ask reprice", { form: "postOnly", limit: 6_500_010, postOnly: "reprice", lots: 100_000 }],
    ["buy 0.5 @ 65000 tp 66000 sl 64500", { form: "bracket", limit: 6_500_000, profit: 6_600_000, stop: 6_450_000 }],
    ["buy risk 1000 @ 65000 tp 66000 sl 64500", { form: "bracket", lots: 200_000 }],
    ["sell 1 stop 64000", { form: "stop", trigger: 6_400_000 }],
    ["sell 1 stop 64000 @ 63900", { form: "stopLimit", trigger: 6_400_000, limit: 6_390_000 }],
    ["sell 1 trail 50", { form: "trailingStop", offset: 5_000 }],
    ["buy 4 @ 65000 show 0.25", { form: "iceberg", display: 25_000 }],
    ["buy 1 @ 65000 peg bid", { form: "pegged", peg: "bestBid", limit: 6_500_000 }],
    ["sell 1 @ 66000 oco 64000 day", { form: "oco", tif: "day", limit: 6_600_000, trigger: 6_400_000 }],
    ["sell 1 market reduce fok", { form: "market", tif: "fok", reduceOnly: true }],
  ])("%s", (line, expected) => {
    expect(order(line)).toMatchObject(expected);
  });

  it("takes a reason to the end of the line", () => {
    const { intent } = parseLine("buy 1 @ 65000 because hedges the block", context);
    expect(intent).toMatchObject({ kind: "order", draft: { confirmation: "hedges the block" } });
  });

  it.each([
    ["cancel all", { kind: "cancelAll", instrumentId: null, account: ALPHA }],
    ["cancel all btcusd acct all", { kind: "cancelAll", instrumentId: BTCUSD, account: "all" }],
    ["flatten acct bravo", { kind: "flatten", instrumentId: null, account: BRAVO }],
    ["go btcusd", { kind: "instrument", instrument: btcUsd }],
    ["acct all", { kind: "account", account: "all" }],
  ])("%s", (line, expected) => {
    expect(parseLine(line, context).intent).toMatchObject(expected);
  });

  it.each([
    ["buy many", /no size/],
    ["buy 1 @ cheap", /no price/],
    ["buy 1 dogeusd", /not understood/],
    ["buy 1 @ 65000 acct ZULU ", /no account/],
    ["sell 1 stop 64000 ioc", /does not go with/],
    ["go nowhere ", /no instrument/],
    ["buy 2 btcusd", /or the word market/],
    ["sell 1 ioc", /or the word market/],
    ["buy 1 market @ 65000", /“Price” does not go with an order of the type “Market”/],
    ["sell 1 stop 64000 show 0.1", /“Shown” does not go with an order of the type “Stop”/],
    ["buy 0.5 @ 65000 tp 66000 sl 64500 reduce", /“Reduce only” does not go with/],
    ["buy 4 @ 65000 show bid", /no number/],
    ["sell 1 trail last", /no number/],
    ["buy 1 @ 65000 @ 6500", /“@” or its like is there twice/],
    ["sell 1 stop 64000 oco 66000", /“oco” or its like is there twice/],
    ["buy 1 @ 65000 ioc gtc", /“gtc” or its like is there twice/],
    ["buy 1 @ 65000 acct alpha acct bravo", /“acct” or its like is there twice/],
    ["buy 0.5 market @ 65000 tp 66000 sl 64500", /“Market” does not go with/],
    ["buy 1 constructor 5", /not understood/],
    ["flatten btcusd btcusd", /One instrument/],
    ["cancel all acct alpha acct bravo", /is there twice/],
  ])("SC-1 %s says what is wrong", (line, text) => {
    const { intent, error } = parseLine(line, context);
    expect(intent).toBeNull();
    expect(error).toMatch(text);
  });

  it("says what could come next, and completes the word at its end", () => {
    expect(parseLine("buy 1 btcusd @ 65000 p", context).completions).toEqual(["peg", "post"]);
    expect(parseLine("buy 1 btcusd @ ", context).completions).toEqual(["bid", "ask", "last"]);
    expect(parseLine("buy 1 acct B", context).completions).toEqual(["BRAVO"]);
    expect(parseLine("go b", context)).toMatchObject({ error: null, completions: ["btcusd"] });
    expect(parseLine("sell 1 btc", context)).toMatchObject({ intent: null, error: null, completions: ["btcusd"] });
    expect(completed("buy 1 acct B", "BRAVO")).toBe("buy 1 acct BRAVO ");
    expect(completed("buy 1 ", "post")).toBe("buy 1 post ");
  });

  it("is told from a search by its first word", () => {
    expect(["buy 1", "cancel all", "buyer", "messages", "buy"].map(isCommandLine)).toEqual([true, true, false, false, false]);
  });

  it("never throws, and is an order only if it reads as one, whatever is typed", () => {
    const word = fc.oneof(
      fc.constantFrom(
        "buy",
        "sell",
        "1",
        "0.5",
        "@",
        "65000",
        "post",
        "stop",
        "acct",
        "ALPHA",
        "btcusd",
        "tp",
        "sl",
        "market",
        "%",
        "because",
        "peg",
        "bid",
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 9 }), (words) => {
        const line = words.join(" ");
        const { intent, error } = parseLine(line, context);
        expect(intent === null || error === null).toBe(true);
        expect(intent?.kind !== "order" || /^(buy|sell)\s/i.test(line.trim())).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
