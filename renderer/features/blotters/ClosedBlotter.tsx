import { useEffect, type ReactNode } from "react";
import type { InstrumentId } from "../../../shared/ids.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { panelTexts } from "../../app/panelTexts.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { formatCount, formatDate, formatLots, formatMeanPrice, formatPrice, formatTime } from "../../ui/format.ts";
import { Grid } from "../../ui/Grid.tsx";
import type { GridColumn } from "../../ui/gridColumn.ts";
import type { GridHandle } from "../../ui/gridHandle.ts";
import { accountCode, amountText, assetCode, signedAmountText, symbolOf } from "./blotterCells.ts";
import { BlotterFrame } from "./BlotterFrame.tsx";
import { blotterTexts } from "./blotterTexts.ts";
import { columnTexts } from "./columnTexts.ts";
import { ClosedTrades, type ClosedTrade } from "./closedTrades.ts";
import { FEE_PLACES } from "./fillColumns.ts";
import { useBlotter } from "./useBlotter.ts";

function withInstrument(row: ClosedTrade, text: (instrument: NonNullable<ReturnType<typeof readModel.instrument>>) => string): string {
  const instrument = readModel.instrument(row.instrumentId);
  return instrument === undefined ? "" : text(instrument);
}

const closedColumns: readonly GridColumn<ClosedTrade>[] = [
  {
    id: "time",
    steady: true,
    get header() {
      return columnTexts.time;
    },
    get explain() {
      return columnTexts.venueTimeOfTheClosingFill;
    },
    width: 176,
    pinned: "left",
    align: "right",
    value: (row) => row.atUs,
    sortBy: (row) => row.tradeId,
    text: (row) => `${formatDate(row.atUs, preferences.zone)} ${formatTime(row.atUs, preferences.zone, 3)}`,
  },
  {
    id: "account",
    steady: true,
    get header() {
      return columnTexts.account;
    },
    width: 68,
    value: (row) => accountCode(row.accountId),
    text: (row) => accountCode(row.accountId),
  },
  {
    id: "instrument",
    steady: true,
    get header() {
      return columnTexts.instrument;
    },
    width: 70,
    value: (row) => symbolOf(row.instrumentId),
    text: (row) => symbolOf(row.instrumentId),
  },
  {
    id: "was",
    steady: true,
    get header() {
      return columnTexts.was;
    },
    width: 54,
    value: (row) => row.was,
    text: (row) => columnTexts[row.was],
  },
  {
    id: "quantity",
    steady: true,
    get header() {
      return columnTexts.closed;
    },
    width: 84,
    align: "right",
    value: (row) => row.lots,
    text: (row) => withInstrument(row, (instrument) => formatLots(row.lots, instrument)),
  },
  {
    id: "entry",
    steady: true,
    get header() {
      return columnTexts.avgEntry;
    },
    width: 92,
    align: "right",
    value: (row) => row.entryTicks,
    text: (row) => withInstrument(row, (instrument) => formatMeanPrice(row.entryTicks, instrument)),
  },
  {
    id: "exit",
    steady: true,
    get header() {
      return columnTexts.exit;
    },
    width: 84,
    align: "right",
    value: (row) => row.exitTicks,
    text: (row) => withInstrument(row, (instrument) => formatPrice(row.exitTicks, instrument)),
  },
  {
    id: "profit",
    steady: true,
    get header() {
      return columnTexts.profit;
    },
    get explain() {
      return columnTexts.profitOfAClosing(blotterTexts.closed.method);
    },
    width: 104,
    align: "right",
    value: (row) => row.profit,
    text: (row) => withInstrument(row, (instrument) => signedAmountText(row.profit, instrument.quoteAssetId)),
  },
  {
    id: "fee",
    steady: true,
    get header() {
      return columnTexts.fee;
    },
    get explain() {
      return columnTexts.feeOfAClosing;
    },
    width: 84,
    align: "right",
    value: (row) => row.fee,
    text: (row) => withInstrument(row, (instrument) => amountText(row.fee, instrument.quoteAssetId, FEE_PLACES)),
  },
  {
    id: "quote",
    steady: true,
    get header() {
      return columnTexts.quote;
    },
    width: 54,
    value: (row) => row.instrumentId,
    text: (row) => withInstrument(row, (instrument) => assetCode(instrument.quoteAssetId)),
  },
  {
    id: "tradeId",
    steady: true,
    get header() {
      return columnTexts.tradeId;
    },
    width: 84,
    align: "right",
    value: (row) => row.tradeId,
    text: (row) => String(row.tradeId),
  },
];

/** What positions made when they were reduced or turned, closing by closing. */
export function ClosedBlotter(): ReactNode {
  const selection = useSelection();
  const blotter = useBlotter<ClosedTrade>("closed", closedColumns);
  const account = useView("selection", () => selection.account);
  const { grid } = blotter;
  useEffect(() => grid.current?.filter(account === "all" ? null : (row) => row.accountId === account), [grid, account]);
  return (
    <BlotterFrame
      testId="blotter-closed"
      title={
        <span className="blotter-count" title={blotterTexts.closed.method}>
          {formatCount(blotter.shown)} {blotterTexts.closed.title}
        </span>
      }
      search={blotter.search}
      onSearch={blotter.setSearch}
      tools={blotter.tools}
      shown={blotter.shown}
      emptyTitle={blotterTexts.closed.empty}
      emptyAction={blotterTexts.closed.emptyAction}
    >
      <Grid
        name="closed"
        label={panelTexts.closed}
        columns={closedColumns}
        rowKey={(row) => row.key}
        sort={{ column: "time", direction: "desc" }}
        savedColumns={blotter.savedColumns}
        onColumnsChanged={blotter.onColumnsChanged}
        onShownRows={blotter.setShown}
        connect={(handle) => {
          blotter.attach(handle);
          return connectClosed(handle, selection);
        }}
      />
    </BlotterFrame>
  );
}

function connectClosed(grid: GridHandle<ClosedTrade>, selection: Selection): () => void {
  const closed = new ClosedTrades((id: InstrumentId) => readModel.instrument(id)?.quoteUnitsPerTickLot ?? 0);
  const begin = (): void => {
    closed.clear();
    grid.reset(closed.add(readModel.fills));
  };
  begin();
  const { account } = selection;
  grid.filter(account === "all" ? null : (row) => row.accountId === account);
  const stops = [
    readModel.onFills((fills, reset) => (reset ? begin() : grid.upsert(closed.add(fills)))),
    readModel.subscribe("preferences", grid.redraw),
    readModel.subscribe("catalog", begin),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
