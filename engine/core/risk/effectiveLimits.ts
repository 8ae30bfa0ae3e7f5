import type { EngineState } from "../state/state.ts";
import { MESSAGES, NO_LIMIT } from "./controls.ts";
import { boundsOf, hardOf, instrumentPlace, nodePlace, type LimitEntry } from "./limitBook.ts";
import { ensureExposure } from "./track.ts";

/** RK-5: writes the bounds in force into the rows that orders read: each capped by what the levels above it allow. */
export function writeEffectiveLimits(state: EngineState): void {
  const { book, exposures, nodes } = state.risk;
  for (const entry of book.sorted()) {
    const bounds = boundsOf(entry);
    const isSet = bounds !== null && (bounds.soft !== null || bounds.hard !== null);
    const hard = isSet ? Math.min(hardOf(bounds), hardAbove(state, entry.nodeId, entry)) : NO_LIMIT;
    const soft = isSet ? Math.min(bounds.soft ?? hard, hard) : NO_LIMIT;
    const place = nodePlace(entry.control);
    let parameter = isSet ? (bounds.parameter ?? 0) : 0;
    if (place === MESSAGES && isSet) parameter = Math.min(parameter, rateAbove(state, entry.nodeId, entry));
    if (entry.instrumentId === null) nodes.setLimits(entry.nodeId, place, soft, hard, parameter);
    else
      exposures.setLimits(ensureExposure(state, entry.nodeId, entry.instrumentId), instrumentPlace(entry.control), soft, hard, parameter);
  }
  state.risk.limitedAnywhere = 0;
  for (let node = 1; node <= nodes.highestHandle; node += 1) state.risk.limitedAnywhere |= nodes.limited(node);
}

/** The lowest hard bound of the same control above a node; NO_LIMIT if no level above has one. */
export function hardAbove(
  state: EngineState,
  nodeId: number,
  { control, instrumentId }: Pick<LimitEntry, "control" | "instrumentId">,
): number {
  const { book, nodes } = state.risk;
  let lowest = NO_LIMIT;
  for (let node = nodes.parent(nodeId); node !== 0; node = nodes.parent(node)) {
    const above = book.find(node, control, instrumentId);
    // Values in another currency do not compare; such a level is asked by itself with every order.
    if (above !== undefined && nodes.currency(node) === nodes.currency(nodeId)) lowest = Math.min(lowest, hardOf(boundsOf(above)));
  }
  return lowest;
}

function rateAbove(state: EngineState, nodeId: number, entry: LimitEntry): number {
  const { book, nodes } = state.risk;
  let lowest = NO_LIMIT;
  for (let node = nodes.parent(nodeId); node !== 0; node = nodes.parent(node)) {
    const above = book.find(node, entry.control, null);
    const bounds = above === undefined ? null : boundsOf(above);
    if (bounds !== null && bounds.parameter !== null) lowest = Math.min(lowest, bounds.parameter);
  }
  return lowest;
}
