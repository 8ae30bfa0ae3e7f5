import { useState, type ReactNode } from "react";
import { Dialog } from "../../ui/controls.tsx";
import { blotterTexts as texts } from "./blotterTexts.ts";
import {
  MOST_COLOURS,
  MOST_VALUE_LENGTH,
  MOST_CONDITIONS,
  plainView,
  operators,
  type Condition,
  rowTones,
  type TableView,
} from "./tableView.ts";

type TableDialogProps = {
  readonly title: string;
  readonly columns: readonly { readonly id: string; readonly header: string }[];
  readonly view: TableView;
  readonly views: Readonly<Record<string, TableView>>;
  readonly onView: (view: TableView) => void;
  readonly onSave: (name: string) => void;
  readonly onShow: (name: string) => void;
  readonly onRemove: (name: string) => void;
  readonly onClose: () => void;
};

/** Which rows and columns a table shows, which rows stand out, and views kept under a name. */
export function TableDialog({ title, columns, view, views, onView, onSave, onShow, onRemove, onClose }: TableDialogProps): ReactNode {
  const [name, setName] = useState("");
  const first: Condition = { column: columns[0]?.id ?? "", operator: "contains", value: "" };
  return (
    <Dialog testId="table-dialog" title={`${texts.table} · ${title}`} onClose={onClose}>
      <h3 title={texts.conditionsExplain}>{texts.conditions}</h3>
      {view.conditions.map((condition, at) => (
        <div key={at} className="table-line">
          <ConditionFields
            columns={columns}
            condition={condition}
            onChange={(next) => onView({ ...view, conditions: view.conditions.with(at, next) })}
          />
          <RemoveButton onClick={() => onView({ ...view, conditions: view.conditions.toSpliced(at, 1) })} />
        </div>
      ))}
      <button
        type="button"
        className="button"
        data-testid="add-condition"
        disabled={view.conditions.length >= MOST_CONDITIONS}
        onClick={() => onView({ ...view, conditions: [...view.conditions, first] })}
      >
        {texts.addCondition}
      </button>
      <h3 title={texts.coloursExplain}>{texts.colours}</h3>
      {view.colours.map((rule, at) => (
        <div key={at} className="table-line">
          <ConditionFields
            columns={columns}
            condition={rule.condition}
            onChange={(condition) => onView({ ...view, colours: view.colours.with(at, { ...rule, condition }) })}
          />
          <select
            className="select"
            aria-label={texts.colours}
            value={rule.tone}
            onChange={(event) =>
              onView({
                ...view,
                colours: view.colours.with(at, { ...rule, tone: rowTones.find((tone) => tone === event.target.value) ?? "info" }),
              })
            }
          >
            {rowTones.map((tone) => (
              <option key={tone} value={tone}>
                {texts.tones[tone]}
              </option>
            ))}
          </select>
          <RemoveButton onClick={() => onView({ ...view, colours: view.colours.toSpliced(at, 1) })} />
        </div>
      ))}
      <button
        type="button"
        className="button"
        data-testid="add-colour"
        disabled={view.colours.length >= MOST_COLOURS}
        onClick={() => onView({ ...view, colours: [...view.colours, { condition: first, tone: "warning" }] })}
      >
        {texts.addColour}
      </button>
      <h3>{texts.columns}</h3>
      <div className="table-columns">
        {columns.map(({ id, header }) => (
          <label key={id}>
            <input
              type="checkbox"
              data-testid={`column-${id}`}
              checked={!view.hidden.includes(id)}
              onChange={(event) =>
                onView({ ...view, hidden: event.target.checked ? view.hidden.filter((one) => one !== id) : [...view.hidden, id] })
              }
            />{" "}
            {header}
          </label>
        ))}
      </div>
      <h3>{texts.views}</h3>
      {Object.keys(views).length === 0 && <p className="secondary">{texts.noViews}</p>}
      {Object.keys(views).map((one) => (
        <div key={one} className="table-line">
          <strong>{one}</strong>
          <button type="button" className="button" onClick={() => onShow(one)}>
            {texts.show}
          </button>
          <button type="button" className="button" onClick={() => onRemove(one)}>
            {texts.remove}
          </button>
        </div>
      ))}
      <form
        className="table-line"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === "") return;
          onSave(name.trim());
          setName("");
        }}
      >
        <input
          className="input"
          aria-label={texts.viewName}
          placeholder={texts.viewName}
          data-testid="view-name"
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit" className="button large" disabled={name.trim() === ""}>
          {texts.save}
        </button>
      </form>
      <div className="dialog-actions">
        <button type="button" className="button large" onClick={() => onView({ ...plainView, columns: view.columns })}>
          {texts.clear}
        </button>
        <button type="button" className="button large" onClick={onClose}>
          {texts.close}
        </button>
      </div>
    </Dialog>
  );
}

type ConditionFieldsProps = Pick<TableDialogProps, "columns"> & {
  readonly condition: Condition;
  readonly onChange: (condition: Condition) => void;
};

function ConditionFields({ columns, condition, onChange }: ConditionFieldsProps): ReactNode {
  return (
    <>
      <select
        className="select"
        aria-label={texts.column}
        data-testid="condition-column"
        value={condition.column}
        onChange={(event) => onChange({ ...condition, column: event.target.value })}
      >
        {columns.map(({ id, header }) => (
          <option key={id} value={id}>
            {header}
          </option>
        ))}
      </select>
      <select
        className="select"
        aria-label={texts.conditions}
        data-testid="condition-operator"
        value={condition.operator}
        onChange={(event) => onChange({ ...condition, operator: operators.find((one) => one === event.target.value) ?? "contains" })}
      >
        {operators.map((operator) => (
          <option key={operator} value={operator}>
            {texts.operators[operator]}
          </option>
        ))}
      </select>
      <input
        className="input"
        aria-label={texts.value}
        data-testid="condition-value"
        maxLength={MOST_VALUE_LENGTH}
        placeholder={texts.value}
        value={condition.value}
        onChange={(event) => onChange({ ...condition, value: event.target.value })}
      />
    </>
  );
}

function RemoveButton({ onClick }: { readonly onClick: () => void }): ReactNode {
  return (
    <button type="button" className="button" aria-label={texts.remove} onClick={onClick}>
      ✕
    </button>
  );
}
