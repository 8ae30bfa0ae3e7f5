/** Texts of the heatmap, in one place for translation. */
export const heatmapTexts = {
  title: "Heatmap",
  emptyTitle: "The book of the selected instrument through time appears here.",
  emptyAction: "Choose an instrument in the watchlist.",
  span: "Time on view",
  spans: { 60: "1m", 300: "5m", 900: "15m", 3_600: "1h" },
  cut: "Shades",
  low: "Percentile of the resting sizes at and below which nothing is drawn",
  high: "Percentile of the resting sizes from which the shade is the brightest",
  bubbles: "Trades",
  bubblesTitle: "Trades as discs: their area is the quantity",
  follow: "Newest ▸",
  price: "Price",
  bid: "Bid size",
  ask: "Ask size",
  sum: "Size to here",
  traded: "Bought · sold",
  label: (symbol: string) =>
    `Heatmap of ${symbol}'s book. Left and right scroll through time, up and down through prices, plus and minus zoom time, Shift with them zooms prices, End follows the market. The ladder reads the same book row by row.`,
} as const;
