import { useEffect, useState, type ReactNode } from "react";
import type { AccountId } from "../../../shared/ids.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { isOpen, isPending, orderKey, type OrderEntry } from "../../app/orderEntry.ts";
import { cancelOrder } from "../../app/orders.ts";
import { readModel, type ReadModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { Segmented } from "../../ui/controls.tsx";
import { formatCount } from "../../ui/format.ts";
import { Grid } from "../../ui/Grid.tsx";
import type { GridHandle } from "../../ui/gridHandle.ts";
import { accountCode, openValueOf } from "./blotterCells.ts";
import { BlotterFrame, Sum } from "./BlotterFrame.tsx";
import { blotterTexts } from "./blotterTexts.ts";
import { openSums } from "./blotterModel.ts";
import { CancelDialog, type CancelRequest } from "./CancelDialog.tsx";
import { orderFamilies } from "./orderFamilies.ts";
import { orderColumns } from "./orderColumns.ts";
import { orderListTexts as texts } from "./orderListTexts.ts";
import { rowTexts } from "./rowTexts.ts";
import { useBlotter } from "./useBlotter.ts";

type Scope = "open" | "all";

const rowClasses = {
  "order-closed": (entry: OrderEntry) => !isPending(entry) && !isOpen(entry),
  "order-unknown": (entry: OrderEntry) => isPending(entry) && entry.pending === "unknown",
};

/** Every order of this window's owner: pending at once, then as the journal tells. */
export function OrdersBlotter(): ReactNode {
  const selection = useSelection();
  const blotter = useBlotter<OrderEntry>("orders", orderColumns);
  const account = useView("selection", () => selection.account);
  const [scope, setScope] = useState<Scope>("open");
  const [request, setRequest] = useState<CancelRequest | null>(null);
  const counts = useView(["orders", "selection"], (model) => countOrders(model, selection));
  const { grid } = blotter;

  useEffect(
    () =>
      grid.current?.filter(
        (entry) => (account === "all" || entry.accountId === account) && (scope === "all" || isPending(entry) || isOpen(entry)),
      ),
    [grid, account, scope],
  );

  const cancelChosen = (handle: GridHandle<OrderEntry>): void => {
    const open = handle.chosen().filter(isOpen);
    const [only] = open;
    if (open.length === 1 && only !== undefined) void cancelOrder(only);
    else if (open.length > 1) setRequest({ kind: "orders", orderIds: open.map((row) => row.orderId) });
  };

  return (
    <BlotterFrame
      testId="blotter-orders"
      title={
        <Segmented
          label={texts.shown}
          value={scope}
          onChange={setScope}
          options={[
            { value: "open", label: texts.open(formatCount(counts.open)), testId: "orders-open" },
            { value: "all", label: texts.all(formatCount(counts.all)), testId: "orders-all" },
          ]}
        />
      }
      search={blotter.search}
      onSearch={blotter.setSearch}
      tools={blotter.tools}
      own={
        <>
          <button
            type="button"
            className="button"
            data-testid="cancel-selected"
            title={blotterTexts.cancelSelectedExplain}
            onClick={() => {
              if (grid.current !== null) cancelChosen(grid.current);
            }}
          >
            {blotterTexts.cancelSelected}
          </button>
          <button
            type="button"
            className="button"
            data-testid="cancel-all"
            disabled={counts.cancellable === 0}
            onClick={() => setRequest({ kind: "all" })}
          >
            {blotterTexts.cancelAll}
          </button>
        </>
      }
      shown={blotter.shown}
      emptyTitle={scope === "open" ? texts.noOpen(accountWord(account)) : texts.none(accountWord(account))}
      emptyAction={scope === "open" && counts.all > 0 ? texts.finishedUnderAll : texts.placeOne}
      footer={<OpenSums />}
    >
      <Grid
        name="orders"
        label={texts.orders}
        columns={orderColumns}
        rowKey={orderKey}
        sort={{ column: "created", direction: "desc" }}
        savedColumns={blotter.savedColumns}
        onColumnsChanged={blotter.onColumnsChanged}
        rowClasses={rowClasses}
        onShownRows={blotter.setShown}
        onCell={(column, entry) => {
          if (column === "cancel" && isOpen(entry)) void cancelOrder(entry);
        }}
        onKey={(event, handle) => {
          if (event.key === "Delete") cancelChosen(handle);
        }}
        connect={(handle) => {
          blotter.attach(handle);
          return connectOrders(handle, selection);
        }}
      />
      {request !== null && <CancelDialog request={request} account={account} onClose={() => setRequest(null)} />}
    </BlotterFrame>
  );
}

function connectOrders(grid: GridHandle<OrderEntry>, selection: Selection): () => void {
  grid.filter((entry) => (selection.account === "all" || entry.accountId === selection.account) && (isPending(entry) || isOpen(entry)));
  orderFamilies.reset(readModel.orders.values());
  grid.reset(readModel.orders.values());
  const stops = [
    readModel.onOrders(({ reset, changed, removed }) => {
      if (reset) {
        orderFamilies.reset(changed);
        grid.reset(changed);
        return;
      }
      // An order that joins others changes how those are shown.
      const regrouped = orderFamilies.add(changed);
      if (regrouped.length > 0) grid.upsert(regrouped.flatMap((id) => readModel.orders.get(id) ?? []));
      grid.upsert(changed);
      grid.remove(removed);
    }),
    readModel.subscribe("preferences", grid.redraw),
    readModel.subscribe("catalog", grid.redraw),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function OpenSums(): ReactNode {
  const selection = useSelection();
  const line = useView(["orders", "selection", "catalog"], (model) => openLine(model, selection));
  return (
    <>
      <Sum label={line.account}>{texts.openOrders(line.orders)}</Sum>
      {line.buy !== "" && <Sum label={texts.buying}>{line.buy}</Sum>}
      {line.sell !== "" && <Sum label={texts.selling}>{line.sell}</Sum>}
    </>
  );
}

function openLine(
  model: ReadModel,
  selection: Selection,
): { readonly account: string; readonly orders: string; readonly buy: string; readonly sell: string } {
  const sums = sumsOf(model, selection);
  return {
    account: selection.account === "all" ? rowTexts.allAccounts : accountCode(selection.account),
    orders: formatCount(sums.cancellable),
    buy: openValueOf(sums, "buy"),
    sell: openValueOf(sums, "sell"),
  };
}

function countOrders(
  model: ReadModel,
  selection: Selection,
): { readonly open: number; readonly cancellable: number; readonly all: number } {
  const { open, cancellable, all } = sumsOf(model, selection);
  return { open, cancellable, all };
}

function sumsOf(model: ReadModel, selection: Selection): ReturnType<typeof openSums> {
  return openSums(model.open.tallies(selection.account, null), (id) => model.instrument(id));
}

/** An account's code; nothing for all of them. */
function accountWord(account: AccountId | "all"): string {
  return account === "all" ? "" : accountCode(account);
}
