import { useEffect } from "react";
import { appTexts } from "./appTexts.ts";
import type { ReadModel } from "./readModel.ts";
import { useView } from "./useView.ts";
import { modeOf } from "./venueMode.ts";

/** The system's own title of the window says whether this is the market or a simulation, as the banner does, in the window's language. */
export function useWindowTitle(): void {
  const title = useView(["catalog", "status", "preferences"], titleOf);
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** Nothing of a venue until the engine has named one. */
function titleOf(model: ReadModel): string {
  const venue = model.session?.venue.name;
  return venue === undefined ? "HashKey Terminal" : `${appTexts.modes[modeOf(model)]} · ${venue} — HashKey Terminal`;
}
