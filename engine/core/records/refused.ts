import { rejectTable, type RejectCode } from "../../../shared/rejects.ts";
import { NO_OPERAND } from "./fields.ts";

/** What a stage answers when it has no objection. */
export const PASSED = 0;

const LIMIT = 0;
const USED = 1;
const ACTUAL = 2;
const HEADROOM = 3;

/** The refusal that is being made: a stage that objects fills it and answers its number. One per engine, used again and again. */
export class Refused {
  code = PASSED;
  licenceId = 0;
  ruleId = 0;
  /** What the stage would have found acceptable instead, 0 for "as asked"; both 0 if nothing of the order's price and quantity would do. */
  insteadTicks = 0;
  insteadLots = 0;
  /** The order that would have passed every stage, found out by seekNearest(); 0 lots if there is none. */
  nearestTicks = 0;
  nearestLots = 0;
  // Operands may exceed 32 bits and would be boxed as fields.
  private readonly operands = new Float64Array(4);

  get limit(): number {
    return this.operands[LIMIT]!;
  }
  get used(): number {
    return this.operands[USED]!;
  }
  get actual(): number {
    return this.operands[ACTUAL]!;
  }
  get headroom(): number {
    return this.operands[HEADROOM]!;
  }

  /** A refusal without operands. */
  because(code: RejectCode): number {
    return this.with(code, NO_OPERAND, NO_OPERAND, NO_OPERAND);
  }

  with(code: RejectCode, limit: number, actual: number, headroom: number): number {
    return this.exceeding(code, limit, NO_OPERAND, actual, headroom);
  }

  /** A limit on use that this order would exceed: the limit, its present use, the order's worst case and what is left. */
  exceeding(code: RejectCode, limit: number, used: number, actual: number, headroom: number): number {
    this.code = rejectTable[code].number;
    this.operands[LIMIT] = limit;
    this.operands[USED] = used;
    this.operands[ACTUAL] = actual;
    this.operands[HEADROOM] = headroom;
    this.licenceId = 0;
    this.ruleId = 0;
    this.insteadTicks = 0;
    this.insteadLots = 0;
    this.nearestTicks = 0;
    this.nearestLots = 0;
    return this.code;
  }

  /** A refusal that rests on a licence and a clause, with the date from which the licence would serve. */
  citing(
    code: RejectCode,
    cited: { readonly licenceId: number | null; readonly ruleId: number | null; readonly fromUs: number | null },
  ): number {
    this.with(code, cited.fromUs ?? NO_OPERAND, NO_OPERAND, NO_OPERAND);
    this.licenceId = cited.licenceId ?? 0;
    this.ruleId = cited.ruleId ?? 0;
    return this.code;
  }

  /** Adds to the refusal just made what the stage would have found acceptable; 0 leaves price or quantity as asked. Answers the code. */
  unless(ticks: number, lots: number): number {
    this.insteadTicks = ticks;
    this.insteadLots = lots;
    return this.code;
  }

  copyFrom(other: Refused): void {
    this.operands.set(other.operands);
    this.code = other.code;
    this.licenceId = other.licenceId;
    this.ruleId = other.ruleId;
    this.insteadTicks = other.insteadTicks;
    this.insteadLots = other.insteadLots;
    this.nearestTicks = other.nearestTicks;
    this.nearestLots = other.nearestLots;
  }
}
