import type { EpochUs } from "../../shared/ids.ts";

/** Venue time as an affine map of this machine's monotonic clock, the same in every thread. */
export type ClockSetting = {
  /** Venue time when the monotonic clock showed `monotonicUs`. */
  readonly venueUs: number;
  readonly monotonicUs: number;
  /** Venue seconds in a second of the machine. */
  readonly speed: number;
};

/** Microseconds of the machine's monotonic clock: the same for all threads, untouched when somebody sets the time of day. */
export function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

export class VenueClock {
  #setting: ClockSetting;

  constructor(setting: ClockSetting) {
    this.#setting = setting;
  }

  get speed(): number {
    return this.#setting.speed;
  }

  /** Whole microseconds of venue time. */
  nowUs(machineUs: number = monotonicUs()): EpochUs {
    const { venueUs, monotonicUs: since, speed } = this.#setting;
    // An integer number of microseconds is what the brand stands for.
    return Math.floor(venueUs + (machineUs - since) * speed) as EpochUs;
  }

  set(setting: ClockSetting): void {
    this.#setting = setting;
  }

  /** The setting that goes on from this moment at another speed. */
  atSpeed(speed: number, machineUs: number = monotonicUs()): ClockSetting {
    return { venueUs: this.nowUs(machineUs), monotonicUs: machineUs, speed };
  }
}
