import type { ColDef } from "ag-grid-community";
import { drawTrailing, isTotal, rendererFor } from "./gridCells.ts";
import { GRID_HEADER_FONT_SIZE } from "./gridTheme.ts";
import type { Seat } from "./rowBatch.ts";
import { CANVAS_FONT } from "./tokens.ts";

/** One column. `Total` is the type of the rows pinned at the bottom. */
export type GridColumn<Row, Total = never> = {
  readonly id: string;
  readonly header: string;
  /** What the header means, as a tooltip. */
  readonly explain?: string;
  readonly width: number;
  /** Takes a share of the spare width. */
  readonly flex?: number;
  readonly align?: "left" | "right";
  readonly pinned?: "left" | "right";
  /** Compared to find out whether the cell must be drawn again; sorted by, unless `sortBy` is given. */
  readonly value: (row: Row) => string | number | null;
  readonly sortBy?: (row: Row) => string | number | null;
  /** What is shown, searched and copied. */
  readonly text: (row: Row) => string;
  /** Draws into the cell's own element instead of plain text; called again whenever the value changed. */
  readonly draw?: (row: Row, element: HTMLElement) => void;
  /** Unseen digits after the text, so that numbers with fewer decimals line up on the point with those that have more. */
  readonly trail?: (row: Row) => string;
  readonly tooltip?: (row: Row) => string;
  readonly total?: (total: Total) => string;
  readonly totalTrail?: (total: Total) => string;
  readonly sortable?: boolean;
  /** True when what it is sorted by never changes in the life of a row. */
  readonly steady?: boolean;
  /** True when a change of it lights up for a moment, so that an eye that was elsewhere finds it. */
  readonly flash?: boolean;
  /** False for columns without text of their own, such as buttons. */
  readonly copied?: boolean;
  /** Lets the cell's text be typed over, by double click, Enter or F2; what was typed is handed over and the row changes when the engine says so. */
  readonly edit?: { readonly can: (row: Row) => boolean; readonly commit: (row: Row, text: string) => void };
};

/** The grid's own definition of a column. `isSorted`: it begins with the mark of a sorted one. */
export function colDefOf<Row, Total>(column: GridColumn<Row, Total>, isSorted: boolean): ColDef<Seat<Row>> {
  const width = Math.max(column.width, headerWidth(column.header, isSorted));
  const { total } = column;
  const draw = column.draw ?? (column.trail === undefined ? undefined : drawTrailing(column.text, column.trail));
  const sortBy = column.sortBy ?? column.value;
  return {
    colId: column.id,
    headerName: column.header,
    headerTooltip: column.explain ?? "",
    width,
    ...(column.flex === undefined ? {} : { flex: column.flex, minWidth: width }),
    ...(column.pinned === undefined ? {} : { pinned: column.pinned, lockPinned: true, suppressMovable: true, resizable: false }),
    sortable: column.sortable ?? true,
    enableCellChangeFlash: column.flash === true,
    cellClass: column.align === "right" ? "grid-number" : "grid-text",
    headerClass: column.align === "right" ? "grid-header-number" : "grid-header-text",
    // Totals are rows of another type that share the columns; the pinned mark of the node tells them apart.
    valueGetter: ({ data, node }) =>
      data === undefined || data === null ? null : isTotal(node) ? (total?.(data.row as unknown as Total) ?? "") : column.value(data.row),
    valueFormatter: ({ data, node, value }) =>
      isTotal(node) ? String(value ?? "") : data === undefined || data === null ? "" : column.text(data.row),
    comparator: (_a, _b, nodeA, nodeB) =>
      compare(nodeA.data === undefined ? null : sortBy(nodeA.data.row), nodeB.data === undefined ? null : sortBy(nodeB.data.row)),
    getQuickFilterText: ({ data }) => (column.copied === false ? "" : column.text(data.row)),
    ...editingOf(column),
    ...(draw === undefined ? {} : { cellRenderer: rendererFor(draw, (row) => column.totalTrail?.(row as Total) ?? "") }),
  };
}

/** What a column needs for its head in the language of the moment, and for the mark of the sorting that it begins with. */
function headerWidth(text: string, isSorted: boolean): number {
  if (text === "" || ruler === null) return 0;
  ruler.font = `${GRID_HEADER_FONT_SIZE}px ${CANVAS_FONT}`;
  return Math.ceil(ruler.measureText(text).width) + HEADER_ROOM + (isSorted ? SORT_MARK_ROOM : 0);
}

const ruler = new OffscreenCanvas(1, 1).getContext("2d");
/** Padding at both sides, and a little for a face that has not come yet. */
const HEADER_ROOM = 16;
const SORT_MARK_ROOM = 18;

/** The editor begins with the text that is shown, and what it ends with goes to the feature, never into the row. */
function editingOf<Row, Total>({ edit }: GridColumn<Row, Total>): ColDef<Seat<Row>> {
  if (edit === undefined) return {};
  return {
    editable: ({ data, node }) => data !== undefined && data !== null && !isTotal(node) && edit.can(data.row),
    cellEditor: "agTextCellEditor",
    cellEditorParams: { useFormatter: true },
    valueSetter: ({ data, newValue }) => {
      if (data !== null && data !== undefined) edit.commit(data.row, String(newValue ?? ""));
      return false;
    },
  };
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}
