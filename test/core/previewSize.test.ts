import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEngine } from "../../engine/core/engine.ts";
import { preview } from "../../engine/core/preview.ts";
import { commandSchema, type CommandOf } from "../../shared/commands.ts";
import type { EpochUs } from "../../shared/ids.ts";
import type { QtyLots } from "../../shared/money.ts";
import type { PreviewLimit } from "../../shared/preview.ts";
import {
  ALICE,
  BOB,
  CAROL,
  COIN,
  COIN_USD,
  Driver,
  METAL,
  USD,
  coinUsd,
  deposit,
  fundedVenue,
  order,
  venue,
  type PlainOrder,
} from "./drive.ts";
import { longOr } from "./longRun.ts";
import { StepReader, stream } from "./randomCommands.ts";
import { ReferenceVenue } from "./reference/referenceVenue.ts";
import { ALICE_NODE, DESK, setLimits, treeVenue } from "./riskVenue.ts";
import { SEED } from "./runBoth.ts";

describe(`what a preview says of size and limits, seed ${SEED}`, () => {
  test("FK-5 the largest size passes and a lot more does not, in every state of random streams", { timeout: 300_000 }, () => {
    const spare = createEngine();
    let asked = 0;
    let refused = 0;
    fc.assert(
      fc.property(stream(longOr(200, 60)), (steps) => {
        const driver = new Driver();
        const reference = new ReferenceVenue();
        const reader = new StepReader(reference);
        const send = (plain: Parameters<Driver["send"]>[0]): void => {
          const command = commandSchema.parse(plain);
          const atUs = (driver.atUs + 1) as EpochUs;
          const passes = (changed: CommandOf<"SubmitOrder">): boolean =>
            preview(driver.engine, changed, "tester", atUs, spare).refusal === null;
          if (command.type === "SubmitOrder" && command.lots !== null) {
            const { largestLots, refusal } = preview(driver.engine, command, "tester", atUs, spare);
            const most = largestLots ?? -1;
            asked += 1;
            if (refusal === null) expect(most).toBeGreaterThanOrEqual(command.reduceOnly ? 1 : command.lots);
            else refused += 1;
            if (most > 0) expect(passes({ ...command, lots: most as QtyLots })).toBe(true);
            const instrument = driver.engine.state.catalog.hasInstrument(command.instrumentId)
              ? driver.engine.state.catalog.instrument(command.instrumentId)
              : null;
            const bound = command.orderType === "market" ? instrument?.marketMaxLots : instrument?.maxLots;
            if (most > 0 && most !== bound && !command.reduceOnly) expect(passes({ ...command, lots: (most + 1) as QtyLots })).toBe(false);
          }
          driver.send(plain);
          reference.decide(command, "tester", driver.atUs);
        };
        for (const command of venue) send(command);
        for (const accountId of [ALICE, BOB, CAROL]) for (const assetId of [USD, COIN, METAL]) send(deposit(accountId, assetId, 40_000));
        for (const step of steps) send(reader.command(step));
      }),
      { seed: SEED, numRuns: longOr(60, 10) },
    );
    expect(asked).toBeGreaterThan(50);
    expect(refused).toBeGreaterThan(10);
  });

  test("FK-5 the largest size is the instrument's maximum where nothing else stops an order, and found from too small a one", () => {
    const driver = fundedVenue();
    const largestOf = (changes: PlainOrder): number | null =>
      preview(driver.engine, commandSchema.parse(order(changes)), "tester", (driver.atUs + 1) as EpochUs).largestLots;
    expect(largestOf({ lots: 10 })).toBe(coinUsd.maxLots);
    // One lot is below the minimum, two at 50 are below the least value, and an iceberg shows less than it has.
    expect(largestOf({ lots: 1 })).toBe(coinUsd.maxLots);
    expect(largestOf({ lots: 2, limitTicks: 50 })).toBe(coinUsd.maxLots);
    expect(largestOf({ lots: 20, displayLots: 20 })).toBe(coinUsd.maxLots);
    for (let n = 0; n < 2; n += 1) driver.send(order({ accountId: BOB, side: "sell", lots: 600, limitTicks: 100 }));
    expect(largestOf({ orderType: "market", timeInForce: "ioc", limitTicks: null, lots: 10 })).toBe(coinUsd.marketMaxLots);
    // What cannot pass in any size, and an instrument that does not exist.
    expect(largestOf({ limitTicks: null })).toBe(0);
    expect(largestOf({ lots: 9, reduceOnly: true })).toBe(0);
    expect(largestOf({ side: "sell", lots: 9, reduceOnly: true })).toBe(coinUsd.maxLots);
    // With 30 coins left no more than these can be asked for.
    const poor = fundedVenue();
    poor.send(order({ side: "sell", lots: 1_000, limitTicks: 105 }));
    for (let n = 0; n < 8; n += 1) poor.send(order({ side: "sell", lots: 1_000, limitTicks: 105 }));
    poor.send(order({ side: "sell", lots: 970, limitTicks: 105 }));
    expect(
      preview(
        poor.engine,
        commandSchema.parse(order({ side: "sell", lots: 90, limitTicks: 105, displayLots: 4 })),
        "tester",
        (poor.atUs + 1) as EpochUs,
      ).largestLots,
    ).toBe(30);
  });

  test("FK-4 FK-5 a control's use before and after, the one that objects, and the size that would still pass it", () => {
    const driver = treeVenue();
    setLimits(driver, ALICE_NODE, [{ control: "netLots", instrumentId: COIN_USD, soft: 20, hard: 30 }]);
    setLimits(driver, DESK, [{ control: "orderLots", instrumentId: COIN_USD, hard: 25 }]);
    const asks = (lots: number, confirmation: string | null = null): ReturnType<typeof preview> =>
      preview(
        driver.engine,
        commandSchema.parse(order({ accountId: ALICE, side: "buy", limitTicks: 100, lots, confirmation })),
        "tester",
        (driver.atUs + 1) as EpochUs,
      );
    const net = (limits: readonly PreviewLimit[]): PreviewLimit | undefined => limits.find(({ control }) => control === "netLots");
    const small = asks(10);
    expect(small.refusal).toBeNull();
    expect(net(small.limits)).toMatchObject({ nodeName: `node ${ALICE_NODE}`, level: "account", soft: 20, hard: 30, before: 0, after: 10 });
    expect(small.largestLots).toBe(20);
    const soft = asks(24);
    expect(soft.refusal?.code).toBe("RISK_NET_POSITION_SOFT");
    expect(soft.breach).toMatchObject({ nodeId: ALICE_NODE, control: "netLots", tier: "soft", limit: 20 });
    expect(soft.largestLots).toBe(20);
    expect(asks(24, "hedges the block trade")).toMatchObject({ refusal: null, largestLots: 25 });
    expect(asks(26, "hedges the block trade")).toMatchObject({ refusal: { code: "RISK_ORDER_LOTS" }, largestLots: 25 });
  });
});
