import type { Instrument } from "../../../shared/catalog.ts";
import { MAX_TICKS, PPM, mulDivFloor } from "../../../shared/money.ts";
import { tradingPhases, type PhaseCause, type TradingPhase } from "../../../shared/orders.ts";
import { uncross } from "./auction.ts";
import { emitCommandDenied } from "../records/emit.ts";
import { emitTradingPhaseChanged } from "../records/emitSpecials.ts";
import type { Engine } from "../engineParts.ts";
import { NO_OPERAND, int } from "../records/fields.ts";
import { commandKinds } from "../records/kinds.ts";
import { commandLayouts } from "../records/layout.ts";
import { PASSED } from "../records/refused.ts";
import { LIMIT, STOP, STOP_LIMIT, TRAILING_STOP, isBuy, mayStay, typeBits } from "../records/terms.ts";

const slots = commandLayouts.SetTradingPhase.slots;

/** What follows when a phase ends by itself. */
const successors: Readonly<Record<TradingPhase, TradingPhase>> = {
  continuous: "continuous",
  preOpen: "openingAuction",
  openingAuction: "continuous",
  volatilityAuction: "continuous",
  closingAuction: "closed",
  halted: "continuous",
  closed: "preOpen",
};

const CONTINUOUS = tradingPhases.indexOf("continuous");
const HALTED = tradingPhases.indexOf("halted");
const CLOSED = tradingPhases.indexOf("closed");

/** MT-37: the operator begins a phase, for good or until a time. */
export function setTradingPhase(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const instrumentId = int(log.numbers[at + slots.instrumentId]);
  const untilUs = log.numbers[at + slots.untilUs]!;
  if (!state.catalog.hasInstrument(instrumentId)) refused.because("VALIDATE_UNKNOWN_INSTRUMENT");
  else if (untilUs !== 0 && untilUs <= state.lastAtUs) refused.with("VALIDATE_EXPIRY", state.lastAtUs, untilUs, NO_OPERAND);
  else return begin(engine, instrumentId, int(log.numbers[at + slots.phase]), untilUs, "operator");
  emitCommandDenied(engine, commandKinds.SetTradingPhase);
}

/** The phase whose time is over gives way to the next. */
export function endPhase(engine: Engine, instrumentId: number): void {
  const phase = tradingPhases[engine.state.markets.phase(instrumentId)]!;
  begin(engine, instrumentId, tradingPhases.indexOf(successors[phase]), 0, "time");
}

/** MT-37: an auction that gives way to trading or to the close is uncrossed, and so is whatever comes before continuous trading. */
function begin(engine: Engine, instrumentId: number, phase: number, untilUs: number, cause: PhaseCause): void {
  const { markets } = engine.state;
  const before = tradingPhases[markets.phase(instrumentId)]!;
  const wasAuction = before === "openingAuction" || before === "volatilityAuction" || before === "closingAuction";
  if ((phase === CONTINUOUS && before !== "continuous") || (phase === CLOSED && wasAuction)) uncross(engine, instrumentId);
  emitTradingPhaseChanged(engine, instrumentId, phase, untilUs, cause);
}

/** MT-40: a match beyond the volatility bands does not happen; an auction begins instead. */
export function beginVolatilityAuction(engine: Engine, instrument: Instrument): void {
  const phase = tradingPhases.indexOf("volatilityAuction");
  begin(engine, instrument.instrumentId, phase, engine.state.lastAtUs + instrument.volatilityAuctionUs, "volatility");
}

/** MT-36: does the instrument's phase admit the incoming order? Answers a reject number, or PASSED. */
export function checkPhase(engine: Engine): number {
  const { incoming, refused, state } = engine;
  const phase = state.markets.phase(incoming.instrumentId);
  if (phase === CONTINUOUS) return PASSED;
  const type = typeBits(incoming.terms);
  const canWait = mayStay(incoming.terms) && (type === LIMIT || type === STOP || type === STOP_LIMIT || type === TRAILING_STOP);
  return canWait && phase !== HALTED && phase !== CLOSED ? PASSED : refused.because("BOOK_PHASE");
}

/** True if open orders may be changed now. */
export function isAmendable({ state }: Engine, instrumentId: number): boolean {
  const phase = state.markets.phase(instrumentId);
  return phase !== HALTED && phase !== CLOSED;
}

/** MT-40: brings the incoming order's bound in to the nearer edge of the volatility bands. */
export function heedVolatility({ incoming, state }: Engine, instrument: Instrument): void {
  const { dynamicBandPpm, instrumentId, staticBandPpm } = instrument;
  if (dynamicBandPpm === null && staticBandPpm === null) return;
  narrow(incoming, state.markets.lastTicks(instrumentId), dynamicBandPpm);
  narrow(incoming, state.markets.auctionTicks(instrumentId), staticBandPpm);
}

function narrow(incoming: Engine["incoming"], reference: number, ppm: number | null): void {
  if (reference === 0 || ppm === null) return;
  const width = mulDivFloor(reference, ppm, PPM);
  incoming.matchTicks = isBuy(incoming.terms)
    ? Math.min(incoming.matchTicks, reference + width, MAX_TICKS)
    : Math.max(incoming.matchTicks, reference - width, 1);
}
