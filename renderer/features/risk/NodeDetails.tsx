import type { ReactNode } from "react";
import type { RiskTree, RiskView } from "../../../shared/risk.ts";
import { orderFormTexts } from "../../app/orderFormTexts.ts";
import { readModel } from "../../app/readModel.ts";
import { figureText, parameterText } from "../../app/riskFigures.ts";
import { riskNodeName } from "../../app/riskTree.ts";
import { NodeSwitches } from "./NodeSwitches.tsx";
import { ProposeLimit } from "./ProposeLimit.tsx";
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
      <NodeSwitches view={view} tree={tree} />
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
