import type { GridApi } from "ag-grid-community";
import { restoreColumns } from "./gridColumnState.ts";
import type { GridColumn } from "./gridColumn.ts";
import type { GridRows } from "./gridRows.ts";
import type { RowKey, Seat } from "./rowBatch.ts";
import { tabSeparated } from "./tabSeparated.ts";

/** How a row stands out. */
export type RowTone = "info" | "warning" | "breach" | "mark";
export const rowTones: readonly RowTone[] = ["info", "warning", "breach", "mark"];

/** A table's rows as texts under their headers. */
export type GridTable = { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** What a person chose to see of the rows that the feature lets through. */
export type GridLook<Row> = {
  readonly passes: ((row: Row) => boolean) | null;
  readonly hidden: readonly string[];
  readonly tone: ((row: Row) => RowTone | null) | null;
};

/** What a feature does with its grid. Changes of rows show at the next animation frame. */
export type GridHandle<Row, Total = never> = {
  readonly reset: (rows: Iterable<Row>) => void;
  readonly upsert: (rows: Iterable<Row>) => void;
  readonly remove: (keys: Iterable<RowKey>) => void;
  /** Rows for which this is false are hidden; null shows all. */
  readonly filter: (passes: ((row: Row) => boolean) | null) => void;
  readonly search: (text: string) => void;
  readonly totals: (rows: readonly Total[]) => void;
  /** Draws all visible cells again, e.g. after the time zone changed. */
  readonly redraw: () => void;
  /** Selected rows in display order; without a selection the row with the focus. */
  readonly chosen: () => readonly Row[];
  /** The chosen rows, or without any all visible ones, as tab-separated text with a header line. */
  readonly copy: () => { readonly text: string; readonly rows: number };
  readonly look: (look: GridLook<Row>) => void;
  /** Every row that passes the filters, in display order, with the columns in sight. */
  readonly table: () => GridTable;
  readonly columnState: () => unknown;
  readonly restoreColumns: (state: unknown) => void;
};

/** What a grid is made of while it stands. */
type GridParts<Row, Total> = {
  readonly api: GridApi<Seat<Row>>;
  readonly rows: GridRows<Row>;
  readonly columns: readonly GridColumn<Row, Total>[];
  readonly sort: GridSort | undefined;
  /** The tones of rows are read from here whenever they are drawn. */
  readonly shown: { look: GridLook<Row> };
};

export type GridSort = { readonly column: string; readonly direction: "asc" | "desc" };

export function gridHandle<Row, Total>({ api, rows, columns, sort, shown }: GridParts<Row, Total>): GridHandle<Row, Total> {
  let passesFeature: ((row: Row) => boolean) | null = null;
  const filterRows = (): void => {
    const { passes } = shown.look;
    rows.filter(passesFeature === null ? passes : passes === null ? passesFeature : allOf(passesFeature, passes));
  };
  return {
    reset: (all) => rows.reset(all),
    upsert: (changed) => rows.upsert(changed),
    remove: (keys) => rows.remove(keys),
    filter: (passes) => {
      passesFeature = passes;
      filterRows();
    },
    search: (text) => rows.search(text),
    totals: (totals) => rows.total(totals),
    redraw: () => api.refreshCells({ force: true }),
    chosen: () => chosenRows(api),
    copy: () => {
      const chosen = chosenRows(api);
      const copiedRows = chosen.length > 0 ? chosen : displayedRows(api);
      const copied = columns.filter((column) => column.copied !== false);
      return {
        text: tabSeparated(
          copied.map((column) => column.header),
          copiedRows.map((row) => copied.map((column) => column.text(row))),
        ),
        rows: copiedRows.length,
      };
    },
    look: (look) => {
      shown.look = look;
      api.applyColumnState({ state: columns.map(({ id }) => ({ colId: id, hide: look.hidden.includes(id) })) });
      filterRows();
      api.redrawRows();
    },
    table: () => {
      const seen = columns.filter((column) => column.copied !== false && !shown.look.hidden.includes(column.id));
      return {
        header: seen.map((column) => column.header),
        rows: displayedRows(api).map((row) => seen.map((column) => column.text(row))),
      };
    },
    columnState: () => api.getColumnState(),
    restoreColumns: (state) => restoreColumns(api, state, sort),
  };
}

function allOf<Row>(one: (row: Row) => boolean, other: (row: Row) => boolean): (row: Row) => boolean {
  return (row) => one(row) && other(row);
}

function chosenRows<Row>(api: GridApi<Seat<Row>>): readonly Row[] {
  const selected: Row[] = [];
  api.forEachNodeAfterFilterAndSort((node) => {
    if (node.isSelected() === true && node.data !== undefined) selected.push(node.data.row);
  });
  if (selected.length > 0) return selected;
  const cell = api.getFocusedCell();
  const focused = cell === null || cell.rowPinned === "bottom" ? undefined : api.getDisplayedRowAtIndex(cell.rowIndex)?.data;
  return focused === undefined ? [] : [focused.row];
}

function displayedRows<Row>(api: GridApi<Seat<Row>>): readonly Row[] {
  const rows: Row[] = [];
  api.forEachNodeAfterFilterAndSort((node) => {
    if (node.data !== undefined) rows.push(node.data.row);
  });
  return rows;
}
