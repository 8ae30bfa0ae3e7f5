import { describe, expect, test } from "vitest";
import { createEngine, decide, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { fork } from "../../engine/core/fork.ts";
import { encodeCommands, RecordCursor, type PackedRecords } from "../../engine/core/records/records.ts";
import { checkInvariants } from "../../engine/core/snapshot/invariants.ts";
import { commandSchema, type Command } from "../../shared/commands.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { COIN, START_US, USD, account, deposit, order, venue, type PlainCommand } from "./drive.ts";

/** So many accounts and orders that neither fits where rows are not read ahead. */
const ACCOUNTS = 8_300;
const ORDERS = 2 * ACCOUNTS;
const FIRST = 5;
const AT_US = (START_US + 1) as EpochUs;

function packed(plain: readonly PlainCommand[]): PackedRecords {
  return encodeCommands(
    plain.map((each): { command: Command; actor: string } => ({ command: commandSchema.parse(each), actor: "tester" })),
  );
}

function decideAll(engine: Engine, commands: PackedRecords): void {
  const cursor = new RecordCursor(commands);
  while (cursor.next()) decide(engine, cursor, AT_US);
}

function crowd(): Engine {
  const engine = createEngine();
  decideAll(engine, packed(venue));
  const commands: PlainCommand[] = [];
  for (let n = 0; n < ACCOUNTS; n += 1) {
    const accountId = FIRST + n;
    commands.push(account(accountId, `T${n}`), deposit(accountId, USD, 10_000_000), deposit(accountId, COIN, 1_000));
  }
  for (let n = 0; n < ORDERS; n += 1) {
    commands.push(order({ accountId: FIRST + (n % ACCOUNTS), clientOrderId: n + 1, limitTicks: 1_000 + (n % 700), lots: 2 }));
  }
  decideAll(engine, packed(commands));
  takeBatch(engine);
  return engine;
}

/** New orders that rest and that trade, cancels, orders of nobody, in nothing, without a price, and cancels of what is not there. */
function mixed(engine: Engine): PlainCommand[] {
  const { accounts, orders } = engine.state;
  return Array.from({ length: 400 }, (_, n): PlainCommand => {
    const accountId = FIRST + ((n * 37) % ACCOUNTS);
    const orderId = orders.id(accounts.firstOrder(accountId));
    const sent = { accountId, clientOrderId: ORDERS + n + 1, limitTicks: 1_000 + ((n * 13) % 900), lots: 1 + (n % 3) };
    switch (n % 8) {
      case 0:
      case 1:
        return order(sent);
      case 2:
        return order({ ...sent, side: "sell" });
      case 3:
        return order({ ...sent, side: "sell", orderType: "market", timeInForce: "ioc", limitTicks: null });
      case 4:
        return { type: "CancelOrder", accountId, orderId };
      case 5:
        return { type: "CancelOrder", accountId: 2 ** 30 + n, orderId: 2 ** 40 + n };
      case 6:
        return order({ ...sent, accountId: 2 ** 30 + n });
      default:
        return order({ ...sent, instrumentId: 60_000 });
    }
  });
}

describe("rows that are read ahead", () => {
  test("JR-2 commands that come together are decided as if they came one by one", () => {
    const together = crowd();
    const oneByOne = fork(together);
    expect([together.state.accounts.bytes, together.state.orders.bytes].every((bytes) => bytes >= 2 ** 21)).toBe(true);
    const commands = mixed(together);
    decideAll(together, packed(commands));
    for (const command of commands) decideAll(oneByOne, packed([command]));
    const [all, each] = [takeBatch(together), takeBatch(oneByOne)];
    expect(all?.count).toBeGreaterThan(commands.length * 2);
    expect(all).toEqual(each);
    checkInvariants(together);
  });

  test("JR-2 a row without length ends the reading, and the cursor refuses it in its turn", () => {
    const engine = crowd();
    const { numbers, texts } = packed(mixed(engine).slice(0, 3));
    const torn = new Float64Array(numbers.length + 1);
    torn.set(numbers);
    const cursor = new RecordCursor({ firstSeq: 0, count: 4, numbers: torn, texts });
    for (let n = 0; n < 3; n += 1) {
      cursor.next();
      decide(engine, cursor, AT_US);
    }
    expect(() => cursor.next()).toThrow("cut off");
  });
});
