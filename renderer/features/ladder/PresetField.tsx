import { useState, type ReactNode } from "react";
import type { Instrument } from "../../../shared/catalog.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { formatLotsShort, parseLots, plainNumber } from "../../ui/format.ts";
import { ladderTexts } from "./ladderTexts.ts";

type PresetFieldProps = { readonly instrument: Instrument; readonly which: "first" | "second"; readonly label: string };

/** Quantity of a left or right click. Takes effect on Enter or when the field is left; Esc takes the typing back. */
export function PresetField({ instrument, which, label }: PresetFieldProps): ReactNode {
  const lots = useView("selection", () => selection.preset(instrument.instrumentId, which));
  const [typed, setTyped] = useState<string | null>(null);
  const shown = plainNumber(formatLotsShort(lots, instrument));
  const parsed = typed === null ? null : parseLots(typed, instrument);
  const isInvalid = parsed !== null && (!parsed.ok || parsed.value < instrument.minLots || parsed.value > instrument.maxLots);
  const commit = (): void => {
    if (parsed !== null && parsed.ok && !isInvalid) selection.setPreset(instrument.instrumentId, which, parsed.value);
    setTyped(null);
  };
  return (
    <label className="preset" title={which === "first" ? ladderTexts.firstSizeTitle : ladderTexts.secondSizeTitle}>
      <span className="secondary">{label}</span>
      <input
        className="input small number"
        data-testid={`ladder-quantity-${which}`}
        inputMode="decimal"
        autoComplete="off"
        value={typed ?? shown}
        aria-invalid={isInvalid}
        aria-label={which === "first" ? ladderTexts.firstSize : ladderTexts.secondSize}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key === "Escape") setTyped(null);
        }}
      />
    </label>
  );
}
