import type { RunResult } from "../run.ts";
import { findings, isInside, type Finding } from "./bands.ts";
import { escaped, short, svg, type Chart } from "./chart.ts";
import type { RealShapes, Realism } from "./measure.ts";
import { histogram, tail } from "./statistics.ts";

/** What a report says of its own origin. */
export type ReportHead = { readonly scenario: string; readonly purpose: string; readonly seed: number; readonly result: RunResult };

/** The report as one page that needs nothing else: figures with their bands, and a picture of each. */
export function realismPage(head: ReportHead, instruments: readonly Realism[], real: RealShapes | null): string {
  const { result } = head;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Realism of ${escaped(head.scenario)}</title>
<style>${STYLE}</style>
<header><strong class="mode">SIMULATED</strong> <h1>How real is “${escaped(head.scenario)}”?</h1>
<p>${escaped(head.purpose)}</p>
<p class="origin">Seed ${head.seed}, sequences 1 to ${result.seq}, state <code>${result.hash}</code>. ${
    real === null
      ? "Not held against real bars: none were named."
      : `Shapes of real bars: ${escaped(real.label)}, ${real.bars.toLocaleString("en")} bars.`
  }</p></header>
${instruments.map((one) => section(one, real)).join("\n")}
</html>
`;
}

function section(realism: Realism, real: RealShapes | null): string {
  const rows = findings(realism, real);
  const inside = rows.filter(isInside).length;
  return `<section><h2>${escaped(realism.symbol)} <small>${realism.trades.toLocaleString("en")} trades in ${short(realism.seconds / 60)} minutes; ${inside} of ${rows.length} figures inside their bands</small></h2>
<table><thead><tr><th>figure</th><th>here</th><th>band</th><th>real bars</th><th></th><th class="why">why</th></tr></thead><tbody>${rows.map(row).join("")}</tbody></table>
<div class="charts">${charts(realism, real)
    .map((chart) => `<figure>${svg(chart)}</figure>`)
    .join("")}</div></section>`;
}

function row(finding: Finding): string {
  const { name, value, from, to, real, why } = finding;
  const inside = isInside(finding);
  return `<tr><td>${escaped(name)}</td><td class="number">${short(value)}</td><td class="number">${short(from)} to ${short(to)}</td><td class="number">${real === null ? "" : short(real)}</td><td class="${inside ? "inside" : "outside"}">${inside ? "inside" : "outside"}</td><td class="why">${escaped(why)}</td></tr>`;
}

function charts(realism: Realism, real: RealShapes | null): readonly Chart[] {
  const { oneSecond, spread, returns } = realism;
  const reach = Math.max(1, oneSecond.deviation * 5);
  const bell = (x: number): number =>
    (Math.exp(-(((x - oneSecond.mean) / oneSecond.deviation) ** 2) / 2) / (oneSecond.deviation * Math.sqrt(2 * Math.PI))) *
    ((2 * reach) / 41);
  const bins = histogram(returns, { from: -reach, to: reach, bins: 41 });
  const lagged = (values: readonly number[]): readonly (readonly [number, number])[] => values.map((value, at) => [at + 1, value]);
  return [
    {
      title: "Middle of the book",
      x: "seconds",
      y: "price",
      series: [{ label: "middle", kind: "line", points: realism.mids.map((price, at) => [at, price]) }],
    },
    {
      title: "Spread",
      x: "ppm of the price",
      y: "share",
      series: [{ label: "spread", kind: "bars", points: histogram(realism.spreadsPpm, { from: 0, to: spread.p95 * 1.5, bins: 30 }) }],
      zero: true,
    },
    {
      title: "Returns over 1 second",
      x: "ppm",
      y: "share",
      logY: true,
      series: [
        { label: "returns", kind: "dots", points: bins },
        {
          label: "bell curve",
          kind: "line",
          points: bins
            .map(([x]): readonly [number, number] => [x, bell(x)])
            .filter(([, share]) => share > 0.2 / Math.max(1, returns.length)),
        },
      ],
    },
    {
      title: "Sizes of trades",
      x: "base asset",
      y: "share at or above",
      logX: true,
      logY: true,
      series: [{ label: "volume", kind: "line", points: tail(realism.volumes) }],
    },
    {
      title: "Order signs",
      x: "lag in incoming orders",
      y: "autocorrelation",
      series: [{ label: "signs", kind: "bars", points: lagged(realism.signs) }],
      zero: true,
    },
    {
      title: "Sizes of returns",
      x: "lag",
      y: "autocorrelation",
      zero: true,
      series: [
        { label: "10 s, here", kind: "bars", points: lagged(realism.clustering) },
        ...(real === null ? [] : [{ label: "real bars", kind: "line" as const, points: lagged(real.clustering) }]),
      ],
    },
    {
      title: "Impact after 5 seconds",
      x: "size of the incoming order, base asset",
      y: "ppm in its direction",
      logX: true,
      series: [{ label: "impact", kind: "dots", points: realism.impact }],
      zero: true,
    },
    {
      title: "Returns",
      x: "lag in seconds",
      y: "autocorrelation",
      series: [{ label: "returns", kind: "bars", points: lagged(realism.returnMemory) }],
      zero: true,
    },
  ];
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --quiet: #777; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 24px auto; max-width: 1020px; padding: 0 16px; }
h1 { font-size: 22px; margin: 6px 0; } h2 { font-size: 17px; border-top: 1px solid var(--line); padding-top: 16px; } small { font-weight: 400; color: var(--quiet); }
.mode { background: #b8860b; color: #fff; padding: 2px 8px; border-radius: 3px; letter-spacing: .05em; font-size: 12px; }
.origin { color: var(--quiet); font-size: 12px; } code { font-size: 11px; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } th { text-align: left; font-weight: 600; color: var(--quiet); }
th, td { padding: 4px 8px; border-bottom: 1px solid var(--line); } .number { white-space: nowrap; } .why { color: var(--quiet); }
.inside { color: #1a7f37; } .outside { color: #c0392b; font-weight: 600; }
.charts { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; margin-top: 14px; } figure { margin: 0; border: 1px solid var(--line); border-radius: 4px; padding: 4px; }
svg { width: 100%; display: block; } svg text { font-size: 11px; fill: currentColor; opacity: .75; } svg .title { font-size: 13px; font-weight: 600; opacity: 1; } svg .grid { stroke: var(--line); } svg .axis { stroke: var(--quiet); } svg .none { opacity: .5; }
`;
