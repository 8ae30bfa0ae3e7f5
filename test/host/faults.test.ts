import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { FaultBoard } from "../../engine/host/faults/faultBoard.ts";
import { dataFolderAt } from "../../engine/host/dataFolder.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import { faultNames } from "../../shared/faultNameTexts.ts";
import { faultSchema, faultsSchema, type Fault } from "../../shared/faults.ts";
import type { HostMessage } from "../../shared/protocol.ts";
import { HeadlessEngine } from "./headlessEngine.ts";
import { runHost, type RunningHost } from "./runningHost.ts";
import { eventually, tempFolder } from "./tempFolder.ts";
import { connect, order, type TestClient } from "./testClient.ts";

const odds = { probability: 1, seed: 7, times: null } as const;
const victim = { owner: "desk", session: "victim" } as const;

/** A host with a client that faults strike, an operator that none strikes, and a second trader. */
async function venue(): Promise<RunningHost & { readonly struck: TestClient; readonly operator: TestClient }> {
  const running = await runHost(tempFolder());
  const operator = await connect(running.host, "desk", { session: "operator", operator: true });
  const struck = await connect(running.host, "desk", { session: "victim" });
  await operator.subscribe();
  await struck.subscribe();
  return { ...running, struck, operator };
}

async function switchOn(operator: TestClient, ...faults: readonly Fault[]): Promise<void> {
  const named = faults[0] === undefined ? "No faults" : faultNames[faults[0].kind];
  expect(await operator.operate({ type: "setFaults", faults: [...faults] })).toContain(named);
}

function statuses(client: TestClient): readonly Extract<HostMessage, { type: "status" }>[] {
  return client.heard.flatMap((message) => (message.type === "status" ? [message] : []));
}

function outcomes(client: TestClient): number {
  return client.heard.filter(({ type }) => type === "outcome").length;
}

describe("SM-60 faults", () => {
  it("SM-60 the schema is closed: what does not fit is refused by name and changes nothing", async () => {
    const { operator } = await venue();
    const good = { kind: "delayFrames", target: { owner: null, session: null }, ...odds, ms: 5 };
    expect(faultSchema.safeParse(good).success).toBe(true);
    const bad: readonly (readonly [object, string])[] = [
      [{ ...good, extra: 1 }, "operation.faults.0"],
      [{ ...good, probability: 0 }, "operation.faults.0.probability"],
      [{ ...good, probability: 1.1 }, "operation.faults.0.probability"],
      [{ ...good, seed: -1 }, "operation.faults.0.seed"],
      [{ ...good, ms: 0 }, "operation.faults.0.ms"],
      [{ ...good, kind: "meteor" }, "operation.faults.0.kind"],
      [{ ...good, target: "journal" }, "operation.faults.0.target"],
      [{ ...good, kind: "refuse", ms: undefined, code: "NO_SUCH_CODE" }, "operation.faults.0.code"],
    ];
    for (const [fault, field] of bad) {
      expect(await operator.refused({ type: "operate", operation: { type: "setFaults", faults: [fault] } })).toMatchObject({
        code: "MESSAGE_MALFORMED",
        field,
      });
    }
    expect(faultsSchema.safeParse(Array.from({ length: 33 }, () => good)).success).toBe(false);
    expect(operator.status()?.faults ?? []).toEqual([]);
  });

  it("SM-60 the same seed strikes the same opportunities, another seed others", () => {
    const pattern = (seed: number): string => {
      const board = new FaultBoard("simulated");
      board.set([{ kind: "dropFrames", target: { owner: "desk", session: null }, probability: 0.3, seed, times: null }]);
      return Array.from({ length: 200 }, () => (board.strike("dropFrames", victim) === null ? "." : "x")).join("");
    };
    expect(pattern(1)).toBe(pattern(1));
    expect(pattern(1)).not.toBe(pattern(2));
    const share = pattern(1).replaceAll(".", "").length / 200;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.4);
  });

  it("SM-60 a fault that stays on keeps its strikes and its dice while others are switched", () => {
    const drop = { kind: "dropFrames", target: { owner: null, session: null }, probability: 0.3, seed: 1, times: null } as const;
    const twice = { ...drop, kind: "duplicateFrames" } as const;
    const strikes = (switched: boolean): string => {
      const board = new FaultBoard("simulated");
      board.set([drop]);
      const rolled = Array.from({ length: 200 }, (_, at) => {
        // A copy, as every message brings one.
        if (switched && at === 60) board.set([twice, { ...drop }]);
        if (switched && at === 120) board.set([{ ...drop }]);
        return board.strike("dropFrames", victim) === null ? "." : "x";
      });
      return `${rolled.join("")} ${board.statuses[0]?.strikes} ${board.strikesOf("dropFrames")}`;
    };
    expect(strikes(true)).toBe(strikes(false));
    const board = new FaultBoard("simulated");
    board.set([{ ...drop, probability: 1 }]);
    board.strike("dropFrames", victim);
    board.set([]);
    board.set([{ ...drop, probability: 1 }]);
    expect([board.statuses[0]?.strikes, board.strikesOf("dropFrames")]).toEqual([0, 1]);
  });

  it("SM-60 strikes no more often than it may, and nobody but its target", () => {
    const board = new FaultBoard("simulated");
    board.set([{ kind: "dropFrames", target: { owner: "desk", session: "victim" }, probability: 1, seed: 1, times: 2 }]);
    expect(board.strike("dropFrames", { owner: "desk", session: "other" })).toBeNull();
    expect(board.strike("duplicateFrames", victim)).toBeNull();
    expect(board.canStrike("dropFrames", victim)).toBe(true);
    const struck = [1, 2, 3].map(() => board.strike("dropFrames", victim) !== null);
    expect(struck).toEqual([true, true, false]);
    expect(board.canStrike("dropFrames", victim)).toBe(false);
    expect(board.statuses).toMatchObject([{ strikes: 2 }]);
  });

  it("SM-60 a venue that is not simulated refuses them", () => {
    const board = new FaultBoard("live");
    const outcome = board.set([{ kind: "dropFrames", target: { owner: null, session: null }, ...odds }]);
    expect(outcome).toMatchObject({ ok: false, error: { code: "FAULT_REFUSED", field: "venue.mode" } });
    expect(board.isQuiet).toBe(true);
  });

  it("SM-60 are an operator's to switch, and every client is told which are on", async () => {
    const { struck, operator } = await venue();
    const fault: Fault = { kind: "clockSkew", target: { owner: null, session: "victim" }, ...odds, ms: 1 };
    expect(await struck.refused({ type: "operate", operation: { type: "setFaults", faults: [fault] } })).toMatchObject({
      code: "SENDER_REFUSED",
    });
    await switchOn(operator, fault);
    await eventually(() => statuses(struck).at(-1)?.status.faults[0]?.fault.kind === "clockSkew", "the news of a fault");
    await switchOn(operator);
    await eventually(() => statuses(struck).at(-1)?.status.faults.length === 0, "the news of its end");
  });
});

describe("SM-61 faults of a client's line", () => {
  const target = { owner: null, session: "victim" };

  it("SM-61 dropped, late and missing frames leave the client behind what the status says it should have", async () => {
    for (const fault of [
      { kind: "dropFrames", target, ...odds },
      { kind: "delayFrames", target, ...odds, ms: 60_000 },
    ] as const satisfies readonly Fault[]) {
      const { struck, operator } = await venue();
      await switchOn(operator, fault);
      const before = struck.frames().length;
      await operator.submit(order());
      const at = operator.frames().at(-1)?.toSeq ?? 0;
      await eventually(() => (statuses(struck).at(-1)?.frameSeq ?? 0) >= at, "a status that tells what is missing");
      expect(struck.frames()).toHaveLength(before);
      await switchOn(operator);
      struck.say({ type: "resync" });
      await eventually(() => struck.frames().at(-1)?.snapshot && (struck.frames().at(-1)?.toSeq ?? 0) >= at, "the whole picture");
    }
  });

  it("SM-61 a frame comes twice, a gap is claimed, and a book is crossed", async () => {
    const { struck, operator } = await venue();
    await switchOn(operator, { kind: "duplicateFrames", target, ...odds });
    let before = struck.frames().length;
    await operator.submit(order({ limitTicks: 6_400_000 }));
    await eventually(() => struck.frames().length === before + 2, "the frame twice");
    expect(struck.frames().at(-1)).toEqual(struck.frames().at(-2));
    await switchOn(operator, { kind: "sequenceGap", target, ...odds, by: 5 });
    before = struck.frames().length;
    const stood = struck.frames().at(-1)!.toSeq;
    await operator.submit(order({ side: "sell", limitTicks: 6_600_000 }));
    expect((await eventually(() => struck.frames()[before], "the next frame")).fromSeq).toBe(stood + 5);
    await switchOn(operator, { kind: "crossedSnapshot", target, ...odds });
    const { books } = await struck.subscribe();
    const [book] = books;
    expect(book!.bids[0]).toBeGreaterThan(book!.asks[0]!);
    expect(
      operator
        .frames()
        .at(-1)
        ?.books.every(({ bids, asks }) => (bids[0] ?? 0) < (asks[0] ?? Number.MAX_VALUE)),
    ).toBe(true);
  });

  it("SM-61 frames change places, and an old snapshot comes instead of news", async () => {
    const { struck, operator } = await venue();
    const first = struck.frames().at(-1)!;
    await switchOn(operator, { kind: "reorderFrames", target, ...odds, times: 1 });
    let before = struck.frames().length;
    await operator.submit(order());
    await operator.submit(order());
    await eventually(() => struck.frames().length >= before + 1, "frames");
    await switchOn(operator, { kind: "staleSnapshot", target, ...odds, times: 1 });
    before = struck.frames().length;
    await operator.submit(order());
    const shown = await eventually(
      () =>
        struck
          .frames()
          .slice(before)
          .find(({ snapshot }) => snapshot),
      "the old snapshot",
    );
    expect(shown.toSeq).toBe(first.toSeq);
  });

  it("SM-61 an acknowledgement is lost and the order is not", async () => {
    const { struck, operator } = await venue();
    await switchOn(operator, { kind: "loseAcknowledgement", target, ...odds });
    const sent = order();
    const before = outcomes(struck);
    struck.say({ type: "submit", requestId: 99, command: sent });
    const row = await eventually(
      () =>
        struck
          .frames()
          .flatMap(({ orders }) => orders)
          .find(({ clientOrderId }) => clientOrderId === sent.clientOrderId),
      "the order's row",
    );
    expect(row.status).toBe("working");
    expect(outcomes(struck)).toBe(before);
  });

  it("SM-61 commands are refused with the chosen code and throttled, and the journal does not know of them", async () => {
    const { struck, operator } = await venue();
    await switchOn(operator, { kind: "refuse", target, ...odds, times: 1, code: "BOOK_NO_LIQUIDITY" });
    const before = await operator.stateHash();
    expect((await struck.submit(order())).refusal).toMatchObject({ code: "BOOK_NO_LIQUIDITY", limit: null, headroom: null });
    expect(await operator.stateHash()).toEqual(before);
    expect((await struck.submit(order())).refusal).toBeNull();
    await switchOn(operator, { kind: "throttle", target, ...odds, perSecond: 2 });
    const answers = await Promise.all([1, 2, 3, 4].map(() => struck.ask({ type: "submit", command: order() })));
    expect(answers.map(({ type }) => type)).toEqual(["outcome", "outcome", "error", "error"]);
  });

  it("SM-61 the venue's clock is wrong for the client alone", async () => {
    const { struck, operator } = await venue();
    await switchOn(operator, { kind: "clockSkew", target, ...odds, ms: 600_000 });
    await eventually(() => (statuses(struck).at(-1)?.status.faults.length ?? 0) === 1, "a status after the fault began");
    const now = (client: TestClient): number => statuses(client).at(-1)?.status.venueTimeUs ?? 0;
    expect(now(struck) - now(operator)).toBeGreaterThan(590_000_000);
  });

  it("SM-61 GW-8 a client whose word is not heard for two seconds is sent nothing more after a while, and the status says so", async () => {
    const { struck, operator } = await venue();
    struck.say({ type: "seen", toSeq: struck.frames().at(-1)!.toSeq });
    // Its answer comes behind the word that came before it.
    await struck.stateHash();
    await switchOn(operator, { kind: "slowConsumer", target, ...odds });
    const isBehind = (): boolean => (statuses(struck).at(-1)?.frameSeq ?? 0) > struck.frames().at(-1)!.toSeq;
    const before = struck.frames().length;
    // One frame a status: it is the time that counts, not how many are unseen.
    for (let n = 0; !isBehind() && n < 40; n += 1) {
      const told = statuses(struck).length;
      await operator.submit(order({ limitTicks: 6_300_000 + n }));
      await eventually(() => statuses(struck).length > told, "another status");
    }
    expect(isBehind()).toBe(true);
    expect(struck.frames().length - before).toBeLessThan(40);
    await switchOn(operator);
    struck.say({ type: "seen", toSeq: struck.frames().at(-1)!.toSeq });
    await eventually(() => struck.frames().at(-1)?.snapshot, "the whole picture");
  });

  it("SM-61 a line is cut, with the owner's orders cancelled or not", async () => {
    for (const cancelOnDisconnect of [false, true]) {
      const { struck, operator } = await venue();
      const { orderId } = await operator.submit(order());
      await switchOn(operator, { kind: "disconnect", target, ...odds, times: 1, cancelOnDisconnect });
      const before = struck.heard.length;
      await operator.submit(order({ limitTicks: 6_400_000 }));
      const { orders } = await operator.query({ type: "orders", beforeSeq: null, limit: 10 });
      if (cancelOnDisconnect) {
        await eventually(
          () =>
            operator
              .frames()
              .flatMap((frame) => frame.orders)
              .some((row) => row.orderId === orderId && row.status === "cancelled"),
          "the cancel",
        );
      } else expect(orders.find((row) => row.orderId === orderId)?.status).toBe("working");
      expect(struck.heard.slice(before).filter(({ type }) => type === "frame")).toEqual([]);
    }
  });

  it("SM-61 a cut without end leaves each new line two seconds, in which an operator can switch it off", async () => {
    const { host, operator } = await venue();
    await switchOn(operator, { kind: "disconnect", target: { owner: null, session: "next" }, ...odds, cancelOnDisconnect: false });
    const next = await connect(host, "desk", { session: "next", operator: true });
    await next.subscribe();
    // Until the cut it hears of the time again and again.
    const heard = (): number => statuses(next).length;
    await eventually(() => heard() > 0, "the line that stands");
    await switchOn(next);
    const before = heard();
    await eventually(() => heard() > before + 3, "the line that is cut no more");
    expect(next.status()?.faults).toEqual([]);
  });
});

describe("SM-62 a fill that is told after the cancel", () => {
  it("SM-62 the order is cancelled as far as its owner knows; then the fill comes, and the journal has known it all the time", async () => {
    const { host, struck, operator } = await venue();
    await switchOn(operator, { kind: "lateFill", target: { owner: null, session: "victim" }, ...odds, times: 1, ms: 100 });
    const { orderId } = await struck.submit(order({ limitTicks: 6_500_000, lots: 100 }));
    const seller = await connect(host, "desk", { session: "seller" });
    await seller.submit(order({ accountId: 3, side: "sell", limitTicks: 6_500_000, lots: 100, timeInForce: "ioc" }));
    const rowsOf = (): readonly string[] =>
      struck
        .frames()
        .flatMap(({ orders }) => orders)
        .filter((row) => row.orderId === orderId)
        .map((row) => `${row.status} ${row.filledLots}`);
    await eventually(() => operator.frames().some(({ fills }) => fills.length > 0), "the fill, for everybody else");
    expect(rowsOf().at(-1)).toBe("working 0");
    expect((await struck.submit({ type: "CancelOrder", accountId: 2, orderId: orderId ?? 0 })).refusal).toBeNull();
    await eventually(() => rowsOf().at(-1) === "filled 100", "the fill");
    expect(rowsOf().slice(-2)).toEqual(["cancelled 0", "filled 100"]);
    expect(
      struck
        .frames()
        .flatMap(({ fills }) => fills)
        .filter((fill) => fill.orderId === orderId),
    ).toHaveLength(1);
  });
});

describe("SM-63 faults of the engine process", () => {
  async function engineOn(path: string): Promise<{ readonly engine: HeadlessEngine; readonly client: TestClient }> {
    const engine = new HeadlessEngine(["--data", path, "--market", "off"]);
    await engine.ready();
    const client = await engine.connect("desk", { operator: true });
    await client.subscribe();
    return { engine, client };
  }

  /** Sends orders until the process is gone; nothing acknowledged may be lost. */
  async function untilGone(engine: HeadlessEngine, client: TestClient): Promise<number> {
    let acknowledged = 0;
    for (let n = 0; n < 50 && engine.exit === null; n += 1) {
      try {
        acknowledged = Math.max(acknowledged, (await client.submit(order({ limitTicks: 6_400_000 + n }))).lastSeq);
      } catch {
        break;
      }
    }
    await engine.ended();
    return acknowledged;
  }

  it("SM-63 a slow disk delays answers, and the status says for how long", async () => {
    const { struck, operator } = await venue();
    await switchOn(operator, { kind: "slowFsync", target: "journal", ...odds, times: 1, ms: 900 });
    const startMs = performance.now();
    const answered = struck.submit(order());
    await eventually(() => (statuses(struck).at(-1)?.status.commitWaitMs ?? 0) > 200, "a status that says so");
    await answered;
    expect(performance.now() - startMs).toBeGreaterThan(890);
    await eventually(() => statuses(struck).at(-1)?.status.faults[0]?.strikes === 1, "the strike counted");
  });

  it("SM-63 a full disk ends the process with its name, and nothing acknowledged is lost", async () => {
    const path = tempFolder();
    const { engine, client } = await engineOn(path);
    await switchOn(client, { kind: "diskFull", target: "journal", ...odds, times: 1 });
    const acknowledged = await untilGone(engine, client);
    expect((await engine.fatal()).code).toBe("JOURNAL_FULL");
    const next = await engineOn(path);
    expect((await next.client.stateHash()).seq).toBeGreaterThanOrEqual(acknowledged);
    await next.engine.shutdown();
    expect(verifyJournal(dataFolderAt(path).journal).good).toBe(true);
  });

  it("SM-63 a write cut off in the middle leaves what was acknowledged, and a note", async () => {
    const path = tempFolder();
    const { engine, client } = await engineOn(path);
    const kept = (await client.submit(order())).lastSeq;
    await switchOn(client, { kind: "partialWrite", target: "journal", ...odds, times: 1 });
    expect(Math.max(kept, await untilGone(engine, client))).toBe(kept);
    const next = await engineOn(path);
    expect(next.client.status()?.warnings ?? []).toEqual([]);
    const { warnings } = await eventually(() => next.client.status(), "a status");
    expect(warnings).toContainEqual(expect.objectContaining({ code: "looseEnd" }));
    expect((await next.client.stateHash()).seq).toBe(kept);
    await next.engine.shutdown();
  });

  it("SM-63 a flipped byte is found by the next start, which trades no further until somebody says so", async () => {
    const path = tempFolder();
    const { engine, client } = await engineOn(path);
    for (let n = 0; n < 5; n += 1) await client.submit(order({ limitTicks: 6_300_000 + n }));
    await switchOn(client, { kind: "flippedByte", target: "journal", ...odds, times: 1 });
    await untilGone(engine, client);
    const next = await engineOn(path);
    const status = await eventually(() => next.client.status(), "a status");
    expect(status).toMatchObject({ state: "broken", fault: { code: "JOURNAL_BROKEN" } });
    expect(await next.client.operate({ type: "continueFromLastGoodRow", reason: "a test of faults" })).toMatch(/Trading continues/);
    expect((await next.client.submit(order())).refusal).toBeNull();
    await next.engine.shutdown();
  });

  it("SM-63 a thread that dies ends the process, but for the market's, whose end is told", async () => {
    for (const target of ["engine", "journal"] as const) {
      const path = tempFolder();
      const { engine, client } = await engineOn(path);
      await switchOn(client, { kind: "workerCrash", target, ...odds, times: 1 });
      const acknowledged = await untilGone(engine, client);
      expect((await engine.fatal()).field).toBe(target);
      const database = new Database(dataFolderAt(path).journal, { readonly: true });
      expect(database.prepare("SELECT max(last_seq) FROM journal").pluck().get()).toBeGreaterThanOrEqual(acknowledged);
      database.close();
    }
    const { host, reports, struck, operator } = await venue();
    await switchOn(operator, { kind: "workerCrash", target: "market", ...odds, times: 1 });
    await operator.submit(order());
    await eventually(
      () =>
        statuses(struck)
          .at(-1)
          ?.status.warnings.some(({ code }) => code === "marketStopped"),
      "the warning",
    );
    expect((await operator.submit(order())).refusal).toBeNull();
    // Who is gone does not trade again when told to, and imports no file.
    const resumed = await operator.ask({ type: "operate", operation: { type: "setMarketRunning", running: true } });
    expect(resumed).toMatchObject({ type: "error", error: { code: "ENGINE_DOWN", field: "market" } });
    await host.importHistory({ requestId: 1, symbol: "BTC/USD", path: "/no/such/file.csv" });
    expect(reports.findLast(({ type }) => type === "imported")).toMatchObject({ error: { code: "ENGINE_DOWN" } });
    expect(statuses(struck).at(-1)?.status.marketRunning).toBe(false);
  });
});
