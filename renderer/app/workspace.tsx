import { Actions, DockLocation, Layout, Model, type IJsonModel, type TabNode } from "flexlayout-react";
import { useEffect, useState, type ReactNode } from "react";
import { columnWeights, defaultLayout, layoutRules, ROOT_ROW, tab } from "./defaultLayout.ts";
import { appTexts } from "./appTexts.ts";
import { messages } from "./messages.ts";
import { panelOf, panelTitle } from "./panels.ts";
import { EmptyState } from "../ui/Panel.tsx";
import { savedLayout, saveLayout } from "./windowState.ts";

/** The layout on view. */
class Docking {
  readonly model: Model;
  /** True while nobody has arranged anything. */
  isDefault: boolean;

  constructor(model: Model, isDefault: boolean) {
    this.model = model;
    this.isDefault = isDefault;
  }

  arranged(): void {
    this.isDefault = false;
  }
}

let current: Docking | null = null;

/** The docked panels. Every change of the layout is kept through the shell. */
export function Workspace({ generation }: { readonly generation: number }): ReactNode {
  return <Docked key={generation} fresh={generation > 0} />;
}

function Docked({ fresh }: { readonly fresh: boolean }): ReactNode {
  const [docking] = useState(() => (fresh ? untouched() : restored()));
  const { model } = docking;
  useEffect(() => {
    current = docking;
    if (fresh) saveLayout(null);
    const refit = (): void => {
      // A layout that nobody has touched keeps its side columns as narrow as their text; one that a person made is scaled as it is.
      if (docking.isDefault) model.doAction(Actions.adjustWeights(ROOT_ROW, [...columnWeights(window.innerWidth)]));
    };
    window.addEventListener("resize", refit);
    return () => window.removeEventListener("resize", refit);
  }, [docking, fresh, model]);
  return (
    <Layout
      model={model}
      factory={panelFor}
      realtimeResize
      supportsPopout={false}
      invalidateTabContentOnParentRender={false}
      onRenderTab={(node, shown) => {
        // A kept layout holds the names of the language in which its tabs were opened.
        shown.content = panelTitle(node.getComponent(), node.getName());
      }}
      onAction={(action) => {
        // Only what a person does passes here. Looking at another tab leaves the arrangement as it is.
        if (action.type !== Actions.SELECT_TAB && action.type !== Actions.SET_ACTIVE_TABSET) docking.arranged();
        return action;
      }}
      onModelChange={(changed) => {
        if (!docking.isDefault) saveLayout(changed.toJson());
      }}
    />
  );
}

/** Shows the panel: selects its tab, or adds it to the active tab strip when it was closed. */
export function openPanel(id: string): void {
  const definition = panelOf(id);
  if (current === null || definition === undefined) return;
  const { model } = current;
  const open = tabOf(model, id);
  if (open !== null) {
    model.doAction(Actions.selectTab(open.getId()));
    return;
  }
  const target = model.getActiveTabset() ?? model.getFirstTabSet();
  if (target === undefined) return;
  current.arranged();
  model.doAction(Actions.addTab(tab(id, definition.title), target.getId(), DockLocation.CENTER, -1, true));
}

function tabOf(model: Model, id: string): TabNode | null {
  let found: TabNode | null = null;
  model.visitNodes((node) => {
    // Nodes of type "tab" are TabNodes by the library's own definition.
    if (node.getType() === "tab" && (node as TabNode).getComponent() === id) found = node as TabNode;
  });
  return found;
}

function untouched(): Docking {
  return new Docking(Model.fromJson(defaultLayout(window.innerWidth)), true);
}

function restored(): Docking {
  const saved = savedLayout();
  if (saved !== null && saved !== undefined) {
    try {
      // Whatever was kept is given to the library, which throws when it is no layout.
      return new Docking(Model.fromJson({ ...(saved as IJsonModel), global: layoutRules }), false);
    } catch (cause) {
      messages.post({
        severity: "warning",
        text: appTexts.layoutUnfit,
        detail: String(cause),
      });
    }
  }
  return untouched();
}

function panelFor(node: TabNode): ReactNode {
  const definition = panelOf(node.getComponent());
  if (definition === undefined) return <EmptyState title={appTexts.unknownPanel(node.getName())} action={appTexts.closeTab} />;
  const Content = definition.component;
  return <Content />;
}
