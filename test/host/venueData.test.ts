import { describe, expect, it } from "vitest";
import { createEngine, decide, nextDueUs, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { accounts, instruments } from "../../engine/core/queries.ts";
import { RecordCursor, decodeEntries, encodeCommands } from "../../engine/core/records/records.ts";
import {
  eligibilityRules,
  explainEligibility,
  feeSchedules,
  feeTerms,
  licences,
  venues,
} from "../../engine/core/eligibility/ruleQueries.ts";
import { genesisCommands } from "../../engine/host/genesis.ts";
import { Sequencer } from "../../engine/host/sequencer.ts";
import { VenueClock } from "../../engine/host/venueClock.ts";
import { commandSchema, type Command } from "../../shared/commands.ts";
import type { ClientClass } from "../../shared/catalog.ts";
import type { AccountId, EpochUs, InstrumentId } from "../../shared/ids.ts";

const at = (text: string): EpochUs => (Date.parse(text) * 1_000) as EpochUs;
const NOW = at("2026-11-22T12:00:00+08:00");

const CLASSES = ["retail", "individualProfessional", "corporateProfessional", "omnibus", "house"] as const;
const PLACES = ["HK", "SG", "CN", "US", "KP"] as const;

function decideAll(engine: Engine, commands: readonly Command[], atUs: EpochUs): void {
  const cursor = new RecordCursor(encodeCommands(commands.map((command) => ({ command, actor: "test" }))));
  while (cursor.next()) decide(engine, cursor, atUs);
}

/** The venues' whole catalogue, and beside the venue's own accounts one of every class in every place. */
function everything(): Engine {
  const engine = createEngine();
  decideAll(engine, genesisCommands({ everyPair: true }), NOW);
  const first = [...accounts(engine)].length + 1;
  const more = CLASSES.flatMap((clientClass, row) =>
    PLACES.map((residence, column) =>
      commandSchema.parse({
        type: "OpenAccount",
        account: {
          accountId: first + row * PLACES.length + column,
          code: `${row}.${column}`,
          name: `${clientClass} of ${residence}`,
          owner: "tester",
          clientClass,
          residence,
          receivesFees: false,
        },
      }),
    ),
  );
  decideAll(engine, more, NOW);
  const refused = decodeEntries(takeBatch(engine)!).filter((entry) => entry.kind === "event" && entry.event.type === "CommandDenied");
  expect(refused).toEqual([]);
  return engine;
}

const engine = everything();

function explain(
  clientClass: ClientClass,
  residence: (typeof PLACES)[number],
  symbol: string,
  atUs = NOW,
): NonNullable<ReturnType<typeof explainEligibility>> {
  const account = [...accounts(engine)].findLast((one) => one.clientClass === clientClass && one.residence === residence)!;
  const instrument = instruments(engine).find((one) => one.symbol === symbol)!;
  return explainEligibility(engine, account.accountId, instrument.instrumentId, atUs)!;
}

const openTo = (symbol: string, residence: (typeof PLACES)[number]): ClientClass[] =>
  CLASSES.filter((clientClass) => explain(clientClass, residence, symbol).allowed);

describe("JR-32 the venues' data", () => {
  it("JR-32 EL-8 loads whole, both venues, without a refusal", () => {
    expect(venues(engine).map(({ siteCode, operator }) => [siteCode, operator])).toEqual([
      ["HK", "Hash Blockchain Limited"],
      ["BMU", "HashKey Bermuda Limited"],
    ]);
    expect(instruments(engine).length).toBeGreaterThanOrEqual(15);
    expect(new Set(licences(engine).map(({ row }) => row.status))).toEqual(new Set(["held", "planned"]));
    expect(eligibilityRules(engine).length).toBeGreaterThanOrEqual(12);
  });

  it("EL-7 in Hong Kong the seven retail pairs are open to retail clients, all others to professionals and omnibus accounts alone", () => {
    const retail = ["AVAX/USD", "BTC/HKD", "BTC/USD", "ETH/HKD", "ETH/USD"];
    for (const { symbol, venueId, product } of instruments(engine)) {
      if (venueId !== 1 || product !== "spot") continue;
      const professionals = ["individualProfessional", "corporateProfessional", "omnibus"];
      expect([symbol, ...openTo(symbol, "HK")]).toEqual([symbol, ...(retail.includes(symbol) ? ["retail"] : []), ...professionals]);
    }
    expect(explain("retail", "HK", "USDT/USD")).toMatchObject({ code: "ELIGIBLE_CLIENT_CLASS", licenceId: 2, ruleId: 2 });
    expect(openTo("SPICE/USDC", "HK")).toEqual(["individualProfessional", "corporateProfessional"]);
  });

  it("EL-6 neither venue serves the places that it excludes, and Global not Hong Kong", () => {
    for (const { symbol } of instruments(engine)) expect([...openTo(symbol, "CN"), ...openTo(symbol, "US")]).toEqual([]);
    expect(openTo("BTC/USDT.BMU", "HK")).toEqual([]);
    expect(explain("retail", "HK", "BTC/USDT.BMU")).toMatchObject({ code: "ELIGIBLE_DENIED", ruleId: 9 });
    expect(openTo("BTC/USDT.BMU", "KP")).toEqual([]);
    expect(openTo("BTC/USDT.BMU", "SG")).toEqual(["retail", "individualProfessional", "corporateProfessional", "omnibus"]);
  });

  it("EL-4 EL-11 what is planned without a date stays closed, however far one looks ahead", () => {
    const perpetual = commandSchema.parse({
      type: "ListInstrument",
      instrument: {
        ...instruments(engine)[0]!,
        instrumentId: instruments(engine).length + 1,
        symbol: "BTCUSD-PERPETUAL",
        product: "perpetual",
      },
    });
    const other = everything();
    decideAll(other, [perpetual], NOW);
    const instrumentId = instruments(other).length as InstrumentId;
    const professional = [...accounts(other)].find((one) => one.clientClass === "corporateProfessional")!.accountId;
    const told = explainEligibility(other, professional, instrumentId, at("2036-01-01T00:00:00Z"))!;
    expect(told).toMatchObject({ allowed: false, code: "ELIGIBLE_NO_LICENCE", licenceId: 5, fromUs: null });
  });

  it("LG-10 LG-12 the instruments' own rates are those of their venue's first tier, so that clients who know no tiers estimate rightly", () => {
    for (const instrument of instruments(engine)) {
      const terms = feeTerms(engine, 2 as AccountId, instrument.instrumentId);
      expect([instrument.symbol, terms.makerPpm, terms.takerPpm, terms.tier]).toEqual([
        instrument.symbol,
        instrument.makerFeePpm,
        instrument.takerFeePpm,
        0,
      ]);
    }
    expect(feeSchedules(engine).map(({ tiers }) => tiers.length)).toEqual([8, 8]);
  });

  it("LG-15 the minimum fee is 1.99 dollars, or 15.5220156 of Hong Kong", () => {
    const of = (symbol: string): number =>
      feeTerms(engine, 2 as AccountId, instruments(engine).find((one) => one.symbol === symbol)!.instrumentId).minimumFee;
    expect([of("BTC/USD"), of("BTC/USDT"), of("BTC/USDT.BMU")]).toEqual([19_900_000, 19_900_000, 0]);
    // 1.99 / 0.128205, rounded up at the seventh decimal.
    expect(of("BTC/HKD")).toBe(155_220_156);
  });
});

describe("JR-8 the clock", () => {
  const rule = (fromUs: number): Command =>
    commandSchema.parse({
      type: "SetEligibilityRule",
      rule: {
        ruleId: eligibilityRules(engine).length + 1,
        venueId: 1,
        licenceId: 2,
        effect: "deny",
        clientClasses: ["corporateProfessional"],
        residence: { mode: "any" },
        product: null,
        pairs: null,
        fromUs,
        untilUs: null,
        clause: "For a test.",
      },
    });
  const buy = (clientOrderId: number): Command =>
    commandSchema.parse({
      type: "SubmitOrder",
      accountId: 2,
      instrumentId: 1,
      clientOrderId,
      side: "buy",
      orderType: "limit",
      timeInForce: "gtc",
      limitTicks: 6_500_000,
      lots: 100,
    });
  const types = (batches: readonly ReturnType<typeof takeBatch>[]): string[] =>
    batches.flatMap((batch) => decodeEntries(batch!)).map((entry) => (entry.kind === "command" ? entry.command.type : entry.event.type));

  it("JR-8 EL-10 a date that passes is noticed before the next command, or by the tick, and once", () => {
    for (const how of ["command", "tick"] as const) {
      const sent: ReturnType<typeof takeBatch>[] = [];
      const clock = new VenueClock({ venueUs: NOW, monotonicUs: 0, speed: 1 });
      const fresh = createEngine();
      const sequencer = new Sequencer(fresh, clock, (records) => sent.push(records));
      const pack = (...commands: Command[]): void => sequencer.accept(encodeCommands(commands.map((command) => ({ command, actor: "t" }))));
      pack(...genesisCommands());
      sequencer.committed();
      expect(nextDueUs(fresh)).toBe(Number.POSITIVE_INFINITY);
      const dueUs = NOW + 10 ** 15;
      pack(rule(dueUs), buy(1));
      sequencer.committed();
      expect(nextDueUs(fresh)).toBe(dueUs);
      sequencer.tick();
      sent.length = 0;
      clock.set({ venueUs: dueUs, monotonicUs: 0, speed: 1 });
      if (how === "command") pack(buy(2));
      else for (let n = 0; n < 3; n += 1) sequencer.tick();
      const advance = ["AdvanceTime", "OrderCancelled", "TimeAdvanced"];
      expect(types(sent)).toEqual(how === "command" ? [...advance, "SubmitOrder", "OrderDenied"] : advance);
    }
  });
});
