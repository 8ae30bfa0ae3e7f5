import { registerHooks } from "node:module";
import { createEngine, type Engine } from "../../../engine/core/engine.ts";
import type * as matchModule from "../../../engine/core/match.ts";
import { eventKinds, eventLayouts } from "../../../engine/core/layout.ts";
import { RecordCursor } from "../../../engine/core/records.ts";
import { packTerms } from "../../../engine/core/terms.ts";
import { MAX_TICKS } from "../../../shared/money.ts";
import { emitOrderAccepted, emitOrderCancelled } from "./bareEmit.ts";
import type { Contender } from "./contender.ts";
import { CANCEL, MARKET, REPLACE } from "./mixes.ts";
import { BUY, SELL, TradeHash } from "./plainBook.ts";

/*
 * The engine's own matching code without the rest: a second instance of engine/core/match.ts is loaded whose events go to bareEmit.ts, so
 * that books, levels, prices, order pool and matching loop are the product's, and hold, ledger and client order ids are not there.
 */
const BARE = "?bare";
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "./emit.ts" && context.parentURL?.endsWith(`match.ts${BARE}`) === true
      ? next(new URL("./bareEmit.ts", import.meta.url).href, context)
      : next(specifier, context),
});
const matching = new URL(`../../../engine/core/match.ts${BARE}`, import.meta.url).href;
// The same module as the typed import would be.
const { matchAndPlace } = (await import(matching)) as typeof matchModule;

const INSTRUMENT = 1;
const OPERATIONS_PER_BATCH = 1_000;
const limitTerms = [BUY, SELL].map((side) => packTerms({ side: side === BUY ? "buy" : "sell", orderType: "limit", timeInForce: "gtc" }));
const marketTerms = [BUY, SELL].map((side) => packTerms({ side: side === BUY ? "buy" : "sell", orderType: "market", timeInForce: "ioc" }));

export const ownMatching: Contender = {
  name: "engine/core matching",
  prepare: (mix) => {
    const engine = createEngine();
    engine.state.books.open();
    const hash = new TradeHash();
    let tradedLots = 0;
    const cancel = (id: number): void => emitOrderCancelled(engine, engine.state.orders.find(id), "user");
    const add = (n: number, isMarket: boolean): void => {
      const { incoming } = engine;
      const side = mix.side[n]!;
      // Everybody for himself: self-trade prevention looks, and finds nothing.
      incoming.accountId = mix.id[n]!;
      incoming.instrumentId = INSTRUMENT;
      incoming.terms = (isMarket ? marketTerms : limitTerms)[side]!;
      incoming.limitTicks = isMarket ? 0 : mix.ticks[n]!;
      incoming.boundTicks = isMarket ? (side === BUY ? MAX_TICKS : 1) : incoming.limitTicks;
      incoming.lots = mix.lots[n]!;
      matchAndPlace(engine, emitOrderAccepted(engine, mix.id[n]!));
    };
    const handOn = (): void => {
      const batch = engine.log.take(1);
      const records = new RecordCursor(batch);
      while (records.next()) {
        if (records.kind !== eventKinds.OrderFilled) continue;
        hash.add(records.get(eventLayouts.OrderFilled.slots.makerOrderId), records.get(eventLayouts.OrderFilled.slots.lots));
        tradedLots += records.get(eventLayouts.OrderFilled.slots.lots);
      }
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
          if (n % OPERATIONS_PER_BATCH === 0) handOn();
        }
        handOn();
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
