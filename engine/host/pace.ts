/** The time by which frames are paced and faults delay: the wall's, or the simulated time of a scenario. */
export type Pace = {
  readonly nowMs: () => number;
  /** Does the deed once so much time has passed; answers how to call it off. */
  readonly after: (ms: number, deed: () => void) => () => void;
};

export const wallPace: Pace = {
  nowMs: () => performance.now(),
  after: (ms, deed) => {
    const timer = setTimeout(deed, ms);
    return () => clearTimeout(timer);
  },
};
