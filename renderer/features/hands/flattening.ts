import type { AccountId, InstrumentId, Seq } from "../../../shared/ids.ts";
import { flattenPlan, type FlattenPlan } from "../../app/flatten.ts";
import { messages } from "../../app/messages.ts";
import { cancelAll, placeOrder } from "../../app/orders.ts";
import { readModel, type ReadModel } from "../../app/readModel.ts";
import type { AccountChoice } from "../../app/selection.ts";
import { topics } from "../../app/topics.ts";
import { handsTexts } from "./handsTexts.ts";

const texts = handsTexts.flatten;

/** How long an outside venue may take to let the open orders go, and the picture to show what was cancelled. */
const OFF_MS = 30_000;

/** Accounts whose positions are being traded back: begun a second time, they would be traded past nothing. */
const underWay = new Set<AccountId>();

export function planOf(model: ReadModel, account: AccountChoice, instrumentId: InstrumentId | null): FlattenPlan {
  return flattenPlan(model.positions(), account, instrumentId, (id) => model.instrument(id));
}

/** How many orders these accounts have open in the scope. */
export function openIn(model: ReadModel, accounts: ReadonlySet<AccountId>, instrumentId: InstrumentId | null): number {
  let open = 0;
  for (const { accountId, buy, sell } of model.open.tallies("all", instrumentId)) if (accounts.has(accountId)) open += buy.open + sell.open;
  return open;
}

/** Trades the positions in the scope back to nothing and tells what became of it; not while that is being done already. Never rejects. */
export async function flatten(account: AccountChoice, instrumentId: InstrumentId | null): Promise<void> {
  const { positions } = planOf(readModel, account, instrumentId);
  const accounts = new Set(positions.map(({ accountId }) => accountId));
  if ([...accounts].some((id) => underWay.has(id))) {
    messages.post({ severity: "warning", text: texts.underWay });
    return;
  }
  for (const id of accounts) underWay.add(id);
  try {
    // Open orders go first: they would trade against the flattening or hold what it needs.
    const decided = await Promise.all([...accounts].map((id) => cancelAll(id, instrumentId)));
    const isElsewhere = positions.some((row) => readModel.instrument(row.instrumentId)?.routed === true);
    const hindrance = await hindranceOf(decided, isElsewhere ? () => openIn(readModel, accounts, instrumentId) === 0 : null);
    if (hindrance === null) await tradeBack(accounts, instrumentId);
    else messages.post({ severity: "warning", text: hindrance });
  } finally {
    for (const id of accounts) underWay.delete(id);
  }
}

/** Waits until the picture shows what the cancels did, and, at an outside venue, until the orders are off. Why positions may not be traded back, or null. */
async function hindranceOf(decided: readonly (Seq | null)[], areOff: (() => boolean) | null): Promise<string | null> {
  if (decided.includes(null)) return texts.notCancelled;
  const last = Math.max(...decided.map(Number));
  // Where nothing of this window's changed no frame comes. Each status says how far frames have come; the first may be as old as the answer.
  let statuses = 0;
  const stop = topics.subscribe("status", () => {
    statuses += 1;
  });
  const isSeen = (): boolean => {
    const { connection, dueSeq, past, seq } = readModel;
    // The past, and what is left of a line that was cut, show nothing of what is there.
    if (seq === null || past !== null || connection.state !== "live") return false;
    return seq >= last || (statuses >= 2 && dueSeq !== null && seq >= dueSeq);
  };
  try {
    if (areOff === null) return (await shown(isSeen)) ? null : texts.notShown;
    if (!areOff()) messages.post({ severity: "info", text: texts.waits });
    return (await shown(() => isSeen() && areOff())) ? null : texts.notOff;
  } finally {
    stop();
  }
}

/** Resolves when a frame or a status makes it so; false if that takes too long. */
function shown(isSo: () => boolean): Promise<boolean> {
  if (isSo()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const look = (): void => {
      if (isSo()) end(true);
    };
    const stops = (["seq", "status", "connection", "past"] as const).map((topic) => topics.subscribe(topic, look));
    const timer = setTimeout(() => end(false), OFF_MS);
    const end = (result: boolean): void => {
      for (const stop of stops) stop();
      clearTimeout(timer);
      resolve(result);
    };
  });
}

async function tradeBack(accounts: ReadonlySet<AccountId>, instrumentId: InstrumentId | null): Promise<void> {
  // Asked for anew: what was on its way off may still have filled. An account that has come to a position meanwhile was not asked about.
  const orders = [...accounts].flatMap((id) => planOf(readModel, id, instrumentId).orders);
  const placements = await Promise.all(orders.map((order) => placeOrder(order).outcome));
  const accepted = placements.filter(({ kind }) => kind === "accepted").length;
  messages.post({
    severity: accepted === orders.length ? "info" : "warning",
    text: `${texts.sent}: ${accepted} ${texts.of} ${orders.length} ${texts.accepted}.`,
  });
}
