import { invariant } from "../../shared/assert.ts";
import { Engine } from "./engineParts.ts";

/**
 * FK-1 and FK-2: an engine of its own that stands where this one stands and shares nothing changeable with it. Both go on independently.
 * `into` is an earlier fork that is no longer needed: its memory is used again, which saves the operating system's work for fresh pages.
 * Records that the original has decided but not handed on stay with the original.
 */
export function fork(engine: Engine, into: Engine = new Engine()): Engine {
  invariant(into !== engine, "an engine cannot be forked into itself");
  into.log.take(0);
  const copy = new Copy();
  copy.pair(engine.log, into.log);
  copy.into(into, engine);
  return into;
}

type Fields = Record<string, unknown>;
type View = { readonly buffer: ArrayBufferLike; readonly byteOffset: number; readonly length: number };
type ViewConstructor = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => View;

/**
 * A copy of an object graph that keeps who refers to whom. It goes by what it finds rather than by a list of parts, so a part added to the
 * engine is forked from the day it exists. Frozen objects are shared: catalog entries never change once made.
 */
class Copy {
  private readonly copies = new Map<object, object>();

  pair(source: object, target: object): void {
    this.copies.set(source, target);
  }

  /** Gives the target, an object of the same class, what the source has. */
  into(target: object, source: object): void {
    this.pair(source, target);
    // Both are objects of the same class, seen as bare properties.
    const from = source as Fields;
    const to = target as Fields;
    for (const key of Object.keys(from)) {
      const value = this.of(from[key], to[key]);
      // A part that is copied in place is not assigned: to the compiler of the engine's code it stays a constant.
      if (value !== to[key]) to[key] = value;
    }
  }

  /** A copy of the value, in the memory of `spare` where that fits. */
  private of(value: unknown, spare: unknown): unknown {
    invariant(typeof value !== "function", "an engine with a function among its parts cannot be forked");
    if (typeof value !== "object" || value === null) return value;
    const known = this.copies.get(value);
    if (known !== undefined) return known;
    if (Object.isFrozen(value)) return value;
    const copy = this.made(value, spare);
    this.pair(value, copy);
    return copy;
  }

  private made(value: object, spare: unknown): object {
    if (isView(value)) return this.view(value, isView(spare) ? spare : null);
    if (Array.isArray(value)) return value.map((element) => this.of(element, undefined));
    if (value instanceof Set) return new Set(value);
    if (value instanceof Map) return new Map([...value].map(([key, element]) => [key, this.of(element, undefined)]));
    const prototype: object | null = Object.getPrototypeOf(value);
    const isSpareOfItsClass = prototype !== Object.prototype && isObject(spare) && Object.getPrototypeOf(spare) === prototype;
    const target = isSpareOfItsClass ? spare : (Object.create(prototype) as object);
    this.into(target, value);
    return target;
  }

  private view(source: View, spare: View | null): View {
    const buffer = this.buffer(source.buffer, spare?.buffer ?? null);
    const { byteOffset, length } = source;
    if (spare !== null && spare.buffer === buffer && spare.byteOffset === byteOffset && spare.length === length) return spare;
    // Every typed array's class is made of a buffer, an offset and a length.
    return new (source.constructor as ViewConstructor)(buffer, byteOffset, length);
  }

  /** Two views of one buffer stay two views of one buffer. */
  private buffer(source: ArrayBufferLike, spare: ArrayBufferLike | null): ArrayBufferLike {
    const known = this.copies.get(source);
    // What was paired with a buffer is a buffer.
    if (known !== undefined) return known as ArrayBufferLike;
    let target = spare;
    if (target !== null && target.byteLength === source.byteLength) new Uint8Array(target).set(new Uint8Array(source));
    else target = source.slice(0);
    this.pair(source, target);
    return target;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isView(value: unknown): value is View {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
