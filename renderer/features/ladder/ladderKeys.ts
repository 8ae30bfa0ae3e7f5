const PAGE_ROWS = 10;

/** What a key means on the ladder. Rows count upwards, as prices do. */
export type LadderKey =
  | { readonly kind: "move"; readonly rows: number }
  | { readonly kind: "act"; readonly column: "bid" | "ask" | "own"; readonly preset: "first" | "second" }
  | { readonly kind: "centre" }
  | { readonly kind: "leave" }
  /** Belongs to the ladder and does nothing: a key that is held down sends one order, not thirty a second. */
  | { readonly kind: "swallow" };

type Pressed = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey" | "repeat">;

/** Null for keys that are none of the ladder's business. */
export function ladderKey(event: Pressed): LadderKey | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
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

function actKey(event: Pressed): LadderKey | null {
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
