/** What tells the rows of a grid apart. */
export type RowKey = string | number;

/** A row's place in a grid. It stays the same object while rows take it one after the other, so that a grid need not hear of a change that it does not draw. */
export type Seat<Row> = {
  /** For the grid itself, which knows texts alone. */
  readonly id: string;
  readonly key: RowKey;
  row: Row;
  /** Whoever feeds the grid has taken the row away. */
  isGone: boolean;
  /** The grid has it. */
  isSeated: boolean;
  /** Changed since the grid was told last. */
  isTouched: boolean;
  /** The row is another than when the grid drew it, if it has. */
  isStale: boolean;
};

/** What a grid has to do to show the newest rows. */
export type RowChange<Row> =
  | { readonly kind: "replace"; readonly seats: readonly Seat<Row>[] }
  | {
      readonly kind: "apply";
      readonly add: readonly Seat<Row>[];
      readonly update: readonly Seat<Row>[];
      readonly remove: readonly Seat<Row>[];
    };

/**
 * The rows of a grid and their changes between two frames of the screen, so that a row that changed fifty times is drawn once. Knows
 * which rows the grid has, and turns each change into an addition, an update or a removal; rows that the filter refuses are kept here
 * and never reach the grid, which would look at every row again whenever one of them passes or fails.
 */
export class RowBatch<Row> {
  readonly #keyOf: (row: Row) => RowKey;
  readonly #seats = new Map<RowKey, Seat<Row>>();
  /** Seats to look at when the grid is told next. */
  #touched: Seat<Row>[] = [];
  #passes: (row: Row) => boolean = () => true;
  #replace = false;

  constructor(keyOf: (row: Row) => RowKey) {
    this.#keyOf = keyOf;
  }

  /** Forgets everything: the grid will show exactly these rows, as far as they pass. */
  reset(rows: Iterable<Row>): void {
    this.#seats.clear();
    this.#touched = [];
    for (const row of rows) this.#seatOf(row);
    this.#replace = true;
  }

  upsert(rows: Iterable<Row>): void {
    for (const row of rows) this.#touch(this.#seatOf(row));
  }

  remove(keys: Iterable<RowKey>): void {
    for (const key of keys) {
      const seat = this.#seats.get(key);
      if (seat === undefined) continue;
      seat.isGone = true;
      this.#touch(seat);
    }
  }

  filter(passes: ((row: Row) => boolean) | null): void {
    this.#passes = passes ?? (() => true);
    this.#replace = true;
  }

  /** The gathered changes, or null when there are none. The caller now shows them. */
  take(): RowChange<Row> | null {
    const touched = this.#touched;
    this.#touched = [];
    for (const seat of touched) {
      seat.isTouched = false;
      if (seat.isGone) this.#seats.delete(seat.key);
    }
    if (this.#replace) {
      this.#replace = false;
      const seats: Seat<Row>[] = [];
      for (const seat of this.#seats.values()) {
        seat.isStale ||= seat.isSeated;
        seat.isSeated = this.#passes(seat.row);
        if (seat.isSeated) seats.push(seat);
      }
      return { kind: "replace", seats };
    }
    const add: Seat<Row>[] = [];
    const update: Seat<Row>[] = [];
    const remove: Seat<Row>[] = [];
    for (const seat of touched) {
      if (seat.isGone || !this.#passes(seat.row)) {
        if (seat.isSeated) remove.push(seat);
        seat.isSeated = false;
      } else if (seat.isSeated) {
        seat.isStale = true;
        update.push(seat);
      } else {
        seat.isSeated = true;
        add.push(seat);
      }
    }
    return add.length + update.length + remove.length === 0 ? null : { kind: "apply", add, update, remove };
  }

  #seatOf(row: Row): Seat<Row> {
    const key = this.#keyOf(row);
    let seat = this.#seats.get(key);
    if (seat === undefined) {
      seat = { id: String(key), key, row, isGone: false, isSeated: false, isTouched: false, isStale: false };
      this.#seats.set(key, seat);
    }
    seat.row = row;
    seat.isGone = false;
    return seat;
  }

  #touch(seat: Seat<Row>): void {
    if (seat.isTouched) return;
    seat.isTouched = true;
    this.#touched.push(seat);
  }
}
