import { z } from "zod";

/**
 * A fault that the timeline switches on. The entry says what, on whom and how often; what carries it out registers with the runner
 * (RunHooks.fault), and a run of a scenario that names a fault nobody carries out is refused before it begins.
 */
export const faultSchema = z.strictObject({
  kind: z.string().regex(/^[a-z][A-Za-z]{1,40}$/, "the name of a fault"),
  /** A participant or session; everyone when absent. */
  target: z.string().min(1).max(64).optional(),
  /** Of its happening to each message or command. */
  probability: z.number().min(0).max(1).default(1),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  /** What else the kind of fault needs. */
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
export type Fault = z.infer<typeof faultSchema>;
