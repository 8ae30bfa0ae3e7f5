import { MAX_AMOUNT } from "../../../shared/money.ts";
import type { Discrepancy } from "../../../shared/venueReports.ts";
import type { Engine } from "../engineParts.ts";
import { emitVenueReported } from "../records/emitRoutes.ts";

/** CN-8: notes what cannot be; it moves nothing. */
export function recordDiscrepancy(engine: Engine, found: Omit<Discrepancy, "kind">): void {
  emitVenueReported(engine, { kind: "discrepancy", ...found });
}

/** Can so much be added to the available part of a balance, or taken from it, and to its total? */
export function fits({ state }: Engine, balance: number, amount: number, total = amount): boolean {
  const { balances } = state;
  if (balance === 0) return amount >= 0;
  return balances.available(balance) + amount >= 0 && balances.total(balance) + balances.incoming(balance) + total <= MAX_AMOUNT;
}
