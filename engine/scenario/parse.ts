import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import { TerminalError, typedError } from "../../shared/errors.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import { checkReferences } from "./references.ts";
import { scenarioSchema, type Scenario } from "./schema.ts";

/** What is wrong at one place of a scenario file; lines and columns count from 1. */
export type ScenarioFault = { readonly line: number; readonly column: number; readonly path: string; readonly message: string };

const MOST_BYTES = 4_000_000;
const MOST_FAULTS = 50;
const MOST_VALUES = 24;
const MOST_ALIASES = 100;

/** SM-20: reads a scenario, or says everything that is wrong with it and where. */
export function parseScenario(text: string): Result<Scenario, readonly ScenarioFault[]> {
  if (text.length > MOST_BYTES) return failed([{ line: 1, column: 1, path: "", message: `at most ${MOST_BYTES} characters` }]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  if (document.errors.length > 0) {
    return failed(document.errors.slice(0, MOST_FAULTS).map(({ pos, message }) => ({ ...placeOf(lines, pos[0]), path: "", message })));
  }
  const value = valueOf(document);
  if (!value.ok) return failed([{ line: 1, column: 1, path: "", message: value.error }]);
  const parsed = scenarioSchema.superRefine(checkReferences).safeParse(value.value);
  if (parsed.success) return ok(parsed.data);
  return failed(parsed.error.issues.slice(0, MOST_FAULTS).map((issue) => fault(issue, document, lines)));
}

/** As parseScenario; throws TerminalError SCENARIO_INVALID that names the first fault. */
export function scenarioOf(text: string, name = "The scenario"): Scenario {
  const parsed = parseScenario(text);
  if (parsed.ok) return parsed.value;
  const [first, ...more] = parsed.error;
  const others = more.length === 0 ? "" : `. ${more.length} more; npm run sim -- check FILE tells all of them.`;
  throw new TerminalError(
    typedError("SCENARIO_INVALID", {
      field: `line ${first?.line}, column ${first?.column}`,
      value: first?.path ?? "",
      rule: first?.message ?? "",
      message: `${name} is not valid at line ${first?.line}, column ${first?.column}: ${first?.path} ${first?.message}${others}`,
    }),
  );
}

/** An alias that was never anchored, or too many of them, is the file's fault. */
function valueOf(document: Document): Result<unknown, string> {
  try {
    return ok(document.toJS({ maxAliasCount: MOST_ALIASES }));
  } catch (error) {
    return failed(
      `aliases that stand for something, and for at most ${MOST_ALIASES} things in all (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

function fault(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): ScenarioFault {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  const message = isMissing(issue, document) ? "is missing" : messageOf(issue);
  const key = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  return { ...placeOf(lines, offsetOf(document, path, key)), path: path.join("."), message };
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `not known here: ${issue.keys.join(", ")}`;
  // A line that people read does not name a hundred codes.
  if (issue.code === "invalid_value" && issue.values.length > MOST_VALUES)
    return `one of ${issue.values.length} values: ${issue.values.slice(0, MOST_VALUES).join(", ")} …`;
  return issue.message.replace("Invalid input: ", "");
}

/** A field that must be there and is not. */
function isMissing({ code, path }: z.core.$ZodIssue, document: Document): boolean {
  return (code === "invalid_type" || code === "invalid_union") && path.length > 0 && !document.hasIn(path);
}

/** Where the value at the path begins, or, when there is none, the closest thing around it; with `key` where that key stands. */
function offsetOf(document: Document, path: readonly (string | number)[], key: string | undefined): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isNode(node)) continue;
    if (key !== undefined && isMap(node)) {
      const found = node.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key;
      if (isScalar(found) && found.range) return found.range[0];
    }
    return node.range?.[0] ?? 0;
  }
  return 0;
}

function placeOf(lines: LineCounter, offset: number): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
