import type { ComponentType } from "react";

/** A panel that the workspace can dock. `id` is kept in saved layouts and never changes. */
export type PanelDefinition = { readonly id: string; readonly title: string; readonly component: ComponentType };

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
