import type { MessagePort } from "node:worker_threads";
import type { TypedError } from "../../../shared/errors.ts";
import type { HostWarning } from "../../../shared/hostWarnings.ts";
import { venueSites, type VenueSite } from "../../../shared/venueConnection.ts";

/**
 * What passes between the host and the thread that serves the venue's interface, apart from the client protocol on its ports. There each
 * message is a list of the protocol's messages, in their order (see postBatch.ts).
 */

export const apiSites = venueSites;
export type ApiSite = VenueSite;

/** Private events one a frame, as most client libraries read them, or all of a moment in one frame, as documented. */
export const apiFramings = ["single", "batched"] as const;
export type ApiFraming = (typeof apiFramings)[number];

/** Where to listen. Port 0 lets the system choose. */
export type ApiListen = { readonly site: ApiSite; readonly address: string; readonly port: number };

export type ApiSettings = { readonly listen: readonly ApiListen[]; readonly framing: ApiFraming };

/** `workerData` of the thread; `market` is in its transfer list. */
export type ApiStart = ApiSettings & {
  readonly dataFolder: string;
  /** The line over which the thread sees the public market. */
  readonly market: MessagePort;
};

/** Thread -> host. */
export type ApiReport =
  | { readonly type: "listening"; readonly sites: readonly { readonly site: ApiSite; readonly url: string }[] }
  /** Somebody holds a valid key of this owner: the thread needs a line that acts for it. */
  | { readonly type: "connect"; readonly owner: string }
  | { readonly type: "warning"; readonly warning: HostWarning }
  /** A site cannot listen; nothing is served. */
  | { readonly type: "refused"; readonly error: TypedError };

/** Host -> thread. */
export type ApiControl = { readonly type: "connected"; readonly owner: string; readonly port: MessagePort };

/** Who the thread is on the market's line: it owns no account. */
export const API_MARKET_OWNER = "api-market";
