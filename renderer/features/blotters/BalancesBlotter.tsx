import type { ReactNode } from "react";
import type { BalanceRow } from "../../../shared/views.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { readModel } from "../../app/readModel.ts";
import { useView } from "../../app/useView.ts";
import { formatCount } from "../../ui/format.ts";
import { Grid } from "../../ui/Grid.tsx";
import type { GridColumn } from "../../ui/gridColumn.ts";
import { accountCode, amountText, assetCode, exactAmount, trailingDigits } from "./blotterCells.ts";
import { columnTexts } from "./columnTexts.ts";
import { BlotterFrame } from "./BlotterFrame.tsx";
import { balancesInUse, balanceTotals, type BalanceTotal } from "./blotterModel.ts";
import { connectRows } from "./connectRows.ts";
import { rowTexts } from "./rowTexts.ts";
import { useBlotter } from "./useBlotter.ts";

function amountColumn(
  id: "total" | "available" | "held",
  header: () => string,
  explain: () => string,
): GridColumn<BalanceRow, BalanceTotal> {
  return {
    id,
    get header() {
      return header();
    },
    get explain() {
      return explain();
    },
    width: 144,
    flash: true,
    align: "right",
    value: (row) => row[id],
    text: (row) => amountText(row[id], row.assetId),
    trail: (row) => trailingDigits(row.assetId),
    tooltip: (row) => exactAmount(row[id], row.assetId),
    total: (total) => amountText(total[id], total.assetId),
    totalTrail: (total) => trailingDigits(total.assetId),
  };
}

const balanceColumns: readonly GridColumn<BalanceRow, BalanceTotal>[] = [
  {
    id: "account",
    steady: true,
    get header() {
      return columnTexts.account;
    },
    width: 88,
    pinned: "left",
    value: (row) => accountCode(row.accountId),
    text: (row) => accountCode(row.accountId),
    tooltip: (row) => readModel.account(row.accountId)?.name ?? "",
    total: () => rowTexts.allAccounts,
  },
  {
    id: "asset",
    steady: true,
    get header() {
      return columnTexts.asset;
    },
    width: 46,
    value: (row) => assetCode(row.assetId),
    text: (row) => assetCode(row.assetId),
    total: (total) => assetCode(total.assetId),
  },
  amountColumn(
    "total",
    () => columnTexts.total,
    () => columnTexts.availableHeld,
  ),
  amountColumn(
    "available",
    () => columnTexts.available,
    () => columnTexts.whatANewOrderCanUse,
  ),
  amountColumn(
    "held",
    () => columnTexts.held,
    () => columnTexts.setAsideForOpenOrdersFeesIncluded,
  ),
  {
    id: "use",
    get header() {
      return columnTexts.inUse;
    },
    get explain() {
      return columnTexts.heldTotal;
    },
    width: 96,
    align: "right",
    value: (row) => heldPermille(row),
    text: (row) => `${(heldPermille(row) / 10).toFixed(1)}%`,
    draw: drawUse,
  },
];

/** Held part in thousandths, a statistic. */
function heldPermille(row: BalanceRow): number {
  return row.total === 0 ? 0 : Math.round((row.held / row.total) * 1_000);
}

function drawUse(row: BalanceRow, element: HTMLElement): void {
  const permille = heldPermille(row);
  element.className = "balance-use";
  element.textContent = `${(permille / 10).toFixed(1)}%`;
  element.style.setProperty("--use", `${permille / 10}%`);
}

/** What each account has of each asset; with all accounts on view also the sums. */
export function BalancesBlotter(): ReactNode {
  const selection = useSelection();
  const blotter = useBlotter<BalanceRow, BalanceTotal>("balances", balanceColumns);
  const account = useView("selection", () => selection.account);
  return (
    <BlotterFrame
      testId="blotter-balances"
      title={<span className="blotter-count">{rowTexts.balancesShown(formatCount(blotter.shown))}</span>}
      search={blotter.search}
      onSearch={blotter.setSearch}
      tools={blotter.tools}
      shown={blotter.shown}
      emptyTitle={rowTexts.noBalances(account === "all" ? "" : accountCode(account))}
      emptyAction={rowTexts.noBalancesAction}
    >
      <Grid
        name="balances"
        label={rowTexts.balances}
        columns={balanceColumns}
        rowKey={balanceKey}
        sort={{ column: "account", direction: "asc" }}
        savedColumns={blotter.savedColumns}
        onColumnsChanged={blotter.onColumnsChanged}
        onShownRows={blotter.setShown}
        connect={(handle) => {
          blotter.attach(handle);
          return connectRows(handle, selection, {
            topic: "balances",
            rows: () => balancesInUse(readModel.balances()),
            idOf: balanceKey,
            accountOf: (row) => row.accountId,
            totals: balanceTotals,
          });
        }}
      />
    </BlotterFrame>
  );
}

function balanceKey(row: BalanceRow): string {
  return `${row.accountId}:${row.assetId}`;
}
