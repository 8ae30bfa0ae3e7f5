import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkInvariants } from "../../../engine/core/snapshot/invariants.ts";
import { assets, totals } from "../../../engine/core/queries.ts";
import { dataFolderAt } from "../../../engine/host/dataFolder.ts";
import { recover } from "../../../engine/host/recovery.ts";
import { stateHashOf } from "../../../engine/host/snapshots.ts";

export type JournalState = {
  readonly lastSeq: number;
  readonly hash: string;
  /** Sum of each asset over all accounts, in its smallest unit. */
  readonly totals: Readonly<Record<string, bigint>>;
};

/** What a terminal that has ended left on disk. Throws when the books do not balance. */
export async function readJournal(dataFolder: string): Promise<JournalState> {
  const { views, end, fault } = await recover(dataFolderAt(dataFolder));
  if (fault !== null) throw new Error(fault.message);
  checkInvariants(views.replica);
  return {
    lastSeq: end.lastSeq,
    hash: stateHashOf(views.replica),
    totals: Object.fromEntries(assets(views.replica).map(({ code, assetId }) => [code, totals(views.replica, assetId)])),
  };
}

type Opening = { readonly code: string; readonly balances: Readonly<Record<string, string>> };
type AssetScale = { readonly code: string; readonly decimals: number };

/** What all accounts were given in the beginning, added up from the catalog's own texts. */
export function openingTotals(): Readonly<Record<string, bigint>> {
  const scales = dataFile("assets.json") as readonly AssetScale[];
  const openings = dataFile("accounts.json") as readonly Opening[];
  return Object.fromEntries(
    scales.map(({ code, decimals }) => [code, openings.reduce((sum, { balances }) => sum + units(balances[code] ?? "0", decimals), 0n)]),
  );
}

function dataFile(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, "../../../engine/data", name), "utf8"));
}

function units(text: string, decimals: number): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(decimals, "0"));
}
