import { describe, expect, it } from "vitest";
import { runHost } from "./runningHost.ts";
import { tempFolder } from "./tempFolder.ts";
import type { PlainCommand } from "../core/drive.ts";
import { connect, order, type TestClient } from "./testClient.ts";

const operator = { operator: true } as const;

/** Bounds the size of an order. */
const proposal = {
  type: "ProposeLimits",
  proposal: {
    nodeId: 4,
    changes: [{ control: "orderLots", instrumentId: 1, soft: null, hard: 500, parameter: null }],
    effectiveUs: null,
    expiresUs: null,
    reason: "first limits",
  },
} satisfies PlainCommand;

async function openProposal(client: TestClient): Promise<{ readonly proposalId: number; readonly by: string }> {
  const { tree } = await client.query({ type: "riskTree" });
  const waiting = tree.proposals.find(({ status }) => status === "proposed");
  if (waiting === undefined) throw new Error("no proposal waits");
  return { proposalId: waiting.proposalId, by: waiting.proposal.by };
}

describe("GW-62 signing in", () => {
  it("GW-62 makes the user the actor of what the client does, whoever was there before", async () => {
    const { host } = await runHost(tempFolder());
    const desk = await connect(host, "desk", { ...operator, session: "ui-1" });
    await desk.submit(order({ clientOrderId: 1 }));
    expect(await desk.ask({ type: "signIn", user: "owner" })).toMatchObject({ type: "done" });
    await desk.submit(order({ clientOrderId: 2 }));
    await desk.ask({ type: "signIn", user: "risk" });
    await desk.submit(order({ clientOrderId: 3 }));
    const { orders } = await desk.query({ type: "orders", beforeSeq: null, limit: 3 });
    expect(orders.map(({ clientOrderId, actor }) => [clientOrderId, actor])).toEqual([
      [3, "risk"],
      [2, "owner"],
      [1, "ui-1"],
    ]);
  });

  it("GW-62 RK-28 one user at two clients is one person, two users at one client are two; an owner approves nothing", async () => {
    const { host } = await runHost(tempFolder());
    const first = await connect(host, "desk", { ...operator, session: "ui-1" });
    const second = await connect(host, "desk", { ...operator, session: "ui-2" });
    for (const client of [first, second]) await client.ask({ type: "signIn", user: "risk" });
    expect((await first.submit(proposal)).refusal).toBeNull();
    const { proposalId, by } = await openProposal(first);
    expect(by).toBe("risk");
    expect((await second.submit({ type: "ApproveLimits", proposalId })).refusal).toMatchObject({ code: "RISK_SECOND_PERSON" });
    await second.ask({ type: "signIn", user: "owner" });
    expect(await second.refused({ type: "submit", command: { type: "ApproveLimits", proposalId } })).toMatchObject({
      code: "SENDER_REFUSED",
      field: "command.type",
      rule: "a user with the role riskOfficer",
    });
    await first.ask({ type: "signIn", user: "second" });
    expect((await first.submit({ type: "ApproveLimits", proposalId })).refusal).toBeNull();
  });

  it("GW-62 RK-21 RK-28 what takes an officer is refused where nobody has signed in, and its preview too", async () => {
    const { host } = await runHost(tempFolder());
    const first = await connect(host, "desk", { ...operator, session: "ui-1" });
    const second = await connect(host, "desk", { ...operator, session: "ui-2" });
    await first.ask({ type: "signIn", user: "owner" });
    expect((await first.submit(proposal)).refusal).toBeNull();
    const { proposalId } = await openProposal(first);
    const scope = { kind: "node", nodeId: 4 } as const;
    for (const command of [
      { type: "ApproveLimits", proposalId },
      { type: "RearmKillSwitch", rearm: { scope, reason: "all is well" } },
      { type: "ReleaseRiskLock", release: { nodeId: 4, lock: "protected", reason: "all is well" } },
      { type: "SetTradingState", change: { nodeId: 4, state: "active", reason: "all is well" } },
      { type: "SetTradingState", change: { nodeId: 4, state: "reduceOnly", reason: "all is well" } },
    ] as const) {
      for (const client of [first, second]) {
        const refusal = { code: "SENDER_REFUSED", field: "command.type", value: command.type, rule: "a user with the role riskOfficer" };
        expect(await client.refused({ type: "submit", command })).toMatchObject(refusal);
        expect(await client.refused({ type: "query", query: { type: "preview", command } })).toMatchObject(refusal);
      }
    }
    expect((await openProposal(first)).proposalId).toBe(proposalId);
    // To stop takes nobody's leave; to go on takes an officer.
    const change = { nodeId: 4, reason: "all is not well" };
    expect((await first.submit({ type: "SetTradingState", change: { ...change, state: "halted" } })).refusal).toBeNull();
    await second.ask({ type: "signIn", user: "risk" });
    expect((await second.submit({ type: "SetTradingState", change: { ...change, state: "active" } })).refusal).toBeNull();
  });

  it("GW-62 is refused to strangers and to clients that may not operate the venue, and changes nothing then", async () => {
    const { host } = await runHost(tempFolder());
    const desk = await connect(host, "desk", { ...operator, session: "ui-1" });
    expect(await desk.refused({ type: "signIn", user: "nobody" })).toMatchObject({
      code: "SENDER_REFUSED",
      field: "user",
      value: "nobody",
    });
    expect(await desk.refused({ type: "signIn", user: "" })).toMatchObject({ code: "MESSAGE_MALFORMED", field: "user" });
    const api = await connect(host, "desk", { session: "api-desk" });
    expect(await api.refused({ type: "signIn", user: "owner" })).toMatchObject({ code: "SENDER_REFUSED", field: "user" });
    await desk.submit(order({ clientOrderId: 7 }));
    const { orders } = await desk.query({ type: "orders", beforeSeq: null, limit: 1 });
    expect(orders[0]).toMatchObject({ clientOrderId: 7, actor: "ui-1" });
  });
});
