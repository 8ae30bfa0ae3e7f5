/** Small charts as SVG text: one series or two, axes with a few round numbers, no script. */

type Point = readonly [x: number, y: number];
type Series = { readonly label: string; readonly kind: "line" | "bars" | "dots"; readonly points: readonly Point[] };
export type Chart = {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** Zero is in sight. */
  readonly zero?: boolean;
};

const [WIDTH, HEIGHT] = [460, 260];
const EDGE = { left: 66, right: 14, top: 30, bottom: 38 };
const COLOURS = ["#1f6feb", "#d9822b"];

export function svg(chart: Chart): string {
  const points = chart.series.flatMap(({ points: some }) => some).filter(([x, y]) => shows(x, chart.logX) && shows(y, chart.logY));
  if (points.length === 0)
    return frame(chart, `<text x="${WIDTH / 2}" y="${HEIGHT / 2}" text-anchor="middle" class="none">too few trades to tell</text>`);
  const x = axis(
    points.map(([at]) => at),
    { from: EDGE.left, to: WIDTH - EDGE.right, log: chart.logX ?? false, zero: false },
  );
  const y = axis(
    points.map(([, at]) => at),
    { from: HEIGHT - EDGE.bottom, to: EDGE.top, log: chart.logY ?? false, zero: chart.zero ?? false },
  );
  const grid = [
    ...y.ticks.map(
      (value) =>
        `<line class="grid" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${px(y.place(value))}" y2="${px(y.place(value))}"/><text x="${EDGE.left - 6}" y="${px(y.place(value) + 4)}" text-anchor="end">${short(value)}</text>`,
    ),
    ...x.ticks.map(
      (value) => `<text x="${px(x.place(value))}" y="${HEIGHT - EDGE.bottom + 16}" text-anchor="middle">${short(value)}</text>`,
    ),
  ];
  const base = y.place(chart.logY === true ? Math.min(...points.map(([, value]) => value)) : Math.min(Math.max(0, y.least), y.most));
  const marks = chart.series.map((series, index) => mark(series, { chart, x, y, base, colour: COLOURS[index % COLOURS.length] ?? "" }));
  return frame(chart, [...grid, ...marks].join(""));
}

type Axis = { readonly place: (value: number) => number; readonly ticks: readonly number[]; readonly least: number; readonly most: number };

function axis(
  values: readonly number[],
  scale: { readonly from: number; readonly to: number; readonly log: boolean; readonly zero: boolean },
): Axis {
  let [least, most] = values.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  if (scale.zero) [least, most] = [Math.min(0, least), Math.max(0, most)];
  if (least === most) [least, most] = [least - 1, most + 1];
  const map = scale.log ? Math.log10 : (value: number): number => value;
  const [low, high] = [map(least), map(most)];
  const place = (value: number): number => scale.from + ((map(value) - low) / (high - low)) * (scale.to - scale.from);
  return { place, ticks: scale.log ? decades(least, most) : round(least, most), least, most };
}

function decades(least: number, most: number): readonly number[] {
  const ticks: number[] = [];
  for (let power = Math.ceil(Math.log10(least)); power <= Math.log10(most); power += 1) ticks.push(10 ** power);
  return ticks.length >= 2 ? ticks : [least, most];
}

/** About five round numbers. */
function round(least: number, most: number): readonly number[] {
  const raw = (most - least) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  const ticks: number[] = [];
  for (let value = Math.ceil(least / step) * step; value <= most + step / 1_000; value += step)
    ticks.push(Math.abs(value) < step / 1_000 ? 0 : value);
  return ticks;
}

function mark(
  series: Series,
  on: { readonly chart: Chart; readonly x: Axis; readonly y: Axis; readonly base: number; readonly colour: string },
): string {
  const { x, y, base, colour, chart } = on;
  const points = series.points.filter(([a, b]) => shows(a, chart.logX) && shows(b, chart.logY));
  if (series.kind === "line") {
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points.map(([a, b]) => `${px(x.place(a))},${px(y.place(b))}`).join(" ")}"/>`;
  }
  if (series.kind === "dots")
    return points.map(([a, b]) => `<circle cx="${px(x.place(a))}" cy="${px(y.place(b))}" r="2.6" fill="${colour}"/>`).join("");
  const width = Math.max(1, ((WIDTH - EDGE.left - EDGE.right) / Math.max(1, points.length)) * 0.7);
  return points
    .map(([a, b]) => {
      const top = y.place(b);
      return `<rect x="${px(x.place(a) - width / 2)}" y="${px(Math.min(top, base))}" width="${px(width)}" height="${px(Math.abs(base - top))}" fill="${colour}" opacity="0.85"/>`;
    })
    .join("");
}

function frame(chart: Chart, inside: string): string {
  const legend =
    chart.series.length < 2
      ? ""
      : chart.series
          .map(({ label }, index) => `<tspan fill="${COLOURS[index % COLOURS.length] ?? ""}" dx="10">■ ${escaped(label)}</tspan>`)
          .join("");
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(chart.title)}">`,
    `<text x="${EDGE.left}" y="18" class="title">${escaped(chart.title)}</text>`,
    legend === "" ? "" : `<text x="${WIDTH - EDGE.right}" y="18" text-anchor="end">${legend}</text>`,
    inside,
    `<line class="axis" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${HEIGHT - EDGE.bottom}" y2="${HEIGHT - EDGE.bottom}"/>`,
    `<text x="${(EDGE.left + WIDTH - EDGE.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle" class="label">${escaped(chart.x)}</text>`,
    `<text transform="translate(11 ${(EDGE.top + HEIGHT - EDGE.bottom) / 2}) rotate(-90)" text-anchor="middle" class="label">${escaped(chart.y)}</text>`,
    "</svg>",
  ].join("");
}

function shows(value: number, log: boolean | undefined): boolean {
  return Number.isFinite(value) && (log !== true || value > 0);
}

function px(value: number): string {
  return value.toFixed(1);
}

/** At most four digits. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1_000_000)) return value.toExponential(0);
  return size >= 10_000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
