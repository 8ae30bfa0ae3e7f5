import { EligibilityMatrix } from "./eligibility/eligibility.ts";
import { IncomingOrder } from "./orders/incomingOrder.ts";
import { RecordLog } from "./records/recordLog.ts";
import { Refused } from "./records/refused.ts";
import { Assessment } from "./risk/assessment.ts";
import { EngineState } from "./state/state.ts";

/** A state, the records decided since the last batch was taken, and scratch space for the order under decision. */
export class Engine {
  readonly state = new EngineState();
  readonly log = new RecordLog();
  readonly incoming = new IncomingOrder();
  readonly refused = new Refused();
  readonly assessment = new Assessment();
  /** The first refusal, kept while seekNearest() tries others. */
  readonly firstRefused = new Refused();
  readonly eligibility = new EligibilityMatrix();
}
