import { NO_TEXT, type Layout } from "./fields.ts";
import { commandSlots } from "./layout.ts";
import { GrowingTexts, type PackedRecords } from "./records.ts";

const INITIAL_NUMBERS = 4_096;

/** The records decided since the last batch was taken. Steady state appends into the same buffer again and again. */
export class RecordLog {
  numbers = new Float64Array(INITIAL_NUMBERS);
  texts = new GrowingTexts();
  count = 0;
  private length = 0;
  // The actor changes seldom from one command to the next, so its place in the string table is kept.
  private lastActor = "";
  private lastActorIndex = -1;

  /** Starts a row and returns where it begins; the caller fills the layout's slots. */
  begin(layout: Layout): number {
    return this.beginRow(layout.header, layout.length);
  }

  private beginRow(header: number, length: number): number {
    const at = this.length;
    if (at + length > this.numbers.length) this.grow();
    this.numbers[at] = header;
    this.length = at + length;
    this.count += 1;
    return at;
  }

  /** Copies a command's row of this length from where it arrived, stamped with its time. */
  appendCommand(layout: Layout, source: Float64Array, sourceAt: number, length: number, texts: readonly string[], atUs: number): number {
    const at = this.beginRow(source[sourceAt]!, length);
    const numbers = this.numbers;
    for (let slot = 1; slot < length; slot += 1) numbers[at + slot] = source[sourceAt + slot]!;
    numbers[at + commandSlots.atUs] = atUs;
    const textSlots = layout.textSlots;
    numbers[at + commandSlots.actor] = this.actorIndex(texts[source[sourceAt + commandSlots.actor]!]!);
    for (let n = 1; n < textSlots.length; n += 1) {
      const slot = textSlots[n]!;
      if (slot >= length || numbers[at + slot] === NO_TEXT) continue;
      numbers[at + slot] = this.texts.indexOf(texts[source[sourceAt + slot]!]!);
    }
    return at;
  }

  /** Everything appended so far as one batch; the log is empty afterwards. */
  take(firstSeq: number): PackedRecords {
    const batch = { firstSeq, count: this.count, numbers: this.numbers.slice(0, this.length), texts: this.texts.list };
    this.texts = new GrowingTexts();
    this.lastActorIndex = -1;
    this.length = 0;
    this.count = 0;
    return batch;
  }

  private actorIndex(actor: string): number {
    if (this.lastActorIndex >= 0 && actor === this.lastActor) return this.lastActorIndex;
    this.lastActor = actor;
    this.lastActorIndex = this.texts.indexOf(actor);
    return this.lastActorIndex;
  }

  private grow(): void {
    const larger = new Float64Array(this.numbers.length * 2);
    larger.set(this.numbers);
    this.numbers = larger;
  }
}
