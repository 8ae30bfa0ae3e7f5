import type { HostNote } from "../../shared/hostNotes.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { ImportOutcome } from "../../shared/shell.ts";
import type { StepGoal, StepOutcome } from "../sim/stepper.ts";
import type { EngineArguments } from "./arguments.ts";
import type { ClientIdentity } from "./clientPort.ts";
import type { DataFolder } from "./dataFolder.ts";
import { HOST_ACTOR, type Inbox } from "./inbox.ts";
import type { LogFile } from "./logFile.ts";
import { MarketThread } from "./market.ts";
import type { Publication } from "./publication.ts";
import type { Standing } from "./standing.ts";
import { threadTransport, type ClientTransport } from "./transport.ts";
import type { Views } from "./views/views.ts";

/** What the market has of the host that it trades at. */
export type MarketSurroundings = {
  readonly folder: DataFolder;
  readonly log: LogFile;
  readonly views: () => Views;
  readonly inbox: Inbox;
  readonly publisher: Publication;
  readonly standing: Standing;
  readonly connect: (identity: ClientIdentity, transport: ClientTransport) => void;
  /** A step moved venue time on. */
  readonly advanced: (venueTimeUs: number) => void;
  /** Whether the participants trade has changed. */
  readonly told: () => void;
};

/** The simulated participants and their history: started, stopped and resumed by the journal's word, and fed with files of past bars. */
export class SimulatedMarket {
  readonly #host: MarketSurroundings;
  #thread: MarketThread | null = null;
  #deed: Promise<unknown> = Promise.resolve();

  constructor(host: MarketSurroundings) {
    this.#host = host;
  }

  get running(): boolean {
    return this.#thread?.running ?? false;
  }

  async start({ history, market }: Pick<EngineArguments, "history" | "market">): Promise<void> {
    const { folder, log, standing, views } = this.#host;
    const running = market ?? !views().marketPaused;
    if (running === views().marketPaused) await this.#record(running, HOST_ACTOR);
    this.#thread = new MarketThread(
      { dataFolder: folder.path, running, history },
      {
        connect: (owner, port) => this.#host.connect({ session: owner, owner, operator: false }, threadTransport(port)),
        reported: (report) => {
          if (report.type === "warning") standing.warn({ code: "error", error: report.error });
          else if (report.type === "source") views().candles.setSource(report.source);
          else views().candles.setPast(report);
          if (report.type !== "warning") this.#sourcesChanged();
        },
        imported: (symbol, outcome) => this.#imported(symbol, outcome),
        advanced: this.#host.advanced,
        failed: (why) => standing.warn({ code: "marketStopped", why }),
      },
    );
    log.info(`Simulated market ${running ? "running" : "paused"}`);
  }

  /** Null without a market. */
  step(goal: StepGoal, fromUs: number): Promise<StepOutcome> | null {
    return this.#thread?.step(goal, fromUs) ?? null;
  }

  stopStepping(): void {
    this.#thread?.stopStepping();
  }

  /** Ends the thread as a failure of its own would. */
  crash(): void {
    this.#thread?.crash();
  }

  async end(): Promise<void> {
    await this.#thread?.end();
  }

  async importHistory(file: { readonly symbol: string; readonly path: string }): Promise<ImportOutcome> {
    const outcome = (await this.#thread?.importHistory(file)) ?? { source: null, changed: false, error: this.#host.standing.notRunning() };
    this.#imported(file.symbol, outcome);
    return outcome;
  }

  /** One deed after the other: a resume that overtook the rest before it would be recorded in the wrong order. */
  setRunning(running: boolean, actor: string): Promise<Result<HostNote>> {
    const deed = this.#deed.then(() => this.#turn(running, actor));
    // One that failed tells whoever asked for it, and is in the way of none that follow.
    this.#deed = deed.catch(() => null);
    return deed;
  }

  async #turn(running: boolean, actor: string): Promise<Result<HostNote>> {
    const thread = this.#thread;
    const { publisher, standing } = this.#host;
    if (thread === null || !standing.isRunning) return failed(standing.notRunning());
    // Participants that are gone cannot trade, and nobody may be told that they do.
    if (thread.failure !== null) return failed(thread.failure);
    // Rest at once, but trade only once the journal says so: a crash in between leaves a market that rests, not one that runs unasked.
    if (!running) await thread.rest();
    await this.#record(running, actor);
    if (running) thread.resume();
    // Whoever hears that the market rests has been sent all that it did.
    publisher.flush();
    this.#host.told();
    return ok({ code: running ? "marketTrades" : "marketRests" });
  }

  /** JR-40: whether the participants trade is kept in the journal, so that they do after a crash what they did before it. */
  async #record(running: boolean, actor: string): Promise<void> {
    const action = running ? "marketResumed" : "marketPaused";
    await this.#host.inbox.record({ type: "RecordOperatorAction", action, detail: `by ${actor}` }, actor);
  }

  #imported(symbol: string, outcome: ImportOutcome): void {
    const { inbox, log, standing } = this.#host;
    if (outcome.error !== null) {
      log.error(outcome.error);
      standing.warn({ code: "historyNotImported", symbol, error: outcome.error });
    } else if (outcome.changed && standing.isRunning) {
      // JR-4: a file that is in use already is read at every start that names it, and that is no deed.
      const detail = `${symbol}: ${outcome.source?.label ?? ""}`.slice(0, 2_000);
      void inbox.record({ type: "RecordOperatorAction", action: "historyImported", detail });
    }
  }

  #sourcesChanged(): void {
    const { publisher } = this.#host;
    const { changes } = publisher;
    if (changes !== null) changes.sourcesChanged = true;
    publisher.schedule();
  }
}
