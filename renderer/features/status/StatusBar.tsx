import type { ReactNode } from "react";
import { preferences } from "../../app/preferences.ts";
import { useNow } from "../../app/useNow.ts";
import { useView } from "../../app/useView.ts";
import { formatCount, formatTime, zoneLabel } from "../../ui/format.ts";
import { AboutButton } from "./About.tsx";
import { ConnectionText } from "./ConnectionText.tsx";
import { statusTexts as texts } from "./statusTexts.ts";
import { Toasts } from "./Toasts.tsx";

/** One line of facts about the engine, each with its meaning as a tooltip, and of what the terminal just told. `tools` stand before the clock. */
export function StatusBar({ tools }: { readonly tools: ReactNode }): ReactNode {
  const live = useView("connection", (model) => model.connection.state === "live");
  const status = useView("status", (model) => model.status);
  return (
    <footer className="status-bar">
      <ConnectionText />
      <div className="status-facts" data-live={live}>
        <Fact
          label={texts.seq}
          testId="status-seq"
          value={status === null ? "–" : formatCount(status.decidedSeq)}
          title={texts.seqExplain}
        />
        <Fact
          label={texts.lag}
          testId="status-lag"
          value={status === null ? "–" : formatCount(status.decidedSeq - status.durableSeq)}
          title={texts.lagExplain}
        />
        <Fact
          label={texts.commit}
          testId="status-commit"
          value={status === null ? "–" : `${status.lastCommitMs.toFixed(1)} ms`}
          title={texts.commitExplain}
        />
        <Fact
          label={texts.rate}
          testId="status-rate"
          value={status === null ? "–" : texts.rateValue(formatCount(status.eventsPerSecond))}
          title={texts.rateExplain}
          idle
        />
        <Fact
          label={texts.journal}
          testId="status-journal"
          value={status === null ? "–" : bytes(status.journalBytes)}
          title={texts.journalExplain}
          idle
        />
      </div>
      <Toasts />
      {tools}
      <Clock />
      <AboutButton />
    </footer>
  );
}

type FactProps = {
  readonly label: string;
  readonly value: string;
  readonly title: string;
  readonly testId: string;
  /** Nobody trades by it: on a narrow window it makes room for a message. */
  readonly idle?: boolean;
};

function Fact({ label, value, title, testId, idle = false }: FactProps): ReactNode {
  return (
    <span className={idle ? "fact fact-idle" : "fact"} title={title}>
      <span className="secondary">{label}</span> <span data-testid={testId}>{value}</span>
    </span>
  );
}

/** The wall clock, in the zone of all times on the screen. */
function Clock(): ReactNode {
  const zone = useView("preferences", () => preferences.zone);
  const now = useNow(250);
  return (
    <button
      type="button"
      className="button quiet"
      data-testid="zone-switch"
      title={texts.clockExplain}
      onClick={() => preferences.set({ zone: zone === "utc" ? "hongKong" : "utc" })}
    >
      <span className="secondary">{zoneLabel(zone)}</span> {formatTime(now * 1_000, zone)}
    </button>
  );
}

function bytes(n: number): string {
  if (n < 1_048_576) return `${(n / 1_024).toFixed(0)} kB`;
  if (n < 1_073_741_824) return `${(n / 1_048_576).toFixed(1)} MB`;
  return `${(n / 1_073_741_824).toFixed(2)} GB`;
}
