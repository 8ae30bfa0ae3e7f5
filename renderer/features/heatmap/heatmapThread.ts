import type { Instrument } from "../../../shared/catalog.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import { tokens } from "../../ui/tokens.ts";
import type { HeatmapOrder, HeatmapReport } from "./heatmapProtocol.ts";

/** A canvas whose pixels belong to a thread of their own from here on. */
export function startWorker(
  host: HTMLElement,
  instrument: Instrument,
  report: (report: HeatmapReport) => void,
): { readonly send: (order: HeatmapOrder, transfer?: readonly Transferable[]) => void; readonly dispose: () => void } {
  const canvas = document.createElement("canvas");
  canvas.dataset["testid"] = "heatmap-canvas";
  host.append(canvas);
  const worker = new Worker(new URL("./heatmapWorker.ts", import.meta.url), { type: "module" });
  const send = (order: HeatmapOrder, transfer: readonly Transferable[] = []): void => worker.postMessage(order, [...transfer]);
  worker.addEventListener("message", (event: MessageEvent<HeatmapReport>) => report(event.data));
  const offscreen = canvas.transferControlToOffscreen();
  const sizeNow = (): { width: number; height: number; ratio: number } => ({
    width: Math.max(1, host.clientWidth),
    height: Math.max(1, host.clientHeight),
    ratio: devicePixelRatio,
  });
  const look = (): { colours: ReturnType<typeof tokens>; zone: typeof preferences.zone } => ({ colours: tokens(), zone: preferences.zone });
  send({ type: "start", canvas: offscreen, size: sizeNow(), look: look(), instrument }, [offscreen]);
  const observer = new ResizeObserver(() => {
    if (host.clientWidth > 0 && host.clientHeight > 0) send({ type: "size", size: sizeNow() });
  });
  observer.observe(host);
  const stop = readModel.subscribe("preferences", () => send({ type: "look", look: look() }));
  return {
    send,
    dispose: () => {
      stop();
      observer.disconnect();
      worker.terminate();
      canvas.remove();
    },
  };
}
