import { z } from "zod";
import { durationUs } from "../../../shared/duration.ts";

/** A length of time as people write it, in microseconds once parsed. A plain number but 0 is not accepted: its unit would be a guess. */
export const seconds = z.unknown().transform((written, context): number => {
  const us = written === 0 ? 0 : typeof written === "string" ? durationUs(written) : null;
  if (us !== null) return us;
  context.addIssue({ code: "custom", message: "a length of time such as 250ms, 1.5s, 10m, 8h or 1d" });
  return z.NEVER;
});

/** A length of time in which something can pass: in none of it a thing that comes back would come back for ever. */
export const someSeconds = seconds.refine((us) => us >= 1_000, "at least 1ms");
