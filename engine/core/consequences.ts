import { emitOrderCancelled } from "./emit.ts";
import { emitTimeAdvanced } from "./emitSpecials.ts";
import type { Engine } from "./engineParts.ts";
import { settleLists } from "./listOrders.ts";
import { repricePegs } from "./pegs.ts";
import { endPhase } from "./phases.ts";
import { fireStops } from "./stops.ts";

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

/** MT-35: what a command's events bring about, instrument by instrument. Run it only when any order is watched. */
export function settleConsequences(engine: Engine): void {
  const { catalog, markets, watches } = engine.state;
  settleLists(engine);
  for (let instrumentId = 1; instrumentId <= catalog.instruments.length; instrumentId += 1) {
    if (!watches.isWatched(instrumentId) || !markets.isContinuous(instrumentId)) continue;
    fireStops(engine, instrumentId);
    if (markets.isContinuous(instrumentId)) repricePegs(engine, instrumentId);
  }
}

/** JR-8: ends the command that lets time pass; what was due has happened before. */
export function advanceTime(engine: Engine, recordsBefore: number): void {
  emitTimeAdvanced(engine, engine.log.count - recordsBefore);
}
