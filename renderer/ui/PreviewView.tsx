import type { ReactNode } from "react";
import type { Instrument } from "../../shared/catalog.ts";
import { feeAssetOf } from "../../shared/fees.ts";
import type { AssetId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { PreviewLevel, PreviewLimit, PreviewOrder, PreviewSummary } from "../../shared/preview.ts";
import type { OrderRequest } from "../app/orderEntry.ts";
import { orderFormTexts } from "../app/orderFormTexts.ts";
import { cancelReasonText, reasonText } from "../app/orderText.ts";
import type { PreviewAnswer } from "../app/preview.ts";
import { readModel } from "../app/readModel.ts";
import { figureText } from "../app/riskFigures.ts";
import { riskNodeName } from "../app/riskTree.ts";
import { formatAmount, formatCount, formatLotsShort, formatMeanPrice, formatPrice, displayPlaces, formatAmountExact } from "./format.ts";
import { isSoftBlock, limitBar } from "./previewModel.ts";
import { previewTexts as words } from "./previewTexts.ts";
import "./preview.css";

/** Levels shown one by one; the rest is summed up. */
const MAX_LEVELS = 4;

type PreviewViewProps = {
  readonly request: OrderRequest | null;
  readonly answer: PreviewAnswer | null;
  readonly isCurrent: boolean;
  readonly instrument: Instrument;
  /** Takes over what would pass; without it nothing is offered. A price of null is to stay as it is. */
  readonly onTake?: (lots: number, limitTicks: number | null) => void;
};

/** What the engine would do with the order if it came next: decided on a fork, with its reason and its figures. */
export function PreviewView({ request, answer, isCurrent, instrument, onTake }: PreviewViewProps): ReactNode {
  if (request === null || answer === null) return <p className="secondary preview-note">{words.idle}</p>;
  const { preview, seq, tookMs } = answer;
  return (
    <div
      className="preview"
      data-testid="ticket-preview"
      data-current={isCurrent}
      data-seq={seq}
      data-took-ms={tookMs.toFixed(2)}
      data-refusal={preview.refusal?.code ?? ""}
      title={`${words.tookTitle}: ${words.took(tookMs.toFixed(1), formatCount(seq))}`}
    >
      <Verdict request={request} preview={preview} instrument={instrument} onTake={onTake} />
      {preview.order !== null && <Outcome order={preview.order} request={request} instrument={instrument} />}
      <Balances preview={preview} />
      <Limits limits={preview.limits} instrument={instrument} />
    </div>
  );
}

type VerdictProps = {
  readonly request: OrderRequest;
  readonly preview: PreviewSummary;
  readonly instrument: Instrument;
  readonly onTake: PreviewViewProps["onTake"] | undefined;
};

function Verdict({ request, preview, instrument, onTake }: VerdictProps): ReactNode {
  const { breach, largestLots, refusal } = preview;
  const isSoft = isSoftBlock(refusal?.code ?? null);
  const isConfirmed = refusal === null && (request.values?.confirmation ?? null) !== null;
  const priced = atAnotherPrice(preview, request);
  const verdict = refusal === null ? (isConfirmed ? "confirmed" : "passes") : isSoft ? "soft" : "refused";
  return (
    <div className="preview-verdict" data-verdict={verdict} data-testid="preview-verdict">
      <strong>
        {refusal === null ? "✓" : "▲"} {words[verdict]}
      </strong>
      {refusal !== null && (
        <p>
          {breach !== null && `${orderFormTexts.controls[breach.control]} · ${nodeName(preview, breach.nodeId)}: `}
          {reasonText(refusal, readModel, request)}
        </p>
      )}
      {largestLots !== null && refusal !== null && (
        <p className="preview-advice" data-testid="preview-largest">
          {largestLots === 0 ? words.none : `${words.largest} ${formatLotsShort(largestLots, instrument)}`}
          {largestLots > 0 && onTake !== undefined && <Take testId="preview-use-largest" onClick={() => onTake(largestLots, null)} />}
        </p>
      )}
      {priced !== null && (
        <p className="preview-advice" data-testid="preview-nearest">
          {words.nearest} {formatLotsShort(priced.lots, instrument)} {words.at} {formatPrice(priced.limitTicks, instrument)}
          {onTake !== undefined && <Take testId="preview-use-nearest" onClick={() => onTake(priced.lots, priced.limitTicks)} />}
        </p>
      )}
    </div>
  );
}

/** The nearest order that would pass, where its price is another; where only its quantity is, the largest one says as much. */
function atAnotherPrice({ refusal }: PreviewSummary, { limitTicks }: OrderRequest): { lots: QtyLots; limitTicks: PriceTicks } | null {
  const nearest = refusal?.nearest ?? null;
  if (nearest === null || nearest.limitTicks === null || nearest.limitTicks === limitTicks) return null;
  return { lots: nearest.lots, limitTicks: nearest.limitTicks };
}

function Take({ testId, onClick }: { readonly testId: string; readonly onClick: () => void }): ReactNode {
  return (
    <button type="button" className="button" data-testid={testId} onClick={onClick}>
      {words.take}
    </button>
  );
}

function nodeName({ limits }: PreviewSummary, nodeId: number): string {
  const limit = limits.find((one) => one.nodeId === nodeId);
  return limit === undefined ? `#${nodeId}` : nameOf(limit);
}

function nameOf({ level, nodeName: name }: PreviewLimit): string {
  return riskNodeName({ level, name });
}

type OutcomeProps = { readonly order: PreviewOrder; readonly request: OrderRequest; readonly instrument: Instrument };

function Outcome({ order, request, instrument }: OutcomeProps): ReactNode {
  const { averageTicks, cancelled, fees, filledLots, levels, rests, value } = order;
  const quote = instrument.quoteAssetId;
  const waits = rests === null && cancelled === null && filledLots === 0;
  return (
    <dl className="preview-facts">
      {averageTicks !== null && (
        <>
          <dt>{words.fills}</dt>
          <dd data-testid="preview-filled">{formatLotsShort(filledLots, instrument)}</dd>
          <Levels levels={levels} instrument={instrument} side={request.side} />
          <dt>{words.average}</dt>
          <dd data-testid="preview-average">{formatMeanPrice(averageTicks, instrument)}</dd>
          <dt>{words.value}</dt>
          <dd>{money(value, quote)}</dd>
          <dt>{words.fee}</dt>
          <dd data-testid="preview-fee">{money(fees, feeAssetOf(instrument, request.side))}</dd>
        </>
      )}
      {rests !== null && (
        <>
          <dt>{words.rests}</dt>
          <dd>
            {formatLotsShort(rests.lots, instrument)} {words.at} {formatPrice(rests.ticks, instrument)}
          </dd>
          <dt>{words.ahead}</dt>
          <dd data-testid="preview-ahead">
            {rests.aheadOrders === 0
              ? words.first
              : `${formatLotsShort(rests.aheadLots, instrument)} · ${rests.aheadOrders} ${rests.aheadOrders === 1 ? words.order : words.orders}`}
          </dd>
        </>
      )}
      {cancelled !== null && (
        <>
          <dt>{words.cancelled}</dt>
          <dd title={cancelReasonText(cancelled.reason)}>
            {formatLotsShort(cancelled.lots, instrument)} · {cancelReasonText(cancelled.reason)}
          </dd>
        </>
      )}
      {waits && <Waiting order={order} request={request} instrument={instrument} />}
    </dl>
  );
}

/** What becomes of an order that meets nothing here: it waits for its trigger, or it leaves for an outside venue, which decides the rest. */
function Waiting({ instrument, order, request }: OutcomeProps): ReactNode {
  const isStop = request.orderType === "stop" || request.orderType === "stopLimit" || request.orderType === "trailingStop";
  const isRouted = instrument.routed === true;
  return (
    <>
      <dt data-testid="preview-waits">{!isRouted ? words.waits : isStop ? words.heldHere : words.leaves}</dt>
      <dd>{isRouted && `${words.holds} ${money(order.held, order.heldAssetId)}`}</dd>
      {isRouted && isStop && <dd className="preview-held">{words.heldByUs}</dd>}
    </>
  );
}

function Levels({
  levels,
  instrument,
  side,
}: { readonly levels: readonly PreviewLevel[] } & Pick<OutcomeProps["request"], "side"> & { readonly instrument: Instrument }): ReactNode {
  const largest = Math.max(1, ...levels.map(({ lots }) => lots));
  const rest = levels.length - MAX_LEVELS;
  return (
    <div className="preview-levels" data-side={side}>
      {levels.slice(0, MAX_LEVELS).map(({ ticks, lots }) => (
        <span
          key={ticks}
          className="preview-level"
          ref={(row) => {
            row?.style.setProperty("--part", `${(lots / largest) * 100}%`);
          }}
        >
          <span>{formatPrice(ticks, instrument)}</span>
          <span>{formatLotsShort(lots, instrument)}</span>
        </span>
      ))}
      {rest > 0 && <span className="secondary">{words.more(rest)}</span>}
    </div>
  );
}

function Balances({ preview }: { readonly preview: PreviewSummary }): ReactNode {
  if (preview.refusal !== null || preview.balances.length === 0) return null;
  return (
    <table className="preview-balances">
      <thead>
        <tr>
          <th />
          <th scope="col">{words.available}</th>
          <th scope="col">{words.held}</th>
        </tr>
      </thead>
      <tbody>
        {preview.balances.map(({ assetId, before, after }) => (
          <tr key={assetId}>
            <th scope="row">{readModel.asset(assetId)?.code}</th>
            <td title={`${exact(before.available, assetId)} → ${exact(after.available, assetId)}`}>{short(after.available, assetId)}</td>
            <td
              title={`${exact(before.held, assetId)} → ${exact(after.held, assetId)}`}
              data-testid={`preview-held-${readModel.asset(assetId)?.code ?? ""}`}
            >
              {short(after.held, assetId)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Limits({ limits, instrument }: { readonly limits: readonly PreviewLimit[]; readonly instrument: Instrument }): ReactNode {
  const shown = limits.flatMap((limit) => {
    const bar = limitBar(limit);
    // Dozens of limits stand above an account: those that the order moves, or that are beyond a bound, are worth the room.
    return bar === null || (bar.change === 0 && bar.tier === "free") ? [] : [{ limit, bar }];
  });
  if (shown.length === 0) return null;
  const figure = (limit: PreviewLimit, n: number | null): string =>
    n === null
      ? "–"
      : figureText(limit.control, n, limit.instrumentId === null ? undefined : instrument, readModel.asset(limit.currencyAssetId));
  return (
    <div className="preview-limits" role="group" aria-label={words.limits}>
      {shown.map(({ limit, bar }) => (
        <div
          key={`${limit.control}:${limit.nodeId}:${limit.instrumentId ?? ""}`}
          className="preview-limit"
          data-tier={bar.tier}
          title={`${nameOf(limit)}: ${figure(limit, limit.before)} → ${figure(limit, limit.after)} / ${figure(limit, limit.hard ?? limit.soft)}`}
        >
          <span className="preview-limit-name">
            {orderFormTexts.controls[limit.control]} <span className="secondary">{nameOf(limit)}</span>
          </span>
          <span className="preview-limit-use">
            {figure(limit, limit.after)} / {figure(limit, limit.hard ?? limit.soft)}
          </span>
          <span
            className="use-bar"
            ref={(element) => {
              element?.style.setProperty("--used", `${bar.used * 100}%`);
              element?.style.setProperty("--change", `${Math.abs(bar.change) * 100}%`);
            }}
            data-sign={bar.change < 0 ? "less" : "more"}
          />
        </div>
      ))}
    </div>
  );
}

function money(units: number, assetId: AssetId): string {
  const asset = readModel.asset(assetId);
  return asset === undefined ? String(units) : `${formatAmount(units, asset, Math.max(2, displayPlaces(asset)))} ${asset.code}`;
}

function short(units: number, assetId: AssetId): string {
  const asset = readModel.asset(assetId);
  return asset === undefined ? String(units) : formatAmount(units, asset, displayPlaces(asset));
}

function exact(units: number, assetId: AssetId): string {
  const asset = readModel.asset(assetId);
  return asset === undefined ? String(units) : `${formatAmountExact(units, asset)} ${asset.code}`;
}
