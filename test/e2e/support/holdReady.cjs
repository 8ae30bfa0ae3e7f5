// Loaded into Electron ahead of the terminal (-r). A window that opens while Playwright is still attaching makes its launch hang for ever;
// so the application learns that Electron is ready only once Playwright says that it is attached, by calling __playwright_run.
const { app } = require("electron");

// The terminal refuses arguments that it does not know.
process.argv.splice(process.argv.indexOf("-r"), 2);
const ready = app.whenReady();
let release;
const released = new Promise((resolve) => {
  release = resolve;
});
app.whenReady = () => released;
globalThis.__playwright_run = () => ready.then(release);
