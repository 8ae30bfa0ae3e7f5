import type { Account, Asset, Instrument } from "../../../shared/catalog.ts";
import type { AccountId } from "../../../shared/ids.ts";
import type { BalanceRow, PositionRow } from "../../../shared/views.ts";
import { riskNodeName, type RiskBranch } from "../../app/riskTree.ts";

/** What an account, or all accounts of a branch, have. Money in units of the counting asset; sums over accounts may exceed a safe integer. */
type AccountSums = {
  readonly accounts: number;
  /** Everything owned, coins at the last price; null parts of a sum make all of it null: a wrong total is worse than none. */
  readonly equity: bigint | null;
  readonly available: bigint;
  readonly held: bigint;
  readonly openOrders: number;
  readonly realised: bigint;
  readonly unrealised: bigint;
};

/** One line of the tree: a branch of the risk tree, or an account in it. */
export type AccountLine = {
  readonly key: string;
  readonly depth: number;
  readonly name: string;
  readonly kind: "group" | "account";
  readonly nodeId: number | null;
  readonly accountId: AccountId | null;
  readonly sums: AccountSums;
};

/** Everything that the sums are made of. */
export type AccountFacts = {
  readonly accounts: readonly Account[];
  /** The asset that equity is counted in. */
  readonly counting: Asset;
  readonly instruments: readonly Instrument[];
  readonly balances: readonly BalanceRow[];
  readonly positions: readonly PositionRow[];
  readonly openOrders: ReadonlyMap<AccountId, number>;
  readonly lastTicks: (instrument: Instrument) => number | null;
};

export function sumsOf(accountIds: ReadonlySet<AccountId>, facts: AccountFacts): AccountSums {
  const { counting } = facts;
  let equity: bigint | null = 0n;
  let [available, held, realised, unrealised] = [0n, 0n, 0n, 0n];
  let openOrders = 0;
  for (const row of facts.balances) {
    if (!accountIds.has(row.accountId)) continue;
    if (row.assetId === counting.assetId) {
      available += BigInt(row.available);
      held += BigInt(row.held);
    }
    const value = valueIn(row, facts);
    equity = equity === null || value === null ? null : equity + value;
  }
  for (const row of facts.positions) {
    const instrument = facts.instruments.find(({ instrumentId }) => instrumentId === row.instrumentId);
    if (!accountIds.has(row.accountId) || instrument?.quoteAssetId !== counting.assetId) continue;
    realised += BigInt(row.realised);
    unrealised += BigInt(row.unrealised);
  }
  for (const id of accountIds) openOrders += facts.openOrders.get(id) ?? 0;
  return { accounts: accountIds.size, equity, available, held, openOrders, realised, unrealised };
}

/** A balance at the last price of the instrument that trades it against the counting asset; null without one. */
function valueIn({ assetId, total }: BalanceRow, { counting, instruments, lastTicks }: AccountFacts): bigint | null {
  if (assetId === counting.assetId || total === 0) return BigInt(total);
  const instrument = instruments.find((one) => one.baseAssetId === assetId && one.quoteAssetId === counting.assetId);
  const ticks = instrument === undefined ? null : lastTicks(instrument);
  if (instrument === undefined || ticks === null) return null;
  return (BigInt(total) * BigInt(ticks) * BigInt(instrument.quoteUnitsPerTickLot)) / BigInt(instrument.baseUnitsPerLot);
}

/** The lines of the risk tree with the accounts at their places, and below them the accounts that have none. */
export function accountLines(
  branches: readonly RiskBranch[],
  facts: AccountFacts,
  isClosed: (nodeId: number) => boolean,
): readonly AccountLine[] {
  const own = new Map(facts.accounts.map((account) => [account.accountId, account]));
  const placed = new Set<AccountId>();
  const lines = branches.flatMap((branch) => linesOf(branch, own, placed, facts, isClosed));
  const rest = facts.accounts.filter(({ accountId }) => !placed.has(accountId));
  return [...lines, ...rest.map((account) => accountLine(account, 1, facts))];
}

function linesOf(
  { view, depth, below }: RiskBranch,
  own: ReadonlyMap<AccountId, Account>,
  placed: Set<AccountId>,
  facts: AccountFacts,
  isClosed: (nodeId: number) => boolean,
): readonly AccountLine[] {
  const account = view.accountId === null ? undefined : own.get(view.accountId);
  if (view.accountId !== null) {
    if (account === undefined) return [];
    placed.add(account.accountId);
    return [accountLine(account, depth, facts)];
  }
  const inside = accountsBelow(below, own);
  // A part of the tree that belongs to others is none of this owner's; the venue's line adds up everything that is.
  if (inside.size === 0 && depth > 0) return [];
  const everything = depth === 0 ? new Set(own.keys()) : inside;
  const lines = below.flatMap((branch) => linesOf(branch, own, placed, facts, isClosed));
  const line: AccountLine = {
    key: `n${view.node.nodeId}`,
    depth,
    name: riskNodeName(view.node),
    kind: "group",
    nodeId: view.node.nodeId,
    accountId: null,
    sums: sumsOf(everything, facts),
  };
  return [line, ...(isClosed(view.node.nodeId) ? [] : lines)];
}

function accountsBelow(branches: readonly RiskBranch[], own: ReadonlyMap<AccountId, Account>): ReadonlySet<AccountId> {
  const found = new Set<AccountId>();
  for (const { view, below } of branches) {
    if (view.accountId !== null && own.has(view.accountId)) found.add(view.accountId);
    for (const id of accountsBelow(below, own)) found.add(id);
  }
  return found;
}

function accountLine(account: Account, depth: number, facts: AccountFacts): AccountLine {
  const { accountId, code, name } = account;
  return {
    key: `a${accountId}`,
    depth,
    name: `${code} · ${name}`,
    kind: "account",
    nodeId: null,
    accountId,
    sums: sumsOf(new Set([accountId]), facts),
  };
}
