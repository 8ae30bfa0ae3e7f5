import { closeSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

const BLOCK_BYTES = 8 * 1_048_576;
const BLOCKS_PER_FILE = 8;

// The soak starts this thread with exactly this.
const { path, stop } = workerData as { readonly path: string; readonly stop: SharedArrayBuffer };
const stopped = new Int32Array(stop);
const block = new Uint8Array(BLOCK_BYTES);
while (Atomics.load(stopped, 0) === 0) {
  const file = openSync(path, "w");
  for (let n = 0; n < BLOCKS_PER_FILE && Atomics.load(stopped, 0) === 0; n += 1) {
    writeSync(file, block, 0, BLOCK_BYTES, n * BLOCK_BYTES);
    fsyncSync(file);
  }
  closeSync(file);
}
rmSync(path, { force: true });
