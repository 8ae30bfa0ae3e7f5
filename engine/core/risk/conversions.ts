import { MAX_AMOUNT } from "../../../shared/money.ts";
import { HandleTable, hashOfPair } from "../state/handleTable.ts";
import { RowPool } from "../state/rowPool.ts";

// Row: 4 doubles, then 2 integers.
const DOUBLES = 5;
const INTS = 10;
const NUMERATOR = 0;
const DENOMINATOR = 1;
const AT_US = 2;
const GOOD_FOR_US = 3;
const FROM = 8;
const TO = 9;

/** What convert() answers instead of an amount. */
export const MARK_MISSING = -1;
export const MARK_STALE = -2;

/** Marks that turn units of one asset into units of another (RK-9). */
export class ConversionPool extends RowPool {
  private readonly byKey = new HandleTable();

  constructor() {
    super(DOUBLES * 8);
  }

  set(from: number, to: number, numerator: number, denominator: number, atUs: number, goodForUs: number): void {
    let row = this.find(from, to);
    if (row === 0) {
      row = this.allocate();
      this.ints[row * INTS + FROM] = from;
      this.ints[row * INTS + TO] = to;
      this.byKey.add(hashOfPair(from, to), row);
    }
    const at = row * DOUBLES;
    this.doubles[at + NUMERATOR] = numerator;
    this.doubles[at + DENOMINATOR] = denominator;
    this.doubles[at + AT_US] = atUs;
    this.doubles[at + GOOD_FOR_US] = goodForUs;
  }

  /**
   * The value in units of `to`, rounded up unless told otherwise; above the largest amount Infinity. MARK_MISSING or MARK_STALE if there is
   * no good mark.
   */
  convert(value: number, from: number, to: number, nowUs: number, isUp = true): number {
    if (from === to || value === 0) return value <= MAX_AMOUNT ? value : Number.POSITIVE_INFINITY;
    const row = this.find(from, to);
    if (row === 0) return MARK_MISSING;
    const at = row * DOUBLES;
    if (nowUs - this.doubles[at + AT_US]! > this.doubles[at + GOOD_FOR_US]!) return MARK_STALE;
    const numerator = this.doubles[at + NUMERATOR]!;
    const denominator = this.doubles[at + DENOMINATOR]!;
    // In two parts, so that no product is rounded: the remainder is below a million, the numerator at most a thousand million.
    const remainder = value % denominator;
    const whole = ((value - remainder) / denominator) * numerator;
    const part = isUp ? Math.ceil((remainder * numerator) / denominator) : Math.floor((remainder * numerator) / denominator);
    return whole + part <= MAX_AMOUNT ? whole + part : Number.POSITIVE_INFINITY;
  }

  /** All marks by their assets: from, to, numerator, denominator, time, how long they serve. */
  list(): number[][] {
    const rows: number[][] = [];
    for (let row = 1; row <= this.highestHandle; row += 1) {
      const at = row * DOUBLES;
      rows.push([
        this.ints[row * INTS + FROM]!,
        this.ints[row * INTS + TO]!,
        this.doubles[at + NUMERATOR]!,
        this.doubles[at + DENOMINATOR]!,
        this.doubles[at + AT_US]!,
        this.doubles[at + GOOD_FOR_US]!,
      ]);
    }
    return rows.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  }

  private find(from: number, to: number): number {
    const table = this.byKey;
    const hash = hashOfPair(from, to);
    for (let at = table.start(hash); ; at = table.next(at)) {
      const row = table.handleAt(at);
      if (row === 0) return 0;
      if (table.hashAt(at) === hash && this.ints[row * INTS + FROM] === from && this.ints[row * INTS + TO] === to) return row;
    }
  }
}
