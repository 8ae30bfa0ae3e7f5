import { useMemo, type ReactNode } from "react";
import type { AssetId, InstrumentId } from "../../../shared/ids.ts";
import { amountsText } from "../../app/amountsText.ts";
import { dialogs } from "../../app/dialogs.ts";
import type { ReadModel } from "../../app/readModel.ts";
import type { AccountChoice } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { Dialog } from "../../ui/controls.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { formatLotsShort } from "../../ui/format.ts";
import { flatten, openIn, planOf } from "./flattening.ts";
import { handsTexts } from "./handsTexts.ts";

const texts = handsTexts.flatten;

type FlattenDialogProps = { readonly account: AccountChoice; readonly instrumentId: InstrumentId | null };

/**
 * Says which positions would be traded back to nothing, by which orders, at about what value, before anything is sent; and tells afterwards. The focus
 * begins at keeping them: a second Enter after the command trades nothing.
 */
export function FlattenDialog({ account, instrumentId }: FlattenDialogProps): ReactNode {
  const select = useMemo(() => (model: ReadModel) => describe(model, account, instrumentId), [account, instrumentId]);
  const scope = useView(["positions", "orders", "catalog"], select);
  return (
    <Dialog testId="flatten-dialog" title={`${texts.title} ${scope.count}`} onClose={() => dialogs.close()}>
      {scope.isEmpty ? (
        <p>{texts.none}</p>
      ) : (
        <Facts
          testId="flatten-radius"
          facts={[
            { label: texts.listed, value: scope.lines },
            { label: texts.orders, value: scope.orders },
            { label: texts.cancelled, value: scope.cancelled },
            { label: texts.value, value: scope.value },
            ...(scope.left === "" ? [] : [{ label: texts.stays, value: scope.left }]),
          ]}
        />
      )}
      <div className="dialog-actions">
        <button type="button" className="button large" onClick={() => dialogs.close()}>
          {texts.keep}
        </button>
        <button
          type="button"
          className="button large danger"
          data-testid="flatten-confirm"
          disabled={scope.isEmpty}
          onClick={() => {
            void flatten(account, instrumentId);
            dialogs.close();
          }}
        >
          {texts.confirm} {scope.count}
        </button>
      </div>
    </Dialog>
  );
}

function describe(model: ReadModel, account: AccountChoice, instrumentId: InstrumentId | null) {
  const { positions, orders, left } = planOf(model, account, instrumentId);
  const line = (row: (typeof positions)[number]): string => {
    const instrument = model.instrument(row.instrumentId);
    const quantity = instrument === undefined ? String(row.netLots) : formatLotsShort(row.netLots, instrument);
    return `${model.account(row.accountId)?.code ?? ""} ${quantity} ${instrument?.symbol ?? ""}`;
  };
  const accounts = new Set(positions.map(({ accountId }) => accountId));
  const values = new Map<AssetId, bigint>();
  for (const { instrumentId: id, markTicks, netLots } of positions) {
    const instrument = model.instrument(id);
    if (instrument === undefined || markTicks === null) continue;
    const value = BigInt(Math.abs(netLots)) * BigInt(markTicks) * BigInt(instrument.quoteUnitsPerTickLot);
    values.set(instrument.quoteAssetId, (values.get(instrument.quoteAssetId) ?? 0n) + value);
  }
  return {
    isEmpty: orders.length === 0,
    count: `${positions.length} ${positions.length === 1 ? texts.position : texts.positions}`,
    lines: positions.map(line).join(", "),
    orders: String(orders.length),
    cancelled: `${openIn(model, accounts, instrumentId)} ${texts.openOrders}`,
    value: amountsText(values, (id) => model.asset(id)),
    left: left.map(line).join(", "),
  };
}
