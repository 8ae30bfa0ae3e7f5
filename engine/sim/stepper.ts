import { setTimeout as wait } from "node:timers/promises";
import type { EpochUs } from "../../shared/ids.ts";
import type { Market } from "./market.ts";
import type { MarketSession } from "./session.ts";

/** Participants look at the market so often while the wall clock does not lead. */
const TURN_US = 100_000;
/** Frames leave in this time at the latest when they have something to say. */
const FRAMES_MS = 60;
/** Venue time in which nobody did anything before a step gives up; one up to a time does not. */
const IDLE_US_MAX = 3_600_000_000;

/** How far a step goes: until somebody has sent something, until somebody has traded, until a time, or on and on. */
export type StepGoal = { readonly kind: "event" | "fill" | "maximum" } | { readonly kind: "time"; readonly venueTimeUs: number };
export type StepOutcome = { readonly venueTimeUs: number; readonly commands: number; readonly trades: number };

/** What the stepper asks of whoever holds the venue's clock. */
export type StepEdges = {
  /** Sets the venue's clock; resolves when what is sent from now on bears that time. */
  readonly advance: (venueTimeUs: number) => Promise<void>;
};

/**
 * Simulated time without the wall clock: the participants take their turns one by one, each after everything before it has been answered, and
 * the venue's clock follows them.
 */
export class Stepper {
  readonly #market: Market;
  readonly #sessions: readonly MarketSession[];
  readonly #edges: StepEdges;
  #place = 0;
  #nowUs = 0;
  #isStopped = false;
  #listeners: (() => void)[] = [];

  constructor(market: Market, sessions: readonly MarketSession[], edges: StepEdges) {
    this.#market = market;
    this.#sessions = sessions;
    this.#edges = edges;
  }

  /** A session has received something. */
  heard(): void {
    for (const listener of this.#listeners.splice(0)) listener();
  }

  stop(): void {
    this.#isStopped = true;
    this.heard();
  }

  /** Goes on from this time. One step at a time: stop one before the next. */
  async run(goal: StepGoal, fromUs: number): Promise<StepOutcome> {
    this.#isStopped = false;
    this.#nowUs = fromUs;
    const before = this.#trades();
    let commands = 0;
    let actedUs = fromUs;
    while (!this.#isStopped && (goal.kind === "time" || this.#nowUs - actedUs < IDLE_US_MAX)) {
      if (goal.kind === "time" && this.#nowUs + TURN_US > goal.venueTimeUs && this.#place === 0) {
        await this.#advance(goal.venueTimeUs);
        break;
      }
      if (this.#place === 0) await this.#advance(this.#nowUs + TURN_US);
      const sent = this.#market.turn(this.#place, this.#nowUs as EpochUs);
      this.#place = (this.#place + 1) % this.#market.size;
      commands += sent;
      if (sent > 0) {
        actedUs = this.#nowUs;
        await this.#settle(goal.kind !== "maximum");
      }
      if (goal.kind === "event" && sent > 0) break;
      if (goal.kind === "fill" && this.#trades() > before) break;
    }
    return { venueTimeUs: this.#nowUs, commands, trades: this.#trades() - before };
  }

  async #advance(toUs: number): Promise<void> {
    this.#nowUs = toUs;
    await this.#edges.advance(toUs);
  }

  /** Everything that was sent is answered; and, unless in a hurry, seen by those who sent it. */
  async #settle(seen: boolean): Promise<void> {
    while (!this.#isStopped && this.#sessions.some(({ unanswered }) => unanswered > 0)) await this.#news();
    if (!seen) return;
    // A refusal changes nothing, and then no frame comes.
    const late = wait(FRAMES_MS).then(() => false);
    while (!this.#isStopped && this.#sessions.some((session) => !session.isCurrent)) {
      if (!(await Promise.race([this.#news().then(() => true), late]))) return;
    }
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#listeners.push(resolve));
  }

  #trades(): number {
    return Math.max(0, ...this.#sessions.map(({ tradesSeen }) => tradesSeen));
  }
}
