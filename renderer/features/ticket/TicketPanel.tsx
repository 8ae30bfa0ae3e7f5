import { useEffect, useId, useReducer, useRef, useState, type ReactNode } from "react";
import type { Instrument } from "../../../shared/catalog.ts";
import { orderForm, orderFormNames } from "../../../shared/orderForms.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { checkDraft, emptyDraft, withForm, withTerm, type Draft, type FieldErrors } from "../../app/orderDraft.ts";
import type { OrderRequest } from "../../app/orderEntry.ts";
import { orderFormTexts } from "../../app/orderFormTexts.ts";
import { placeOrder } from "../../app/orders.ts";
import { preferences } from "../../app/preferences.ts";
import { usePreview } from "../../app/preview.ts";
import { readModel } from "../../app/readModel.ts";
import { selection as windowSelection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { lostLink } from "../../app/venueMode.ts";
import { Segmented } from "../../ui/controls.tsx";
import { formatLotsShort, formatPrice, plainNumber } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { isSoftBlock } from "../../ui/previewModel.ts";
import { PreviewView } from "../../ui/PreviewView.tsx";
import { SendState, type Sent } from "./SendState.tsx";
import { SizeField } from "./SizeField.tsx";
import { SoftBlock } from "./SoftBlock.tsx";
import { hasOptional, TermFields } from "./TermFields.tsx";
import { ticketTexts } from "./ticketTexts.ts";
import "./ticket.css";

/** After a send the button rests so long, so that a double click is one order even when the engine answers within it. */
const REST_AFTER_SEND_MS = 500;

/** Order entry for the selected instrument and account. */
export function TicketPanel(): ReactNode {
  const selection = useSelection();
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  return instrument === undefined ? (
    <Panel testId="ticket">
      <EmptyState title={ticketTexts.empty} action={ticketTexts.emptyAction} />
    </Panel>
  ) : (
    <Ticket key={instrument.instrumentId} instrument={instrument} />
  );
}

function Ticket({ instrument }: { readonly instrument: Instrument }): ReactNode {
  const [draft, change] = useReducer(
    (before: Draft, next: Partial<Draft>): Draft => ({ ...before, ...next }),
    undefined,
    (): Draft => ({ ...emptyDraft, size: quantityText(instrument, "first") }),
  );
  const [isTouched, setTouched] = useState(false);
  const [isResting, setResting] = useState(false);
  const [sent, setSent] = useState<Sent | null>(null);
  const submit = useRef<HTMLButtonElement>(null);
  /** Where the focus was when a price was pointed at; it goes back there after sending and on Esc. */
  const cameFrom = useRef<HTMLElement | null>(null);
  const ids = useId();
  const { request, errors, size, account, base, quote, live } = useChecked(draft, instrument);
  const { answer, isCurrent } = usePreview(live ? request : null);
  useDraftedPrice(instrument, ({ limit, ...next }) => {
    const form = orderForm(draft.form).required.includes("limit") ? draft : withForm(draft, "limit");
    change({ ...form, ...next, terms: { ...form.terms, limit } });
    setTouched(false);
    if (document.activeElement instanceof HTMLElement && document.activeElement !== submit.current)
      cameFrom.current = document.activeElement;
    submit.current?.focus();
  });
  const goBack = (): void => {
    cameFrom.current?.focus({ preventScroll: true });
    cameFrom.current = null;
  };
  const isSending = isResting || sent?.placement === null;
  // What the engine said of another order says nothing of this one.
  const isRefused = isCurrent && (answer?.preview.refusal ?? null) !== null;
  const isSoft = draft.confirmation !== "" || isSoftBlock(answer?.preview.refusal?.code ?? null);

  const send = (): void => {
    setTouched(true);
    if (request === null || isSending || !live) return;
    const { key, outcome } = placeOrder(request);
    setSent({ key, request, placement: null });
    setResting(true);
    setTimeout(() => setResting(false), REST_AFTER_SEND_MS);
    // A reason belongs to one order, and so does a part of what there was before it: of what it leaves, a second press would take the same part.
    change({ confirmation: "", ...(draft.sizeBy === "percent" || draft.sizeBy === "risk" ? { size: "" } : {}) });
    goBack();
    void outcome.then((placement) => setSent((now) => (now?.key === key ? { ...now, placement } : now)));
  };

  const errorsId = `${ids}errors`;
  const shown = Object.entries(errors).filter(([field]) => isTouched && field !== "account");
  const terms = {
    draft,
    instrument,
    errors,
    showErrors: isTouched,
    describedBy: errorsId,
    onTerm: (term: Parameters<typeof withTerm>[1], text: string) => change({ terms: withTerm(draft, term, text).terms }),
  };
  return (
    <Panel
      testId="ticket"
      title={instrument.symbol}
      right={<span className="ticket-account">{account === undefined ? "" : `${account.code} · ${account.name}`}</span>}
    >
      <form
        className="ticket"
        noValidate
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || cameFrom.current === null) return;
          event.preventDefault();
          change({ terms: withTerm(draft, "limit", "").terms });
          goBack();
        }}
      >
        {errors.account !== undefined && (
          // Who has begun nothing is told what is missing, and blamed for nothing.
          <p
            className={isTouched ? "field-error" : "field-error field-hint"}
            role={isTouched ? "alert" : "note"}
            data-testid="ticket-error-account"
          >
            {errors.account}
          </p>
        )}
        <Segmented
          label={ticketTexts.side}
          value={draft.side}
          options={[
            { value: "buy", label: ticketTexts.buy, testId: "ticket-side-buy", tone: "buy" },
            { value: "sell", label: ticketTexts.sell, testId: "ticket-side-sell", tone: "sell" },
          ]}
          onChange={(side) => change({ side })}
        />
        <div className="ticket-pair">
          <FormAndTime draft={draft} onChange={change} />
          <SizeField
            draft={draft}
            instrument={instrument}
            base={base}
            quote={quote}
            size={size}
            invalid={isTouched && errors.quantity !== undefined}
            describedBy={errorsId}
            onChange={change}
          />
          <TermFields
            part="required"
            {...terms}
            underLimit={
              <>
                <span />
                <QuickPrices instrument={instrument} onPrice={(price) => change({ terms: withTerm(draft, "limit", price).terms })} />
              </>
            }
          />
        </div>
        {hasOptional(draft) && (
          <details className="ticket-more">
            <summary className="secondary" data-testid="ticket-more">
              {ticketTexts.more}
            </summary>
            <div className="ticket-pair">
              <TermFields part="optional" {...terms} />
            </div>
          </details>
        )}
        <div id={errorsId} role="alert">
          <Errors shown={shown} />
        </div>
        {isSoft && <SoftBlock draft={draft} onReason={(confirmation) => change({ confirmation })} />}
        <button
          ref={submit}
          type="submit"
          className="button ticket-submit"
          data-side={draft.side}
          data-state={isSending ? "sending" : request === null ? "incomplete" : isRefused ? "refused" : "ready"}
          data-testid="ticket-submit"
          disabled={!live}
          aria-disabled={isSending}
        >
          {isSending ? ticketTexts.sending : submitLabel(draft, instrument, request)}
        </button>
        <SendState sent={sent} instrument={instrument} />
        <PreviewView
          request={request}
          answer={answer}
          isCurrent={isCurrent}
          instrument={instrument}
          onTake={(lots, limitTicks) =>
            change({
              sizeBy: "base",
              size: plainNumber(formatLotsShort(lots, instrument)),
              ...(limitTicks === null ? {} : { terms: withTerm(draft, "limit", plainNumber(formatPrice(limitTicks, instrument))).terms }),
            })
          }
        />
      </form>
    </Panel>
  );
}

function Errors({ shown }: { readonly shown: readonly (readonly [field: string, text: string | undefined])[] }): ReactNode {
  return shown.map(([field, text]) => (
    <p key={field} className="field-error" data-testid={`ticket-error-${field === "limit" ? "price" : field}`}>
      {text}
    </p>
  ));
}

/** The draft against everything that it is checked with. */
function useChecked(draft: Draft, instrument: Instrument) {
  const selection = useSelection();
  const account = useView(["selection", "catalog"], (model) =>
    selection.account === "all" ? undefined : model.account(selection.account),
  );
  const base = useView("catalog", (model) => model.asset(instrument.baseAssetId));
  const quote = useView("catalog", (model) => model.asset(instrument.quoteAssetId));
  const live = useView(
    ["connection", "past", "status"],
    (model) => model.connection.state === "live" && model.status?.state === "running" && model.past === null && lostLink(model) === null,
  );
  const ticker = useView("tickers", (model) => model.ticker(instrument.instrumentId));
  const zone = useView("preferences", () => preferences.zone);
  const available = useView(["balances", "selection"], (model) => ({
    base: account === undefined ? null : (model.balance(account.accountId, instrument.baseAssetId)?.available ?? 0),
    quote: account === undefined ? null : (model.balance(account.accountId, instrument.quoteAssetId)?.available ?? 0),
  }));
  const checked: { readonly errors: FieldErrors } & ReturnType<typeof checkDraft> = checkDraft(draft, {
    instrument,
    quote,
    accountId: account?.accountId ?? null,
    ticker,
    available,
    zone,
  });
  return { ...checked, account, base, quote, live };
}

type FormAndTimeProps = { readonly draft: Draft; readonly onChange: (change: Partial<Draft>) => void };

function FormAndTime({ draft, onChange }: FormAndTimeProps): ReactNode {
  const ids = useId();
  const { timesInForce } = orderForm(draft.form);
  return (
    <>
      <label className="secondary" htmlFor={`${ids}type`}>
        {ticketTexts.type}
      </label>
      <select
        id={`${ids}type`}
        className="select"
        data-testid="ticket-type"
        value={draft.form}
        onChange={(event) => onChange(withForm(draft, orderFormNames.find((form) => form === event.target.value) ?? draft.form))}
      >
        {orderFormNames.map((form) => (
          <option key={form} value={form}>
            {orderFormTexts.forms[form]}
          </option>
        ))}
      </select>
      <label className="secondary" htmlFor={`${ids}tif`}>
        {ticketTexts.time}
      </label>
      <select
        id={`${ids}tif`}
        className="select"
        data-testid="ticket-tif"
        value={draft.timeInForce}
        onChange={(event) => onChange({ timeInForce: timesInForce.find((tif) => tif === event.target.value) ?? draft.timeInForce })}
      >
        {timesInForce.map((tif) => (
          <option key={tif} value={tif}>
            {orderFormTexts.timesInForce[tif]}
          </option>
        ))}
      </select>
    </>
  );
}

type PointedAt = Pick<Draft, "side" | "sizeBy" | "size"> & { readonly limit: string };

/** Calls back when somebody pointed at a price in another panel. */
function useDraftedPrice(instrument: Instrument, take: (next: PointedAt) => void): void {
  const selection = useSelection();
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(
    () =>
      selection.takeDrafts((price) => {
        if (price.instrumentId !== instrument.instrumentId) return;
        latest.current({
          side: price.side,
          sizeBy: "base",
          size: quantityText(instrument, price.preset),
          limit: plainNumber(formatPrice(price.limitTicks, instrument)),
        });
      }),
    [instrument, selection],
  );
}

type QuickPricesProps = { readonly instrument: Instrument; readonly onPrice: (price: string) => void };

/** Puts the best bid, the last price or the best ask of this moment into the price field. */
function QuickPrices({ instrument, onPrice }: QuickPricesProps): ReactNode {
  const take = (which: "bidTicks" | "lastTicks" | "askTicks"): void => {
    const ticks = readModel.ticker(instrument.instrumentId)?.[which] ?? null;
    if (ticks !== null) onPrice(plainNumber(formatPrice(ticks, instrument)));
  };
  return (
    <div className="quick-prices">
      <button type="button" className="button" onClick={() => take("bidTicks")}>
        {ticketTexts.bid}
      </button>
      <button type="button" className="button" onClick={() => take("lastTicks")}>
        {ticketTexts.last}
      </button>
      <button type="button" className="button" onClick={() => take("askTicks")}>
        {ticketTexts.ask}
      </button>
    </div>
  );
}

function submitLabel(draft: Draft, instrument: Instrument, request: OrderRequest | null): string {
  const side = draft.side === "buy" ? ticketTexts.buy : ticketTexts.sell;
  const form = draft.form === "limit" || draft.form === "market" ? "" : ` · ${orderFormTexts.forms[draft.form]}`;
  // What was given as money, a part or a risk is told as the quantity that it comes to; of an amount the engine makes it.
  if (request === null || request.lots === 0) return `${side} ${instrument.symbol}${form}`;
  const quantity = plainNumber(formatLotsShort(request.lots, instrument));
  const price =
    draft.terms.limit === undefined || !orderForm(draft.form).required.includes("limit") ? ticketTexts.atMarket : `@ ${draft.terms.limit}`;
  return draft.form === "limit" || draft.form === "market"
    ? `${side} ${quantity} ${instrument.symbol} ${price}`
    : `${side} ${quantity} ${instrument.symbol}${form}`;
}

/** Quantities of a click are the same for every selection. */
function quantityText(instrument: Instrument, preset: "first" | "second"): string {
  return plainNumber(formatLotsShort(windowSelection.preset(instrument.instrumentId, preset), instrument));
}
