import type { ComponentType } from "react";
import { panelTexts } from "./panelTexts.ts";

/** A panel that the workspace can dock. `id` is kept in saved layouts and never changes. */
export type PanelDefinition = { readonly id: keyof typeof panelTexts; readonly component: ComponentType };

const registered = new Map<string, PanelDefinition>();

export function registerPanels(definitions: readonly PanelDefinition[]): void {
  for (const definition of definitions) registered.set(definition.id, definition);
}

export function panelOf(id: string | undefined): PanelDefinition | undefined {
  return id === undefined ? undefined : registered.get(id);
}

/** All panels, in the order of registration. */
export function allPanels(): readonly PanelDefinition[] {
  return [...registered.values()];
}

/** Name of a panel in the current language; `otherwise` for a panel of another version. */
export function panelTitle(id: string | undefined, otherwise: string): string {
  return id !== undefined && Object.hasOwn(panelTexts, id) ? panelTexts[id as keyof typeof panelTexts] : otherwise;
}
