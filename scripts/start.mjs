// `npm start`: sets up what is missing, builds, and opens the terminal.
import { PROJECT_ROOT } from "./setup/paths.mjs";
import { prepareStage, prepareTools, runCommand } from "./setup/prepare.mjs";
import { passThrough } from "./setup/processes.mjs";
import { say } from "./setup/progress.mjs";

/** Chromium says these, harmlessly, wherever no desktop session runs. */
const DESKTOP_BUS_ERRORS = /:ERROR:dbus\//;

await runCommand(async () => {
  const stage = await prepareStage(await prepareTools());
  const { executable, source, version } = stage.electron;
  say(`Starting the terminal on Electron ${version} (${source}).`);
  const args = [...stage.electronFlags, PROJECT_ROOT, ...process.argv.slice(2)];
  const exitCode = await passThrough(executable, args, { cwd: process.env["INIT_CWD"], env: stage.env, withoutLines: DESKTOP_BUS_ERRORS });
  await stage.close();
  if (exitCode !== 0) say(`The terminal ended with exit code ${exitCode}. Its log files are in its data folder.`);
  return exitCode;
});
