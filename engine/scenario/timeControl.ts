import { setTimeout as wait, setImmediate as nextTurn } from "node:timers/promises";
import { typedError, type TypedError } from "../../shared/errors.ts";
import type { Operation, TimeDeed } from "../../shared/protocol.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { ClockMode } from "../../shared/views.ts";

/** At the machine's speed, other work gets a turn after so many deeds. */
const DEEDS_PER_TURN = 2_000;
/** Locked to the wall, simulated time follows it so often. */
const FOLLOW_MS = 4;

/** The run whose time it is, as far as its pace goes. */
type TimedRun = {
  readonly isOver: boolean;
  readonly endUs: number;
  readonly queue: { readonly nowUs: number };
  readonly exchange: { readonly committedDeeds: number; readonly write: () => void; readonly sendStatus: () => void };
  readonly tape: { readonly tradeCount: number };
  /** Does what is due next, unless that lies behind `untilUs`; false when there is nothing. */
  readonly step: (untilUs: number) => Promise<boolean>;
  readonly runTo: (us: number) => Promise<unknown>;
};

type Step = { readonly deed: Extract<TimeDeed, { kind: "stepEvent" | "stepFill" | "stepTo" }>; readonly done: (note: string) => void };

/**
 * How fast a scenario's time passes, and whether it does at all. The pace is no part of the course: whatever is done here, the same scenario
 * takes the same steps (SM-22).
 */
export class TimeControl {
  readonly #run: TimedRun;
  #mode: ClockMode = "paused";
  #speed = 1;
  #anchor = { wallMs: 0, venueUs: 0 };
  readonly #steps: Step[] = [];
  #isEnding = false;
  #wake: () => void = () => undefined;

  constructor(run: TimedRun) {
    this.#run = run;
  }

  get mode(): ClockMode {
    return this.#mode;
  }

  /** For the status line: 0 while time stands still. */
  get shownSpeed(): number {
    return this.#mode === "running" ? this.#speed : 0;
  }

  /** Drives the run to its end, or until end() is called, as people and clients have it. */
  async drive(): Promise<void> {
    const run = this.#run;
    while (!run.isOver && !this.#isEnding) {
      const step = this.#steps.shift();
      if (step !== undefined) await this.#carryOut(step);
      else if (this.#mode === "maximum") {
        for (let deed = 0; deed < DEEDS_PER_TURN && (await run.step(run.endUs)); deed += 1);
        await nextTurn();
      } else if (this.#mode === "running") {
        await run.runTo(Math.floor(this.#anchor.venueUs + (performance.now() - this.#anchor.wallMs) * 1_000 * this.#speed));
        await wait(FOLLOW_MS);
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
    for (const { done } of this.#steps.splice(0)) done("The scenario is over.");
  }

  /** Has drive() come back soon. */
  end(): void {
    this.#isEnding = true;
    this.#wake();
  }

  /** An operation of a client or of the command line; answers a note for people. */
  operate(operation: Operation, _actor: string): Promise<Result<string>> {
    switch (operation.type) {
      case "setClockSpeed":
        return Promise.resolve(ok(this.run(operation.speed)));
      case "controlTime":
        return this.#control(operation.deed);
      case "setMarketRunning":
      case "setFaults":
      case "proposeTakeOver":
      case "approveTakeOver":
      case "withdrawTakeOver":
      case "continueFromLastGoodRow":
        return Promise.resolve(failed(notHere(operation.type)));
    }
  }

  pause(): string {
    return this.#set("paused", "Time stands still.");
  }

  run(speed: number): string {
    this.#speed = speed;
    return this.#set("running", `Time runs at ${speed} times the wall clock.`);
  }

  maximum(): string {
    return this.#set("maximum", "Time runs as fast as the machine can.");
  }

  #control(deed: TimeDeed): Promise<Result<string>> {
    switch (deed.kind) {
      case "pause":
        return Promise.resolve(ok(this.pause()));
      case "run":
        return Promise.resolve(ok(this.run(this.#speed)));
      case "maximum":
        return Promise.resolve(ok(this.maximum()));
      case "stepEvent":
      case "stepFill":
      case "stepTo":
        this.pause();
        return new Promise((resolve) => {
          this.#steps.push({ deed, done: (note) => resolve(ok(note)) });
          this.#wake();
        });
    }
  }

  async #carryOut({ deed, done }: Step): Promise<void> {
    const run = this.#run;
    const { exchange, tape } = run;
    const before = { deeds: exchange.committedDeeds, trades: tape.tradeCount };
    if (deed.kind === "stepTo") await run.runTo(deed.venueTimeUs);
    else {
      const isDone = (): boolean => (deed.kind === "stepEvent" ? exchange.committedDeeds > before.deeds : tape.tradeCount > before.trades);
      let steps = 0;
      while (!isDone() && (await run.step(run.endUs))) {
        steps += 1;
        if (steps % DEEDS_PER_TURN === 0) await nextTurn();
      }
    }
    exchange.write();
    exchange.sendStatus();
    done(
      `Time stands at ${new Date(run.queue.nowUs / 1_000).toISOString()}, ${exchange.committedDeeds - before.deeds} commands and ${tape.tradeCount - before.trades} trades on.`,
    );
  }

  #set(mode: ClockMode, note: string): string {
    this.#mode = mode;
    this.#anchor = { wallMs: performance.now(), venueUs: this.#run.queue.nowUs };
    this.#run.exchange.sendStatus();
    this.#wake();
    return note;
  }
}

function notHere(value: string): TypedError {
  const rule = "an operation on the time of a scenario";
  return typedError("QUERY_INVALID", {
    field: "operation.type",
    value,
    rule,
    message: "A scenario's participants and journal are not controlled one by one.",
  });
}
