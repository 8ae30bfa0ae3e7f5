/**
 * Languages of the terminal, by their BCP 47 names, and the tables that hold every text a person reads. The English table of a feature is
 * the pattern: the compiler refuses another language's table that lacks one of its texts or takes other arguments.
 */
export const languages = ["en", "zh-HK", "zh-CN"] as const;
export type Language = (typeof languages)[number];

/** A text, a text made from what it speaks of, or a group of texts. */
export type Texts = { readonly [name: string]: string | ((...about: never[]) => string) | readonly unknown[] | Texts };

/** The shape of a table without its English words. */
export type SameTexts<T> = T extends string
  ? string
  : T extends (...about: infer About) => string
    ? (...about: About) => string
    : { readonly [Name in keyof T]: SameTexts<T[Name]> };

let current: Language = "en";
const tables = new WeakMap<object, Readonly<Record<Language, Texts>>>();

/** The language that every table answers in. One for each process: a window and the shell are told separately. */
export function currentLanguage(): Language {
  return current;
}

export function setLanguage(language: Language): void {
  current = language;
}

/** The texts of a feature. Each is looked up when it is read: keep a table or a group of texts, never a text. */
export function textsOf<const T extends Texts>(english: T, hongKong: NoInfer<SameTexts<T>>, mainland: NoInfer<SameTexts<T>>): SameTexts<T> {
  const byLanguage = { en: english, "zh-HK": hongKong, "zh-CN": mainland } as unknown as Readonly<Record<Language, Texts>>;
  const answers = answering(english, () => byLanguage[current]);
  tables.set(answers, byLanguage);
  // Every name of the English table has just been defined.
  return answers as unknown as SameTexts<T>;
}

/** The names of `pattern` as looked up at the moment; a group of texts stays one and the same object, and answers in the same way. */
function answering(pattern: Texts, now: () => Texts): Texts {
  const answers = {};
  for (const [name, text] of Object.entries(pattern)) {
    // The other languages' tables have the shape of this one.
    const group = isGroup(text) ? answering(text, () => now()[name] as Texts) : null;
    Object.defineProperty(answers, name, { enumerable: true, get: () => group ?? now()[name] });
  }
  return answers;
}

function isGroup(text: Texts[string]): text is Texts {
  return typeof text === "object" && !Array.isArray(text);
}

/** The tables behind what textsOf returned, for the check that they are complete; undefined for anything else. */
export function tablesOf(answers: object): Readonly<Record<Language, Texts>> | undefined {
  return tables.get(answers);
}

const english = new Intl.PluralRules("en");

/** An English noun in the number of its count; Chinese nouns have one form and need none of this. */
export function counted(n: number, one: string, other: string): string {
  return english.select(n) === "one" ? one : other;
}

/** The language that best serves a person whose system speaks `tag`. Traditional script is written as in Hong Kong. */
export function languageFor(tag: string): Language {
  const locale = new Intl.Locale(tag).maximize();
  if (locale.language !== "zh" && locale.language !== "yue") return "en";
  return locale.script === "Hans" ? "zh-CN" : "zh-HK";
}
