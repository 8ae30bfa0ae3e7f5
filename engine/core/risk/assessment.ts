/** Every control at each of the four levels has room. */
const MOST_CONFIRMED = 64;
const FIGURES = 7;
const NODE = 0;
const CONTROL = 1;
const INSTRUMENT = 2;
const LIMIT = 3;
const USED = 4;
const ACTUAL = 5;
const TIER = 6;

/** What the risk stage found about the incoming order beside its verdict. One per engine, used again and again. */
export class Assessment {
  /** Soft bounds that the order exceeds with a confirmation. */
  confirmed = 0;
  /** Did a control with bounds object? */
  hasBreach = false;
  private readonly figures = new Float64Array((MOST_CONFIRMED + 1) * FIGURES);

  clear(): void {
    this.confirmed = 0;
    this.hasBreach = false;
  }

  /** The breach that the order is refused for. */
  object(node: number, control: number, instrumentId: number, tier: number, limit: number, used: number, actual: number): void {
    this.hasBreach = true;
    this.write(MOST_CONFIRMED, node, control, instrumentId, tier, limit, used, actual);
  }

  confirm(node: number, control: number, instrumentId: number, limit: number, used: number, actual: number): void {
    if (this.confirmed === MOST_CONFIRMED) return;
    this.write(this.confirmed, node, control, instrumentId, 0, limit, used, actual);
    this.confirmed += 1;
  }

  /** Writes the figures of the breach, or of the nth confirmation, where an event has them. */
  copyBreach(row: Float64Array, at: number, slots: Slots & { readonly tier: number }): void {
    row[at + slots.tier] = this.figures[MOST_CONFIRMED * FIGURES + TIER]!;
    this.copy(MOST_CONFIRMED, row, at, slots);
  }
  copyConfirmed(n: number, row: Float64Array, at: number, slots: Slots): void {
    this.copy(n, row, at, slots);
  }

  private copy(n: number, row: Float64Array, at: number, slots: Slots): void {
    const from = n * FIGURES;
    row[at + slots.nodeId] = this.figures[from + NODE]!;
    row[at + slots.control] = this.figures[from + CONTROL]!;
    row[at + slots.instrumentId] = this.figures[from + INSTRUMENT]!;
    row[at + slots.limit] = this.figures[from + LIMIT]!;
    row[at + slots.used] = this.figures[from + USED]!;
    row[at + slots.actual] = this.figures[from + ACTUAL]!;
  }

  private write(
    n: number,
    node: number,
    control: number,
    instrumentId: number,
    tier: number,
    limit: number,
    used: number,
    actual: number,
  ): void {
    const at = n * FIGURES;
    this.figures[at + NODE] = node;
    this.figures[at + CONTROL] = control;
    this.figures[at + INSTRUMENT] = instrumentId;
    this.figures[at + LIMIT] = limit;
    this.figures[at + USED] = used;
    this.figures[at + ACTUAL] = actual;
    this.figures[at + TIER] = tier;
  }
}

type Slots = {
  readonly nodeId: number;
  readonly control: number;
  readonly instrumentId: number;
  readonly limit: number;
  readonly used: number;
  readonly actual: number;
};
