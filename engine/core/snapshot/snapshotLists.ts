import { invariant } from "../../../shared/assert.ts";
import { orderListSchema } from "../../../shared/orderLists.ts";
import type { ByteReader, ByteWriter } from "./canonicalBytes.ts";
import { fromJson } from "../records/fields.ts";
import type { Ending } from "../state/orderLists.ts";
import type { EngineState } from "../state/state.ts";

const endings: readonly Ending[] = ["none", "filled", "withdrawn", "prevented"];

/** The open order lists, in order of their ids. */
export function writeLists({ lists }: EngineState, out: ByteWriter): void {
  out.number(lists.open.size);
  for (const list of [...lists.open.values()].toSorted((a, b) => a.listId - b.listId)) {
    out.number(list.listId);
    out.number(list.accountId);
    out.number(list.instrumentId);
    out.number(list.clientOrderId);
    out.number(list.parentListId);
    out.text(JSON.stringify(list.list));
    out.text(list.actor);
    out.text(list.confirmation ?? "");
    out.number(list.orders.length);
    for (const id of list.orders) out.number(id);
    out.number(list.accepted);
    out.number(list.filledLots);
    out.number(list.coveredLots);
    out.number(endings.indexOf(list.ending));
  }
}

export function readLists({ lists, orders }: EngineState, from: ByteReader): void {
  for (let left = from.integer(0); left > 0; left -= 1) {
    const head = {
      listId: from.integer(1),
      accountId: from.integer(1),
      instrumentId: from.integer(1),
      clientOrderId: from.integer(1),
      parentListId: from.integer(0),
    };
    const list = fromJson(orderListSchema, from.text());
    const actor = from.text();
    const confirmation = from.text();
    const ids: number[] = [];
    for (let more = from.integer(0); more > 0; more -= 1) ids.push(from.integer(1));
    invariant(
      ids.every((id) => orders.find(id) !== 0),
      "snapshot has a list of orders that are not open",
    );
    const counts = { accepted: from.integer(0), filledLots: from.integer(0), coveredLots: from.integer(0) };
    const ending = endings[from.integer(0)];
    invariant(ending !== undefined, "snapshot has a list with an impossible ending");
    lists.open.set(head.listId, {
      ...head,
      list,
      actor,
      confirmation: confirmation === "" ? null : confirmation,
      orders: ids,
      ...counts,
      ending,
    });
  }
}
