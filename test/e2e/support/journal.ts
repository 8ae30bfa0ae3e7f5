import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkInvariants } from "../../../engine/core/snapshot/invariants.ts";
import type { Engine } from "../../../engine/core/engine.ts";
import { accounts, assets, balance, totals } from "../../../engine/core/queries.ts";
import { dataFolderAt } from "../../../engine/host/dataFolder.ts";
import { PastReader } from "../../../engine/host/past/pastReader.ts";
import { recover } from "../../../engine/host/recovery.ts";
import { stateHashOf } from "../../../engine/host/snapshots.ts";
import type { Account } from "../../../shared/catalog.ts";

export type JournalState = {
  readonly lastSeq: number;
  readonly hash: string;
  /** Sum of each asset over all accounts, in its smallest unit. */
  readonly totals: Readonly<Record<string, bigint>>;
  /** What of those sums the venue has taken in fees, and what its clients have. */
  readonly fees: Readonly<Record<string, bigint>>;
  readonly clients: Readonly<Record<string, bigint>>;
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
    fees: sums(views.replica, ({ receivesFees }) => receivesFees),
    clients: sums(views.replica, ({ receivesFees }) => !receivesFees),
  };
}

/** Each asset added up over some of the accounts, in its smallest unit. */
function sums(engine: Engine, isIn: (account: Account) => boolean): Readonly<Record<string, bigint>> {
  const some = [...accounts(engine)].filter(isIn);
  return Object.fromEntries(
    assets(engine).map(({ code, assetId }) => [
      code,
      some.reduce((sum, { accountId }) => sum + BigInt(balance(engine, accountId, assetId).total), 0n),
    ]),
  );
}

/** Hash of the state at a sequence, folded from the journal's rows while its writer may go on. */
export function hashAt(dataFolder: string, seq: number): string {
  return stateHashOf(new PastReader(dataFolderAt(dataFolder), { leavesSnapshots: false }).open(seq).views.replica);
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
