import { useEffect, useRef, useState } from "react";
import { z } from "zod";
import { messages } from "../../app/messages.ts";
import { panelTexts } from "../../app/panelTexts.ts";
import { savedSetting, saveSetting } from "../../app/windowState.ts";
import { copyText } from "../../ui/copyText.ts";
import type { GridColumn } from "../../ui/gridColumn.ts";
import type { GridHandle } from "../../ui/gridHandle.ts";
import { exportCsv, exportPdf } from "./exportTable.ts";
import { rowTexts } from "./rowTexts.ts";
import { fulfils, namedViewsSchema, plainView, tableViewSchema, toneOf, type TableView } from "./tableView.ts";

/** What the tools of a blotter work on. */
export type BlotterTools = {
  /** The table's name in the window's language. */
  readonly title: string;
  readonly copy: () => void;
  readonly exportCsv: () => void;
  readonly exportPdf: () => void;
  readonly columns: readonly { readonly id: string; readonly header: string }[];
  readonly view: TableView;
  readonly setView: (view: TableView) => void;
  readonly views: Readonly<Record<string, TableView>>;
  readonly saveView: (name: string) => void;
  readonly showView: (name: string) => void;
  readonly removeView: (name: string) => void;
};

type Blotter<Row, Total> = {
  readonly grid: { readonly current: GridHandle<Row, Total> | null };
  /** Remembers the grid; given to it by its connect function. */
  readonly attach: (grid: GridHandle<Row, Total>) => void;
  readonly search: string;
  readonly setSearch: (text: string) => void;
  readonly shown: number;
  readonly setShown: (rows: number) => void;
  readonly tools: BlotterTools;
  readonly savedColumns: unknown;
  readonly onColumnsChanged: (state: unknown) => void;
};

/** State that every blotter has: its grid, the quick filter, the number of rows in sight, and how the table is looked at. */
export function useBlotter<Row, Total = never>(
  name: keyof typeof panelTexts,
  columns: readonly GridColumn<Row, Total>[],
): Blotter<Row, Total> {
  const grid = useRef<GridHandle<Row, Total> | null>(null);
  const [search, setSearchText] = useState("");
  const [shown, setShown] = useState(0);
  const [view, setViewState] = useState<TableView>(() => savedSetting(`view.${name}`, tableViewSchema, plainView));
  const [views, setViews] = useState(() => savedSetting(`views.${name}`, namedViewsSchema, {}));
  const key = `grid.${name}`;
  const isPlain = view.conditions.length === 0 && view.hidden.length === 0 && view.colours.length === 0;
  const wasPlain = useRef(true);
  useEffect(() => {
    // A table that nobody has changed is left alone: filtering again costs a look at every row.
    if (isPlain && wasPlain.current) return;
    wasPlain.current = isPlain;
    const texts = new Map(columns.map((column) => [column.id, column.text]));
    grid.current?.look({
      passes: view.conditions.length === 0 ? null : (row) => fulfils(row, view.conditions, texts),
      hidden: view.hidden,
      tone: view.colours.length === 0 ? null : (row) => toneOf(row, view.colours, texts),
    });
  }, [columns, isPlain, view]);
  const setView = (next: TableView): void => {
    setViewState(next);
    saveSetting(`view.${name}`, next);
  };
  const keepViews = (next: Record<string, TableView>): void => {
    setViews(next);
    saveSetting(`views.${name}`, next);
  };
  const table = (): ReturnType<GridHandle<Row, Total>["table"]> => grid.current?.table() ?? { header: [], rows: [] };
  const title = panelTexts[name];
  return {
    grid,
    attach: (handle) => {
      grid.current = handle;
      wasPlain.current = true;
    },
    search,
    setSearch: (text) => {
      setSearchText(text);
      grid.current?.search(text);
    },
    shown,
    setShown,
    tools: {
      title,
      copy: () => copyRows(grid.current),
      exportCsv: () => void exportCsv(name, title, table()),
      exportPdf: () => void exportPdf(name, title, table()),
      columns: columns.filter(({ header }) => header !== ""),
      view,
      setView,
      views,
      saveView: (viewName) => keepViews({ ...views, [viewName]: { ...view, columns: grid.current?.columnState() ?? null } }),
      showView: (viewName) => {
        const found = views[viewName];
        if (found === undefined) return;
        grid.current?.restoreColumns(found.columns);
        setView(found);
      },
      removeView: (viewName) => keepViews(Object.fromEntries(Object.entries(views).filter(([one]) => one !== viewName))),
    },
    savedColumns: savedSetting(key, z.unknown(), null),
    onColumnsChanged: (state) => saveSetting(key, state),
  };
}

function copyRows(grid: Pick<GridHandle<never>, "copy"> | null): void {
  const copied = grid?.copy();
  if (copied === undefined) return;
  const done = copyText(copied.text);
  messages.post(
    done
      ? { severity: "info", text: rowTexts.copied(copied.rows) }
      : { severity: "warning", text: rowTexts.notCopied, detail: rowTexts.clipboard },
  );
}
