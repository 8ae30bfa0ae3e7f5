import type { Page } from "playwright";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { appTexts } from "../../renderer/app/appTexts.ts";
import { statusTexts } from "../../renderer/features/status/statusTexts.ts";
import { faultKinds, type Fault, type FaultKind } from "../../shared/faults.ts";
import { FaultsScreen, type FaultFields } from "./support/faults.ts";
import { screensOf, type Screens } from "./support/screens.ts";
import { Sight } from "./support/sight.ts";
import { Terminal } from "./support/terminal.ts";
import { until } from "./support/until.ts";

/*
 * SM-64: every fault in the real window: what the screen says is true within a second of it, and it recovers. One window for all of them, in order.
 */
const ONE_SECOND = 1_000;

/**
 * One way in which a kind of fault shows itself. `attempt` returns the milliseconds from the press of the button that brought the fault about, which
 * is before it takes effect, to the first frame in which the screen told the truth about it, and leaves everything as it found it.
 */
type Story = { readonly told: string; readonly attempt: () => Promise<number> };
type Stories = readonly [Story, ...Story[]];

let terminal: Terminal;
let page: Page;
let screens: Screens;
let faults: FaultsScreen;
let sight: Sight;
beforeAll(async () => {
  terminal = await Terminal.open();
  page = terminal.page;
  screens = screensOf(page);
  sight = new Sight(page);
  await screens.chooseAccount("ALPHA");
  // The panel over the chart, the messages below: both in sight.
  faults = new FaultsScreen(page);
  await faults.show();
  await showTab("Messages");
});
afterAll(() => terminal.dispose());

const TOAST = '[data-testid="toast"]';
const FAULTS_ON = '[data-testid="banner-faults"]';
const BAR = '[data-testid="connection-bar"]';
const LOOKS_SOUND = '[data-testid="status-connection"][data-state="live"][data-engine="running"]';
const message = (code: string): string => `[data-testid="message"][data-code="${code}"]`;
const connection = (state: string): string => `[data-testid="status-connection"][data-state="${state}"]`;
const showTab = (name: string): Promise<void> => page.locator(".flexlayout__tab_button", { hasText: name }).first().click();

/** Switches a fault on; milliseconds until `seen`. No message has come for longer than what is told again waits: the next one is about this fault. */
async function msUntilToldOf(fields: FaultFields, seen: string, text = ""): Promise<number> {
  await faults.fillIn(fields);
  await sight.quiet('[data-testid="message"]', 750);
  return sight.msUntilSeen(seen, '[data-testid="fault-add"]', { text });
}

/**
 * The quickest of up to three attempts; no further one once an attempt took less than a second. Other programs can only make the product look
 * slower than it is.
 */
async function quickest(attempt: () => Promise<number>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3 && best >= ONE_SECOND; tries += 1) best = Math.min(best, await attempt());
  return best;
}

const toldKinds = new Set<string>();

/** A test for each story of each kind. */
function tell(rule: string, kinds: Readonly<Partial<Record<FaultKind, Stories>>>): void {
  for (const kind of Object.keys(kinds)) toldKinds.add(kind);
  const stories = Object.entries(kinds).flatMap(([kind, ofKind]) => ofKind.map((story) => ({ kind, ...story })));
  it.each(stories)(`SM-64 ${rule} $kind: $told, within a second`, async ({ kind, told, attempt }) => {
    const ms = await quickest(attempt);
    expect(ms, `${kind}: ${told}`).toBeLessThan(ONE_SECOND);
  });
}

// A fault that a failed story left on would be told of the next ones.
async function endFaults(): Promise<void> {
  if ((await page.locator('[data-testid="fault-on"]').count()) > 0) await faults.allOff();
}

function onTheLine(told: string, fields: FaultFields, seen: string): Story {
  const attempt = async (): Promise<number> => {
    const ms = await msUntilToldOf(fields, seen);
    await page.waitForSelector(`${FAULTS_ON}, ${BAR}`);
    await faults.allOff();
    await page.waitForSelector('[data-testid="clock-skew"]', { state: "detached" });
    await page.waitForSelector(FAULTS_ON, { state: "detached" });
    return ms;
  };
  return { told, attempt };
}

/** Those that are seen in market data, and so while the market moves. */
const ofData = {
  // Before the others: a frame that one of them made late may still be on its way when its fault is off.
  duplicateFrames: [
    {
      told: "that faults are on, and nothing else, for a frame that comes twice changes nothing",
      attempt: async () => {
        const gaps = await page.locator(message("DATA_GAP")).count();
        const ms = await msUntilToldOf({ kind: "duplicateFrames", times: "20" }, FAULTS_ON);
        await until("twenty came twice", async () => {
          const strikes = await page.getAttribute('[data-testid="fault-on"][data-kind="duplicateFrames"]', "data-strikes");
          return strikes === "20" ? true : null;
        });
        expect(await page.locator(message("DATA_GAP")).count()).toBe(gaps);
        expect(await page.locator(connection("live")).count()).toBe(1);
        await faults.allOff();
        return ms;
      },
    },
  ],
  dropFrames: [
    onTheLine("a gap", { kind: "dropFrames", times: "3" }, `${message("DATA_GAP")}, ${message("DATA_LATE")}`),
    onTheLine("old numbers", { kind: "dropFrames" }, `${connection("stale")}, ${message("DATA_LATE")}`),
  ],
  // A frame that none overtakes in its time comes as it was sent: several must be struck for one to change places.
  reorderFrames: [onTheLine("a gap", { kind: "reorderFrames", times: "40" }, message("DATA_GAP"))],
  sequenceGap: [onTheLine("a gap", { kind: "sequenceGap", by: "7", times: "3" }, message("DATA_GAP"))],
  staleSnapshot: [onTheLine("a gap", { kind: "staleSnapshot", times: "1" }, message("DATA_GAP"))],
  crossedSnapshot: [onTheLine("a crossed book", { kind: "crossedSnapshot", times: "1" }, message("DATA_CROSSED"))],
  delayFrames: [onTheLine("old numbers", { kind: "delayFrames", ms: "3000" }, `${connection("stale")}, ${message("DATA_LATE")}`)],
  clockSkew: [onTheLine("a clock that is wrong", { kind: "clockSkew", ms: "60000" }, '[data-testid="clock-skew"]')],
  slowConsumer: [
    {
      told: "old numbers, counted from the last one that the unheard window was sent",
      attempt: async () => {
        const still = sight.msSinceItMoved('[data-testid^="watchlist-row-"], [data-testid="ladder"]', connection("stale"));
        await faults.switchOn({ kind: "slowConsumer" });
        const ms = await still;
        expect(await page.textContent(BAR)).toContain("NOT LIVE");
        await faults.allOff();
        return ms;
      },
    },
  ],
} satisfies Partial<Record<FaultKind, Stories>>;

/** A price between best bid and best ask of a market that rests, where nobody else stands. */
let price: string;

async function fillTicket(quantity: string): Promise<void> {
  await page.click('[data-testid="ticket-side-buy"]');
  await page.selectOption('[data-testid="ticket-type"]', "limit");
  // What another account's order chose stays chosen.
  await page.selectOption('[data-testid="ticket-tif"]', "gtc");
  await page.fill('[data-testid="ticket-quantity"]', quantity);
  await page.fill('[data-testid="ticket-price"]', price);
}

/** Milliseconds from the click that sends what the ticket says until the ticket says this of it. */
const msUntilTicketSays = (state: string): Promise<number> =>
  sight.msUntilSeen(`[data-testid="ticket-state"][data-state="${state}"]`, '[data-testid="ticket-submit"]');

async function cancelAll(): Promise<void> {
  for (const row of await screens.orders.rows()) await screens.orders.clickCell(row, "cancel");
  await expect.poll(() => screens.orders.rows()).toEqual([]);
}

/** Those that are seen in what becomes of orders; the market rests. */
const ofOrders = {
  loseAcknowledgement: [
    {
      told: "the order works, for the journal's row is an answer too",
      attempt: async () => {
        await faults.switchOn({ kind: "loseAcknowledgement", times: "1" });
        await fillTicket("0.011");
        const ms = await msUntilTicketSays("working");
        await faults.allOff();
        await cancelAll();
        return ms;
      },
    },
    {
      told: "an order's fate is unknown while no frames come either, and that it works once they do",
      attempt: async () => {
        await fillTicket("0.012");
        await faults.switchOn({ kind: "loseAcknowledgement", times: "1" });
        await faults.switchOn({ kind: "dropFrames" });
        const ms = await msUntilTicketSays("unknown");
        await screens.orders.waitFor({ status: "Unknown" });
        await faults.allOff();
        await screens.orders.waitFor({ status: "Working", quantity: "0.01200" });
        await cancelAll();
        return ms;
      },
    },
  ],
  refuse: [
    {
      told: "the refusal, and no order is left",
      attempt: async () => {
        await faults.switchOn({ kind: "refuse", code: "BOOK_NO_LIQUIDITY", times: "1" });
        await fillTicket("0.013");
        const ms = await msUntilTicketSays("denied");
        expect(await screens.orders.rows()).toEqual([]);
        await faults.allOff();
        return ms;
      },
    },
  ],
  throttle: [
    {
      told: "the order was not sent",
      attempt: async () => {
        await faults.switchOn({ kind: "throttle", perSecond: "1" });
        await screens.ladder.armOneClick();
        await screens.ladder.clickBelowBid(5);
        const press = (): Promise<unknown> => screens.ladder.clickBelowBid(6);
        const ms = await sight.msUntilSeen(TOAST, '[data-testid="ladder"]', { text: "Throttled", press });
        expect(await screens.orders.rows()).toHaveLength(1);
        await faults.allOff();
        await cancelAll();
        return ms;
      },
    },
  ],
  lateFill: [
    {
      told: "a fill of an order that was cancelled, counted from when the fault lets it come",
      attempt: async () => {
        const HELD_MS = 300;
        await faults.switchOn({ kind: "lateFill", ms: String(HELD_MS), times: "1" });
        await fillTicket("0.02");
        await msUntilTicketSays("working");
        await screens.chooseAccount("BRAVO");
        expect(await screens.ticket.send({ side: "sell", quantity: "0.02", price, timeInForce: "ioc" })).toMatch(/filled/);
        await screens.chooseAccount("ALPHA");
        const row = await screens.orders.waitFor({ status: "Working", quantity: "0.02000" });
        const press = (): Promise<unknown> => screens.orders.clickCell(row, "cancel");
        const ms = await sight.msUntilSeen(`${TOAST}[data-severity="breach"]`, '[data-testid="grid-orders"]', { press });
        await screens.orders.showOrders("all");
        await screens.orders.waitFor({ rowId: row.rowId, status: "Filled" });
        await screens.orders.showOrders("open");
        await showTab("Messages");
        await page.waitForSelector(message("LATE_FILL"));
        await showTab("Orders");
        await faults.allOff();
        return ms - HELD_MS;
      },
    },
  ],
  disconnect: [
    {
      told: "the line was cut, with orders as they were once it is made again",
      attempt: async () => {
        await fillTicket("0.015");
        await msUntilTicketSays("working");
        const ms = await msUntilToldOf({ kind: "disconnect", times: "1", cancel: "false" }, TOAST, appTexts.lineCut);
        await faults.sound();
        await screens.orders.waitFor({ status: "Working", quantity: "0.01500" });
        await faults.allOff();
        await cancelAll();
        return ms;
      },
    },
    {
      told: "the orders that went with the line are gone",
      attempt: async () => {
        await fillTicket("0.016");
        await msUntilTicketSays("working");
        await faults.fillIn({ kind: "disconnect", times: "1", cancel: "true" });
        const ms = await sight.msUntilGone('[data-testid="grid-orders"] .ag-row[row-id]', '[data-testid="fault-add"]');
        await faults.allOff();
        return ms;
      },
    },
  ],
} satisfies Partial<Record<FaultKind, Stories>>;

/** A fault of the engine process that ends it; it is started again by itself. */
function endsTheEngine(fields: FaultFields): Story {
  const attempt = async (): Promise<number> => {
    const pid = await terminal.enginePid();
    const ms = await msUntilToldOf(fields, connection("down"));
    await until("another engine", async () => ((await terminal.enginePid()) === pid ? null : true));
    await faults.sound();
    return ms;
  };
  return { told: "the engine is down, until it is back by itself", attempt };
}

/** Counts the frames in which the window looks sound from now on until the engine is known to be halted. */
function framesThatLookSound(): Promise<number> {
  return page.evaluate(
    ({ sound, halted }) =>
      new Promise<number>((resolve) => {
        let frames = 0;
        const look = (): void => {
          if (document.querySelector(sound) !== null) frames += 1;
          if (document.querySelector(halted) === null) requestAnimationFrame(look);
          else resolve(frames);
        };
        look();
      }),
    { sound: LOOKS_SOUND, halted: '[data-testid="status-connection"][data-engine="broken"]' },
  );
}

const ofThreads: Readonly<Record<Extract<Fault, { kind: "workerCrash" }>["target"], Story>> = {
  engine: endsTheEngine({ kind: "workerCrash", thread: "engine", times: "1" }),
  journal: endsTheEngine({ kind: "workerCrash", thread: "journal", times: "1" }),
  market: {
    told: "the simulated market stopped, and trading goes on until the engine is started again",
    attempt: async () => {
      const fields = { kind: "workerCrash", thread: "market", times: "1" };
      const ms = await msUntilToldOf(fields, '[data-testid="message"]', "The simulated market stopped");
      expect(await page.locator(LOOKS_SOUND).count()).toBe(1);
      await faults.allOff();
      return ms;
    },
  },
};

/**
 * Those of the engine's process, which are all that are left; the market moves, so that there are commits to strike. Each end that follows another
 * soon waits twice as long for its start: the one that a person starts is last.
 */
const ofProcess = {
  slowFsync: [
    {
      told: "the disk is slow",
      attempt: async () => {
        const ms = await msUntilToldOf({ kind: "slowFsync", ms: "2500", times: "1" }, BAR, statusTexts.diskSlow);
        await faults.allOff();
        return ms;
      },
    },
  ],
  workerCrash: [ofThreads.engine, ofThreads.journal],
  partialWrite: [endsTheEngine({ kind: "partialWrite", times: "1" })],
  flippedByte: [
    {
      told: "the engine is down, then halted without a frame that looks sound, and going on is a person's word",
      attempt: async () => {
        const ms = await msUntilToldOf({ kind: "flippedByte", times: "1" }, connection("down"));
        expect(await framesThatLookSound()).toBe(0);
        await page.waitForSelector('[data-testid="broken-journal-dialog"]');
        expect(await page.isDisabled('[data-testid="broken-journal-continue"]')).toBe(true);
        await page.fill('[data-testid="broken-journal-reason"]', "The row was turned over on purpose.");
        await page.click('[data-testid="broken-journal-continue"]');
        await faults.sound();
        return ms;
      },
    },
  ],
  diskFull: [
    {
      told: "the engine is down, by its name, until a person asks again",
      attempt: async () => {
        const ms = await msUntilToldOf({ kind: "diskFull", times: "1" }, connection("down"));
        await page.waitForSelector(BAR);
        expect(await page.textContent(BAR)).toMatch(/disk.* full.*not started again by itself/i);
        await page.click('[data-testid="restart-engine"]');
        await faults.sound();
        return ms;
      },
    },
  ],
} satisfies Record<Exclude<FaultKind, keyof typeof ofData | keyof typeof ofOrders>, Stories>;

describe("SM-61 market data that is not as it was sent", () => {
  afterEach(endFaults);
  tell("SM-61 GW-60", ofData);
});

describe("SM-61 orders whose answers are not as they should be", () => {
  beforeAll(async () => {
    await screens.pauseMarket();
    const { bidTicks, askTicks } = await screens.ladder.geometry();
    price = (Math.floor(((bidTicks ?? 0) + (askTicks ?? 0)) / 2) / 100).toFixed(2);
    await showTab("Orders");
  });
  afterEach(endFaults);
  tell("SM-61 SM-62 GW-61", ofOrders);
});

describe("SM-63 the engine's own misfortunes", () => {
  beforeAll(async () => {
    await screens.resumeMarket();
    await showTab("Messages");
  });
  tell("SM-63", ofProcess);
  // Last, for it is not started again, and the others need its commits.
  tell("SM-63", { workerCrash: [ofThreads.market] });
});

it("SM-64 no kind of fault is without a story", () => {
  expect([...toldKinds].toSorted()).toEqual([...faultKinds].toSorted());
});
