/** What a grid has to do to show the newest rows. */
export type RowChange<Row> =
  | { readonly kind: "replace"; readonly rows: readonly Row[] }
  | { readonly kind: "apply"; readonly add: readonly Row[]; readonly update: readonly Row[]; readonly remove: readonly Row[] };

/**
 * Gathers the changes of rows between two frames of the screen, so that a row that changed fifty times is drawn once. Knows which rows
 * the grid already has, and so turns each change into an addition, an update or a removal.
 */
export class RowBatch<Row> {
  readonly #idOf: (row: Row) => string;
  readonly #shown = new Map<string, Row>();
  readonly #changed = new Map<string, Row>();
  readonly #removed = new Set<string>();
  #replacement: Map<string, Row> | null = null;

  constructor(idOf: (row: Row) => string) {
    this.#idOf = idOf;
  }

  /** Forgets everything: the grid will show exactly these rows. */
  reset(rows: Iterable<Row>): void {
    this.#changed.clear();
    this.#removed.clear();
    this.#replacement = new Map();
    for (const row of rows) this.#replacement.set(this.#idOf(row), row);
  }

  upsert(rows: Iterable<Row>): void {
    for (const row of rows) {
      const id = this.#idOf(row);
      if (this.#replacement !== null) {
        this.#replacement.set(id, row);
        continue;
      }
      this.#removed.delete(id);
      this.#changed.set(id, row);
    }
  }

  remove(ids: Iterable<string>): void {
    for (const id of ids) {
      if (this.#replacement !== null) {
        this.#replacement.delete(id);
        continue;
      }
      this.#changed.delete(id);
      if (this.#shown.has(id)) this.#removed.add(id);
    }
  }

  /** The gathered changes, or null when there are none. The caller now shows them. */
  take(): RowChange<Row> | null {
    if (this.#replacement !== null) {
      const rows = [...this.#replacement.values()];
      this.#shown.clear();
      for (const [id, row] of this.#replacement) this.#shown.set(id, row);
      this.#replacement = null;
      return { kind: "replace", rows };
    }
    if (this.#changed.size === 0 && this.#removed.size === 0) return null;
    const add: Row[] = [];
    const update: Row[] = [];
    for (const [id, row] of this.#changed) {
      if (this.#shown.has(id)) update.push(row);
      else add.push(row);
      this.#shown.set(id, row);
    }
    const remove: Row[] = [];
    for (const id of this.#removed) {
      const row = this.#shown.get(id);
      if (row !== undefined && this.#shown.delete(id)) remove.push(row);
    }
    this.#changed.clear();
    this.#removed.clear();
    return { kind: "apply", add, update, remove };
  }
}
