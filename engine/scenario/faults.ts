import { z } from "zod";
import { faultKinds, faultSchema, type Fault } from "../../shared/faults.ts";

/** What a file may leave out: everyone's line, each time, without an end. */
const DEFAULTS = { probability: 1, seed: 1, times: null };
/** Kinds that have no meaning without a terminal around the engine, and what to write instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  flippedByte: "not in a scenario, whose run it would end for good: switch it on in the terminal",
};

/**
 * A fault as a scenario's timeline switches it on: the fields of the terminal's own faults (SM-60), with `target` the name of a participant or
 * the owner of an account. A thread that dies and a disk that fails are both the exchange's going away.
 */
export const timelineFaultSchema = z
  .looseObject({ kind: z.enum(faultKinds), target: z.string().min(1).max(24).optional() })
  .transform((raw, context): Fault => {
    const elsewhere = ELSEWHERE[raw.kind];
    if (elsewhere !== undefined) context.addIssue({ code: "custom", path: ["kind"], message: elsewhere });
    const parsed = faultSchema.safeParse({ ...DEFAULTS, ...raw, target: targetOf(raw.kind, raw.target) });
    if (parsed.success) return parsed.data;
    // The same faults, of the text that stands here.
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: raw } as (typeof context.issues)[number]);
    return z.NEVER;
  });

const OF_JOURNAL: ReadonlySet<string> = new Set<Fault["kind"]>(["slowFsync", "diskFull", "partialWrite", "flippedByte"]);

function targetOf(kind: string, name: string | undefined): unknown {
  if (kind === "workerCrash") return name ?? "engine";
  // Whoever names the journal says no more than the kind does.
  if (OF_JOURNAL.has(kind)) return name ?? "journal";
  return { owner: name ?? null, session: null };
}
