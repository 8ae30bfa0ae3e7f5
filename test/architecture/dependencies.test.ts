import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/**
 * The dependency rule is held by the compiler and the linter. Each test breaks one rule on purpose in a small house that uses the
 * real configuration files, and fails when the checker stays silent: a checker that looks at nothing also reports no fault.
 */

const root = resolve(import.meta.dirname, "../..");
const configs = [
  "tsconfig.json",
  "tsconfig.base.json",
  ".oxlintrc.json",
  "package.json",
  ...["shared", "engine", "engine/core", "electron", "renderer", "test"].map((layer) => `${layer}/tsconfig.json`),
];

/** One well-behaved file a layer, so that every project has something to compile and to be imported. */
const tenants: Readonly<Record<string, string>> = {
  "shared/contract.ts": "export const contract: number = 1;\n",
  "engine/core/rules.ts": 'import { contract } from "../../shared/contract.ts";\nexport const rules: number = contract;\n',
  "engine/host/host.ts": 'import { rules } from "../core/rules.ts";\nexport const host: number = rules;\n',
  "engine/sim/agent.ts": 'import { contract } from "../../shared/contract.ts";\nexport const agent: number = contract;\n',
  "engine/edge/gateway.ts": 'import { contract } from "../../shared/contract.ts";\nexport const gateway: number = contract;\n',
  "engine/connector/link.ts": 'import { contract } from "../../shared/contract.ts";\nexport const link: number = contract;\n',
  "engine/scenario/run.ts": 'import { host } from "../host/host.ts";\nexport const scenario: number = host;\n',
  "electron/shell.ts": 'import { host } from "../engine/host/host.ts";\nexport const shell: number = host;\n',
  "renderer/app/model.ts": 'import { contract } from "../../shared/contract.ts";\nexport const model: number = contract;\n',
  "renderer/features/ladder/ladder.ts": 'import { model } from "../../app/model.ts";\nexport const ladder: number = model;\n',
  "renderer/features/tape/tape.ts": 'import { model } from "../../app/model.ts";\nexport const tape: number = model;\n',
  "test/any.ts": 'import { shell } from "../electron/shell.ts";\nexport const any: number = shell;\n',
};

let house = "";

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), "house-"));
  for (const config of configs) {
    mkdirSync(dirname(join(house, config)), { recursive: true });
    cpSync(join(root, config), join(house, config));
  }
  symlinkSync(join(root, "node_modules"), join(house, "node_modules"), "junction");
  for (const [file, text] of Object.entries(tenants)) write(file, text);
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(house, file)), { recursive: true });
  writeFileSync(join(house, file), text);
}

type Verdict = { readonly passed: boolean; readonly output: string };

function run(tool: string, args: readonly string[]): Verdict {
  try {
    const output = execFileSync(process.execPath, [join(root, "node_modules", tool), ...args], {
      cwd: house,
      encoding: "utf8",
      stdio: "pipe",
    });
    return { passed: true, output };
  } catch (error) {
    const failure = error as { stdout?: string; stderr?: string };
    return { passed: false, output: `${failure.stdout ?? ""}${failure.stderr ?? ""}` };
  }
}

const compile = (): Verdict => run("typescript/bin/tsc", ["-b", "--pretty", "false"]);
const lint = (): Verdict => run("oxlint/bin/oxlint", ["--type-aware", "-f", "unix"]);

/** Puts the breach into the house, asks the checker, and takes it out again. */
function breach(file: string, text: string, check: () => Verdict): Verdict {
  write(file, text);
  try {
    return check();
  } finally {
    const tenant = tenants[file];
    if (tenant === undefined) rmSync(join(house, file));
    else write(file, tenant);
  }
}

describe("AR-1 the compiler refuses imports against the arrows", () => {
  it("AR-1 passes the house as it stands", () => {
    expect(compile()).toEqual({ passed: true, output: "" });
  });

  const cases: readonly (readonly [name: string, file: string, text: string, code: string])[] = [
    ["core uses a timer", "engine/core/breach.ts", "setTimeout(() => undefined, 1);\nexport {};\n", "TS2304"],
    ["core reads a file", "engine/core/breach.ts", 'import { readFileSync } from "node:fs";\nreadFileSync("x");\n', "TS2591"],
    ["core imports host", "engine/core/breach.ts", 'import { host } from "../host/host.ts";\nexport const x: number = host;\n', "TS6307"],
    [
      "shared imports core",
      "shared/breach.ts",
      'import { rules } from "../engine/core/rules.ts";\nexport const x: number = rules;\n',
      "TS6307",
    ],
    ["host touches the document", "engine/host/breach.ts", "export const x: unknown = document.title;\n", "TS2584"],
    [
      "host imports the shell",
      "engine/host/breach.ts",
      'import { shell } from "../../electron/shell.ts";\nexport const x: number = shell;\n',
      "TS6307",
    ],
    [
      "renderer imports the engine",
      "renderer/breach.ts",
      'import { rules } from "../engine/core/rules.ts";\nexport const x: number = rules;\n',
      "TS6307",
    ],
    [
      "renderer imports a type of the host",
      "renderer/breach.ts",
      'import type { host } from "../engine/host/host.ts";\nexport type X = typeof host;\n',
      "TS6307",
    ],
    ["renderer reads a file", "renderer/breach.ts", 'import { readFileSync } from "node:fs";\nreadFileSync("x");\n', "TS2591"],
    ["an enum", "shared/breach.ts", "export enum Side {\n  Buy,\n}\n", "TS1294"],
  ];
  it.each(cases)("AR-1 %s", (_name, file, text, code) => {
    const verdict = breach(file, text, compile);
    expect(verdict.passed, verdict.output).toBe(false);
    expect(verdict.output).toContain(code);
  });
});

describe("AR-2 the linter refuses what the compiler cannot see", () => {
  it("AR-2 passes the house as it stands", () => {
    const verdict = lint();
    expect(verdict.passed, verdict.output).toBe(true);
  });

  const cases: readonly (readonly [name: string, file: string, text: string, rule: string])[] = [
    ["core reads the clock", "engine/core/breach.ts", "export const now: number = Date.now();\n", "no-restricted-globals"],
    ["core draws a random number", "engine/core/breach.ts", "export const dice: number = Math.random();\n", "no-restricted-properties"],
    ["core parses a float", "engine/core/breach.ts", 'export const x: number = parseFloat("1.5");\n', "no-restricted-globals"],
    [
      "an agent reaches into core",
      "engine/sim/breach.ts",
      'import { rules } from "../core/rules.ts";\nexport const x: number = rules;\n',
      "no-restricted-imports",
    ],
    [
      "a gateway reaches into core",
      "engine/edge/breach.ts",
      'import { rules } from "../core/rules.ts";\nexport const x: number = rules;\n',
      "no-restricted-imports",
    ],
    [
      "a gateway reaches into the participants",
      "engine/edge/breach.ts",
      'import { agent } from "../sim/agent.ts";\nexport const x: number = agent;\n',
      "no-restricted-imports",
    ],
    [
      "the connector reaches into core",
      "engine/connector/breach.ts",
      'import { rules } from "../core/rules.ts";\nexport const x: number = rules;\n',
      "no-restricted-imports",
    ],
    [
      "the connector reaches into the host",
      "engine/connector/breach.ts",
      'import { host } from "../host/host.ts";\nexport const x: number = host;\n',
      "no-restricted-imports",
    ],
    [
      "host imports electron",
      "engine/host/breach.ts",
      'import { app } from "electron";\nexport const x: unknown = app;\n',
      "no-restricted-imports",
    ],
    [
      "the shell reaches past the host into core",
      "electron/breach.ts",
      'import { rules } from "../engine/core/rules.ts";\nexport const x: number = rules;\n',
      "no-restricted-imports",
    ],
    [
      "renderer imports electron",
      "renderer/breach.ts",
      'import { app } from "electron";\nexport const x: unknown = app;\n',
      "no-restricted-imports",
    ],
    [
      "the host knows a scenario",
      "engine/host/breach.ts",
      'import { scenario } from "../scenario/run.ts";\nexport const x: number = scenario;\n',
      "no-restricted-imports",
    ],
    [
      "host opens SQLite outside the journal",
      "engine/host/breach.ts",
      'import Database from "better-sqlite3";\nexport const x: unknown = Database;\n',
      "no-restricted-imports",
    ],
    [
      "the screen computes with decimal.js",
      "renderer/breach.ts",
      'import { Decimal } from "decimal.js";\nexport const x: unknown = Decimal;\n',
      "no-restricted-imports",
    ],
    [
      "a feature imports its sibling",
      "renderer/features/tape/breach.ts",
      'import { ladder } from "../ladder/ladder.ts";\nexport const x: number = ladder;\n',
      "no-restricted-imports",
    ],
    [
      "two modules import each other",
      "shared/contract.ts",
      'import { back } from "./back.ts";\nexport const contract: number = back;\n',
      "no-cycle",
    ],
    [
      "a promise nobody waits for",
      "engine/host/breach.ts",
      "async function work(): Promise<void> {}\nexport function go(): void {\n  work();\n}\n",
      "no-floating-promises",
    ],
    [
      "a switch that forgets a case",
      "shared/breach.ts",
      'export function name(side: "buy" | "sell"): string {\n  switch (side) {\n    case "buy":\n      return "B";\n  }\n  return "";\n}\n',
      "switch-exhaustiveness-check",
    ],
    ["any", "shared/breach.ts", "export function take(x: any): void {\n  void x;\n}\n", "no-explicit-any"],
  ];
  it.each(cases)("AR-2 %s", (_name, file, text, rule) => {
    // The cycle needs its second half; it is harmless to the other cases.
    if (rule === "no-cycle") write("shared/back.ts", 'import { contract } from "./contract.ts";\nexport const back: number = contract;\n');
    const verdict = breach(file, text, lint);
    if (rule === "no-cycle") rmSync(join(house, "shared/back.ts"));
    expect(verdict.passed, verdict.output).toBe(false);
    expect(verdict.output).toContain(rule);
  });
});
