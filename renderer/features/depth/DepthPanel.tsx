import { useEffect, useId, useRef, type KeyboardEvent, type PointerEvent, type ReactNode, type WheelEvent } from "react";
import type { Instrument } from "../../../shared/catalog.ts";
import type { PriceTicks } from "../../../shared/money.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { readModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { displayPlaces, formatAmount, formatLotsShort, formatMeanPrice, formatPrice } from "../../ui/format.ts";
import { atMostEvery } from "../../ui/atMostEvery.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { SpokenBook } from "../../ui/Spoken.tsx";
import { tokens } from "../../ui/tokens.ts";
import { useCanvas } from "../../ui/useCanvas.ts";
import "./depth.css";
import { depthOf, readAt, stepFrom, windowFor, type Depth, type DepthReading, type DepthWindow } from "./depthModel.ts";
import { DepthScale, paintDepth, type DepthPicture } from "./depthPainter.ts";
import { depthTexts as texts } from "./depthTexts.ts";

const ZOOM_MOST = 64;
const ZOOM_STEP = 1.25;
/** The first change of an order shows in the next frame; a storm of changes is followed at this pace. */
const OWN_EVERY_MS = 100;
/** Pace of the curve; the ladder beside it shows every frame. */
const BOOK_EVERY_MS = 33;
/** Levels that Shift moves the cursor by. */
const FAR_STEP = 10;

/** What is being read: by pointer (a place on the panel) or by keyboard (a price). */
type Cursor = { readonly kind: "pointer"; readonly x: number } | { readonly kind: "keyboard"; readonly ticks: number };

/** Cumulative depth of the selected instrument. Drawn from the model; React renders only when the instrument changes. */
export function DepthPanel(): ReactNode {
  const selection = useSelection();
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  const title = useView(["tickers", "selection", "catalog"], (model) => spreadText(model, selection));
  const empty = useView(
    instrument === undefined ? "catalog" : `book:${instrument.instrumentId}`,
    (model) => instrument === undefined || isEmpty(model.book(instrument.instrumentId)),
  );
  return (
    <Panel testId="depth" title={instrument?.symbol ?? texts.title} right={<span className="secondary number">{title}</span>}>
      {instrument !== undefined && <DepthCurve key={instrument.instrumentId} instrument={instrument} />}
      {empty && (
        <div className="depth-empty">
          <EmptyState title={texts.empty} action={texts.emptyAction} />
        </div>
      )}
    </Panel>
  );
}

function DepthCurve({ instrument }: { readonly instrument: Instrument }): ReactNode {
  const selection = useSelection();
  const depth = useRef<Depth | null>(null);
  const window = useRef<DepthWindow | null>(null);
  const zoom = useRef(1);
  const cursor = useRef<Cursor | null>(null);
  const readout = useRef<HTMLDivElement>(null);
  const own = useRef<readonly OwnPrice[] | null>(null);
  const spokenId = useId();
  const { instrumentId } = instrument;

  const reading = (scale: DepthScale | null): DepthReading | null => {
    const at = cursor.current;
    if (at === null || depth.current === null) return null;
    if (at.kind === "keyboard") return readAt(depth.current, at.ticks);
    return scale === null ? null : readAt(depth.current, scale.ticksAt(at.x));
  };

  const { canvas, invalidate } = useCanvas((surface) => {
    const book = readModel.book(instrumentId);
    depth.current = book === null ? null : depthOf(book);
    const now = depth.current;
    if (now === null || now.midTicks === null) {
      paintDepth(surface, null, tokens());
      showReading(readout.current, null, instrument);
      return;
    }
    window.current = windowFor(now, zoom.current, window.current);
    own.current ??= ownPrices(instrument, selection);
    const read = reading(new DepthScale(now.midTicks, window.current, surface));
    paintDepth(surface, { depth: now, window: window.current, instrument, reading: read, own: own.current }, tokens());
    showReading(readout.current, read, instrument);
  });

  useEffect(() => {
    const forgetOwn = (): void => {
      own.current = null;
      invalidate();
    };
    const bookChanged = atMostEvery(BOOK_EVERY_MS, invalidate);
    const ordersChanged = atMostEvery(OWN_EVERY_MS, forgetOwn);
    const stops = [
      readModel.subscribe(`book:${instrumentId}`, bookChanged.request),
      readModel.subscribe("orders", ordersChanged.request),
      readModel.subscribe("selection", forgetOwn),
      readModel.subscribe("preferences", invalidate),
    ];
    return () => {
      bookChanged.cancel();
      ordersChanged.cancel();
      for (const stop of stops) stop();
    };
  }, [instrumentId, invalidate]);

  const read = (): DepthReading | null => {
    const element = canvas.current;
    const mid = depth.current?.midTicks;
    if (element === null || mid === null || mid === undefined || window.current === null) return null;
    return reading(new DepthScale(mid, window.current, { width: element.clientWidth, height: element.clientHeight }));
  };

  const zoomBy = (factor: number): void => {
    zoom.current = Math.min(ZOOM_MOST, Math.max(1, zoom.current * factor));
    window.current = null;
    invalidate();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = read();
    const step = event.shiftKey ? FAR_STEP : 1;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const next = depth.current === null ? null : stepFrom(depth.current, at?.ticks ?? null, event.key === "ArrowRight" ? step : -step);
      cursor.current = next === null ? null : { kind: "keyboard", ticks: next.ticks };
    } else if (event.key === "Enter" || event.key === " ") draft(at, instrument, selection);
    else if (event.key === "Escape" && cursor.current !== null) cursor.current = null;
    else if (event.key === "+" || event.key === "=") zoomBy(ZOOM_STEP);
    else if (event.key === "-") zoomBy(1 / ZOOM_STEP);
    else if (event.key === "0") zoomBy(1 / ZOOM_MOST);
    else return;
    event.preventDefault();
    event.stopPropagation();
    invalidate();
  };

  return (
    <div
      className="depth-body"
      role="application"
      aria-label={texts.label(instrument.symbol)}
      aria-describedby={spokenId}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => {
        cursor.current = null;
        invalidate();
      }}
      onPointerMove={(event: PointerEvent<HTMLElement>) => {
        cursor.current = { kind: "pointer", x: event.clientX - event.currentTarget.getBoundingClientRect().left };
        invalidate();
      }}
      onPointerLeave={() => {
        cursor.current = null;
        invalidate();
      }}
      onClick={() => draft(read(), instrument, selection)}
      onWheel={(event: WheelEvent) => zoomBy(event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP)}
    >
      <canvas ref={canvas} className="depth-canvas" data-testid="depth-canvas" />
      <SpokenBook id={spokenId} testId="depth-spoken" instrument={instrument} />
      <div ref={readout} className="depth-readout" data-testid="depth-readout" role="status" hidden>
        {readoutRows.map((row) => (
          <div key={row} data-row={row}>
            <span className="secondary" />
            <span className="number" />
          </div>
        ))}
      </div>
    </div>
  );
}

const readoutRows = ["price", "size", "sum", "cost", "mean"] as const;

/** Writes the reading into the page's own elements; runs in the animation-frame loop, so React is not asked. */
function showReading(box: HTMLDivElement | null, reading: DepthReading | null, instrument: Instrument): void {
  if (box === null) return;
  box.hidden = reading === null;
  if (reading === null) return;
  box.dataset["side"] = reading.side;
  const base = readModel.asset(instrument.baseAssetId)?.code ?? "";
  const quote = readModel.asset(instrument.quoteAssetId);
  const cost = reading.sweepTickLots * BigInt(instrument.quoteUnitsPerTickLot);
  const lines: Readonly<Record<(typeof readoutRows)[number], readonly [label: string, value: string]>> = {
    price: [reading.side === "bid" ? texts.bid : texts.ask, formatPrice(reading.ticks, instrument)],
    size: [texts.size, texts.orders(formatLotsShort(reading.lots, instrument), base, reading.orders)],
    sum: [texts.sum, `${formatLotsShort(reading.cumulativeLots, instrument)} ${base}`],
    cost: [
      reading.side === "bid" ? texts.sweepBrings : texts.sweepCosts,
      quote === undefined ? String(cost) : `${formatAmount(cost, quote, displayPlaces(quote))} ${quote.code}`,
    ],
    mean: [texts.mean, formatMeanPrice(reading.averageTicks, instrument)],
  };
  for (const row of readoutRows) {
    const line = box.querySelector(`[data-row="${row}"]`);
    const [label, value] = lines[row];
    if (line?.firstElementChild) line.firstElementChild.textContent = label;
    if (line?.lastElementChild) line.lastElementChild.textContent = value;
  }
}

/** Whoever points at a bid wants to meet it: the ticket is priced to sell there, and to buy at an ask. */
function draft(reading: DepthReading | null, instrument: Instrument, selection: Selection): void {
  if (reading === null) return;
  // A level of the book is a price by construction.
  selection.draftPrice({
    instrumentId: instrument.instrumentId,
    side: reading.side === "bid" ? "sell" : "buy",
    limitTicks: reading.ticks as PriceTicks,
    preset: "first",
  });
}

type OwnPrice = DepthPicture["own"][number];

function ownPrices(instrument: Instrument, selection: Selection): readonly OwnPrice[] {
  const own = new Map<string, OwnPrice>();
  for (const { kind, side, ticks, orders, pending } of readModel.open.levels(selection.account, instrument.instrumentId))
    if (kind === "limit" && orders > pending) own.set(`${side}${ticks}`, { side, ticks });
  return [...own.values()];
}

function spreadText(model: typeof readModel, selection: Selection): string {
  const id = selection.instrumentId;
  const instrument = id === null ? undefined : model.instrument(id);
  const ticker = id === null ? null : model.ticker(id);
  if (instrument === undefined || ticker === null || ticker.bidTicks === null || ticker.askTicks === null) return "";
  const spread = ticker.askTicks - ticker.bidTicks;
  const mid = (ticker.askTicks + ticker.bidTicks) / 2;
  return texts.spread(formatMeanPrice(mid, instrument), formatPrice(spread, instrument), ((spread / mid) * 10_000).toFixed(2));
}

function isEmpty(book: ReturnType<typeof readModel.book>): boolean {
  return book === null || (book.bids.length === 0 && book.asks.length === 0);
}
