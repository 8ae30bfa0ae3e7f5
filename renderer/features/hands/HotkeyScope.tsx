import { useSyncExternalStore, type ReactNode } from "react";
import { dialogs } from "../../app/dialogs.ts";
import { activeScope } from "../../app/hotkeys.ts";
import { handsTexts } from "./handsTexts.ts";
import { scopeText } from "./scopeText.ts";

/** Which panel's keys count now. */
export function HotkeyScope(): ReactNode {
  const scope = useSyncExternalStore(onFocusChange, activeScope);
  return (
    <button
      type="button"
      className="button quiet"
      data-testid="hotkey-scope"
      data-scope={scope}
      title={handsTexts.scopeTitle}
      onClick={() => dialogs.open({ kind: "keys" })}
    >
      <span className="secondary">⌨</span> {scopeText(scope)}
    </button>
  );
}

function onFocusChange(notify: () => void): () => void {
  // The focus is on its way while "focusout" is told.
  const later = (): void => queueMicrotask(notify);
  document.addEventListener("focusin", later);
  document.addEventListener("focusout", later);
  return () => {
    document.removeEventListener("focusin", later);
    document.removeEventListener("focusout", later);
  };
}
