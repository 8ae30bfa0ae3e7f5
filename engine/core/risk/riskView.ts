import { invariant } from "../../../shared/assert.ts";
import type { AccountId, EpochUs, InstrumentId, Seq } from "../../../shared/ids.ts";
import {
  VENUE_NODE,
  riskLocks,
  tradingStates,
  type OpenProposal,
  type RiskControlView,
  type RiskLevel,
  type RiskLock,
  type RiskNode,
  type RiskView,
  type RiskTree,
} from "../../../shared/risk.ts";
import type { Engine } from "../engineParts.ts";
import type { EngineState } from "../state/state.ts";
import {
  DUPLICATES,
  EXECUTIONS,
  GROSS_LOTS,
  KILLED,
  LIQUIDATION,
  LOSS,
  MESSAGES,
  NET_LOTS,
  NO_LIMIT,
  OPEN_VALUE,
  ORDER_TO_TRADE,
  PROTECTION_FILLS,
  PROTECTION_LOTS,
  lockBit,
} from "./controls.ts";
import { boundsOf, instrumentPlace, nodePlace, type LimitEntry } from "./limitBook.ts";
import { lossOf } from "./loss.ts";
import {
  COOLING_UNTIL,
  EXECUTIONS_COUNT,
  EXECUTIONS_START,
  PROTECTION_COUNT,
  PROTECTION_START,
  RATIO_FILLS,
  RATIO_MESSAGES,
  TOKENS_AT,
  TOKENS_USED,
} from "./nodes.ts";
import { TOKEN, countInWindow, protectedLots } from "./track.ts";

/** Every control of a node and of those above it: bounds, owner, use, headroom, last change, last breach. Throws InvariantError for no node. */
export function riskView(engine: Engine, nodeId: number): RiskView {
  const { state } = engine;
  const { book, nodes } = state.risk;
  invariant(nodes.exists(nodeId), `there is no risk node ${nodeId}`);
  const chain: number[] = [];
  for (let node = nodeId; node !== 0; node = nodes.parent(node)) chain.push(node);
  const until = nodes.counter(nodeId, COOLING_UNTIL);
  const accountId = nodes.accountId(nodeId);
  return {
    node: definitionOf(state, nodeId),
    accountId: accountId === 0 ? null : (accountId as AccountId),
    state: tradingStates[nodes.state(nodeId)]!,
    effectiveState: tradingStates[Math.max(...chain.map((node) => nodes.state(node)))]!,
    isKilled: chain.some((node) => (nodes.locks(node) & KILLED) !== 0),
    locks: riskLocks.filter((lock: RiskLock) => (nodes.locks(nodeId) & lockBit(lock)) !== 0),
    untilUs: until === 0 ? null : (until as EpochUs),
    controls: chain.flatMap((node) =>
      book
        .sorted()
        .filter((entry) => entry.nodeId === node && boundsOf(entry) !== null)
        .map((entry) => viewOf(state, entry)),
    ),
  };
}

/** What a node is called. Throws for no node. */
export function riskNodeName(engine: Engine, nodeId: number): string {
  return definitionOf(engine.state, nodeId).name;
}

/** Ids of all nodes, the venue's first. */
export function riskNodeIds({ state }: Engine): readonly number[] {
  return [VENUE_NODE, ...state.risk.definitions.map(({ nodeId }) => nodeId)];
}

/** Proposals that wait for a second person or for their time, oldest first (RK-28). */
export function openProposals({ state }: Engine): readonly OpenProposal[] {
  return [...state.risk.book.proposals].flatMap(([proposalId, { proposal, status }]) =>
    status === "applied" ? [] : [{ proposalId: proposalId as Seq, status, proposal }],
  );
}

/** Who is blocked by a kill switch of their own, and who engaged it. */
export function killedActors({ state }: Engine): readonly { readonly actor: string; readonly by: string }[] {
  return [...state.risk.killedActors].map(([actor, by]) => ({ actor, by }));
}

/** Who engaged the kill switch of each killed node, by node id, and whether positions at an outside venue are traded back meanwhile (CN-18). */
export function killedNodes({ state }: Engine): RiskTree["killedNodes"] {
  return [...state.risk.killedNodes].map(([nodeId, by]) => ({ nodeId, by, isFlattening: state.routes.flattening.has(nodeId) }));
}

function definitionOf(state: EngineState, nodeId: number): RiskNode {
  const { nodes, definitions } = state.risk;
  if (nodeId !== VENUE_NODE) return definitions[nodeId - 2]!;
  // The venue counts in the first asset, and its number is its own parent's.
  const currencyAssetId = nodes.currency(VENUE_NODE) as RiskNode["currencyAssetId"];
  return { nodeId: VENUE_NODE, level: "venue", parentId: VENUE_NODE, name: "Venue", accountId: null, currencyAssetId };
}

function viewOf(state: EngineState, entry: LimitEntry): RiskControlView {
  const { exposures, nodes } = state.risk;
  const bounds = boundsOf(entry)!;
  const { nodeId, instrumentId } = entry;
  const row = instrumentId === null ? 0 : exposures.find(nodeId, instrumentId);
  const place = instrumentId === null ? nodePlace(entry.control) : instrumentPlace(entry.control);
  const soft = instrumentId === null ? nodes.soft(nodeId, place) : exposures.soft(row, place);
  const hard = instrumentId === null ? nodes.hard(nodeId, place) : exposures.hard(row, place);
  const used = instrumentId === null ? nodeUse(state, nodeId, place) : rowUse(state, row, place);
  return {
    control: entry.control,
    instrumentId: instrumentId as InstrumentId | null,
    nodeId,
    level: definitionOf(state, nodeId).level satisfies RiskLevel,
    owner: bounds.owner,
    soft: bounds.soft === null ? null : soft,
    hard: hard === NO_LIMIT ? null : hard,
    parameter: bounds.parameter,
    used,
    headroom: used === null || hard === NO_LIMIT ? null : Math.max(0, hard - used),
    changedUs: entry.changedUs as EpochUs,
    breachedUs: entry.breachedUs === 0 ? null : (entry.breachedUs as EpochUs),
    breachedSeq: entry.breachedSeq === 0 ? null : (entry.breachedSeq as Seq),
  };
}

function rowUse(state: EngineState, row: number, place: number): number | null {
  const { exposures } = state.risk;
  switch (place) {
    case NET_LOTS:
      return exposures.worstLots(row);
    case GROSS_LOTS:
      return exposures.gross(row);
    case PROTECTION_LOTS:
      return protectedLots(state, row);
    default:
      return null;
  }
}

function nodeUse(state: EngineState, node: number, place: number): number | null {
  const { conversions, nodes, openValues } = state.risk;
  switch (place) {
    case OPEN_VALUE: {
      let used = 0;
      for (let row = nodes.firstOpenValue(node); row !== 0; row = openValues.next(row)) {
        const open = conversions.convert(openValues.value(row), openValues.assetId(row), nodes.currency(node), state.lastAtUs);
        if (open < 0) return null;
        used += open;
      }
      return Math.min(used, Number.MAX_SAFE_INTEGER);
    }
    case MESSAGES: {
      const refilled = (state.lastAtUs - nodes.counter(node, TOKENS_AT)) * nodes.parameter(node, MESSAGES);
      return Math.ceil(Math.max(0, nodes.counter(node, TOKENS_USED) - refilled) / TOKEN);
    }
    case ORDER_TO_TRADE:
      return Math.ceil(nodes.counter(node, RATIO_MESSAGES) / (nodes.counter(node, RATIO_FILLS) + 1));
    case EXECUTIONS:
      return countInWindow(state, node, EXECUTIONS, EXECUTIONS_START, EXECUTIONS_COUNT);
    case PROTECTION_FILLS:
      return countInWindow(state, node, PROTECTION_FILLS, PROTECTION_START, PROTECTION_COUNT);
    case LOSS:
    case LIQUIDATION: {
      const loss = lossOf(state, node);
      return Number.isNaN(loss) ? null : loss;
    }
    case DUPLICATES:
    default:
      return null;
  }
}
