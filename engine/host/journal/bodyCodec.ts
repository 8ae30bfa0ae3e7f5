import { invariant } from "../../../shared/assert.ts";
import type { PackedRecords } from "../../core/records/records.ts";

/**
 * Byte form of a journal row's body. Nearly all numbers of a record are small whole numbers, so each takes one byte to eight
 * instead of always eight: a first byte below SMALL_LIMIT is the number itself, the other first bytes say what follows.
 * Any other number (negative, fractional, not finite) is kept as its eight bytes, so that every batch comes back bit for bit.
 */
const SMALL_LIMIT = 240;
/** First byte TWO_BYTES + n: the number is SMALL_LIMIT + 256 × n + next byte, for n below 8. */
const TWO_BYTES = SMALL_LIMIT;
const TWO_BYTES_END = SMALL_LIMIT + 8;
const TWO_BYTES_LIMIT = SMALL_LIMIT + 8 * 256;
/** First byte WIDE + n: a whole number in n + 2 little-endian bytes follows, n from 0 to 5. */
const WIDE = 248;
const MINUS_ONE = 254;
const AS_FLOAT = 255;
const TWO_POW_32 = 2 ** 32;
const MAX_BYTES_PER_NUMBER = 9;

/** Grows with the largest body written so far and is reused: the journal has one writer. */
export class BodyEncoder {
  #bytes = Buffer.alloc(64 * 1024);
  #view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset);
  #length = 0;

  /** Bytes of the batch behind `reserved` free bytes at the front; valid until the next call. */
  encode(batch: PackedRecords, reserved: number): Buffer {
    this.#length = reserved;
    const texts = batch.texts.map((text) => Buffer.from(text, "utf8"));
    const textBytes = texts.reduce((sum, text) => sum + text.length + MAX_BYTES_PER_NUMBER, 0);
    this.#reserve(reserved + (batch.numbers.length + 3) * MAX_BYTES_PER_NUMBER + textBytes);
    this.#number(batch.count);
    this.#number(texts.length);
    for (const text of texts) {
      this.#number(text.length);
      text.copy(this.#bytes, this.#length);
      this.#length += text.length;
    }
    this.#number(batch.numbers.length);
    for (const n of batch.numbers) this.#number(n);
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(length: number): void {
    if (this.#bytes.length >= length) return;
    this.#bytes = Buffer.alloc(Math.max(length, this.#bytes.length * 2));
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset);
  }

  #number(n: number): void {
    const bytes = this.#bytes;
    let at = this.#length;
    if (n >= 0 && n < SMALL_LIMIT && Number.isInteger(n) && !Object.is(n, -0)) {
      bytes[at++] = n;
    } else if (n >= SMALL_LIMIT && n <= Number.MAX_SAFE_INTEGER && Number.isInteger(n)) {
      if (n < TWO_BYTES_LIMIT) {
        const rest = n - SMALL_LIMIT;
        bytes[at++] = TWO_BYTES + (rest >>> 8);
        bytes[at++] = rest & 255;
      } else {
        const head = at++;
        let low = n % TWO_POW_32;
        let high = (n - low) / TWO_POW_32;
        // Two bytes at least; of the higher ones only those that count.
        if (high === 0) {
          while (low > 0) {
            bytes[at++] = low & 255;
            low >>>= 8;
          }
        } else {
          this.#view.setUint32(at, low, true);
          at += 4;
          while (high > 0) {
            bytes[at++] = high & 255;
            high >>>= 8;
          }
        }
        bytes[head] = WIDE + (at - head - 1 - 2);
      }
    } else if (n === -1) {
      bytes[at++] = MINUS_ONE;
    } else {
      bytes[at++] = AS_FLOAT;
      this.#view.setFloat64(at, n, true);
      at += 8;
    }
    this.#length = at;
  }
}

/** The batch of a body. Throws InvariantError when the bytes are no body, which their hash should have told before. */
export function decodeBody(body: Uint8Array, firstSeq: number): PackedRecords {
  const reader = new BodyReader(body);
  const count = reader.number();
  const texts: string[] = [];
  const textCount = reader.number();
  invariant(textCount <= body.length, "more texts than bytes");
  for (let n = 0; n < textCount; n += 1) texts.push(reader.text());
  const length = reader.number();
  invariant(Number.isInteger(length) && length >= 0 && length <= body.length, "more numbers than bytes");
  const numbers = new Float64Array(length);
  reader.numbers(numbers);
  invariant(reader.atEnd, "bytes behind the last number");
  return { firstSeq, count, numbers, texts };
}

class BodyReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  number(): number {
    const bytes = this.#bytes;
    const first = bytes[this.#at++];
    invariant(first !== undefined, "the body is cut off");
    if (first < SMALL_LIMIT) return first;
    if (first < TWO_BYTES_END) return SMALL_LIMIT + (first - TWO_BYTES) * 256 + this.#byte();
    if (first === MINUS_ONE) return -1;
    if (first === AS_FLOAT) {
      invariant(this.#at + 8 <= bytes.length, "the body is cut off");
      const n = this.#view.getFloat64(this.#at, true);
      this.#at += 8;
      return n;
    }
    let n = 0;
    let factor = 1;
    for (let left = first - WIDE + 2; left > 0; left -= 1) {
      n += this.#byte() * factor;
      factor *= 256;
    }
    return n;
  }

  numbers(into: Float64Array): void {
    for (let n = 0; n < into.length; n += 1) into[n] = this.number();
  }

  text(): string {
    const length = this.number();
    const end = this.#at + length;
    invariant(end <= this.#bytes.length, "the body is cut off");
    const text = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, length).toString("utf8");
    this.#at = end;
    return text;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    invariant(byte !== undefined, "the body is cut off");
    return byte;
  }
}
