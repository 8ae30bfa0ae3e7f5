import type { ReactNode } from "react";
import type { AccountId, InstrumentId } from "../../../shared/ids.ts";
import type { Instrument } from "../../../shared/catalog.ts";
import type { Side } from "../../../shared/orders.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { isOpen } from "../../app/orderEntry.ts";
import { cancelOrder } from "../../app/orders.ts";
import { readModel, type ReadModel } from "../../app/readModel.ts";
import type { Selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { formatLotsShort, formatMeanPrice, formatSigned } from "../../ui/format.ts";
import { netOf } from "./ladderNet.ts";
import { ladderTexts } from "./ladderTexts.ts";

/** Position of the accounts on view here, and its working orders by side with what takes them off. */
export function LadderPosition({ instrument }: { readonly instrument: Instrument }): ReactNode {
  const selection = useSelection();
  const { instrumentId } = instrument;
  const net = useView(["positions", "selection"], (model) => netOf(model.positions(), selection.account, instrumentId));
  const buys = useView(["orders", "selection"], (model) => openCount(model, selection, instrumentId, "buy"));
  const sells = useView(["orders", "selection"], (model) => openCount(model, selection, instrumentId, "sell"));
  const quantity = formatSigned(net.lots, formatLotsShort(net.lots, instrument));
  return (
    <div className="ladder-position" data-testid="ladder-position">
      <span className={net.lots > 0 ? "side-buy" : net.lots < 0 ? "side-sell" : "secondary"}>
        {net.isFlat
          ? ladderTexts.flat
          : net.averageTicks === null
            ? ladderTexts.netOfAll(quantity)
            : ladderTexts.position(quantity, formatMeanPrice(net.averageTicks, instrument))}
      </span>
      <CancelSide side="buy" orders={buys} instrument={instrument} label={ladderTexts.cancelBuys(buys)} />
      <CancelSide side="sell" orders={sells} instrument={instrument} label={ladderTexts.cancelSells(sells)} />
    </div>
  );
}

type CancelSideProps = { readonly side: Side; readonly orders: number; readonly instrument: Instrument; readonly label: string };

function CancelSide({ side, orders, instrument, label }: CancelSideProps): ReactNode {
  const selection = useSelection();
  return (
    <button
      type="button"
      className="button quiet"
      data-testid={`ladder-cancel-${side}`}
      disabled={orders === 0}
      title={ladderTexts.cancelTitle(side, orders, accountName(selection.account))}
      onClick={() => {
        for (const order of openOrders(instrument, selection, side)) void cancelOrder(order);
      }}
    >
      {label}
    </button>
  );
}

function accountName(account: AccountId | "all"): string {
  return account === "all" ? ladderTexts.allAccounts : (readModel.account(account)?.code ?? String(account));
}

function openCount(model: ReadModel, selection: Selection, instrumentId: InstrumentId, side: Side): number {
  let open = 0;
  for (const tally of model.open.tallies(selection.account, instrumentId)) open += tally[side].open;
  return open;
}

function openOrders({ instrumentId }: Instrument, { account }: Selection, side: Side) {
  return [...readModel.orders.values()]
    .filter((entry) => isOpen(entry))
    .filter((row) => row.side === side && row.instrumentId === instrumentId && (account === "all" || row.accountId === account));
}
