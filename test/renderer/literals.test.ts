import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseSync } from "vite";

const root = join(import.meta.dirname, "../..");

/** Attributes that a person reads or hears. */
const READ_ATTRIBUTES = new Set([
  "title",
  "aria-label",
  "aria-description",
  "aria-roledescription",
  "placeholder",
  "alt",
  "label",
  "action",
]);
/** Fields of messages, columns and options that end on the screen. */
const READ_FIELDS = new Set([
  "text",
  "detail",
  "title",
  "label",
  "header",
  "explain",
  "message",
  "placeholder",
  "ariaLabel",
  "textContent",
]);
/** Proper names, and letters that are symbols. */
const NAMES = new Set(["HashKey Terminal", "HashKey Exchange", "HashKey", "Electron", "· Electron"]);

type Syntax = { readonly type: string; readonly [field: string]: unknown };

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === "object" && value !== null && typeof (value as Syntax).type === "string";

/** Words in source text that a person would read, wherever the screen takes them from. */
export function literalsIn(path: string, source: string): readonly string[] {
  const found: string[] = [];
  const told = (text: string): void => {
    const words = text.trim();
    if (/\p{L}{2}/u.test(words) && !NAMES.has(words)) found.push(words);
  };
  /** The literals of an expression that can be its value. */
  const values = (node: unknown): void => {
    if (!isSyntax(node)) return;
    if (node.type === "Literal" && typeof node["value"] === "string") told(node["value"]);
    else if (node.type === "TemplateLiteral") for (const part of node["quasis"] as { value: { cooked: string } }[]) told(part.value.cooked);
    else if (node.type === "ConditionalExpression") [node["consequent"], node["alternate"]].forEach(values);
    else if (node.type === "LogicalExpression") [node["left"], node["right"]].forEach(values);
    else if (node.type === "BinaryExpression" && node["operator"] === "+") [node["left"], node["right"]].forEach(values);
    else if (node.type === "JSXExpressionContainer") values(node["expression"]);
    else if (node.type === "ArrowFunctionExpression") values(node["body"]);
  };
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (!isSyntax(node)) return;
    if (node.type === "JSXText") told(String(node["value"]));
    if (node.type === "JSXElement" || node.type === "JSXFragment")
      for (const child of node["children"] as Syntax[]) if (child.type === "JSXExpressionContainer") values(child);
    if (node.type === "JSXAttribute" && READ_ATTRIBUTES.has(String((node["name"] as Syntax)["name"]))) values(node["value"]);
    if (node.type === "Property" && READ_FIELDS.has(String((node["key"] as Syntax)["name"]))) values(node["value"]);
    for (const [field, inner] of Object.entries(node)) if (field !== "type") walk(inner);
  };
  walk(parseSync(path, source).program);
  return found;
}

const files = globSync("renderer/**/*.{ts,tsx}", { cwd: root })
  .filter((path) => !path.endsWith("Texts.ts"))
  .sort();

describe("LK-4 no words on the screen outside the tables", () => {
  it.each(files)("%s", (path) => {
    const found = literalsIn(path, readFileSync(join(root, path), "utf8"));
    expect(found).toEqual([]);
  });

  it.each(globSync("renderer/**/*.css", { cwd: root }).sort())("%s", (path) => {
    const contents = [...readFileSync(join(root, path), "utf8").matchAll(/content:\s*"([^"]*)"/g)].map(([, text = ""]) => text);
    // A single letter is a symbol, such as those of a bar's four prices.
    expect(contents.filter((text) => /\p{L}{2}/u.test(text))).toEqual([]);
  });

  it.each([
    ["const a = <p>Some words</p>;", ["Some words"]],
    ['const a = <p>{late ? "Too late" : `In ${n} seconds`}</p>;', ["Too late", "In", "seconds"]],
    ['const a = <button title="Press it" data-testid="not read" />;', ["Press it"]],
    ['messages.post({ severity: "info", text: "Something happened." });', ["Something happened."]],
    ['const a = <p className="secondary">{texts.words} · ✕</p>;', []],
  ])("finds what it is for: %s", (source, words) => {
    expect(literalsIn("a.tsx", source)).toEqual(words);
  });
});
