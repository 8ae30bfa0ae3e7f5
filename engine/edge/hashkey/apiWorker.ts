import { parentPort, workerData } from "node:worker_threads";
import { invariant } from "../../../shared/assert.ts";
import type { ApiControl, ApiReport, ApiStart } from "./apiMessages.ts";
import { ApiServer } from "./server.ts";

/** Entry of the thread that serves the venue's interface; apiMessages.ts says what it takes and gives. */

const host = parentPort;
invariant(host !== null, "the interface runs in a worker thread");

// The host is the only one that starts this thread; its types are the contract.
const start = workerData as ApiStart;
const server = new ApiServer(start, start.market, (report: ApiReport) => host.postMessage(report));
host.on("message", (message: ApiControl) => server.control(message));
await server.start();
