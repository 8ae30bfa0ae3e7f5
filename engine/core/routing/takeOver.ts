import type { VenueReportOf } from "../../../shared/venueReports.ts";
import type { Engine } from "../engineParts.ts";
import { emitCommandDenied } from "../records/emit.ts";
import { emitVenueReported } from "../records/emitRoutes.ts";
import { NO_OPERAND } from "../records/fields.ts";
import { commandKinds } from "../records/kinds.ts";
import { fits, recordDiscrepancy } from "./discrepancy.ts";

/*
 * CN-10: what the venue says otherwise is taken over by two persons, like a limit (RK-28): one proposes amounts, another approves those amounts.
 */

export function proposeTakeOver(engine: Engine, report: VenueReportOf<"takeOverProposed">): void {
  const { refused, state } = engine;
  if (state.routes.link === null) refused.because("CATALOG_UNKNOWN_VENUE");
  else if (report.adjustments.some(({ assetId }) => !state.catalog.hasAsset(assetId))) refused.because("CATALOG_UNKNOWN_ASSET");
  else return emitVenueReported(engine, report);
  emitCommandDenied(engine, commandKinds.RecordVenueReport);
}

/** By anyone, also by the one who proposed. */
export function withdrawTakeOver(engine: Engine, report: VenueReportOf<"takeOverWithdrawn">): void {
  if (engine.state.routes.takeOver?.proposalId === report.proposalId) return emitVenueReported(engine, report);
  engine.refused.with("RISK_UNKNOWN_PROPOSAL", NO_OPERAND, report.proposalId, NO_OPERAND);
  emitCommandDenied(engine, commandKinds.RecordVenueReport);
}

/** Why this person may not approve that proposal; null if the person may. */
export function takeOverObjection(
  { state }: Engine,
  proposalId: number,
  by: string,
): "RISK_UNKNOWN_PROPOSAL" | "RISK_SECOND_PERSON" | null {
  const proposed = state.routes.takeOver;
  if (proposed?.proposalId !== proposalId) return "RISK_UNKNOWN_PROPOSAL";
  return proposed.by === by ? "RISK_SECOND_PERSON" : null;
}

/** All adjustments or none: nothing that orders hold can be taken away. */
export function takeOver(engine: Engine, report: VenueReportOf<"takenOver">): void {
  const { refused, state } = engine;
  const { link, takeOver: proposed } = state.routes;
  const objection = takeOverObjection(engine, report.proposalId, report.by);
  if (objection !== null || proposed === null || link === null) {
    refused.because(objection ?? "RISK_UNKNOWN_PROPOSAL");
    return emitCommandDenied(engine, commandKinds.RecordVenueReport);
  }
  const { accountId } = link;
  const uncovered = proposed.adjustments.find(({ assetId, amount }) => !fits(engine, state.balances.find(accountId, assetId), amount));
  if (uncovered !== undefined) {
    const text = `adjustment of asset ${uncovered.assetId} by ${uncovered.amount}`;
    return recordDiscrepancy(engine, { about: "overdrawn", orderId: null, venueTradeId: null, text });
  }
  const why = `${proposed.why} | proposed by ${proposed.by}, approved by ${report.by}`;
  for (const { amount, assetId } of proposed.adjustments) emitVenueReported(engine, { kind: "adjusted", accountId, assetId, amount, why });
  emitVenueReported(engine, report);
}
