import { createContext, useContext, type ReactNode } from "react";
import { linkedSelection, selection, type Selection } from "./selection.ts";

/** Colours that panels of a window can share; panels of one colour look at the same instrument and account. */
export const PANEL_COLOURS = 8;

/** "window": what the whole window looks at. A number: the colour. "own": nobody else's choice. */
export type PanelLink = "window" | "own" | number;

type Linked = {
  readonly link: PanelLink;
  readonly selection: Selection;
  /** Gives the panel another link; null where its place cannot keep one. */
  readonly choose: ((link: PanelLink) => void) | null;
};

const PanelLinkContext = createContext<Linked>({ link: "window", selection, choose: null });

type LinkScopeProps = {
  readonly link: PanelLink;
  /** Stable name of the panel, for a choice of its own. */
  readonly panel: string;
  readonly choose: (link: PanelLink) => void;
  readonly children: ReactNode;
};

/** Gives what is inside the selection of its link. */
export function LinkScope({ link, panel, choose, children }: LinkScopeProps): ReactNode {
  const name = link === "own" ? `own ${panel}` : String(link);
  const chosen = link === "window" ? selection : linkedSelection(name);
  return (
    <PanelLinkContext value={{ link, selection: chosen, choose }} key={name}>
      {children}
    </PanelLinkContext>
  );
}

/** What this panel looks at. */
export function useSelection(): Selection {
  return useContext(PanelLinkContext).selection;
}

/** The panel's link, and how to choose another. */
export function usePanelLink(): Linked {
  return useContext(PanelLinkContext);
}

/** The link that a layout keeps with a panel; whatever else stands there is none. */
export function linkOf(config: unknown): PanelLink {
  const link = typeof config === "object" && config !== null && "link" in config ? config.link : undefined;
  if (link === "own") return link;
  return typeof link === "number" && Number.isInteger(link) && link >= 1 && link <= PANEL_COLOURS ? link : "window";
}
