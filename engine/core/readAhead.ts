import { commandKinds } from "./records/kinds.ts";
import { commandLayouts } from "./records/layout.ts";
import { headerKind, headerLength, int } from "./records/fields.ts";
import type { RecordCursor } from "./records/records.ts";
import { sideBit } from "./records/terms.ts";
import { bookSideOf } from "./state/books.ts";
import type { EngineState } from "./state/state.ts";

/*
 * With a million accounts or resting orders the rows that a command needs lie in no cache, and it would wait for one after the other. So the
 * rows of several commands that have arrived together are read beforehand: memory answers all of them in the time of one. Nothing depends on
 * what is read here; what a command really needs may be something else by its turn, and then it waits as it would have.
 */

const COMMANDS = 16;
/** Below so many bytes of accounts and open orders a core's own cache holds most of what matters. */
const CACHED_BYTES = 2 ** 21;

const submit = commandLayouts.SubmitOrder.slots;
const cancel = commandLayouts.CancelOrder.slots;

/** Where the rows of the commands begin. */
const places = new Int32Array(COMMANDS);
/** The order that each has to do with by itself: the one to cancel, or the last one at the price and on the side of a new one. */
const named = new Int32Array(COMMANDS);
/** What was read goes here, or the compiler would leave the reading out. */
const sink = new Int32Array(1);

/** Reads what the cursor's command and the next ones will ask for, and notes in the cursor how far it came. */
export function readAhead(state: EngineState, command: RecordCursor): void {
  const { accounts, orders } = state;
  const { numbers } = command;
  const areManyAccounts = accounts.bytes >= CACHED_BYTES;
  const areManyOrders = orders.bytes >= CACHED_BYTES;
  if (!areManyAccounts && !areManyOrders) {
    command.readTo = numbers.length;
    return;
  }
  let at = command.at;
  let count = 0;
  for (let n = 0; n < COMMANDS && at < numbers.length; n += 1) {
    const header = int(numbers[at]);
    const kind = headerKind(header);
    if (kind === commandKinds.SubmitOrder || kind === commandKinds.CancelOrder) {
      places[count] = at;
      count += 1;
    }
    // A row without length ends what can be read; the cursor will say so when it comes there.
    at += headerLength(header) || numbers.length;
  }
  command.readTo = at;
  let sum = 0;
  if (areManyAccounts) sum += readAccounts(state, numbers, count);
  if (areManyOrders) sum += readTables(state, numbers, count) + readOrders(state, numbers, count) + readNeighbours(state, numbers, count);
  sink[0] = sum;
}

function isCancel(numbers: Float64Array, at: number): boolean {
  return headerKind(int(numbers[at])) === commandKinds.CancelOrder;
}

function readAccounts({ accounts }: EngineState, numbers: Float64Array, count: number): number {
  let sum = 0;
  // Submissions and cancels name their account in the same place.
  for (let n = 0; n < count; n += 1) sum += accounts.touch(int(numbers[places[n]! + submit.accountId]));
  return sum;
}

/** The places in the tables of ids and of prices. */
function readTables({ books, orders }: EngineState, numbers: Float64Array, count: number): number {
  let sum = 0;
  for (let n = 0; n < count; n += 1) {
    const at = places[n]!;
    if (isCancel(numbers, at)) sum += orders.touchId(numbers, at + cancel.orderId);
    else sum += books.levels.touchPrice(sideOf(numbers, at), ticksOf(numbers, at));
  }
  return sum;
}

/** The orders, which are found through what was read first. */
function readOrders({ accounts, books, orders }: EngineState, numbers: Float64Array, count: number): number {
  let sum = 0;
  for (let n = 0; n < count; n += 1) {
    const at = places[n]!;
    if (isCancel(numbers, at)) {
      named[n] = orders.findIn(numbers, at + cancel.orderId);
      continue;
    }
    named[n] = books.levels.last(books.levels.find(sideOf(numbers, at), ticksOf(numbers, at)));
    const accountId = int(numbers[at + submit.accountId]);
    if (accounts.exists(accountId)) sum += orders.touch(accounts.lastOrder(accountId)) + orders.touch(accounts.firstRecent(accountId));
  }
  return sum;
}

/** What their coming and going changes: neighbours in queue and account, and the level. */
function readNeighbours({ books, orders }: EngineState, numbers: Float64Array, count: number): number {
  let sum = 0;
  for (let n = 0; n < count; n += 1) {
    const order = named[n]!;
    sum += orders.touch(order) + books.levels.orders(orders.level(order));
    if (!isCancel(numbers, places[n]!)) continue;
    sum += orders.touch(orders.previous(order)) + orders.touch(orders.next(order));
    sum += orders.touch(orders.accountPrevious(order)) + orders.touch(orders.accountNext(order));
  }
  return sum;
}

function sideOf(numbers: Float64Array, at: number): number {
  return bookSideOf(int(numbers[at + submit.instrumentId]), sideBit(int(numbers[at + submit.terms])));
}

function ticksOf(numbers: Float64Array, at: number): number {
  return int(numbers[at + submit.limitTicks]);
}
