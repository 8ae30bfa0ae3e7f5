/** Texts of the footprint, in one place for translation. */
export const footprintTexts = {
  title: "Footprint",
  emptyTitle: "Sold × bought at each price, bar by bar, appears here.",
  emptyAction: "Each trade adds to it; start the market, or send an order that crosses the spread.",
  chooseAction: "Choose an instrument in the watchlist.",
  barLength: "Bar length",
  step: "Price step of a row",
  autoStep: "Auto",
  volume: "Volume",
  delta: "Delta",
  cumulative: "Cumulative delta",
  newest: "Newest ▸",
  read: (bar: { time: string; high: string; low: string; volume: string; delta: string; cumulative: string }) =>
    `${bar.time} · H ${bar.high} L ${bar.low} · Vol ${bar.volume} · Δ ${bar.delta} · ΣΔ ${bar.cumulative}`,
  label: (symbol: string) =>
    `Footprint of ${symbol}: sold and bought quantity by price and bar, with cumulative delta. Left and right read bar by bar, Page Up and Page Down scroll, plus and minus change the width of a bar, End returns to the newest.`,
} as const;
