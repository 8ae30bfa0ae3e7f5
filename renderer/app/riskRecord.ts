import { useSyncExternalStore } from "react";
import type { RiskList, RiskRecord } from "../../shared/riskRecord.ts";
import { atMostEvery } from "../ui/atMostEvery.ts";
import { engineClient, RequestError } from "./engineClient.ts";
import { readModel } from "./readModel.ts";

/** A storm of breaches is looked at so often. */
const EVERY_MS = 1_000;

export type KeptRecords = {
  readonly records: readonly RiskRecord[];
  /** Up to where the journal was read. */
  readonly seq: number;
  /** False when the list is so long that its oldest entries were left out. */
  readonly isComplete: boolean;
  /** The past sequence that it belongs to; null for the present. */
  readonly pastSeq: number | null;
};

/** RK-35: one of the two lists, read from the journal when somebody looks at it and carried on from there. */
class RecordList {
  readonly #list: RiskList;
  readonly #listeners = new Set<() => void>();
  #kept: KeptRecords | null = null;
  #isAsking = false;
  #stops: readonly (() => void)[] = [];
  readonly #look = atMostEvery(EVERY_MS, () => void this.#refresh());

  constructor(list: RiskList) {
    this.#list = list;
  }

  readonly current = (): KeptRecords | null => this.#kept;

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0)
      this.#stops = (["status", "past", "connection"] as const).map((topic) => readModel.subscribe(topic, () => this.#wake()));
    this.#listeners.add(listener);
    this.#wake();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      for (const stop of this.#stops) stop();
      this.#look.cancel();
    };
  };

  #wake(): void {
    if (this.#isDue()) this.#look.request();
  }

  #isDue(): boolean {
    const { connection, session, past, status } = readModel;
    if (this.#isAsking || connection.state !== "live" || session?.operator !== true) return false;
    const kept = this.#kept;
    if (kept === null || kept.pastSeq !== (past?.seq ?? null)) return true;
    // In the past nothing is added. A journal that goes on from an earlier row is read anew.
    return past === null && status !== null && ((status.riskSeq ?? 0) > kept.seq || status.durableSeq < kept.seq);
  }

  async #refresh(): Promise<void> {
    if (!this.#isDue()) return;
    this.#isAsking = true;
    const pastSeq = readModel.past?.seq ?? null;
    const kept = this.#kept;
    const goesOn = kept !== null && kept.pastSeq === pastSeq && (readModel.status?.durableSeq ?? 0) >= kept.seq;
    try {
      const answer = await engineClient.query({ type: "riskRecord", list: this.#list, afterSeq: goesOn ? kept.seq : 0 });
      // The window may have gone elsewhere meanwhile; then it is asked again.
      if ((readModel.past?.seq ?? null) === pastSeq) {
        const records = goesOn ? [...kept.records, ...answer.records] : answer.records;
        this.#kept = { records, seq: answer.seq, isComplete: answer.isComplete && (!goesOn || kept.isComplete), pastSeq };
        for (const listener of this.#listeners) listener();
      }
    } catch (cause) {
      // The line dropped, or the journal cannot be read, which the banner says.
      if (!(cause instanceof RequestError)) throw cause;
    } finally {
      this.#isAsking = false;
    }
  }
}

const lists: Readonly<Record<RiskList, RecordList>> = { deeds: new RecordList("deeds"), breaches: new RecordList("breaches") };

/** The entries of a list, oldest first; null until they have come. */
export function useRiskRecords(list: RiskList): KeptRecords | null {
  return useSyncExternalStore(lists[list].subscribe, lists[list].current);
}

/** The list itself, for who paints it without React. */
export function riskRecordsOf(list: RiskList): Pick<RecordList, "current" | "subscribe"> {
  return lists[list];
}
