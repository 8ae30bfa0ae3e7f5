import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode, type WheelEvent } from "react";
import type { Instrument } from "../../../shared/catalog.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { formatCount, formatLots, formatPrice, formatTime } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { tokens } from "../../ui/tokens.ts";
import { useCanvas } from "../../ui/useCanvas.ts";
import "./tape.css";
import { following, fullBarLots, scrolled, windowOf, type TapeView } from "./tapeModel.ts";
import { paintTape, TAPE_ROW } from "./tapePainter.ts";
import { tapeTexts as texts } from "./tapeTexts.ts";

/** Time and sales of the selected instrument. Holds still while somebody reads further down, and follows again at the top. */
export function TapePanel(): ReactNode {
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  return (
    <Panel
      testId="tape"
      title={instrument?.symbol ?? texts.title}
      right={<span className="secondary">{instrument === undefined ? "" : tapeUnits(instrument)}</span>}
    >
      {instrument !== undefined && <Tape key={instrument.instrumentId} instrument={instrument} />}
    </Panel>
  );
}

function tapeUnits(instrument: Instrument): string {
  return `${readModel.asset(instrument.quoteAssetId)?.code ?? ""} · ${readModel.asset(instrument.baseAssetId)?.code ?? ""}`;
}

function Tape({ instrument }: { readonly instrument: Instrument }): ReactNode {
  const { instrumentId } = instrument;
  const view = useRef<TapeView>(following);
  const newerText = useRef<HTMLButtonElement>(null);
  const own = useRef(new Set<number>());
  const [held, setHeld] = useState(false);
  const empty = useView(`trades:${instrumentId}`, (model) => model.recentTrades(instrumentId).length === 0);
  const spoken = useView(`trades:${instrumentId}`, (model) => lastTradeWords(model, instrument));
  const barLots = useView(`trades:${instrumentId}`, (model) => fullBarLots(model.recentTrades(instrumentId)));

  const { canvas, invalidate } = useCanvas((surface) => {
    const trades = readModel.recentTrades(instrumentId);
    const window = windowOf(trades, view.current, Math.ceil(surface.height / TAPE_ROW));
    paintTape(surface, { trades, window, instrument, zone: preferences.zone, fullBarLots: barLots, own: own.current }, tokens());
    if (newerText.current !== null)
      newerText.current.textContent = window.newer === 0 ? texts.follow : texts.newer(formatCount(window.newer));
  });

  useEffect(() => {
    const collectOwn = (): void => {
      own.current = new Set(readModel.fills.filter((fill) => fill.instrumentId === instrumentId).map((fill) => fill.tradeId));
      invalidate();
    };
    collectOwn();
    const stops = [
      readModel.onTrades(instrumentId, invalidate),
      readModel.onFills((fills, reset) => {
        if (reset) collectOwn();
        else for (const fill of fills) if (fill.instrumentId === instrumentId) own.current.add(fill.tradeId);
        invalidate();
      }),
      readModel.subscribe("preferences", invalidate),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [instrumentId, invalidate]);

  const rowsVisible = (): number => Math.max(1, Math.floor((canvas.current?.clientHeight ?? 0) / TAPE_ROW));

  const show = (next: TapeView): void => {
    view.current = next;
    setHeld(next.heldTradeId !== null);
    invalidate();
  };
  const scroll = (rows: number): void => show(scrolled(readModel.recentTrades(instrumentId), view.current, rows, rowsVisible()));

  const wheelRest = useRef(0);
  const onWheel = (event: WheelEvent): void => {
    wheelRest.current += event.deltaMode === 1 ? event.deltaY : event.deltaY / TAPE_ROW;
    const rows = Math.trunc(wheelRest.current);
    wheelRest.current -= rows;
    if (rows !== 0) scroll(rows);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") scroll(1);
    else if (event.key === "ArrowUp") scroll(-1);
    else if (event.key === "PageDown") scroll(rowsVisible());
    else if (event.key === "PageUp") scroll(-rowsVisible());
    else if (event.key === "End") scroll(Number.MAX_SAFE_INTEGER);
    else if (event.key === "Home" || (event.key === "Escape" && held)) show(following);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      className="tape-body"
      role="group"
      aria-label={texts.label(instrument.symbol)}
      tabIndex={0}
      onWheel={onWheel}
      onKeyDown={onKeyDown}
    >
      <canvas ref={canvas} className="tape-canvas" data-testid="tape-canvas" data-row-height={TAPE_ROW} />
      <p className="visually-hidden" aria-live="off" data-testid="tape-last">
        {spoken}
      </p>
      <button
        ref={newerText}
        type="button"
        className="button tape-newer"
        data-testid="tape-follow"
        hidden={!held}
        onClick={() => show(following)}
      >
        {texts.follow}
      </button>
      {empty && (
        <div className="tape-empty">
          <EmptyState title={texts.empty} action={texts.emptyAction} />
        </div>
      )}
    </div>
  );
}

/** The newest trade in words, for those who cannot see the canvas, and for tests. */
function lastTradeWords(model: typeof readModel, instrument: Instrument): string {
  const trade = model.recentTrades(instrument.instrumentId).at(-1);
  if (trade === undefined) return "";
  const inWords = trade.takerSide === "buy" ? texts.bought : texts.sold;
  return inWords(formatTime(trade.atUs, preferences.zone), formatLots(trade.lots, instrument), formatPrice(trade.ticks, instrument));
}
