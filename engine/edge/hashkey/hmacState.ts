/*
 * HMAC-SHA256 from what is left of a key once its block has gone through the compression function (RFC 2104, section 4). Two states of 32
 * bytes are enough to verify every signature, and the key cannot be computed back from them: so that is what is stored, and the secret
 * itself is not. Node's own crypto takes keys only, which is why the compression function stands here (FIPS 180-4, section 6.2.2).
 */

/** The states of the inner and the outer hash after the key's block, in hex. */
export type HmacState = { readonly inner: string; readonly outer: string };

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/** FIPS 180-4, 4.2.2: fractional parts of the cube roots of the first 64 primes; 5.3.3: square roots of the first eight. */
const PRIMES = firstPrimes(64);
const ROUND_CONSTANTS = Uint32Array.from(PRIMES, (prime) => fractionOfRoot(prime, 3n));
const INITIAL_STATE = Uint32Array.from(PRIMES.slice(0, 8), (prime) => fractionOfRoot(prime, 2n));

/** What to keep of a secret. */
export function hmacStateOf(secret: string): HmacState {
  const given = Buffer.from(secret, "utf8");
  const key = given.length > BLOCK_BYTES ? digest(INITIAL_STATE, given, 0) : given;
  const pad = (byte: number): Uint32Array => {
    const block = Buffer.alloc(BLOCK_BYTES, byte);
    for (const [index, value] of key.entries()) block[index] = value ^ byte;
    const state = INITIAL_STATE.slice();
    compress(state, block, 0);
    return state;
  };
  return { inner: hexOf(pad(0x36)), outer: hexOf(pad(0x5c)) };
}

/** Signs and verifies with a stored state. */
export class HmacVerifier {
  readonly #inner: Uint32Array;
  readonly #outer: Uint32Array;

  constructor({ inner, outer }: HmacState) {
    this.#inner = stateOf(inner);
    this.#outer = stateOf(outer);
  }

  /** HMAC-SHA256 of the message. */
  sign(message: Uint8Array): Buffer {
    return digest(this.#outer, digest(this.#inner, message, BLOCK_BYTES), BLOCK_BYTES);
  }
}

/** SHA-256 of what went into `start` (so many bytes) and then `message`. */
function digest(start: Uint32Array, message: Uint8Array, bytesBefore: number): Buffer {
  const state = start.slice();
  const whole = message.length - (message.length % BLOCK_BYTES);
  for (let at = 0; at < whole; at += BLOCK_BYTES) compress(state, message, at);
  const rest = message.length - whole;
  const tail = Buffer.alloc(rest + 9 <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES);
  tail.set(message.subarray(whole));
  tail[rest] = 0x80;
  tail.writeBigUInt64BE(BigInt(bytesBefore + message.length) * 8n, tail.length - 8);
  for (let at = 0; at < tail.length; at += BLOCK_BYTES) compress(state, tail, at);
  const result = Buffer.alloc(DIGEST_BYTES);
  for (const [index, value] of state.entries()) result.writeUInt32BE(value, index * 4);
  return result;
}

const schedule = new Uint32Array(64);

/** One block of 64 bytes, from `at`, into the state. */
function compress(state: Uint32Array, bytes: Uint8Array, at: number): void {
  const w = schedule;
  for (let t = 0; t < 16; t += 1) {
    const p = at + t * 4;
    w[t] = (byteAt(bytes, p) << 24) | (byteAt(bytes, p + 1) << 16) | (byteAt(bytes, p + 2) << 8) | byteAt(bytes, p + 3);
  }
  for (let t = 16; t < 64; t += 1) {
    const w15 = word(w, t - 15);
    const w2 = word(w, t - 2);
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    w[t] = word(w, t - 16) + s0 + word(w, t - 7) + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + s1 + choice + word(ROUND_CONSTANTS, t) + word(w, t)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + s0 + majority) | 0;
  }
  for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) state[index] = word(state, index) + value;
}

function rotate(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by));
}

function word(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function hexOf(state: Uint32Array): string {
  return [...state].map((value) => value.toString(16).padStart(8, "0")).join("");
}

function stateOf(hex: string): Uint32Array {
  return Uint32Array.from({ length: DIGEST_BYTES / 4 }, (_, index) => Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16));
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes;
}

/** First 32 bits of the fraction of a prime's square or cube root, exact. */
function fractionOfRoot(prime: number, degree: bigint): number {
  const scaled = BigInt(prime) << (32n * degree);
  let low = 0n;
  let high = 1n << 40n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** degree <= scaled) low = middle;
    else high = middle - 1n;
  }
  return Number(low & 0xffff_ffffn);
}
