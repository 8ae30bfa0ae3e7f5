import { useState, type ReactNode } from "react";
import type { RiskTree, RiskView } from "../../../shared/risk.ts";
import { VENUE_NODE } from "../../../shared/risk.ts";
import { orderFormTexts } from "../../app/orderFormTexts.ts";
import { readModel } from "../../app/readModel.ts";
import { riskDeed } from "../../app/riskDeeds.ts";
import { branchesOf, riskNodeName, useClosedBranches, useRiskTree, visibleBranches } from "../../app/riskTree.ts";
import { useView } from "../../app/useView.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { fullest } from "./riskModel.ts";
import { NodeDetails } from "./NodeDetails.tsx";
import { Proposals } from "./Proposals.tsx";
import { riskWordTexts } from "../../app/riskWordTexts.ts";
import { riskTexts as texts } from "./riskTexts.ts";
import { UserSwitches } from "./UserSwitches.tsx";
import { UseBar } from "./UseBar.tsx";
import "./risk.css";

/** The risk officer's panel: the tree with states and limits in use; of one node its limits, state, kill switch; and what waits for approval. */
export function RiskPanel(): ReactNode {
  const tree = useRiskTree();
  const [chosen, setChosen] = useState<number>(VENUE_NODE);
  const session = useView("catalog", (model) => model.session);
  if (tree === null) {
    return (
      <Panel testId="risk">
        <EmptyState title={texts.empty} action={texts.emptyAction} />
      </Panel>
    );
  }
  const view = tree.nodes.find(({ node }) => node.nodeId === chosen) ?? tree.nodes[0];
  return (
    <Panel
      testId="risk"
      title={texts.tree}
      right={
        <span title={texts.sessionExplain} data-testid="risk-session">
          {texts.session} <strong>{session?.user?.name ?? session?.session}</strong>
        </span>
      }
    >
      <div className="risk">
        <div className="risk-left">
          <NodeTable tree={tree} chosen={chosen} onChoose={setChosen} />
          {tree.nodes.length === 1 && <SetUp />}
          <Proposals tree={tree} session={session} />
          <UserSwitches tree={tree} session={session} />
        </div>
        {view !== undefined && <NodeDetails key={view.node.nodeId} view={view} tree={tree} />}
      </div>
    </Panel>
  );
}

type NodeTableProps = { readonly tree: RiskTree; readonly chosen: number; readonly onChoose: (nodeId: number) => void };

function NodeTable({ tree, chosen, onChoose }: NodeTableProps): ReactNode {
  const { isClosed, toggle } = useClosedBranches();
  return (
    <table className="risk-table">
      <thead>
        <tr>
          <th scope="col">{texts.tree}</th>
          <th scope="col">{texts.state}</th>
          <th scope="col">{texts.use}</th>
          <th scope="col">{texts.locks}</th>
        </tr>
      </thead>
      <tbody>
        {visibleBranches(branchesOf(tree.nodes), isClosed).map(({ view, depth, below }) => (
          <tr
            key={view.node.nodeId}
            data-chosen={view.node.nodeId === chosen}
            data-testid={`risk-node-${view.node.nodeId}`}
            onClick={() => onChoose(view.node.nodeId)}
          >
            <th scope="row">
              <button
                type="button"
                className="risk-name"
                data-depth={depth}
                aria-expanded={below.length === 0 ? undefined : !isClosed(view.node.nodeId)}
                onClick={() => onChoose(view.node.nodeId)}
                onDoubleClick={() => toggle(view.node.nodeId)}
                onKeyDown={(event) => {
                  const opens = event.key === "ArrowRight";
                  if (below.length === 0 || (!opens && event.key !== "ArrowLeft")) return;
                  event.preventDefault();
                  if (opens === isClosed(view.node.nodeId)) toggle(view.node.nodeId);
                }}
              >
                {below.length === 0 ? "" : isClosed(view.node.nodeId) ? "▸ " : "▾ "}
                {riskNodeName(view.node)}
              </button>
            </th>
            <td data-state={view.effectiveState}>
              {riskWordTexts.states[view.effectiveState]}
              {view.effectiveState !== view.state && <span className="secondary"> {texts.inherited}</span>}
            </td>
            <td>
              <Fullest view={view} />
            </td>
            <td className="risk-locks">{locksText(view)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Fullest({ view }: { readonly view: RiskView }): ReactNode {
  const found = fullest(view);
  if (found === null)
    return <span className="secondary">{view.controls.length === 0 ? texts.none : texts.limitCount(view.controls.length)}</span>;
  return (
    <span className="risk-fullest">
      <span>{orderFormTexts.controls[found.control.control]}</span>
      <UseBar control={found.control} />
      <span>{Math.round(found.part * 100)}%</span>
    </span>
  );
}

function locksText({ isKilled, locks }: RiskView): string {
  return [...(isKilled ? [`■ ${texts.kill}`] : []), ...locks.map((lock) => `▲ ${riskWordTexts.lockNames[lock]}`)].join(", ");
}

/** For a journal that began without a tree. */
function SetUp(): ReactNode {
  const [isBusy, setBusy] = useState(false);
  return (
    <p className="risk-setup">
      <button
        type="button"
        className="button large"
        data-testid="risk-setup"
        disabled={isBusy}
        onClick={() => {
          setBusy(true);
          void setUpTree().finally(() => setBusy(false));
        }}
      >
        {texts.setUp}
      </button>
      <span className="secondary">{texts.setUpExplain}</span>
    </p>
  );
}

async function setUpTree(): Promise<void> {
  const currencyAssetId = readModel.catalog.instruments[0]?.quoteAssetId;
  if (currencyAssetId === undefined) return;
  const place = (node: Pick<RiskView["node"], "nodeId" | "level" | "parentId" | "name" | "accountId">): Promise<unknown> =>
    riskDeed(
      { type: "DefineRiskNode", node: { ...node, currencyAssetId } },
      { done: texts.did.define(node.name), asked: texts.asked.define(node.name) },
    );
  const firm = VENUE_NODE + 1;
  const desk = firm + 1;
  await place({ nodeId: firm, level: "firm", parentId: VENUE_NODE, name: texts.firmName, accountId: null });
  await place({ nodeId: desk, level: "desk", parentId: firm, name: texts.deskName, accountId: null });
  let next = desk;
  for (const { accountId, code } of readModel.ownAccounts()) {
    next += 1;
    await place({ nodeId: next, level: "account", parentId: desk, name: code, accountId });
  }
}
