import { onTestFinished } from "vitest";
import { openDataFolder } from "../../engine/host/dataFolder.ts";
import type { ApiSettings } from "../../engine/edge/hashkey/apiMessages.ts";
import { Host } from "../../engine/host/host.ts";
import { LogFile } from "../../engine/host/logFile.ts";
import type { TypedError } from "../../shared/errors.ts";
import type { EngineReport } from "../../shared/shell.ts";

export type RunningHost = { readonly host: Host; readonly reports: readonly EngineReport[]; readonly failures: readonly TypedError[] };

/** The whole engine with its real threads and a real data folder, inside the test's process; without the simulated market's orders. */
export async function runHost(
  path: string,
  options: { readonly quotaBytes?: number; readonly api?: ApiSettings } = {},
): Promise<RunningHost> {
  const folder = openDataFolder(path);
  const reports: EngineReport[] = [];
  const failures: TypedError[] = [];
  const host = await Host.start({
    folder,
    log: new LogFile(folder.log),
    arguments: {
      dataPath: path,
      history: [],
      market: false,
      quotaBytes: options.quotaBytes ?? null,
      api: options.api ?? null,
      connect: null,
    },
    credentials: () => Promise.reject(new Error("connected to nothing")),
    report: (report) => void reports.push(report),
    failed: (error) => void failures.push(error),
  });
  onTestFinished(async () => {
    // After a failure the threads are gone, and ending would wait for them.
    if (failures.length === 0) await host.shutdown();
  });
  return { host, reports, failures };
}
