import { registerHooks } from "node:module";
import { invariant } from "../../../shared/assert.ts";
import { createEngine, type Engine } from "../../../engine/core/engine.ts";
import { instrumentListed } from "../../../engine/core/evolve/evolve.ts";
import { headerLength } from "../../../engine/core/records/fields.ts";
import { eventLayouts } from "../../../engine/core/records/layout.ts";
import type { matchAndPlace as MatchAndPlace } from "../../../engine/core/matching/match.ts";
import { packTerms } from "../../../engine/core/records/terms.ts";
import { instrumentSchema } from "../../../shared/catalog.ts";
import { MAX_TICKS } from "../../../shared/money.ts";
import { emitOrderAccepted, emitOrderCancelled, reports } from "./bareEmit.ts";
import type { Contender } from "./contender.ts";
import { CANCEL, MARKET, REPLACE } from "./mixes.ts";
import { BUY, SELL, TradeHash } from "./plainBook.ts";

/*
 * The engine's own matching code without the rest: a second instance of engine/core/matching/match.ts is loaded whose events go to bareEmit.ts, so
 * that books, levels, prices, order pool and matching loop are the product's, and hold, ledger and client order ids are not there.
 */
const BARE = "?bare";
/** As match.ts names it. */
const EMIT = "../records/emit.ts";
let isBare = false;
registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier !== EMIT || context.parentURL?.endsWith(`match.ts${BARE}`) !== true) return next(specifier, context);
    isBare = true;
    return next(new URL("./bareEmit.ts", import.meta.url).href, context);
  },
});
const matching = new URL(`../../../engine/core/matching/match.ts${BARE}`, import.meta.url).href;
// The same module as the typed import would be.
const { matchAndPlace } = (await import(matching)) as { readonly matchAndPlace: typeof MatchAndPlace };
// A file that moved would let the engine's own events in, and their ledger with them.
invariant(isBare, `match.ts imports no ${EMIT}`);

const filled = eventLayouts.OrderFilled;
const INSTRUMENT = 1;
const OPERATIONS_PER_READING = 1_000;
/** The engine's order ids are numbers of records, and an order that rests has three: its command, its acceptance and its coming to rest. */
const RECORDS_PER_ORDER = 3;
const limitTerms = [BUY, SELL].map((side) => packTerms({ side: side === BUY ? "buy" : "sell", orderType: "limit", timeInForce: "gtc" }));
const marketTerms = [BUY, SELL].map((side) => packTerms({ side: side === BUY ? "buy" : "sell", orderType: "market", timeInForce: "ioc" }));

/** Matching reads nothing of it but that it has no volatility bands. */
const instrument = instrumentSchema.parse({
  instrumentId: INSTRUMENT,
  symbol: "BTCUSD",
  baseAssetId: 1,
  quoteAssetId: 2,
  tickSize: "1",
  lotSize: "1",
  baseUnitsPerLot: 1,
  quoteUnitsPerTickLot: 1,
  minLots: 1,
  maxLots: 1,
  marketMaxLots: 1,
  minNotional: 0,
  priceBandPpm: 1,
  makerFeePpm: 0,
  takerFeePpm: 0,
});

export const ownMatching: Contender = {
  name: "engine/core matching",
  prepare: (mix) => {
    const engine = createEngine();
    instrumentListed(engine.state, instrument);
    const hash = new TradeHash();
    let tradedLots = 0;
    const cancel = (id: number): void => emitOrderCancelled(engine, engine.state.orders.find(id * RECORDS_PER_ORDER), "user");
    const add = (n: number, isMarket: boolean): void => {
      const { incoming } = engine;
      const side = mix.side[n]!;
      // Everybody for himself: self-trade prevention looks, and finds nothing.
      incoming.accountId = mix.id[n]!;
      incoming.instrumentId = INSTRUMENT;
      incoming.terms = (isMarket ? marketTerms : limitTerms)[side]!;
      incoming.limitTicks = isMarket ? 0 : mix.ticks[n]!;
      incoming.boundTicks = isMarket ? (side === BUY ? MAX_TICKS : 1) : incoming.limitTicks;
      incoming.matchTicks = incoming.boundTicks;
      incoming.lots = mix.lots[n]!;
      matchAndPlace(engine, emitOrderAccepted(engine, mix.id[n]! * RECORDS_PER_ORDER));
    };
    const readReports = (): void => {
      const { numbers, length } = reports;
      for (let at = 0; at < length; at += headerLength(numbers[at]!)) {
        if (numbers[at] !== filled.header) continue;
        hash.add(numbers[at + filled.slots.makerOrderId]! / RECORDS_PER_ORDER, numbers[at + filled.slots.lots]!);
        tradedLots += numbers[at + filled.slots.lots]!;
      }
      reports.length = 0;
    };
    return {
      apply: (from, to) => {
        const { kind, id, replacedId } = mix;
        for (let n = from; n < to; n += 1) {
          const operation = kind[n];
          if (operation === CANCEL) cancel(id[n]!);
          else {
            if (operation === REPLACE) cancel(replacedId[n]!);
            add(n, operation === MARKET);
          }
          if (n % OPERATIONS_PER_READING === 0) readReports();
        }
        readReports();
      },
      outcome: () => ({
        levels: [...levelsOf(engine, BUY), ...levelsOf(engine, SELL)],
        resting: engine.state.orders.live,
        tradedLots,
        tradeHash: hash.value,
      }),
    };
  },
};

function levelsOf(engine: Engine, side: number): number[] {
  const { books } = engine.state;
  const levels: number[] = [];
  for (let level = books.best(INSTRUMENT, side); level !== 0; level = books.levels.worse(level)) {
    levels.push(side, books.levels.ticks(level), books.levels.lots(level));
  }
  return levels;
}
