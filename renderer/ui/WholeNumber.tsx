import { useState, type ReactNode } from "react";

type WholeNumberProps = {
  readonly label: string;
  readonly testId?: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
};

/** A whole number between bounds. What is typed stands while it is typed, the first digit of a larger number too, and counts as soon as it fits. */
export function WholeNumber({ label, testId, min, max, value, disabled = false, onChange }: WholeNumberProps): ReactNode {
  const [typed, setTyped] = useState<string | null>(null);
  const fits = (text: string): boolean => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
  return (
    <input
      type="number"
      className="input small number"
      data-testid={testId}
      aria-label={label}
      title={label}
      min={min}
      max={max}
      disabled={disabled}
      value={typed ?? value}
      aria-invalid={typed !== null && !fits(typed)}
      onChange={(event) => {
        const text = event.target.value;
        setTyped(text);
        if (fits(text)) onChange(Number(text));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
