import { useState, type ReactNode } from "react";
import { alerts, type AlertRule } from "../../app/alerts.ts";
import { dialogs } from "../../app/dialogs.ts";
import { readModel } from "../../app/readModel.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { Dialog, Switch } from "../../ui/controls.tsx";
import { formatLotsShort, formatPrice, parseLots, parsePrice } from "../../ui/format.ts";
import { alertDialogTexts as texts } from "./alertDialogTexts.ts";
import "./alerts.css";

/** What attracts attention, and how: rules for prices and positions, events, sound, desktop, quiet. */
export function AlertsDialog(): ReactNode {
  const settings = useView("alerts", () => alerts.settings);
  const { doNotDisturb, sound, desktop, on, rules } = settings;
  return (
    <Dialog testId="alerts-dialog" title={texts.title} onClose={() => dialogs.close()}>
      <div className="alert-switches">
        <Switch
          label={texts.quiet}
          title={texts.quietExplain}
          testId="alerts-quiet"
          checked={doNotDisturb}
          onChange={(next) => alerts.setDoNotDisturb(next)}
        />
        <Switch label={texts.sound} checked={sound} onChange={(next) => alerts.set({ sound: next })} />
        <Switch label={texts.desktop} checked={desktop} onChange={(next) => alerts.set({ desktop: next })} />
        <Switch label={texts.fill} checked={on.fill} onChange={(fill) => alerts.set({ on: { ...on, fill } })} />
        <Switch label={texts.order} checked={on.order} onChange={(order) => alerts.set({ on: { ...on, order } })} />
        <Switch label={texts.system} checked={on.system} onChange={(system) => alerts.set({ on: { ...on, system } })} />
      </div>
      <h3>{texts.rules}</h3>
      {rules.length === 0 && <p className="secondary">{texts.none}</p>}
      {rules.map((rule) => (
        <div key={rule.id} className="alert-line" data-testid="alert-rule">
          <span>{ruleText(rule)}</span>
          <button type="button" className="button" onClick={() => alerts.remove(rule.id)}>
            {texts.remove}
          </button>
        </div>
      ))}
      <AddRule />
      <div className="dialog-actions">
        <button type="button" className="button large" onClick={() => dialogs.close()}>
          {texts.close}
        </button>
      </div>
    </Dialog>
  );
}

function ruleText({ kind, symbol, side, value }: AlertRule): string {
  const instrument = readModel.instrumentBySymbol(symbol);
  const figure =
    instrument === undefined ? String(value) : kind === "price" ? formatPrice(value, instrument) : formatLotsShort(value, instrument);
  return `${symbol} · ${texts.kinds[kind]} ${texts.sides[side]} ${figure}`;
}

function AddRule(): ReactNode {
  const [rule, setRule] = useState<{ readonly kind: AlertRule["kind"]; readonly side: AlertRule["side"]; readonly text: string }>({
    kind: "price",
    side: "above",
    text: "",
  });
  const [problem, setProblem] = useState("");
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  if (instrument === undefined) return null;
  const { kind, side, text } = rule;
  const add = (): void => {
    const parsed = kind === "price" ? parsePrice(text, instrument) : parseLots(text, instrument);
    if (!parsed.ok || parsed.value < 1) {
      setProblem(kind === "price" ? texts.badPrice : texts.badLots);
      return;
    }
    setProblem("");
    // What was refused stays, to be tried again once another is deleted.
    if (alerts.add({ kind, symbol: instrument.symbol, side, value: parsed.value }) !== null) setRule({ ...rule, text: "" });
  };
  return (
    <form
      className="alert-line"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <span>{instrument.symbol}</span>
      <select
        className="select"
        aria-label={texts.rules}
        value={kind}
        onChange={(event) => setRule({ ...rule, kind: event.target.value === "price" ? "price" : "position" })}
      >
        <option value="price">{texts.kinds.price}</option>
        <option value="position">{texts.kinds.position}</option>
      </select>
      <select
        className="select"
        aria-label={texts.kinds[kind]}
        data-testid="alert-side"
        value={side}
        onChange={(event) => setRule({ ...rule, side: event.target.value === "above" ? "above" : "below" })}
      >
        <option value="above">{texts.sides.above}</option>
        <option value="below">{texts.sides.below}</option>
      </select>
      <input
        className="input"
        data-testid="alert-value"
        aria-label={texts.value}
        placeholder={texts.value}
        aria-invalid={problem !== ""}
        value={text}
        onChange={(event) => setRule({ ...rule, text: event.target.value })}
      />
      <button type="submit" className="button large" data-testid="alert-add">
        {texts.add}
      </button>
      {problem !== "" && <span className="field-error">{problem}</span>}
    </form>
  );
}
