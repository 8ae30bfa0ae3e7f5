import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Terminal } from "../e2e/support/terminal.ts";
import type { Load } from "./blotterLoad.ts";
import { installFrameTimes } from "./frameTimes.ts";

/** The whole of it in one file, for a page without modules; the package exports its parts alone. */
const AG_GRID = join(fileURLToPath(import.meta.resolve("ag-grid-community")), "../../ag-grid-community.min.js");

/**
 * AG Grid as it comes, alone in a window of the same Electron: as many rows and columns, the same changes through its own asynchronous
 * transactions, scrolled in the same way. Nothing has to cross a port, no other panel draws. Answers the time between frames.
 */
export async function bareGrid({ app }: Pick<Terminal, "app">, load: Load): Promise<readonly number[]> {
  const [page] = await Promise.all([
    app.waitForEvent("window"),
    app.evaluate(({ BrowserWindow }) => void new BrowserWindow({ width: 1_200, height: 400 }).loadURL("about:blank")),
  ]);
  try {
    await page.addScriptTag({ path: AG_GRID });
    await installFrameTimes(page);
    return await page.evaluate(runGrid, load);
  } finally {
    await page.close();
  }
}

type GridRow = { readonly id: string; readonly [column: `c${number}`]: number | string };
type BareApi = { readonly applyTransactionAsync: (change: { readonly update: readonly GridRow[] }) => void };
declare global {
  interface Window {
    readonly agGrid?: { readonly createGrid: (element: HTMLElement, options: object) => BareApi };
  }
}

/** Runs in the page. */
async function runGrid({ rows, updatesPerS, seconds, scrolls }: Load): Promise<number[]> {
  const COLUMNS = 12;
  const FRAME_MS = 16;
  const element = document.createElement("div");
  element.style.cssText = "height: 240px; width: 970px";
  document.body.append(element);
  const row = (id: number, value: number): GridRow => ({
    id: String(id),
    ...Object.fromEntries(Array.from({ length: COLUMNS }, (_, n) => [`c${n}`, n < 8 ? `text ${id} ${n}` : value + n])),
  });
  const api = window.agGrid?.createGrid(element, {
    columnDefs: Array.from({ length: COLUMNS }, (_, n) => ({ field: `c${n}`, width: 80 })),
    rowData: Array.from({ length: rows }, (_, n) => row(n, 0)),
    getRowId: ({ data }: { readonly data: GridRow }) => data.id,
    rowHeight: 22,
    animateRows: false,
    suppressModelUpdateAfterUpdateTransaction: true,
    asyncTransactionWaitMillis: FRAME_MS,
  });
  if (api === undefined) throw new Error("There is no grid.");
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const viewport = element.querySelector<HTMLElement>(".ag-grid-viewport");
  if (viewport === null) throw new Error("The grid has no viewport.");
  const startMs = performance.now();
  let sent = 0;
  const sender = setInterval(() => {
    const due = Math.floor(((performance.now() - startMs) * updatesPerS) / 1_000) - sent;
    if (due > 0) api.applyTransactionAsync({ update: Array.from({ length: due }, (_, n) => row(((sent + n) * 7_919) % rows, sent + n)) });
    sent += Math.max(0, due);
  }, FRAME_MS);
  const frameMs = await window.frameTimes?.(seconds * 1_000, { scrolled: scrolls ? viewport : null });
  clearInterval(sender);
  return frameMs ?? Promise.reject(new Error("Nobody watches the frames."));
}
