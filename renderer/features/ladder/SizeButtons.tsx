import type { ReactNode } from "react";
import type { Instrument } from "../../../shared/catalog.ts";
import type { QtyLots } from "../../../shared/money.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { usualLots } from "../../app/usualLots.ts";
import { formatLotsShort } from "../../ui/format.ts";
import { ladderTexts } from "./ladderTexts.ts";

const FACTORS = [1, 2, 5, 10, 25, 50] as const;

/** Quantities at hand: multiples of the usual one, as far as the instrument takes them. */
export function sizeChoices(instrument: Instrument): readonly QtyLots[] {
  const base = usualLots(instrument);
  // Whole numbers of at least the instrument's least quantity.
  return FACTORS.map((factor) => (base * factor) as QtyLots).filter((lots) => lots <= instrument.maxLots);
}

/** One button a quantity: a click sets what the left button sends, a right click what the right one does. */
export function SizeButtons({ instrument }: { readonly instrument: Instrument }): ReactNode {
  const { instrumentId } = instrument;
  const first = useView("selection", () => selection.preset(instrumentId, "first"));
  const second = useView("selection", () => selection.preset(instrumentId, "second"));
  return (
    <div className="ladder-sizes" role="group" aria-label={ladderTexts.sizes}>
      {sizeChoices(instrument).map((lots, index) => (
        <button
          key={lots}
          type="button"
          className="button"
          data-testid={`ladder-size-${index + 1}`}
          data-left={lots === first}
          data-right={lots === second}
          aria-pressed={lots === first}
          title={ladderTexts.sizeTitle(formatLotsShort(lots, instrument))}
          onClick={() => selection.setPreset(instrumentId, "first", lots)}
          onContextMenu={(event) => {
            event.preventDefault();
            selection.setPreset(instrumentId, "second", lots);
          }}
        >
          {formatLotsShort(lots, instrument)}
        </button>
      ))}
    </div>
  );
}
