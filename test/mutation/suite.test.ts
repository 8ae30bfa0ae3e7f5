import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as standIn from "./suite.ts";

const core = join(import.meta.dirname, "../core");
const sources = globSync("**/*.ts", { cwd: core }).map((file) => readFileSync(join(core, file), "utf8"));
const used = (pattern: RegExp): readonly string[] => [
  ...new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map(([, name = ""]) => name))),
];

describe("the stand-in for vitest that mutants are run with", () => {
  it("has whatever the core's tests use of vitest", () => {
    const matchers = used(/\)\s*\.(?:not\.)?(to[A-Z]\w+)\(/g).filter((name) => !/^to(String|Reversed|Sorted|Spliced|FixedI?)$/.test(name));
    expect(matchers.length).toBeGreaterThan(10);
    expect(matchers.filter((name) => !(name in standIn.checks) && !(name in Array.prototype) && !(name in String.prototype))).toEqual([]);
    expect(used(/\bexpect\.(\w+)\(/g).filter((name) => !(name in standIn.expect))).toEqual([]);
    const imported = used(/^import \{ ([^}]+) \} from "vitest"/gm).flatMap((names) => names.split(", "));
    expect(imported.filter((name) => !(name in standIn))).toEqual([]);
  });

  it("judges as vitest does", () => {
    const { expect: ours } = standIn;
    const same = { a: [1, { b: 2 }], c: undefined };
    ours(same).toEqual({ a: [1, { b: 2 }] });
    ours([same]).toContainEqual(same);
    ours(new Set([1, 2])).toContain(2);
    ours({ a: 1, b: 2 }).toEqual(ours.objectContaining({ a: 1 }));
    ours([{ a: 1, b: 2 }]).toMatchObject([{ b: 2 }]);
    ours(() => {
      throw new TypeError("too bad");
    }).toThrow(/bad/);
    for (const wrong of [
      () => ours(same).toEqual({ a: [1, { b: 3 }] }),
      () => ours([same]).toContainEqual({ a: 1 }),
      () => ours(new Set([1, 2])).toContain(3),
      () => ours({ a: 2 }).toEqual(ours.objectContaining({ a: 1 })),
      () => ours([{ b: 2 }]).toMatchObject([{ b: 2 }, { b: 2 }]),
      () => ours(same).not.toEqual(same),
      () => ours(() => undefined).toThrow(),
    ]) {
      expect(wrong).toThrow();
    }
  });
});
