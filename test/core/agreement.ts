import { isDeepStrictEqual } from "node:util";
import { balance } from "../../engine/core/queries.ts";
import { decodeEntries } from "../../engine/core/records/records.ts";
import type { JournalEntry } from "../../shared/events.ts";
import type { AccountId, AssetId } from "../../shared/ids.ts";
import type { Driver } from "./drive.ts";
import type { ReferenceVenue } from "./reference/referenceVenue.ts";

/** Both sides of a comparison of the engine with the plain reference. */
export type Both = { readonly driver: Driver; readonly reference: ReferenceVenue };

/** Where they first differ: a journal entry, or a balance at the end. */
type Disagreement = { readonly engine: unknown; readonly reference: unknown };

/** Entry by entry, because the first difference tells more than all of them; then every balance. Null if they agree. */
export function disagreement({ driver, reference }: Both): Disagreement | null {
  const entries = driver.batches.flatMap(decodeEntries).map(withoutNearest);
  for (const [index, entry] of entries.entries()) {
    if (!isDeepStrictEqual(entry, reference.entries[index])) return { engine: entry, reference: reference.entries[index] };
  }
  if (entries.length !== reference.entries.length) return { engine: entries.length, reference: reference.entries.length };
  for (let accountId = 1; accountId <= reference.accounts.length; accountId += 1) {
    for (let assetId = 1; assetId <= reference.assets.length; assetId += 1) {
      const { total, held } = balance(driver.engine, accountId as AccountId, assetId as AssetId);
      const found = { accountId, assetId, total: BigInt(total), held: BigInt(held) };
      const expected = { accountId, assetId, ...reference.balance(accountId, assetId) };
      if (!isDeepStrictEqual(found, expected)) return { engine: found, reference: expected };
    }
  }
  return null;
}

/** The nearest order that would have passed is proven by asking again (nearest.test.ts). */
function withoutNearest(entry: JournalEntry): JournalEntry {
  if (entry.kind !== "event" || !("refusal" in entry.event)) return entry;
  return { ...entry, event: { ...entry.event, refusal: { ...entry.event.refusal, nearest: null } } };
}

/** What a stream has reached: types of events, codes of refusals, reasons of cancellations. */
export function noteReached({ reference }: Both, seen: Set<string>): void {
  for (const entry of reference.entries) {
    if (entry.kind !== "event") continue;
    seen.add(entry.event.type);
    if ("refusal" in entry.event) seen.add(entry.event.refusal.code);
    if (entry.event.type === "OrderCancelled") seen.add(entry.event.reason);
    if (entry.event.type === "RiskLocked") seen.add(entry.event.lock);
    if (entry.event.type === "OrderFilled" && entry.event.makerFee < 0) seen.add("a rebate");
  }
}
