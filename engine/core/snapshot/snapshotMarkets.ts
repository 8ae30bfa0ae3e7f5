import { invariant } from "../../../shared/assert.ts";
import { MAX_TICKS } from "../../../shared/money.ts";
import { tradingPhases } from "../../../shared/orders.ts";
import type { ByteReader, ByteWriter } from "./canonicalBytes.ts";
import type { EngineState } from "../state/state.ts";

/** An instrument's prices from outside and its trading phase. */
export function writeMarket({ markets }: EngineState, instrumentId: number, out: ByteWriter): void {
  out.number(markets.markTicks(instrumentId));
  out.number(markets.indexTicks(instrumentId));
  out.number(markets.phase(instrumentId));
  out.number(markets.phaseUntilUs(instrumentId));
  out.number(markets.auctionTicks(instrumentId));
}

export function readMarket({ markets }: EngineState, instrumentId: number, from: ByteReader): void {
  markets.setMarkTicks(instrumentId, ticksFrom(from));
  markets.setIndexTicks(instrumentId, ticksFrom(from));
  const phase = from.integer(0);
  invariant(phase < tradingPhases.length, `snapshot holds the phase ${phase}`);
  markets.beginPhase(instrumentId, phase, from.integer(0));
  markets.setAuctionTicks(instrumentId, ticksFrom(from));
}

function ticksFrom(from: ByteReader): number {
  const ticks = from.integer(0);
  invariant(ticks <= MAX_TICKS, `snapshot holds the price ${ticks}`);
  return ticks;
}
