import type { PriceTicks, QtyLots } from "./money.ts";
import { bookRejects } from "./rejects/book.ts";
import { catalogRejects } from "./rejects/catalog.ts";
import { eligibleRejects } from "./rejects/eligible.ts";
import { ledgerRejects } from "./rejects/ledger.ts";
import { orderRejects } from "./rejects/orders.ts";
import { riskRejects } from "./rejects/risk.ts";
import { riskBoundRejects } from "./rejects/riskBounds.ts";
import { riskCommandRejects } from "./rejects/riskCommands.ts";
import { routeRejects } from "./rejects/routes.ts";
import type { RejectRow } from "./rejects/row.ts";
import { validateRejects } from "./rejects/validate.ts";

export { operandNames, rejectStages, type OperandName, type OperandUnit, type RejectRow, type RejectStage } from "./rejects/row.ts";

/**
 * Why the engine refuses a command: one row a reason, in order of the stages. The rows of a stage are in shared/rejects/.
 * Whatever a door says about a refusal (a screen, the venue interface, FIX) it reads here.
 */
export const rejectTable = {
  ...validateRejects,
  ...eligibleRejects,
  ...riskRejects,
  ...riskBoundRejects,
  ...riskCommandRejects,
  ...ledgerRejects,
  ...bookRejects,
  ...orderRejects,
  ...routeRejects,
  ...catalogRejects,
} as const satisfies Record<string, RejectRow>;

export type RejectCode = keyof typeof rejectTable;

/** An order that would have passed every stage at the moment of the refusal. */
export type NearestOrder = {
  /** Null for an order that has no limit. */
  readonly limitTicks: PriceTicks | null;
  readonly lots: QtyLots;
};

/** A refusal with the operands given and all others null. */
export function refusalOf(code: RejectCode, operands: Partial<Omit<Refusal, "code">> = {}): Refusal {
  return { code, limit: null, used: null, actual: null, headroom: null, nearest: null, licenceId: null, ruleId: null, ...operands };
}

/** A refusal with its operands, in the unit that the code's row tells. Null where an operand has no meaning. */
export type Refusal = {
  readonly code: RejectCode;
  /** The bound that was broken. */
  readonly limit: number | null;
  /** How much of the bound was in use before the command. */
  readonly used: number | null;
  /** What the command asked for; for a limit on use: the order's worst case. */
  readonly actual: number | null;
  /** What would still have passed. */
  readonly headroom: number | null;
  /** The order nearest to the refused one, in price or quantity, that would have passed; null where none exists or the refusal is of no order. */
  readonly nearest: NearestOrder | null;
  /** Catalog ids of the licence and of the clause that an eligibility refusal rests on. */
  readonly licenceId: number | null;
  readonly ruleId: number | null;
};
