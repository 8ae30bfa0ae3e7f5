import type { ReactNode } from "react";
import type { RiskControlView } from "../../../shared/risk.ts";
import { orderFormTexts } from "../../app/orderFormTexts.ts";
import { partUsed, tierOf } from "./riskModel.ts";
import { riskTexts as texts } from "./riskTexts.ts";

/** How much of a limit is used, with a mark where the soft bound stands. */
export function UseBar({ control }: { readonly control: RiskControlView }): ReactNode {
  const part = partUsed(control);
  if (part === null) return <span className="risk-bar" data-tier="none" />;
  const { soft, hard } = control;
  const mark = soft === null || hard === null || hard === 0 ? null : Math.min(1, soft / hard);
  return (
    <span
      className="risk-bar"
      data-tier={tierOf(control)}
      data-marked={mark !== null}
      role="meter"
      aria-label={texts.inUse(orderFormTexts.controls[control.control])}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(Math.min(1, part) * 100)}
      ref={(bar) => {
        bar?.style.setProperty("--part", `${Math.min(1, part) * 100}%`);
        bar?.style.setProperty("--mark", `${(mark ?? 0) * 100}%`);
      }}
    />
  );
}
