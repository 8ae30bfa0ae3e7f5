import type { ServedExchange } from "../../edge/servedExchange.ts";

/** Two officers lift the message rates of the named places of the risk tree, the higher one first: a load is faster than any desk. */
export async function liftMessageRates(exchange: ServedExchange, places: readonly string[]): Promise<void> {
  const officer = await exchange.engine.connect("desk", { operator: true, session: "bench" });
  for (const place of places) {
    await officer.ask({ type: "signIn", user: "risk" });
    const { tree } = await officer.query({ type: "riskTree" });
    const found = tree.nodes.find(({ node }) => node.name === place);
    if (found === undefined) throw new Error(`the risk tree has no ${place}`);
    const changes = [{ control: "messages" as const, instrumentId: null, soft: null, hard: null, parameter: null }];
    const proposal = { nodeId: found.node.nodeId, changes, effectiveUs: null, expiresUs: null, reason: "a measured load" };
    const proposed = await officer.submit({ type: "ProposeLimits", proposal });
    await officer.ask({ type: "signIn", user: "second" });
    const waiting = (await officer.query({ type: "riskTree" })).tree.proposals.find(({ status }) => status === "proposed");
    if (proposed.refusal !== null || waiting === undefined) throw new Error(`no proposal for ${place}: ${proposed.refusal?.code}`);
    const approved = await officer.submit({ type: "ApproveLimits", proposalId: waiting.proposalId });
    if (approved.refusal !== null) throw new Error(`the limits of ${place} stay: ${approved.refusal.code}`);
  }
}
