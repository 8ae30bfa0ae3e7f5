const isMac = navigator.userAgent.includes("Mac");

const names: Readonly<Record<string, string>> = {
  $mod: isMac ? "⌘" : "Ctrl",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Backspace: "⌫",
  Enter: "↵",
};

/** A key sequence as people read it: "$mod+Shift+f" -> "Ctrl+Shift+F", "g 1" -> "G 1". */
export function keyText(keys: string): string {
  return keys
    .split(" ")
    .map((press) =>
      press
        .split("+")
        .map((part) => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
        .join("+"),
    )
    .join(" ");
}

/** The press of a keyboard event in the grammar of key sequences; null for a modifier alone. */
export function pressOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string | null {
  if (["Control", "Shift", "Alt", "Meta"].includes(event.key)) return null;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  // Shift is part of what a letter key says; of other keys it is told.
  const shift = event.shiftKey && (event.key.length > 1 || mod || event.altKey);
  return [
    ...(mod ? ["$mod"] : []),
    ...(event.altKey ? ["Alt"] : []),
    ...(shift ? ["Shift"] : []),
    event.key === " " ? "Space" : event.key,
  ].join("+");
}
