import {
  ClientSideRowModelApiModule,
  ClientSideRowModelModule,
  CellStyleModule,
  ColumnApiModule,
  HighlightChangesModule,
  ModuleRegistry,
  PinnedRowModule,
  QuickFilterModule,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  TextEditorModule,
  TooltipModule,
  createGrid,
  type ColDef,
  type ColumnState,
  type GridApi,
  type GridOptions,
  type ICellRendererComp,
  type ICellRendererParams,
} from "ag-grid-community";
import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { onAnimationFrame } from "../app/frame.ts";
import { topics } from "../app/topics.ts";
import { AdoptedStyles } from "./adoptedStyles.ts";
import "./grid.css";
import { GRID_HEADER_FONT_SIZE, GRID_HEADER_HEIGHT, gridTheme } from "./gridTheme.ts";
import { RowBatch } from "./rowBatch.ts";
import { tabSeparated } from "./tabSeparated.ts";
import { CANVAS_FONT, rowHeight } from "./tokens.ts";

// The plain grid, not its React wrapper: that one renders each cell through React state, which is too slow for a blotter and not needed.
ModuleRegistry.registerModules([
  ClientSideRowModelModule,
  ClientSideRowModelApiModule,
  CellStyleModule,
  ColumnApiModule,
  HighlightChangesModule,
  PinnedRowModule,
  QuickFilterModule,
  RenderApiModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  TextEditorModule,
  TooltipModule,
]);

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

/** How a row stands out. */
export type RowTone = "info" | "warning" | "breach" | "mark";
const tones: readonly RowTone[] = ["info", "warning", "breach", "mark"];

/** A table's rows as texts under their headers. */
export type GridTable = { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** What a person chose to see of the rows that the feature lets through. */
type GridLook<Row> = {
  readonly passes: ((row: Row) => boolean) | null;
  readonly hidden: readonly string[];
  readonly tone: ((row: Row) => RowTone | null) | null;
};

/** What a feature does with its grid. Changes of rows show at the next animation frame. */
export type GridHandle<Row, Total = never> = {
  readonly reset: (rows: Iterable<Row>) => void;
  readonly upsert: (rows: Iterable<Row>) => void;
  readonly remove: (ids: Iterable<string>) => void;
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

type GridProps<Row, Total> = {
  /** Stable name: of the kept column state, and for tests. */
  readonly name: string;
  /** For screen readers. */
  readonly label: string;
  /** A module constant or memoised: another array makes another grid. */
  readonly columns: readonly GridColumn<Row, Total>[];
  readonly rowId: (row: Row) => string;
  readonly sort?: { readonly column: string; readonly direction: "asc" | "desc" };
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

/** Rows that jump about faster than this cannot be read, and sorting all of them sixty times a second would cost more than drawing them. */
const SORT_EVERY_MS = 250;
/** A changed cell stays lit for so long, and then fades. */
const FLASH_MS = 350;
const FADE_MS = 450;

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
  const batch = new RowBatch(props.rowId);
  let shown = -1;
  let destroyed = false;
  let passesFeature: ((row: Row) => boolean) | null = null;
  let look: GridLook<Row> = { passes: null, hidden: [], tone: null };
  const filterRows = (): void => {
    const { passes } = look;
    const both = passesFeature === null ? passes : passes === null ? passesFeature : allOf(passesFeature, passes);
    batch.filter(both);
    painter.invalidate();
  };
  const reportShown = (): void => {
    if (destroyed) return;
    const count = api.getDisplayedRowCount();
    if (count === shown) return;
    shown = count;
    latest.current.onShownRows?.(count);
  };
  const saveColumns = (): void => latest.current.onColumnsChanged(api.getColumnState());
  const options: GridOptions<Row> = {
    theme: gridTheme,
    themeStyleContainer: styles.holder,
    columnDefs: columns.map((column) => colDefOf(column, column.id === props.sort?.column)),
    defaultColDef: { resizable: true, suppressHeaderMenuButton: true, sortingOrder: ["asc", "desc"], minWidth: 24 },
    icons: sortIcons,
    rowHeight: rowHeight(),
    headerHeight: GRID_HEADER_HEIGHT,
    getRowId: ({ data }) => props.rowId(data),
    rowSelection: { mode: "multiRow", checkboxes: false, headerCheckbox: false, enableClickSelection: true },
    animateRows: false,
    cellFlashDuration: FLASH_MS,
    cellFadeDuration: FADE_MS,
    // Rows appear in the very frame in which they are handed over.
    suppressAnimationFrame: true,
    suppressColumnMoveAnimation: true,
    suppressDragLeaveHidesColumns: true,
    suppressOverlays: ["loading", "noRows", "noMatchingRows"],
    suppressContextMenu: true,
    enableBrowserTooltips: true,
    cacheQuickFilter: true,
    deltaSort: true,
    // A row that only changed stays where it is until the next sorting; see sortSoon.
    suppressModelUpdateAfterUpdateTransaction: true,
    maintainColumnOrder: true,
    onModelUpdated: reportShown,
    onColumnMoved: ({ finished }) => finished && saveColumns(),
    onColumnResized: ({ finished, source }) => finished && source === "uiColumnResized" && saveColumns(),
    onSortChanged: ({ source }) => source !== "api" && saveColumns(),
    rowClassRules: Object.fromEntries(
      [
        ...Object.entries(props.rowClasses ?? {}),
        ...tones.map((tone): [string, (row: Row) => boolean] => [`tone-${tone}`, (row) => look.tone?.(row) === tone]),
      ].map(([name, test]) => [name, ({ data, node }) => data !== undefined && !isTotal(node) && test(data)]),
    ),
    onCellClicked: ({ column, data, rowPinned }) =>
      rowPinned !== "bottom" && data !== undefined && latest.current.onCell?.(column.getColId(), data),
    onCellKeyDown: (params) => {
      const { event } = params;
      if (!(event instanceof KeyboardEvent)) return;
      latest.current.onKey?.(event, handle);
      if (event.key !== "Enter" && event.key !== " ") return;
      if ("column" in params && params.data !== undefined && params.rowPinned !== "bottom")
        latest.current.onCell?.(params.column.getColId(), params.data);
    },
  };
  // Made outside the document, so that its styles are adopted before it measures itself.
  const box = document.createElement("div");
  box.className = "grid-box";
  const api: GridApi<Row> = createGrid(box, options);
  styles.adopt();
  element.append(box);
  restoreColumns(api, props);

  /** Whether a change of rows that are there already can change their order or which of them are found. */
  const sortMoves = (): boolean => {
    if (api.isQuickFilterPresent()) return true;
    return api
      .getColumnState()
      .some(({ colId, sort }) => (sort === "asc" || sort === "desc") && columns.find((column) => column.id === colId)?.steady !== true);
  };
  let sortTimer: ReturnType<typeof setTimeout> | null = null;
  const sortSoon = (): void => {
    sortTimer ??= setTimeout(() => {
      sortTimer = null;
      api.refreshClientSideRowModel("filter");
    }, SORT_EVERY_MS);
  };
  const painter = onAnimationFrame(() => {
    const change = batch.take();
    if (change === null) return;
    if (change.kind === "replace") api.setGridOption("rowData", [...change.rows]);
    else {
      api.applyTransaction({ add: [...change.add], update: [...change.update], remove: [...change.remove] });
      if (change.update.length > 0 && sortMoves()) sortSoon();
    }
  });
  const handle: GridHandle<Row, Total> = {
    reset: (rows) => {
      batch.reset(rows);
      painter.invalidate();
    },
    upsert: (rows) => {
      batch.upsert(rows);
      painter.invalidate();
    },
    remove: (ids) => {
      batch.remove(ids);
      painter.invalidate();
    },
    filter: (passes) => {
      passesFeature = passes;
      filterRows();
    },
    search: (text) => api.setGridOption("quickFilterText", text),
    totals: (rows) => api.setGridOption("pinnedBottomRowData", [...rows]),
    redraw: () => api.refreshCells({ force: true }),
    chosen: () => chosenRows(api),
    copy: () => {
      const chosen = chosenRows(api);
      const rows = chosen.length > 0 ? chosen : displayedRows(api);
      const copied = columns.filter((column) => column.copied !== false);
      return {
        text: tabSeparated(
          copied.map((column) => column.header),
          rows.map((row) => copied.map((column) => column.text(row))),
        ),
        rows: rows.length,
      };
    },
    look: (next) => {
      look = next;
      api.applyColumnState({ state: columns.map(({ id }) => ({ colId: id, hide: next.hidden.includes(id) })) });
      filterRows();
      api.redrawRows();
    },
    table: () => {
      const seen = columns.filter((column) => column.copied !== false && !look.hidden.includes(column.id));
      return {
        header: seen.map((column) => column.header),
        rows: displayedRows(api).map((row) => seen.map((column) => column.text(row))),
      };
    },
    columnState: () => api.getColumnState(),
    restoreColumns: (state) => restoreColumns(api, { ...props, savedColumns: state }),
  };
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
    painter.dispose();
    if (sortTimer !== null) clearTimeout(sortTimer);
    api.destroy();
    box.remove();
  };
}

function colDefOf<Row, Total>(column: GridColumn<Row, Total>, isSorted: boolean): ColDef<Row> {
  const width = Math.max(column.width, headerWidth(column.header, isSorted));
  const { tooltip, total } = column;
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
      data === undefined || data === null ? null : isTotal(node) ? (total?.(data as unknown as Total) ?? "") : column.value(data),
    valueFormatter: ({ data, node, value }) =>
      isTotal(node) ? String(value ?? "") : data === undefined || data === null ? "" : column.text(data),
    comparator: (_a, _b, nodeA, nodeB) =>
      compare(nodeA.data === undefined ? null : sortBy(nodeA.data), nodeB.data === undefined ? null : sortBy(nodeB.data)),
    getQuickFilterText: ({ data }) => (column.copied === false ? "" : column.text(data)),
    ...(tooltip === undefined
      ? {}
      : { tooltipValueGetter: ({ data, node }) => (data === undefined || data === null || isTotal(node) ? "" : tooltip(data)) }),
    ...editingOf(column),
    ...(draw === undefined ? {} : { cellRenderer: rendererFor(draw, (data) => column.totalTrail?.(data as Total) ?? "") }),
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
function editingOf<Row, Total>({ edit }: GridColumn<Row, Total>): ColDef<Row> {
  if (edit === undefined) return {};
  return {
    editable: ({ data, node }) => data !== undefined && data !== null && !isTotal(node) && edit.can(data),
    cellEditor: "agTextCellEditor",
    cellEditorParams: { useFormatter: true },
    valueSetter: ({ data, newValue }) => {
      if (data !== null && data !== undefined) edit.commit(data, String(newValue ?? ""));
      return false;
    },
  };
}

function drawTrailing<Row>(text: (row: Row) => string, trail: (row: Row) => string): (row: Row, element: HTMLElement) => void {
  return (row, element) => showTrailing(element, text(row), trail(row));
}

function showTrailing(element: HTMLElement, text: string, trail: string): void {
  element.textContent = text;
  if (trail === "") return;
  const unseen = document.createElement("span");
  unseen.className = "grid-trail";
  unseen.ariaHidden = "true";
  unseen.textContent = trail;
  element.append(unseen);
}

function rendererFor<Row>(
  draw: (row: Row, element: HTMLElement) => void,
  trailOfTotal: (data: unknown) => string,
): new () => ICellRendererComp<Row> {
  return class implements ICellRendererComp<Row> {
    readonly #element = document.createElement("span");
    init(params: ICellRendererParams<Row>): void {
      this.#element.className = "grid-drawn";
      this.refresh(params);
    }
    getGui(): HTMLElement {
      return this.#element;
    }
    refresh(params: ICellRendererParams<Row>): boolean {
      const { data, node } = params;
      if (data === undefined) this.#element.textContent = "";
      // Pinned rows are totals.
      else if (isTotal(node)) showTrailing(this.#element, String(params.value ?? ""), trailOfTotal(data));
      else draw(data, this.#element);
      return true;
    }
  };
}

function allOf<Row>(one: (row: Row) => boolean, other: (row: Row) => boolean): (row: Row) => boolean {
  return (row) => one(row) && other(row);
}

function isTotal(node: { readonly rowPinned?: unknown } | null | undefined): boolean {
  return node?.rowPinned === "bottom";
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

function restoreColumns<Row, Total>(api: GridApi<Row>, props: GridProps<Row, Total>): void {
  const saved = Array.isArray(props.savedColumns) ? props.savedColumns.filter(isColumnState) : [];
  // Only what a person can change is taken back; everything else follows the columns as they are today.
  const state: ColumnState[] = saved.map(({ colId, width, sort, sortIndex }) => ({
    colId,
    width: width ?? null,
    sort: sort ?? null,
    sortIndex: sortIndex ?? null,
  }));
  if (state.length > 0) api.applyColumnState({ state, applyOrder: true });
  else if (props.sort !== undefined) api.applyColumnState({ state: [{ colId: props.sort.column, sort: props.sort.direction }] });
}

function isColumnState(value: unknown): value is ColumnState {
  return typeof value === "object" && value !== null && "colId" in value && typeof value.colId === "string";
}

function chosenRows<Row>(api: GridApi<Row>): readonly Row[] {
  const selected: Row[] = [];
  api.forEachNodeAfterFilterAndSort((node) => {
    if (node.isSelected() === true && node.data !== undefined) selected.push(node.data);
  });
  if (selected.length > 0) return selected;
  const cell = api.getFocusedCell();
  const focused = cell === null || cell.rowPinned === "bottom" ? undefined : api.getDisplayedRowAtIndex(cell.rowIndex)?.data;
  return focused === undefined ? [] : [focused];
}

function displayedRows<Row>(api: GridApi<Row>): readonly Row[] {
  const rows: Row[] = [];
  api.forEachNodeAfterFilterAndSort((node) => {
    if (node.data !== undefined) rows.push(node.data);
  });
  return rows;
}
