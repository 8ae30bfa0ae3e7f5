import type { ReactNode } from "react";
import type { Instrument } from "../../../shared/catalog.ts";
import { formatPrice } from "../../ui/format.ts";
import { ladderSteps } from "./ladderModel.ts";
import { ladderTexts } from "./ladderTexts.ts";
import { PresetField } from "./PresetField.tsx";

/** Times in force that a click may carry. */
const clickTimes = ["gtc", "day", "ioc"] as const;
export type ClickTime = (typeof clickTimes)[number];

type LadderToolsProps = {
  readonly instrument: Instrument;
  readonly time: ClickTime;
  readonly onTime: (time: ClickTime) => void;
  /** Ticks to a row; 0 until the ladder has chosen. */
  readonly step: number;
  readonly onStep: (step: number) => void;
  readonly onCentre: () => void;
};

/** What a click sends, how much of the market a row shows, and the way back to it. */
export function LadderTools({ instrument, time, onTime, step, onStep, onCentre }: LadderToolsProps): ReactNode {
  return (
    <div className="ladder-tools">
      <PresetField instrument={instrument} which="first" label="L" />
      <PresetField instrument={instrument} which="second" label="R" />
      <select
        className="select small"
        aria-label={ladderTexts.orderType}
        title={ladderTexts.orderType}
        data-testid="ladder-time"
        value={time}
        onChange={(event) => onTime(clickTimes.find((choice) => choice === event.target.value) ?? "gtc")}
      >
        {clickTimes.map((choice) => (
          <option key={choice} value={choice}>
            {ladderTexts.orderTypes[choice]}
          </option>
        ))}
      </select>
      <select
        className="select small"
        aria-label={ladderTexts.step}
        title={ladderTexts.step}
        data-testid="ladder-step"
        value={String(step)}
        onChange={(event) => onStep(Number(event.target.value))}
      >
        {step === 0 && <option value="0">…</option>}
        {ladderSteps.map((choice) => (
          <option key={choice} value={String(choice)}>
            {formatPrice(choice, instrument)}
          </option>
        ))}
      </select>
      <button type="button" className="button" data-testid="ladder-centre" title={ladderTexts.centreTitle} onClick={onCentre}>
        {ladderTexts.centre}
      </button>
    </div>
  );
}
