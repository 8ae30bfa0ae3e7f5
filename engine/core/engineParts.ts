import { EligibilityMatrix } from "./eligibility.ts";
import { IncomingOrder } from "./incomingOrder.ts";
import { RecordLog } from "./recordLog.ts";
import { Refused } from "./refused.ts";
import { Assessment } from "./risk/assessment.ts";
import { EngineState } from "./state.ts";

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
