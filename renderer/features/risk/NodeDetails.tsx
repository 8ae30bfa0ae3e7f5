import { useId, useState, type ReactNode } from "react";
import { tradingStates, type RiskTree, type RiskView } from "../../../shared/risk.ts";
import type { AssetId } from "../../../shared/ids.ts";
import { amountsText } from "../../app/amountsText.ts";
import type { OrderTally } from "../../app/openOrders.ts";
import { orderFormTexts } from "../../app/orderFormTexts.ts";
import { readModel } from "../../app/readModel.ts";
import { riskDeed, type DeedWords } from "../../app/riskDeeds.ts";
import { figureText } from "../../app/riskFigures.ts";
import { branchesOf, riskNodeName, type RiskBranch } from "../../app/riskTree.ts";
import { useView } from "../../app/useView.ts";
import { ProposeLimit } from "./ProposeLimit.tsx";
import { parameterText } from "./riskModel.ts";
import { riskTexts as texts } from "./riskTexts.ts";
import { UseBar } from "./UseBar.tsx";

type NodeDetailsProps = { readonly view: RiskView; readonly tree: RiskTree };

/** One node: its limits with their use, and the switches that stop it. Each deed asks for its reason and says how far it reaches. */
export function NodeDetails({ view, tree }: NodeDetailsProps): ReactNode {
  const name = riskNodeName(view.node);
  const level = texts.levels[view.node.level];
  return (
    <div className="risk-right" data-testid="risk-details">
      <h3>
        {name} {name !== level && <span className="secondary">{level}</span>}
      </h3>
      <Limits view={view} />
      <Switches view={view} tree={tree} />
      <ProposeLimit view={view} />
    </div>
  );
}

function Limits({ view }: { readonly view: RiskView }): ReactNode {
  const currency = readModel.asset(view.node.currencyAssetId);
  if (view.controls.length === 0) return <p className="secondary">{texts.noLimits}</p>;
  return (
    <table className="risk-table risk-limits">
      <thead>
        <tr>
          <th scope="col">{texts.limits}</th>
          <th scope="col">{texts.used}</th>
          <th scope="col">{texts.soft}</th>
          <th scope="col">{texts.hard}</th>
        </tr>
      </thead>
      <tbody>
        {view.controls.map((control) => {
          const instrument = control.instrumentId === null ? undefined : readModel.instrument(control.instrumentId);
          const figure = (n: number | null): string => (n === null ? texts.none : figureText(control.control, n, instrument, currency));
          const about = [
            parameterText(control.control, control.parameter),
            `${texts.changed} ${readModel.userName(control.owner)}`,
            control.breachedSeq === null ? "" : `${texts.breached} ${control.breachedSeq}`,
          ];
          return (
            <tr
              key={`${control.control}:${control.instrumentId ?? ""}`}
              title={about.filter((part) => part !== "").join(" · ")}
              data-testid={`risk-limit-${control.control}`}
            >
              <th scope="row">
                {orderFormTexts.controls[control.control]} <span className="secondary">{instrument?.symbol}</span>
              </th>
              <td>
                <span className="risk-fullest">
                  <UseBar control={control} />
                  <span>{figure(control.used)}</span>
                </span>
              </td>
              <td>{figure(control.soft)}</td>
              <td>{figure(control.hard)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Switches({ view, tree }: NodeDetailsProps): ReactNode {
  const id = useId();
  const [reason, setReason] = useState("");
  const reach = useView("orders", () => {
    const accounts = new Set(accountsBelow(branchesOf(tree.nodes), view.node.nodeId));
    const isVenue = view.node.level === "venue";
    const below = [...readModel.open.tallies("all", null)].filter(({ accountId }) => isVenue || accounts.has(accountId));
    return {
      orders: below.reduce((sum, { buy, sell }) => sum + buy.open + sell.open, 0),
      value: worthOf(below),
      unpriced: below.reduce((sum, { buy, sell }) => sum + buy.unpriced + sell.unpriced, 0),
      accounts: isVenue ? readModel.catalog.accounts.length : accounts.size,
    };
  });
  const hasReason = reason.trim().length >= 3;
  const deed = (command: Parameters<typeof riskDeed>[0], words: DeedWords): void => {
    if (!hasReason) return;
    setReason("");
    void riskDeed(command, words);
  };
  const killed = tree.killedNodes.find(({ nodeId }) => nodeId === view.node.nodeId) ?? null;
  const { accountId, nodeId } = view.node;
  const name = riskNodeName(view.node);
  const scope = accountId === null ? { kind: "node" as const, nodeId } : { kind: "account" as const, accountId };
  const why = hasReason ? undefined : texts.reasonNeeded;
  return (
    <section className="risk-switches">
      <label className="visually-hidden" htmlFor={id}>
        {texts.switchReason}
      </label>
      <input
        id={id}
        className="input"
        data-testid="risk-reason"
        placeholder={texts.switchReason}
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <h3>{texts.setState}</h3>
      <div className="risk-line">
        {tradingStates.map((state) => (
          <button
            key={state}
            type="button"
            className="button large"
            data-testid={`risk-state-${state}`}
            aria-pressed={view.state === state}
            disabled={!hasReason || view.state === state}
            title={why}
            onClick={() =>
              deed(
                { type: "SetTradingState", change: { nodeId, state, reason: reason.trim() } },
                { done: texts.did.state(name, texts.states[state]), asked: texts.asked.state(name, texts.states[state]) },
              )
            }
          >
            {texts.states[state]}
          </button>
        ))}
      </div>
      <h3 title={texts.killExplain}>
        {texts.kill}{" "}
        <span className="secondary" data-testid="risk-reach">
          {texts.reach(reach)}
        </span>
      </h3>
      <div className="risk-line">
        {killed === null ? (
          <>
            <button
              type="button"
              className="button large danger"
              data-testid="risk-kill"
              disabled={!hasReason}
              title={why ?? texts.killExplain}
              onClick={() =>
                deed(
                  { type: "EngageKillSwitch", kill: { scope, flatten: false, reason: reason.trim() } },
                  { done: texts.did.kill(name), asked: texts.asked.kill(name) },
                )
              }
            >
              ■ {texts.killIt}
            </button>
            <button
              type="button"
              className="button large danger"
              data-testid="risk-kill-flatten"
              disabled={!hasReason}
              title={why ?? texts.killExplain}
              onClick={() =>
                deed(
                  { type: "EngageKillSwitch", kill: { scope, flatten: true, reason: reason.trim() } },
                  { done: texts.did.kill(name), asked: texts.asked.kill(name) },
                )
              }
            >
              ■ {texts.killFlatten}
            </button>
            {view.isKilled && <strong className="risk-killed">{texts.killedAbove}</strong>}
          </>
        ) : (
          <>
            <strong className="risk-killed" data-testid="risk-killed">
              ■ {texts.killed} {readModel.userName(killed.by)}
              {killed.isFlattening && ` · ${texts.flattening}`}
            </strong>
            <button
              type="button"
              className="button large"
              data-testid="risk-rearm"
              disabled={!hasReason}
              title={why}
              onClick={() =>
                deed(
                  { type: "RearmKillSwitch", rearm: { scope, reason: reason.trim() } },
                  { done: texts.did.rearm(name), asked: texts.asked.rearm(name) },
                )
              }
            >
              {texts.rearm}
            </button>
          </>
        )}
      </div>
      {view.locks
        .filter((lock): lock is "disabled" | "protected" => lock === "disabled" || lock === "protected")
        .map((lock) => (
          <div key={lock} className="risk-line">
            <span>▲ {texts.lockNames[lock]}</span>
            <button
              type="button"
              className="button large"
              disabled={!hasReason}
              title={why}
              onClick={() =>
                deed(
                  { type: "ReleaseRiskLock", release: { nodeId, lock, reason: reason.trim() } },
                  { done: texts.did.release(name, texts.lockNames[lock]), asked: texts.asked.release(name, texts.lockNames[lock]) },
                )
              }
            >
              {texts.release}
            </button>
          </div>
        ))}
    </section>
  );
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
