import { extname } from "node:path";

/**
 * Where a thread's module lies: named as in the sources without its ending, relative to `from`. The sources end in .ts, the build in .js,
 * and a thread comes from wherever the caller came from.
 */
export function workerEntry(name: string, from: string): URL {
  return new URL(`${name}${extname(new URL(from).pathname)}`, from);
}
