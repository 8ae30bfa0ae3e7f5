import { MAX_AMOUNT } from "../../../shared/money.ts";
import { VENUE_NODE } from "../../../shared/risk.ts";
import type { EngineState } from "../state/state.ts";
import { collarReference } from "./collar.ts";
import { LIMITS_LOSSES } from "./controls.ts";
import { PROFIT_BASE } from "./nodes.ts";

/**
 * RK-26: what trading has brought a node since its accounts joined the tree, in units of its currency, with open positions at the reference
 * price. Losses are rounded up, profits down. NaN if a price or a conversion mark is missing or stale, or
 * if the sum is beyond every amount (RK-30).
 */
export function profitOf(state: EngineState, node: number): number {
  const { catalog, risk } = state;
  const { conversions, exposures, nodes } = risk;
  if (node === VENUE_NODE) return Number.NaN;
  let profit = 0;
  for (const instrument of catalog.instruments) {
    const row = exposures.find(node, instrument.instrumentId);
    if (row === 0) continue;
    const position = exposures.position(row);
    let exact = exposures.cash(row);
    if (position !== 0) {
      const reference = collarReference(state, instrument.instrumentId);
      if (reference <= 0) return Number.NaN;
      exact += BigInt(position) * BigInt(reference) * BigInt(instrument.quoteUnitsPerTickLot);
    }
    const inQuote = Number(exact);
    const isLoss = inQuote < 0;
    const converted = conversions.convert(Math.abs(inQuote), instrument.quoteAssetId, nodes.currency(node), state.lastAtUs, isLoss);
    if (converted < 0 || converted > MAX_AMOUNT) return Number.NaN;
    profit += isLoss ? -converted : converted;
  }
  return Number.isSafeInteger(profit) ? profit : Number.NaN;
}

/** The loss since counting began; 0 while there is a profit, NaN if it cannot be known. */
export function lossOf(state: EngineState, node: number): number {
  const loss = state.risk.nodes.counter(node, PROFIT_BASE) - profitOf(state, node);
  if (loss < 0) return 0;
  return loss <= MAX_AMOUNT ? loss : Number.NaN;
}

/** Has any node with a loss limit a position, so that its loss moves with prices? */
export function haveLossesAtStake(state: EngineState): boolean {
  const { catalog, risk } = state;
  const { exposures, nodes } = risk;
  if ((risk.limitedAnywhere & LIMITS_LOSSES) === 0) return false;
  for (let node = VENUE_NODE + 1; node <= nodes.highestHandle; node += 1) {
    if ((nodes.limited(node) & LIMITS_LOSSES) === 0) continue;
    for (const { instrumentId } of catalog.instruments) {
      const row = exposures.find(node, instrumentId);
      if (row !== 0 && exposures.position(row) !== 0) return true;
    }
  }
  return false;
}
