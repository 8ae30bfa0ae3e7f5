import { describe, expect, it } from "vitest";
import { createEngine, fold } from "../../engine/core/engine.ts";
import { decodeEntries, encodeCommands, type PackedRecords } from "../../engine/core/records/records.ts";
import { EventRate } from "../../engine/host/eventRate.ts";
import { genesisCommands } from "../../engine/host/genesis.ts";
import { Sequencer } from "../../engine/host/sequencer.ts";
import { stateHashOf } from "../../engine/host/snapshots.ts";
import { VenueClock } from "../../engine/host/venueClock.ts";
import { commandSchema, type Command } from "../../shared/commands.ts";
import { order } from "./testClient.ts";

const SETTING = { venueUs: 1_000_000_000, monotonicUs: 500, speed: 1 } as const;

function packed(commands: readonly Command[]): PackedRecords {
  return encodeCommands(commands.map((command) => ({ command, actor: "tester" })));
}

function orders(count: number): readonly Command[] {
  return Array.from({ length: count }, () => commandSchema.parse(order()));
}

describe("JR-20 the sequencer", () => {
  it("JR-20 hands a lone command on at once, and gathers while two batches are in flight", () => {
    const sent: PackedRecords[] = [];
    const sequencer = new Sequencer(createEngine(), new VenueClock(SETTING), (records) => sent.push(records));
    sequencer.accept(packed(genesisCommands()));
    expect(sent).toHaveLength(1);
    sequencer.accept(packed(orders(1)));
    expect(sent).toHaveLength(2);
    for (let n = 0; n < 10; n += 1) sequencer.accept(packed(orders(3)));
    expect(sent).toHaveLength(2);
    sequencer.committed();
    expect(sent).toHaveLength(3);
    expect(decodeEntries(sent[2]!).filter(({ kind }) => kind === "command")).toHaveLength(30);
    const replica = createEngine();
    for (const batch of sent) fold(replica, batch);
    expect(sequencer.decidedSeq).toBe(sent[2]!.firstSeq + sent[2]!.count - 1);
    expect(stateHashOf(replica)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("JR-20 stops deciding when the disk falls far behind, and goes on when it has caught up", () => {
    let records = 0;
    const sequencer = new Sequencer(createEngine(), new VenueClock(SETTING), (batch) => (records += batch.count));
    sequencer.accept(packed(genesisCommands()));
    sequencer.accept(packed(orders(1)));
    for (let n = 0; n < 50; n += 1) sequencer.accept(packed(orders(1_000)));
    const decided = sequencer.decidedSeq;
    expect(decided - records).toBeGreaterThan(65_000);
    expect(decided - records).toBeLessThan(70_000);
    for (let n = 0; n < 10; n += 1) sequencer.committed();
    expect(sequencer.decidedSeq).toBeGreaterThan(decided);
    expect(records).toBe(sequencer.decidedSeq);
  });
});

describe("JR-31 venue time", () => {
  it("JR-31 is an affine map of the machine's monotonic clock, in whole microseconds", () => {
    const clock = new VenueClock({ ...SETTING, speed: 2.5 });
    expect([500, 501, 1_500].map((machineUs) => clock.nowUs(machineUs))).toEqual([1_000_000_000, 1_000_000_002, 1_000_002_500]);
  });

  it("JR-31 goes on without a jump when its speed changes", () => {
    const clock = new VenueClock(SETTING);
    clock.set(clock.atSpeed(60, 10_500));
    expect(clock.speed).toBe(60);
    expect([10_500, 10_501].map((machineUs) => clock.nowUs(machineUs))).toEqual([1_000_010_000, 1_000_010_060]);
  });

  it("JR-31 never runs backwards in the journal, even if the clock does", () => {
    const atUs: number[] = [];
    const clock = new VenueClock({ venueUs: 5_000_000_000_000_000, monotonicUs: 0, speed: 1 });
    const sequencer = new Sequencer(createEngine(), clock, (_records, at) => atUs.push(at));
    sequencer.accept(packed(genesisCommands()));
    clock.set({ venueUs: 1_000, monotonicUs: 0, speed: 1 });
    sequencer.accept(packed(orders(1)));
    expect(atUs).toHaveLength(2);
    expect(atUs[1]).toBe(atUs[0]);
  });
});

describe("JR-32 the venue's own data", () => {
  it("JR-32 defines assets, fee account, instruments, accounts and deposits in the order that the rules ask for", () => {
    const commands = genesisCommands();
    expect(commands.map(({ type }) => type).filter((type, n, all) => type !== all[n - 1])).toEqual([
      "DefineAsset",
      "DefineVenue",
      "DefineLicence",
      "SetEligibilityRule",
      "DefineFeeSchedule",
      "OpenAccount",
      "ListInstrument",
      "OpenAccount",
      "DepositFunds",
      "SetConversionMark",
      "DefineRiskNode",
      "AdvanceTime",
    ]);
    expect(commands.flatMap((command) => (command.type === "ListInstrument" ? [command.instrument] : []))).toMatchObject([
      {
        symbol: "BTC/USD",
        tickSize: "0.01",
        lotSize: "0.00001",
        baseUnitsPerLot: 1_000,
        quoteUnitsPerTickLot: 1,
        minLots: 30,
        maxLots: 1_600_000,
        marketMaxLots: 800_000,
        minNotional: 100_000_000,
        priceBandPpm: 200_000,
        makerFeePpm: 2_900,
        takerFeePpm: 2_900,
      },
      {
        symbol: "ETH/USD",
        tickSize: "0.01",
        lotSize: "0.0001",
        baseUnitsPerLot: 10_000,
        quoteUnitsPerTickLot: 10,
        minLots: 50,
        maxLots: 2_440_000,
        marketMaxLots: 1_220_000,
        minNotional: 100_000_000,
      },
    ]);
    const owners = commands.flatMap((command) => (command.type === "OpenAccount" ? [command.account.owner] : []));
    expect(owners.filter((owner) => owner === "desk").length).toBeGreaterThanOrEqual(3);
    expect(owners).toEqual(expect.arrayContaining(["house", "sim-maker", "sim-noise", "sim-momentum"]));
  });
});

describe("GW-10 event rate", () => {
  it("GW-10 counts the records of the last second", () => {
    const rate = new EventRate();
    rate.add(100, 10_050);
    rate.add(50, 10_550);
    expect([10_560, 10_990, 11_160, 11_560, 11_700].map((nowMs) => rate.perSecond(nowMs))).toEqual([150, 150, 50, 0, 0]);
    rate.add(7, 99_000);
    expect(rate.perSecond(99_000)).toBe(7);
  });
});
