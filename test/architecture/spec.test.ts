import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { rejectTable } from "../../shared/rejects.ts";

const root = resolve(import.meta.dirname, "../..");
const RULE = /\b[A-Z]{2}-\d+\b/g;

/** Rules as the book defines them: a paragraph that begins with the number in bold. */
const definitions = Array.from(
  readFileSync(join(root, "engine/SPEC.md"), "utf8").matchAll(/^\*\*([A-Z]{2}-\d+) [^*]+\*\*/gm),
  ([, rule]) => rule!,
);
const defined = new Set(definitions);

/** Rules in the names of tests and of groups of tests, by rule the files that name it. A rule in a comment or a value proves nothing. */
function namedByTests(): Map<string, Set<string>> {
  const named = new Map<string, Set<string>>();
  for (const file of readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })) {
    if (!/\.(test|spec|stories)\.(ts|tsx|mjs)$/.test(file)) continue;
    for (const title of titlesOf(readFileSync(join(root, "test", file), "utf8"))) {
      for (const [rule] of title.matchAll(RULE)) named.set(rule, (named.get(rule) ?? new Set()).add(file));
    }
  }
  return named;
}

/** The texts that stand where a name is expected: the first argument of test, it and describe, plain or with each, skipIf and the like. */
function titlesOf(source: string): string[] {
  const titles: string[] = [];
  for (const call of source.matchAll(/\b(?:test|it|describe)\b/g)) {
    const rest = source.slice((call.index ?? 0) + call[0].length);
    const title =
      /^(?:\.\w+(?:<[^()]*?>)?(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?)*\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)/.exec(
        rest,
      );
    if (title !== null) titles.push(title[1] ?? title[2] ?? title[3] ?? "");
  }
  return titles;
}

const named = namedByTests();
const numeric = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

describe("AR-3 the rule book and its proofs", () => {
  it("AR-3 reads the book and the tests at all", () => {
    expect(defined.size).toBeGreaterThan(80);
    expect(named.size).toBeGreaterThan(60);
    expect(
      titlesOf(
        'test.each([f("x")])("MT-1 a", () => it(`RK-2 ${b}`)); it.skipIf(!x)(\n "LG-3 c"); test.each<[A, B]>([[f(1)]])("RK-5 d"); // LG-4',
      ),
    ).toEqual(["MT-1 a", "RK-2 ${b}", "LG-3 c", "RK-5 d"]);
  });

  it("AR-3 gives each rule a number of its own", () => {
    expect(definitions.filter((rule, at) => definitions.indexOf(rule) !== at)).toEqual([]);
  });

  it("AR-3 has no rule that no test names", () => {
    expect([...defined].filter((rule) => !named.has(rule)).toSorted(numeric)).toEqual([]);
  });

  it("AR-3 has every rule that a test names", () => {
    const unknown = [...named].filter(([rule]) => !defined.has(rule)).map(([rule, files]) => `${rule} in ${[...files].join(", ")}`);
    expect(unknown.toSorted(numeric)).toEqual([]);
  });

  it("AR-3 has a story in the real window for each promise of the screens, and for each part of the desk", () => {
    const book = readFileSync(join(root, "engine/SPEC.md"), "utf8");
    const screens = Array.from(book.slice(book.indexOf("## Screens")).matchAll(/^- \*\*([A-Z]\d+)\*\* /gm), ([, promise]) => promise!);
    expect(screens).toHaveLength(16);
    const stories = readdirSync(join(root, "test/e2e"), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(spec|stories)\.ts$/.test(file))
      .flatMap((file) => titlesOf(readFileSync(join(root, "test/e2e", file), "utf8")));
    const words = new Set(stories.flatMap((title) => title.split(" ")));
    const desk = Array.from({ length: 11 }, (_, at) => String(at + 1));
    expect([...screens, ...desk].filter((name) => !words.has(name))).toEqual([]);
  });

  it("AR-3 has every rule that a refusal rests on", () => {
    expect(Object.values(rejectTable).filter(({ rule }) => !defined.has(rule))).toEqual([]);
  });
});
