import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commandKinds, eventKinds } from "../../engine/core/records/kinds.ts";
import { commandLayouts, eventLayouts, layoutOfKind } from "../../engine/core/records/layout.ts";
import { RecordCursor, decodeEntries, encodeCommands, encodeEntries, unsoundness } from "../../engine/core/records/records.ts";
import type { Account, Asset, Instrument } from "../../shared/catalog.ts";
import { commandSchema, type Command } from "../../shared/commands.ts";
import type { Event, JournalEntry } from "../../shared/events.ts";
import type { EpochUs, Seq, VenueId } from "../../shared/ids.ts";
import type { Amount } from "../../shared/money.ts";
import { coinUsd, fundedVenue, order } from "./drive.ts";
import { SEED } from "./runBoth.ts";
import { commands, events, typed } from "./anyRecord.ts";
import { label, seq } from "./anyRecordParts.ts";

describe(`rows of numbers and back, seed ${SEED}`, () => {
  test.each(Object.entries(commands))("JR-6 %s", (type, properties) => {
    fc.assert(
      fc.property(fc.array(fc.record({ properties, actor: label }), { minLength: 1, maxLength: 4 }), (drawn) => {
        const sent = drawn.map((one) => ({ actor: one.actor, command: commandSchema.parse({ type, ...one.properties }) }));
        const packed = encodeCommands(sent);
        expect(packed.count).toBe(sent.length);
        expect(decodeEntries(packed)).toEqual(
          sent.map(({ actor, command }, n) => ({ kind: "command", seq: n + 1, atUs: 0, actor, command })),
        );
        expectSound(packed);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test.each(Object.entries(events))("JR-6 %s", (type, properties) => {
    fc.assert(
      fc.property(
        fc.array(properties, { minLength: 1, maxLength: 4 }),
        seq.map((n) => Math.min(n, 2 ** 52)),
        seq,
        (drawn, firstSeq, atUs) => {
          const cause: JournalEntry = {
            kind: "command",
            seq: firstSeq as Seq,
            atUs: atUs as EpochUs,
            actor: "a",
            command: { type: "RecordOperatorAction", action: "historyImported", detail: "d" },
          };
          const sent = [
            cause,
            ...drawn.map((one, n): JournalEntry => {
              const ownSeq = firstSeq + n + 1;
              return { kind: "event", seq: ownSeq as Seq, atUs: cause.atUs, causeSeq: cause.seq, event: typed(type, one, ownSeq) as Event };
            }),
          ];
          const packed = encodeEntries(sent);
          expect(decodeEntries(packed)).toEqual(sent);
          expectSound(packed);
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });
});

function expectSound(packed: Parameters<typeof decodeEntries>[0]): void {
  const cursor = new RecordCursor(packed);
  while (cursor.next()) expect(unsoundness(cursor)).toBeNull();
}

describe("layouts", () => {
  test("JR-6 every kind has one layout, and kind numbers are what journals hold", () => {
    const all = { ...commandKinds, ...eventKinds };
    expect(new Set(Object.values(all)).size).toBe(Object.keys(all).length);
    for (const [type, kind] of Object.entries(all)) expect(layoutOfKind(kind)?.type).toBe(type);
    expect(layoutOfKind(64)).toBeUndefined();
    expect(all).toMatchObject({ SubmitOrder: 5, OrderAccepted: 69, OrderFilled: 71, AllOrdersCancelled: 77 });
  });

  test("JR-6 slots stay where journals have them", () => {
    expect(commandLayouts.SubmitOrder.slots).toMatchObject({
      atUs: 1,
      actor: 2,
      accountId: 3,
      instrumentId: 4,
      clientOrderId: 5,
      terms: 6,
      limitTicks: 7,
      lots: 8,
    });
    expect(eventLayouts.OrderAccepted.slots).toMatchObject({
      accountId: 1,
      instrumentId: 2,
      clientOrderId: 3,
      terms: 4,
      limitTicks: 5,
      lots: 6,
      held: 7,
    });
    expect(eventLayouts.OrderFilled.slots).toMatchObject({
      instrumentId: 1,
      ticks: 2,
      lots: 3,
      takerSide: 4,
      makerFee: 9,
      takerFee: 10,
      takerLeavesLots: 12,
    });
  });

  test("JR-6 the cursor reads fields without objects", () => {
    const driver = fundedVenue();
    driver.send(order({ lots: 7 }), "desk");
    const cursor = new RecordCursor(driver.batches.at(-1)!);
    expect([cursor.next(), cursor.isCommand, cursor.kind]).toEqual([true, true, commandKinds.SubmitOrder]);
    expect([cursor.text(commandLayouts.SubmitOrder.slots.actor), cursor.get(commandLayouts.SubmitOrder.slots.lots)]).toEqual(["desk", 7]);
    const commandSeq = cursor.seq;
    expect([cursor.next(), cursor.isCommand, cursor.kind]).toEqual([true, false, eventKinds.OrderAccepted]);
    expect([cursor.seq, cursor.causeSeq, cursor.atUs]).toEqual([commandSeq + 1, commandSeq, driver.atUs]);
    expect([cursor.next(), cursor.next()]).toEqual([true, false]);
  });

  test("JR-6 encoding refuses a value of the wrong type", () => {
    const wrong = { ...commandSchema.parse(order({})), lots: "7" } as unknown as Command;
    expect(() => encodeCommands([{ command: wrong, actor: "a" }])).toThrow(/lots must be a number/);
    const unknown = { type: "RecordOperatorAction", action: "slept", detail: "d" } as unknown as Command;
    expect(() => encodeCommands([{ command: unknown, actor: "a" }])).toThrow(/action has a value/);
    expect(() => encodeCommands([{ command: commandSchema.parse(order({})), actor: 7 as unknown as string }])).toThrow(
      /actor must be a text/,
    );
  });

  test("JR-6 catalog objects keep all their fields", () => {
    // Written out once, so that a field lost by schema and test alike would show.
    const whole: { asset: Asset; account: Account; instrument: Instrument } = {
      asset: { assetId: 1, code: "USD", decimals: 7, usdMillionths: 1_000_000 } as Asset,
      account: {
        accountId: 2,
        code: "A",
        name: "Ä \u{1f4b1}",
        owner: "a",
        clientClass: "omnibus",
        receivesFees: true,
        groupId: 3,
        firmId: 4,
        residence: "HK",
        masterAccountId: 1,
      } as Account,
      instrument: {
        ...(coinUsd as Instrument),
        maxNotional: 9 as Amount,
        marketMaxNotional: 8 as Amount,
        maxOpenOrders: 7,
        staticBandPpm: 6,
        dynamicBandPpm: 5,
        volatilityAuctionUs: 4,
        initialPhase: "preOpen",
        venueId: 1 as VenueId,
        product: "securityToken",
        pairType: "securityToken",
      },
    };
    const sent = [
      { actor: "o", command: { type: "DefineAsset" as const, asset: whole.asset } },
      { actor: "o", command: { type: "OpenAccount" as const, account: whole.account } },
      { actor: "o", command: { type: "ListInstrument" as const, instrument: whole.instrument } },
    ];
    expect(decodeEntries(encodeCommands(sent)).map((entry) => entry.kind === "command" && entry.command)).toEqual(
      sent.map(({ command }) => command),
    );
  });
});
