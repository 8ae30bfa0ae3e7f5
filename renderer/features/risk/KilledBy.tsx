import type { ReactNode } from "react";
import type { KillScope } from "../../../shared/risk.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import { useRiskRecords } from "../../app/riskRecord.ts";
import { useView } from "../../app/useView.ts";
import { formatTime } from "../../ui/format.ts";
import { lastKill } from "./riskModel.ts";
import { riskTexts as texts } from "./riskTexts.ts";

type KilledByProps = { readonly by: string; readonly scope: KillScope; readonly isFlattening: boolean };

/** An engaged kill switch: who pulled it, and as soon as the journal has told, when and why. */
export function KilledBy({ by, scope, isFlattening }: KilledByProps): ReactNode {
  const kill = lastKill(useRiskRecords("deeds")?.records ?? [], scope);
  const zone = useView("preferences", () => preferences.zone);
  return (
    <span data-testid="risk-killed">
      <strong className="risk-killed">
        ■ {texts.killed} {readModel.userName(by)}
      </strong>
      {kill !== null && (
        <span title={texts.atSequence(kill.seq)}>
          {" "}
          {formatTime(kill.atUs, zone)} · {kill.reason}
        </span>
      )}
      {isFlattening && ` · ${texts.flattening}`}
    </span>
  );
}
