import { useId, useState, type ReactNode } from "react";
import { Menu } from "../../ui/controls.tsx";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { rowTexts } from "./rowTexts.ts";
import { blotterTexts } from "./blotterTexts.ts";
import { TableDialog } from "./TableDialog.tsx";
import type { BlotterTools } from "./useBlotter.ts";
import "./blotters.css";

type BlotterFrameProps = {
  readonly testId: string;
  readonly title: ReactNode;
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly tools: BlotterTools;
  /** Further tools, of this blotter alone. */
  readonly own?: ReactNode;
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
  own,
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
          <TableTools testId={testId} tools={tools} />
          {own}
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

/** How the table is looked at, and its ways out: clipboard, file, paper. */
function TableTools({ testId, tools }: { readonly testId: string; readonly tools: BlotterTools }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const { view } = tools;
  const changes = view.conditions.length + view.colours.length + view.hidden.length;
  return (
    <>
      <button
        type="button"
        className="button"
        data-testid={`${testId}-table`}
        title={blotterTexts.tableExplain}
        onClick={() => setOpen(true)}
      >
        {blotterTexts.table}
        {changes > 0 && ` (${changes})`}
      </button>
      <Menu id={`${testId}-export`} testId={`${testId}-export`} label={`${blotterTexts.export} ▾`}>
        <button type="button" title={blotterTexts.copyExplain} onClick={tools.copy}>
          {blotterTexts.copy}
        </button>
        <button type="button" data-testid={`${testId}-csv`} onClick={tools.exportCsv}>
          {blotterTexts.csv}
        </button>
        <button type="button" data-testid={`${testId}-pdf`} onClick={tools.exportPdf}>
          {blotterTexts.pdf}
        </button>
      </Menu>
      {isOpen && (
        <TableDialog
          title={tools.title}
          columns={tools.columns}
          view={view}
          views={tools.views}
          onView={tools.setView}
          onSave={tools.saveView}
          onShow={tools.showView}
          onRemove={tools.removeView}
          onClose={() => setOpen(false)}
        />
      )}
    </>
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
