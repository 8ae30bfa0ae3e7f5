import { describe, expect, it } from "vitest";
import { stopOf } from "../../renderer/features/accounts/accountStop.ts";
import { accountLines, sumsOf, type AccountFacts } from "../../renderer/features/accounts/accountTree.ts";
import { branchesOf } from "../../renderer/app/riskTree.ts";
import type { Account } from "../../shared/catalog.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";
import type { RiskLevel, RiskView } from "../../shared/risk.ts";
import type { BalanceRow, PositionRow } from "../../shared/views.ts";
import { ALPHA, BRAVO, BTC, BTCUSD, USD, btcUsd, usd } from "./support/venue.ts";

const node = (nodeId: number, level: RiskLevel, parentId: number, name: string, accountId: AccountId | null = null): RiskView =>
  ({ node: { nodeId, level, parentId, name, accountId, currencyAssetId: USD }, accountId, controls: [] }) as unknown as RiskView;
const nodes = [
  node(1, "venue", 1, "Venue"),
  node(2, "firm", 1, "Clients"),
  node(3, "desk", 2, "Desk"),
  node(4, "account", 3, "ALPHA", ALPHA),
  node(5, "firm", 1, "Others"),
  node(6, "account", 5, "STRANGER", 9 as AccountId),
];
const balance = (accountId: AccountId, assetId: AssetId, total: number, held = 0): BalanceRow =>
  ({ accountId, assetId, total, held, available: total - held }) as BalanceRow;
const account = (accountId: AccountId, code: string): Account => ({ accountId, code, name: code }) as Account;

const facts: AccountFacts = {
  accounts: [account(ALPHA, "ALPHA"), account(BRAVO, "BRAVO")],
  counting: usd,
  instruments: [btcUsd],
  balances: [balance(ALPHA, USD, 1_000, 100), balance(ALPHA, BTC, 5_000), balance(BRAVO, USD, 500), balance(9 as AccountId, USD, 7)],
  positions: [{ accountId: ALPHA, instrumentId: BTCUSD, realised: 3, unrealised: -2 } as PositionRow],
  openOrders: new Map([[ALPHA, 2]]),
  // A lot is 1 000 units of the coin and worth its ticks.
  lastTicks: () => 40,
};
const open = (): boolean => false;

describe("the account tree", () => {
  it("adds up at each level what the accounts below have, coins at the last price", () => {
    const lines = accountLines(branchesOf(nodes), facts, open);
    expect(lines.map(({ name, depth }) => [name, depth])).toEqual([
      ["Venue", 0],
      ["Clients", 1],
      ["Desk", 2],
      ["ALPHA · ALPHA", 3],
      ["BRAVO · BRAVO", 1],
    ]);
    const desk = lines.find(({ name }) => name === "Desk")?.sums;
    expect(desk).toEqual({ accounts: 1, equity: 1_200n, available: 900n, held: 100n, openOrders: 2, realised: 3n, unrealised: -2n });
    // The venue's line is all that this owner has, placed or not, and nothing of others.
    expect(lines[0]?.sums).toMatchObject({ accounts: 2, equity: 1_700n, available: 1_400n });
  });

  it("shows no total that would leave something out", () => {
    expect(sumsOf(new Set([ALPHA, BRAVO]), { ...facts, lastTicks: () => null }).equity).toBeNull();
    expect(sumsOf(new Set([BRAVO]), { ...facts, lastTicks: () => null }).equity).toBe(500n);
  });

  it("hides what is below a closed part", () => {
    const lines = accountLines(branchesOf(nodes), facts, (nodeId) => nodeId === 2);
    expect(lines.map(({ name }) => name)).toEqual(["Venue", "Clients", "BRAVO · BRAVO"]);
  });
});

describe("SC-13 what stops the chosen account", () => {
  const place = (nodeId: number, parentId: number, content: Partial<RiskView>): RiskView => ({
    node: {
      nodeId,
      parentId,
      level: nodeId === 1 ? "venue" : content.accountId === undefined ? "desk" : "account",
      name: `node ${nodeId}`,
      accountId: content.accountId ?? null,
      currencyAssetId: 1 as AssetId,
    },
    accountId: null,
    state: "active",
    effectiveState: "active",
    isKilled: false,
    locks: [],
    untilUs: null,
    controls: [],
    ...content,
  });
  const own = 2 as AccountId;
  const said = (change: Partial<RiskView>, desk: Partial<RiskView> = {}): string => {
    const tree = [place(1, 1, {}), place(2, 1, desk), place(3, 2, { ...change, accountId: own })];
    const stop = stopOf({ nodes: tree, killedActors: [] }, own, "owner");
    return stop === null ? "" : `${stop.isHard ? "■" : "▲"} ${stop.word}`;
  };

  it("SC-13 is the strictest of kill switch, state and block, from above too, and nothing while it trades", () => {
    expect(said({})).toBe("");
    expect(said({ locks: ["lossWarning"] })).toBe("");
    expect(said({ effectiveState: "reduceOnly" })).toBe("▲ Reduce only");
    expect(said({ effectiveState: "reduceOnly" }, { locks: ["protected"] })).toBe("■ Market-maker protection");
    expect(said({ locks: ["lossBlocked"] })).toBe("▲ Loss limit");
    expect(said({ effectiveState: "halted", locks: ["disabled"] })).toBe("■ Halted");
    expect(said({ effectiveState: "halted", isKilled: true })).toBe("■ Kill switch");
    const killedActors = [{ actor: "owner", by: "risk" }];
    expect(stopOf({ nodes: [place(1, 1, { isKilled: true })], killedActors }, own, "risk")).toBeNull();
    expect(stopOf({ nodes: [], killedActors }, null, "owner")).toEqual({ word: "Kill switch", isHard: true });
  });
});
