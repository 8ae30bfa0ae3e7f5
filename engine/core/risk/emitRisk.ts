import { riskLocks, type RiskLock } from "../../../shared/risk.ts";
import { evolveRow } from "../records/emit.ts";
import type { Engine } from "../engineParts.ts";
import type { Layout } from "../records/fields.ts";
import { eventLayouts } from "../records/layout.ts";

const breached = eventLayouts.RiskBreached.slots;
const confirmed = eventLayouts.SoftLimitConfirmed.slots;
const locked = eventLayouts.RiskLocked.slots;
const closed = eventLayouts.SessionClosed.slots;

/** The breach that the incoming order is about to be refused for. */
export function emitRiskBreached(engine: Engine): void {
  const { assessment, incoming, log, refused } = engine;
  const at = log.begin(eventLayouts.RiskBreached);
  const row = log.numbers;
  assessment.copyBreach(row, at, breached);
  row[at + breached.accountId] = incoming.accountId;
  row[at + breached.headroom] = Math.max(0, refused.headroom);
  evolveRow(engine, at);
}

/** The soft bounds that the incoming order was confirmed to exceed. */
export function emitConfirmations(engine: Engine): void {
  const { assessment, incoming, log } = engine;
  for (let n = 0; n < assessment.confirmed; n += 1) {
    const at = log.begin(eventLayouts.SoftLimitConfirmed);
    const row = log.numbers;
    assessment.copyConfirmed(n, row, at, confirmed);
    row[at + confirmed.accountId] = incoming.accountId;
    row[at + confirmed.clientOrderId] = incoming.clientOrderId;
    row[at + confirmed.confirmation] = incoming.confirmation - 1;
    evolveRow(engine, at);
  }
}

/** `untilUs` 0: a person must release it. */
export function emitRiskLocked(engine: Engine, node: number, lock: RiskLock, limit: number, used: number, untilUs: number): void {
  const { log } = engine;
  const at = log.begin(eventLayouts.RiskLocked);
  const row = log.numbers;
  row[at + locked.nodeId] = node;
  row[at + locked.lock] = riskLocks.indexOf(lock);
  row[at + locked.limit] = limit;
  row[at + locked.used] = used;
  row[at + locked.untilUs] = untilUs;
  evolveRow(engine, at);
}

export function emitSessionClosed(engine: Engine, session: number, orders: number): void {
  const { log } = engine;
  const at = log.begin(eventLayouts.SessionClosed);
  log.numbers[at + closed.session] = session;
  log.numbers[at + closed.orders] = orders;
  evolveRow(engine, at);
}

/** An event whose only slot is a JSON text. */
export function emitJson(engine: Engine, layout: Layout, value: object): void {
  const { log } = engine;
  const text = log.texts.indexOf(JSON.stringify(value));
  const at = log.begin(layout);
  log.numbers[at + 1] = text;
  evolveRow(engine, at);
}

/** An event about a limit proposal, with up to two texts. */
export function emitProposal(engine: Engine, layout: Layout, proposalId: number, ...texts: readonly string[]): void {
  const { log } = engine;
  const indexes = texts.map((text) => log.texts.indexOf(text));
  const at = log.begin(layout);
  log.numbers[at + 1] = proposalId;
  for (const [n, index] of indexes.entries()) log.numbers[at + 2 + n] = index;
  evolveRow(engine, at);
}
