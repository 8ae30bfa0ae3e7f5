import { unreachable } from "../../shared/assert.ts";
import type { InstrumentFees, Listing, Query, QueryResult } from "../../shared/protocol.ts";
import { typedError } from "../../shared/errors.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { Command } from "../../shared/commands.ts";
import type { AccountId, EpochUs } from "../../shared/ids.ts";
import type { RiskTree, RiskView } from "../../shared/risk.ts";
import { lastAtUs, lastSeq, type Engine } from "../core/engine.ts";
import { preview } from "../core/preview.ts";
import { admittedClasses, feeTerms } from "../core/eligibility/ruleQueries.ts";
import { instruments, tradingPhase } from "../core/queries.ts";
import { killedActors, killedNodes, openProposals, riskNodeIds, riskView } from "../core/risk/riskView.ts";
import type { DataFolder } from "./dataFolder.ts";
import { olderRiskRecords, olderRows } from "./olderRows.ts";
import type { ReaderThreads } from "./readerThreads.ts";
import { stateHashOf } from "./snapshots.ts";
import type { DepthHistory } from "./views/depthHistory.ts";
import type { Views } from "./views/views.ts";

export type QueryContext = {
  readonly views: Views;
  readonly depthHistory: DepthHistory;
  readonly owner: string;
  readonly folder: DataFolder;
  readonly readers: ReaderThreads;
  /** Name under which the asking client's commands are journaled. */
  readonly actor: string;
  readonly nowUs: () => EpochUs;
  /** Memory of an earlier preview's fork. */
  readonly spare: Engine;
  /** Where views of the past stand: the journal is not read beyond. */
  readonly upToSeq?: number;
};

/** Answers a client's question about its own accounts and the public market. */
export async function answerQuery(query: Query, context: QueryContext): Promise<Result<QueryResult>> {
  const { views } = context;
  switch (query.type) {
    case "candles": {
      const { instrumentId, intervalSeconds, limit } = query;
      const unlisted = refuseUnlisted(instrumentId, views);
      if (unlisted !== null) return unlisted;
      const candles = views.candles.bars(instrumentId, intervalSeconds, { beforeUs: query.beforeUs ?? Number.MAX_SAFE_INTEGER, limit });
      return ok({ type: "candles", candles });
    }
    case "trades": {
      const unlisted = refuseUnlisted(query.instrumentId, views);
      if (unlisted !== null) return unlisted;
      const request = { beforeId: query.beforeId ?? Number.MAX_SAFE_INTEGER, limit: query.limit };
      return ok({ type: "trades", trades: views.trades.packed(query.instrumentId, request) });
    }
    case "depthHistory": {
      const unlisted = refuseUnlisted(query.instrumentId, views);
      if (unlisted !== null) return unlisted;
      const request = { beforeUs: query.beforeUs ?? Number.MAX_SAFE_INTEGER, count: query.minutes };
      return ok({ type: "depthHistory", ...context.depthHistory.minutes(query.instrumentId, request) });
    }
    case "orders":
      return ordersBefore(query, context);
    case "fills":
      return fillsBefore(query, context);
    case "stateHash":
      return ok({ type: "stateHash", seq: lastSeq(views.replica), hash: stateHashOf(views.replica) });
    case "preview":
      return ok(previewOf(query.command, context));
    case "riskTree":
      return ok({ type: "riskTree", seq: lastSeq(views.replica), tree: riskTreeOf(views.replica) });
    case "riskRecord":
      return riskRecordsAfter(query, context);
    case "feeTerms":
      return ok({ type: "feeTerms", terms: feesOf(query.accountId, views.replica) });
    case "listings":
      return ok({ type: "listings", listings: listingsOf(context) });
    default:
      return unreachable(query);
  }
}

/** The client port has asked whose account it is. */
function feesOf(accountId: AccountId, replica: Engine): readonly InstrumentFees[] {
  return instruments(replica).map(({ instrumentId }) => {
    const { tier, makerPpm, takerPpm, volumeUsdMillionths } = feeTerms(replica, accountId, instrumentId);
    return { instrumentId, tier, makerPpm, takerPpm, volumeUsdMillionths };
  });
}

function listingsOf({ views: { replica }, nowUs }: QueryContext): readonly Listing[] {
  return instruments(replica).map(({ instrumentId }) => ({
    instrumentId,
    phase: tradingPhase(replica, instrumentId).phase,
    classes: admittedClasses(replica, instrumentId, nowUs()),
  }));
}

/** Null for an instrument of the catalog. */
function refuseUnlisted(instrumentId: number, views: Views): Result<never> | null {
  if (instrumentId <= instruments(views.replica).length) return null;
  return failed(
    typedError("QUERY_INVALID", {
      field: "query.instrumentId",
      value: instrumentId,
      rule: "an instrument of the catalog",
      message: `There is no instrument ${instrumentId}.`,
    }),
  );
}

function previewOf(command: Command, { actor, nowUs, spare, views }: QueryContext): QueryResult {
  const { replica } = views;
  const startMs = performance.now();
  // The engine stamps by its own thread's clock, which may be a moment ahead of this one.
  const atUs = Math.max(nowUs(), lastAtUs(replica)) as EpochUs;
  const { events: _events, ...summary } = preview(replica, command, actor, atUs, spare);
  return { type: "preview", seq: lastSeq(replica), workMs: performance.now() - startMs, preview: summary };
}

function riskTreeOf(replica: Engine): RiskTree {
  return {
    nodes: riskNodeIds(replica).map((nodeId) => ownControls(riskView(replica, nodeId))),
    proposals: openProposals(replica),
    killedNodes: killedNodes(replica),
    killedActors: killedActors(replica),
  };
}

/** The tree holds every node, so each tells of its own controls alone. */
function ownControls(view: RiskView): RiskView {
  return { ...view, controls: view.controls.filter(({ nodeId }) => nodeId === view.node.nodeId) };
}

async function riskRecordsAfter(
  { list, afterSeq }: Extract<Query, { type: "riskRecord" }>,
  { views, folder, readers, upToSeq = Number.MAX_SAFE_INTEGER }: QueryContext,
): Promise<Result<QueryResult>> {
  const seq = lastSeq(views.replica);
  if (afterSeq >= views.riskRecords.completeAbove(list)) {
    return ok({ type: "riskRecord", seq, ...views.riskRecords.newest({ list, afterSeq }) });
  }
  const older = await olderRiskRecords({ folder, readers }, { list, afterSeq, upToSeq: Math.min(seq, upToSeq) });
  return older.ok ? ok({ type: "riskRecord", seq, ...older.value }) : older;
}

async function ordersBefore(
  query: Extract<Query, { type: "orders" }>,
  { views, owner, folder, readers, upToSeq = Number.MAX_SAFE_INTEGER }: QueryContext,
): Promise<Result<QueryResult>> {
  const request = { beforeSeq: query.beforeSeq ?? Number.MAX_SAFE_INTEGER, limit: query.limit };
  const number = views.owners.number(owner);
  const kept = views.orders.newest(number, request);
  const droppedSeq = views.orders.completeAbove(number);
  const oldest = kept.length === query.limit ? (kept.at(-1)?.seq ?? 0) : 0;
  if (droppedSeq === 0 || oldest > droppedSeq) return ok({ type: "orders", orders: kept });
  const older = await olderRows({ folder, readers }, { kind: "orders", owner, upToSeq, ...request });
  return older.ok ? ok({ type: "orders", orders: older.value.orders }) : older;
}

async function fillsBefore(
  query: Extract<Query, { type: "fills" }>,
  { views, owner, folder, readers, upToSeq = Number.MAX_SAFE_INTEGER }: QueryContext,
): Promise<Result<QueryResult>> {
  const request = { beforeSeq: query.beforeSeq ?? Number.MAX_SAFE_INTEGER, limit: query.limit };
  const number = views.owners.number(owner);
  const kept = views.fills.newest(number, request);
  if (kept.length === query.limit || views.fills.isComplete(number)) return ok({ type: "fills", fills: kept });
  const older = await olderRows({ folder, readers }, { kind: "fills", owner, upToSeq, ...request });
  return older.ok ? ok({ type: "fills", fills: older.value.fills }) : older;
}
