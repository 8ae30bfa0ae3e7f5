import { rejectTable, type RejectCode } from "../../shared/rejects.ts";
import { NO_OPERAND } from "./fields.ts";

/** What a stage answers when it has no objection. */
export const PASSED = 0;

/** The refusal that is being made: a stage that objects fills it and answers its number. One per engine, used again and again. */
export class Refused {
  code = PASSED;
  limit = NO_OPERAND;
  actual = NO_OPERAND;
  headroom = NO_OPERAND;

  /** A refusal without operands. */
  because(code: RejectCode): number {
    return this.with(code, NO_OPERAND, NO_OPERAND, NO_OPERAND);
  }

  with(code: RejectCode, limit: number, actual: number, headroom: number): number {
    this.code = rejectTable[code].number;
    this.limit = limit;
    this.actual = actual;
    this.headroom = headroom;
    return this.code;
  }
}
