import type { MessagePort } from "node:worker_threads";
import type { TypedError } from "../../shared/errors.ts";
import type { EpochUs } from "../../shared/ids.ts";
import type { SimulatedOwner } from "./simulatedOwners.ts";
import type { StepGoal, StepOutcome } from "./stepper.ts";
import type { ImportOutcome } from "../../shared/shell.ts";
import type { PriceSource } from "../../shared/views.ts";

/**
 * What passes between the host and the market thread (marketWorker.ts), apart from trading: the simulated participants trade over
 * ordinary client ports with shared/protocol.ts, and learn the catalog, the venue clock and the engine's state there like anyone else.
 */

/** A history file to replay for one instrument. */
export type ImportRequest = { readonly requestId: number; readonly symbol: string; readonly path: string };

/** `workerData` of the thread; the ports are in its transfer list. */
export type MarketStart = {
  /** Every participant and synthetic path draws from named streams of this seed; an unsigned 32-bit integer. */
  readonly seed: number;
  /** The engine's data folder; the thread keeps its files in `history/` below it. */
  readonly dataFolder: string;
  /** Do the participants trade from the start? */
  readonly running: boolean;
  /** One port a simulated owner, whose other end the host serves as a client session of that owner. */
  readonly participants: readonly { readonly owner: SimulatedOwner; readonly port: MessagePort }[];
  /** Files named at launch. They are read before the first order, and each is answered with "imported". A file that is already in use continues. */
  readonly imports: readonly ImportRequest[];
};

/** Host -> market thread. */
export type MarketControl =
  | ({ readonly type: "importHistory" } & ImportRequest)
  /** Rest is answered with "rested". */
  | { readonly type: "setRunning"; readonly running: boolean }
  /** Lets participants take turns from this venue time on while the wall clock does not lead; answered with "stepped". */
  | { readonly type: "step"; readonly goal: StepGoal; readonly fromUs: number }
  /** Ends the step under way, which is then answered. */
  | { readonly type: "stopStepping" }
  /** The venue's clock stands where "advance" asked for. */
  | { readonly type: "advanced" };

/** Market thread -> host. */
export type MarketReport =
  | MarketHistory
  /** The source of the reference path changed, and the past bars did not: a file came to its end and the synthetic path goes on. */
  | { readonly type: "source"; readonly source: PriceSource }
  /** Answer to an import. Nothing changed on error, nor when this very file was in use already. */
  | ({ readonly type: "imported"; readonly requestId: number } & ImportOutcome)
  /** Asks for the venue's clock to be moved on; nothing is sent before "advanced" comes. */
  | { readonly type: "advance"; readonly venueTimeUs: number }
  | { readonly type: "stepped"; readonly outcome: StepOutcome }
  /** The host has taken in everything that the participants sent, and they send no more. */
  | { readonly type: "rested" }
  /** Something a person should know at start, e.g. a stored history file that is damaged and was set aside. */
  | { readonly type: "warning"; readonly error: TypedError };

/** An instrument's past: sent for every instrument at start, and again after an import. Replaces what was sent before. */
export type MarketHistory = {
  readonly type: "history";
  readonly source: PriceSource;
  /**
   * Venue time at which the replay began, a multiple of the bar length. All bars end at or before it; what traded from then on is the chart's
   * continuation, and what traded before it (under another source) is covered by these bars.
   */
  readonly startUs: EpochUs;
  /** Length of the bars; it divides a day, and bars begin at multiples of it. */
  readonly intervalSeconds: number;
  /** Rows as in shared/bars.ts, in venue time, ascending and without gaps; transferred. */
  readonly bars: Float64Array;
};
