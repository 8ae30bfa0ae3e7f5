import type { ReactNode } from "react";
import type { Instrument } from "../../../shared/catalog.ts";
import { formatLotsShort, formatPrice } from "../../ui/format.ts";
import type { BeyondEdge } from "./chartScale.ts";
import { chartTexts as texts } from "./chartTexts.ts";
import type { ScaleNews } from "./PriceScaleView.ts";

type ChartEdgesProps = {
  readonly news: ScaleNews;
  readonly instrument: Instrument;
  readonly onAll: () => void;
  readonly onReset: () => void;
};

/** Beside the price scale: the own orders that lie beyond it, each edge's at that edge, and the way back to a scale that follows the bars. */
export function ChartEdges({ news, instrument, onAll, onReset }: ChartEdgesProps): ReactNode {
  return (
    <div className="chart-scale" style={{ height: news.height }}>
      <Edge name="above" edge={news.above} instrument={instrument} onAll={onAll} />
      {news.isChanged && (
        <button type="button" className="button chart-auto" data-testid="chart-auto" title={texts.autoTitle} onClick={onReset}>
          {texts.auto}
        </button>
      )}
      <Edge name="below" edge={news.below} instrument={instrument} onAll={onAll} />
    </div>
  );
}

type EdgeProps = {
  readonly name: "above" | "below";
  readonly edge: BeyondEdge | null;
  readonly instrument: Instrument;
  readonly onAll: () => void;
};

function Edge({ name, edge, instrument, onAll }: EdgeProps): ReactNode {
  if (edge === null) return null;
  const { nearest, others } = edge;
  const order = `${texts.sides[nearest.kind][nearest.side]} ${formatLotsShort(nearest.leavesLots, instrument)}`;
  return (
    <button
      type="button"
      className="chart-edge"
      data-testid={`chart-${name}`}
      data-edge={name}
      data-side={nearest.side}
      title={texts.beyondTitle}
      onClick={onAll}
    >
      {name === "above" ? "▲" : "▼"} {texts.beyond(order, formatPrice(nearest.ticks, instrument), others)}
    </button>
  );
}
