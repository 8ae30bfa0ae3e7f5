// `npm run NAME`: the commands that need a Node the tools accept, and some of them a window too.
import path from "node:path";
import { commandChecks, runChecks } from "./checks/checks.mjs";
import { runVitest } from "./checks/vitest.mjs";
import { packageTerminal } from "./dist.mjs";
import { buildTerminal } from "./setup/build.mjs";
import { PROJECT_ROOT, toolScript } from "./setup/paths.mjs";
import { prepareElectron, prepareStage, prepareTools, runCommand } from "./setup/prepare.mjs";
import { passThrough } from "./setup/processes.mjs";
import { SetupError } from "./setup/setupError.mjs";

/**
 * Each takes the Node to use and the rest of the command line, and returns an exit code.
 *
 * @type {Readonly<Record<string, (node: string, args: readonly string[]) => Promise<number>>>}
 */
const COMMANDS = {
  build: (node) => buildTerminal(node).then(() => 0),
  format: (node, args) => runTool(node, toolScript("oxfmt", "bin/oxfmt"), args.length > 0 ? args : ["."]),
  lint: (node, args) => runTool(node, toolScript("oxlint", "bin/oxlint"), ["--type-aware", ...args]),
  check: async (node) => exitCodeOf(await runChecks([...commandChecks(node), unitCheck(node, [])])),
  unit: async (node, args) => exitCodeOf(await unitCheck(node, args).run()),
  e2e: (node, args) => onStage(node, async (env) => exitCodeOf(await runVitest({ node, project: "e2e", env, args }))),
  pictures: (node, args) =>
    onStage(node, async (env) => {
      const rest = args.filter((arg) => arg !== "--update");
      const wanted = rest.length === args.length ? env : { ...env, TERMINAL_PICTURES: "update" };
      return exitCodeOf(await runVitest({ node, project: "e2e", env: wanted, args: ["test/e2e/pictures.spec.ts", ...rest] }));
    }),
  bench: (node, args) => onStage(node, (env) => runProgram(node, "test/bench/run.ts", args, env)),
  verify: (node, args) => runProgram(node, "engine/cli/verify.ts", args),
  key: (node, args) => runProgram(node, "engine/cli/key.ts", args),
  connect: (node, args) => runProgram(node, "engine/cli/connect.ts", args, process.env, true),
  sim: (node, args) => runProgram(node, "engine/cli/sim.ts", args, process.env, args.includes("--control")),
  travel: (node, args) => runProgram(node, "engine/cli/travel.ts", args),
  capsule: (node, args) => runProgram(node, "engine/cli/capsule.ts", args),
  torture: (node, args) => runProgram(node, "test/torture/torture.ts", args),
  reference: (node, args) => runProgram(node, "test/reference/reference.ts", args),
  soak: (node, args) =>
    args.includes("--window")
      ? onStage(node, (env) => runProgram(node, "test/soak/window.ts", args, env))
      : runProgram(node, "test/soak/soak.ts", args),
  mutation: (node, args) => runProgram(node, "test/mutation/run.ts", args),
  dist: async (node, args) => {
    const electron = await prepareElectron(node);
    return packageTerminal({ node, electron, args });
  },
  "electron-path": async (node) => {
    const { executable } = await prepareElectron(node);
    process.stdout.write(`${executable}\n`);
    return 0;
  },
};

await runCommand(async () => {
  const [name = "", ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (command === undefined) {
    throw new SetupError({
      what: `There is no command named "${name}".`,
      why: `The commands are: ${Object.keys(COMMANDS).join(", ")}.`,
      doThis: "Run one of them: node scripts/run.mjs NAME",
    });
  }
  return command(await prepareTools(), args);
});

/**
 * @param {string} node
 * @param {readonly string[]} args
 */
function unitCheck(node, args) {
  return { name: "unit", run: () => runVitest({ node, project: "unit", args }) };
}

/**
 * @param {string} node
 * @param {string} tool
 * @param {readonly string[]} args
 */
function runTool(node, tool, args) {
  return passThrough(node, [tool, ...args], { cwd: PROJECT_ROOT });
}

/**
 * Runs a program of this project in the folder the person stands in, so that the files they name are found.
 *
 * @param {string} node
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @param {boolean} [takesInput] whether a person or another program tells it what to do
 */
function runProgram(node, program, args, env = process.env, takesInput = false) {
  return passThrough(node, [path.join(PROJECT_ROOT, program), ...args], { cwd: env["INIT_CWD"], env, takesInput });
}

/**
 * @param {string} node
 * @param {(env: NodeJS.ProcessEnv) => Promise<number>} program
 */
async function onStage(node, program) {
  const stage = await prepareStage(node);
  try {
    return await program(stage.env);
  } finally {
    await stage.close();
  }
}

/** @param {import('./checks/checks.mjs').Tally} tally */
function exitCodeOf({ failed }) {
  return failed === 0 ? 0 : 1;
}
