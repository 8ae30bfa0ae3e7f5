import { commandSchema, type Command } from "../../shared/commands.ts";
import { pairTypes } from "../../shared/catalog.ts";

/*
 * What stands between an order and the book at the real venue: licences and rules, a fee schedule with tiers and a minimum, and a risk tree with
 * limits at every level. Wide enough that a benchmark's orders pass, so that every order pays for every stage.
 */

const USD = 1;
const PROPOSER = "maker";
const APPROVER = "checker";

type Sent = { readonly command: Command; readonly actor: string };

/** Venue, licence, rules and fees; they come before the first account and instrument. */
export function licensing(): Command[] {
  const rates = [2_900, 2_500, 2_000, 1_500].map((makerPpm, tier) => {
    const rate = { makerPpm, takerPpm: 2_900 };
    return { minVolumeUsd: tier * 10_000_000, ...Object.fromEntries(pairTypes.map((pairType) => [pairType, rate])) };
  });
  const clientClasses = ["retail", "individualProfessional", "corporateProfessional", "omnibus", "house"];
  const rule = {
    venueId: 1,
    licenceId: 1,
    clientClasses,
    product: null,
    pairs: null,
    fromUs: 0,
    untilUs: null,
    clause: "For the benchmark.",
  };
  return [
    { type: "DefineVenue", venue: { venueId: 1, siteCode: "HK", name: "Venue", operator: "Venue Limited", jurisdiction: "HK" } },
    {
      type: "DefineLicence",
      licence: {
        licenceId: 1,
        venueId: 1,
        regulator: "Regulator",
        name: "Licence",
        reference: "no. 1",
        status: "held",
        fromUs: 0,
        products: [{ product: "spot", fromUs: 0 }],
        remark: "",
      },
    },
    { type: "SetEligibilityRule", rule: { ruleId: 1, ...rule, effect: "deny", residence: { mode: "only", places: ["CN"] } } },
    { type: "SetEligibilityRule", rule: { ruleId: 2, ...rule, effect: "allow", residence: { mode: "any" } } },
    {
      type: "DefineFeeSchedule",
      schedule: { scheduleId: 1, venueId: 1, name: "Fees", fromUs: 0, minimumFeeUsdMillionths: 1_990_000, tiers: rates, reference: "none" },
    },
  ].map((command) => commandSchema.parse(command));
}

/** A firm with ten desks, the accounts spread over them, and limits at every level; `records` is the number of records before. */
export function riskTree(accountIds: readonly number[], instruments: number, records: number): Sent[] {
  const DESKS = 10;
  const FIRM = 2;
  const node = (nodeId: number, level: string, parentId: number, accountId: number | null): Command =>
    commandSchema.parse({
      type: "DefineRiskNode",
      node: { nodeId, level, parentId, name: `${level} ${nodeId}`, accountId, currencyAssetId: USD },
    });
  const desks = Array.from({ length: DESKS }, (_, n) => FIRM + 1 + n);
  const nodes = [
    node(FIRM, "firm", 1, null),
    ...desks.map((id) => node(id, "desk", FIRM, null)),
    ...accountIds.map((accountId, n) => node(FIRM + 1 + DESKS + n, "account", desks[n % DESKS]!, accountId)),
  ];
  const proposals = nodes.map((_, n) => proposal(FIRM + n, instruments));
  // Each of these commands is answered by one event.
  const approvals = proposals.map((_, n) =>
    commandSchema.parse({ type: "ApproveLimits", proposalId: records + 2 * (nodes.length + n + 1) }),
  );
  return [
    ...[...nodes, ...proposals].map((command) => ({ command, actor: PROPOSER })),
    ...approvals.map((command) => ({ command, actor: APPROVER })),
  ];
}

function proposal(nodeId: number, instruments: number): Command {
  const wide = 10 ** 14;
  const ofNode = ["orderValue", "openValue"].map((control) => ({ control, instrumentId: null, soft: wide, hard: wide, parameter: null }));
  const ofInstruments = Array.from({ length: instruments }, (_, n) =>
    ["orderLots", "netLots"].map((control) => ({ control, instrumentId: n + 1, soft: 10 ** 9, hard: 10 ** 9, parameter: null })),
  ).flat();
  const changes = [...ofNode, ...ofInstruments].slice(0, 64);
  return commandSchema.parse({
    type: "ProposeLimits",
    proposal: { nodeId, changes, effectiveUs: null, expiresUs: null, reason: "For the benchmark." },
  });
}
