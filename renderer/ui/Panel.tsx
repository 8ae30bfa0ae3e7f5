import type { ReactNode } from "react";
import { staleSeconds } from "../app/connection.ts";
import { useNow } from "../app/useNow.ts";
import { useView } from "../app/useView.ts";
import { lostLink } from "../app/venueMode.ts";
import { LinkDot } from "./LinkDot.tsx";
import { uiTexts } from "./uiTexts.ts";

type PanelProps = {
  readonly testId: string;
  /** What the panel is about, at the left of its header. The header is left out when there is neither this nor `right`. */
  readonly title?: ReactNode;
  /** Controls at the right of the header. */
  readonly right?: ReactNode;
  /** True for a panel without a header that shows its link in the corner. */
  readonly corner?: boolean;
  /** False for panels whose content does not age with the engine (messages). */
  readonly live?: boolean;
  readonly children: ReactNode;
};

/** Frame of every panel: header, content, and the veil that says how old the numbers are when they are not live. */
export function Panel({ testId, title, right, corner = false, live = true, children }: PanelProps): ReactNode {
  const state = useView("connection", (model) => model.connection.state);
  const isHalted = useView("status", (model) => model.status?.state === "broken");
  const isCompared = useView("status", (model) => lostLink(model) === null);
  const veiled = live && (state !== "live" || !isCompared);
  return (
    <section className="panel" data-testid={testId} data-stale={veiled} data-halted={live && isHalted}>
      {(title !== undefined || right !== undefined) && (
        <header className="panel-header">
          <div className="panel-title">
            <LinkDot testId={testId} />
            {title}
          </div>
          <div className="panel-tools">{right}</div>
        </header>
      )}
      <div className="panel-body">
        {corner && (
          <div className="panel-corner">
            <LinkDot testId={testId} />
          </div>
        )}
        {children}
        {veiled && <StaleVeil />}
      </div>
    </section>
  );
}

/** Hatching over old numbers, with their age. It does not take the pointer, so that what is there can still be read and scrolled. */
function StaleVeil(): ReactNode {
  const connection = useView("connection", (model) => model.connection);
  const age = staleSeconds(connection, useNow(250));
  const isLate = connection.state !== "live";
  return (
    <div className="stale-veil" aria-hidden="true">
      <span className="stale-badge">{!isLate ? uiTexts.notCompared : age === null ? uiTexts.noData : uiTexts.stale(age)}</span>
    </div>
  );
}

/** What an empty panel says: what would be here, and the one action that brings it. */
export function EmptyState({ title, action }: { readonly title: string; readonly action: ReactNode }): ReactNode {
  return (
    <div className="empty-state">
      <p>{title}</p>
      <p className="secondary">{action}</p>
    </div>
  );
}
