import type { Seq } from "../../../shared/ids.ts";
import {
  MOST_RISK_RECORDS,
  riskCommandTypes,
  riskDeedTypes,
  type RiskList,
  type RiskRecord,
  type RiskRecordEvent,
} from "../../../shared/riskRecord.ts";
import { eventKinds } from "../../core/records/kinds.ts";
import type { RecordCursor } from "../../core/records/records.ts";

/** What a record of each kind is to this; most kinds are nothing. */
const ROLE_OF_KIND: (RiskList | "cancelled" | undefined)[] = [];
for (const type of riskDeedTypes) ROLE_OF_KIND[eventKinds[type]] = "deeds";
ROLE_OF_KIND[eventKinds.RiskBreached] = "breaches";
ROLE_OF_KIND[eventKinds.OrderCancelled] = "cancelled";

export type RiskRecordsRequest = {
  readonly list: RiskList;
  /** Only entries behind this sequence. */
  readonly afterSeq: number;
};
/** Oldest first. `isComplete`: older ones behind the sequence asked for were not left out. */
export type RiskRecordsAnswer = { readonly records: readonly RiskRecord[]; readonly isComplete: boolean };

/** RK-35: the newest deeds and breaches among the records that are told, oldest first. Breaches, which machines bring about, crowd out no deed. */
export class RiskRecords {
  readonly #lists: Readonly<Record<RiskList, RiskRecord[]>> = { deeds: [], breaches: [] };
  readonly #completeAbove: Record<RiskList, number>;
  /** The deed under way, whose cancellations are counted. */
  #counting: { -readonly [Key in keyof RiskRecord]: RiskRecord[Key] } | null = null;
  #lastSeq = 0;

  /** `fromSeq`: the sequence behind which records are told. */
  constructor(fromSeq = 0) {
    this.#completeAbove = { deeds: fromSeq, breaches: fromSeq };
  }

  /** Sequence of the newest entry that was told; 0 for none. */
  get lastSeq(): Seq {
    return this.#lastSeq as Seq;
  }

  /** Sequence behind which no entry of the list is missing. */
  completeAbove(list: RiskList): number {
    return this.#completeAbove[list];
  }

  apply(cursor: RecordCursor): void {
    const role = ROLE_OF_KIND[cursor.kind];
    if (role === undefined) return;
    if (role !== "cancelled") this.#take(role, cursor);
    else if (this.#counting !== null && this.#counting.causeSeq === cursor.causeSeq) this.#counting.cancelled += 1;
  }

  newest({ list, afterSeq }: RiskRecordsRequest): RiskRecordsAnswer {
    const records = this.#lists[list];
    const behind = records.findLastIndex(({ seq }) => seq <= afterSeq) + 1;
    // The one that is counted goes on changing; what is handed out does not.
    return { records: records.slice(behind).map((record) => ({ ...record })), isComplete: afterSeq >= this.#completeAbove[list] };
  }

  #take(list: RiskList, cursor: RecordCursor): void {
    const entry = cursor.entry();
    if (entry.kind !== "event") return;
    // The kinds above are those of these events.
    const event = entry.event as RiskRecordEvent;
    if (event.type === "CommandDenied" && !riskCommandTypes.includes(event.commandType)) return;
    const { seq, causeSeq, atUs } = entry;
    const record = { seq, causeSeq, atUs, by: cursor.actor, event, cancelled: 0 };
    if (list === "deeds") this.#counting = record;
    this.#lastSeq = seq;
    const records = this.#lists[list];
    records.push(record);
    if (records.length > 2 * MOST_RISK_RECORDS) this.#dropOldest(list, records);
  }

  #dropOldest(list: RiskList, records: RiskRecord[]): void {
    const dropped = records.splice(0, records.length - MOST_RISK_RECORDS);
    this.#completeAbove[list] = dropped.at(-1)?.seq ?? this.#completeAbove[list];
  }
}
