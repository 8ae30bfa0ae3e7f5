import type { Command } from "../../shared/commands.ts";
import { typedError, type TypedError } from "../../shared/errors.ts";
import type { HostNote } from "../../shared/hostNotes.ts";
import type { EpochUs } from "../../shared/ids.ts";
import type { TimeDeed } from "../../shared/protocol.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { ClockMode } from "../../shared/views.ts";
import type { StepGoal, StepOutcome } from "../sim/stepper.ts";
import type { VenueClock, ClockSetting } from "./venueClock.ts";

/** What stands still, steps and runs when venue time does. */
export type Timekeepers = {
  readonly clock: VenueClock;
  /** Sets the engine thread's clock. */
  readonly setClock: (setting: ClockSetting) => void;
  readonly record: (command: Command, actor: string) => Promise<void>;
  /** Lets the simulated participants take their turns; null while there are none at work. */
  readonly step: (goal: StepGoal, fromUs: number) => Promise<StepOutcome> | null;
  readonly stopStepping: () => void;
  /** Everybody should hear of it before the next regular word. */
  readonly told: () => void;
};

/**
 * The pace of venue time, as a person at the controls sets it (SM-25). While the clock is locked to the wall it is an affine map of the machine's; when it stands
 * still, the simulated participants move it, turn by turn.
 */
export class TimeControl {
  readonly #keepers: Timekeepers;
  #mode: ClockMode = "running";
  #speed = 1;
  #stepping: Promise<StepOutcome> | null = null;
  #changed: Promise<unknown> = Promise.resolve();

  constructor(keepers: Timekeepers) {
    this.#keepers = keepers;
  }

  get mode(): ClockMode {
    return this.#mode;
  }

  /** Venue seconds in a second of the wall clock; 0 while it does not lead. */
  get speed(): number {
    return this.#mode === "running" ? this.#speed : 0;
  }

  setSpeed(speed: number, actor: string): Promise<Result<HostNote>> {
    return this.#change(async () => {
      await this.#record(`${this.#described()} to ${speed} by ${actor}`, actor);
      this.#speed = speed;
      this.#lock("running", speed);
      return ok({ code: "timeRuns", speed });
    });
  }

  control(deed: TimeDeed, actor: string): Promise<Result<HostNote>> {
    switch (deed.kind) {
      case "run":
        return this.setSpeed(this.#speed, actor);
      case "pause":
        return this.#change(async () => {
          if (this.#mode !== "paused") await this.#record(`${this.#described()} to paused by ${actor}`, actor);
          this.#lock("paused", 0);
          return ok({ code: "timeStands" });
        });
      case "maximum":
        return this.#change(async () => {
          await this.#record(`${this.#described()} to the machine's speed by ${actor}`, actor);
          this.#lock("maximum", 0);
          return this.#begin({ kind: "maximum" }) === null ? failed(this.#idle()) : ok({ code: "timeHurries" });
        });
      case "stepEvent":
      case "stepFill":
      case "stepTo":
        return this.#step(deed, actor);
    }
  }

  /** The simulated participants moved the clock on. */
  moved(venueUs: number): void {
    const { clock, setClock } = this.#keepers;
    const setting = { ...clock.atSpeed(0), venueUs: Math.max(venueUs, clock.nowUs()) };
    clock.set(setting);
    setClock(setting);
  }

  async #step(deed: Extract<TimeDeed, { kind: "stepEvent" | "stepFill" | "stepTo" }>, actor: string): Promise<Result<HostNote>> {
    const goal: StepGoal =
      deed.kind === "stepTo" ? { kind: "time", venueTimeUs: deed.venueTimeUs } : { kind: deed.kind === "stepEvent" ? "event" : "fill" };
    const { stepping } = await this.#change(async () => {
      await this.#record(`${this.#described()} to a step (${deed.kind}) by ${actor}`, actor);
      this.#lock("paused", 0);
      return { stepping: this.#begin(goal) };
    });
    if (stepping === null) return failed(this.#idle());
    // The next change may stop it, and so does not wait for it.
    const { venueTimeUs, commands, trades } = await stepping;
    this.#keepers.told();
    return ok({ code: "timeStepped", atUs: venueTimeUs as EpochUs, commands, trades });
  }

  #begin(goal: StepGoal): Promise<StepOutcome> | null {
    this.#stepping = this.#keepers.step(goal, this.#keepers.clock.nowUs());
    return this.#stepping;
  }

  /** One change after the other, and none while a step is under way: a pause that overtook the step before it would leave the step going. */
  #change<T>(deed: () => Promise<T>): Promise<T> {
    const changed = this.#changed.then(async () => {
      await this.#halt();
      return deed();
    });
    // One that failed tells whoever asked for it, and is in the way of none that follow.
    this.#changed = changed.catch(() => null);
    return changed;
  }

  /** No step is under way any more. */
  async #halt(): Promise<void> {
    const stepping = this.#stepping;
    if (stepping === null) return;
    this.#keepers.stopStepping();
    await stepping;
    this.#stepping = null;
  }

  #lock(mode: ClockMode, speed: number): void {
    const { clock, setClock, told } = this.#keepers;
    this.#mode = mode;
    const setting = clock.atSpeed(speed);
    clock.set(setting);
    setClock(setting);
    told();
  }

  #record(detail: string, actor: string): Promise<void> {
    return this.#keepers.record({ type: "RecordOperatorAction", action: "clockSpeedChanged", detail }, actor);
  }

  #described(): string {
    return this.#mode === "running" ? String(this.#speed) : this.#mode;
  }

  #idle(): TypedError {
    this.#lock("paused", 0);
    const rule = "simulated participants at work";
    return typedError("QUERY_INVALID", {
      field: "operation.deed",
      value: this.#mode,
      rule,
      message: "The simulated participants are paused, so nothing would happen. Let them trade, then step.",
    });
  }
}
