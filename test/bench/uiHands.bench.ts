import { HeadlessEngine } from "../host/headlessEngine.ts";
import { order } from "../host/testClient.ts";
import { screensOf } from "../e2e/support/screens.ts";
import { freshFolder, removeFolder, Terminal } from "../e2e/support/terminal.ts";
import { until } from "../e2e/support/until.ts";
import { figure, quantile, type Bench, type Figure } from "./measure.ts";

const PREVIEWS = 100;
const PREVIEW_RUNS = 3;
const HISTORIC_ORDERS = 100_000;
const STARTS = 3;
/**
 * The hands in the real window. Previews: from the question to the engine's answer, on a moving market. Start: from the launch to live numbers
 * and drawn rows, on a journal with 100,000 orders.
 */
export const bench: Bench = {
  name: "ui",
  metrics: ["ui.previewMsP95", "ui.startWith100kOrdersMs"],
  run: async (log) => [...(await previews(log)), ...(await starts(log))],
};

const named = (metric: string, unit: string): { bench: string; metric: string; unit: string } => ({ bench: "ui", metric, unit });

async function previews(log: (line: string) => void): Promise<Figure[]> {
  const terminal = await Terminal.open();
  try {
    const { page } = terminal;
    await screensOf(page).chooseAccount("ALPHA");
    await page.selectOption('[data-testid="ticket-type"]', "market");
    const runs: number[][] = [];
    for (let run = 0; run < PREVIEW_RUNS; run += 1) {
      const tookMs = await page.evaluate(typeQuantities, PREVIEWS);
      runs.push(tookMs);
      log(`preview p50 ${quantile(tookMs, 0.5).toFixed(2)} ms, p95 ${quantile(tookMs, 0.95).toFixed(2)} ms`);
    }
    return [
      figure(
        named("ui.previewMsP95", "ms"),
        runs.map((samples) => quantile(samples, 0.95)),
        { name: "the limit of 10 ms", samples: [10] },
      ),
    ];
  } finally {
    await terminal.dispose();
  }
}

/** Runs in the page: types a quantity after the other and takes down how long each answer took. */
async function typeQuantities(count: number): Promise<number[]> {
  const field = document.querySelector<HTMLInputElement>('[data-testid="ticket-quantity"]');
  if (field === null) throw new Error("There is no ticket.");
  // Past React's own property on the element, as a person's key press goes.
  const type = (text: string): unknown => Reflect.set(HTMLInputElement.prototype, "value", text, field);
  const view = (): HTMLElement | null => document.querySelector('[data-testid="ticket-preview"]');
  const tookMs: number[] = [];
  for (let n = 0; n < count; n += 1) {
    type((0.01 + n * 0.002).toFixed(3));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise<void>((resolve) => {
      const look = (): void => (view()?.dataset["current"] === "true" ? resolve() : void requestAnimationFrame(look));
      requestAnimationFrame(() => requestAnimationFrame(look));
    });
    tookMs.push(Number(view()?.dataset["tookMs"]));
  }
  return tookMs;
}

async function starts(log: (line: string) => void): Promise<Figure[]> {
  const folder = freshFolder();
  try {
    await writeHistory(folder, log);
    const took: number[] = [];
    for (let run = 0; run < STARTS; run += 1) {
      const startMs = performance.now();
      const terminal = await Terminal.open({ dataFolder: folder, args: ["--market", "off"] });
      await terminal.page.click('[data-testid="orders-all"]');
      await until("orders are drawn", async () =>
        (await terminal.page.locator('[data-testid="grid-orders"] .ag-row').count()) > 5 ? true : null,
      );
      took.push(performance.now() - startMs);
      log(`start with ${HISTORIC_ORDERS} orders ${took.at(-1)?.toFixed(0)} ms`);
      await terminal.quit();
    }
    return [figure(named("ui.startWith100kOrdersMs", "ms"), took, { name: "the limit of 3 s", samples: [3_000] })];
  } finally {
    removeFolder(folder);
  }
}

/** A journal with so many orders of the desk: most came and went, some rest. */
async function writeHistory(folder: string, log: (line: string) => void): Promise<void> {
  const engine = new HeadlessEngine(["--data", folder, "--market", "off"]);
  await engine.ready();
  const client = await engine.connect("desk", { operator: true });
  const before = client.heard.length;
  const answered = (): number => client.heard.length - before;
  for (let sent = 0; sent < HISTORIC_ORDERS;) {
    for (let n = 0; n < 2_000; n += 1, sent += 1) {
      const rests = sent % 50 === 0;
      client.say({
        type: "submit",
        requestId: sent + 1,
        command: order({ lots: 100, limitTicks: 6_400_000 - (sent % 1_000), timeInForce: rests ? "gtc" : "ioc" }),
      });
    }
    await until("the orders are on disk", () => (answered() >= sent ? true : null), 60_000);
  }
  await engine.shutdown();
  log(`wrote ${HISTORIC_ORDERS} orders`);
}
