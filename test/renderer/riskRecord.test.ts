import { describe, expect, it } from "vitest";
import { breachRows, DeedRows, type RecordNames } from "../../renderer/app/riskRecordRows.ts";
import type { AccountId, AssetId, ClientOrderId, EpochUs, Seq } from "../../shared/ids.ts";
import type { LimitChange } from "../../shared/risk.ts";
import type { RiskRecord, RiskRecordEvent } from "../../shared/riskRecord.ts";
import { BTCUSD, btcUsd, usd } from "./support/venue.ts";

const names: RecordNames = {
  user: (code) => ({ risk: "Risk officer", second: "Second officer" })[code] ?? code,
  account: () => undefined,
  instrument: (id) => (id === BTCUSD ? btcUsd : undefined),
  asset: () => usd,
  venue: "Venue",
  currency: 1 as AssetId,
  time: (us) => `time ${us}`,
  refusal: ({ refusal }) => refusal.code,
};

let seq = 100;
function record(by: string, event: RiskRecordEvent, cancelled = 0): RiskRecord {
  seq += 2;
  return { seq: seq as Seq, causeSeq: (seq - 1) as Seq, atUs: seq as EpochUs, by, event, cancelled };
}

const net = (soft: number | null, hard: number | null): LimitChange => ({
  control: "netLots",
  instrumentId: BTCUSD,
  soft,
  hard,
  parameter: null,
});

const node = record("genesis", {
  type: "RiskNodeDefined",
  node: { nodeId: 4, level: "account", parentId: 1, name: "ALPHA", accountId: 2 as AccountId, currencyAssetId: 1 as AssetId },
});

function limits(id: number, change: LimitChange, expiresUs: EpochUs | null = null): readonly RiskRecord[] {
  const proposalId = id as Seq;
  const proposal = { nodeId: 4, changes: [change], effectiveUs: null, expiresUs, reason: `mandate ${id}`, by: "risk" };
  const approved = record("second", { type: "LimitsApproved", proposalId, by: "second" });
  return [
    record("risk", { type: "LimitsProposed", proposalId, proposal }),
    approved,
    { ...record("second", { type: "LimitsApplied", proposalId }), causeSeq: approved.causeSeq },
  ];
}

/** Lots of the pair in words. */
const btc = (lots: number): string => new DeedRows(names).figure("netLots", lots, 4, BTCUSD);

describe("RK-35 the deeds in words", () => {
  it("RK-35 a limit says from what to what, who proposed and who approved it, and why", () => {
    const rows = new DeedRows(names).add([node, ...limits(1, net(500, 1_000)), ...limits(2, net(null, 100))]);
    expect(rows.filter(({ kind }) => kind === "limitInForce")).toMatchObject([
      {
        by: "Second officer",
        place: "ALPHA",
        control: "Net position BTC/USD",
        from: "no limit",
        to: `soft ${btc(500)}, hard ${btc(1_000)}`,
        reason: "mandate 1",
        detail: "proposal 1 by Risk officer, approved by Second officer",
      },
      { from: `soft ${btc(500)}, hard ${btc(1_000)}`, to: `soft none, hard ${btc(100)}`, reason: "mandate 2" },
    ]);
    // The approval that puts it in force at once is no row of its own.
    expect(rows.filter(({ kind }) => kind === "limitApproved")).toEqual([]);
    expect(rows.find(({ kind, reason }) => kind === "limitProposed" && reason === "mandate 2")?.from).toBe(
      `soft ${btc(500)}, hard ${btc(1_000)}`,
    );
    expect(btc(500)).toMatch(/ BTC$/);
  });

  it("RK-35 a limit for a time ends with what then holds", () => {
    const deeds = new DeedRows(names);
    deeds.add([node, ...limits(1, net(null, 1_000)), ...limits(2, net(null, 2_000), 9 as EpochUs), ...limits(3, net(null, 500))]);
    const [ended] = deeds.add([record("host", { type: "LimitsExpired", proposalId: 2 as Seq })]);
    expect(ended).toMatchObject({ kind: "limitEnded", from: `soft none, hard ${btc(2_000)}`, to: `soft none, hard ${btc(500)}` });
  });

  it("RK-35 stops say who, why and what became of the orders; a refused attempt is there too", () => {
    const scope = { kind: "node", nodeId: 4 } as const;
    const change = { nodeId: 4, state: "halted", reason: "news", by: "risk" } as const;
    const rows = new DeedRows(names).add([
      node,
      record("risk", { type: "TradingStateSet", change }, 3),
      record("risk", { type: "KillSwitchEngaged", kill: { scope, flatten: true, reason: "runaway", by: "risk" } }, 1),
      record("second", { type: "KillSwitchRearmed", rearm: { scope, reason: "algorithm is off", by: "second" } }),
      record("risk", {
        type: "CommandDenied",
        commandType: "ApproveLimits",
        // Only its code is looked at here.
        refusal: { code: "RISK_SECOND_PERSON" } as Extract<RiskRecordEvent, { type: "CommandDenied" }>["refusal"],
      }),
    ]);
    expect(rows.slice(1)).toMatchObject([
      { kind: "state", by: "Risk officer", from: "Active", to: "Halted", reason: "news", detail: "3 orders cancelled" },
      { kind: "kill", scope, to: "killed, positions traded back", reason: "runaway", detail: "1 order cancelled" },
      { kind: "rearm", by: "Second officer", reason: "algorithm is off" },
      { kind: "refused", to: "approve a limit", detail: "RISK_SECOND_PERSON" },
    ]);
  });

  it("RK-35 a confirmation and a breach tell limit and worst case with their units", () => {
    const deeds = new DeedRows(names);
    const figures = {
      nodeId: 4,
      control: "netLots",
      instrumentId: BTCUSD,
      accountId: 2 as AccountId,
      limit: 50,
      used: 10,
      actual: 60,
    } as const;
    const confirmed = record("owner", {
      type: "SoftLimitConfirmed",
      ...figures,
      clientOrderId: 7 as ClientOrderId,
      confirmation: "client insists",
    });
    expect(deeds.add([node, confirmed]).at(-1)).toMatchObject({ from: btc(50), to: btc(60), reason: "client insists" });
    const breach = record("owner", { type: "RiskBreached", ...figures, tier: "soft", headroom: 40 });
    expect(breachRows([breach, confirmed], deeds, names)).toMatchObject([
      { place: "ALPHA", tier: "Soft", limit: btc(50), used: btc(10), asked: btc(60), headroom: btc(40) },
    ]);
  });
});
