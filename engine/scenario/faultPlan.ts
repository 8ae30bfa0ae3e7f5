import { invariant } from "../../shared/assert.ts";
import type { Fault } from "../../shared/faults.ts";
import type { EventQueue } from "../sim/eventQueue.ts";
import type { SimulatedExchange } from "./exchange.ts";

/** The faults of a timeline that are on, each until its time is over. */
export class FaultPlan {
  readonly #queue: EventQueue;
  readonly #exchange: SimulatedExchange;
  #on: readonly Fault[] = [];

  constructor(queue: EventQueue, exchange: SimulatedExchange) {
    this.#queue = queue;
    this.#exchange = exchange;
  }

  /** For so long; null for good. */
  switchOn(fault: Fault, forUs: number | null): void {
    // A fault of its own, also when the timeline says the same twice.
    const own = { ...fault };
    this.#set([...this.#on, own]);
    if (forUs !== null) this.#queue.after(forUs, () => this.#set(this.#on.filter((one) => one !== own)));
  }

  #set(faults: readonly Fault[]): void {
    this.#on = faults;
    invariant(this.#exchange.faults.set(faults).ok, "a scenario's venue is simulated");
  }
}
