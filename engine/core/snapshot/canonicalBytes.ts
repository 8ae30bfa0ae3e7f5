import { invariant } from "../../../shared/assert.ts";

const INITIAL_BYTES = 64 * 1024;
const NUMBER_BYTES = 8;
const CODE_UNIT_BYTES = 2;

/** Writes numbers and texts in one fixed form: numbers as little-endian 64-bit floats, texts as their length and UTF-16 code units. */
export class ByteWriter {
  private bytes = new Uint8Array(INITIAL_BYTES);
  private view = new DataView(this.bytes.buffer);
  private length = 0;

  number(n: number): void {
    this.reserve(NUMBER_BYTES);
    this.view.setFloat64(this.length, n, true);
    this.length += NUMBER_BYTES;
  }

  text(s: string): void {
    this.number(s.length);
    this.reserve(s.length * CODE_UNIT_BYTES);
    for (let n = 0; n < s.length; n += 1) this.view.setUint16(this.length + n * CODE_UNIT_BYTES, s.charCodeAt(n), true);
    this.length += s.length * CODE_UNIT_BYTES;
  }

  /** The bytes written, in a buffer of their own. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

/** Reads what ByteWriter wrote. Every method throws InvariantError when the bytes end early or hold something else. */
export class ByteReader {
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A whole number from `least` to the largest safe integer. */
  integer(least: number): number {
    invariant(this.at + NUMBER_BYTES <= this.view.byteLength, "snapshot ends early");
    const n = this.view.getFloat64(this.at, true);
    invariant(Number.isSafeInteger(n) && n >= least && !Object.is(n, -0), `snapshot holds ${n} at byte ${this.at}`);
    this.at += NUMBER_BYTES;
    return n;
  }

  text(): string {
    const length = this.integer(0);
    invariant(this.at + length * CODE_UNIT_BYTES <= this.view.byteLength, "snapshot ends early");
    const units: string[] = [];
    for (let n = 0; n < length; n += 1) units.push(String.fromCharCode(this.view.getUint16(this.at + n * CODE_UNIT_BYTES, true)));
    this.at += length * CODE_UNIT_BYTES;
    return units.join("");
  }

  get isAtEnd(): boolean {
    return this.at === this.view.byteLength;
  }

  expectEnd(): void {
    invariant(this.at === this.view.byteLength, "snapshot has bytes after its end");
  }
}
