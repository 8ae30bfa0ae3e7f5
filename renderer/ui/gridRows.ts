import type { GridApi } from "ag-grid-community";
import { onAnimationFrame, type Painter } from "../app/frame.ts";
import type { GridColumn } from "./gridColumn.ts";
import { RowBatch, type RowKey, type Seat } from "./rowBatch.ts";

/** Rows that jump about faster than this cannot be read, and sorting all of them sixty times a second would cost more than drawing them. */
const SORT_EVERY_MS = 250;
/** Of the window's time at most a fifth goes into sorting: a table that takes long is sorted less often (BL-1). */
const REST_PER_SORT = 4;

/**
 * What a grid shows, brought to it once an animation frame. The grid itself hears of rows that come and go, and of changes to the few rows
 * that are on the screen; a change of any other is in its seat already when the row is scrolled into sight, and costs nothing before.
 */
export class GridRows<Row> {
  readonly #api: GridApi<Seat<Row>>;
  readonly #columns: readonly Pick<GridColumn<Row>, "id" | "steady">[];
  readonly #batch: RowBatch<Row>;
  readonly #painter: Painter;
  #sortTimer: ReturnType<typeof setTimeout> | null = null;
  #sortTookMs = 0;
  /** Null: not known since the sorting was changed. */
  #moves: boolean | null = null;

  constructor(api: GridApi<Seat<Row>>, keyOf: (row: Row) => RowKey, columns: readonly Pick<GridColumn<Row>, "id" | "steady">[]) {
    this.#api = api;
    this.#columns = columns;
    this.#batch = new RowBatch(keyOf);
    this.#painter = onAnimationFrame(() => this.#paint());
  }

  reset(rows: Iterable<Row>): void {
    this.#batch.reset(rows);
    this.#painter.invalidate();
  }

  upsert(rows: Iterable<Row>): void {
    this.#batch.upsert(rows);
    this.#painter.invalidate();
  }

  remove(keys: Iterable<RowKey>): void {
    this.#batch.remove(keys);
    this.#painter.invalidate();
  }

  filter(passes: ((row: Row) => boolean) | null): void {
    this.#batch.filter(passes);
    this.#painter.invalidate();
  }

  /** Only rows that hold all of its words are found. */
  search(text: string): void {
    // While nobody searches, the grid is not told of rows out of sight: what it remembers of their texts may be old.
    if (text !== "" && !this.#api.isQuickFilterPresent()) this.#api.resetQuickFilter();
    this.#api.setGridOption("quickFilterText", text);
  }

  /** Rows of another kind, pinned at the bottom. */
  total(totals: readonly unknown[]): void {
    const seats = totals.map((total, n) => ({
      id: `total-${n}`,
      key: `total-${n}`,
      row: total,
      isGone: false,
      isSeated: true,
      isTouched: false,
      isStale: false,
    }));
    this.#api.setGridOption("pinnedBottomRowData", seats);
  }

  /** To be called whenever the grid is sorted by other columns. */
  sortingChanged(): void {
    this.#moves = null;
  }

  dispose(): void {
    this.#painter.dispose();
    if (this.#sortTimer !== null) clearTimeout(this.#sortTimer);
  }

  #paint(): void {
    const change = this.#batch.take();
    if (change === null) return;
    const api = this.#api;
    // A search looks at the texts of rows out of sight too.
    const isSearched = api.isQuickFilterPresent();
    if (change.kind === "replace") {
      if (isSearched) api.resetQuickFilter();
      api.setGridOption("rowData", [...change.seats]);
      this.#drawStale();
      if (this.#sortMoves()) this.#sortSoon();
      return;
    }
    const add = [...change.add];
    const remove = [...change.remove];
    const update = isSearched ? [...change.update] : [];
    if (add.length + remove.length + update.length > 0) api.applyTransaction({ add, update, remove });
    for (const seat of update) seat.isStale = false;
    this.#drawStale();
    if (change.update.length > 0 && (isSearched || this.#sortMoves())) this.#sortSoon();
  }

  /** Draws the rows on the screen that changed; the cells find out for themselves which of them differ. */
  #drawStale(): void {
    for (const node of this.#api.getRenderedNodes()) {
      const seat = node.data;
      if (seat?.isStale !== true || node.rowPinned === "bottom") continue;
      seat.isStale = false;
      node.updateData(seat);
    }
  }

  /** Whether a change of rows that are there already can change their order. */
  #sortMoves(): boolean {
    this.#moves ??= this.#api
      .getColumnState()
      .some(({ colId, sort }) => (sort === "asc" || sort === "desc") && this.#columns.find(({ id }) => id === colId)?.steady !== true);
    return this.#moves;
  }

  #sortSoon(): void {
    this.#sortTimer ??= setTimeout(
      () => {
        this.#sortTimer = null;
        const startMs = performance.now();
        this.#api.refreshClientSideRowModel(this.#api.isQuickFilterPresent() ? "filter" : "sort");
        this.#sortTookMs = performance.now() - startMs;
      },
      Math.max(SORT_EVERY_MS, REST_PER_SORT * this.#sortTookMs),
    );
  }
}
