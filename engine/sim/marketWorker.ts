import { parentPort, workerData } from "node:worker_threads";
import { invariant } from "../../shared/assert.ts";
import type { MarketControl, MarketReport, MarketStart } from "./marketMessages.ts";
import { MarketThread } from "./marketThread.ts";

/** Entry of the market thread; marketMessages.ts says what it takes and gives. */

/** The participants observe and act so often. */
const STEP_MS = 100;

const host = parentPort;
invariant(host !== null, "the market runs in a worker thread");

// The host is the only one that starts this thread; its types are the contract.
const thread = new MarketThread(workerData as MarketStart, {
  report: (report: MarketReport, transfer) => host.postMessage(report, transfer),
  nowMs: () => performance.now(),
});
host.on("message", (message: MarketControl) => thread.control(message));
setInterval(() => thread.tick(), STEP_MS);
