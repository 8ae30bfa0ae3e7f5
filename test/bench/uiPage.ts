declare global {
  interface Window {
    /** Put there by `watchLadderClicks`: settles with the milliseconds from the next press to the frame that shows its order. */
    nextLadderClick?: () => Promise<number>;
    /** Put there by `bookStorm`: amendments that the engine agreed to since it was asked last. */
    stormAgreed?: () => number;
  }
}

/*
 * Functions that run in the page: each must be whole in itself.
 */

/** Times of the frames of so many milliseconds, and how often the ladder was of one colour in one of them. Takes `installFrameTimes` before. */
export async function frameWatch(
  forMs: number,
): Promise<{ readonly frameMs: number[]; readonly framesPerSecond: number; readonly blank: number }> {
  const ladder = document.querySelector<HTMLCanvasElement>('[data-testid="ladder"]');
  const probe = new OffscreenCanvas(24, 24).getContext("2d", { willReadFrequently: true });
  if (ladder === null || probe === null || window.frameTimes === undefined)
    throw new Error("There is no ladder, or nobody watches the frames.");
  let blank = 0;
  const frameMs = await window.frameTimes(forMs, {
    eachFrame: (frame) => {
      // Every fourth frame: the look itself costs time.
      if (frame % 4 !== 0) return;
      probe.drawImage(ladder, 0, 0, 24, 24);
      const pixels = new Uint32Array(probe.getImageData(0, 0, 24, 24).data.buffer);
      if (pixels.every((pixel) => pixel === pixels[0])) blank += 1;
    },
  });
  return { frameMs, framesPerSecond: (frameMs.length * 1_000) / frameMs.reduce((sum, ms) => sum + ms, 0), blank };
}

/**
 * Places own orders a little below the best bid and above the best ask and has the engine agree to so many amendments of them a second from here
 * on: one that it refuses, because the market has taken the order meanwhile, is made up for, and the order is placed anew. It speaks through a
 * further engine port of this window, which the window itself then uses as well.
 */
export function bookStorm(updatesPerSecond: number): Promise<{ readonly orders: number }> {
  const ladder = document.querySelector<HTMLElement>('[data-testid="ladder"]');
  const bridge = window.terminal;
  if (ladder === null || bridge === undefined) return Promise.reject(new Error("There is no ladder or no bridge."));
  const EACH_SIDE = 20;
  const LOTS = 40;
  const ALPHA = 2;
  return new Promise((resolve) => {
    window.addEventListener(
      "message",
      (event) => {
        const port = event.ports[0];
        if (port === undefined) return;
        const orders: { id: number; side: "buy" | "sell"; far: number }[] = [];
        let request = 1_000_000_000;
        let agreed = 0;
        let owed = 0;
        const amendments = new Map<number, { readonly id: number; readonly side: "buy" | "sell"; readonly far: number }>();
        const mine = new Map<number, { side: "buy" | "sell"; far: number }>();
        port.addEventListener(
          "message",
          ({ data }: MessageEvent<{ type: string; requestId?: number; outcome?: { orderId: number | null; refusal: object | null } }>) => {
            if (data.type !== "outcome" || data.requestId === undefined) return;
            const order = mine.get(data.requestId);
            const id = data.outcome?.orderId ?? null;
            const amended = amendments.get(data.requestId);
            amendments.delete(data.requestId);
            if (amended !== undefined && data.outcome?.refusal === null) agreed += 1;
            else if (amended !== undefined) {
              owed += 1;
              const at = orders.indexOf(amended);
              if (at >= 0) {
                orders.splice(at, 1);
                place(amended.side, amended.far);
              }
            }
            mine.delete(data.requestId);
            if (order !== undefined && id !== null) orders.push({ id, ...order });
          },
        );
        const priceOf = (side: "buy" | "sell", far: number): number => {
          const best = Number(side === "buy" ? ladder.dataset["bidTicks"] : ladder.dataset["askTicks"]);
          return side === "buy" ? best - far : best + far;
        };
        const submit = (command: object): void => {
          request += 1;
          port.postMessage({ type: "submit", requestId: request, command });
        };
        const place = (side: "buy" | "sell", far: number): void => {
          mine.set(request + 1, { side, far });
          submit({
            type: "SubmitOrder",
            accountId: ALPHA,
            instrumentId: 1,
            clientOrderId: Date.now() * 1_000 + request,
            side,
            orderType: "limit",
            timeInForce: "gtc",
            limitTicks: priceOf(side, far),
            lots: LOTS,
            quoteAmount: null,
          });
        };
        const start = (): void => {
          for (let n = 0; n < EACH_SIDE; n += 1) {
            place("buy", 300 + n * 60);
            place("sell", 300 + n * 60);
          }
          let turn = 0;
          let lastMs = performance.now();
          setInterval(() => {
            const nowMs = performance.now();
            owed += ((nowMs - lastMs) * updatesPerSecond) / 1_000;
            lastMs = nowMs;
            for (; owed >= 1 && orders.length > 0; owed -= 1) {
              turn += 1;
              const order = orders[turn % orders.length];
              if (order === undefined) break;
              const far = order.far + (Math.floor(turn / orders.length) % 7) * 20;
              amendments.set(request + 1, order);
              submit({
                type: "AmendOrder",
                accountId: ALPHA,
                orderId: order.id,
                limitTicks: priceOf(order.side, far),
                lots: null,
                triggerTicks: null,
              });
            }
          }, 4);
          window.stormAgreed = () => {
            const since = agreed;
            agreed = 0;
            return since;
          };
          setTimeout(() => {
            agreed = 0;
            resolve({ orders: orders.length });
          }, 2_000);
        };
        // The window greets on the port, subscribes and shows live numbers first.
        const ready = setInterval(() => {
          if (document.querySelector('[data-testid="status-connection"][data-state="live"]') === null) return;
          clearInterval(ready);
          start();
        }, 50);
      },
      { once: true },
    );
    bridge.connect();
  });
}

/** From here on `nextLadderClick` times a press until the frame in which the ladder has painted a further own order is on the screen. */
export function watchLadderClicks(): void {
  const ladder = document.querySelector<HTMLElement>('[data-testid="ladder"]');
  if (ladder === null) throw new Error("There is no ladder.");
  window.nextLadderClick = () =>
    new Promise((resolve) => {
      ladder.addEventListener(
        "pointerdown",
        (event) => {
          const pressedMs = event.timeStamp;
          const before = ladder.dataset["ownCount"] ?? "0";
          const afterPaint = new MessageChannel();
          afterPaint.port1.onmessage = () => resolve(performance.now() - pressedMs);
          const watch = new MutationObserver(() => {
            if (Number(ladder.dataset["ownCount"]) <= Number(before)) return;
            watch.disconnect();
            // Written while the frame is being made: a task posted now runs once that frame has been painted.
            afterPaint.port2.postMessage(null);
          });
          watch.observe(ladder, { attributes: true, attributeFilter: ["data-own-count"] });
        },
        { capture: true, once: true },
      );
    });
}
