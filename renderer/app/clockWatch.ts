import type { EngineStatus } from "../../shared/views.ts";
import { appTexts } from "./appTexts.ts";
import { engineClient } from "./engineClient.ts";
import { messages } from "./messages.ts";
import { readModel } from "./readModel.ts";

/** A venue clock that is off by so much of this machine's time has jumped; less may be a status that came late. */
const JUMP_MS = 2_000;

/** What a status said of the clock, when it came, and from which engine process. */
type Look = {
  readonly mode: EngineStatus["clockMode"];
  readonly venueUs: number;
  readonly speed: number;
  readonly atMs: number;
  readonly pid: number | null;
};

let skewMs = 0;

/** By how much the venue's clock is off from where it should be, in milliseconds of venue time; 0 while it runs as it should. */
export function clockSkewMs(): number {
  return skewMs;
}

/** Watches whether the venue's time runs at the speed that it says. Returns what ends it. */
export function watchClock(): () => void {
  let last: Look | null = null;
  return readModel.subscribe("status", () => {
    const { status } = readModel;
    if (status === null) return;
    const now: Look = {
      mode: status.clockMode,
      venueUs: status.venueTimeUs,
      speed: status.clockSpeed,
      atMs: performance.now(),
      pid: engineClient.enginePid,
    };
    const before = last;
    last = now;
    // Another engine's clock has nothing to do with how far the former one's was off.
    if (before !== null && before.pid !== now.pid) skewMs = 0;
    // While time follows something else than the wall, after a silence, and when the speed was changed, there is nothing to compare with.
    if (
      before === null ||
      before.mode !== "running" ||
      now.mode !== "running" ||
      before.speed !== now.speed ||
      now.atMs - before.atMs > JUMP_MS
    )
      return;
    const offMs = (now.venueUs - before.venueUs) / 1_000 - (now.atMs - before.atMs) * now.speed;
    if (Math.abs(offMs) < JUMP_MS * now.speed) return;
    skewMs = Math.abs(skewMs + offMs) < JUMP_MS * now.speed ? 0 : Math.round(skewMs + offMs);
    messages.post({
      severity: "warning",
      text: appTexts.clockJumped(`${offMs > 0 ? "+" : "−"}${(Math.abs(offMs) / 1_000).toFixed(1)}`),
      detail: skewMs === 0 ? appTexts.clockIsBack : appTexts.clockIsOff,
      code: "CLOCK_SKEW",
    });
  });
}
