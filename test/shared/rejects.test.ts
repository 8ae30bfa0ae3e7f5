import { describe, expect, test } from "vitest";
import { operandNames, rejectStages, rejectTable, type RejectCode, type RejectRow, type RejectStage } from "../../shared/rejects.ts";
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

// Object.entries of a literal yields exactly its own entries.
const rows = Object.entries(rejectTable) as [RejectCode, RejectRow][];
const root = resolve(import.meta.dirname, "../..");

const operandsIn = (text: string): string[] => Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name!).toSorted();

/** Characters that the two Chinese scripts write differently, pair by pair: none of the one may stand in a text of the other. */
const SIMPLIFIED = /[个这户单须写价数额过买卖对没无实现际时间类余币账产规则该为从发于]/u;
const TRADITIONAL = /[個這戶單須寫價數額過買賣對沒無實現際時間類餘幣賬產規則該為從發於]/u;

describe("the table of refusals", () => {
  test("XP-2 numbers are unique and banded by stage", () => {
    const numbers = rows.map(([, { number }]) => number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(rows.filter(([, { number, stage }]) => Math.floor(number / 1_000) !== rejectStages[stage])).toEqual([]);
  });

  test("XP-2 a code is named after its stage", () => {
    const prefixes: Record<RejectStage, string> = {
      validate: "VALIDATE_",
      eligible: "ELIGIBLE_",
      risk: "RISK_",
      ledger: "LEDGER_",
      book: "BOOK_",
      catalog: "CATALOG_",
    };
    expect(rows.filter(([code, { stage }]) => !code.startsWith(prefixes[stage]))).toEqual([]);
  });

  test.each(rows)("XP-2 XP-3 %s says the same in every language, with operands that exist", (_, row) => {
    const { meaning, text, zhHans, zhHant } = row;
    expect(operandsIn(text).filter((name) => !operandNames.some((known) => known === name))).toEqual([]);
    expect([operandsIn(zhHant), operandsIn(zhHans)]).toEqual([operandsIn(text), operandsIn(text)]);
    expect(text).toMatch(/^[A-Z].*\.$/);
    for (const chinese of [zhHant, zhHans]) {
      expect(chinese).toMatch(/^[\u4e00-\u9fff][^.,:;]*。$/u);
      expect(chinese).not.toMatch(/[,;:()]/);
    }
    expect(zhHant).not.toMatch(SIMPLIFIED);
    expect(zhHans).not.toMatch(TRADITIONAL);
    expect(meaning).toMatch(/^[A-Z][^.{}]*[^.]$/);
    expect(meaning.length).toBeLessThanOrEqual(60);
  });

  test.each(rows)("XP-2 %s has an answer for HTTP and for FIX", (_, { http, fix }) => {
    expect(http.status).toBeGreaterThanOrEqual(400);
    expect(http.status).toBeLessThan(500);
    for (const code of [http.hk, http.glb]) expect(code).toMatch(/^(-[1-9]\d{3}|0\d{3})$/);
    // OrdRejReason and CxlRejReason of FIX 4.4.
    expect([0, 1, 2, 3, 4, 5, 6, 8, 11, 13, 15, 99]).toContain(fix.ordRejReason);
    expect([0, 1, 2, 3, 6, 99]).toContain(fix.cxlRejReason);
  });

  test("XP-2 every code is reached: a test of the engine names it", () => {
    const folder = join(root, "test/core");
    const sources = readdirSync(folder, { encoding: "utf8" })
      .filter((file) => file.endsWith(".test.ts"))
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
    expect(rows.map(([code]) => code).filter((code) => !sources.includes(`"${code}"`))).toEqual([]);
  });

  test("XP-2 the engine refuses with every code: no row is dead", () => {
    const folder = join(root, "engine/core");
    const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
    expect(rows.map(([code]) => code).filter((code) => !sources.includes(`"${code}"`))).toEqual([]);
  });
});
