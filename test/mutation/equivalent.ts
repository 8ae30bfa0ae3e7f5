import type { Mutant } from "./mutants.ts";

/** A fault that is none: whatever is asked of the engine afterwards, the answer is the same. */
type Equivalent = {
  /** End of the file's name, what stood there and what stands there instead; null for any. */
  readonly file: string;
  readonly was: RegExp;
  readonly is: string | null;
  readonly why: string;
};

/**
 * Mutants that no test can find, each with its reason. They are not counted. Whoever adds one has looked at the place: a mutant that a test
 * could find and does not belongs into SURVIVORS.md.
 */
const equivalents: readonly Equivalent[] = [
  {
    file: ".ts",
    was: /\.hashAt\(at\) === hash$/,
    is: "true",
    why: "The hash is a shortcut before the comparison of the key itself, which stands beside it.",
  },
  {
    file: "handleTable.ts",
    was: /^(0x[\da-f]{4,}|\d{4,})$/i,
    is: null,
    why: "Another constant of a hash finds the same rows, some a step later.",
  },
  {
    file: "eligibility/eligibility.ts",
    was: /^rulebook\.version !== this\.version$/,
    is: "true",
    why: "The verdicts are judged anew each time instead of kept.",
  },
  {
    file: "risk/riskState.ts",
    was: /=== (0|1|ACTIVE)$/,
    is: "false",
    why: "A stage that is never idle asks every control and finds no bound.",
  },
  {
    file: "risk/evolveRisk.ts",
    was: /^until > nodes\.counter\(node, COOLING_UNTIL\)$/,
    is: "until >= nodes.counter(node, COOLING_UNTIL)",
    why: "The same time is written again.",
  },
  { file: "risk/loss.ts", was: /^row === 0$/, is: "false", why: "Row 0 stands for no exposure: its position and its cash are 0." },
  { file: "risk/loss.ts", was: /^loss < 0$/, is: "loss <= 0", why: "A loss of 0 is 0 either way." },
  {
    file: "risk/loss.ts",
    was: /^inQuote < 0$/,
    is: "inQuote <= 0",
    why: "Nothing is rounded neither up nor down.",
  },
  {
    file: "risk/withdraw.ts",
    was: /^position > 0$/,
    is: "position >= 0",
    why: "A position of 0 is below the least quantity and was passed over before.",
  },
  {
    file: "risk/loss.ts",
    was: /^risk\.limitedAnywhere & LIMITS_LOSSES$/,
    is: "risk.limitedAnywhere | LIMITS_LOSSES",
    why: "Every node is asked for its bounds instead of none.",
  },
  {
    file: ".ts",
    was: /^engine\.assessment\.confirmed > 0$/,
    is: "true",
    why: "None are told where there are none.",
  },
  {
    file: "risk/limitCommands.ts",
    was: /^0$/,
    is: "1",
    why: "What begins at once may as well begin a microsecond after 1970.",
  },
  {
    file: "core/fork.ts",
    was: /^spare\.length === length$/,
    is: null,
    why: "Another view of the same buffer is made instead of the spare one.",
  },
  {
    file: "core/consequences.ts",
    was: /^watches\.count === 0$/,
    is: "false",
    why: "Without watched orders every instrument is passed over one by one.",
  },
  {
    file: "state/feeBook.ts",
    was: /^atUs >= this\.untilUs$/,
    is: "true",
    why: "What is in force is looked up each time instead of kept until it changes.",
  },
  {
    file: "records/refused.ts",
    was: /^this\.(ruleId|licenceId) = other\.(ruleId|licenceId);$/,
    is: "",
    why: "Eligibility is asked before anything that a price or a quantity could repair, so both refusals cite the same.",
  },
  {
    file: "risk/evolveRisk.ts",
    was: /^nodes\.setCounter\(node, (EXECUTIONS|PROTECTION)_COUNT, 0\);$/,
    is: "",
    why: "Its window is set to the beginning of time and so is over, and the count of a window that is over is not read.",
  },
];

export function isEquivalent({ file, is, was }: Mutant): boolean {
  return equivalents.some((one) => file.endsWith(one.file) && one.was.test(was) && (one.is === null || one.is === is));
}
