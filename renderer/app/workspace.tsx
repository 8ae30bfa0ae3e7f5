import { Actions, DockLocation, Layout, Model, type IJsonModel, type TabNode, type TabSetNode } from "flexlayout-react";
import { useEffect, useState, type ComponentType, type ReactNode } from "react";
import { z } from "zod";
import { defaultLayout, layoutRules, MARKET_ROW, ROOT_ROW, rowWeights, tab } from "./defaultLayout.ts";
import { LinkScope, linkOf, type PanelLink } from "./panelLink.tsx";
import { appTexts } from "./appTexts.ts";
import { messages } from "./messages.ts";
import { panelOf, panelTitle } from "./panels.ts";
import { panelTexts } from "./panelTexts.ts";
import { topics } from "./topics.ts";
import { useView } from "./useView.ts";
import { EmptyState } from "../ui/Panel.tsx";
import { copyLayoutAside, savedLayout, savedSetting, saveLayout, saveSetting } from "./windowState.ts";

/** Arrangements that can be gone back to. */
const MOST_UNDO = 50;

/** The layout on view. */
class Docking {
  readonly model: Model;
  /** True while nobody has arranged anything. */
  isDefault: boolean;
  /** The arrangement as it was saved last, as text; where an undo begins. */
  text: string;

  constructor(model: Model, isDefault: boolean) {
    this.model = model;
    this.isDefault = isDefault;
    this.text = JSON.stringify(model.toJson());
  }

  arranged(): void {
    this.isDefault = false;
  }
}

let current: Docking | null = null;
let show: ((docking: Docking) => void) | null = null;
let undone: string[] = [];
let isLocked: boolean | null = null;

/** The docked panels. Every change of the layout is kept through the shell. Another `generation` begins with the default layout. */
export function Workspace({ generation }: { readonly generation: number }): ReactNode {
  const [docking, setDocking] = useState(() => restored());
  const [shownGeneration, setShownGeneration] = useState(generation);
  if (generation !== shownGeneration) {
    setShownGeneration(generation);
    setDocking(untouched());
  }
  useEffect(() => {
    show = setDocking;
    return () => {
      show = null;
    };
  }, []);
  return <Docked key={layoutKey(docking)} docking={docking} fresh={generation > 0 && docking.isDefault} />;
}

const keys = new WeakMap<Docking, number>();
let lastKey = 0;

/** Another layout is another tree of panels. */
function layoutKey(docking: Docking): number {
  const known = keys.get(docking);
  if (known !== undefined) return known;
  lastKey += 1;
  keys.set(docking, lastKey);
  return lastKey;
}

function Docked({ docking, fresh }: { readonly docking: Docking; readonly fresh: boolean }): ReactNode {
  const { model } = docking;
  const locked = useView("workspaces", isLayoutLocked);
  useEffect(() => {
    current = docking;
    if (fresh) saveLayout(null);
    const refit = (): void => {
      // A layout that nobody has touched keeps its side columns as narrow as their text; one that a person made is scaled as it is.
      if (!docking.isDefault) return;
      const { columns, market } = rowWeights(window.innerWidth);
      model.doAction(Actions.adjustWeights(ROOT_ROW, [...columns]));
      model.doAction(Actions.adjustWeights(MARKET_ROW, [...market]));
    };
    window.addEventListener("resize", refit);
    return () => window.removeEventListener("resize", refit);
  }, [docking, fresh, model]);
  return (
    <div className="docking" data-locked={locked} data-testid="docking">
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
          // Only what a person does passes here. Looking at another tab leaves the arrangement as it is, and a locked one takes nothing else.
          if (action.type === Actions.SELECT_TAB || action.type === Actions.SET_ACTIVE_TABSET) return action;
          if (isLayoutLocked()) return undefined;
          docking.arranged();
          return action;
        }}
        onModelChange={(changed) => {
          if (!docking.isDefault) keep(docking, changed);
        }}
      />
    </div>
  );
}

function keep(docking: Docking, model: Model): void {
  const layout = model.toJson();
  const text = JSON.stringify(layout);
  if (text === docking.text) return;
  undone = [...undone.slice(-(MOST_UNDO - 1)), docking.text];
  docking.text = text;
  saveLayout(layout);
  topics.bump("workspaces");
}

/** The arrangement on view, to be kept under a name or in a file. */
export function currentLayout(): unknown {
  return current?.model.toJson() ?? null;
}

/** Shows an arrangement; false when it is none, and nothing changes then. Can be undone. */
export function showLayout(layout: unknown): boolean {
  const docking = dockingOf(layout);
  if (docking === null || show === null) return false;
  if (current !== null) undone = [...undone.slice(-(MOST_UNDO - 1)), current.text];
  place(docking);
  return true;
}

export function canUndoLayout(): boolean {
  return undone.length > 0;
}

/** Goes back to the arrangement before the last change. */
export function undoLayout(): void {
  const text = undone.pop();
  const docking = text === undefined ? null : dockingOf(JSON.parse(text));
  if (docking !== null) place(docking);
}

function place(docking: Docking): void {
  docking.arranged();
  saveLayout(docking.model.toJson());
  show?.(docking);
  topics.bump("workspaces");
}

export function isLayoutLocked(): boolean {
  isLocked ??= savedSetting("layoutLocked", z.boolean(), false);
  return isLocked;
}

/** A locked layout is not rearranged by hand, save for which tab is in front; a panel can be opened in it, and another layout take its place. */
export function lockLayout(locked: boolean): void {
  isLocked = locked;
  saveSetting("layoutLocked", locked);
  topics.bump("workspaces");
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
  const target = roomFor(model);
  if (target === undefined) return;
  current.arranged();
  model.doAction(Actions.addTab(tab(id, panelTexts[definition.id]), target.getId(), DockLocation.CENTER, -1, true));
}

/** A tabset of less than this part of the widest one's width is a column: most panels are no use in it. */
const COLUMN_PART = 0.6;

/** Where a panel opens: in the tabset that was used last, unless that is a column; then in the widest, of several the tallest. */
function roomFor(model: Model): TabSetNode | undefined {
  const all: TabSetNode[] = [];
  // Nodes of type "tabset" are TabSetNodes by the library's own definition.
  model.visitNodes((node) => void (node.getType() === "tabset" && all.push(node as TabSetNode)));
  const width = Math.max(...all.map((one) => one.getRect().width));
  const active = model.getActiveTabset();
  if (active !== undefined && active.getRect().width >= width * COLUMN_PART) return active;
  // Those below each other differ by a pixel where a splitter was moved.
  return all.filter((one) => one.getRect().width > width - 2).toSorted((a, b) => b.getRect().height - a.getRect().height)[0];
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

/** Null when it is no layout: whatever was kept is given to the library, which throws then. */
function dockingOf(layout: unknown): Docking | null {
  try {
    return new Docking(Model.fromJson({ ...(layout as IJsonModel), global: layoutRules }), false);
  } catch {
    return null;
  }
}

function restored(): Docking {
  const saved = savedLayout();
  if (saved === null || saved === undefined) return untouched();
  const docking = dockingOf(saved);
  if (docking !== null) return docking;
  messages.post({ severity: "warning", text: appTexts.layoutUnfit });
  void copyLayoutAside();
  return untouched();
}

function panelFor(node: TabNode): ReactNode {
  const definition = panelOf(node.getComponent());
  if (definition === undefined) return <EmptyState title={appTexts.unknownPanel(node.getName())} action={appTexts.closeTab} />;
  return <LinkedPanel node={node} content={definition.component} />;
}

/** A panel with the link that the layout keeps for it. */
function LinkedPanel({ node, content: Content }: { readonly node: TabNode; readonly content: ComponentType }): ReactNode {
  const link = useView("workspaces", () => linkOf(node.getConfig()));
  return (
    <LinkScope link={link} panel={node.getId()} choose={(next) => linkPanel(node, next)}>
      <Content />
    </LinkScope>
  );
}

/** Part of the arrangement: it can be undone, and a locked layout does not take it. */
function linkPanel(node: TabNode, link: PanelLink): void {
  if (current === null || isLayoutLocked()) return;
  current.arranged();
  current.model.doAction(Actions.updateNodeAttributes(node.getId(), { config: { link } }));
  topics.bump("workspaces");
}
