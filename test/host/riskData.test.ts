import { describe, expect, it } from "vitest";
import { createEngine, decide, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { accounts, instruments } from "../../engine/core/queries.ts";
import { RecordCursor, decodeEntries, encodeCommands } from "../../engine/core/records/records.ts";
import { riskView } from "../../engine/core/risk/riskView.ts";
import { genesisSteps } from "../../engine/host/genesis.ts";
import { commandSchema, type Command } from "../../shared/commands.ts";
import type { Event } from "../../shared/events.ts";
import type { EpochUs } from "../../shared/ids.ts";
import { VENUE_NODE, riskControls } from "../../shared/risk.ts";

const NOW = (Date.parse("2026-11-22T12:00:00+08:00") * 1_000) as EpochUs;

function send(engine: Engine, command: Command, actor: string): Event[] {
  const cursor = new RecordCursor(encodeCommands([{ command, actor }]));
  cursor.next();
  decide(engine, cursor, NOW);
  return decodeEntries(takeBatch(engine)!).flatMap((entry) => (entry.kind === "event" ? [entry.event] : []));
}

function begin(before: readonly Command[] = []): { readonly engine: Engine; readonly events: readonly Event[] } {
  const engine = createEngine();
  const events = before.flatMap((command) => send(engine, command, "host"));
  events.push(...genesisSteps(events.length * 2).flatMap(({ command, actor }) => send(engine, command, actor)));
  return { engine, events };
}

function order(symbol: string, code: string, quantityLots: number, limitTicks: number, engine: Engine): Command {
  const instrument = instruments(engine).find((one) => one.symbol === symbol)!;
  const account = [...accounts(engine)].find((one) => one.code === code)!;
  const { instrumentId } = instrument;
  const terms = { side: "buy", orderType: "limit", timeInForce: "gtc", limitTicks, lots: quantityLots } as const;
  return commandSchema.parse({ type: "SubmitOrder", accountId: account.accountId, instrumentId, clientOrderId: 1, ...terms });
}

describe("JR-32 the risk tree of the beginning", () => {
  it("JR-32 RK-4 gives every account its place below a firm and a desk", () => {
    const { engine } = begin();
    for (const { accountId, code } of accounts(engine)) {
      const nodeId = engine.state.risk.nodeOf(accountId);
      expect([code, nodeId === VENUE_NODE]).toEqual([code, false]);
      const { node } = riskView(engine, nodeId);
      expect(node).toMatchObject({ level: "account", accountId, name: code });
      const desk = riskView(engine, node.parentId).node;
      expect([desk.level, riskView(engine, desk.parentId).node.level]).toEqual(["desk", "firm"]);
    }
  });

  it("JR-32 RK-5 RK-28 puts limits in force that one proposed and another approved, whatever came before", () => {
    const note = commandSchema.parse({ type: "RecordOperatorAction", action: "continuedAfterBrokenTail", detail: "for the test" });
    for (const { engine, events } of [begin(), begin([note])]) {
      expect(events.filter(({ type }) => type === "CommandDenied")).toEqual([]);
      const proposed = events.filter(({ type }) => type === "LimitsProposed").length;
      expect(proposed).toBeGreaterThan(5);
      expect(events.filter(({ type }) => type === "LimitsApplied").length).toBe(proposed);
      const client = riskView(engine, engine.state.risk.nodeOf(2));
      const own = client.controls.filter(({ nodeId }) => nodeId === client.node.nodeId);
      expect(own.map(({ control }) => control).filter((control) => riskControls.includes(control)).length).toBeGreaterThan(4);
      expect(new Set(own.map(({ owner }) => owner))).toEqual(new Set(["genesis checker"]));
    }
  });

  it("JR-32 RK-7 RK-13 RK-26 guards price, rate and loss of every client at its place or its desk's", () => {
    const { engine } = begin();
    for (const { accountId, code } of accounts(engine)) {
      if (!["ALPHA", "BRAVO", "CHARLIE", "DELTA"].includes(code)) continue;
      const { controls } = riskView(engine, engine.state.risk.nodeOf(accountId));
      for (const control of ["farTouchPpm", "messages", "loss"]) {
        const found = controls.filter((one) => one.control === control);
        expect([code, control, found.length > 0]).toEqual([code, control, true]);
        for (const { hard, soft } of found) expect(soft).toBeLessThan(hard!);
      }
    }
  });

  it("RK-7 RK-27 an order far through the book waits for a reason or does not pass, the first order of an empty book does", () => {
    const { engine } = begin();
    const sell = { ...order("BTC/USD", "CHARLIE", 1_000, 6_000_000, engine), side: "sell" } as Command;
    expect(send(engine, sell, "trader").at(-1)?.type).toBe("OrderRested");
    const soft = order("BTC/USD", "ALPHA", 2_000, 6_400_000, engine);
    expect(send(engine, soft, "trader").at(-1)).toMatchObject({ refusal: { code: "RISK_FAR_TOUCH_SOFT", limit: 6_300_000 } });
    const hard = { ...order("BTC/USD", "ALPHA", 2_000, 6_700_000, engine), confirmation: "agreed with the client" } as Command;
    expect(send(engine, hard, "trader").at(-1)).toMatchObject({ refusal: { code: "RISK_FAR_TOUCH", limit: 6_600_000 } });
  });

  it("RK-9 RK-27 has an order beyond the soft limit wait for a reason, and none beyond the hard one pass", () => {
    const { engine } = begin();
    const asked = order("BTC/USD", "ALPHA", 1_200_000, 6_300_000, engine);
    const refused = send(engine, asked, "trader").at(-1);
    expect(refused).toMatchObject({
      type: "OrderDenied",
      refusal: { code: "RISK_ORDER_VALUE_SOFT", limit: 7_500_000_000_000, used: 0, actual: 7_560_000_000_000 },
    });
    const confirmed = { ...asked, confirmation: "agreed with the client" } as Command;
    expect(send(engine, confirmed, "trader").map(({ type }) => type)).toEqual([
      "SoftLimitConfirmed",
      "SoftLimitConfirmed",
      "OrderAccepted",
      "OrderRested",
    ]);
    const tooLarge = { ...order("BTC/USD", "DELTA", 90_000, 6_300_000, engine), confirmation: "agreed with the client" } as Command;
    expect(send(engine, tooLarge, "trader").at(-1)).toMatchObject({ type: "OrderDenied", refusal: { code: "RISK_ORDER_VALUE" } });
  });
});
