import type { CommandOf } from "../../../shared/commands.ts";
import type { EpochUs, InstrumentId } from "../../../shared/ids.ts";
import type { PriceTicks } from "../../../shared/money.ts";
import type { PhaseCause, TradingPhase } from "../../../shared/orders.ts";
import { LARGEST, refusal, size, smaller } from "./arithmetic.ts";
import { withRebate } from "./holds.ts";
import type { Order } from "./orders.ts";
import { ReferenceMatching } from "./referenceMatching.ts";

/** What follows when a phase's time is over. */
const nextPhase: Readonly<Record<TradingPhase, TradingPhase>> = {
  preOpen: "openingAuction",
  openingAuction: "continuous",
  continuous: "continuous",
  volatilityAuction: "continuous",
  halted: "continuous",
  closingAuction: "closed",
  closed: "preOpen",
};

/** Trading phases and auctions: MT-36 to MT-40. */
export abstract class ReferencePhases extends ReferenceMatching {
  protected endWhatIsDue(): void {
    for (;;) {
      const order = [...this.resting, ...this.waiting]
        .filter(({ endsAtUs }) => endsAtUs !== null)
        .toSorted((x, y) => x.endsAtUs! - y.endsAtUs! || x.id - y.id)[0];
      const timed = [...this.phases]
        .filter(([, { untilUs }]) => untilUs !== null)
        .toSorted(([x, one], [y, other]) => one.untilUs! - other.untilUs! || x - y)[0];
      const orderUs = order?.endsAtUs ?? Infinity;
      const phaseUs = timed?.[1].untilUs ?? Infinity;
      if (Math.min(orderUs, phaseUs) > this.atUs) return;
      if (orderUs <= phaseUs) this.expire(order!, "expired");
      else this.beginPhase(timed![0], nextPhase[timed![1].phase], null, "time");
    }
  }

  protected setPhase({ instrumentId, phase, type, untilUs }: CommandOf<"SetTradingPhase">): void {
    const isKnown = this.instruments.some((instrument) => instrument.instrumentId === instrumentId);
    if (!isKnown) return this.emit({ type: "CommandDenied", commandType: type, refusal: refusal("VALIDATE_UNKNOWN_INSTRUMENT") });
    if (untilUs !== null && untilUs <= this.atUs) {
      return this.emit({
        type: "CommandDenied",
        commandType: type,
        refusal: refusal("VALIDATE_EXPIRY", BigInt(this.atUs), BigInt(untilUs)),
      });
    }
    this.beginPhase(instrumentId, phase, untilUs, "operator");
  }

  protected beginPhase(instrumentId: number, phase: TradingPhase, untilUs: number | null, cause: PhaseCause): void {
    const before = this.phases.get(instrumentId)!.phase;
    if ((phase === "continuous" && before !== "continuous") || (phase === "closed" && before.endsWith("Auction")))
      this.uncross(instrumentId);
    this.phases.set(instrumentId, { phase, untilUs });
    this.emit({
      type: "TradingPhaseChanged",
      instrumentId: instrumentId as InstrumentId,
      phase,
      untilUs: untilUs as EpochUs | null,
      cause,
    });
  }

  protected uncross(instrumentId: number): void {
    if (!this.uncrossAtOnePrice(instrumentId, true)) return;
    while (this.uncrossAtOnePrice(instrumentId, false));
  }

  /** Whether an order was cancelled, after which the others may still meet. */
  protected uncrossAtOnePrice(instrumentId: number, isFirst: boolean): boolean {
    const id = instrumentId as InstrumentId;
    const bids = this.inPriority(instrumentId, "buy");
    const asks = this.inPriority(instrumentId, "sell");
    const [highest, lowest] = [bids[0]?.limit ?? null, asks[0]?.limit ?? null];
    if (highest === null || lowest === null || highest < lowest) {
      if (isFirst) this.emit({ type: "AuctionUncrossed", instrumentId: id, ticks: null, lots: 0, surplusLots: 0 });
      return false;
    }
    const reference = this.reference(instrumentId)!;
    const volumeAt = (price: bigint): { price: bigint; lots: bigint; surplus: bigint } => {
      const wanted = bids.filter(({ limit }) => limit! >= price).reduce((lots, { left }) => lots + left, 0n);
      const offered = asks.filter(({ limit }) => limit! <= price).reduce((lots, { left }) => lots + left, 0n);
      return { price, lots: smaller(wanted, offered), surplus: wanted - offered };
    };
    const near = [...bids, ...asks].flatMap(({ limit }) => [limit! - 1n, limit!, limit! + 1n]);
    const [found] = [reference, ...near]
      .filter((price) => price >= lowest && price <= highest)
      .map(volumeAt)
      .toSorted(
        (a, b) =>
          Number(b.lots - a.lots) ||
          Number(size(a.surplus) - size(b.surplus)) ||
          Number(size(a.price - reference) - size(b.price - reference)) ||
          Number(a.price - b.price),
      );
    const { price, lots, surplus } = found!;
    this.auctionPrices.set(instrumentId, price);
    this.emit({
      type: "AuctionUncrossed",
      instrumentId: id,
      ticks: Number(price) as PriceTicks,
      lots: Number(lots),
      surplusLots: Number(surplus),
    });
    let left = lots;
    let hasCancelled = false;
    while (left > 0n) {
      const bid = this.inPriority(instrumentId, "buy")[0];
      const ask = this.inPriority(instrumentId, "sell")[0];
      if (bid === undefined || ask === undefined || bid.limit! < price || ask.limit! > price) break;
      const matched = smaller(left, smaller(bid.shown, ask.shown));
      if (!this.hasAuctionRoom(bid, ask, price, matched)) {
        this.expire(ask, "overflow");
        hasCancelled = true;
        continue;
      }
      const [maker, taker] = bid.id < ask.id ? [bid, ask] : [ask, bid];
      this.fill(maker, taker, price, matched);
      left -= matched;
    }
    return hasCancelled;
  }

  protected hasAuctionRoom(bid: Order, ask: Order, price: bigint, lots: bigint): boolean {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === ask.terms.instrumentId)!;
    const { baseAssetId, pairType, quoteAssetId } = instrument;
    const value = price * lots * BigInt(instrument.quoteUnitsPerTickLot);
    const feeAccount = this.feeAccount()!.accountId;
    const fits = (accountId: number, assetId: number, more: bigint): boolean =>
      this.holding(accountId, assetId).total + this.expected(accountId, assetId) + more <= LARGEST;
    return (
      fits(ask.terms.accountId, quoteAssetId, withRebate(value, ask.fees)) &&
      fits(feeAccount, quoteAssetId, value + 2n * lots + ask.fees.minimum + bid.fees.minimum) &&
      (pairType !== "tokenToken" || fits(feeAccount, baseAssetId, lots * BigInt(instrument.baseUnitsPerLot)))
    );
  }
}
