import { parseArgs } from "node:util";
import type { CDPSession } from "playwright";
import { keysAlive } from "../e2e/support/keysAlive.ts";
import { screensOf } from "../e2e/support/screens.ts";
import { Terminal } from "../e2e/support/terminal.ts";
import { until } from "../e2e/support/until.ts";
import { quantile } from "../bench/measure.ts";

/**
 * `npm run soak -- --window --minutes N [--speed N]`: the real window on a market at a multiple of its speed (10 unless said otherwise); every few
 * seconds a person places an order in the ladder, changes the instrument, the account or the blotter, and cancels all; once a minute the focus goes
 * elsewhere, a dialog comes and goes, and the keys must still do what they say (L3). After each collection of garbage heap, nodes and listeners of
 * the page are counted. What the window keeps of the past is bounded; the first half fills it. Exit code 0 when in the second half the heap stayed
 * within 5 %, nothing else grew and no key was dead.
 */
const { values: options } = parseArgs({
  options: { window: { type: "boolean" }, minutes: { type: "string" }, speed: { type: "string", default: "10" } },
});
const minutes = Number(options.minutes);
if (!(minutes > 0)) {
  console.error("ARGUMENT_INVALID: --window needs --minutes N with a number above 0.");
  process.exit(2);
}
const ROUND_MS = 5_000;
const MEGABYTE = 1_048_576;
const FLAT = 0.05;
const KEYS_EVERY_ROUNDS = 12;

type Sample = { readonly heap: number; readonly nodes: number; readonly listeners: number };
const samples: Sample[] = [];
const faults: string[] = [];
let keyRounds = 0;
const terminal = await Terminal.open();
const { page } = terminal;
const { chooseAccount, fills, balances, positions, ladder, orders } = screensOf(page);
const session = await page.context().newCDPSession(page);
await page.selectOption('[data-testid="clock-speed"]', options.speed);
await chooseAccount("ALPHA");
await ladder.armOneClick();

const endMs = performance.now() + minutes * 60_000;
for (let round = 0; performance.now() < endMs; round += 1) {
  await clickLadder(4 + (round % 6));
  await [fills, balances, positions, orders][round % 4]?.show();
  if (round % 3 === 2) await page.click(`[data-testid="watchlist-row-${round % 2 === 0 ? "BTC/USD" : "ETH/USD"}"]`);
  if (round % 5 === 4) {
    await orders.show();
    await cancelAll();
  }
  if (round % KEYS_EVERY_ROUNDS === KEYS_EVERY_ROUNDS - 1) await pressKeys(round);
  await page.waitForTimeout(ROUND_MS);
  samples.push(await measure(session));
  const { heap, nodes, listeners } = samples.at(-1)!;
  if (round % 6 === 0) console.log(`${(heap / MEGABYTE).toFixed(1)} MB, ${nodes} nodes, ${listeners} listeners`);
}
await terminal.dispose();
judge();

/** The market goes on while the ladder is brought around it: then it is brought there again. */
async function clickLadder(rowsBelow: number): Promise<void> {
  await until("the ladder stands around the bid", async () => {
    await page.click('[data-testid="ladder-centre"]');
    return ladder.clickBelowBid(rowsBelow).then(
      () => true,
      () => null,
    );
  });
}

async function pressKeys(round: number): Promise<void> {
  keyRounds += 1;
  try {
    await keysAlive(page);
  } catch (error) {
    faults.push(`round ${round}, keys: ${error instanceof Error ? error.message : String(error)}`);
    await page.keyboard.press("Escape");
  }
}

async function cancelAll(): Promise<void> {
  const button = page.locator('[data-testid="cancel-all"]');
  if (await button.isDisabled()) return;
  await button.click();
  await page.click('[data-testid="cancel-confirm"]');
  await page.waitForSelector('[data-testid="cancel-confirm"]', { state: "detached" });
}

async function measure(cdp: CDPSession): Promise<Sample> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  const { nodes, jsEventListeners } = await cdp.send("Memory.getDOMCounters");
  return { heap: usedSize, nodes, listeners: jsEventListeners };
}

/** The third quarter against the last: what the window keeps is full by then. */
function judge(): void {
  const middle = samples.slice(samples.length >> 1, (samples.length * 3) >> 2);
  const late = samples.slice((samples.length * 3) >> 2);
  if (middle.length < 4) {
    console.log("Too short to judge.");
    process.exit(faults.length === 0 ? 0 : 1);
  }
  for (const kind of ["heap", "nodes", "listeners"] as const) {
    const [before, after] = [middle, late].map((part) =>
      quantile(
        part.map((sample) => sample[kind]),
        0.5,
      ),
    ) as [number, number];
    const growth = after / before - 1;
    console.log(`${kind}: ${before.toFixed(0)}, at the end ${after.toFixed(0)} (${(growth * 100).toFixed(1)} %)`);
    if (growth > FLAT) faults.push(`${kind} grew by ${(growth * 100).toFixed(1)} %`);
  }
  for (const fault of faults) console.log(`FAULT ${fault}`);
  console.log(`${samples.length} looks, ${keyRounds} times keys, ${faults.length} faults`);
  process.exit(faults.length === 0 ? 0 : 1);
}
