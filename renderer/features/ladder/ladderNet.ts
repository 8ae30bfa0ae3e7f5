import type { InstrumentId } from "../../../shared/ids.ts";
import type { PositionRow } from "../../../shared/views.ts";
import type { AccountChoice } from "../../app/selection.ts";

/** What the accounts on view hold of an instrument. */
type LadderNet = {
  readonly lots: number;
  /** Mean entry in ticks; null for several accounts, each of which has its own. */
  readonly averageTicks: number | null;
  /** False too where accounts are long and short by the same. */
  readonly isFlat: boolean;
};

export function netOf(rows: Iterable<PositionRow>, account: AccountChoice, instrumentId: InstrumentId): LadderNet {
  const held = [...rows].filter(
    (row) => row.instrumentId === instrumentId && row.netLots !== 0 && (account === "all" || row.accountId === account),
  );
  const lots = held.reduce((sum, { netLots }) => sum + netLots, 0);
  return { lots, averageTicks: account === "all" ? null : (held[0]?.averageTicks ?? null), isFlat: held.length === 0 };
}
