import { invariant } from "../../shared/assert.ts";
import type { Command } from "../../shared/commands.ts";
import { formatSteps } from "../../shared/decimal.ts";
import { TerminalError, typedError, type TypedError } from "../../shared/errors.ts";
import type { VenueLabel } from "../../shared/protocol.ts";
import { rejectTable, type RejectCode } from "../../shared/rejects.ts";
import { lastSeq } from "../core/engine.ts";
import { instruments, tradingPhase } from "../core/queries.ts";
import type { DataFolder } from "../host/dataFolder.ts";
import type { JournalWriter } from "../host/journal/journal.ts";
import { EventQueue } from "../sim/eventQueue.ts";
import { Fundamental } from "../sim/fundamental.ts";
import { judge, judgeLaws, type Evidence, type Verdict } from "./assertions.ts";
import { ScenarioCatalog } from "./catalog.ts";
import { SimulatedExchange } from "./exchange.ts";
import { FaultPlan } from "./faultPlan.ts";
import { RiskDesk } from "./limits.ts";
import { Participant, type Label } from "./participant.ts";
import { checkQuantities } from "./quantities.ts";
import type { RecordedCommand } from "./recording.ts";
import type { Scenario } from "./schema.ts";
import { Tape } from "./tape.ts";
import { TimeControl } from "./timeControl.ts";
import { carryOut, type Stage } from "./timeline.ts";

export type RunOptions = {
  /** Instead of the scenario's. */
  readonly seed?: number;
  readonly forUs?: number;
  readonly journal?: { readonly writer: JournalWriter; readonly folder: DataFolder };
  /** The commands of a recorded scenario. */
  readonly recorded?: readonly RecordedCommand[];
  /** How often the touch is taken down; once a second unless said. */
  readonly quoteUs?: number;
};

const QUOTE_US = 1_000_000;
/** Who sends what a scenario begins with. */
const SCENARIO_ACTOR = "scenario";

export type InstrumentResult = {
  readonly trades: number;
  readonly volume: string;
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly last: string | null;
  readonly bid: string | null;
  readonly ask: string | null;
  readonly phase: string;
};

/** How a run ended: the one line that a program reads. */
export type RunResult = {
  readonly seq: number;
  readonly hash: string;
  readonly trades: number;
  readonly instruments: Readonly<Record<string, InstrumentResult>>;
  readonly assertions: { readonly passed: number; readonly failed: number; readonly failures: readonly string[] };
};

/**
 * A scenario at work: one thread, one queue, and the same course on every run of the same file with the same seed, at any speed and on any
 * machine. Nothing in it looks at a clock; whoever drives it decides how fast simulated time passes.
 */
export class ScenarioRun {
  readonly scenario: Scenario;
  /** Where the scenario's own time begins: behind what a recording has before its slice. */
  readonly startUs: number;
  readonly endUs: number;
  readonly queue: EventQueue;
  readonly exchange: SimulatedExchange;
  readonly catalog: ScenarioCatalog;
  readonly tape: Tape;
  readonly time: TimeControl;
  readonly labels: Label[] = [];
  readonly verdicts: Verdict[] = [];
  readonly #participants = new Map<string, Participant>();
  readonly #fundamentals = new Map<string, { readonly fundamental: Fundamental; readonly scale: number }>();
  #scripted = 0;
  #isJudged = false;

  /** Throws TerminalError SCENARIO_INVALID for a quantity off its step, and for what the engine does not list or open. */
  constructor(scenario: Scenario, options: RunOptions = {}) {
    this.scenario = scenario;
    const seed = options.seed ?? scenario.seed;
    const recorded = options.recorded ?? [];
    const slice = recorded.filter(({ seq }) => seq >= (scenario.recorded?.from ?? 1));
    this.startUs = slice[0]?.atUs ?? Date.parse(scenario.start) * 1_000;
    this.endUs = this.startUs + (options.forUs ?? scenario.for);
    this.queue = new EventQueue(recorded[0]?.atUs ?? this.startUs);
    this.catalog = new ScenarioCatalog(scenario);
    this.time = new TimeControl(this);
    const venue: VenueLabel = { mode: "simulated", name: scenario.venues.map(({ name }) => name).join(", ") };
    this.exchange = new SimulatedExchange({
      queue: this.queue,
      journal: options.journal ?? null,
      venue,
      speed: () => this.time.shownSpeed,
      mode: () => this.time.mode,
      operate: (operation, actor) => this.time.operate(operation, actor),
      keepsTime: options.recorded === undefined,
    });
    this.#open(recorded.slice(0, recorded.length - slice.length));
    this.tape = new Tape(this.exchange, this.queue);
    if (options.recorded === undefined) this.#begin(seed, options);
    else for (const recordedCommand of slice) this.queue.at(recordedCommand.atUs, () => this.exchange.repeat(recordedCommand));
    for (const [at, assertion] of scenario.assertions.entries()) {
      if ("at" in assertion && assertion.at !== undefined)
        this.queue.at(this.startUs + assertion.at, () => {
          this.exchange.commit();
          this.verdicts.push(numbered(at, judge(assertion, this.#evidence())));
        });
    }
  }

  get isOver(): boolean {
    return this.queue.nextUs > this.endUs;
  }

  /** Does what is next, if it is due by then. Answers from the process, to a client's question, take no simulated time. */
  async step(untilUs: number): Promise<boolean> {
    const stepped = this.queue.step(Math.min(untilUs, this.endUs));
    if (this.exchange.isBusy) await this.exchange.settled();
    return stepped;
  }

  /** Runs up to this time as fast as the machine can. */
  async runTo(untilUs: number): Promise<void> {
    const until = Math.min(untilUs, this.endUs);
    while (this.queue.step(until)) if (this.exchange.isBusy) await this.exchange.settled();
    this.queue.passTo(Math.min(until, this.queue.nextUs));
  }

  /** Judges what is left and closes the journal. */
  finish(): RunResult {
    this.exchange.commit();
    if (!this.#isJudged) {
      this.#isJudged = true;
      for (const [at, assertion] of this.scenario.assertions.entries()) {
        if (!("at" in assertion) || assertion.at === undefined) this.verdicts.push(numbered(at, judge(assertion, this.#evidence())));
        else if (this.startUs + assertion.at > this.endUs)
          this.verdicts.push(numbered(at, { passed: false, text: `${assertion.check} at a time that the run did not reach` }));
      }
      this.verdicts.push(...judgeLaws(this.#evidence()));
    }
    const result: RunResult = {
      seq: lastSeq(this.exchange.engine),
      hash: this.exchange.stateHash(),
      trades: this.tape.tradeCount,
      instruments: this.#instruments(),
      assertions: {
        passed: this.verdicts.filter(({ passed }) => passed).length,
        failed: this.verdicts.filter(({ passed }) => !passed).length,
        failures: this.verdicts.flatMap(({ passed, text }) => (passed ? [] : [text])),
      },
    };
    this.exchange.end();
    return result;
  }

  participant(name: string): Participant {
    const found = this.#participants.get(name);
    invariant(found !== undefined, `no participant ${name}`);
    return found;
  }

  #begin(seed: number, { quoteUs = QUOTE_US }: RunOptions): void {
    const { scenario, catalog, queue, exchange } = this;
    const risk = new RiskDesk(
      catalog,
      (command, actor, answered) => exchange.submit(command, actor, answered),
      ({ control, account }, code) =>
        this.verdicts.push({ passed: false, text: `limit on ${control} of ${account ?? "the venue"} was refused: ${code}` }),
    );
    checkQuantities(scenario, catalog, risk);
    const refused: TypedError[] = [];
    for (const command of catalog.commands())
      exchange.submit(command, SCENARIO_ACTOR, ({ refusal }) => {
        if (refusal !== null) refused.push(openingRefused(command, refusal.code));
      });
    exchange.commit();
    if (refused[0] !== undefined) throw new TerminalError(refused[0]);
    for (const { symbol, tickSize: _tick, fundamental: terms, follows } of scenario.instruments) {
      const leader = follows === undefined ? undefined : this.#fundamentals.get(follows);
      const startTicks = catalog.openingTicks(symbol);
      if (follows !== undefined && leader !== undefined) {
        this.#fundamentals.set(symbol, {
          fundamental: leader.fundamental,
          scale: (leader.scale * startTicks) / catalog.openingTicks(follows),
        });
      } else {
        this.#fundamentals.set(symbol, {
          fundamental: new Fundamental({ ...terms, name: symbol, seed, startUs: this.startUs, startTicks }),
          scale: 1,
        });
      }
    }
    for (const limit of scenario.limits) risk.set(limit);
    this.tape.sample(
      catalog.instruments.map(({ instrumentId }) => instrumentId),
      quoteUs,
    );
    for (const terms of scenario.agents) {
      const made = new Participant(terms, {
        queue,
        exchange,
        seed,
        newsOf: (symbol, isTold) => this.#news(symbol, isTold),
        labelled: (label) => this.labels.push(label),
      });
      this.#participants.set(terms.name, made);
    }
    const faults = new FaultPlan(queue, exchange);
    this.#schedule({
      queue,
      catalog,
      risk,
      submit: (command, actor, answered) => exchange.submit(command, actor, answered),
      fundamental: (symbol) => this.#fundamentalOf(symbol).fundamental,
      participant: (name) => this.participant(name),
      fault: (fault, forUs) => faults.switchOn(fault, forUs),
    });
  }

  #schedule(stage: Stage): void {
    for (const entry of this.scenario.timeline) {
      this.queue.at(this.startUs + entry.at, () =>
        carryOut(entry, stage, () => {
          this.#scripted += 1;
          return this.#scripted;
        }),
      );
    }
  }

  /** What a recording has before its slice, at its own times and before anybody watches. */
  #open(before: readonly RecordedCommand[]): void {
    for (const command of before) {
      while (this.queue.step(command.atUs));
      this.queue.passTo(command.atUs);
      this.exchange.repeat(command);
    }
    this.exchange.commit();
  }

  #fundamentalOf(symbol: string): { readonly fundamental: Fundamental; readonly scale: number } {
    const found = this.#fundamentals.get(symbol);
    invariant(found !== undefined, `no instrument ${symbol}`);
    return found;
  }

  #news(symbol: string, isTold: boolean): ReturnType<ConstructorParameters<typeof Participant>[1]["newsOf"]> {
    const { fundamental, scale } = this.#fundamentalOf(symbol);
    const { ticks, activity } = fundamental.at(this.queue.nowUs);
    return { activity, referenceTicks: isTold ? ticks * scale : null, closeTicks: this.catalog.openingTicks(symbol) };
  }

  #evidence(): Evidence {
    const { exchange, catalog, tape, labels, startUs } = this;
    return { exchange, catalog, tape, labels, startUs };
  }

  #instruments(): Readonly<Record<string, InstrumentResult>> {
    const { replica } = this.exchange.views;
    const rows = instruments(replica).map(({ instrumentId, symbol, tickSize, lotSize }): [string, InstrumentResult] => {
      const trades = this.tape.trades(instrumentId);
      const price = (ticks: number | undefined): string | null =>
        ticks === undefined || ticks === 0 ? null : formatSteps(ticks, tickSize);
      const prices = trades.map(({ ticks }) => ticks);
      return [
        symbol,
        {
          trades: trades.length,
          volume: formatSteps(
            trades.reduce((sum, { lots }) => sum + lots, 0),
            lotSize,
          ),
          open: price(prices[0]),
          high: price(prices.reduce((most, ticks) => Math.max(most, ticks), 0)),
          low: price(prices.reduce((least, ticks) => (least === 0 ? ticks : Math.min(least, ticks)), 0)),
          last: price(prices.at(-1)),
          bid: price(this.tape.best(instrumentId, "buy")),
          ask: price(this.tape.best(instrumentId, "sell")),
          phase: tradingPhase(replica, instrumentId).phase,
        },
      ];
    });
    return Object.fromEntries(rows);
  }
}

/** Names an assertion by its place in the file, the first one 1. */
function numbered(at: number, { passed, text }: Verdict): Verdict {
  return { passed, text: `assertion ${at + 1}: ${text}` };
}

function openingRefused(command: Command, code: RejectCode): TypedError {
  const rule = rejectTable[code].text;
  const value = "instrument" in command ? command.instrument.symbol : "account" in command ? command.account.code : "";
  return typedError("SCENARIO_INVALID", {
    field: command.type,
    value,
    rule,
    message: `${command.type} ${value} was refused (${code}): ${rule}`,
  });
}
