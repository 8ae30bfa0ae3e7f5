import type { Engine } from "../engineParts.ts";
import { checkStages, depart } from "../orders/submit.ts";
import { emitOrderAccepted } from "../records/emit.ts";
import { emitRestDenied } from "../records/emitRoutes.ts";
import { NO_TEXT } from "../records/fields.ts";
import { PASSED } from "../records/refused.ts";
import { emitConfirmations, emitRiskBreached } from "../risk/emitRisk.ts";
import type { Replacement } from "../state/routes.ts";

/*
 * CN-19: the second half of an amendment at an outside venue, which comes when the venue has let the first order go.
 */

/**
 * Sends what waits for its order to have come off, the oldest order's first, once the link is live. Each passes every stage like a new order of
 * its sender; one that does not, or whose time is over, is not sent, which is recorded.
 */
export function sendReplacements(engine: Engine): void {
  const { refused, state } = engine;
  const { risk, routes } = state;
  if (routes.replacements.size === 0) return;
  for (const [orderId, waiting] of [...routes.replacements].sort(([a], [b]) => a - b)) {
    if (state.lastAtUs > waiting.untilUs) {
      refused.because("BOOK_REST_TOO_LATE");
      emitRestDenied(engine, orderId, waiting);
    } else if (routes.isLive) send(engine, orderId, waiting);
  }
  risk.asker = risk.actor;
}

function send(engine: Engine, orderId: number, waiting: Replacement): void {
  const { incoming, state } = engine;
  load(engine, waiting);
  state.risk.asker = waiting.sender;
  if (checkStages(engine) !== PASSED) {
    if (engine.assessment.hasBreach) emitRiskBreached(engine);
    return emitRestDenied(engine, orderId, waiting);
  }
  if (engine.assessment.confirmed > 0) emitConfirmations(engine);
  emitOrderAccepted(engine);
  const instrument = state.catalog.instrument(incoming.instrumentId);
  depart(engine, state.orders.find(state.lastSeq), instrument, { sender: waiting.sender, replaces: orderId });
}

function load({ incoming, log }: Engine, waiting: Replacement): void {
  incoming.clearSpecials();
  incoming.accountId = waiting.accountId;
  incoming.instrumentId = waiting.instrumentId;
  incoming.clientOrderId = waiting.clientOrderId;
  incoming.terms = waiting.terms;
  incoming.limitTicks = waiting.limitTicks;
  incoming.lots = waiting.lots;
  incoming.askedLots = waiting.lots;
  incoming.isSpecial = true;
  incoming.isReplacement = true;
  incoming.confirmation = waiting.confirmation === null ? 0 : log.texts.indexOf(waiting.confirmation) - NO_TEXT;
}

/** Whoever takes orders off takes with them what was to come in the place of one. */
export function dropReplacements(engine: Engine, isMeant: (waiting: Replacement) => boolean): void {
  const { refused, state } = engine;
  if (state.routes.replacements.size === 0) return;
  for (const [orderId, waiting] of [...state.routes.replacements].sort(([a], [b]) => a - b)) {
    if (!isMeant(waiting)) continue;
    refused.because("BOOK_REST_WITHDRAWN");
    emitRestDenied(engine, orderId, waiting);
  }
}
