import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PreviewSummary } from "../../shared/preview.ts";
import { SEED } from "../core/runBoth.ts";
import { ALPHA, BRAVO, MAKER } from "./journalScribe.ts";
import { runHost } from "./runningHost.ts";
import { eventually, tempFolder } from "./tempFolder.ts";
import { connect, order, type TestClient } from "./testClient.ts";

const ask = async (client: TestClient, command: object): Promise<PreviewSummary> =>
  (await client.query({ type: "preview", command })).preview;

describe(`FK-3 previews over a client's line, seed ${SEED}`, () => {
  it("FK-3 what is foretold is what happens when nothing else comes first, for random orders on a moving book", async () => {
    const { host } = await runHost(tempFolder());
    const desk = await connect(host, "desk", { operator: true });
    await desk.subscribe();
    const anOrder = fc.record({
      accountId: fc.constantFrom(ALPHA, BRAVO),
      side: fc.constantFrom("buy" as const, "sell" as const),
      limitTicks: fc.integer({ min: 6_499_990, max: 6_500_010 }),
      lots: fc.oneof(fc.integer({ min: 20, max: 5_000 }), fc.integer({ min: 20, max: 1_700_000 })),
      timeInForce: fc.constantFrom("gtc" as const, "ioc" as const, "fok" as const),
      postOnly: fc.constantFrom(null, "reject" as const, "reprice" as const),
    });
    let compared = 0;
    let filled = 0;
    let refused = 0;
    for (const fields of fc.sample(anOrder, { numRuns: 160, seed: SEED })) {
      const command = order({ ...fields, postOnly: fields.timeInForce === "gtc" ? fields.postOnly : null });
      const { seq, preview } = await desk.query({ type: "preview", command });
      const outcome = await desk.submit(command);
      // The venue's clock may have come between; else the command has the very next sequence number.
      if (outcome.seq !== seq + 1) continue;
      compared += 1;
      expect(preview.refusal).toEqual(outcome.refusal);
      if (outcome.orderId === null) {
        refused += 1;
        expect(preview.order).toBeNull();
        continue;
      }
      const row = await eventually(
        () =>
          desk
            .frames()
            .flatMap(({ orders }) => orders)
            .findLast(({ orderId }) => orderId === outcome.orderId),
        "the order's row",
      );
      const foretold = preview.order!;
      expect({ filled: row.filledLots, average: row.averageTicks }).toEqual({
        filled: foretold.filledLots,
        average: foretold.averageTicks,
      });
      expect(row.leavesLots).toBe(foretold.rests?.lots ?? 0);
      if (foretold.filledLots > 0) {
        filled += 1;
        const fills = desk.frames().flatMap((frame) => frame.fills.filter(({ orderId }) => orderId === outcome.orderId));
        expect(fills.reduce((sum, { fee }) => sum + fee, 0)).toBe(foretold.fees);
        expect(fills.reduce((sum, { notional }) => sum + notional, 0)).toBe(foretold.value);
      }
      for (const { assetId, accountId, after } of preview.balances) {
        const balance = desk
          .frames()
          .flatMap(({ balances }) => balances)
          .findLast((one) => one.accountId === accountId && one.assetId === assetId);
        expect(balance).toMatchObject(after);
      }
    }
    expect(compared).toBeGreaterThan(40);
    expect(filled).toBeGreaterThan(5);
    expect(refused).toBeGreaterThan(5);
  });

  it("FK-3 changes nothing, and tells nobody of an account that is not their own", async () => {
    const { host } = await runHost(tempFolder());
    const desk = await connect(host, "desk", { operator: true });
    const maker = await connect(host, "sim-maker");
    const before = await desk.stateHash();
    await ask(desk, order({ accountId: ALPHA }));
    expect(await desk.stateHash()).toEqual(before);
    expect(await maker.refused({ type: "query", query: { type: "preview", command: order({ accountId: ALPHA }) } })).toMatchObject({
      code: "ACCOUNT_FORBIDDEN",
    });
    expect(await maker.refused({ type: "query", query: { type: "riskTree" } })).toMatchObject({ code: "SENDER_REFUSED" });
    expect(await desk.refused({ type: "query", query: { type: "preview", command: order({ accountId: MAKER }) } })).toMatchObject({
      code: "ACCOUNT_FORBIDDEN",
    });
    expect(await desk.refused({ type: "query", query: { type: "preview", command: { ...order(), lots: 0.5 } } })).toMatchObject({
      code: "MESSAGE_MALFORMED",
      field: "query.command.lots",
    });
  });

  it("GW-5 RK-28 a limit is proposed by one session and approved by another, and the tree tells of it", async () => {
    const { host } = await runHost(tempFolder());
    const maker = await connect(host, "desk", { operator: true, session: "ui-1" });
    const checker = await connect(host, "desk", { operator: true, session: "ui-2" });
    await maker.ask({ type: "signIn", user: "risk" });
    await checker.ask({ type: "signIn", user: "second" });
    const before = await maker.query({ type: "riskTree" });
    const place = before.tree.nodes.find(({ accountId }) => accountId === ALPHA);
    expect(place?.node.name).toBe("ALPHA");
    const nodeId = place!.node.nodeId;
    await maker.submit({
      type: "ProposeLimits",
      proposal: {
        nodeId,
        changes: [{ control: "orderLots", instrumentId: 1, soft: null, hard: 500, parameter: null }],
        effectiveUs: null,
        expiresUs: null,
        reason: "first limits",
      },
    });
    const { tree } = await maker.query({ type: "riskTree" });
    const [waiting] = tree.proposals;
    expect(waiting).toMatchObject({ status: "proposed", proposal: { by: "risk", nodeId } });
    const approve = { type: "ApproveLimits" as const, proposalId: waiting!.proposalId };
    expect((await maker.submit(approve)).refusal?.code).toBe("RISK_SECOND_PERSON");
    expect((await checker.submit(approve)).refusal).toBeNull();
    const after = await maker.query({ type: "riskTree" });
    const controls = after.tree.nodes.find((view) => view.node.nodeId === nodeId)?.controls;
    expect(controls).toContainEqual(expect.objectContaining({ control: "orderLots", instrumentId: 1, hard: 500, owner: "second" }));
    expect((await ask(maker, order({ accountId: ALPHA, lots: 501 }))).largestLots).toBe(500);
  });
});
