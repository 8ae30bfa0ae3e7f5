import { describe, expect, it } from "vitest";
import type { RiskRecord } from "../../shared/riskRecord.ts";
import { commandSchema } from "../../shared/commands.ts";
import type { PlainCommand } from "../core/drive.ts";
import { createEngine } from "../../engine/core/engine.ts";
import { RiskRecords } from "../../engine/host/views/riskRecords.ts";
import { Views } from "../../engine/host/views/views.ts";
import { RecordCursor } from "../../engine/core/records/records.ts";
import { MOST_RISK_RECORDS } from "../../shared/riskRecord.ts";
import { ALPHA, BTC_USD, JournalScribe } from "./journalScribe.ts";
import { runHost } from "./runningHost.ts";
import { tempFolder } from "./tempFolder.ts";
import { connect, order, type TestClient } from "./testClient.ts";
import { join } from "node:path";

const operator = { operator: true } as const;
/** ALPHA's own place in the tree of the beginning. */
const NODE = 4;

const proposal = {
  type: "ProposeLimits",
  proposal: {
    nodeId: NODE,
    changes: [{ control: "orderLots", instrumentId: BTC_USD, soft: 50, hard: 500, parameter: null }],
    effectiveUs: null,
    expiresUs: null,
    reason: "mandate of the desk",
  },
} satisfies PlainCommand;

/** What a person did, without what the venue began with. */
async function deeds(client: TestClient, afterSeq: number): Promise<readonly RiskRecord[]> {
  return (await client.query({ type: "riskRecord", list: "deeds", afterSeq })).records;
}

const brief = ({ by, event, cancelled }: RiskRecord): readonly unknown[] => [by, event.type, cancelled];

describe("RK-35 the record of deeds and breaches", () => {
  it("RK-35 tells operators who did what, why, and what came of it, live, after a restart and at a past sequence", async () => {
    const folder = tempFolder();
    const { host } = await runHost(folder);
    const desk = await connect(host, "desk", { ...operator, session: "ui-1" });
    const beginning = (await desk.query({ type: "stateHash" })).seq;
    await desk.signIn("risk");
    await desk.submit(proposal);
    const [{ seq: proposalId } = { seq: 0 }] = await deeds(desk, beginning);
    expect((await desk.submit({ type: "ApproveLimits", proposalId })).refusal).toMatchObject({ code: "RISK_SECOND_PERSON" });
    await desk.signIn("second");
    await desk.submit({ type: "ApproveLimits", proposalId });
    await desk.signIn("owner");
    const tooLarge = order({ accountId: ALPHA, limitTicks: 6_000_000, lots: 60 });
    expect((await desk.submit(tooLarge)).refusal).toMatchObject({ code: "RISK_ORDER_LOTS_SOFT" });
    await desk.submit(order({ accountId: ALPHA, limitTicks: 6_000_000, lots: 60, confirmation: "client insists" }));
    await desk.signIn("risk");
    const scope = { kind: "account", accountId: ALPHA } as const;
    await desk.submit({ type: "EngageKillSwitch", kill: { scope, flatten: false, reason: "runaway algorithm" } });
    await desk.signIn("second");
    await desk.submit({ type: "RearmKillSwitch", rearm: { scope, reason: "algorithm is off" } });

    const told = await deeds(desk, beginning);
    expect(told.map(brief)).toEqual([
      ["risk", "LimitsProposed", 0],
      ["risk", "CommandDenied", 0],
      ["second", "LimitsApproved", 0],
      ["second", "LimitsApplied", 0],
      ["owner", "SoftLimitConfirmed", 0],
      ["risk", "KillSwitchEngaged", 1],
      ["second", "KillSwitchRearmed", 0],
    ]);
    expect(told[4]?.event).toMatchObject({ accountId: ALPHA, control: "orderLots", actual: 60, limit: 50, confirmation: "client insists" });
    expect(told[5]?.event).toMatchObject({ kill: { by: "risk", reason: "runaway algorithm" } });
    const { records: breaches } = await desk.query({ type: "riskRecord", list: "breaches", afterSeq: beginning });
    expect(breaches.map(({ by, event }) => [by, event])).toMatchObject([["owner", { type: "RiskBreached", tier: "soft", actual: 60 }]]);
    // The beginning's own limits were proposed and approved as well.
    const all = await deeds(desk, 0);
    expect(all.filter(({ by }) => by === "genesis checker").length).toBeGreaterThan(5);
    const stranger = await connect(host, "desk", { session: "api" });
    const query = { type: "riskRecord", list: "deeds", afterSeq: 0 };
    expect(await stranger.refused({ type: "query", query })).toMatchObject({ code: "SENDER_REFUSED", value: "riskRecord" });
    const killSeq = told[5]?.seq ?? 0;
    await desk.ask({ type: "travel", atSeq: killSeq });
    expect((await deeds(desk, 0)).at(-1)).toEqual({ ...told[5] });
    await host.shutdown();

    const again = await connect((await runHost(folder)).host, "desk", { ...operator, session: "ui-2" });
    expect(await deeds(again, 0)).toEqual(all);
    expect(await deeds(again, killSeq)).toEqual(told.slice(6));
  });

  it("RK-35 a storm of breaches crowds out no deed, and says that older breaches are left out", () => {
    const scribe = new JournalScribe(join(tempFolder(), "journal.db"));
    const bounded = scribe.commit([commandSchema.parse(proposal)], "maker");
    const proposalId = bounded.firstSeq + bounded.count - 1;
    scribe.commit([commandSchema.parse({ type: "ApproveLimits", proposalId })], "checker");
    const tooLarge = Array.from({ length: 2 * MOST_RISK_RECORDS + 1 }, (_, n) =>
      commandSchema.parse(order({ accountId: ALPHA, clientOrderId: n + 1, limitTicks: 6_500_000, lots: 501 })),
    );
    scribe.commit(tooLarge, "machine");
    const records = new RiskRecords();
    for (const batch of scribe.batches) {
      const cursor = new RecordCursor(batch);
      while (cursor.next()) records.apply(cursor);
    }
    const breaches = records.newest({ list: "breaches", afterSeq: 0 });
    expect([breaches.records.length, breaches.isComplete]).toEqual([MOST_RISK_RECORDS, false]);
    expect(records.newest({ list: "deeds", afterSeq: 0 }).isComplete).toBe(true);
    const newest = records.newest({ list: "breaches", afterSeq: records.completeAbove("breaches") });
    expect([newest.records.length, newest.isComplete]).toEqual([MOST_RISK_RECORDS, true]);
    // Folded views tell the same as the records alone.
    const views = new Views(createEngine());
    for (const batch of scribe.batches) views.apply(batch);
    expect(views.riskRecords.newest({ list: "deeds", afterSeq: 0 })).toEqual(records.newest({ list: "deeds", afterSeq: 0 }));
  });
});
