/** What a grid has to do to show the newest rows. */
export type RowChange<Row> =
  | { readonly kind: "replace"; readonly rows: readonly Row[] }
  | { readonly kind: "apply"; readonly add: readonly Row[]; readonly update: readonly Row[]; readonly remove: readonly Row[] };

/**
 * The rows of a grid and their changes between two frames of the screen, so that a row that changed fifty times is drawn once. Knows
 * which rows the grid has, and turns each change into an addition, an update or a removal; rows that the filter refuses are kept here
 * and never reach the grid, which would look at every row again whenever one of them passes or fails.
 */
export class RowBatch<Row> {
  readonly #idOf: (row: Row) => string;
  readonly #rows = new Map<string, Row>();
  readonly #shown = new Map<string, Row>();
  /** Rows that changed since they were handed over last; those that are gone from #rows are to be removed. */
  readonly #touched = new Set<string>();
  #passes: (row: Row) => boolean = () => true;
  #replace = false;

  constructor(idOf: (row: Row) => string) {
    this.#idOf = idOf;
  }

  /** Forgets everything: the grid will show exactly these rows, as far as they pass. */
  reset(rows: Iterable<Row>): void {
    this.#rows.clear();
    for (const row of rows) this.#rows.set(this.#idOf(row), row);
    this.#replaceAll();
  }

  upsert(rows: Iterable<Row>): void {
    for (const row of rows) {
      const id = this.#idOf(row);
      this.#rows.set(id, row);
      if (!this.#replace) this.#touched.add(id);
    }
  }

  remove(ids: Iterable<string>): void {
    for (const id of ids) {
      if (this.#rows.delete(id) && !this.#replace) this.#touched.add(id);
    }
  }

  filter(passes: ((row: Row) => boolean) | null): void {
    this.#passes = passes ?? (() => true);
    this.#replaceAll();
  }

  /** The gathered changes, or null when there are none. The caller now shows them. */
  take(): RowChange<Row> | null {
    if (this.#replace) {
      this.#replace = false;
      this.#shown.clear();
      for (const [id, row] of this.#rows) if (this.#passes(row)) this.#shown.set(id, row);
      return { kind: "replace", rows: [...this.#shown.values()] };
    }
    const add: Row[] = [];
    const update: Row[] = [];
    const remove: Row[] = [];
    for (const id of this.#touched) {
      const row = this.#rows.get(id);
      const before = this.#shown.get(id);
      if (row === undefined || !this.#passes(row)) {
        if (before !== undefined && this.#shown.delete(id)) remove.push(before);
        continue;
      }
      (before === undefined ? add : update).push(row);
      this.#shown.set(id, row);
    }
    this.#touched.clear();
    return add.length + update.length + remove.length === 0 ? null : { kind: "apply", add, update, remove };
  }

  #replaceAll(): void {
    this.#touched.clear();
    this.#replace = true;
  }
}
