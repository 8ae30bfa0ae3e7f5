import { z } from "zod";
import { InvariantError, invariant } from "../../../shared/assert.ts";
import { recordedProposalSchema, riskControls, riskNodeSchema, VENUE_NODE } from "../../../shared/risk.ts";
import type { ByteReader, ByteWriter } from "../snapshot/canonicalBytes.ts";
import type { EngineState } from "../state/state.ts";
import { refreshDue } from "./evolveRisk.ts";
import { keyOf } from "./limitBook.ts";
import { writeEffectiveLimits } from "./effectiveLimits.ts";
import { NODE_COUNTERS } from "./nodes.ts";
import { changeWorking, ensureExposure } from "./track.ts";

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** Cash is told in steps of the largest whole number and what is left over. */
const CASH_STEP = BigInt(Number.MAX_SAFE_INTEGER);
const signed = z.number().int().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const boundsSchema = z.strictObject({
  soft: count.nullable(),
  hard: count.nullable(),
  parameter: count.nullable(),
  owner: z.string(),
  proposalId: count,
});

/** The part of the risk stage that is small beside orders: as JSON, with everything in a fixed order. */
const riskSchema = z.strictObject({
  /** Of all nodes from the venue on: parent, account, currency, trading state, locks, counters. */
  nodes: z.array(z.array(signed).length(5 + NODE_COUNTERS)).min(1),
  definitions: z.array(riskNodeSchema),
  /** Node, instrument, position, cash, start and lots of the protection window; then the cash that one number cannot hold beside it. */
  exposures: z.array(z.array(signed).min(6).max(7)),
  limits: z.array(
    z.strictObject({
      nodeId: count,
      control: z.enum(riskControls),
      instrumentId: count.nullable(),
      permanent: boundsSchema.nullable(),
      temporary: z.array(boundsSchema),
      changedUs: count,
      breachedUs: count,
      breachedSeq: count,
    }),
  ),
  proposals: z.array(
    z.strictObject({
      proposalId: count,
      proposal: recordedProposalSchema,
      status: z.enum(["proposed", "approved", "applied"]),
      approver: z.string(),
    }),
  ),
  killedActors: z.array(z.tuple([z.string(), z.string()])),
  killedNodes: z.array(z.tuple([count, z.string()])),
  sessions: z.array(z.tuple([z.string(), z.boolean()])),
  conversions: z.array(z.array(count).length(6)),
  references: z.array(z.tuple([count, z.strictObject({ ticks: count, atUs: count, goodForUs: count })])),
  duplicates: z.array(z.strictObject({ node: count, orders: z.array(count) })),
});
type RiskImage = z.infer<typeof riskSchema>;

export function writeRisk(state: EngineState, out: ByteWriter): void {
  out.text(JSON.stringify(imageOf(state)));
  const { accounts, orders, risk } = state;
  const places = new Map<number, number>();
  const names: string[] = [];
  const marks: number[] = [];
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    for (let order = accounts.firstOrder(accountId); order !== 0; order = orders.accountNext(order)) {
      const actor = orders.actor(order);
      if (!places.has(actor)) {
        places.set(actor, names.length);
        names.push(risk.actorNames[actor]!);
      }
      marks.push(places.get(actor)! * 2 + (orders.keepsOnDisconnect(order) ? 1 : 0));
    }
  }
  out.number(names.length);
  for (const name of names) out.text(name);
  for (const mark of marks) out.number(mark);
}

/** To be called when the orders have been read. Throws InvariantError on what writeRisk() cannot have written. */
export function readRisk(state: EngineState, from: ByteReader): void {
  const text = from.text();
  const names: string[] = [];
  for (let left = from.integer(0); left > 0; left -= 1) names.push(from.text());
  try {
    restoreImage(state, riskSchema.parse(JSON.parse(text)));
    readOrderMarks(state, from, names);
    state.risk.refreshIdle();
    refreshDue(state);
  } catch (error) {
    if (error instanceof InvariantError) throw error;
    throw new InvariantError("snapshot holds an impossible state of the risk stage", { cause: error });
  }
  invariant(JSON.stringify(imageOf(state)) === text, "snapshot holds a state of the risk stage that does not restore");
}

function readOrderMarks(state: EngineState, from: ByteReader, names: readonly string[]): void {
  const { accounts, orders, risk } = state;
  let fresh = 0;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    const node = risk.nodeOf(accountId);
    for (let order = accounts.firstOrder(accountId); order !== 0; order = orders.accountNext(order)) {
      const mark = from.integer(0);
      const place = Math.floor(mark / 2);
      const name = names[place];
      invariant(name !== undefined && place <= fresh, "snapshot has an order of no actor");
      if (place === fresh) fresh += 1;
      const row = node === VENUE_NODE ? 0 : ensureExposure(state, node, orders.instrumentId(order));
      orders.setSender(order, risk.actorNumber(name), mark % 2 === 1);
      orders.setExposure(order, row);
      if (row !== 0) changeWorking(state, row, order, orders.leavesLots(order));
    }
  }
  invariant(fresh === names.length && new Set(names).size === names.length, "snapshot has actors without orders");
}

function imageOf(state: EngineState): RiskImage {
  const { risk } = state;
  const { book, exposures, nodes } = risk;
  const byKey = (a: readonly [string | number, unknown], b: readonly [string | number, unknown]): number => (a[0] < b[0] ? -1 : 1);
  const image: RiskImage = {
    nodes: [],
    definitions: risk.definitions,
    exposures: [],
    limits: book.sorted().map((entry) => ({ ...entry })),
    proposals: [...book.proposals.values()].sort((a, b) => a.proposalId - b.proposalId).map((entry) => ({ ...entry })),
    killedActors: [...risk.killedActors].sort(byKey),
    killedNodes: [...risk.killedNodes].sort(byKey),
    sessions: [...risk.sessions].sort(byKey),
    conversions: risk.conversions.list(),
    references: [...risk.references].sort(byKey),
    duplicates: risk.duplicates.list(),
  };
  for (let node = 1; node <= nodes.highestHandle; node += 1) {
    const row = [nodes.parent(node), nodes.accountId(node), nodes.currency(node), nodes.state(node), nodes.locks(node)];
    for (let which = 0; which < NODE_COUNTERS; which += 1) row.push(nodes.counter(node, which));
    image.nodes.push(row);
  }
  for (let row = 1; row <= exposures.highestHandle; row += 1) {
    const cash = exposures.cash(row);
    const beyond = cash / CASH_STEP;
    image.exposures.push([
      exposures.node(row),
      exposures.instrumentId(row),
      exposures.position(row),
      Number(cash - beyond * CASH_STEP),
      exposures.protectionStart(row),
      exposures.protectionLots(row),
      ...(beyond === 0n ? [] : [Number(beyond)]),
    ]);
  }
  image.exposures.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  return image;
}

function restoreImage(state: EngineState, image: RiskImage): void {
  const { accounts, catalog, risk } = state;
  const { exposures, nodes } = risk;
  invariant(image.definitions.length === image.nodes.length - 1, "snapshot has risk nodes without definition");
  for (const [index, row] of image.nodes.entries()) {
    const node = index + 1;
    const [parent, accountId, currency, tradingState, locks] = row as [number, number, number, number, number];
    if (node === VENUE_NODE) invariant(parent === 0 && accountId === 0, "snapshot has an impossible venue node");
    else {
      invariant(parent >= 1 && parent <= image.nodes.length && parent !== node, `snapshot has risk node ${node} out of place`);
      invariant(accountId === 0 || accounts.exists(accountId), `snapshot has the risk node of nobody, ${node}`);
      nodes.create(parent, accountId, currency);
      if (accountId !== 0) risk.place(accountId, node);
    }
    nodes.setCurrency(node, currency);
    nodes.setState(node, tradingState);
    nodes.setLocks(node, locks);
    for (let which = 0; which < NODE_COUNTERS; which += 1) nodes.setCounter(node, which, row[5 + which]!);
  }
  risk.definitions.push(...image.definitions);
  for (let node = VENUE_NODE; node <= nodes.highestHandle; node += 1) expectRoot(state, node);
  type Exposure = [node: number, instrumentId: number, position: number, cash: number, startUs: number, lots: number, beyond?: number];
  for (const [node, instrumentId, position, cash, startUs, lots, beyond = 0] of image.exposures as Exposure[]) {
    invariant(nodes.exists(node) && catalog.hasInstrument(instrumentId), "snapshot has an exposure of nobody or of nothing");
    const row = ensureExposure(state, node, instrumentId);
    exposures.addPosition(row, position);
    exposures.addExactCash(row, BigInt(cash) + BigInt(beyond) * CASH_STEP);
    if (nodes.accountId(node) !== 0) addWorst(state, row);
    exposures.setProtection(row, startUs, lots);
  }
  for (const entry of image.limits) risk.book.entries.set(keyOf(entry.nodeId, entry.control, entry.instrumentId), entry);
  for (const entry of image.proposals) risk.book.proposals.set(entry.proposalId, entry);
  for (const { nodeId, instrumentId } of image.limits) {
    invariant(
      nodes.exists(nodeId) && (instrumentId === null || catalog.hasInstrument(instrumentId)),
      "snapshot has a limit of nobody or of nothing",
    );
  }
  writeEffectiveLimits(state);
  for (const [actor, by] of image.killedActors) risk.killedActors.set(actor, by);
  for (const [node, by] of image.killedNodes) risk.killedNodes.set(node, by);
  for (const [session, cancels] of image.sessions) risk.sessions.set(session, cancels);
  for (const mark of image.conversions) risk.conversions.set(...(mark as [number, number, number, number, number, number]));
  for (const [instrumentId, reference] of image.references) risk.references.set(instrumentId, reference);
  for (const { node, orders } of image.duplicates) {
    for (let at = 0; at + 4 <= orders.length; at += 4)
      risk.duplicates.note(node, orders[at]!, orders[at + 1]!, orders[at + 2]!, orders[at + 3]!);
  }
}

/** A position counts in the gross sums of all levels even without working orders. */
function addWorst(state: EngineState, account: number): void {
  const { exposures } = state.risk;
  for (let row = account, worst = exposures.worstLots(account); row !== 0; row = exposures.up(row)) exposures.addGross(row, worst);
}

function expectRoot(state: EngineState, node: number): void {
  const { nodes } = state.risk;
  let at = node;
  for (let steps = 0; at !== VENUE_NODE; steps += 1) {
    invariant(steps < 4 && nodes.exists(at), `snapshot has risk node ${node} below no venue`);
    at = nodes.parent(at);
  }
}
