import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode, type WheelEvent } from "react";
import { z } from "zod";
import type { Instrument } from "../../../shared/catalog.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import { useView } from "../../app/useView.ts";
import { usualLots } from "../../app/usualLots.ts";
import { savedSetting, saveSetting } from "../../app/windowState.ts";
import { Switch } from "../../ui/controls.tsx";
import { formatCount, formatLotsShort, formatLots, formatPrice, formatTime } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { tokens } from "../../ui/tokens.ts";
import { useCanvas } from "../../ui/useCanvas.ts";
import "./tape.css";
import { following, fullBarLots, scrolled, windowOf, type TapeView } from "./tapeModel.ts";
import { paintTape, TAPE_ROW } from "./tapePainter.ts";
import { everyTrade, tapeRows, type TapeFilter, type TapeRow } from "./tapeRows.ts";
import { tapeTexts } from "./tapeTexts.ts";

const filterSchema = z.object({ leastLots: z.number().int().min(0), byOrder: z.boolean() });

/** Time and sales of the selected instrument. Holds still while somebody reads further down, and follows again at the top. */
export function TapePanel(): ReactNode {
  const selection = useSelection();
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  const [filter, setFilter] = useState(() => savedSetting("tape", filterSchema, everyTrade));
  const choose = (next: TapeFilter): void => {
    setFilter(next);
    saveSetting("tape", next);
  };
  return (
    <Panel
      testId="tape"
      title={instrument?.symbol ?? tapeTexts.title}
      right={instrument !== undefined && <TapeFilters instrument={instrument} filter={filter} onChange={choose} />}
    >
      {instrument !== undefined && <Tape key={instrument.instrumentId} instrument={instrument} filter={filter} />}
    </Panel>
  );
}

const LEAST_FACTORS = [0, 1, 5, 10, 25, 50] as const;

type TapeFiltersProps = { readonly instrument: Instrument; readonly filter: TapeFilter; readonly onChange: (filter: TapeFilter) => void };

function TapeFilters({ instrument, filter, onChange }: TapeFiltersProps): ReactNode {
  const base = usualLots(instrument);
  return (
    <div className="tape-filters">
      <Switch
        label={tapeTexts.byOrder}
        title={tapeTexts.byOrderTitle}
        checked={filter.byOrder}
        testId="tape-by-order"
        onChange={(byOrder) => onChange({ ...filter, byOrder })}
      />
      <select
        className="select small"
        aria-label={tapeTexts.least}
        title={tapeTexts.least}
        data-testid="tape-least"
        value={filter.leastLots}
        onChange={(event) => onChange({ ...filter, leastLots: Number(event.target.value) })}
      >
        {[...new Set([...LEAST_FACTORS.map((factor) => factor * base), filter.leastLots])].map((lots) => (
          <option key={lots} value={lots}>
            {lots === 0 ? tapeTexts.all : tapeTexts.from(formatLotsShort(lots, instrument))}
          </option>
        ))}
      </select>
    </div>
  );
}

function Tape({ instrument, filter }: { readonly instrument: Instrument; readonly filter: TapeFilter }): ReactNode {
  const { instrumentId } = instrument;
  const view = useRef<TapeView>(following);
  const newerText = useRef<HTMLButtonElement>(null);
  const own = useRef(new Set<number>());
  const [held, setHeld] = useState(false);
  const empty = useView(`trades:${instrumentId}`, (model) => model.recentTrades(instrumentId).length === 0);
  const spoken = useView(`trades:${instrumentId}`, (model) => lastTradeWords(model, instrument));
  const barLots = useView(`trades:${instrumentId}`, (model) => fullBarLots(model.recentTrades(instrumentId)));

  const cache = useRef<{ readonly lastId: number; readonly filter: TapeFilter; readonly rows: readonly TapeRow[] } | null>(null);
  const rowsNow = (): readonly TapeRow[] => {
    const trades = readModel.recentTrades(instrumentId);
    const lastId = trades.at(-1)?.tradeId ?? 0;
    if (cache.current?.lastId !== lastId || cache.current.filter !== filter) {
      cache.current = { lastId, filter, rows: tapeRows(trades, filter) };
    }
    return cache.current.rows;
  };

  const { canvas, invalidate } = useCanvas((surface) => {
    const trades = rowsNow();
    // For whoever drives the window from outside.
    surface.context.canvas.dataset["rows"] = String(trades.length);
    const window = windowOf(trades, view.current, Math.ceil(surface.height / TAPE_ROW));
    paintTape(surface, { trades, window, instrument, zone: preferences.zone, fullBarLots: barLots, own: own.current }, tokens());
    if (newerText.current !== null)
      newerText.current.textContent = window.newer === 0 ? tapeTexts.follow : tapeTexts.newer(formatCount(window.newer));
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

  useEffect(invalidate, [filter, invalidate]);

  const rowsVisible = (): number => Math.max(1, Math.floor((canvas.current?.clientHeight ?? 0) / TAPE_ROW));

  const show = (next: TapeView): void => {
    view.current = next;
    setHeld(next.heldTradeId !== null);
    invalidate();
  };
  const scroll = (rows: number): void => show(scrolled(rowsNow(), view.current, rows, rowsVisible()));

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
      aria-label={tapeTexts.label(instrument.symbol)}
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
        {tapeTexts.follow}
      </button>
      {empty && (
        <div className="tape-empty">
          <EmptyState title={tapeTexts.empty} action={tapeTexts.emptyAction} />
        </div>
      )}
    </div>
  );
}

/** The newest trade in words, for those who cannot see the canvas, and for tests. */
function lastTradeWords(model: typeof readModel, instrument: Instrument): string {
  const trade = model.recentTrades(instrument.instrumentId).at(-1);
  if (trade === undefined) return "";
  const inWords = trade.takerSide === "buy" ? tapeTexts.bought : tapeTexts.sold;
  return inWords(formatTime(trade.atUs, preferences.zone), formatLots(trade.lots, instrument), formatPrice(trade.ticks, instrument));
}
