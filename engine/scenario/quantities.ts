import { TerminalError, typedError } from "../../shared/errors.ts";
import { MAX_LOTS, MAX_TICKS } from "../../shared/money.ts";
import { nearestTicks, type ScenarioCatalog } from "./catalog.ts";
import type { RiskDesk } from "./limits.ts";
import type { Assertion, Scenario, TimelineEntry } from "./schema.ts";

/**
 * SM-20: everything that the timeline and the assertions will count in steps is counted before the first command, so that no run ends in its
 * middle over a number. Throws TerminalError SCENARIO_INVALID with the entry's path.
 */
export function checkQuantities({ timeline, assertions }: Scenario, catalog: ScenarioCatalog, risk: RiskDesk): void {
  timeline.forEach((entry, index) => named(`timeline.${index}`, () => checkEntry(entry, catalog, risk)));
  assertions.forEach((assertion, index) => named(`assertions.${index}`, () => checkAssertion(assertion, catalog)));
}

function checkEntry(entry: TimelineEntry, catalog: ScenarioCatalog, risk: RiskDesk): void {
  if (entry.do === "limit") risk.check(entry);
  if (entry.do === "deposit") counted(catalog.units(entry.asset, entry.amount), Number.MAX_SAFE_INTEGER, "amount");
  if (entry.do !== "order") return;
  const { instrument, quantity, price, trigger } = entry;
  counted(catalog.lots(instrument, quantity), MAX_LOTS, "quantity");
  if (price !== undefined) counted(catalog.ticks(instrument, price), MAX_TICKS, "price");
  if (trigger !== undefined) counted(catalog.ticks(instrument, trigger), MAX_TICKS, "trigger");
}

function checkAssertion(assertion: Assertion, catalog: ScenarioCatalog): void {
  if (assertion.check === "balance") {
    const { code } = catalog.asset(assertion.asset);
    for (const bound of [assertion.min, assertion.max]) if (bound !== undefined) catalog.units(code, bound);
  }
  if (assertion.check === "price") {
    const instrument = catalog.instrument(assertion.instrument);
    for (const bound of [assertion.min, assertion.max]) if (bound !== undefined) nearestTicks(instrument, bound);
  }
}

function counted(steps: number, most: number, field: string): void {
  if (steps >= 1 && steps <= most) return;
  const rule = `1 to ${most} steps`;
  throw new TerminalError(
    typedError("SCENARIO_INVALID", { field, value: steps, rule, message: `The ${field} is ${steps} steps, not ${rule}.` }),
  );
}

function named(path: string, deed: () => void): void {
  try {
    deed();
  } catch (error) {
    if (!(error instanceof TerminalError)) throw error;
    const { typed } = error;
    throw new TerminalError({ ...typed, field: path, message: `${path}: ${typed.message}` }, { cause: error });
  }
}
