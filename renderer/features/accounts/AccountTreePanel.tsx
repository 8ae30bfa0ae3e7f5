import type { ReactNode } from "react";
import type { AccountId } from "../../../shared/ids.ts";
import { readModel } from "../../app/readModel.ts";
import { branchesOf, useClosedBranches, useRiskTree } from "../../app/riskTree.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { displayPlaces, formatAmount, formatCount, formatSigned } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { accountLines, type AccountFacts, type AccountLine } from "./accountTree.ts";
import { accountTexts as texts } from "./accountTexts.ts";
import "./accounts.css";

/** Own accounts in the risk tree, with totals at each level. A click on an account brings it into every panel. */
export function AccountTreePanel(): ReactNode {
  const tree = useRiskTree();
  const { isClosed, toggle } = useClosedBranches();
  // Four times a second at most: what the sums are made of moves with every trade.
  useView(["balances", "positions", "orders", "tickers", "catalog"], (model) => model.seq);
  const chosen = useView("selection", () => selection.account);
  const facts = factsNow();
  if (facts === null) {
    return (
      <Panel testId="accounts">
        <EmptyState title={texts.empty} action={texts.emptyAction} />
      </Panel>
    );
  }
  const lines = accountLines(branchesOf(tree?.nodes ?? []), facts, isClosed);
  const money = (units: bigint): string => formatAmount(units, facts.counting, displayPlaces(facts.counting));
  const signed = (units: bigint): string => formatSigned(units > 0n ? 1 : 0, money(units));
  const inCounting = (head: string): string => `${head} ${facts.counting.code}`;
  return (
    <Panel testId="accounts">
      <div className="tree-scroll">
        <table className="tree-table">
          <thead>
            <tr>
              <th scope="col">{texts.name}</th>
              <th scope="col" title={texts.equityExplain}>
                {inCounting(texts.equity)}
              </th>
              <th scope="col">{inCounting(texts.available)}</th>
              <th scope="col">{inCounting(texts.held)}</th>
              <th scope="col">{texts.orders}</th>
              <th scope="col">{inCounting(texts.unrealised)}</th>
              <th scope="col">{inCounting(texts.realised)}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr
                key={line.key}
                data-kind={line.kind}
                data-chosen={line.accountId !== null && line.accountId === chosen}
                data-testid={`account-line-${line.key}`}
              >
                <th scope="row">
                  <LineName line={line} isClosed={line.nodeId !== null && isClosed(line.nodeId)} onToggle={toggle} />
                </th>
                <td>{line.sums.equity === null ? texts.unknown : money(line.sums.equity)}</td>
                <td>{money(line.sums.available)}</td>
                <td>{money(line.sums.held)}</td>
                <td>{formatCount(line.sums.openOrders)}</td>
                <td>{signed(line.sums.unrealised)}</td>
                <td>{signed(line.sums.realised)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

type LineNameProps = { readonly line: AccountLine; readonly isClosed: boolean; readonly onToggle: (nodeId: number) => void };

function LineName({ line, isClosed, onToggle }: LineNameProps): ReactNode {
  const { accountId, depth, name, nodeId, sums } = line;
  return (
    <button
      type="button"
      className="tree-name"
      data-depth={Math.min(depth, 4)}
      aria-expanded={nodeId === null ? undefined : !isClosed}
      title={nodeId === null ? texts.select : texts.open}
      onClick={() => {
        if (nodeId !== null) onToggle(nodeId);
        else if (accountId !== null) selection.selectAccount(accountId);
      }}
    >
      {nodeId === null ? "" : isClosed ? "▸ " : "▾ "}
      {name}
      {nodeId !== null && <span className="secondary"> {sums.accounts}</span>}
    </button>
  );
}

/** Null until the catalog has come. Money is counted in the asset that most instruments are priced in. */
function factsNow(): AccountFacts | null {
  const { instruments } = readModel.catalog;
  const [first] = instruments;
  const counting = first === undefined ? undefined : readModel.asset(first.quoteAssetId);
  if (counting === undefined) return null;
  const openOrders = new Map<AccountId, number>();
  for (const { accountId, buy, sell } of readModel.open.tallies("all", null))
    openOrders.set(accountId, (openOrders.get(accountId) ?? 0) + buy.open + sell.open);
  return {
    accounts: readModel.ownAccounts(),
    counting,
    instruments,
    balances: [...readModel.balances()],
    positions: [...readModel.positions()],
    openOrders,
    lastTicks: (instrument) => readModel.ticker(instrument.instrumentId)?.lastTicks ?? null,
  };
}
