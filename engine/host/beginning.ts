import { instrumentCalled } from "../../shared/catalog.ts";
import type { Command } from "../../shared/commands.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { replayStartTime } from "../sim/history.ts";
import type { EngineArguments } from "./arguments.ts";

/**
 * JR-31: a venue whose first start names files of past bars begins when their replay does, so that the bars keep their own dates.
 * Null without such a file. A file that cannot be used is passed over here; the market thread refuses it and says why.
 */
export async function beginningOf(history: EngineArguments["history"], genesis: readonly Command[]): Promise<EpochUs | null> {
  const instruments = genesis.flatMap((command) => (command.type === "ListInstrument" ? [command.instrument] : []));
  const starts = await Promise.all(
    history.map(async ({ symbol, path }) => {
      const instrument = instrumentCalled(instruments, symbol);
      if (instrument === undefined) return null;
      const start = await replayStartTime(path, instrument);
      return start.ok ? start.value : null;
    }),
  );
  return starts.reduce((latest, start) => (start !== null && (latest === null || start > latest) ? start : latest), null);
}
