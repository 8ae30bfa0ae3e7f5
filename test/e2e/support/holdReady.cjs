// Loaded into Electron ahead of the terminal (-r). A window that opens while Playwright is still attaching makes its launch hang for ever;
// so the application learns that Electron is ready only once Playwright says that it is attached, by calling __playwright_run.
const { app, screen } = require("electron");

// The terminal refuses arguments that it does not know.
process.argv.splice(process.argv.indexOf("-r"), 2);
const ready = app.whenReady();
let release;
const released = new Promise((resolve) => {
  release = resolve;
});
app.whenReady = () => released;
globalThis.__playwright_run = () => ready.then(release);

// Displays that this machine does not have, for a story about several: only the operating system's answer is stood in for.
const displays = process.env.TERMINAL_E2E_DISPLAYS;
if (displays !== undefined) {
  void ready.then(() => {
    globalThis.e2eDisplays = JSON.parse(displays);
    screen.getAllDisplays = () => globalThis.e2eDisplays;
    screen.getPrimaryDisplay = () => globalThis.e2eDisplays[0];
  });
}
