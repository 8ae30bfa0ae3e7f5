import type { ReactNode } from "react";
import { useSelection } from "../../app/panelLink.tsx";
import { useView } from "../../app/useView.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { watchRow, type WatchRow } from "./watchlistModel.ts";
import { watchlistTexts as texts } from "./watchlistTexts.ts";
import "./watchlist.css";

/** All instruments with their prices; a click or an arrow key brings one into every panel. */
export function WatchlistPanel(): ReactNode {
  const selection = useSelection();
  const instruments = useView("catalog", (model) => model.catalog.instruments);
  const rows = useView(["tickers", "catalog"], (model) => model.catalog.instruments.map((row) => model.ticker(row.instrumentId)));
  const selected = useView("selection", () => selection.instrumentId);
  const move = (by: number): void => {
    const at = instruments.findIndex((row) => row.instrumentId === selected);
    const next = instruments[Math.min(Math.max(at + by, 0), instruments.length - 1)];
    if (next !== undefined) selection.selectInstrument(next.instrumentId);
  };
  return (
    <Panel testId="watchlist" corner>
      {instruments.length === 0 ? (
        <EmptyState title={texts.empty} action={texts.emptyAction} />
      ) : (
        <div className="watchlist">
          <div className="watch-row watch-head" aria-hidden="true">
            <span>{texts.heads.symbol}</span>
            <span>{texts.heads.last}</span>
            <span>{texts.heads.change}</span>
            <span>{texts.heads.bid}</span>
            <span>{texts.heads.ask}</span>
            <span>{texts.heads.spread}</span>
            <span>{texts.heads.volume}</span>
          </div>
          <div
            role="listbox"
            aria-label={texts.list}
            tabIndex={0}
            className="watch-rows"
            aria-activedescendant={selected === null ? undefined : `watch-${selected}`}
            onKeyDown={(event) => {
              const by =
                event.key === "ArrowDown"
                  ? 1
                  : event.key === "ArrowUp"
                    ? -1
                    : event.key === "Home"
                      ? -instruments.length
                      : event.key === "End"
                        ? instruments.length
                        : 0;
              if (by === 0) return;
              event.preventDefault();
              move(by);
            }}
          >
            {instruments.map((instrument, at) => (
              <Row
                key={instrument.instrumentId}
                row={watchRow(instrument, rows[at] ?? null)}
                selected={instrument.instrumentId === selected}
                onChoose={() => selection.selectInstrument(instrument.instrumentId)}
              />
            ))}
          </div>
        </div>
      )}
    </Panel>
  );
}

type RowProps = { readonly row: WatchRow; readonly selected: boolean; readonly onChoose: () => void };

function Row({ row, selected, onChoose }: RowProps): ReactNode {
  return (
    <div
      id={`watch-${row.instrumentId}`}
      className="watch-row"
      role="option"
      aria-selected={selected}
      aria-description={texts.row(row.symbol, row.last, row.change, row.bid, row.ask)}
      data-testid={`watchlist-row-${row.symbol}`}
      onClick={onChoose}
    >
      <span className="watch-symbol">{row.symbol}</span>
      <span className="watch-last">
        {/* A new key per price starts the flash anew. */}
        <span key={row.last} className="flash">
          {row.last}
        </span>
      </span>
      <span title={texts.changeExplain}>{row.change}</span>
      <span>{row.bid}</span>
      <span>{row.ask}</span>
      <span>{row.spread}</span>
      <span>{row.volume}</span>
    </div>
  );
}
