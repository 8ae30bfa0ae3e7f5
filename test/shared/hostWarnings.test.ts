import { afterEach, describe, expect, it } from "vitest";
import { errorText, ruleText } from "../../shared/errorText.ts";
import { typedError } from "../../shared/errors.ts";
import { hostWarningText, type HostWarning, type SnapshotFault } from "../../shared/hostWarnings.ts";
import { languages, setLanguage } from "../../shared/languages.ts";

afterEach(() => setLanguage("en"));

const error = typedError("HISTORY_UNREADABLE", {
  field: "sha256",
  value: "abc",
  rule: "the bytes that were imported",
  message: "It is damaged.",
});
const skipped = (fault: SnapshotFault): HostWarning => ({ code: "snapshotSkipped", seq: 812, fault });

const warnings: readonly (readonly [warning: HostWarning, figures: readonly string[]])[] = [
  [skipped({ code: "unreadable", why: "EACCES" }), ["812", "EACCES"]],
  [skipped({ code: "fileHash" }), ["812"]],
  [skipped({ code: "stateHash" }), ["812"]],
  [skipped({ code: "version", version: "0.9.0" }), ["812", "0.9.0"]],
  [skipped({ code: "notRestored", version: "0.9.0", why: "too short" }), ["0.9.0", "too short"]],
  [skipped({ code: "journalUnreadable" }), ["812"]],
  [skipped({ code: "journalShorter" }), ["812"]],
  [skipped({ code: "otherJournal" }), ["812"]],
  [{ code: "looseEnd", bytes: 4_120, lastSeq: 812 }, ["4120", "812"]],
  [{ code: "pastDamaged", error, snapshotSeq: 812 }, ["812"]],
  [{ code: "marketStopped", why: "out of memory" }, ["out of memory"]],
  [{ code: "apiStopped", why: "out of memory" }, ["out of memory"]],
  [{ code: "apiIsPublic", site: "HK", address: "0.0.0.0" }, ["HK", "0.0.0.0", "127.0.0.1"]],
  [{ code: "historyNotImported", symbol: "BTC/USD", error }, ["BTC/USD"]],
  [{ code: "error", error }, []],
];

describe("LK-1 what the host warns of", () => {
  it.each(warnings)("%j with its figures, in three languages that differ", (warning, figures) => {
    const told = languages.map((language) => {
      setLanguage(language);
      return hostWarningText(warning);
    });
    expect(new Set(told).size).toBe(languages.length);
    for (const text of told) for (const figure of figures) expect(text).toContain(figure);
  });
});

describe("LK-1 a history file that was refused", () => {
  const refusal = {
    ...typedError("HISTORY_MALFORMED", { field: "line 3, column 4", value: "105.6", rule: "a low that …", message: "The history file …" }),
    history: { line: 3, column: 4, rule: { code: "low" } },
  } as const;

  it("names place, value and what was wanted there in the window's language", () => {
    expect(ruleText(refusal)).toBe("a low that is not above open or close");
    setLanguage("zh-HK");
    expect(errorText(refusal)).toBe("歷史數據檔案有一行不符格式。（第 3 行第 4 欄：105.6）");
    expect(ruleText(refusal)).toBe("不高於開市及收市價的最低價");
    setLanguage("zh-CN");
    expect(errorText(refusal)).toContain("第 3 行第 4 列");
    expect(ruleText(refusal)).toBe("不高于开盘和收盘价的最低价");
    // What has no code says its rule as it was written.
    expect(ruleText(typedError("ARGUMENT_INVALID", { rule: "a symbol", message: "" }))).toBe("a symbol");
  });
});
