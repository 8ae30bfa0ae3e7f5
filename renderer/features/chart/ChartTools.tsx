import { useRef, type ReactNode } from "react";
import type { Instrument } from "../../../shared/catalog.ts";
import { preferences } from "../../app/preferences.ts";
import { useView } from "../../app/useView.ts";
import { WholeNumber } from "../../ui/WholeNumber.tsx";
import { chartTexts } from "./chartTexts.ts";
import type { DrawingTool } from "./DrawingsView.ts";
import { indicators, type IndicatorDefinition } from "./indicators.ts";
import type { ActiveIndicator } from "./IndicatorsView.ts";

type ChartToolsProps = {
  readonly instrument: Instrument;
  readonly active: readonly ActiveIndicator[];
  readonly onActive: (active: readonly ActiveIndicator[]) => void;
  /** Symbol of the instrument to compare with, or "". */
  readonly compare: string;
  readonly onCompare: (symbol: string) => void;
  readonly tool: DrawingTool;
  readonly onTool: (tool: DrawingTool) => void;
  readonly onErase: () => void;
  readonly onPicture: () => void;
};

const tools = ["level", "trend", "alert"] as const;

/** The row of tools over the chart. */
export function ChartTools(props: ChartToolsProps): ReactNode {
  const { instrument, compare, onCompare, tool, onTool, onErase, onPicture } = props;
  const others = useView("catalog", (model) =>
    model.catalog.instruments.filter(({ instrumentId }) => instrumentId !== instrument.instrumentId).map(({ symbol }) => symbol),
  );
  const zone = useView("preferences", () => preferences.zone);
  return (
    <div className="chart-tools" role="toolbar" aria-label={chartTexts.tools}>
      <IndicatorMenu {...props} />
      <select
        className="select small"
        aria-label={chartTexts.compare}
        title={chartTexts.compareTitle}
        data-testid="chart-compare"
        value={compare}
        onChange={(event) => onCompare(event.target.value)}
      >
        <option value="">{chartTexts.compareNone}</option>
        {others.map((symbol) => (
          <option key={symbol} value={symbol}>
            {symbol}
          </option>
        ))}
      </select>
      {tools.map((name) => (
        <button
          key={name}
          type="button"
          className="button quiet"
          data-testid={`chart-tool-${name}`}
          aria-pressed={tool === name}
          title={chartTexts.toolTitles[name]}
          onClick={() => onTool(tool === name ? "none" : name)}
        >
          {chartTexts.toolNames[name]}
        </button>
      ))}
      <button type="button" className="button quiet" data-testid="chart-erase" title={chartTexts.eraseTitle} onClick={onErase}>
        {chartTexts.erase}
      </button>
      <span className="chart-tools-gap" />
      <button
        type="button"
        className="button quiet"
        data-testid="chart-zone"
        title={chartTexts.zoneTitle}
        onClick={() => preferences.set({ zone: zone === "utc" ? "hongKong" : "utc" })}
      >
        {chartTexts.zone[zone]}
      </button>
      <button type="button" className="button quiet" data-testid="chart-png" title={chartTexts.pngTitle} onClick={onPicture}>
        {chartTexts.png}
      </button>
    </div>
  );
}

function IndicatorMenu({ active, onActive }: Pick<ChartToolsProps, "active" | "onActive">): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const place = (): void => {
    const at = button.current?.getBoundingClientRect();
    if (at === undefined || list.current === null) return;
    list.current.style.top = `${at.bottom}px`;
    list.current.style.left = `${at.left}px`;
  };
  const groups = [
    [chartTexts.overCandles, indicators.filter(({ pane }) => pane === "price")],
    [chartTexts.inPanes, indicators.filter(({ pane }) => pane === "own")],
  ] as const;
  return (
    <>
      <button
        ref={button}
        type="button"
        className="button quiet"
        data-testid="chart-indicators"
        popoverTarget="chart-indicator-list"
        onClick={place}
      >
        {chartTexts.indicators}
        {active.length > 0 ? ` ${active.length}` : ""} ▾
      </button>
      <div ref={list} id="chart-indicator-list" popover="auto" className="chart-indicator-list">
        {groups.map(([title, members]) => (
          <fieldset key={title}>
            <legend className="secondary">{title}</legend>
            {members.map((definition) => (
              <IndicatorChoice key={definition.id} definition={definition} active={active} onActive={onActive} />
            ))}
          </fieldset>
        ))}
      </div>
    </>
  );
}

type IndicatorChoiceProps = Pick<ChartToolsProps, "active" | "onActive"> & { readonly definition: IndicatorDefinition };

function IndicatorChoice({ definition, active, onActive }: IndicatorChoiceProps): ReactNode {
  const { id, name, period } = definition;
  const shown = active.find((indicator) => indicator.id === id);
  const usual = period ?? 1;
  return (
    <div className="chart-indicator-choice">
      <label>
        <input
          type="checkbox"
          data-testid={`chart-indicator-${id}`}
          checked={shown !== undefined}
          onChange={(event) =>
            onActive(event.target.checked ? [...active, { id, period: usual }] : active.filter((indicator) => indicator.id !== id))
          }
        />
        {name}
      </label>
      {period !== null && (
        <WholeNumber
          label={chartTexts.period(name)}
          min={2}
          max={500}
          disabled={shown === undefined}
          value={shown?.period ?? usual}
          onChange={(next) => onActive(active.map((indicator) => (indicator.id === id ? { id, period: next } : indicator)))}
        />
      )}
    </div>
  );
}
