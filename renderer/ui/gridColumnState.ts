import type { ColumnState, GridApi } from "ag-grid-community";
import type { GridSort } from "./gridHandle.ts";

/** Puts the columns as they were kept; where nothing was, only sorts. */
export function restoreColumns<Row>(api: GridApi<Row>, savedColumns: unknown, sort: GridSort | undefined): void {
  const saved = Array.isArray(savedColumns) ? savedColumns.filter(isColumnState) : [];
  // Only what a person can change is taken back; everything else follows the columns as they are today.
  const state: ColumnState[] = saved.map(({ colId, width, sort: direction, sortIndex }) => ({
    colId,
    width: width ?? null,
    sort: direction ?? null,
    sortIndex: sortIndex ?? null,
  }));
  if (state.length > 0) api.applyColumnState({ state, applyOrder: true });
  else if (sort !== undefined) api.applyColumnState({ state: [{ colId: sort.column, sort: sort.direction }] });
}

function isColumnState(value: unknown): value is ColumnState {
  return typeof value === "object" && value !== null && "colId" in value && typeof value.colId === "string";
}
