import { useEffect } from "react";
import { appTexts } from "./appTexts.ts";
import { useView } from "./useView.ts";
import { modeOf } from "./venueMode.ts";

/** The system's own title of the window says whether this is the market or a simulation, as the banner does; nothing until the engine has said so. */
export function useWindowTitle(): void {
  const venue = useView("catalog", (model) => model.session?.venue.name ?? null);
  const mode = useView(["catalog", "status"], modeOf);
  useEffect(() => {
    document.title = venue === null ? "HashKey Terminal" : `${appTexts.modes[mode]} · ${venue} — HashKey Terminal`;
  }, [mode, venue]);
}
