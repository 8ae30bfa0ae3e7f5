import { parseSync } from "vite";

/** One small fault in one place. All of a file's mutants are compiled into it, and a number decides which of them is awake. */
export type Mutant = { readonly id: number; readonly file: string; readonly line: number; readonly was: string; readonly is: string };

type Node = { readonly type: string; readonly start: number; readonly end: number } & Record<string, unknown>;

const SWAPS: Readonly<Record<string, string>> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "&&": "||",
  "||": "&&",
  "??": "&&",
  "&": "|",
  "|": "&",
  "<<": ">>",
  ">>": "<<",
  ">>>": "<<",
  "+=": "-=",
  "-=": "+=",
  "||=": "&&=",
};

/** Nodes of types that hold a value; everything else that is only a type is passed over. */
const VALUE_WRAPPERS = new Set(["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression"]);
const LOOPS = new Set(["ForStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"]);
const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

/**
 * Writes the mutants of a module into its source. `isAwake(id)` and `countTurn()` must exist as globals of these names with two underscores
 * before them. What stands in `invariant(…)` is left alone: it guards against states that no test can reach.
 */
export function mutate(source: string, file: string, firstId: number): { readonly source: string; readonly mutants: readonly Mutant[] } {
  return new Mutator(source, file, firstId).run();
}

class Mutator {
  private readonly source: string;
  private readonly file: string;
  private nextId: number;
  private readonly mutants: Mutant[] = [];
  /** At each place: what closes there, inner first, then what opens there, outer first. */
  private readonly closings = new Map<number, string[]>();
  private readonly openings = new Map<number, string[]>();

  constructor(source: string, file: string, firstId: number) {
    this.source = source;
    this.file = file;
    this.nextId = firstId;
  }

  run(): { readonly source: string; readonly mutants: readonly Mutant[] } {
    const { program, errors } = parseSync(this.file, this.source, { lang: "ts" });
    if (errors.length > 0) throw new Error(`${this.file}: ${errors[0]?.message ?? "cannot be parsed"}`);
    this.visit(program as unknown as Node, false);
    const places = [...new Set([...this.closings.keys(), ...this.openings.keys()])].toSorted((a, b) => a - b);
    let written = "";
    let from = 0;
    for (const place of places) {
      written += this.source.slice(from, place) + (this.closings.get(place) ?? []).join("") + (this.openings.get(place) ?? []).join("");
      from = place;
    }
    return { source: written + this.source.slice(from), mutants: this.mutants };
  }

  private visit(node: Node, isInFunction: boolean): void {
    if (node.type.startsWith("TS") && !VALUE_WRAPPERS.has(node.type)) return;
    if (node.type === "ImportDeclaration" || this.isInvariant(node)) return;
    if (isInFunction) this.offer(node);
    const isInside = isInFunction || FUNCTIONS.has(node.type);
    for (const [key, child] of Object.entries(node)) {
      if (key === "typeAnnotation" || key === "typeArguments" || (key === "key" && node["computed"] !== true)) continue;
      for (const part of Array.isArray(child) ? (child as unknown[]) : [child]) if (isNode(part)) this.visit(part, isInside);
    }
    if (LOOPS.has(node.type)) this.countTurns(node["body"] as Node);
    if (isInFunction) this.close(node);
  }

  /** Opens the choices of a node; close() ends them after its children. */
  private offer(node: Node): void {
    const choices = this.choices(node);
    if (choices.length === 0) return;
    if (node.type === "ExpressionStatement") {
      // In braces, so that an `else` behind it stays where it belongs.
      this.open(node.start, `{ if (!__isAwake(${this.add(node, "")})) `);
      return;
    }
    const text = choices.map((is) => `__isAwake(${this.add(node, is)}) ? (${is}) : `).join("");
    this.open(node.start, `(${text}(`);
  }

  private close(node: Node): void {
    if (this.choices(node).length > 0) this.closeAt(node.end, node.type === "ExpressionStatement" ? " }" : "))");
  }

  /** What could stand there instead; for a statement, nothing at all. */
  private choices(node: Node): readonly string[] {
    switch (node.type) {
      case "BinaryExpression":
      case "LogicalExpression":
      case "AssignmentExpression": {
        const operator = node["operator"] as string;
        const swapped = SWAPS[operator];
        const [left, right] = [node["left"] as Node, node["right"] as Node];
        if (swapped === undefined) return [];
        const isCondition = ["<", "<=", ">", ">=", "===", "!==", "&&", "||"].includes(operator);
        return [`${this.text(left)} ${swapped} ${this.text(right)}`, ...(isCondition ? ["true", "false"] : [])];
      }
      case "UnaryExpression":
        return node["operator"] === "!" || node["operator"] === "-" ? [this.text(node["argument"] as Node)] : [];
      case "Literal":
        if (typeof node["value"] === "number") return [String(node["value"] === 0 ? 1 : node["value"] - 1)];
        return typeof node["value"] === "boolean" ? [String(!node["value"])] : [];
      case "ExpressionStatement": {
        const { type } = node["expression"] as Node;
        return type === "CallExpression" || type === "AssignmentExpression" ? [""] : [];
      }
      default:
        return [];
    }
  }

  private countTurns(body: Node): void {
    if (body.type === "BlockStatement") this.open(body.start + 1, " __countTurn();");
    else {
      this.openings.set(body.start, ["{ __countTurn(); ", ...(this.openings.get(body.start) ?? [])]);
      this.closeAt(body.end, " }");
    }
  }

  private isInvariant(node: Node): boolean {
    if (node.type !== "ExpressionStatement" && node.type !== "CallExpression") return false;
    const call = node.type === "CallExpression" ? node : (node["expression"] as Node);
    return call.type === "CallExpression" && (call["callee"] as Node)["name"] === "invariant";
  }

  private add(node: Node, is: string): number {
    const id = this.nextId;
    this.nextId += 1;
    const line = this.source.slice(0, node.start).split("\n").length;
    this.mutants.push({ id, file: this.file, line, was: oneLine(this.text(node)), is: oneLine(is) });
    return id;
  }

  private text({ start, end }: Node): string {
    return this.source.slice(start, end);
  }

  private open(place: number, text: string): void {
    this.openings.set(place, [...(this.openings.get(place) ?? []), text]);
  }

  private closeAt(place: number, text: string): void {
    this.closings.set(place, [...(this.closings.get(place) ?? []), text]);
  }
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && typeof (value as Node).type === "string" && typeof (value as Node).start === "number"
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 120);
}
