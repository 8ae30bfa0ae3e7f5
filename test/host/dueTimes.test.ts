import { describe, expect, test } from "vitest";
import { createEngine, nextDueUs, type Engine } from "../../engine/core/engine.ts";
import { decodeEntries, encodeCommands, type PackedRecords } from "../../engine/core/records/records.ts";
import { Sequencer } from "../../engine/host/sequencer.ts";
import { VenueClock } from "../../engine/host/venueClock.ts";
import { commandSchema } from "../../shared/commands.ts";
import { ALICE, BOB, COIN, COIN_USD, USD, deposit, order, venue, type PlainCommand } from "../core/drive.ts";
import { DESK, node, onCoin, proposal } from "../core/riskVenue.ts";

const START = 1_700_000_000_000_000;
const SECOND = 1_000_000;

/** A venue behind the real sequencer, whose clock stands until it is set; nobody sends anything but these tests. */
class QuietVenue {
  readonly engine: Engine = createEngine();
  readonly #clock = new VenueClock({ venueUs: START, monotonicUs: 0, speed: 0 });
  readonly #sent: PackedRecords[] = [];
  readonly #sequencer = new Sequencer(this.engine, this.#clock, (records) => this.#sent.push(records));

  constructor() {
    this.send(...venue, deposit(ALICE, USD, 1_000_000), deposit(BOB, COIN, 1_000));
  }

  send(...commands: readonly PlainCommand[]): void {
    this.#sequencer.accept(encodeCommands(commands.map((command) => ({ command: commandSchema.parse(command), actor: "maker" }))));
    this.#sequencer.committed();
  }

  approve(proposalId: number): void {
    this.#sequencer.accept(encodeCommands([{ command: commandSchema.parse({ type: "ApproveLimits", proposalId }), actor: "checker" }]));
    this.#sequencer.committed();
  }

  /** What the host's timer brings about at a time. */
  tickAt(atUs: number): string[] {
    this.#sent.length = 0;
    this.#clock.set({ venueUs: atUs, monotonicUs: 0, speed: 0 });
    for (let n = 0; n < 3; n += 1) {
      this.#sequencer.tick();
      this.#sequencer.committed();
    }
    return this.#sent.flatMap(decodeEntries).map((entry) => (entry.kind === "command" ? entry.command.type : entry.event.type));
  }
}

describe("JR-8 what falls due while nobody sends anything", () => {
  test("JR-8 MT-26 a GTD order and a day order end", () => {
    const quiet = new QuietVenue();
    const untilUs = START + 30 * SECOND;
    quiet.send(order({ timeInForce: "gtd", expireAtUs: untilUs, lots: 10 }), order({ timeInForce: "day", lots: 10 }));
    expect(quiet.tickAt(untilUs - 1)).toEqual([]);
    expect(quiet.tickAt(untilUs)).toEqual(["AdvanceTime", "OrderCancelled", "TimeAdvanced"]);
    const midnight = START - (START % (86_400 * SECOND)) + 86_400 * SECOND;
    expect(nextDueUs(quiet.engine)).toBe(midnight);
    expect(quiet.tickAt(midnight)).toEqual(["AdvanceTime", "OrderCancelled", "TimeAdvanced"]);
    expect(nextDueUs(quiet.engine)).toBe(Number.POSITIVE_INFINITY);
  });

  test("JR-8 MT-37 a trading phase gives way", () => {
    const quiet = new QuietVenue();
    const untilUs = START + 30 * SECOND;
    quiet.send({ type: "SetTradingPhase", instrumentId: COIN_USD, phase: "openingAuction", untilUs });
    expect(quiet.tickAt(untilUs - 1)).toEqual([]);
    expect(quiet.tickAt(untilUs)).toEqual(["AdvanceTime", "AuctionUncrossed", "TradingPhaseChanged", "TimeAdvanced"]);
  });

  test("JR-8 RK-28 RK-29 limits take effect and end", () => {
    const quiet = new QuietVenue();
    const [effectiveUs, expiresUs] = [START + 30 * SECOND, START + 60 * SECOND];
    quiet.send(node(2, "firm", 1), node(DESK, "desk", 2), proposal(DESK, [onCoin("orderLots", 10)], { effectiveUs, expiresUs }));
    quiet.approve(quiet.engine.state.lastSeq);
    expect(quiet.tickAt(effectiveUs - 1)).toEqual([]);
    expect(quiet.tickAt(effectiveUs)).toEqual(["AdvanceTime", "LimitsApplied", "TimeAdvanced"]);
    expect(quiet.tickAt(expiresUs)).toEqual(["AdvanceTime", "LimitsExpired", "TimeAdvanced"]);
  });

  test("JR-8 RK-26 losses are looked at every second while they can move, and not when nothing moves", () => {
    const quiet = new QuietVenue();
    quiet.send(node(2, "firm", 1), node(DESK, "desk", 2), node(4, "account", DESK, ALICE));
    quiet.send(proposal(4, [{ control: "loss", soft: 50, hard: 300, parameter: 60 * SECOND }]));
    quiet.approve(quiet.engine.state.lastSeq);
    expect(quiet.tickAt(START + 10 * SECOND)).toEqual([]);
    // Alice buys ten at 100; then others trade at 90, which is no deed of hers.
    quiet.send(order({ accountId: BOB, side: "sell", lots: 10 }), order({ lots: 10 }));
    expect(quiet.tickAt(START + 12 * SECOND)).toEqual(["AdvanceTime", "TimeAdvanced"]);
    expect(quiet.tickAt(START + 12.5 * SECOND)).toEqual([]);
    quiet.send(deposit(3 + 1, USD, 10_000), order({ accountId: BOB, side: "sell", lots: 10, limitTicks: 90 }));
    quiet.send(order({ accountId: 4, lots: 10, limitTicks: 90 }));
    expect(quiet.tickAt(START + 16 * SECOND)).toEqual(["AdvanceTime", "RiskLocked", "TimeAdvanced"]);
  });
});
