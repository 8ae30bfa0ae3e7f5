import { int } from "../records/fields.ts";

const INITIAL_ROWS = 64;
const DOUBLE_BYTES = 8;

/**
 * Rows of the same shape in one buffer: some 64-bit numbers followed by some 32-bit integers, addressed by a handle.
 * Handle 0 means "none". Freed rows are handed out again, newest first. All fields of one row lie together, because at
 * a million rows the cost of touching one is the number of cache lines it covers. Subclasses give the fields names.
 */
export abstract class RowPool {
  protected doubles: Float64Array;
  protected ints: Int32Array;
  /** Rows in use. */
  live = 0;
  private readonly rowDoubles: number;
  private capacity: number;
  private highest = 0;
  private freed = 0;

  constructor(rowBytes: number) {
    this.rowDoubles = rowBytes / DOUBLE_BYTES;
    this.capacity = INITIAL_ROWS;
    const buffer = new ArrayBuffer(rowBytes * INITIAL_ROWS);
    this.doubles = new Float64Array(buffer);
    this.ints = new Int32Array(buffer);
  }

  /** Bytes reserved for all rows, used or not. */
  get bytes(): number {
    return this.doubles.byteLength;
  }

  /** Largest handle ever given out. */
  get highestHandle(): number {
    return this.highest;
  }

  /** A row whose fields are all zero. */
  protected allocate(): number {
    this.live += 1;
    const recycled = this.freed;
    if (recycled !== 0) {
      const doubles = this.doubles;
      const from = recycled * this.rowDoubles;
      // The first number of a freed row links to the next freed one.
      this.freed = int(doubles[from]);
      for (let at = from; at < from + this.rowDoubles; at += 1) doubles[at] = 0;
      return recycled;
    }
    this.highest += 1;
    if (this.highest >= this.capacity) this.grow();
    return this.highest;
  }

  protected release(handle: number): void {
    this.live -= 1;
    this.doubles[handle * this.rowDoubles] = this.freed;
    this.freed = handle;
  }

  private grow(): void {
    this.capacity *= 2;
    const doubles = new Float64Array(this.rowDoubles * this.capacity);
    doubles.set(this.doubles);
    this.doubles = doubles;
    this.ints = new Int32Array(doubles.buffer);
  }
}
