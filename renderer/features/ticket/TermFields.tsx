import { Fragment, useId, type ReactNode } from "react";
import type { Instrument } from "../../../shared/catalog.ts";
import { orderForm, termSpec, termsOf, type TermName } from "../../../shared/orderForms.ts";
import { sideHint, type Draft, type FieldErrors } from "../../app/orderDraft.ts";
import { orderFormTexts } from "../../app/orderFormTexts.ts";
import { readModel } from "../../app/readModel.ts";
import { Stepper } from "../../ui/controls.tsx";
import { stepPrice, stepQuantity } from "./ticketModel.ts";
import { ticketTexts } from "./ticketTexts.ts";

type TermFieldsProps = {
  readonly draft: Draft;
  readonly instrument: Instrument;
  readonly errors: FieldErrors;
  readonly showErrors: boolean;
  /** Which part of the form's terms: what it needs, or what it may have. */
  readonly part: "required" | "optional";
  readonly describedBy: string;
  readonly onTerm: (term: TermName, text: string) => void;
  /** Stands under the limit price. */
  readonly underLimit?: ReactNode;
};

/** A field for each term that the form's table row names; nothing here knows an order type. */
export function TermFields({ draft, part, underLimit, ...rest }: TermFieldsProps): ReactNode {
  const terms = termsOf(draft.form, draft.timeInForce).filter(({ isRequired }) => isRequired === (part === "required"));
  return (
    <>
      {terms.map(({ term, isRequired }) => (
        <Fragment key={term}>
          <TermField term={term} isRequired={isRequired} text={draft.terms[term] ?? ""} hint={sideHint(draft, term)} {...rest} />
          {term === "limit" && underLimit}
        </Fragment>
      ))}
    </>
  );
}

type TermFieldProps = Omit<TermFieldsProps, "draft" | "part" | "underLimit"> & {
  readonly term: TermName;
  readonly isRequired: boolean;
  readonly text: string;
  /** Says in an empty field what belongs there. */
  readonly hint: string;
};

function TermField({ term, isRequired, text, hint, instrument, errors, showErrors, describedBy, onTerm }: TermFieldProps): ReactNode {
  const id = useId();
  const { kind } = termSpec(term);
  const name = orderFormTexts.terms[term];
  const invalid = showErrors && errors[term] !== undefined;
  const testId = term === "limit" ? "ticket-price" : `ticket-term-${term}`;
  return (
    <>
      <label className="secondary" htmlFor={id} title={orderFormTexts.explain[term]}>
        {name}
      </label>
      {kind === "choice" ? (
        <Choice id={id} testId={testId} term={term} text={text} isRequired={isRequired} onTerm={onTerm} />
      ) : kind === "flag" ? (
        <select id={id} className="select" data-testid={testId} value={text} onChange={(event) => onTerm(term, event.target.value)}>
          <option value="">{ticketTexts.notChosen}</option>
          <option value="yes">{ticketTexts.yes}</option>
        </select>
      ) : kind === "time" ? (
        <input
          id={id}
          className="input"
          data-testid={testId}
          type="text"
          placeholder="2026-12-31 16:00"
          value={text}
          aria-invalid={invalid}
          aria-describedby={describedBy}
          onChange={(event) => onTerm(term, event.target.value)}
        />
      ) : (
        <Stepper
          id={id}
          testId={testId}
          label={name}
          value={text}
          placeholder={hint}
          invalid={invalid}
          describedBy={describedBy}
          onChange={(next) => onTerm(term, next)}
          onStep={(steps) =>
            onTerm(
              term,
              kind === "quantity"
                ? stepQuantity(text, steps, instrument)
                : stepPrice(text, steps, kind === "price" ? (readModel.ticker(instrument.instrumentId)?.lastTicks ?? null) : 1, instrument),
            )
          }
        />
      )}
    </>
  );
}

type ChoiceProps = Pick<TermFieldProps, "term" | "text" | "isRequired" | "onTerm"> & { readonly id: string; readonly testId: string };

function Choice({ id, testId, term, text, isRequired, onTerm }: ChoiceProps): ReactNode {
  return (
    <select id={id} className="select" data-testid={testId} value={text} onChange={(event) => onTerm(term, event.target.value)}>
      {!isRequired && <option value="">{ticketTexts.notChosen}</option>}
      {(termSpec(term).options ?? []).map((option) => (
        <option key={option} value={option}>
          {orderFormTexts.options[option] ?? option}
        </option>
      ))}
    </select>
  );
}

/** Does the form, as it stands, offer anything beyond what it needs? */
export function hasOptional(draft: Draft): boolean {
  return orderForm(draft.form).optional.length > 0;
}
