import { useCallback, useEffect, useState, type ReactNode } from "react";
import type { FillRow } from "../../../shared/views.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { readModel } from "../../app/readModel.ts";
import type { AccountChoice, Selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { formatCount } from "../../ui/format.ts";
import { Grid } from "../../ui/Grid.tsx";
import type { GridHandle } from "../../ui/gridHandle.ts";
import { accountCode, amountText, assetCode } from "./blotterCells.ts";
import { BlotterFrame, Sum } from "./BlotterFrame.tsx";
import { FillTotals } from "./blotterModel.ts";
import { FEE_PLACES, fillColumns, fillKey } from "./fillColumns.ts";
import { rowTexts } from "./rowTexts.ts";
import { useBlotter } from "./useBlotter.ts";

/** Every fill of this window's owner, newest first. */
export function FillsBlotter(): ReactNode {
  const selection = useSelection();
  const blotter = useBlotter<FillRow>("fills", fillColumns);
  const account = useView("selection", () => selection.account);
  const { grid } = blotter;
  useEffect(() => grid.current?.filter(passes(account)), [grid, account]);
  return (
    <BlotterFrame
      testId="blotter-fills"
      title={<span className="blotter-count">{rowTexts.fillsShown(formatCount(blotter.shown))}</span>}
      search={blotter.search}
      onSearch={blotter.setSearch}
      tools={blotter.tools}
      shown={blotter.shown}
      emptyTitle={rowTexts.noFills(account === "all" ? "" : accountCode(account))}
      emptyAction={rowTexts.noFillsAction}
      footer={<FillSums account={account} />}
    >
      <Grid
        name="fills"
        label={rowTexts.fills}
        columns={fillColumns}
        rowKey={fillKey}
        sort={{ column: "time", direction: "desc" }}
        savedColumns={blotter.savedColumns}
        onColumnsChanged={blotter.onColumnsChanged}
        onShownRows={blotter.setShown}
        connect={(handle) => {
          blotter.attach(handle);
          return connectFills(handle, selection);
        }}
      />
    </BlotterFrame>
  );
}

function connectFills(grid: GridHandle<FillRow>, selection: Selection): () => void {
  grid.filter(passes(selection.account));
  grid.reset(readModel.fills);
  const stops = [
    followFills(
      (fills) => grid.upsert(fills),
      () => grid.reset(readModel.fills),
    ),
    readModel.subscribe("preferences", grid.redraw),
    readModel.subscribe("catalog", grid.redraw),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Hands over new fills; `restart` when a snapshot replaced them or the model cut its oldest. */
function followFills(add: (fills: readonly FillRow[]) => void, restart: () => void): () => void {
  let held = readModel.fills.length;
  return readModel.onFills((fills, reset) => {
    const cut = readModel.fills.length < held + fills.length;
    held = readModel.fills.length;
    if (reset || cut) restart();
    else add(fills);
  });
}

/** Sums over the fills that the window holds, added up fill by fill. */
function FillSums({ account }: { readonly account: AccountChoice }): ReactNode {
  const [totals, setTotals] = useState(() => new FillTotals());
  useEffect(() => {
    const begin = (): FillTotals => {
      const fresh = new FillTotals();
      fresh.add(readModel.fills, account, instrumentOf);
      setTotals(fresh);
      return fresh;
    };
    let current = begin();
    return followFills(
      (fills) => current.add(fills, account, instrumentOf),
      () => {
        current = begin();
      },
    );
  }, [account]);
  const lines = useView(
    ["fills", "catalog"],
    useCallback(
      () =>
        totals.rows.map((row) =>
          [
            amountText(row.bought, row.quoteAssetId),
            amountText(row.sold, row.quoteAssetId),
            amountText(row.fees, row.quoteAssetId, FEE_PLACES),
            assetCode(row.quoteAssetId),
          ].join("|"),
        ),
      [totals],
    ),
  );
  return (
    <>
      <span className="secondary">{account === "all" ? rowTexts.allAccounts : accountCode(account)}</span>
      {lines.map((line) => {
        const [bought, sold, fees, code] = line.split("|");
        return (
          <span key={code} className="blotter-sums">
            <Sum label={rowTexts.bought}>
              {bought} {code}
            </Sum>
            <Sum label={rowTexts.sold}>
              {sold} {code}
            </Sum>
            <Sum label={rowTexts.fees}>
              {fees} {code}
            </Sum>
          </span>
        );
      })}
    </>
  );
}

const instrumentOf: typeof readModel.instrument = (id) => readModel.instrument(id);

function passes(account: AccountChoice): ((fill: FillRow) => boolean) | null {
  return account === "all" ? null : (fill) => fill.accountId === account;
}
