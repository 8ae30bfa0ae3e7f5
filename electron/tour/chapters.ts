import type { Ladder, Row } from "./screen.ts";
import { testId } from "./screen.ts";
import { pause, until } from "./hands.ts";
import type { Tour } from "./chapter.ts";

type Chapter = { readonly title: string; readonly play: (tour: Tour) => Promise<void> };

const MARKET_BUTTON = testId("market-running");
const MARKET_RESTS = `${MARKET_BUTTON}[data-running="false"]`;
/** Long enough to look at what just happened. */
const LOOK_MS = 2_000;

/** BTC/USD has ticks of a cent. */
const priceOf = (ticks: number): string => (ticks / 100).toFixed(2);

export const chapters: readonly Chapter[] = [
  { title: "1. A simulated exchange that trades by itself", play: movingMarket },
  { title: "2. A click in the ladder becomes a resting order", play: restingOrder },
  { title: "3. The order is cancelled from the blotter", play: cancelledOrder },
  { title: "4. Another account fills an order in parts", play: partialFill },
  { title: "5. Money and positions of all accounts", play: moneyOfAllAccounts },
  { title: "6. A large order moves the market", play: movedMarket },
  { title: "7. The engine process is killed, and comes back with everything", play: killedEngine },
  { title: "8. All orders are cancelled, after a look at how far that reaches", play: cancelledAll },
  { title: "9. Another instrument, and other sizes of the window", play: otherViews },
];

async function movingMarket({ screen, check, show }: Tour): Promise<void> {
  await screen.waitForLive();
  const first = await screen.ladder();
  const seq = await screen.sequence();
  await until(
    "the best prices move",
    async () => {
      const now = await screen.ladder();
      return now.bidTicks !== first.bidTicks || now.askTicks !== first.askTicks ? true : null;
    },
    30_000,
  );
  await until("somebody trades", async () => ((await screen.text(testId("tape-last"))) ? true : null), 60_000);
  check("the banner says SIMULATED", (await screen.text(testId("banner")))?.includes("SIMULATED") === true);
  check("the engine's sequence grows", (await screen.sequence()) > seq);
  check("the best bid is below the best ask", first.bidTicks < first.askTicks);
  await show("market", "The whole terminal on a market of simulated participants: books move, trades tick, candles grow.");
}

async function restingOrder({ hands, screen, check, show }: Tour): Promise<void> {
  await hands.choose(testId("account-switch"), "ALPHA");
  await hands.click(testId("ladder-one-click"));
  const { ladder, ticks } = await rowToRestAt({ hands, screen });
  await hands.clickAt(pointOf(ladder, ticks, "bid"));
  const order = await screen.row("orders", { account: "ALPHA", side: /Buy/, price: priceOf(ticks), status: "Working" });
  check(`ALPHA's order stands in the blotter at ${priceOf(ticks)} for ${order["quantity"]}`, order["instrument"] === "BTC/USD");
  check("it is the only open order", (await screen.rows("orders")).length === 1);
  await pause(LOOK_MS);
  await show("order-resting", "ALPHA's order rests: in the ladder's own column, in the orders blotter, on the chart.");
}

async function cancelledOrder({ hands, screen, check, show }: Tour): Promise<void> {
  const order = await screen.row("orders", { account: "ALPHA", status: "Working" });
  await hands.click(cellOf(order, "cancel"));
  await until("no order is open", async () => ((await screen.rows("orders")).length === 0 ? true : null));
  await hands.click(testId("orders-all"));
  const cancelled = await screen.row("orders", { rowId: order["rowId"] ?? "" });
  check("the same order is cancelled, unfilled", cancelled["status"] === "Cancelled" && cancelled["filled"] === "–");
  await show("order-cancelled", "The order is cancelled; under All it stays with its story.");
}

async function partialFill({ hands, screen, check, show }: Tour): Promise<void> {
  // The participants pause, so that nobody else gets between the two orders.
  await pauseMarket({ hands, screen });
  const { bidTicks, askTicks } = await screen.ladder();
  const inside = Math.floor((bidTicks + askTicks) / 2);
  check("there is room between best bid and best ask", bidTicks < inside && inside < askTicks);
  await sendOrder({ hands, screen }, { side: "buy", quantity: "0.05", price: priceOf(inside) });
  await screen.row("orders", { account: "ALPHA", price: priceOf(inside), status: "Working" });
  await hands.choose(testId("account-switch"), "BRAVO");
  await sendOrder({ hands, screen }, { side: "sell", quantity: "0.02", price: priceOf(inside) });
  await hands.choose(testId("account-switch"), "All");
  const partial = await screen.row("orders", { account: "ALPHA", price: priceOf(inside), status: /^Partial/ });
  check("ALPHA's order is filled for 0.02 of 0.05", partial["filled"] === "0.02000" && partial["quantity"] === "0.05000");
  const other = await screen.row("orders", { account: "BRAVO", price: priceOf(inside), status: "Filled" });
  check("BRAVO's order is filled wholly", other["filled"] === "0.02000");
  await pause(LOOK_MS);
  await show("partial-fill", "All accounts: ALPHA's order is partly filled by BRAVO's, which is done.");
}

async function moneyOfAllAccounts({ hands, screen, check, show }: Tour): Promise<void> {
  await openTab(hands, "fills");
  const bought = await screen.row("fills", { account: "ALPHA", side: /Buy/ });
  const sold = await screen.row("fills", { account: "BRAVO", side: /Sell/ });
  check("one trade, seen from both accounts at one price", bought["price"] === sold["price"] && bought["quantity"] === sold["quantity"]);
  check("both pay a fee", Number(bought["fee"]) > 0 && Number(sold["fee"]) > 0);
  await show("fills", "Both sides of the trade with fees: ALPHA gave the resting order, BRAVO the incoming one.");
  await openTab(hands, "balances");
  const alpha = await screen.row("balances", { account: "ALPHA", asset: "BTC" });
  const bravo = await screen.row("balances", { account: "BRAVO", asset: "BTC" });
  check("the bitcoin moved from BRAVO (8) to ALPHA (40)", alpha["total"] === "40.02000000" && bravo["total"] === "7.98000000");
  check("ALPHA's open rest holds money", Number((await screen.row("balances", { account: "ALPHA", asset: "USD" }))["held"]) > 0);
  await show("balances", "Balances of all accounts: totals moved by the trade, money held for the open rest.");
  await openTab(hands, "orders");
}

async function movedMarket({ hands, screen, check, show }: Tour): Promise<void> {
  const before = await screen.ladder();
  await hands.choose(testId("account-switch"), "CHARLIE");
  await hands.choose(testId("ticket-type"), "Market");
  await sendOrder({ hands, screen }, { side: "buy", quantity: "6" });
  const after = await until("the best ask rises", async () => {
    const now = await screen.ladder();
    return now.askTicks > before.askTicks ? now : null;
  });
  check(`CHARLIE's six bitcoin swept the book: the best ask rose by ${priceOf(after.askTicks - before.askTicks)} USD`, true);
  await hands.choose(testId("ticket-type"), "Limit");
  await resumeMarket({ hands, screen });
  await pause(2 * LOOK_MS);
  await show("market-moved", "A market order took the asks away; the participants trade again and fill the gap.");
}

async function killedEngine({ engine, hands, screen, check, show }: Tour): Promise<void> {
  // A standing venue makes before and after comparable to the letter.
  await pauseMarket({ hands, screen });
  await hands.choose(testId("account-switch"), "BRAVO");
  // The ladder may have stood still under the pointer while the market moved out of its rows.
  await hands.click(testId("ladder-centre"));
  await pause(LOOK_MS / 4);
  const ladder = await screen.ladder();
  const ticks = rowBelow(ladder, ladder.bidTicks, 4);
  await hands.clickAt(pointOf(ladder, ticks, "bid"));
  await screen.row("orders", { account: "BRAVO", side: /Buy/, price: priceOf(ticks), status: "Working" });
  await hands.choose(testId("account-switch"), "All");
  const before = await until("the orders of all accounts are in sight", async () => {
    const rows = await screen.rows("orders");
    return rows.some(({ account }) => account === "ALPHA") && rows.some(({ account }) => account === "BRAVO") ? rows : null;
  });
  const { state } = engine;
  if (state.state !== "running") throw new Error(`the engine is ${state.state}`);
  process.kill(state.pid, "SIGKILL");
  const words = await until("the window says that the engine is down", () => screen.text(".connection-bar"));
  await show("engine-down", `The engine process ${state.pid} was killed. The window says so at once: "${words.slice(0, 60)}…"`);
  check(
    "no number is shown as live",
    !(await screen.has(`${testId("status-connection")}[data-state="live"]`)) || engine.state.state === "running",
  );
  await screen.waitForLive();
  const now = engine.state;
  check("another engine process runs", now.state === "running" && now.pid !== state.pid);
  await until("every order is there as it was, and none twice", async () =>
    JSON.stringify(await screen.rows("orders")) === JSON.stringify(before) ? true : null,
  );
  check(`all ${before.length} orders are there as they were, none twice`, true);
  check("the participants rest as before", await screen.has(MARKET_RESTS));
  await pause(LOOK_MS);
  await show("engine-recovered", "A new engine process recovered from the journal: the same orders, live again.");
}

async function cancelledAll({ hands, screen, check, show }: Tour): Promise<void> {
  await hands.click(testId("cancel-all"));
  const radius = await until("the dialog says how far it reaches", () => screen.text(testId("cancel-radius")));
  check("the dialog names BRAVO's open order", radius.includes("BRAVO (1)"));
  await pause(LOOK_MS);
  await show("cancel-all", "Before all orders are cancelled, the dialog says how many, whose, and of what value.");
  await hands.click(testId("cancel-confirm"));
  await hands.click(testId("orders-open"));
  await until("no order is open", async () => ((await screen.rows("orders")).length === 0 ? true : null));
  await openTab(hands, "balances");
  // The sums at the bottom follow their rows a moment later.
  await until("no account's money is held any more", async () => {
    const held = (await screen.rows("balances")).map((row) => Number(row["held"]));
    return held.length > 0 && held.every((amount) => amount === 0) ? true : null;
  });
  check("no account's money is held any more", true);
  await openTab(hands, "positions");
  await screen.row("positions", { account: "CHARLIE", instrument: "BTC/USD" });
  await show("positions", "Nothing is open, nothing is held; the positions that the day left, with profit and loss.");
}

async function otherViews({ window, hands, screen, check, show }: Tour): Promise<void> {
  await hands.click(testId("watchlist-row-ETH/USD"));
  await until("the ladder shows ETH/USD", async () => ((await screen.ladder()).symbol === "ETH/USD" ? true : null));
  await resumeMarket({ hands, screen });
  await pause(LOOK_MS);
  check("every panel followed to ETH/USD", (await screen.text(testId("chart")))?.includes("ETH/USD") === true);
  await show("eth", "ETH/USD: every panel follows the watchlist.");
  for (const [width, height] of [
    [1_280, 800],
    [2_560, 1_440],
  ] as const) {
    window.setContentSize(width, height);
    const fits = await until("the window has its new size", () => {
      const [wide = 0, high = 0] = window.getContentSize();
      // A display that is smaller gives what it has.
      return wide <= width && high <= height ? { wide, high } : null;
    });
    await pause(LOOK_MS);
    await show(`size-${width}x${height}`, `The same terminal at ${fits.wide}×${fits.high}.`);
  }
}

type Deeds = Pick<Tour, "hands" | "screen">;

/** Fills in the ticket and sends it; returns once the engine has answered. */
async function sendOrder(
  { hands, screen }: Deeds,
  order: { readonly side: "buy" | "sell"; readonly quantity: string; readonly price?: string },
): Promise<void> {
  await hands.click(testId(`ticket-side-${order.side}`));
  await hands.fill(testId("ticket-quantity"), order.quantity);
  if (order.price !== undefined) await hands.fill(testId("ticket-price"), order.price);
  const before = await screen.text(testId("ticket-state"));
  await hands.click(testId("ticket-submit"));
  await until("the engine answers the order", async () => {
    const now = await screen.text(testId("ticket-state"));
    return now === null || now === before || now === "" || now.includes("Sending") ? null : now;
  });
}

const tabs = { orders: "Orders", fills: "Fills", balances: "Balances", positions: "Positions" } as const;

async function openTab(hands: Tour["hands"], blotter: keyof typeof tabs): Promise<void> {
  await hands.clickWords(".flexlayout__tab_button_content", tabs[blotter]);
}

async function resumeMarket({ hands, screen }: Deeds): Promise<void> {
  await hands.click(MARKET_RESTS);
  await until("the participants trade", async () => ((await screen.has(MARKET_RESTS)) ? null : true));
}

/** Has the participants rest, and waits until their last orders have gone through. */
async function pauseMarket({ hands, screen }: Deeds): Promise<void> {
  await hands.click(MARKET_BUTTON);
  await until("the participants rest", async () => ((await screen.has(MARKET_RESTS)) ? true : null));
  let last = -1;
  let sinceMs = 0;
  await until("the venue stands still", async () => {
    const now = await screen.sequence();
    if (now !== last) sinceMs = performance.now();
    last = now;
    // The status line is renewed four times a second.
    return performance.now() - sinceMs > 700 ? true : null;
  });
}

/** A row of the moving market's ladder that an order can rest at while it is looked at. */
async function rowToRestAt({ hands, screen }: Deeds): Promise<{ readonly ladder: Ladder; readonly ticks: number }> {
  // Under the pointer the rows stand still.
  const before = await screen.ladder();
  hands.moveTo(pointOf(before, rowBelow(before, before.bidTicks, 1), "bid"));
  await pause(LOOK_MS / 4);
  const ladder = await screen.ladder();
  const rowsBelow = Math.floor((ladder.bidTicks - ladder.topTicks) / ladder.tickStep) + ladder.rows - 2;
  return { ladder, ticks: rowBelow(ladder, ladder.bidTicks, Math.min(10, rowsBelow)) };
}

/** Price of the row so many rows below a price, on the ladder's grid. */
function rowBelow({ tickStep }: Ladder, ticks: number, rows: number): number {
  return (Math.floor(ticks / tickStep) - rows) * tickStep;
}

function pointOf(ladder: Ladder, ticks: number, column: "bid" | "ask"): { readonly x: number; readonly y: number } {
  const [, bid = 0, price = 0, ask = 0, right = 0] = ladder.columns;
  const middle = column === "bid" ? (bid + price) / 2 : (ask + right) / 2;
  const row = (ladder.topTicks - ticks) / ladder.tickStep;
  return { x: ladder.left + middle, y: ladder.top + (row + 0.5) * ladder.rowHeight };
}

function cellOf(row: Row, column: string): string {
  return `${testId("grid-orders")} .ag-row[row-id="${row["rowId"]}"] [col-id="${column}"]`;
}
