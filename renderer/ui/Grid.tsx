import { createGrid, type GridApi, type GridOptions } from "ag-grid-community";
import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { topics } from "../app/topics.ts";
import { AdoptedStyles } from "./adoptedStyles.ts";
import "./grid.css";
import { isTotal } from "./gridCells.ts";
import { colDefOf, type GridColumn } from "./gridColumn.ts";
import { restoreColumns } from "./gridColumnState.ts";
import { gridHandle, rowTones, type GridHandle, type GridLook, type GridSort } from "./gridHandle.ts";
import "./gridModules.ts";
import { GridRows } from "./gridRows.ts";
import { GRID_HEADER_HEIGHT, gridTheme } from "./gridTheme.ts";
import { titlesOnDemand } from "./gridTitles.ts";
import type { RowKey, Seat } from "./rowBatch.ts";
import { rowHeight } from "./tokens.ts";

type GridProps<Row, Total> = {
  /** Stable name: of the kept column state, and for tests. */
  readonly name: string;
  /** For screen readers. */
  readonly label: string;
  /** A module constant or memoised: another array makes another grid. */
  readonly columns: readonly GridColumn<Row, Total>[];
  readonly rowKey: (row: Row) => RowKey;
  readonly sort?: GridSort;
  /** Column widths, order and sorting as kept earlier. */
  readonly savedColumns: unknown;
  readonly onColumnsChanged: (state: unknown) => void;
  /** Called once when the grid stands: feed it, and return how to stop. */
  readonly connect: (grid: GridHandle<Row, Total>) => () => void;
  readonly onKey?: (event: KeyboardEvent, grid: GridHandle<Row, Total>) => void;
  /** A click on a cell, or Enter or Space on the cell with the focus. */
  readonly onCell?: (column: string, row: Row) => void;
  /** Class names of rows for which the function is true, looked at again whenever the row changes. */
  readonly rowClasses?: Readonly<Record<string, (row: Row) => boolean>>;
  /** Called with the number of rows that pass the filters whenever it changes. */
  readonly onShownRows?: (count: number) => void;
};

/** A changed cell stays lit for so long, and then fades. */
const FLASH_MS = 350;
const FADE_MS = 450;
/** Rows drawn above and below those in sight: a notch of the wheel finds what it scrolls to. */
const ROWS_BEYOND = 5;

const styles = new AdoptedStyles();
const sortIcons = {
  sortAscending: '<span class="grid-sort-icon">▲</span>',
  sortDescending: '<span class="grid-sort-icon">▼</span>',
  sortUnSort: '<span class="grid-sort-icon"></span>',
};

/** AG Grid Community, fed once an animation frame. Props are read when the grid is made; only other `columns` make it anew. */
export function Grid<Row, Total = never>(props: GridProps<Row, Total>): ReactNode {
  const host = useRef<HTMLDivElement | null>(null);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  const { columns } = props;
  useEffect(() => (host.current === null ? undefined : mountGrid(host.current, columns, latest)), [columns]);
  return <div ref={host} className="grid-host" data-testid={`grid-${props.name}`} role="group" aria-label={props.label} />;
}

function mountGrid<Row, Total>(
  element: HTMLElement,
  columns: readonly GridColumn<Row, Total>[],
  latest: { readonly current: GridProps<Row, Total> },
): () => void {
  const props = latest.current;
  const shown: { look: GridLook<Row> } = { look: { passes: null, hidden: [], tone: null } };
  let count = -1;
  let destroyed = false;
  const reportShown = (): void => {
    if (destroyed) return;
    const displayed = api.getDisplayedRowCount();
    if (displayed === count) return;
    count = displayed;
    latest.current.onShownRows?.(count);
  };
  const saveColumns = (): void => latest.current.onColumnsChanged(api.getColumnState());
  const options: GridOptions<Seat<Row>> = {
    theme: gridTheme,
    themeStyleContainer: styles.holder,
    columnDefs: columns.map((column) => colDefOf(column, column.id === props.sort?.column)),
    defaultColDef: { resizable: true, suppressHeaderMenuButton: true, sortingOrder: ["asc", "desc"], minWidth: 24 },
    icons: sortIcons,
    rowHeight: rowHeight(),
    headerHeight: GRID_HEADER_HEIGHT,
    getRowId: ({ data }) => data.id,
    rowSelection: { mode: "multiRow", checkboxes: false, headerCheckbox: false, enableClickSelection: true },
    animateRows: false,
    cellFlashDuration: FLASH_MS,
    cellFadeDuration: FADE_MS,
    // Rows appear in the very frame in which they are handed over.
    suppressAnimationFrame: true,
    // A row that is moved by a transform is a coordinate system of its own, of which each frame of scrolling would have to make ten anew.
    suppressRowTransform: true,
    rowBuffer: ROWS_BEYOND,
    suppressColumnMoveAnimation: true,
    suppressDragLeaveHidesColumns: true,
    suppressOverlays: ["loading", "noRows", "noMatchingRows"],
    suppressContextMenu: true,
    // Of the headers; those of cells: see gridTitles.ts.
    enableBrowserTooltips: true,
    cacheQuickFilter: true,
    deltaSort: true,
    // A row that only changed stays where it is until the next sorting; see GridRows.
    suppressModelUpdateAfterUpdateTransaction: true,
    maintainColumnOrder: true,
    onModelUpdated: reportShown,
    onColumnMoved: ({ finished }) => finished && saveColumns(),
    onColumnResized: ({ finished, source }) => finished && source === "uiColumnResized" && saveColumns(),
    onSortChanged: ({ source }) => {
      rows.sortingChanged();
      if (source !== "api") saveColumns();
    },
    // Each cell that sticks would be a layer of its own, also while there is nothing to stick to.
    onBodyScroll: ({ direction, left }) => {
      if (direction === "horizontal") box.classList.toggle("is-scrolled", left > 0);
    },
    rowClassRules: Object.fromEntries(
      [
        ...Object.entries(props.rowClasses ?? {}),
        ...rowTones.map((tone): [string, (row: Row) => boolean] => [`tone-${tone}`, (row) => shown.look.tone?.(row) === tone]),
      ].map(([name, test]) => [name, ({ data, node }) => data !== undefined && !isTotal(node) && test(data.row)]),
    ),
    onCellClicked: ({ column, data, rowPinned }) =>
      rowPinned !== "bottom" && data !== undefined && latest.current.onCell?.(column.getColId(), data.row),
    onCellKeyDown: (params) => {
      const { event } = params;
      if (!(event instanceof KeyboardEvent)) return;
      latest.current.onKey?.(event, handle);
      if (event.key !== "Enter" && event.key !== " ") return;
      if ("column" in params && params.data !== undefined && params.rowPinned !== "bottom")
        latest.current.onCell?.(params.column.getColId(), params.data.row);
    },
  };
  // Made outside the document, so that its styles are adopted before it measures itself.
  const box = document.createElement("div");
  box.className = "grid-box";
  const api: GridApi<Seat<Row>> = createGrid(box, options);
  styles.adopt();
  element.append(box);
  const rows = new GridRows(api, props.rowKey, columns);
  const handle = gridHandle({ api, rows, columns, sort: props.sort, shown });
  restoreColumns(api, props.savedColumns, props.sort);
  titlesOnDemand(box, api, columns);
  const onCopy = (event: ClipboardEvent): void => {
    if (event.clipboardData === null || !String(getSelection() ?? "").match(/^\s*$/)) return;
    event.clipboardData.setData("text/plain", handle.copy().text);
    event.preventDefault();
  };
  element.addEventListener("copy", onCopy);
  const disconnect = props.connect(handle);
  const unlisten = topics.subscribe("preferences", () => api.setGridOption("rowHeight", rowHeight()));
  return () => {
    destroyed = true;
    disconnect();
    unlisten();
    element.removeEventListener("copy", onCopy);
    rows.dispose();
    api.destroy();
    box.remove();
  };
}
