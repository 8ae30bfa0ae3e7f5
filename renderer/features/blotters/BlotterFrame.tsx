import { useId, type ReactNode } from "react";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { rowTexts } from "./rowTexts.ts";
import "./blotters.css";

type BlotterFrameProps = {
  readonly testId: string;
  readonly title: ReactNode;
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly tools: ReactNode;
  /** Rows that pass the filters; at 0 the empty text is shown. */
  readonly shown: number;
  /** What would be here. */
  readonly emptyTitle: string;
  /** The one action that brings it. */
  readonly emptyAction: ReactNode;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
};

/** What all blotters share: a quick filter, tools, a line of sums, and words where there are no rows. */
export function BlotterFrame({
  testId,
  title,
  search,
  onSearch,
  tools,
  shown,
  emptyTitle,
  emptyAction,
  footer,
  children,
}: BlotterFrameProps): ReactNode {
  const id = useId();
  return (
    <Panel
      testId={testId}
      title={title}
      right={
        <>
          <label className="visually-hidden" htmlFor={id}>
            {rowTexts.filterRows}
          </label>
          <input
            id={id}
            className="input small blotter-search"
            type="search"
            placeholder={rowTexts.filter}
            title={rowTexts.filterExplain}
            spellCheck={false}
            value={search}
            onChange={(event) => onSearch(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape" || search === "") return;
              event.stopPropagation();
              onSearch("");
            }}
          />
          {tools}
        </>
      }
    >
      <div className="blotter">
        <div className="blotter-grid">
          {children}
          {shown === 0 && (
            <div className="blotter-empty">
              {search === "" ? (
                <EmptyState title={emptyTitle} action={emptyAction} />
              ) : (
                <EmptyState
                  title={rowTexts.noRowHolds(search)}
                  action={
                    <button type="button" className="button" onClick={() => onSearch("")}>
                      {rowTexts.clearFilter}
                    </button>
                  }
                />
              )}
            </div>
          )}
        </div>
        {footer !== undefined && <footer className="blotter-footer">{footer}</footer>}
      </div>
    </Panel>
  );
}

/** One figure of the line of sums. */
export function Sum({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <span className="blotter-sum">
      <span className="secondary">{label}</span> {children}
    </span>
  );
}
