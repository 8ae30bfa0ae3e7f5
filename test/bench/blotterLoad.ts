import type * as Electron from "electron";
import type { Terminal } from "../e2e/support/terminal.ts";
import { installFrameTimes } from "./frameTimes.ts";

/** What a load asks for. */
export type Load = {
  readonly rows: number;
  readonly updatesPerS: number;
  /** Changes of a level of the book; like the engine, a frame brings the newest book alone. */
  readonly bookUpdatesPerS: number;
  readonly seconds: number;
  readonly scrolls: boolean;
};

/** What became of it. */
export type LoadFigures = {
  readonly frameMs: readonly number[];
  /** Tasks of the window's thread that took more than 50 ms. */
  readonly longTasks: number;
  /** Processor time of the window's thread for each frame: what remains of a frame's 16.7 ms is for painting, and for whoever else is busy. */
  readonly threadMsPerFrame: number;
  readonly applied: number;
  readonly bookUpdates: number;
};

/** The first drawing of so many rows is not what is measured. */
const SETTLE_MS = 3_000;

/**
 * Takes the engine's place at the window's port and speaks its protocol: so many open orders at once, then so many changed rows a second, while
 * the blotter is scrolled. Rows are made in the shell's process and cross to the window as the engine's do. Answers the time between frames.
 */
export async function blotterLoad({ app, page }: Pick<Terminal, "app" | "page">, load: Load): Promise<LoadFigures> {
  await app.evaluate(serveRows, load);
  await page.waitForFunction(
    (rows) => document.querySelector('[data-testid="orders-all"]')?.textContent?.replace(/\D/g, "") === String(rows),
    load.rows,
    { timeout: 120_000 },
  );
  await page.waitForTimeout(SETTLE_MS);
  await installFrameTimes(page);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const threadSeconds = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
  };
  await app.evaluate(() => globalThis.rowServer?.start());
  const before = await threadSeconds();
  const watched = await page.evaluate(watchFrames, load);
  const threadMsPerFrame = ((await threadSeconds()) - before) * (1_000 / watched.frameMs.length);
  const sent = await app.evaluate(() => globalThis.rowServer?.stop());
  await session.detach();
  return { ...watched, threadMsPerFrame, applied: sent?.rows ?? 0, bookUpdates: sent?.bookUpdates ?? 0 };
}

declare global {
  /** Put into the shell's process by `serveRows`; answers what it has sent since it was started. */
  var rowServer: { readonly start: () => void; readonly stop: () => { readonly rows: number; readonly bookUpdates: number } } | undefined;
}

/** Runs in the shell's process, and therefore uses nothing from outside itself. */
function serveRows({ BrowserWindow, MessageChannelMain }: typeof Electron, { rows, updatesPerS, bookUpdatesPerS }: Load): void {
  /** The engine's own pace (GW-8). */
  const FRAME_MS = 16;
  const LEVELS = 200;
  globalThis.rowServer?.stop();
  const { port1: host, port2: client } = new MessageChannelMain();
  const assets = [
    { assetId: 1, code: "USD", decimals: 7, usdMillionths: 1_000_000 },
    { assetId: 2, code: "BTC", decimals: 8, usdMillionths: 0 },
  ];
  const instrument = {
    instrumentId: 1,
    symbol: "BTC/USD",
    baseAssetId: 2,
    quoteAssetId: 1,
    tickSize: "0.01",
    lotSize: "0.00001",
    baseUnitsPerLot: 1_000,
    quoteUnitsPerTickLot: 1,
    minLots: 30,
    maxLots: 1_600_000,
    marketMaxLots: 800_000,
    minNotional: 100_000_000,
    priceBandPpm: 200_000,
    makerFeePpm: 2_900,
    takerFeePpm: 2_900,
    maxNotional: null,
    marketMaxNotional: null,
    maxOpenOrders: null,
    staticBandPpm: null,
    dynamicBandPpm: null,
    volatilityAuctionUs: 300_000_000,
    initialPhase: "continuous",
    venueId: null,
    product: "spot",
    pairType: "tokenFiat",
  };
  const account = {
    accountId: 2,
    code: "ALPHA",
    name: "Alpha Treasury",
    owner: "desk",
    clientClass: "corporateProfessional",
    receivesFees: false,
    groupId: null,
    firmId: null,
    residence: "HK",
    masterAccountId: null,
  };
  const row = (id: number, filledLots: number, updatedUs: number): object => ({
    orderId: id,
    seq: id,
    accountId: 2,
    instrumentId: 1,
    clientOrderId: id,
    side: id % 2 === 0 ? "buy" : "sell",
    orderType: "limit",
    timeInForce: "gtc",
    // Over eight per cent of the price: a ladder shows some of them.
    limitTicks: 6_500_000 + (id % 5_000) * 100,
    triggerTicks: null,
    lots: 1_000,
    filledLots,
    leavesLots: 1_000 - filledLots,
    averageTicks: filledLots === 0 ? null : 6_500_000,
    status: filledLots === 0 ? "working" : "partiallyFilled",
    cancelReason: null,
    refusal: null,
    actor: "load",
    createdUs: 1_700_000_000_000_000 + id,
    updatedUs,
  });
  let seq = 1_000_000;
  const frame = (content: object, snapshot: boolean): object => {
    const fromSeq = seq;
    seq += snapshot ? 0 : 1;
    return {
      type: "frame",
      frame: {
        fromSeq,
        toSeq: seq,
        snapshot,
        atUs: 1_700_000_000_000_000,
        catalog: null,
        sources: [],
        books: [],
        tickers: [],
        candles: [],
        orders: [],
        balances: [],
        positions: [],
        trades: [],
        fills: [],
        ...content,
      },
    };
  };
  const status = (): object => ({
    state: "running",
    decidedSeq: seq,
    durableSeq: seq,
    lastCommitMs: 1,
    eventsPerSecond: updatesPerS,
    journalBytes: 1_000,
    venueTimeUs: 1_700_000_000_000_000,
    clockSpeed: 1,
    clockMode: "running",
    marketRunning: false,
    commitWaitMs: 0,
    faults: [],
    fault: null,
    warnings: [],
  });
  host.on("message", ({ data }: { readonly data: { readonly type: string } }) => {
    if (data.type === "hello") {
      host.postMessage({
        type: "welcome",
        users: [],
        version: 1,
        session: "load",
        owner: "desk",
        operator: false,
        venue: { mode: "simulated", name: "Load" },
        status: status(),
      });
    } else if (data.type === "subscribe") {
      const catalog = {
        assets,
        instruments: [instrument],
        accounts: [{ ...account, accountId: 1, code: "FEES", owner: "house" }, account],
      };
      host.postMessage(
        frame(
          { catalog, books: bookUpdatesPerS > 0 ? [book] : [], orders: Array.from({ length: rows }, (_, n) => row(n + 1, 0, 1)) },
          true,
        ),
      );
    }
  });
  host.start();
  const heartbeat = setInterval(() => host.postMessage({ type: "status", status: status(), frameSeq: seq }), 250);
  const sideOf = (best: number, step: number): Int32Array => {
    const levels = new Int32Array(LEVELS * 3);
    for (let n = 0; n < LEVELS; n += 1) levels.set([best + n * step, 1_000 + ((n * 37) % 900), 1 + (n % 9)], n * 3);
    return levels;
  };
  const book = { instrumentId: 1, bids: sideOf(6_499_990, -10), asks: sideOf(6_500_000, 10) };
  let sender: ReturnType<typeof setInterval> | undefined;
  const sent = { rows: 0, bookUpdates: 0 };
  globalThis.rowServer = {
    start: () => {
      const startMs = performance.now();
      sender = setInterval(() => {
        const seconds = (performance.now() - startMs) / 1_000;
        // A process that was held up does not send all of it at once.
        const due = Math.min(Math.floor(seconds * updatesPerS) - sent.rows, updatesPerS / 10);
        const orders = Array.from({ length: Math.max(0, due) }, (_, n) =>
          row(1 + (((sent.rows + n) * 7_919) % rows), 1 + ((sent.rows + n) % 999), sent.rows + n),
        );
        sent.rows += orders.length;
        const bookBefore = sent.bookUpdates;
        for (; sent.bookUpdates < Math.floor(seconds * bookUpdatesPerS); sent.bookUpdates += 1) {
          const levels = sent.bookUpdates % 2 === 0 ? book.bids : book.asks;
          // Most of what changes stands near the best price.
          levels[(((sent.bookUpdates * 7) % 40) % LEVELS) * 3 + 1] = 1 + ((sent.bookUpdates * 131) % 2_000);
        }
        const books = sent.bookUpdates > bookBefore ? [book] : [];
        if (orders.length + books.length > 0) host.postMessage(frame({ orders, books }, false));
      }, FRAME_MS);
    },
    stop: () => {
      clearInterval(sender);
      clearInterval(heartbeat);
      return sent;
    },
  };
  BrowserWindow.getAllWindows()[0]?.webContents.postMessage("terminal:port", null, [client]);
}

/** Runs in the page. */
async function watchFrames({ seconds, scrolls }: Load): Promise<Pick<LoadFigures, "frameMs" | "longTasks">> {
  const viewport = document.querySelector<HTMLElement>('[data-testid="grid-orders"] .ag-grid-viewport');
  if (viewport === null || window.frameTimes === undefined) throw new Error("There is no order blotter, or nobody watches the frames.");
  let longTasks = 0;
  const observer = new PerformanceObserver((list) => (longTasks += list.getEntries().length));
  observer.observe({ type: "longtask" });
  const frameMs = await window.frameTimes(seconds * 1_000, { scrolled: scrolls ? viewport : null });
  observer.disconnect();
  return { frameMs, longTasks };
}
