import type { ReactNode } from "react";
import type { PositionRow } from "../../../shared/views.ts";
import { dialogs } from "../../app/dialogs.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { readModel } from "../../app/readModel.ts";
import { useView } from "../../app/useView.ts";
import { formatCount, formatLots, formatMeanPrice, formatPrice, formatSigned } from "../../ui/format.ts";
import { Grid } from "../../ui/Grid.tsx";
import type { GridColumn } from "../../ui/gridColumn.ts";
import { accountCode, assetCode, exactAmount, signedAmountText, symbolOf } from "./blotterCells.ts";
import { columnTexts } from "./columnTexts.ts";
import { BlotterFrame } from "./BlotterFrame.tsx";
import { positionTotals, type PositionTotal } from "./blotterModel.ts";
import { connectRows } from "./connectRows.ts";
import { rowTexts } from "./rowTexts.ts";
import { useBlotter } from "./useBlotter.ts";

const NONE = "–";

function quoteCode(row: PositionRow): string {
  const instrument = readModel.instrument(row.instrumentId);
  return instrument === undefined ? "" : assetCode(instrument.quoteAssetId);
}

function money(row: PositionRow, units: number): string {
  const instrument = readModel.instrument(row.instrumentId);
  return instrument === undefined ? String(units) : signedAmountText(units, instrument.quoteAssetId);
}

function exact(row: PositionRow, units: number): string {
  const instrument = readModel.instrument(row.instrumentId);
  return instrument === undefined ? "" : exactAmount(units, instrument.quoteAssetId);
}

/** The flattening itself asks first and tells what it would do. */
function drawFlatten(row: PositionRow, element: HTMLElement): void {
  element.className = row.netLots === 0 ? "order-cancel-off" : "order-cancel";
  element.textContent = row.netLots === 0 ? "" : rowTexts.flatten;
}

const positionColumns: readonly GridColumn<PositionRow, PositionTotal>[] = [
  {
    id: "flatten",
    header: "",
    get explain() {
      return rowTexts.flattenThis;
    },
    width: 52,
    pinned: "left",
    sortable: false,
    copied: false,
    value: (row) => (row.netLots === 0 ? 0 : 1),
    text: () => "",
    draw: drawFlatten,
    tooltip: (row) => (row.netLots === 0 ? "" : rowTexts.flattenThis),
  },
  {
    id: "account",
    steady: true,
    get header() {
      return columnTexts.account;
    },
    width: 82,
    pinned: "left",
    value: (row) => accountCode(row.accountId),
    text: (row) => accountCode(row.accountId),
    tooltip: (row) => readModel.account(row.accountId)?.name ?? "",
    total: () => rowTexts.allAccounts,
  },
  {
    id: "instrument",
    steady: true,
    get header() {
      return columnTexts.instrument;
    },
    width: 72,
    value: (row) => symbolOf(row.instrumentId),
    text: (row) => symbolOf(row.instrumentId),
    total: (total) => (total.instrumentId === null ? rowTexts.total : symbolOf(total.instrumentId)),
  },
  {
    id: "net",
    flash: true,
    get header() {
      return columnTexts.net;
    },
    get explain() {
      return columnTexts.boughtLessSoldThroughTradingDepositsDo;
    },
    width: 72,
    align: "right",
    value: (row) => row.netLots,
    text: (row) => {
      const instrument = readModel.instrument(row.instrumentId);
      return instrument === undefined ? String(row.netLots) : formatSigned(row.netLots, formatLots(row.netLots, instrument));
    },
    total: (total) => {
      const instrument = total.instrumentId === null ? undefined : readModel.instrument(total.instrumentId);
      return total.netLots === null || instrument === undefined ? "" : formatSigned(total.netLots, formatLots(total.netLots, instrument));
    },
  },
  {
    id: "average",
    flash: true,
    get header() {
      return columnTexts.avgEntry;
    },
    get explain() {
      return columnTexts.meanPriceOfTheOpenNetQuantity;
    },
    width: 78,
    align: "right",
    value: (row) => row.averageTicks,
    text: (row) => {
      const instrument = readModel.instrument(row.instrumentId);
      return row.averageTicks === null || instrument === undefined ? NONE : formatMeanPrice(row.averageTicks, instrument);
    },
  },
  {
    id: "mark",
    get header() {
      return columnTexts.mark;
    },
    get explain() {
      return columnTexts.priceAtWhichTheOpenQuantityIs;
    },
    width: 72,
    align: "right",
    value: (row) => row.markTicks,
    text: (row) => {
      const instrument = readModel.instrument(row.instrumentId);
      return row.markTicks === null || instrument === undefined ? NONE : formatPrice(row.markTicks, instrument);
    },
  },
  {
    id: "unrealised",
    get header() {
      return columnTexts.unrealised;
    },
    get explain() {
      return columnTexts.netQuantityMarkAverageEntry;
    },
    width: 80,
    align: "right",
    value: (row) => row.unrealised,
    text: (row) => money(row, row.unrealised),
    tooltip: (row) => exact(row, row.unrealised),
    total: (total) => signedAmountText(total.unrealised, total.quoteAssetId),
  },
  {
    id: "realised",
    flash: true,
    get header() {
      return columnTexts.realised;
    },
    get explain() {
      return columnTexts.profitOfClosedQuantityFeesDeducted;
    },
    width: 80,
    align: "right",
    value: (row) => row.realised,
    text: (row) => money(row, row.realised),
    tooltip: (row) => exact(row, row.realised),
    total: (total) => signedAmountText(total.realised, total.quoteAssetId),
  },
  {
    id: "profit",
    get header() {
      return columnTexts.totalPL;
    },
    get explain() {
      return columnTexts.unrealisedRealised;
    },
    width: 82,
    align: "right",
    value: (row) => row.unrealised + row.realised,
    text: (row) => money(row, row.unrealised + row.realised),
    tooltip: (row) => exact(row, row.unrealised + row.realised),
    total: (total) => signedAmountText(total.unrealised + total.realised, total.quoteAssetId),
  },
  {
    id: "quote",
    get header() {
      return columnTexts.quote;
    },
    get explain() {
      return columnTexts.assetOfTheProfit;
    },
    width: 54,
    value: quoteCode,
    text: quoteCode,
    total: (total) => assetCode(total.quoteAssetId),
  },
];

/** What each account made of each instrument; with all accounts on view also their net and sums. */
export function PositionsBlotter(): ReactNode {
  const selection = useSelection();
  const blotter = useBlotter<PositionRow, PositionTotal>("positions", positionColumns);
  const account = useView("selection", () => selection.account);
  return (
    <BlotterFrame
      testId="blotter-positions"
      title={<span className="blotter-count">{rowTexts.positionsShown(formatCount(blotter.shown))}</span>}
      search={blotter.search}
      onSearch={blotter.setSearch}
      tools={blotter.tools}
      shown={blotter.shown}
      emptyTitle={rowTexts.noPositions(account === "all" ? "" : accountCode(account))}
      emptyAction={rowTexts.noPositionsAction}
    >
      <Grid
        name="positions"
        label={rowTexts.positions}
        columns={positionColumns}
        rowKey={positionKey}
        sort={{ column: "account", direction: "asc" }}
        savedColumns={blotter.savedColumns}
        onColumnsChanged={blotter.onColumnsChanged}
        onShownRows={blotter.setShown}
        onCell={(column, row) => {
          if (column === "flatten" && row.netLots !== 0)
            dialogs.open({ kind: "flatten", account: row.accountId, instrumentId: row.instrumentId });
        }}
        connect={(handle) => {
          blotter.attach(handle);
          return connectRows(handle, selection, {
            topic: "positions",
            rows: () => readModel.positions(),
            idOf: positionKey,
            accountOf: (row) => row.accountId,
            totals: (rows) => positionTotals(rows, (id) => readModel.instrument(id)),
          });
        }}
      />
    </BlotterFrame>
  );
}

function positionKey(row: PositionRow): string {
  return `${row.accountId}:${row.instrumentId}`;
}
