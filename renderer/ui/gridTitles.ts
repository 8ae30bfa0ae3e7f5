import type { GridApi } from "ag-grid-community";
import type { GridColumn } from "./gridColumn.ts";
import type { Seat } from "./rowBatch.ts";

/**
 * Gives a cell its tooltip when the pointer or the focus comes to it. Written into every cell as it is drawn, the tooltips took as long as
 * the texts themselves, and hardly one in a thousand is read.
 */
export function titlesOnDemand<Row, Total>(
  box: HTMLElement,
  api: Pick<GridApi<Seat<Row>>, "getDisplayedRowAtIndex">,
  columns: readonly GridColumn<Row, Total>[],
): void {
  const tooltips = new Map(columns.flatMap(({ id, tooltip }) => (tooltip === undefined ? [] : [[id, tooltip] as const])));
  const show = ({ target }: Event): void => {
    const cell = target instanceof Element ? target.closest<HTMLElement>(".ag-cell") : null;
    const tooltip = tooltips.get(cell?.getAttribute("col-id") ?? "");
    const row = cell?.closest(".ag-row:not(.ag-row-pinned)");
    if (cell === null || tooltip === undefined || row === null || row === undefined) return;
    const data = api.getDisplayedRowAtIndex(Number(row.getAttribute("row-index")))?.data;
    if (data !== undefined) cell.title = tooltip(data.row);
  };
  box.addEventListener("pointerover", show);
  box.addEventListener("focusin", show);
}
