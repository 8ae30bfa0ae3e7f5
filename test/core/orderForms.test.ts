import { describe, expect, test } from "vitest";
import { createEngine } from "../../engine/core/engine.ts";
import { preview } from "../../engine/core/preview.ts";
import { commandSchema } from "../../shared/commands.ts";
import type { AccountId, ClientOrderId, EpochUs, InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import {
  orderCommand,
  orderForm,
  orderFormNames,
  orderTerms,
  termsOf,
  type OrderFormName,
  type TermName,
  type TermValues,
} from "../../shared/orderForms.ts";
import { orderTypes, timesInForce, type Side, type TimeInForce } from "../../shared/orders.ts";
import { rejectTable, type RejectCode } from "../../shared/rejects.ts";
import { ALICE, BOB, COIN, COIN_USD, START_US, USD, deposit, fundedVenue, order, type Driver } from "./drive.ts";

/** Best bid 100, best ask 110, last trade 105. */
function market(): Driver {
  const driver = fundedVenue();
  for (const account of [ALICE, BOB]) driver.sendAll([deposit(account, USD, 1_000_000), deposit(account, COIN, 1_000)]);
  driver.send(order({ accountId: BOB, side: "sell", limitTicks: 105, lots: 10 }));
  driver.send(order({ accountId: ALICE, side: "buy", limitTicks: 105, lots: 10 }));
  driver.send(order({ accountId: BOB, side: "buy", limitTicks: 100, lots: 50 }));
  driver.send(order({ accountId: BOB, side: "sell", limitTicks: 110, lots: 50 }));
  return driver;
}

const given = (side: Side): Required<TermValues> => ({
  limit: (side === "buy" ? 102 : 108) as PriceTicks,
  trigger: (side === "buy" ? 112 : 98) as PriceTicks,
  watch: "last",
  offset: 3 as PriceTicks,
  peg: side === "buy" ? "bestBid" : "bestAsk",
  display: 5 as QtyLots,
  postOnly: "reject",
  profit: (side === "buy" ? 120 : 92) as PriceTicks,
  stop: (side === "buy" ? 95 : 115) as PriceTicks,
  stopLimit: (side === "buy" ? 94 : 116) as PriceTicks,
  secondSide: side === "buy" ? "sell" : "buy",
  secondLimit: (side === "buy" ? 115 : 95) as PriceTicks,
  secondTrigger: (side === "buy" ? 114 : 96) as PriceTicks,
  expiry: (START_US + 3_600_000_000) as EpochUs,
  reduceOnly: side === "sell",
  selfTradeMode: "expireMaker",
  selfTradeScope: "firm",
  keepOnDisconnect: true,
});

const engine = market();
const spare = createEngine();
let clientOrderId = 50_000;

/** What the engine says to the form with these terms; null if it takes it. */
function objection(form: OrderFormName, side: Side, timeInForce: TimeInForce, terms: TermValues): RejectCode | null {
  clientOrderId += 1;
  const head = { accountId: ALICE as AccountId, instrumentId: COIN_USD as InstrumentId, clientOrderId: clientOrderId as ClientOrderId };
  const lots = 10 as QtyLots;
  const command = orderCommand(head, { form, side, timeInForce, lots, quoteAmount: null, terms, confirmation: null });
  const parsed = commandSchema.parse(command);
  return preview(engine.engine, parsed, "tester", (engine.atUs + 1) as EpochUs, spare).refusal?.code ?? null;
}

function pick(side: Side, terms: readonly TermName[]): TermValues {
  return Object.fromEntries(terms.map((term) => [term, given(side)[term]]));
}

const isForm = (code: RejectCode | null): boolean => code !== null && rejectTable[code].stage === "validate";

describe("order forms", () => {
  test("MT-18 MT-43 every form is taken by the engine with what it requires, on both sides and with each of its times in force", () => {
    for (const form of orderFormNames) {
      for (const side of ["buy", "sell"] as const) {
        for (const timeInForce of orderForm(form).timesInForce) {
          const required = termsOf(form, timeInForce).flatMap(({ term, isRequired }) => (isRequired ? [term] : []));
          const code = objection(form, side, timeInForce, pick(side, required));
          // Fill-or-kill finds no counterpart at these prices: the book's word, not the form's.
          expect([form, side, timeInForce, code === "BOOK_FILL_OR_KILL" ? null : code]).toEqual([form, side, timeInForce, null]);
        }
      }
    }
  });

  test("MT-18 each optional term is taken where the form offers it", () => {
    for (const form of orderFormNames) {
      for (const timeInForce of orderForm(form).timesInForce) {
        const terms = termsOf(form, timeInForce);
        const required = terms.flatMap(({ term, isRequired }) => (isRequired ? [term] : []));
        for (const { term } of terms.filter(({ isRequired }) => !isRequired)) {
          const side = term === "reduceOnly" ? "sell" : "buy";
          const code = objection(form, side, timeInForce, pick(side, [...required, term]));
          expect([form, timeInForce, term, isForm(code)]).toEqual([form, timeInForce, term, false]);
        }
      }
    }
  });

  test("MT-18 what a form does not offer the engine refuses: times in force, and terms of single orders", () => {
    const single = orderFormNames.filter((form) => orderTypes.some((type) => type === orderForm(form).makes));
    const own: readonly TermName[] = ["limit", "trigger", "watch", "offset", "peg", "display", "postOnly"];
    for (const form of single) {
      const { required, timesInForce: offered, optional } = orderForm(form);
      for (const timeInForce of timesInForce) {
        const isOffered = offered.includes(timeInForce);
        const terms = pick("buy", timeInForce === "gtd" ? [...required, "expiry"] : required);
        if (!isOffered) expect([form, timeInForce, isForm(objection(form, "buy", timeInForce, terms))]).toEqual([form, timeInForce, true]);
      }
      const [timeInForce = "gtc"] = offered;
      for (const term of own.filter((one) => !required.includes(one) && !optional.includes(one))) {
        const code = objection(form, "buy", timeInForce, pick("buy", [...required, term]));
        expect([form, term, isForm(code)]).toEqual([form, term, true]);
      }
    }
  });

  test("MT-18 no required term can be left out", () => {
    for (const form of orderFormNames.filter((name) => orderTypes.some((type) => type === orderForm(name).makes))) {
      const { required, timesInForce: offered } = orderForm(form);
      for (const left of required.filter((term) => term !== "display" && term !== "postOnly")) {
        const rest = pick(
          "buy",
          required.filter((term) => term !== left),
        );
        expect([form, left, isForm(objection(form, "buy", offered[0] ?? "gtc", rest))]).toEqual([form, left, true]);
      }
    }
  });

  test("MT-18 every order type, list and term of the engine is in the table", () => {
    const made = new Set<string>(orderFormNames.map((form) => orderForm(form).makes));
    for (const kind of [...orderTypes, "oco", "oto", "bracket"]) expect(made).toContain(kind);
    const offered = new Set(orderFormNames.flatMap((form) => timesInForce.flatMap((tif) => termsOf(form, tif).map(({ term }) => term))));
    expect([...offered].sort()).toEqual(Object.keys(orderTerms).sort());
  });
});
