import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { balance } from "../../engine/core/queries.ts";
import type { Event } from "../../shared/events.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";
import { ALICE, BOB, CAROL, COIN, type Driver, METAL, USD, deposit, only, order, type PlainCommand, type PlainOrder } from "./drive.ts";
import { AWAY, AWAY_LICENCE, rule, venuesWith } from "./venues.ts";

const everybody = [rule({}), rule({ ruleId: 2, venueId: AWAY, licenceId: AWAY_LICENCE })];
const rich = [ALICE, BOB, CAROL].flatMap((accountId) => [
  deposit(accountId, USD, 10 ** 13),
  deposit(accountId, METAL, 10 ** 13),
  deposit(accountId, COIN, 10 ** 9),
]);

/** Rich traders who may trade everything, under these fee schedules. */
export function market(...rows: PlainCommand[]): Driver {
  return venuesWith([...everybody, ...rich, ...rows]);
}

/** What an account has of an asset, in its smallest units. */
export function have(driver: Driver, accountId: number, assetId: number): { total: number; held: number; available: number } {
  return { ...balance(driver.engine, accountId as AccountId, assetId as AssetId) };
}

/** Bob rests, Alice takes: the events of the taking order. */
export function trade(driver: Driver, changes: PlainOrder & { limitTicks: number; lots: number }): Event[] {
  const side = changes.side ?? "buy";
  driver.send(order({ ...changes, accountId: BOB, side: side === "buy" ? "sell" : "buy" }));
  const events = driver.send(order({ ...changes, accountId: ALICE, side }));
  checkInvariants(driver.engine);
  return events;
}

/** The fees of the one fill among the events, in smallest units of what each is taken in. */
export function feesOf(events: readonly Event[]): readonly [maker: number, taker: number] {
  const { makerFee, takerFee } = only(events, "OrderFilled");
  return [makerFee, takerFee];
}

/** The refusal with which the engine answers the command. */
export const denied = (driver: Driver, command: PlainCommand): unknown => only(driver.send(command), "CommandDenied").refusal;
