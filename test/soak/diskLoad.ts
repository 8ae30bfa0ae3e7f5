import { join } from "node:path";
import { Worker } from "node:worker_threads";

/** Another program on the same disk: writes and flushes large blocks without pause. */
export class DiskLoad {
  readonly #worker: Worker;
  readonly #stop: Int32Array;

  constructor(folder: string) {
    const path = join(folder, "other-program");
    const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#stop = new Int32Array(stop);
    this.#worker = new Worker(new URL("./diskLoadWorker.ts", import.meta.url), { workerData: { path, stop } });
    this.#worker.unref();
  }

  stop(): void {
    Atomics.store(this.#stop, 0, 1);
  }
}
