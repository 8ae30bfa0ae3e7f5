import { useMemo, useState, type ReactNode } from "react";
import type { AccountId, InstrumentId, OrderId } from "../../../shared/ids.ts";
import { messages } from "../../app/messages.ts";
import { isOpen } from "../../app/orderEntry.ts";
import { cancelAll, cancelOrder } from "../../app/orders.ts";
import { readModel, type ReadModel } from "../../app/readModel.ts";
import { useSelection } from "../../app/panelLink.tsx";
import type { AccountChoice } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { Dialog, Segmented } from "../../ui/controls.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { accountCode, openValueOf, symbolOf } from "./blotterCells.ts";
import { cancelScope, openOrders, type CancelScope, type OpenOrder } from "./blotterModel.ts";
import { awaitClosed, receiptText } from "./cancelReceipt.ts";
import { cancelTexts } from "./cancelTexts.ts";

/** Which orders somebody wants to cancel: all of the accounts on view, or those that were selected. */
export type CancelRequest =
  | { readonly kind: "all" }
  /** As the keys and the command line ask for it: of this instrument, or (null) of all. */
  | { readonly kind: "cancelAll"; readonly instrumentId: InstrumentId | null }
  | { readonly kind: "orders"; readonly orderIds: readonly OrderId[] };

type CancelDialogProps = { readonly request: CancelRequest; readonly account: AccountChoice; readonly onClose: () => void };

/** Says how far a cancel reaches before it is sent, keeps that up to date while it is read, and reports afterwards what became of it. */
export function CancelDialog({ request, account, onClose }: CancelDialogProps): ReactNode {
  const [instrumentId, setInstrumentId] = useState<InstrumentId | null>(request.kind === "cancelAll" ? request.instrumentId : null);
  const select = useMemo(
    () => (model: ReadModel) => describe(cancelScope(targets(model, request, account, instrumentId), (id) => model.instrument(id))),
    [request, account, instrumentId],
  );
  const scope = useView(["orders", "catalog"], select);
  const selection = useSelection();
  const current = useView("selection", () => selection.instrumentId);
  const confirm = (): void => {
    void cancelTargets(targets(readModel, request, account, instrumentId), request, instrumentId);
    onClose();
  };
  return (
    <Dialog testId="cancel-dialog" title={scope.title} onClose={onClose}>
      {request.kind !== "orders" && current !== null && (
        <Segmented
          label={cancelTexts.instruments}
          value={instrumentId === null ? "all" : "current"}
          onChange={(value) => setInstrumentId(value === "all" ? null : current)}
          options={[
            { value: "all", label: cancelTexts.allInstruments },
            { value: "current", label: cancelTexts.only(symbolOf(current)) },
          ]}
        />
      )}
      <Facts
        testId="cancel-radius"
        facts={[
          { label: cancelTexts.orders, value: scope.orders },
          { label: cancelTexts.accounts, value: scope.accounts },
          { label: cancelTexts.openBuys, value: <span className="cancel-figure">{scope.buy}</span> },
          { label: cancelTexts.openSells, value: <span className="cancel-figure">{scope.sell}</span> },
        ]}
      />
      <div className="dialog-actions">
        <button type="button" className="button large" onClick={onClose}>
          {cancelTexts.keep}
        </button>
        <button
          type="button"
          className="button large cancel-confirm"
          data-testid="cancel-confirm"
          disabled={scope.orders === "0"}
          data-first-focus
          onClick={confirm}
        >
          {scope.confirm}
        </button>
      </div>
    </Dialog>
  );
}

function targets(
  model: ReadModel,
  request: CancelRequest,
  account: AccountChoice,
  instrumentId: InstrumentId | null,
): readonly OpenOrder[] {
  if (request.kind !== "orders") return openOrders(model.orders.values(), account, instrumentId);
  return request.orderIds.map((id) => model.orders.get(id)).filter((entry) => entry !== undefined && isOpen(entry));
}

type Described = {
  readonly title: string;
  readonly confirm: string;
  readonly orders: string;
  readonly accounts: string;
  readonly buy: string;
  readonly sell: string;
};

function describe(scope: CancelScope): Described {
  return {
    title: cancelTexts.question(scope.orders),
    confirm: cancelTexts.confirm(scope.orders),
    orders: String(scope.orders),
    accounts: scope.accounts.map((row) => `${accountCode(row.accountId)} (${row.orders})`).join(", ") || cancelTexts.none,
    buy: openValueOf(scope, "buy") || cancelTexts.none,
    sell: openValueOf(scope, "sell") || cancelTexts.none,
  };
}

async function cancelTargets(orders: readonly OpenOrder[], request: CancelRequest, instrumentId: InstrumentId | null): Promise<void> {
  if (request.kind !== "orders") {
    const accounts = new Set<AccountId>(orders.map((row) => row.accountId));
    await Promise.all([...accounts].map((accountId) => cancelAll(accountId, instrumentId)));
  } else {
    await Promise.all(orders.map((row) => cancelOrder(row)));
  }
  const receipt = receiptText(
    await awaitClosed(
      readModel,
      orders.map((row) => row.orderId),
    ),
  );
  messages.post({ severity: receipt.whole ? "info" : "warning", text: receipt.text });
}
