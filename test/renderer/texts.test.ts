import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { counted, languageFor, languages, setLanguage, tablesOf, textsOf, type Language, type Texts } from "../../shared/languages.ts";

const root = join(import.meta.dirname, "../..");
const files = globSync("{renderer,electron,shared}/**/*Texts.ts", { cwd: root }).sort();

/** Words of a licence. */
const ATTRIBUTION = "TradingView Lightweight Charts™，© TradingView, Inc.，https://www.tradingview.com/，Apache-2.0";

/** Texts that are the same in every language: names, symbols, and what the field writes in Latin letters everywhere. */
const SAME_EVERYWHERE = new Set(["UTC", "UTC+8", "CSV…", "PDF…", "Node、Chromium", ATTRIBUTION]);

/** Arguments for any text: numbers that can be joined like lists. Only what is written around them is looked at. */
const ANYTHING = [0, 1, 2].map((n) => Object.assign(n, { join: () => String(n) }));

/** A text as a person would read it; one that speaks of something is asked with each kind of argument that it takes. */
function* leaves(texts: unknown, path: string): Generator<readonly [path: string, text: string]> {
  if (typeof texts === "string") yield [path, texts];
  else if (typeof texts === "function") {
    for (const n of ANYTHING.keys())
      yield [`${path}(${n})`, String(Reflect.apply(texts, undefined, Array(texts.length).fill(ANYTHING[n])))];
  } else for (const [name, inner] of Object.entries(texts as Texts)) yield* leaves(inner, `${path}.${name}`);
}

type Table = { readonly name: string; readonly byLanguage: Readonly<Record<Language, Texts>> };

const tables: Table[] = [];
/** What stands in a file of texts, and in one language only. */
const lonely: string[] = [];
for (const file of files) {
  const exported = (await import(join(root, file))) as Record<string, unknown>;
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value !== "object" || value === null) continue;
    const byLanguage = tablesOf(value);
    if (byLanguage === undefined) lonely.push(`${file} ${name}`);
    else tables.push({ name: `${file} ${name}`, byLanguage });
  }
}

const HAN = /\p{Script=Han}/u;
/** Characters that one script writes and the other does not, by the words that a terminal uses most. */
const TRADITIONAL =
  /[買賣單戶價檔銷額餘總費選擇關閉開啟設數據記錄視時間賬帳號碼紀億萬與為來沒後從將應該對區體動態過還進這個們說請輸讀寫導優強劃權險結績盤帶點線層圖標誌資訊訂單擊鍵組擴縮複雜確認編輯儲載顯]/u;
const SIMPLIFIED =
  /[买卖单户价档销额余总费选择关闭开启设数据记录视间账号码纪亿万与为来没后从将应该对区体动态过还进这个们说请输读写导优强划权险结绩盘带点线层图标志资讯订击键组扩缩复杂确认编辑储载显]/u;

describe("LK-1 every text in every language", () => {
  it("finds the tables of the features", () => {
    expect(tables.length).toBeGreaterThanOrEqual(8);
  });

  it("finds no text in one language alone, but for each language's own name", () => {
    expect(lonely).toEqual(["renderer/features/settings/settingsTexts.ts languageNames"]);
  });

  it.each(tables)("$name has the same texts in all languages, none of them empty", ({ byLanguage }) => {
    const names = languages.map((language) => [...leaves(byLanguage[language], "")].map(([path]) => path));
    for (const other of names) expect(other).toEqual(names[0]);
    for (const language of languages)
      for (const [path, text] of leaves(byLanguage[language], language)) expect(text.trim(), path).not.toBe("");
  });

  it.each(tables)("$name is translated, and each script keeps to itself", ({ byLanguage }) => {
    const english = new Map(leaves(byLanguage.en, ""));
    for (const language of ["zh-HK", "zh-CN"] as const) {
      const foreign = language === "zh-HK" ? onlyIn(SIMPLIFIED, TRADITIONAL) : onlyIn(TRADITIONAL, SIMPLIFIED);
      for (const [path, text] of leaves(byLanguage[language], "")) {
        // Examples of the command line are typed alike in every language.
        const needsNone = path.startsWith(".help.") || !/[A-Za-z]{2}/.test(english.get(path) ?? "") || SAME_EVERYWHERE.has(text);
        expect(needsNone || HAN.test(text), `${language}${path}: ${text}`).toBe(true);
        expect(Array.from(text).filter(foreign), `${language}${path}: ${text}`).toEqual([]);
      }
    }
  });
});

function onlyIn(script: RegExp, other: RegExp): (character: string) => boolean {
  return (character) => script.test(character) && !other.test(character);
}

describe("LK-2 languages", () => {
  const greeting = textsOf(
    { hello: "Hello", to: (name: string) => `To ${name}` },
    { hello: "你好", to: (name) => `致${name}` },
    { hello: "您好", to: (name) => `给${name}` },
  );

  it("answers in the language of the moment", () => {
    const said = languages.map((language) => {
      setLanguage(language);
      return [greeting.hello, greeting.to("Ada")];
    });
    setLanguage("en");
    expect(said).toEqual([
      ["Hello", "To Ada"],
      ["你好", "致Ada"],
      ["您好", "给Ada"],
    ]);
  });

  it.each([
    ["zh-HK", "zh-HK"],
    ["zh-TW", "zh-HK"],
    ["zh-Hant-MO", "zh-HK"],
    ["yue", "zh-HK"],
    ["zh-CN", "zh-CN"],
    ["zh-SG", "zh-CN"],
    ["zh", "zh-CN"],
    ["en-GB", "en"],
    ["de-CH", "en"],
  ] as const)("serves a person whose system speaks %s in %s", (tag, language) => {
    expect(languageFor(tag)).toBe(language);
  });

  it("counts in English", () => {
    expect([0, 1, 2].map((n) => counted(n, "order", "orders"))).toEqual(["orders", "order", "orders"]);
  });
});

describe("LK-3 faces for every character", () => {
  it("ships a glyph's subset for each Chinese character of the tables", () => {
    const covered = { "zh-HK": rangesOf("hk"), "zh-CN": rangesOf("sc") } as const;
    for (const language of ["zh-HK", "zh-CN"] as const) {
      const missing = new Set<string>();
      for (const { byLanguage } of tables)
        for (const [, text] of leaves(byLanguage[language], ""))
          for (const character of text)
            if (HAN.test(character) && !covered[language].some(([from, to]) => inside(character, from, to))) missing.add(character);
      expect([...missing]).toEqual([]);
    }
  });
});

function rangesOf(face: string): readonly (readonly [from: number, to: number])[] {
  const css = readFileSync(join(root, `node_modules/@fontsource-variable/noto-sans-${face}/wght.css`), "utf8");
  return [...css.matchAll(/U\+([0-9a-f]+)(?:-([0-9a-f]+))?/gi)].map(([, from = "", to = from]) => [parseInt(from, 16), parseInt(to, 16)]);
}

function inside(character: string, from: number, to: number): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code >= from && code <= to;
}
