const PAGE_ROWS = 10;

/** What a key means on the ladder. Rows count upwards, as prices do. */
export type LadderKey =
  | { readonly kind: "move"; readonly rows: number }
  | { readonly kind: "act"; readonly column: "bid" | "ask" | "own"; readonly preset: "first" | "second" }
  /** Moves the own orders of the keyboard's row by so many rows. */
  | { readonly kind: "shift"; readonly rows: number }
  /** Chooses the n-th of the quantities on view for the first button, from 0. */
  | { readonly kind: "size"; readonly index: number }
  | { readonly kind: "centre" }
  | { readonly kind: "leave" }
  /** Belongs to the ladder and does nothing: a key that is held down sends one order, not thirty a second. */
  | { readonly kind: "swallow" };

type Pressed = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey" | "repeat">;

/** Null for keys that are none of the ladder's business. */
export function ladderKey(event: Pressed): LadderKey | null {
  if (event.ctrlKey || event.metaKey) return null;
  if (event.altKey) return shiftKey(event);
  switch (event.key) {
    case "ArrowUp":
      return { kind: "move", rows: 1 };
    case "ArrowDown":
      return { kind: "move", rows: -1 };
    case "PageUp":
      return { kind: "move", rows: PAGE_ROWS };
    case "PageDown":
      return { kind: "move", rows: -PAGE_ROWS };
    case "Home":
      return { kind: "centre" };
    case "Escape":
      return { kind: "leave" };
    default:
      return actKey(event);
  }
}

function shiftKey(event: Pressed): LadderKey | null {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return null;
  return event.repeat ? { kind: "swallow" } : { kind: "shift", rows: event.key === "ArrowUp" ? 1 : -1 };
}

function actKey(event: Pressed): LadderKey | null {
  if (/^[1-9]$/.test(event.key)) return { kind: "size", index: Number(event.key) - 1 };
  const column = actColumns.get(event.key.toLowerCase());
  if (column === undefined) return null;
  if (event.repeat) return { kind: "swallow" };
  return { kind: "act", column, preset: event.shiftKey ? "second" : "first" };
}

const actColumns: ReadonlyMap<string, "bid" | "ask" | "own"> = new Map([
  ["b", "bid"],
  ["s", "ask"],
  ["c", "own"],
  ["delete", "own"],
]);
