import type { EpochUs } from "../../shared/ids.ts";
import { emitFeeTierApplied, emitFeeTierComputed, emitOrderCancelled } from "./records/emit.ts";
import { sendReplacements } from "./routing/replace.ts";
import { emitTimeAdvanced } from "./records/emitSpecials.ts";
import type { Engine } from "./engineParts.ts";
import { supervise, superviseLosses } from "./risk/supervise.ts";
import { flattenDue } from "./risk/withdraw.ts";
import { applicationOf, dayOf, startOfDay } from "./state/feeVolumes.ts";

/** RK-26, CN-18: while losses move with prices, or positions are traded back elsewhere, and anything happens, there is a look so often. */
const LOOK_US = 1_000_000;
/** Tiers begin at whole dollars; volumes are counted in millionths. */
const USD_MILLIONTHS = 1_000_000;

/**
 * JR-8: lets happen what has come due since the last AdvanceTime and ends with TimeAdvanced. What any command would have brought about by
 * coming at this time (ends of orders and phases, dates of limits and locks) has happened before; `recordsBefore` is the count of records
 * then. Losses are looked at too, because prices move without anyone's orders (RK-26).
 */
export function advanceTime(engine: Engine, recordsBefore: number): void {
  const { state } = engine;
  superviseLosses(engine);
  supervise(engine);
  sendReplacements(engine);
  flattenDue(engine);
  turnFeeTiers(engine);
  if (state.rulebook.nextDateUs(state.advancedUs) <= state.lastAtUs) cancelIneligible(engine);
  emitTimeAdvanced(engine, engine.log.count - recordsBefore);
}

/** JR-8: the time of the next date that an AdvanceTime has to do with; Infinity if nothing is to come due. At or before the last command: due now. */
export function nextDueUs(engine: Engine): EpochUs {
  const { dueOrders, markets, risk, routes, rulebook, volumes, advancedSeq, advancedUs, lastSeq } = engine.state;
  const tierUs = volumes.live === 0 ? Number.POSITIVE_INFINITY : nextTierTurnUs(advancedUs);
  const isLookedAt = risk.lossesMove || routes.flattening.size !== 0;
  const lookUs = isLookedAt && lastSeq > advancedSeq ? advancedUs + LOOK_US : Number.POSITIVE_INFINITY;
  // Dates of rows are venue times; the comparison below needs no more.
  return Math.min(
    tierUs,
    lookUs,
    routes.firstTooLateUs(),
    rulebook.nextDateUs(advancedUs),
    risk.dueUs,
    dueOrders.firstUs,
    markets.nextPhaseEndUs,
  ) as EpochUs;
}

/** The next midnight or 07:00 after a time. */
function nextTierTurnUs(afterUs: number): number {
  const day = dayOf(afterUs);
  return applicationOf(day) > afterUs ? applicationOf(day) : startOfDay(day + 1);
}

/** LG-17: computes fee tiers at the turn of each day and lets them apply at 07:00. After a pause only the last two days matter. */
function turnFeeTiers(engine: Engine): void {
  const { advancedUs, lastAtUs } = engine.state;
  const isDue = (atUs: number): boolean => atUs > advancedUs && atUs <= lastAtUs;
  const today = dayOf(lastAtUs);
  for (const day of [today - 1, today]) {
    if (isDue(startOfDay(day))) computeFeeTiers(engine, day);
    if (isDue(applicationOf(day))) applyFeeTiers(engine);
  }
}

function computeFeeTiers(engine: Engine, day: number): void {
  const { fees, volumes } = engine.state;
  for (const row of volumesInOrder(engine)) {
    const volume = volumes.before(row, day);
    const tiers = fees.scheduleAt(volumes.venueId(row), startOfDay(day))?.tiers ?? [];
    const tier = Math.max(
      0,
      tiers.findLastIndex(({ minVolumeUsd }) => volume >= minVolumeUsd * USD_MILLIONTHS),
    );
    if (tier !== volumes.computedTier(row)) emitFeeTierComputed(engine, row, tier, volume);
  }
}

function applyFeeTiers(engine: Engine): void {
  const { volumes } = engine.state;
  for (const row of volumesInOrder(engine)) {
    if (volumes.computedTier(row) !== volumes.tier(row)) emitFeeTierApplied(engine, row);
  }
}

/** By account, then by venue. The rows' own order is that of first trades, of which a restored engine knows nothing (JR-3). */
function volumesInOrder({ state: { volumes } }: Engine): readonly number[] {
  const rows = Array.from({ length: volumes.highestHandle }, (_, index) => index + 1);
  return rows.sort((a, b) => volumes.accountId(a) - volumes.accountId(b) || volumes.venueId(a) - volumes.venueId(b));
}

/** EL-10: cancels the open orders whose accounts may no longer trade their instruments, account by account, oldest first. */
export function cancelIneligible(engine: Engine): void {
  const { accounts, orders, rulebook } = engine.state;
  if (rulebook.venues.length === 0) return;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    let order = accounts.firstOrder(accountId);
    while (order !== 0) {
      // The cancellation frees the row, so the way on is read before it.
      const next = orders.accountNext(order);
      const refusal = engine.eligibility.refusalOf(engine.state, accounts.profileId(accountId), orders.instrumentId(order));
      if (refusal !== null) emitOrderCancelled(engine, order, "ineligible");
      order = next;
    }
  }
}
