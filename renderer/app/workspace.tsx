import { Actions, DockLocation, Layout, Model, type IJsonModel, type TabNode } from "flexlayout-react";
import { useState, type ReactNode } from "react";
import { defaultLayout, layoutRules } from "./defaultLayout.ts";
import { messages } from "./messages.ts";
import { panelOf } from "./panels.ts";
import { EmptyState } from "../ui/Panel.tsx";
import { savedLayout, saveLayout } from "./windowState.ts";

let current: Model | null = null;

/** The docked panels. Every change of the layout is kept through the shell. */
export function Workspace({ generation }: { readonly generation: number }): ReactNode {
  return <Docked key={generation} fresh={generation > 0} />;
}

function Docked({ fresh }: { readonly fresh: boolean }): ReactNode {
  const [model] = useState(() => (fresh ? Model.fromJson(defaultLayout(window.innerWidth)) : restoredModel()));
  current = model;
  return (
    <Layout
      model={model}
      factory={panelFor}
      realtimeResize
      supportsPopout={false}
      invalidateTabContentOnParentRender={false}
      onModelChange={(changed) => saveLayout(changed.toJson())}
    />
  );
}

/** Shows the panel: selects its tab, or adds it to the active tab strip when it was closed. */
export function openPanel(id: string): void {
  const definition = panelOf(id);
  if (current === null || definition === undefined) return;
  const open = tabOf(current, id);
  if (open !== null) {
    current.doAction(Actions.selectTab(open.getId()));
    return;
  }
  const target = current.getActiveTabset() ?? current.getFirstTabSet();
  if (target === undefined) return;
  current.doAction(Actions.addTab({ type: "tab", id: `tab-${id}`, name: definition.title, component: id }, target.getId(), DockLocation.CENTER, -1, true));
}

function tabOf(model: Model, id: string): TabNode | null {
  let found: TabNode | null = null;
  model.visitNodes((node) => {
    // Nodes of type "tab" are TabNodes by the library's own definition.
    if (node.getType() === "tab" && (node as TabNode).getComponent() === id) found = node as TabNode;
  });
  return found;
}

function restoredModel(): Model {
  const saved = savedLayout();
  if (saved !== null && saved !== undefined) {
    try {
      // Whatever was kept is given to the library, which throws when it is no layout.
      return Model.fromJson({ ...(saved as IJsonModel), global: layoutRules });
    } catch (cause) {
      messages.post({ severity: "warning", text: "The saved layout does not fit this version; the default layout is shown.", detail: String(cause) });
    }
  }
  return Model.fromJson(defaultLayout(window.innerWidth));
}

function panelFor(node: TabNode): ReactNode {
  const definition = panelOf(node.getComponent());
  if (definition === undefined) return <EmptyState title={`"${node.getName()}" is not part of this version.`} action="Close this tab." />;
  const Content = definition.component;
  return <Content />;
}
