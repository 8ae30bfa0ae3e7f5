import { describe, expect, it } from "vitest";
import type { AccountId, EpochUs, Seq } from "../../shared/ids.ts";
import type { KillScope } from "../../shared/risk.ts";
import type { RiskRecord } from "../../shared/riskRecord.ts";
import { parameterKind, parameterText } from "../../renderer/app/riskFigures.ts";
import { lastKill, parseParameter } from "../../renderer/features/risk/riskModel.ts";

describe("SC-7 a proposed limit's further figure", () => {
  it("is tokens, a window or a cooling-off, where the control has one", () => {
    expect(parameterKind("messages")).toBe("tokens");
    expect(parameterKind("duplicates")).toBe("window");
    expect(parameterKind("loss")).toBe("coolingOff");
    expect(parameterKind("orderLots")).toBeNull();
  });

  it("is taken exactly as typed, and never made up", () => {
    expect(parseParameter("window", "1.5")).toBe(1_500_000);
    expect(parseParameter("coolingOff", "3 600")).toBe(3_600_000_000);
    expect(parseParameter("tokens", "5,000")).toBe(5_000);
    for (const text of ["", "soon", "0", "-1", "1.0000001", "1e3"]) expect(parseParameter("window", text), text).toBeNull();
    for (const text of ["1.5", "10000000000000000"]) expect(parseParameter("tokens", text), text).toBeNull();
  });

  it("is told to who approves it, with its unit", () => {
    expect(parameterText("executions", 1_500_000)).toBe("window 1.5 s");
    expect(parameterText("loss", 3_600_000_000)).toMatch(/^cooling-off 3\s600 s$/);
    expect(parameterText("messages", 50)).toBe("50 tokens a second");
    expect(parameterText("orderLots", null)).toBe("");
  });
});

describe("RK-35 under which kill a scope stands", () => {
  it("RK-35 is the newest of that very scope", () => {
    const kill = (seq: number, scope: KillScope, reason: string): RiskRecord => ({
      seq: seq as Seq,
      causeSeq: (seq - 1) as Seq,
      atUs: seq as EpochUs,
      by: "risk",
      event: { type: "KillSwitchEngaged", kill: { scope, flatten: false, reason, by: "risk" } },
      cancelled: 0,
    });
    const user = { kind: "user", actor: "owner" } as const;
    const account = { kind: "account", accountId: 2 as AccountId } as const;
    const deeds = [
      kill(2, account, "first"),
      kill(4, { kind: "node", nodeId: 2 }, "desk"),
      kill(6, account, "again"),
      kill(8, user, "person"),
    ];
    expect(lastKill(deeds, account)).toEqual({ seq: 6, atUs: 6, reason: "again" });
    expect(lastKill(deeds, user)?.reason).toBe("person");
    expect(lastKill(deeds, { kind: "node", nodeId: 3 })).toBeNull();
  });
});
