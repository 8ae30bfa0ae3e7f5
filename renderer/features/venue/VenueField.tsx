import { useId, type ReactNode } from "react";
import { LONGEST_KEY, type VenueWishField } from "../../../shared/venueConnection.ts";

type VenueFieldProps = {
  readonly name: Exclude<VenueWishField, "site">;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  /** What is wrong with it; null if nothing is. */
  readonly mistake: string | null;
  readonly onChange: (value: string) => void;
};

/** A line of the form with what is wrong with it below. The secret is never readable. */
export function VenueField({ name, label, hint, value, mistake, onChange }: VenueFieldProps): ReactNode {
  const id = useId();
  const isKey = name === "accessKey" || name === "secret";
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <div>
        <input
          id={id}
          className="input"
          data-testid={`venue-${name}`}
          type={name === "secret" ? "password" : "text"}
          maxLength={isKey ? LONGEST_KEY : 500}
          autoComplete="off"
          spellCheck={false}
          placeholder={hint}
          value={value}
          aria-invalid={mistake !== null}
          aria-describedby={`${id}-mistake`}
          onChange={(event) => onChange(event.target.value)}
        />
        <span id={`${id}-mistake`} className="field-error" role="alert" data-testid={`venue-${name}-mistake`}>
          {mistake}
        </span>
      </div>
    </>
  );
}
