import { describe, expect, it } from "vitest";
import { Market } from "../../engine/sim/market.ts";
import { simulatedOwners } from "../../engine/sim/simulatedOwners.ts";
import { MarketSession } from "../../engine/sim/session.ts";
import type { EpochUs, InstrumentId } from "../../shared/ids.ts";
import type { ClientMessage } from "../../shared/protocol.ts";
import { BTC, ETH, lockstepMarket, syntheticSources, STEP_US, type LockstepMarket } from "./lockstepMarket.ts";
import type { LockstepVenue } from "./lockstepVenue.ts";

function eventsOf(venue: LockstepVenue, type: string): number {
  return venue.entries.filter((entry) => entry.kind === "event" && entry.event.type === type).length;
}

function commandsOf(market: LockstepMarket, actor: string): number {
  return market.venue.entries.filter((entry) => entry.kind === "command" && entry.actor === actor).length;
}

function denials(venue: LockstepVenue): string[] {
  return venue.entries.flatMap((entry) => (entry.kind === "event" && "refusal" in entry.event ? [entry.event.refusal.code] : []));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe("SM-2 determinism", () => {
  it("SM-2 the same seed at the same venue gives the same state, bit by bit; another seed another one", () => {
    const play = (seed: number): Uint8Array => {
      const market = lockstepMarket({ seed });
      market.run(600);
      return market.venue.state();
    };
    const first = play(1);
    expect(Buffer.from(play(1)).equals(Buffer.from(first))).toBe(true);
    expect(Buffer.from(play(2)).equals(Buffer.from(first))).toBe(false);
  });

  it("SM-2 what was received, played again, brings out what was sent", () => {
    const live = lockstepMarket({ seed: 5 });
    live.run(400);
    const market = new Market(5);
    for (const [instrumentId, source] of syntheticSources(5)) market.follow(instrumentId, source);
    const sent: ClientMessage[][] = simulatedOwners.map(() => []);
    const sessions = simulatedOwners.map((owner, index) => {
      const session = new MarketSession({ postMessage: (message) => sent[index]?.push(message) }, owner);
      market.join(owner, session);
      session.start();
      return session;
    });
    // All recordings have the same steps; between two steps each session receives its own messages.
    const parts = live.recordings.map((recording) => Object.values(split(recording)));
    const count = parts[0]?.length ?? 0;
    for (let part = 0; part < count; part += 1) {
      parts.forEach((own, index) => own[part]?.received.forEach((message) => sessions[index]?.receive(message)));
      const atUs = parts[0]?.[part]?.thenStepUs;
      if (atUs !== undefined && atUs !== null) market.step(atUs as EpochUs);
    }
    live.recordings.forEach((recording, index) => {
      const expected = recording.flatMap((entry) => ("out" in entry ? [entry.out] : []));
      expect(expected.length).toBeGreaterThan(10);
      expect(sent[index]).toEqual(expected);
    });
  });
});

function split(
  recording: LockstepMarket["recordings"][number],
): { received: Extract<(typeof recording)[number], { in: unknown }>["in"][]; thenStepUs: number | null }[] {
  const parts: ReturnType<typeof split> = [{ received: [], thenStepUs: null }];
  for (const entry of recording) {
    const part = parts.at(-1);
    if (part === undefined) continue;
    if ("in" in entry) part.received.push(entry.in);
    if ("step" in entry) {
      part.thenStepUs = entry.step;
      parts.push({ received: [], thenStepUs: null });
    }
  }
  return parts;
}

describe("SM-1 a market that moves", () => {
  it("SM-1 one minute at the ordinary speed: believable books, steady trades, nothing refused, no order meets its own account", () => {
    const market = lockstepMarket({ seed: 1 });
    market.run(50);
    const spreads: number[] = [];
    const levels: number[] = [];
    const mids = new Set<number>();
    for (let step = 0; step < 600; step += 1) {
      market.run(1);
      for (const instrumentId of [BTC, ETH]) {
        const [bids, asks] = [market.venue.levels(instrumentId, "buy"), market.venue.levels(instrumentId, "sell")];
        levels.push(bids.length, asks.length);
        const [bid, ask] = [bids[0]?.[0] ?? Number.NaN, asks[0]?.[0] ?? Number.NaN];
        spreads.push(((ask - bid) / bid) * 1_000_000);
        if (instrumentId === BTC) mids.add(bid + ask);
      }
    }
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(12);
    expect(median(levels)).toBeGreaterThanOrEqual(20);
    expect(median(levels)).toBeLessThanOrEqual(45);
    // Three to eight dollars at 65,000.
    expect(median(spreads)).toBeGreaterThan(40);
    expect(median(spreads)).toBeLessThan(130);
    expect(mids.size).toBeGreaterThan(50);
    expect(eventsOf(market.venue, "OrderFilled")).toBeGreaterThan(40);
    const commands = simulatedOwners.reduce((sum, owner) => sum + commandsOf(market, owner), 0);
    // Tens a second over both instruments.
    expect(commands / 65).toBeGreaterThan(8);
    expect(commands / 65).toBeLessThan(50);
    expect(denials(market.venue).filter((code) => code !== "BOOK_UNKNOWN_ORDER")).toEqual([]);
    expect(selfTrades(market.venue, "sim-maker")).toBe(0);
    market.venue.check();
  });

  it.each([60, 1_000])("SM-1 SM-7 at %i times the speed the books stay two-sided and nothing is refused again and again", (speed) => {
    const market = lockstepMarket({ seed: 3 });
    market.run(100, speed);
    let oneSided = 0;
    for (let step = 0; step < 300; step += 1) {
      market.run(1, speed);
      for (const instrumentId of [BTC, ETH])
        if (market.venue.levels(instrumentId, "buy").length * market.venue.levels(instrumentId, "sell").length === 0) oneSided += 1;
    }
    expect(oneSided).toBeLessThan(12);
    expect(eventsOf(market.venue, "OrderFilled")).toBeGreaterThan(200);
    expect(denials(market.venue).filter((code) => !code.startsWith("BOOK_"))).toEqual([]);
    expect(selfTrades(market.venue, "sim-maker")).toBe(0);
    market.venue.check();
  });

  it("SM-1 the momentum trader takes part when prices run", () => {
    const sources = syntheticSources(1);
    // Up 0.2 % in a minute, then down again.
    const ramp = (us: number): number => Math.abs(((us / 1_000_000) % 120) - 60);
    sources.set(BTC, { at: (us) => ({ ticks: 6_500_000 + ramp(us) * 220, activity: 1 }) });
    const market = lockstepMarket({ seed: 1, sources });
    market.run(1_800);
    const sides = market.venue.entries.flatMap((entry) =>
      entry.kind === "command" && entry.actor === "sim-momentum" && entry.command.type === "SubmitOrder" ? [entry.command.side] : [],
    );
    expect(new Set(sides)).toEqual(new Set(["buy", "sell"]));
  });
});

/** Orders of an account that the venue took off because they would have met the account's own. */
function selfTrades(venue: LockstepVenue, owner: string): number {
  const accountId = venue.entries.find(
    (entry) => entry.kind === "event" && entry.event.type === "AccountOpened" && entry.event.account.owner === owner,
  );
  const id = accountId?.kind === "event" && accountId.event.type === "AccountOpened" ? accountId.event.account.accountId : 0;
  return venue.entries.filter(
    (entry) =>
      entry.kind === "event" && entry.event.type === "OrderCancelled" && entry.event.accountId === id && entry.event.reason === "selfTrade",
  ).length;
}

describe("a clock that is slowed down", () => {
  it("goes on trading at once, though the participants had been ahead of the venue", () => {
    const market = lockstepMarket({ seed: 1 });
    market.run(300, 1_000);
    // A quarter of a second at a thousand times the speed.
    market.setBack(250_000_000);
    const before = eventsOf(market.venue, "OrderFilled");
    market.run(300);
    expect(eventsOf(market.venue, "OrderFilled") - before).toBeGreaterThan(10);
    expect(denials(market.venue).filter((code) => !code.startsWith("BOOK_"))).toEqual([]);
  });
});

describe("SM-6 restarts", () => {
  it("SM-6 SM-3 new sessions adopt the open orders, go on quoting, and use no client order id twice", () => {
    const market = lockstepMarket({ seed: 1 });
    market.run(300);
    const before = openOrders(market.venue);
    expect(before.size).toBeGreaterThan(60);
    market.venue.disconnectAll();
    const again = lockstepMarket({ seed: 1, venue: market.venue, startUs: market.nowUs() });
    again.run(1);
    const after = openOrders(market.venue);
    const kept = [...before].filter((orderId) => after.has(orderId)).length;
    expect(kept / before.size).toBeGreaterThan(0.85);
    again.run(300);
    expect(openOrders(market.venue).size).toBeLessThan(160);
    expect(denials(market.venue).filter((code) => code !== "BOOK_UNKNOWN_ORDER")).toEqual([]);
    // Every order that the first session left behind is dealt with in the end: filled, or cancelled when out of place.
    again.run(600, 60);
    const left = [...before].filter((orderId) => openOrders(market.venue).has(orderId));
    expect(left).toEqual([]);
  });

  it("SM-3 ids go on above those of the last session even when venue time does not", () => {
    const market = lockstepMarket({ seed: 1 });
    market.run(50);
    market.venue.disconnectAll();
    // The clock stands where it stood before the last orders: their ids are ahead of it.
    const again = lockstepMarket({ seed: 1, venue: market.venue, startUs: market.nowUs() - STEP_US });
    again.run(50);
    expect(denials(market.venue)).not.toContain("VALIDATE_DUPLICATE_CLIENT_ORDER_ID");
    expect(commandsOf(again, "sim-maker")).toBeGreaterThan(60);
  });
});

function openOrders(venue: LockstepVenue): Set<number> {
  const open = new Set<number>();
  for (const entry of venue.entries) {
    if (entry.kind !== "event") continue;
    const { event } = entry;
    if (event.type === "OrderRested") open.add(event.orderId);
    if (event.type === "OrderCancelled") open.delete(event.orderId);
    if (event.type === "OrderFilled" && event.makerLeavesLots === 0) open.delete(event.makerOrderId);
  }
  return open;
}

describe("SM-8 leaps of the reference", () => {
  it.each([
    ["far below", 4_200_000],
    ["far above", 12_000_000],
  ])("SM-8 the market walks to a reference %s the last trade within the price band, unrefused", (_, ticks) => {
    let target = 6_500_000;
    const sources: Map<InstrumentId, { at: (us: number) => { ticks: number; activity: number } }> = new Map([
      [BTC, { at: () => ({ ticks: target, activity: 1 }) }],
    ]);
    const market = lockstepMarket({ seed: 1, sources });
    market.run(300);
    target = ticks;
    market.run(900);
    const bid = market.venue.levels(BTC, "buy")[0]?.[0] ?? 0;
    expect(Math.abs(bid - ticks) / ticks).toBeLessThan(0.005);
    expect(denials(market.venue).filter((code) => !code.startsWith("BOOK_"))).toEqual([]);
  });
});
