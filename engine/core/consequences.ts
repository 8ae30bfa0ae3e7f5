import { emitOrderCancelled } from "./records/emit.ts";
import type { Engine } from "./engineParts.ts";
import { settleLists } from "./orders/listOrders.ts";
import { repricePegs } from "./matching/pegs.ts";
import { supervise } from "./risk/supervise.ts";
import { endPhase } from "./matching/phases.ts";
import { fireStops } from "./matching/stops.ts";

/** MT-26: what was due by now happens before the command that came. Run it only when something is due. */
export function settleDue(engine: Engine): void {
  const { dueOrders, lastAtUs, markets } = engine.state;
  for (;;) {
    const orderUs = dueOrders.firstUs;
    const phaseUs = markets.nextPhaseEndUs;
    if (Math.min(orderUs, phaseUs) > lastAtUs) return;
    if (orderUs <= phaseUs) emitOrderCancelled(engine, dueOrders.first, "expired");
    else endPhase(engine, markets.nextPhaseEndOf);
  }
}

/**
 * MT-35: what a command's events bring about. Run it only when any order is watched, a list touched or a node suspected. What a look at the risk tree
 * trades may make further stops fire, and their fills call for another look; every round takes a stop, so this ends.
 */
export function settleConsequences(engine: Engine): void {
  followPrices(engine);
  while (engine.state.risk.suspectCount > 0) {
    supervise(engine);
    followPrices(engine);
  }
}

/** Settles lists, then fires what is reached and moves pegs, instrument by instrument. */
function followPrices(engine: Engine): void {
  const { catalog, markets, watches } = engine.state;
  settleLists(engine);
  if (watches.count === 0) return;
  for (let instrumentId = 1; instrumentId <= catalog.instruments.length; instrumentId += 1) {
    if (!watches.isWatched(instrumentId) || !markets.isContinuous(instrumentId)) continue;
    fireStops(engine, instrumentId);
    if (markets.isContinuous(instrumentId)) repricePegs(engine, instrumentId);
  }
}
