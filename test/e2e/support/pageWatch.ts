/*
 * Functions that run in the page, where every frame can be looked at; from outside some would be missed. Each must be whole in itself. What a
 * watch has seen is put on the window when `stopWatching` ends it.
 */

export type Seen = { readonly frames: number; readonly faults: readonly string[]; readonly notes: readonly string[] };

declare global {
  interface Window {
    /** Put there by a watch: ends it and tells what it has seen. */
    stopWatching?: () => Seen;
  }
}

/** Is the ladder of one colour, or without a market, in any frame? */
export function watchLadder(): void {
  const ladder = document.querySelector<HTMLCanvasElement>('[data-testid="ladder"]');
  const probe = new OffscreenCanvas(32, 32).getContext("2d", { willReadFrequently: true });
  if (ladder === null || probe === null) throw new Error("There is no ladder.");
  const faults: string[] = [];
  let frames = 0;
  let isOn = true;
  const look = (): void => {
    if (!isOn) return;
    frames += 1;
    probe.drawImage(ladder, 0, 0, 32, 32);
    const pixels = new Uint32Array(probe.getImageData(0, 0, 32, 32).data.buffer);
    if (pixels.every((pixel) => pixel === pixels[0])) faults.push(`frame ${frames} is of one colour`);
    if (!ladder.dataset["bidTicks"] || !ladder.dataset["askTicks"]) faults.push(`frame ${frames} shows no market`);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.stopWatching = () => {
    isOn = false;
    return { frames, faults, notes: [] };
  };
}

/** Do the two sides of the depth curve, as painted, overlap, or lie elsewhere than around the middle of the picture, in any frame? */
export function watchDepth(): void {
  const AXIS = 18;
  const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="depth-canvas"]');
  const ladder = document.querySelector<HTMLElement>('[data-testid="ladder"]');
  if (canvas === null || ladder === null) throw new Error("There is no depth curve.");
  const { width, height } = canvas;
  const ratio = width / canvas.clientWidth;
  const floor = Math.floor(height - AXIS * ratio);
  const probe = new OffscreenCanvas(width, floor).getContext("2d", { willReadFrequently: true });
  if (probe === null) throw new Error("There is no second canvas.");
  const faults: string[] = [];
  const mids = new Set<string>();
  let frames = 0;
  let isOn = true;
  const look = (): void => {
    if (!isOn) return;
    frames += 1;
    probe.drawImage(canvas, 0, 0);
    const { data } = probe.getImageData(0, 0, width, floor);
    let [lastBid, firstAsk] = [-1, width];
    for (let x = 0; x < width; x += 1) {
      for (let y = 0; y < floor; y += 1) {
        const at = (y * width + x) * 4;
        // The outlines: blue is bid and amber is ask; grid and labels are nearly grey.
        const blue = (data[at + 2] ?? 0) - (data[at] ?? 0);
        if (blue > 70) lastBid = Math.max(lastBid, x);
        else if (blue < -70) firstAsk = Math.min(firstAsk, x);
      }
    }
    if (lastBid < 0 || firstAsk === width) faults.push(`frame ${frames} lacks a side`);
    else if (lastBid > firstAsk) faults.push(`frame ${frames}: bids reach ${lastBid}, asks begin at ${firstAsk}`);
    else if (Math.abs((lastBid + firstAsk) / 2 - width / 2) > 2 * ratio)
      faults.push(`frame ${frames}: the sides meet at ${(lastBid + firstAsk) / 2} of ${width}`);
    mids.add(`${ladder.dataset["bidTicks"]}/${ladder.dataset["askTicks"]}`);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.stopWatching = () => {
    isOn = false;
    return { frames, faults: faults.slice(0, 5), notes: [...mids] };
  };
}

/** Does any panel, in any frame, show one instrument's name with another's numbers, or another instrument than the one that was chosen? */
export function watchInstruments(): void {
  // In dollars: Bitcoin is some twenty times dearer than ether.
  const APART = 15_000;
  const faults: string[] = [];
  const notes: string[] = [];
  let frames = 0;
  let isOn = true;
  const text = (css: string): string => (document.querySelector(css)?.textContent ?? "").replaceAll(/[\u2009,]/g, "");
  const look = (): void => {
    if (!isOn) return;
    frames += 1;
    const ladder = document.querySelector<HTMLElement>('[data-testid="ladder"]')?.dataset ?? {};
    const isBitcoin = ladder["symbol"] === "BTC/USD";
    if (notes.at(-1) !== ladder["symbol"]) notes.push(ladder["symbol"] ?? "");
    const prices: Record<string, number> = {
      ladderBid: Number(ladder["bidTicks"] ?? 0) / 100,
      ladderAsk: Number(ladder["askTicks"] ?? 0) / 100,
      chart: Number(document.querySelector<HTMLElement>('[data-testid="chart-host"]')?.dataset["lastTicks"] ?? 0) / 100,
      depth: Number(/Mid (\d+\.\d+)/.exec(text('[data-testid="depth"]'))?.[1] ?? 0),
      tape: Number(/(\d{3,}\.\d\d)/.exec(text('[data-testid="tape-last"]'))?.[1] ?? 0),
    };
    for (const [panel, price] of Object.entries(prices))
      if (price > 0 && price > APART !== isBitcoin) faults.push(`frame ${frames}: ${panel} says ${price} under ${ladder["symbol"]}`);
    for (const panel of ["depth"])
      if (!text(`[data-testid="${panel}"]`).includes(ladder["symbol"] ?? "?")) faults.push(`frame ${frames}: ${panel} names another`);
    requestAnimationFrame(() => setTimeout(look));
  };
  requestAnimationFrame(() => setTimeout(look));
  window.stopWatching = () => {
    isOn = false;
    return { frames, faults: faults.slice(0, 8), notes };
  };
}
