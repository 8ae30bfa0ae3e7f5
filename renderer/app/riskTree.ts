import { useEffect, useState, useSyncExternalStore } from "react";
import type { RiskTree, RiskView } from "../../shared/risk.ts";
import { appTexts } from "./appTexts.ts";
import { engineClient, RequestError } from "./engineClient.ts";
import { readModel } from "./readModel.ts";
import { noteCurrencies, riskCurrency } from "./riskCurrency.ts";

/** The tree is asked for so often while somebody looks at it; limits in use move with every order. */
const EVERY_MS = 1_000;

let tree: RiskTree | null = null;
let watchers = 0;
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

/** Asks for the tree now, e.g. after a command that changed it. */
export async function refreshRiskTree(): Promise<void> {
  if (readModel.connection.state !== "live" || readModel.session?.operator !== true) return;
  try {
    const next = (await engineClient.query({ type: "riskTree" })).tree;
    if (JSON.stringify(next) === JSON.stringify(tree)) return;
    tree = next;
    noteCurrencies(next.nodes.map(({ node }) => node.currencyAssetId));
    for (const listener of listeners) listener();
  } catch (cause) {
    // The connection dropped; what is on view is marked stale by its panel.
    if (!(cause instanceof RequestError)) throw cause;
  }
}

/** The tree as it was told last; null until then. */
export function riskTreeNow(): RiskTree | null {
  return tree;
}

/** Looks at the tree once the engine is live, so that a first refusal's money already has a name. Returns what ends it. */
export function learnCurrencies(): () => void {
  return readModel.subscribe("connection", () => {
    if (riskCurrency() === null) void refreshRiskTree();
  });
}

function subscribe(notify: () => void): () => void {
  listeners.add(notify);
  return () => void listeners.delete(notify);
}

/** The risk tree as somebody asked for it last; riskNotices.ts asks with every deed. */
export function useToldRiskTree(): RiskTree | null {
  return useSyncExternalStore(subscribe, riskTreeNow);
}

/** The risk tree, kept fresh while the component is on view; null until the engine has told it. */
export function useRiskTree(): RiskTree | null {
  useEffect(() => {
    watchers += 1;
    void refreshRiskTree();
    timer ??= setInterval(() => void refreshRiskTree(), EVERY_MS);
    return () => {
      watchers -= 1;
      if (watchers > 0 || timer === null) return;
      clearInterval(timer);
      timer = null;
    };
  }, []);
  return useSyncExternalStore(subscribe, riskTreeNow);
}

/** A node's name; the venue, which nobody named, in the window's language. */
export function riskNodeName({ level, name }: Pick<RiskView["node"], "level" | "name">): string {
  return level === "venue" ? appTexts.venue : name;
}

/** A node and those below it, in order of ids. */
export type RiskBranch = { readonly view: RiskView; readonly depth: number; readonly below: readonly RiskBranch[] };

export function branchesOf(nodes: readonly RiskView[], parentId: number | null = null, depth = 0): readonly RiskBranch[] {
  return nodes
    .filter(({ node }) => (parentId === null ? node.level === "venue" : node.parentId === parentId && node.level !== "venue"))
    .map((view) => ({ view, depth, below: branchesOf(nodes, view.node.nodeId, depth + 1) }));
}

/** The branches in display order, without what is below a closed one. */
export function visibleBranches(branches: readonly RiskBranch[], isClosed: (nodeId: number) => boolean): readonly RiskBranch[] {
  return branches.flatMap((branch) => [branch, ...(isClosed(branch.view.node.nodeId) ? [] : visibleBranches(branch.below, isClosed))]);
}

/** Which branches of a tree are closed, and how to open and close one. */
export function useClosedBranches(): { readonly isClosed: (nodeId: number) => boolean; readonly toggle: (nodeId: number) => void } {
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  return {
    isClosed: (nodeId) => closed.has(nodeId),
    toggle: (nodeId) =>
      setClosed((before) => new Set(before.has(nodeId) ? [...before].filter((one) => one !== nodeId) : [...before, nodeId])),
  };
}
