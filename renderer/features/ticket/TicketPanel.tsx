import { useEffect, useId, useReducer, useRef, useState, type ReactNode } from "react";
import type { Instrument } from "../../../shared/catalog.ts";
import { timesInForce, type TimeInForce } from "../../../shared/orders.ts";
import { placeOrder } from "../../app/orders.ts";
import { readModel } from "../../app/readModel.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { Segmented, Stepper } from "../../ui/controls.tsx";
import { formatLotsShort, formatPrice, plainNumber } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { Estimates } from "./Estimates.tsx";
import { SendState, type Sent } from "./SendState.tsx";
import { allowedTimesInForce, checkDraft, emptyDraft, stepPrice, stepQuantity, withOrderType, type Draft } from "./ticketModel.ts";
import "./ticket.css";

/** After a send the button rests so long, so that a double click is one order even when the engine answers within it. */
const REST_AFTER_SEND_MS = 500;

const timeInForceLabels: Readonly<Record<TimeInForce, string>> = {
  gtc: "GTC · until cancelled",
  ioc: "IOC · rest cancelled",
  fok: "FOK · all or nothing",
  gtd: "GTD · until a time",
  day: "DAY · until midnight UTC",
};

/** Order entry for the selected instrument and account. */
export function TicketPanel(): ReactNode {
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  return instrument === undefined ? (
    <Panel testId="ticket">
      <EmptyState title="Orders are entered here." action="Choose an instrument in the watchlist." />
    </Panel>
  ) : (
    <Ticket key={instrument.instrumentId} instrument={instrument} />
  );
}

function Ticket({ instrument }: { readonly instrument: Instrument }): ReactNode {
  const [draft, change] = useReducer(
    (before: Draft, next: Partial<Draft>): Draft => ({ ...before, ...next }),
    undefined,
    (): Draft => ({ ...emptyDraft, quantity: quantityText(instrument, "first") }),
  );
  const [isTouched, setTouched] = useState(false);
  const [isResting, setResting] = useState(false);
  const [sent, setSent] = useState<Sent | null>(null);
  const submit = useRef<HTMLButtonElement>(null);
  /** Where the focus was when a price was pointed at; it goes back there after sending and on Esc. */
  const cameFrom = useRef<HTMLElement | null>(null);
  const ids = useId();
  const account = useView(["selection", "catalog"], (model) =>
    selection.account === "all" ? undefined : model.account(selection.account),
  );
  const quote = useView("catalog", (model) => model.asset(instrument.quoteAssetId));
  const live = useView(
    ["connection", "past", "status"],
    (model) => model.connection.state === "live" && model.status?.state === "running" && model.past === null,
  );
  const ticker = useView("tickers", (model) => model.ticker(instrument.instrumentId));
  useDraftedPrice(instrument, (next) => {
    change(next);
    setTouched(false);
    if (document.activeElement instanceof HTMLElement && document.activeElement !== submit.current)
      cameFrom.current = document.activeElement;
    submit.current?.focus();
  });
  const goBack = (): void => {
    cameFrom.current?.focus({ preventScroll: true });
    cameFrom.current = null;
  };
  const { request, errors } = checkDraft(draft, instrument, quote, account?.accountId ?? null);
  const isSending = isResting || sent?.placement === null;

  const send = (): void => {
    setTouched(true);
    if (request === null || isSending || !live) return;
    const { key, outcome } = placeOrder(request);
    setSent({ key, request, placement: null });
    setResting(true);
    setTimeout(() => setResting(false), REST_AFTER_SEND_MS);
    goBack();
    void outcome.then((placement) => setSent((now) => (now?.key === key ? { ...now, placement } : now)));
  };

  const error = (field: keyof typeof errors): string | undefined => (isTouched || field === "account" ? errors[field] : undefined);
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
          change({ price: "" });
          goBack();
        }}
      >
        {error("account") !== undefined && (
          <p className="field-error" role="alert" data-testid="ticket-error-account">
            {error("account")}
          </p>
        )}
        <Segmented
          label="Side"
          value={draft.side}
          options={[
            { value: "buy", label: "Buy", testId: "ticket-side-buy", tone: "buy" },
            { value: "sell", label: "Sell", testId: "ticket-side-sell", tone: "sell" },
          ]}
          onChange={(side) => change({ side })}
        />
        <div className="ticket-pair">
          <label className="secondary" htmlFor={`${ids}type`}>
            Type
          </label>
          <select
            id={`${ids}type`}
            className="select"
            data-testid="ticket-type"
            value={draft.orderType}
            onChange={(event) => change(withOrderType(draft, event.target.value === "market" ? "market" : "limit"))}
          >
            <option value="limit">Limit</option>
            <option value="market">Market</option>
          </select>
          <label className="secondary" htmlFor={`${ids}tif`}>
            Time
          </label>
          <select
            id={`${ids}tif`}
            className="select"
            data-testid="ticket-tif"
            value={draft.timeInForce}
            onChange={(event) => change({ timeInForce: timesInForce.find((tif) => tif === event.target.value) ?? draft.timeInForce })}
          >
            {allowedTimesInForce(draft.orderType).map((tif) => (
              <option key={tif} value={tif}>
                {timeInForceLabels[tif]}
              </option>
            ))}
          </select>
          <label className="secondary" htmlFor={`${ids}quantity`}>
            Quantity
          </label>
          <Stepper
            id={`${ids}quantity`}
            testId="ticket-quantity"
            label="Quantity"
            value={draft.quantity}
            invalid={error("quantity") !== undefined}
            describedBy={`${ids}errors`}
            onChange={(quantity) => change({ quantity })}
            onStep={(steps) => change({ quantity: stepQuantity(draft.quantity, steps, instrument) })}
          />
          <label className="secondary" htmlFor={`${ids}price`}>
            Price
          </label>
          <Stepper
            id={`${ids}price`}
            testId="ticket-price"
            label="Price"
            value={draft.orderType === "market" ? "" : draft.price}
            disabled={draft.orderType === "market"}
            invalid={error("price") !== undefined}
            describedBy={`${ids}errors`}
            onChange={(price) => change({ price })}
            onStep={(steps) => change({ price: stepPrice(draft.price, steps, ticker?.lastTicks ?? null, instrument) })}
          />
          <span />
          <QuickPrices instrument={instrument} disabled={draft.orderType === "market"} onPrice={(price) => change({ price })} />
        </div>
        <div id={`${ids}errors`} className="field-errors" role="alert">
          {error("quantity") !== undefined && (
            <p className="field-error" data-testid="ticket-error-quantity">
              {error("quantity")}
            </p>
          )}
          {error("price") !== undefined && (
            <p className="field-error" data-testid="ticket-error-price">
              {error("price")}
            </p>
          )}
        </div>
        <button
          ref={submit}
          type="submit"
          className="button ticket-submit"
          data-testid="ticket-submit"
          data-side={draft.side}
          data-state={isSending ? "sending" : request === null ? "incomplete" : "ready"}
          disabled={!live}
          aria-disabled={isSending}
        >
          {submitLabel(draft, instrument, request !== null)}
        </button>
        <SendState sent={sent} instrument={instrument} />
        <Estimates request={request} instrument={instrument} />
      </form>
    </Panel>
  );
}

/** Calls back when somebody pointed at a price in another panel. */
function useDraftedPrice(instrument: Instrument, take: (next: Partial<Draft>) => void): void {
  const gesture = useRef(selection.draft?.gesture ?? 0);
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(
    () =>
      readModel.subscribe("selection", () => {
        const price = selection.draft;
        if (price === null || price.gesture === gesture.current || price.instrumentId !== instrument.instrumentId) return;
        gesture.current = price.gesture;
        latest.current({
          side: price.side,
          orderType: "limit",
          timeInForce: "gtc",
          price: plainNumber(formatPrice(price.limitTicks, instrument)),
          quantity: quantityText(instrument, price.preset),
        });
      }),
    [instrument],
  );
}

type QuickPricesProps = { readonly instrument: Instrument; readonly disabled: boolean; readonly onPrice: (price: string) => void };

/** Puts the best bid, the last price or the best ask of this moment into the price field. */
function QuickPrices({ instrument, disabled, onPrice }: QuickPricesProps): ReactNode {
  const take = (which: "bidTicks" | "lastTicks" | "askTicks"): void => {
    const ticks = readModel.ticker(instrument.instrumentId)?.[which] ?? null;
    if (ticks !== null) onPrice(plainNumber(formatPrice(ticks, instrument)));
  };
  return (
    <div className="quick-prices">
      <button type="button" className="button" disabled={disabled} onClick={() => take("bidTicks")}>
        Bid
      </button>
      <button type="button" className="button" disabled={disabled} onClick={() => take("lastTicks")}>
        Last
      </button>
      <button type="button" className="button" disabled={disabled} onClick={() => take("askTicks")}>
        Ask
      </button>
    </div>
  );
}

function submitLabel(draft: Draft, instrument: Instrument, isComplete: boolean): string {
  const side = draft.side === "buy" ? "Buy" : "Sell";
  if (!isComplete) return `${side} ${instrument.symbol}`;
  const price = draft.orderType === "market" ? "at market" : `@ ${draft.price}`;
  return `${side} ${draft.quantity} ${instrument.symbol} ${price}`;
}

function quantityText(instrument: Instrument, preset: "first" | "second"): string {
  return plainNumber(formatLotsShort(selection.preset(instrument.instrumentId, preset), instrument));
}
