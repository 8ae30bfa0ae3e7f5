import { createTheme, type Theme } from "ag-grid-community";

/** In pixels. Rows are as high as the density says. */
export const GRID_HEADER_HEIGHT = 24;
export const GRID_HEADER_FONT_SIZE = 11;

/** AG Grid in the terminal's own colours. No part of a ready-made theme: those bring icons as data: images, which the page's policy refuses. */
export const gridTheme: Theme = createTheme().withParams({
  accentColor: "var(--focus)",
  backgroundColor: "var(--panel)",
  foregroundColor: "var(--text)",
  textColor: "var(--text)",
  borderColor: "var(--line)",
  borderRadius: 0,
  browserColorScheme: "inherit",
  cellHorizontalPadding: 6,
  columnBorder: false,
  dataFontSize: 12,
  fontFamily: "inherit",
  fontSize: 12,
  headerBackgroundColor: "var(--panel)",
  headerFontSize: GRID_HEADER_FONT_SIZE,
  headerFontWeight: 400,
  headerHeight: GRID_HEADER_HEIGHT,
  headerTextColor: "var(--secondary)",
  headerColumnResizeHandleColor: "var(--line)",
  headerColumnResizeHandleHeight: 12,
  headerColumnResizeHandleWidth: 1,
  iconSize: 10,
  oddRowBackgroundColor: "var(--panel)",
  pinnedColumnBorder: false,
  pinnedRowBackgroundColor: "var(--raised)",
  pinnedRowFontWeight: 500,
  pinnedRowBorder: { color: "var(--line-strong)" },
  rowBorder: { color: "color-mix(in srgb, var(--line) 55%, transparent)" },
  rowHoverColor: "var(--hover)",
  selectedRowBackgroundColor: "color-mix(in srgb, var(--focus) 16%, transparent)",
  spacing: 4,
  valueChangeValueHighlightBackgroundColor: "color-mix(in srgb, var(--focus) 22%, transparent)",
  wrapperBorder: false,
  wrapperBorderRadius: 0,
});
