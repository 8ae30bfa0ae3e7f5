// `npm test`: sets up what is missing, then runs every check of the project.
import { commandChecks, runChecks, verdict } from "./checks/checks.mjs";
import { runVitest } from "./checks/vitest.mjs";
import { buildTerminal } from "./setup/build.mjs";
import { prepareElectron, prepareStage, prepareTools, runCommand } from "./setup/prepare.mjs";
import { SetupError } from "./setup/setupError.mjs";

await runCommand(async () => {
  const node = await prepareTools();
  // First of all, since a system package that only a person can install should not be asked for minutes later.
  await prepareElectron(node, { keyring: true });
  let built = false;
  const build = async () => {
    await buildTerminal(node);
    built = true;
    return verdict(true);
  };
  const { passed, failed } = await runChecks([
    ...commandChecks(node),
    { name: "unit", run: () => runVitest({ node, project: "unit" }) },
    { name: "build", run: build },
    { name: "e2e", run: () => (built ? runEndToEnd(node) : Promise.reject(notBuilt())) },
  ]);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
});

/** @param {string} node */
async function runEndToEnd(node) {
  const stage = await prepareStage(node);
  try {
    return await runVitest({ node, project: "e2e", env: stage.env });
  } finally {
    await stage.close();
  }
}

function notBuilt() {
  return new SetupError({
    what: "The end-to-end tests cannot run.",
    why: "The terminal was not built.",
    doThis: "See what the check named build says above.",
  });
}
