import type { ReactNode } from "react";
import { tradingStates, type RiskTree, type RiskView } from "../../../shared/risk.ts";
import type { AssetId } from "../../../shared/ids.ts";
import { amountsText } from "../../app/amountsText.ts";
import type { OrderTally } from "../../app/openOrders.ts";
import { KilledBy } from "./KilledBy.tsx";
import { readModel } from "../../app/readModel.ts";
import { branchesOf, riskNodeName, type RiskBranch } from "../../app/riskTree.ts";
import { useView } from "../../app/useView.ts";
import { riskWordTexts } from "../../app/riskWordTexts.ts";
import { riskTexts as texts } from "./riskTexts.ts";
import { useReasoned, type Reasoned } from "./useReasoned.tsx";

type NodeSwitchesProps = { readonly view: RiskView; readonly tree: RiskTree };

/** What stops a node and lets it go again. Every deed takes the reason that is typed above them. */
export function NodeSwitches({ view, tree }: NodeSwitchesProps): ReactNode {
  const { input, reasoned } = useReasoned({ label: texts.switchReason, testId: "risk-reason" });
  return (
    <section className="risk-switches">
      {input}
      <TradingStates view={view} {...reasoned} />
      <KillSwitch view={view} tree={tree} {...reasoned} />
      <Locks view={view} {...reasoned} />
    </section>
  );
}

function TradingStates({ view, reason, rests, why, deed }: Reasoned & { readonly view: RiskView }): ReactNode {
  const { nodeId } = view.node;
  const name = riskNodeName(view.node);
  return (
    <>
      <h3>{texts.setState}</h3>
      <div className="risk-line">
        {tradingStates.map((state) => (
          <button
            key={state}
            type="button"
            className="button large"
            data-testid={`risk-state-${state}`}
            aria-pressed={view.state === state}
            disabled={rests || view.state === state}
            title={why}
            onClick={() =>
              deed(
                { type: "SetTradingState", change: { nodeId, state, reason } },
                { done: texts.did.state(name, riskWordTexts.states[state]), asked: texts.asked.state(name, riskWordTexts.states[state]) },
              )
            }
          >
            {riskWordTexts.states[state]}
          </button>
        ))}
      </div>
    </>
  );
}

function KillSwitch({ view, tree, reason, rests, why, deed }: Reasoned & NodeSwitchesProps): ReactNode {
  const reach = useReach(view, tree);
  const { accountId, nodeId } = view.node;
  const name = riskNodeName(view.node);
  const killed = tree.killedNodes.find((one) => one.nodeId === nodeId) ?? null;
  const scope = accountId === null ? { kind: "node" as const, nodeId } : { kind: "account" as const, accountId };
  const kill = (flatten: boolean): void =>
    deed({ type: "EngageKillSwitch", kill: { scope, flatten, reason } }, { done: texts.did.kill(name), asked: texts.asked.kill(name) });
  return (
    <>
      <h3 title={texts.killExplain}>
        {texts.kill}{" "}
        <span className="secondary" data-testid="risk-reach">
          {texts.reach(reach)}
        </span>
      </h3>
      <div className="risk-line">
        {killed === null ? (
          <>
            <KillButton testId="risk-kill" label={texts.killIt} rests={rests} why={why} onKill={() => kill(false)} />
            <KillButton testId="risk-kill-flatten" label={texts.killFlatten} rests={rests} why={why} onKill={() => kill(true)} />
            {view.isKilled && <strong className="risk-killed">{texts.killedAbove}</strong>}
          </>
        ) : (
          <>
            <KilledBy by={killed.by} scope={scope} isFlattening={killed.isFlattening} />
            <button
              type="button"
              className="button large"
              data-testid="risk-rearm"
              disabled={rests}
              title={why}
              onClick={() =>
                deed({ type: "RearmKillSwitch", rearm: { scope, reason } }, { done: texts.did.rearm(name), asked: texts.asked.rearm(name) })
              }
            >
              {texts.rearm}
            </button>
          </>
        )}
      </div>
    </>
  );
}

type KillButtonProps = Pick<Reasoned, "rests" | "why"> & {
  readonly testId: string;
  readonly label: string;
  readonly onKill: () => void;
};

function KillButton({ testId, label, rests, why, onKill }: KillButtonProps): ReactNode {
  return (
    <button
      type="button"
      className="button large danger"
      data-testid={testId}
      disabled={rests}
      title={why ?? texts.killExplain}
      onClick={onKill}
    >
      ■ {label}
    </button>
  );
}

/** Those of a node's locks that a person releases. */
function Locks({ view, reason, rests, why, deed }: Reasoned & { readonly view: RiskView }): ReactNode {
  const { nodeId } = view.node;
  const name = riskNodeName(view.node);
  return view.locks
    .filter((lock): lock is "disabled" | "protected" => lock === "disabled" || lock === "protected")
    .map((lock) => (
      <div key={lock} className="risk-line">
        <span>▲ {riskWordTexts.lockNames[lock]}</span>
        <button
          type="button"
          className="button large"
          disabled={rests}
          title={why}
          onClick={() =>
            deed(
              { type: "ReleaseRiskLock", release: { nodeId, lock, reason } },
              {
                done: texts.did.release(name, riskWordTexts.lockNames[lock]),
                asked: texts.asked.release(name, riskWordTexts.lockNames[lock]),
              },
            )
          }
        >
          {texts.release}
        </button>
      </div>
    ));
}

/** How far a deed on a node reaches, of the orders that this window knows. */
function useReach({ node }: RiskView, tree: RiskTree): Parameters<typeof texts.reach>[0] {
  return useView("orders", () => {
    const accounts = new Set(accountsBelow(branchesOf(tree.nodes), node.nodeId));
    const isVenue = node.level === "venue";
    const below = [...readModel.open.tallies("all", null)].filter(({ accountId }) => isVenue || accounts.has(accountId));
    return {
      orders: below.reduce((sum, { buy, sell }) => sum + buy.open + sell.open, 0),
      value: worthOf(below),
      unpriced: below.reduce((sum, { buy, sell }) => sum + buy.unpriced + sell.unpriced, 0),
      accounts: isVenue ? readModel.catalog.accounts.length : accounts.size,
    };
  });
}

/** Value of open orders that have a limit, by quote asset: "32 250.00 USD"; "" for none. */
function worthOf(tallies: readonly OrderTally[]): string {
  const units = new Map<AssetId, bigint>();
  for (const { instrumentId, buy, sell } of tallies) {
    const instrument = readModel.instrument(instrumentId);
    if (instrument === undefined) continue;
    const { quoteAssetId, quoteUnitsPerTickLot } = instrument;
    const value = buy.value.value(quoteUnitsPerTickLot) + sell.value.value(quoteUnitsPerTickLot);
    if (value > 0n) units.set(quoteAssetId, (units.get(quoteAssetId) ?? 0n) + value);
  }
  return amountsText(units, (id) => readModel.asset(id));
}

function accountsBelow(branches: readonly RiskBranch[], nodeId: number): readonly number[] {
  return branches.flatMap((branch) => (branch.view.node.nodeId === nodeId ? allAccounts(branch) : accountsBelow(branch.below, nodeId)));
}

function allAccounts({ view, below }: RiskBranch): readonly number[] {
  return [...(view.accountId === null ? [] : [view.accountId]), ...below.flatMap(allAccounts)];
}
