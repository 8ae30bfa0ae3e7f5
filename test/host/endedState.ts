import { readFileSync } from "node:fs";
import { dataFolderAt } from "../../engine/host/dataFolder.ts";

/**
 * Sequence and state hash of the engine that ended here last, as its diary tells them. A running engine's answer may be older than its end, for the
 * venue's clock may have its say in between (JR-8). Throws when none ended in the ordinary way.
 */
export function endedState(dataPath: string): { readonly seq: number; readonly hash: string } {
  const lines = readFileSync(dataFolderAt(dataPath).log, "utf8").matchAll(/Ended at sequence (\d+), state ([0-9a-f]{64})/g);
  const [, seq, hash] = [...lines].at(-1) ?? [];
  if (seq === undefined || hash === undefined) throw new Error(`no engine has ended in ${dataPath}`);
  return { seq: Number(seq), hash };
}
