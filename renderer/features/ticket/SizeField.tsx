import { useId, type ReactNode } from "react";
import type { Asset, Instrument } from "../../../shared/catalog.ts";
import { orderForm } from "../../../shared/orderForms.ts";
import type { Draft } from "../../app/orderDraft.ts";
import { sizeWays, type Size, type SizeBy } from "../../app/orderSize.ts";
import { Stepper } from "../../ui/controls.tsx";
import { formatAmountExact, formatLotsShort } from "../../ui/format.ts";
import { stepAmount, stepPrice, stepQuantity } from "./ticketModel.ts";
import { ticketTexts } from "./ticketTexts.ts";

type SizeFieldProps = {
  readonly draft: Draft;
  readonly instrument: Instrument;
  readonly base: Asset | undefined;
  readonly quote: Asset | undefined;
  readonly size: Size | null;
  readonly invalid: boolean;
  readonly describedBy: string;
  readonly onChange: (change: Partial<Draft>) => void;
};

/** How much: told in the base asset, in money, as a part of what is free, or as money at risk; below it what that comes to. */
export function SizeField({ draft, instrument, base, quote, size, invalid, describedBy, onChange }: SizeFieldProps): ReactNode {
  const id = useId();
  const { sizeBy, size: text } = draft;
  const step = (steps: number): string =>
    sizeBy === "base" ? stepQuantity(text, steps, instrument) : stepAmount(text, steps, sizeBy === "percent");
  const needsGiveUp = sizeBy === "risk" && !orderForm(draft.form).required.includes("stop");
  return (
    <>
      <select
        className="select size-way"
        aria-label={ticketTexts.quantity}
        data-testid="ticket-size-by"
        title={ticketTexts.sizeExplain[sizeBy]}
        value={sizeBy}
        onChange={(event) => onChange({ sizeBy: sizeWays.find((way) => way === event.target.value) ?? "base", size: "" })}
      >
        {sizeWays.map((way) => (
          <option key={way} value={way}>
            {ticketTexts.sizeWays[way]}
          </option>
        ))}
      </select>
      <Stepper
        id={id}
        testId="ticket-quantity"
        label={ticketTexts.sizeWays[sizeBy]}
        value={text}
        invalid={invalid}
        describedBy={describedBy}
        onChange={(next) => onChange({ size: next })}
        onStep={(steps) => onChange({ size: step(steps) })}
      />
      {needsGiveUp && (
        <>
          <label className="secondary" htmlFor={`${id}giveUp`} title={ticketTexts.giveUpExplain}>
            {ticketTexts.giveUp}
          </label>
          <Stepper
            id={`${id}giveUp`}
            testId="ticket-give-up"
            label={ticketTexts.giveUp}
            value={draft.giveUp}
            invalid={false}
            describedBy={describedBy}
            onChange={(giveUp) => onChange({ giveUp })}
            onStep={(steps) => onChange({ giveUp: stepPrice(draft.giveUp, steps, null, instrument) })}
          />
        </>
      )}
      {sizeBy !== "base" && size !== null && (
        <>
          <span />
          <span className="size-is secondary" data-testid="ticket-size-is">
            = {sizeText(size, sizeBy, instrument, base, quote)}
          </span>
        </>
      )}
    </>
  );
}

function sizeText(size: Size, by: SizeBy, instrument: Instrument, base: Asset | undefined, quote: Asset | undefined): string {
  if (size.lots !== null) return `${formatLotsShort(size.lots, instrument)} ${base?.code ?? ""}`;
  const amount = quote === undefined ? String(size.quoteAmount) : `${formatAmountExact(size.quoteAmount, quote)} ${quote.code}`;
  return by === "quote" ? amount : `${ticketTexts.sizeWays.quote} ${amount}`;
}
