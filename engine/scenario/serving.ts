import type { ApiSite } from "../edge/hashkey/apiMessages.ts";
import { TerminalError, typedError } from "../../shared/errors.ts";
import { hostWarningText } from "../../shared/hostWarnings.ts";
import { ApiThread } from "../host/api.ts";
import { batchedTransport } from "../host/transport.ts";
import type { ScenarioRun } from "./run.ts";

/** The venue's interface in front of a scenario, until it is ended. */
export type Serving = { readonly sites: readonly { readonly site: ApiSite; readonly url: string }[]; readonly end: () => Promise<void> };

const LOOPBACK = "127.0.0.1";

/**
 * Serves both dialects of the venue on loopback, on ports that the system chooses. Keys are read from the data folder; who comes with one is
 * a client from outside, so from now on every commit is on the disk before it is told (SM-29). Throws TerminalError when a site cannot listen.
 */
export function serve(run: ScenarioRun, dataFolder: string, warn: (text: string) => void): Promise<Serving> {
  return new Promise((resolve, reject) => {
    const thread = new ApiThread(
      {
        listen: (["HK", "GLB"] as const).map((site) => ({ site, address: LOOPBACK, port: 0 })),
        framing: "single",
        dataFolder,
      },
      {
        connect: (owner, port) => void run.exchange.admit({ session: `api-${owner}`, owner, operator: false }, batchedTransport(port)),
        listening: (sites) => resolve({ sites, end: () => thread.end() }),
        warned: (warning) => warn(hostWarningText(warning)),
        refused: (error) => {
          reject(new TerminalError(error));
          void thread.end();
        },
        failed: (why) => {
          const message = `The venue's interface stopped: ${why}.`;
          warn(message);
          // Heard only by whoever waits for it to listen still.
          reject(new TerminalError(typedError("ENGINE_DOWN", { field: "--serve", rule: "an interface that listens", message })));
        },
      },
    );
  });
}
