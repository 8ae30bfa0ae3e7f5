import type { ReactNode } from "react";
import type { Asset, Instrument } from "../../../shared/catalog.ts";
import type { OrderRequest } from "../../app/orderEntry.ts";
import { useView } from "../../app/useView.ts";
import { formatAmountExact, formatLotsShort, formatMeanPrice, formatPpm } from "../../ui/format.ts";
import { estimate } from "./ticketModel.ts";

/** What the order would be worth, cost and hold, as far as this screen can tell. The engine decides. */
export function Estimates({ request, instrument }: { readonly request: OrderRequest | null; readonly instrument: Instrument }): ReactNode {
  const book = useView(`book:${instrument.instrumentId}`, (model) => model.book(instrument.instrumentId));
  const base = useView("catalog", (model) => model.asset(instrument.baseAssetId));
  const quote = useView("catalog", (model) => model.asset(instrument.quoteAssetId));
  const paid = request?.side === "sell" ? base : quote;
  const available = useView(["balances", "selection"], (model) =>
    request === null || paid === undefined ? null : (model.balance(request.accountId, paid.assetId)?.available ?? 0),
  );
  if (request === null || base === undefined || quote === undefined || paid === undefined) {
    return <p className="secondary estimates-note">Value, fee and hold are estimated here once the order is complete.</p>;
  }
  const { notional, crossingTicks, crossingLots, feeAtMost, holdAtMost } = estimate(request, instrument, book);
  const isShort = holdAtMost !== null && available !== null && holdAtMost > available;
  return (
    <dl className="estimates" data-testid="ticket-estimates">
      <Line
        label="Value (est.)"
        title="Price × quantity; for a market order the sum over the shown book"
        value={moneyText(notional, quote)}
      />
      <Line
        label="Fee (est., at most)"
        title={`Taker ${formatPpm(instrument.takerFeePpm)}, maker ${formatPpm(instrument.makerFeePpm)} of the value; the higher rate on all of it`}
        value={moneyText(feeAtMost, quote)}
      />
      <Line
        label="Hold (worst case)"
        title="What the account must have available: value and highest fee for a purchase, the quantity for a sale"
        value={moneyText(holdAtMost, paid)}
      />
      <Line
        label="Available"
        title="Balance less what working orders hold, at the last journaled event"
        value={moneyText(available, paid)}
      />
      {isShort && (
        <p className="field-error" data-testid="ticket-short">
          ▲ The hold is above what is available; the engine will deny it.
        </p>
      )}
      {crossingTicks !== null && (
        <Line
          label="Trades at once (est.)"
          title="What the book on view would fill now, and at which mean price"
          value={`${formatLotsShort(crossingLots, instrument)} @ ${formatMeanPrice(crossingTicks, instrument)}`}
        />
      )}
    </dl>
  );
}

function Line({ label, title, value }: { readonly label: string; readonly title: string; readonly value: string }): ReactNode {
  return (
    <>
      <dt className="secondary" title={title}>
        {label}
      </dt>
      <dd title={title}>{value}</dd>
    </>
  );
}

function moneyText(units: number | null, asset: Asset): string {
  return units === null ? "more than the book on view tells" : `${formatAmountExact(units, asset)} ${asset.code}`;
}
