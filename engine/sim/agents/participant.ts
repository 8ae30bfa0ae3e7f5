import { z } from "zod";
import { seconds, someSeconds } from "./seconds.ts";

/** What a scenario says of a participant of any kind. */
export const participant = {
  /** Its owner, its session and the name of its random stream. */
  name: z.string().regex(/^[a-z][a-z0-9-]{0,17}$/, "1 to 18 small letters, digits or -"),
  /** Instruments that it looks at; all when absent. */
  on: z.array(z.string()).min(1).max(64).optional(),
  /** How long a message takes from it to the venue, and from the venue to it. */
  latency: seconds.default(2_000),
  /** It looks at the market so often. */
  every: someSeconds.default(100_000),
  /** Whole units of the quote asset that it begins with in each asset, valued at the opening price. */
  funds: z.number().min(0).max(50_000_000).default(10_000_000),
  /** Are its orders cancelled when its line breaks? */
  cancelOnDisconnect: z.boolean().default(false),
} as const;
