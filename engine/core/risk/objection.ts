import type { Instrument } from "../../../shared/catalog.ts";
import { mulDivFloor } from "../../../shared/money.ts";
import { riskControls } from "../../../shared/risk.ts";
import { opposite } from "../state/books.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND } from "../records/fields.ts";
import { valueOf } from "../ledger/ledger.ts";
import { PASSED } from "../records/refused.ts";
import { isBuy, sideBit } from "../records/terms.ts";
import { breachCodes } from "./controls.ts";

/*
 * What the controls judge of an order, and how they object to it.
 */

/** The most that so many lots of the order can be worth in quote units: a buy at its bound, a sell at its limit or the best bid. */
export function worstValue({ incoming, state }: Engine, instrument: Instrument, lots: number): number {
  const side = sideBit(incoming.terms);
  const ticks = isBuy(side)
    ? incoming.boundTicks
    : Math.max(incoming.valuationTicks, state.books.bestTicks(incoming.instrumentId, opposite(side)));
  return valueOf(instrument, ticks, lots);
}

/** RK-8 and RK-9 ask for the whole of an order, of one that is open already with what has filled. */
export function wholeLots({ incoming }: Engine): number {
  return incoming.openLots === 0 ? incoming.lots : incoming.askedLots;
}

/** An order that adds `asked` to `used` exceeds a soft bound, and perhaps the hard one. Only called then, so that plain orders pass no large numbers. */
export function object(
  engine: Engine,
  node: number,
  control: number,
  instrumentId: number,
  soft: number,
  hard: number,
  used: number,
  asked: number,
): number {
  const use = Math.min(Math.max(0, used), Number.MAX_SAFE_INTEGER);
  const isHard = used + asked > hard;
  const limit = isHard ? hard : soft;
  return judge(engine, node, control, instrumentId, isHard, limit, use, Math.min(asked, Number.MAX_SAFE_INTEGER), Math.max(0, limit - use));
}

export function judge(
  engine: Engine,
  node: number,
  control: number,
  instrumentId: number,
  isHard: boolean,
  limit: number,
  used: number,
  asked: number,
  headroom: number,
): number {
  const { assessment, incoming, refused } = engine;
  if (!isHard && incoming.confirmation !== 0) {
    assessment.confirm(node, control, instrumentId, limit, used, asked);
    return PASSED;
  }
  assessment.object(node, control, instrumentId, isHard ? 1 : 0, limit, used, asked);
  const codes = breachCodes[riskControls[control]!];
  refused.exceeding(isHard ? codes.hard : codes.soft, limit, used, asked, headroom);
  // XP-1: the price at the edge, or the lots that are left.
  const name = riskControls[control]!;
  if (headroom === NO_OPERAND) return refused.unless(limit, 0);
  if (name === "orderLots" || name === "netLots" || name === "grossLots")
    return refused.unless(0, Math.max(0, incoming.lots - asked + headroom));
  if (name === "orderValue" || name === "openValue") return refused.unless(0, mulDivFloor(incoming.lots, headroom, asked));
  return refused.code;
}
