import { isDeepStrictEqual } from "node:util";
import { typedError } from "../../../shared/errors.ts";
import type { ClientFault, Fault, FaultKind, FaultStatus } from "../../../shared/faults.ts";
import type { HostNote } from "../../../shared/hostNotes.ts";
import type { VenueLabel } from "../../../shared/protocol.ts";
import { failed, ok, type Result } from "../../../shared/result.ts";
import { RandomStream } from "../../sim/randomStream.ts";

type Armed = { readonly fault: Fault; readonly dice: RandomStream; strikes: number };

/** Who a client is, to a fault's target. */
export type Victim = { readonly owner: string; readonly session: string };

/**
 * SM-60: the faults that are on. Each has dice of its own, fixed by its seed and kind, rolled once an opportunity: the same opportunities in
 * the same order are struck alike.
 */
export class FaultBoard {
  readonly #mode: VenueLabel["mode"];
  #armed: readonly Armed[] = [];
  readonly #strikes = new Map<FaultKind, number>();

  constructor(mode: VenueLabel["mode"]) {
    this.#mode = mode;
  }

  /**
   * Puts these in the place of those that were on; one that stays on goes on where it stands, with its dice and its strikes. A venue that is
   * not simulated refuses (FAULT_REFUSED).
   */
  set(faults: readonly Fault[]): Result<HostNote> {
    if (this.#mode !== "simulated" && faults.length > 0) {
      const message = "Faults are for simulated venues. Nothing was changed.";
      return failed(typedError("FAULT_REFUSED", { field: "venue.mode", value: this.#mode, rule: "a simulated venue", message }));
    }
    const before = [...this.#armed];
    this.#armed = faults.map((fault) => {
      const at = before.findIndex((armed) => isDeepStrictEqual(armed.fault, fault));
      const [stays] = at < 0 ? [] : before.splice(at, 1);
      return stays ?? { fault, dice: new RandomStream(fault.seed, `fault/${fault.kind}`), strikes: 0 };
    });
    return ok({ code: "faults", kinds: faults.map(({ kind }) => kind) });
  }

  get statuses(): readonly FaultStatus[] {
    return this.#armed.map(({ fault, strikes }) => ({ fault, strikes }));
  }

  /** How often faults of this kind have struck since the beginning, those that are over included. */
  strikesOf(kind: FaultKind): number {
    return this.#strikes.get(kind) ?? 0;
  }

  /** Is nothing on? */
  get isQuiet(): boolean {
    return this.#armed.length === 0;
  }

  /** An opportunity for faults of a client's line: the one that strikes, or null. */
  strike<Kind extends ClientFault["kind"]>(kind: Kind, victim: Victim): Extract<ClientFault, { kind: Kind }> | null {
    // Found by the very kind.
    return this.#roll(kind, ({ target }) => isTarget(target, victim)) as Extract<ClientFault, { kind: Kind }> | null;
  }

  /** An opportunity for a fault of the engine process: the one that strikes, or null. */
  strikeProcess<Kind extends Exclude<FaultKind, ClientFault["kind"]>>(kind: Kind): Extract<Fault, { kind: Kind }> | null {
    return this.#roll(kind, () => true) as Extract<Fault, { kind: Kind }> | null;
  }

  /** A fault that is on for this client without being rolled for. */
  armed<Kind extends ClientFault["kind"]>(kind: Kind, victim: Victim): Extract<ClientFault, { kind: Kind }> | null {
    const found = this.#armed.find(({ fault }) => fault.kind === kind && isTarget(fault.target, victim));
    return (found?.fault ?? null) as Extract<ClientFault, { kind: Kind }> | null;
  }

  /** Is one on that has not yet struck as often as it may? */
  canStrike(kind: ClientFault["kind"], victim: Victim): boolean {
    return this.#armed.some(
      ({ fault, strikes }) => fault.kind === kind && isTarget(fault.target, victim) && (fault.times === null || strikes < fault.times),
    );
  }

  /** A fault of another thread has struck; it was rolled for there. */
  struck(kind: FaultKind): void {
    const armed = this.#armed.find(({ fault }) => fault.kind === kind);
    if (armed !== undefined) this.#count(armed);
  }

  #roll(kind: FaultKind, fits: (fault: Fault) => boolean): Fault | null {
    for (const armed of this.#armed) {
      const { fault, dice } = armed;
      if (fault.kind !== kind || !fits(fault) || (fault.times !== null && armed.strikes >= fault.times)) continue;
      if (!dice.chance(fault.probability)) continue;
      this.#count(armed);
      return fault;
    }
    return null;
  }

  #count(armed: Armed): void {
    armed.strikes += 1;
    this.#strikes.set(armed.fault.kind, this.strikesOf(armed.fault.kind) + 1);
  }
}

function isTarget(target: Fault["target"], { owner, session }: Victim): boolean {
  if (typeof target === "string") return false;
  return (target.owner === null || target.owner === owner) && (target.session === null || target.session === session);
}
