import { z } from "zod";
import type { RowTone } from "../../ui/gridHandle.ts";

export const operators = ["contains", "is", "isNot", "above", "below"] as const;
export type Operator = (typeof operators)[number];
export const rowTones = ["info", "warning", "breach", "mark"] as const satisfies readonly RowTone[];

/** As many as a person can overlook; a dialog offers no more. */
export const MOST_CONDITIONS = 20;
export const MOST_COLOURS = 20;
export const MOST_VALUE_LENGTH = 120;

/** What a row must show in a column. Numbers are compared as numbers, everything else as text without regard to case. */
const conditionSchema = z.strictObject({ column: z.string(), operator: z.enum(operators), value: z.string().max(MOST_VALUE_LENGTH) });
export type Condition = z.infer<typeof conditionSchema>;

const colourRuleSchema = z.strictObject({ condition: conditionSchema, tone: z.enum(rowTones) });
export type ColourRule = z.infer<typeof colourRuleSchema>;

/** How a table is looked at: which rows, which columns, which rows stand out, and widths, order and sorting as the grid keeps them. */
export const tableViewSchema = z.strictObject({
  conditions: z.array(conditionSchema).max(MOST_CONDITIONS),
  hidden: z.array(z.string()).max(60),
  colours: z.array(colourRuleSchema).max(MOST_COLOURS),
  columns: z.unknown(),
});
export type TableView = z.infer<typeof tableViewSchema>;
export const namedViewsSchema = z.record(z.string(), tableViewSchema);

export const plainView: TableView = { conditions: [], hidden: [], colours: [], columns: null };

/** Text of a cell by column. */
export type CellTexts<Row> = ReadonlyMap<string, (row: Row) => string>;

/** True when the row fulfils every condition; one on a column that is not there, or without a value yet, asks for nothing. */
export function fulfils<Row>(row: Row, conditions: readonly Condition[], texts: CellTexts<Row>): boolean {
  return conditions.every((condition) => {
    const text = texts.get(condition.column);
    return text === undefined || condition.value.trim() === "" || fits(text(row), condition);
  });
}

function fits(shown: string, { operator, value }: Condition): boolean {
  const a = numberOf(shown);
  const b = numberOf(value);
  if (operator === "above") return a !== null && b !== null && a > b;
  if (operator === "below") return a !== null && b !== null && a < b;
  const have = plain(shown);
  const want = plain(value);
  if (operator === "contains") return have.includes(want);
  const isEqual = a !== null && b !== null ? a === b : have === want;
  return operator === "is" ? isEqual : !isEqual;
}

function plain(text: string): string {
  return text
    .replace(/[▲▼●◐○]/g, "")
    .trim()
    .toLowerCase();
}

/** The number that a cell shows, whatever groups its digits; null for text. */
function numberOf(text: string): number | null {
  const bare = text.replace(/[\s\u2009\u202f,%+]/g, "").replace("\u2212", "-");
  return /^-?\d*\.?\d+$/.test(bare) ? Number(bare) : null;
}

/** The tone of the first rule that the row fulfils. */
export function toneOf<Row>(row: Row, rules: readonly ColourRule[], texts: CellTexts<Row>): RowTone | null {
  return rules.find(({ condition }) => condition.value.trim() !== "" && fulfils(row, [condition], texts))?.tone ?? null;
}
