import type { ICellRendererComp, ICellRendererParams } from "ag-grid-community";
import type { Seat } from "./rowBatch.ts";

/** Pinned rows are totals. */
export function isTotal(node: { readonly rowPinned?: unknown } | null | undefined): boolean {
  return node?.rowPinned === "bottom";
}

/** Draws a number and, unseen, the digits that it lacks beside others of its column. */
export function drawTrailing<Row>(text: (row: Row) => string, trail: (row: Row) => string): (row: Row, element: HTMLElement) => void {
  return (row, element) => showTrailing(element, text(row), trail(row));
}

/** A cell that a column draws itself; its totals stay plain text. */
export function rendererFor<Row>(
  draw: (row: Row, element: HTMLElement) => void,
  trailOfTotal: (row: unknown) => string,
): new () => ICellRendererComp<Seat<Row>> {
  return class implements ICellRendererComp<Seat<Row>> {
    readonly #element = document.createElement("span");
    init(params: ICellRendererParams<Seat<Row>>): void {
      this.refresh(params);
    }
    getGui(): HTMLElement {
      return this.#element;
    }
    refresh(params: ICellRendererParams<Seat<Row>>): boolean {
      const { data, node } = params;
      if (data === undefined) this.#element.textContent = "";
      else if (isTotal(node)) showTrailing(this.#element, String(params.value ?? ""), trailOfTotal(data.row));
      else draw(data.row, this.#element);
      return true;
    }
  };
}

function showTrailing(element: HTMLElement, text: string, trail: string): void {
  element.textContent = text;
  if (trail === "") return;
  const unseen = document.createElement("span");
  unseen.className = "grid-trail";
  unseen.ariaHidden = "true";
  unseen.textContent = trail;
  element.append(unseen);
}
