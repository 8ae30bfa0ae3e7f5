import { useState, type ReactNode } from "react";
import { riskControls, type RiskControl, type RiskView } from "../../../shared/risk.ts";
import { orderFormTexts } from "../../app/orderFormTexts.ts";
import { readModel } from "../../app/readModel.ts";
import { riskDeed } from "../../app/riskDeeds.ts";
import { parameterKind } from "../../app/riskFigures.ts";
import { riskNodeName } from "../../app/riskTree.ts";
import { useView } from "../../app/useView.ts";
import { needsInstrument, parseFigure, parseParameter } from "./riskModel.ts";
import { riskTexts as texts } from "./riskTexts.ts";

type Fields = {
  readonly control: RiskControl;
  readonly symbol: string;
  readonly soft: string;
  readonly hard: string;
  readonly parameter: string;
  readonly reason: string;
};

/** The maker's half of a change of limits; somebody else approves it. */
export function ProposeLimit({ view }: { readonly view: RiskView }): ReactNode {
  const instruments = useView("catalog", (model) => model.catalog.instruments);
  const [fields, setFields] = useState<Fields>({ control: "netLots", symbol: "", soft: "", hard: "", parameter: "", reason: "" });
  const [problem, setProblem] = useState("");
  const [isSending, setSending] = useState(false);
  const set = (change: Partial<Fields>): void => setFields((before) => ({ ...before, ...change }));
  const { control } = fields;
  const instrument = instruments.find(({ symbol }) => symbol === fields.symbol) ?? instruments[0];
  const kind = parameterKind(control);
  const send = async (): Promise<void> => {
    const bound = (text: string): number | null | string => {
      if (text.trim() === "") return null;
      const parsed = parseFigure(control, text, instrument, readModel.asset(view.node.currencyAssetId));
      return parsed.ok && parsed.value >= 0 ? parsed.value : texts.badFigure(text);
    };
    const soft = bound(fields.soft);
    const hard = bound(fields.hard);
    const bad = [soft, hard].find((one) => typeof one === "string");
    if (typeof soft === "string" || typeof hard === "string") return setProblem(String(bad));
    if (fields.reason.trim().length < 3) return setProblem(texts.reasonNeeded);
    const isLifted = soft === null && hard === null;
    const parameter = kind === null || isLifted ? null : parseParameter(kind, fields.parameter);
    if (kind !== null && !isLifted && parameter === null) {
      const meaning = texts.parameters[kind];
      return setProblem(fields.parameter.trim() === "" ? texts.parameterNeeded(meaning) : texts.badParameter(fields.parameter, meaning));
    }
    setProblem("");
    setSending(true);
    const change = { control, instrumentId: needsInstrument(control) ? (instrument?.instrumentId ?? null) : null, soft, hard, parameter };
    const limitName = needsInstrument(control)
      ? `${orderFormTexts.controls[control]} ${instrument?.symbol ?? ""}`
      : orderFormTexts.controls[control];
    const isProposed = await riskDeed(
      {
        type: "ProposeLimits",
        proposal: { nodeId: view.node.nodeId, changes: [change], effectiveUs: null, expiresUs: null, reason: fields.reason.trim() },
      },
      {
        done: texts.did.propose(riskNodeName(view.node), limitName),
        asked: texts.asked.propose(riskNodeName(view.node), limitName),
      },
    );
    setSending(false);
    // The next proposal has its own bounds and its own reason.
    if (isProposed) set({ soft: "", hard: "", parameter: "", reason: "" });
  };
  return (
    <form
      className="risk-propose"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h3 title={texts.lift}>{texts.propose}</h3>
      <div className="risk-line">
        <select
          className="select"
          aria-label={texts.control}
          data-testid="propose-control"
          value={control}
          onChange={(event) => set({ control: riskControls.find((one) => one === event.target.value) ?? control, parameter: "" })}
        >
          {riskControls.map((one) => (
            <option key={one} value={one}>
              {orderFormTexts.controls[one]}
            </option>
          ))}
        </select>
        {needsInstrument(control) && (
          <select
            className="select"
            aria-label={texts.instrument}
            value={instrument?.symbol ?? ""}
            onChange={(event) => set({ symbol: event.target.value })}
          >
            {instruments.map(({ symbol }) => (
              <option key={symbol} value={symbol}>
                {symbol}
              </option>
            ))}
          </select>
        )}
        <input
          className="input"
          aria-label={texts.soft}
          placeholder={texts.soft}
          data-testid="propose-soft"
          value={fields.soft}
          onChange={(event) => set({ soft: event.target.value })}
        />
        <input
          className="input"
          aria-label={texts.hard}
          placeholder={texts.hard}
          data-testid="propose-hard"
          value={fields.hard}
          onChange={(event) => set({ hard: event.target.value })}
        />
        {kind !== null && (
          <input
            className="input"
            aria-label={texts.parameters[kind]}
            placeholder={texts.parameters[kind]}
            data-testid="propose-parameter"
            value={fields.parameter}
            onChange={(event) => set({ parameter: event.target.value })}
          />
        )}
      </div>
      <div className="risk-line">
        <input
          className="input"
          aria-label={texts.reason}
          placeholder={texts.reason}
          data-testid="propose-reason"
          maxLength={500}
          value={fields.reason}
          onChange={(event) => set({ reason: event.target.value })}
        />
        <button type="submit" className="button large" data-testid="propose-send" disabled={isSending}>
          {texts.send}
        </button>
      </div>
      {problem !== "" && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
