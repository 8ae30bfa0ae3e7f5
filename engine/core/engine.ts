import { invariant } from "../../shared/assert.ts";
import type { EpochUs, Seq } from "../../shared/ids.ts";
import { advanceTime } from "./advanceTime.ts";
import { amendOrder } from "./orders/amend.ts";
import { cancelAllOrders, cancelOrder, massCancel } from "./orders/cancel.ts";
import { settleConsequences, settleDue } from "./consequences.ts";
import { Engine } from "./engineParts.ts";
import { evolve } from "./evolve/evolve.ts";
import { NO_OPERAND, type Layout } from "./records/fields.ts";
import { submitOrderList } from "./orders/listOrders.ts";
import { commandKinds } from "./records/kinds.ts";
import { layoutOfKind } from "./records/layout.ts";
import { readAhead } from "./readAhead.ts";
import { defineAsset, depositFunds, listInstrument, openAccount, recordOperatorAction, setPrice } from "./operator/operator.ts";
import { decideRisk } from "./risk/riskCommands.ts";
import { releaseDue } from "./risk/supervise.ts";
import { setTradingPhase } from "./matching/phases.ts";
import { RecordCursor, unsoundness, type PackedRecords } from "./records/records.ts";
import { recordVenueReport } from "./routing/venueReports.ts";
import { submitOrder } from "./orders/submit.ts";
import {
  defineFeeSchedule,
  defineLicence,
  defineVenue,
  setEligibilityRule,
  withdrawEligibilityRule,
  withdrawLicence,
} from "./operator/venueCommands.ts";

export type { Engine } from "./engineParts.ts";
export { nextDueUs } from "./advanceTime.ts";

/** An engine before its first record: nothing is defined, nobody owns anything. */
export function createEngine(): Engine {
  return new Engine();
}

/** Sequence number of the last record; 0 before the first. */
export function lastSeq(engine: Engine): Seq {
  // The state counts sequence numbers.
  return engine.state.lastSeq as Seq;
}

/** Venue time of the last command; 0 before the first. */
export function lastAtUs(engine: Engine): EpochUs {
  // The state keeps the time that decide() was given.
  return engine.state.lastAtUs as EpochUs;
}

/**
 * Decides the command at the cursor: gives it the next sequence number and the time, appends its record and its events, and changes the
 * state accordingly. `atUs` must not lie before the last command's. Throws InvariantError if it does, or if the record is no command.
 */
export function decide(engine: Engine, command: RecordCursor, atUs: EpochUs): void {
  const records = engine.log.count + 1;
  const at = admit(engine, command, atUs);
  conclude(engine, command.kind, at, records);
}

/** First half of decide(): the command's own record, and what is due before it. Answers where its row begins. */
export function admit(engine: Engine, command: RecordCursor, atUs: EpochUs): number {
  const { log, state } = engine;
  const kind = command.kind;
  if (command.at >= command.readTo) readAhead(state, command);
  const named = layoutOfKind(kind);
  // The texts are made only when needed: this runs for every command.
  if (atUs < state.lastAtUs) invariant(false, `time would run backwards from ${state.lastAtUs} to ${atUs}`);
  if (named === undefined || !command.isCommand) invariant(false, `record kind ${kind} is no command`);
  const at = log.appendCommand(named.layout, command.numbers, command.at, command.length, command.texts, atUs);
  evolve(state, log.numbers, at, log.texts.list);
  if (state.dueOrders.firstUs <= atUs || state.markets.nextPhaseEndUs <= atUs) settleDue(engine);
  if (state.risk.dueUs <= atUs) releaseDue(engine);
  return at;
}

/** Second half of decide(): the decision itself and its consequences. `records` is how many there were once the command's own was written. */
export function conclude(engine: Engine, kind: number, at: number, records: number): void {
  const { state } = engine;
  dispatch(engine, kind, at, records);
  // What follows is nobody's message.
  state.risk.isMessage = false;
  state.risk.throttledNode = 0;
  if (state.watches.count !== 0 || state.lists.hasTouched || state.risk.suspectCount !== 0) settleConsequences(engine);
}

function dispatch(engine: Engine, kind: number, at: number, records: number): void {
  switch (kind) {
    case commandKinds.SubmitOrder:
      return submitOrder(engine, at);
    case commandKinds.CancelOrder:
      return cancelOrder(engine, at);
    case commandKinds.CancelAllOrders:
      return cancelAllOrders(engine, at);
    case commandKinds.DepositFunds:
      return depositFunds(engine, at);
    case commandKinds.DefineAsset:
      return defineAsset(engine, at);
    case commandKinds.ListInstrument:
      return listInstrument(engine, at);
    case commandKinds.OpenAccount:
      return openAccount(engine, at);
    case commandKinds.RecordOperatorAction:
      return recordOperatorAction(engine, at);
    case commandKinds.AmendOrder:
      return amendOrder(engine, at);
    case commandKinds.SubmitOrderList:
      return submitOrderList(engine, at);
    case commandKinds.SetTradingPhase:
      return setTradingPhase(engine, at);
    case commandKinds.MassCancel:
      return massCancel(engine, at);
    case commandKinds.SetMarkPrice:
    case commandKinds.SetIndexPrice:
      return setPrice(engine, at, kind);
    case commandKinds.AdvanceTime:
      return advanceTime(engine, records);
    case commandKinds.DefineVenue:
      return defineVenue(engine, at);
    case commandKinds.DefineLicence:
      return defineLicence(engine, at);
    case commandKinds.WithdrawLicence:
      return withdrawLicence(engine, at);
    case commandKinds.SetEligibilityRule:
      return setEligibilityRule(engine, at);
    case commandKinds.WithdrawEligibilityRule:
      return withdrawEligibilityRule(engine, at);
    case commandKinds.DefineFeeSchedule:
      return defineFeeSchedule(engine, at);
    case commandKinds.RecordVenueReport:
      return recordVenueReport(engine, at);
    default:
      if (!decideRisk(engine, kind, at)) invariant(false, `command kind ${kind} has no rule`);
  }
}

/** Takes everything decided since the last take, as one batch ready for the journal; null if there is nothing. */
export function takeBatch(engine: Engine): PackedRecords | null {
  const { log, state } = engine;
  return log.count === 0 ? null : log.take(state.lastSeq - log.count + 1);
}

/** Recovery and replicas: applies committed records through evolve alone. Throws InvariantError when the batch does not come next. */
export function fold(engine: Engine, batch: PackedRecords): void {
  const { state } = engine;
  invariant(engine.log.count === 0, "an engine with decisions of its own cannot fold others");
  invariant(batch.firstSeq === state.lastSeq + 1, `batch begins at ${batch.firstSeq}, but the next record is ${state.lastSeq + 1}`);
  const cursor = new RecordCursor(batch);
  while (cursor.next()) evolve(state, cursor.numbers, cursor.at, cursor.texts);
  invariant(
    state.lastSeq === batch.firstSeq + batch.count - 1,
    `batch at ${batch.firstSeq} does not have the ${batch.count} records it claims`,
  );
}

/** What redecide() found: the first record that the engine would have written otherwise. */
export type Difference = { readonly seq: number; readonly why: string };

/**
 * Verification: decides the batch's commands again and compares record by record. Answers the first difference, or null. The engine
 * then stands after its own decisions; after a difference it is of no further use.
 */
export function redecide(engine: Engine, batch: PackedRecords): Difference | null {
  const { state } = engine;
  if (batch.firstSeq !== state.lastSeq + 1) return { seq: batch.firstSeq, why: `the next record is ${state.lastSeq + 1}` };
  const cursor = new RecordCursor(batch);
  try {
    while (cursor.next()) {
      const unsound = unsoundness(cursor);
      if (unsound !== null) return { seq: cursor.seq, why: unsound };
      if (!cursor.isCommand) continue;
      if (cursor.seq !== state.lastSeq + 1)
        return { seq: Math.min(cursor.seq, state.lastSeq + 1), why: "a command follows where events should" };
      // A sound command row holds a time that some decide() was given.
      decide(engine, cursor, cursor.atUs as EpochUs);
    }
  } catch (error) {
    engine.log.take(0);
    return { seq: cursor.seq, why: error instanceof Error ? error.message : String(error) };
  }
  const decided = takeBatch(engine);
  return decided === null ? { seq: batch.firstSeq, why: "the batch is empty" } : firstDifference(batch, decided);
}

function firstDifference(batch: PackedRecords, decided: PackedRecords): Difference | null {
  const was = new RecordCursor(batch);
  const is = new RecordCursor(decided);
  while (was.next()) {
    const seq = was.seq;
    if (!is.next()) return { seq, why: "the engine decides no such record" };
    const layout = layoutOfKind(was.kind)?.layout;
    if (was.kind !== is.kind || layout === undefined || (was.length !== is.length && !isGrownFrom(was, is, layout))) {
      return { seq, why: `the engine decides ${layoutOfKind(is.kind)?.type} here` };
    }
    // A row of an earlier version is compared as far as it goes, and may tell fewer operands.
    for (let slot = 1; slot < was.length; slot += 1) {
      const isEqual =
        (layout.textSlots.includes(slot) ? was.text(slot) === is.text(slot) : was.get(slot) === is.get(slot)) ||
        (was.length !== is.length && was.get(slot) === NO_OPERAND && operandSlots.some((name) => layout.slots[name] === slot));
      if (!isEqual)
        return { seq, why: `${layoutOfKind(was.kind)?.type} differs: ${was.get(slot)} in the journal, ${is.get(slot)} by the rules` };
    }
  }
  if (is.next()) return { seq: is.seq, why: `the engine also decides ${layoutOfKind(is.kind)?.type}` };
  return was.seq === batch.firstSeq + batch.count - 1 ? null : { seq: batch.firstSeq, why: `the batch claims ${batch.count} records` };
}

/** The operands that refusals have had from the beginning. */
const operandSlots = ["limit", "actual", "headroom"] as const;

/** JR-9: is the one row what an earlier version would have written of the other, before refusals told more? */
function isGrownFrom(was: RecordCursor, is: RecordCursor, { earlierLengths, fields, slots }: Layout): boolean {
  if (!earlierLengths.includes(was.length) || was.length > is.length) return false;
  // What orders have come to ask for since must be left unasked.
  const asked = fields.filter(({ isSilent }) => isSilent !== undefined).flatMap((field) => field.slots);
  return asked.every((name) => slots[name]! < was.length || is.get(slots[name]!) === 0);
}
