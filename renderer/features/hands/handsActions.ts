import type { Action } from "../../app/actions.ts";
import { alerts } from "../../app/alerts.ts";
import { dialogs } from "../../app/dialogs.ts";
import type { FixedKey } from "../../app/hotkeys.ts";
import { operate } from "../../app/operate.ts";
import { allPanels } from "../../app/panels.ts";
import { panelTexts } from "../../app/panelTexts.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import { selection } from "../../app/selection.ts";
import { shellRequest } from "../../app/shell.ts";
import { isLayoutLocked, lockLayout, openPanel, undoLayout } from "../../app/workspace.tsx";
import { handsTexts } from "./handsTexts.ts";

const texts = handsTexts.actions;
/** Begins a line of the command grammar, which is the same in every language. */
const BUY_LINE = "buy ";

/** Everything that keys and palette can do. Panels that were registered by then can be gone to. */
export function handsActions(): readonly Action[] {
  return [
    global(
      "palette.open",
      () => texts.palette,
      "help",
      ["$mod+k"],
      () => dialogs.open({ kind: "palette", text: "" }),
    ),
    global(
      "palette.order",
      () => texts.command,
      "trade",
      ["$mod+Enter"],
      () => dialogs.open({ kind: "palette", text: BUY_LINE }),
    ),
    global(
      "keys.sheet",
      () => texts.keys,
      "help",
      ["F1", "Shift+?"],
      () => dialogs.open({ kind: "keys" }),
    ),
    global(
      "orders.cancelAll",
      () => texts.cancelAll,
      "trade",
      ["$mod+Shift+Backspace", "c a"],
      () => dialogs.open({ kind: "cancelAll", account: selection.account, instrumentId: null }),
    ),
    global(
      "orders.cancelInstrument",
      () => texts.cancelInstrument,
      "trade",
      ["c i"],
      () => dialogs.open({ kind: "cancelAll", account: selection.account, instrumentId: selection.instrumentId }),
    ),
    global(
      "positions.flatten",
      () => texts.flatten,
      "trade",
      ["$mod+Shift+F"],
      () => dialogs.open({ kind: "flatten", account: selection.account, instrumentId: null }),
    ),
    global(
      "positions.flattenInstrument",
      () => texts.flattenInstrument,
      "trade",
      ["f i"],
      () => dialogs.open({ kind: "flatten", account: selection.account, instrumentId: selection.instrumentId }),
    ),
    global(
      "ticket.buy",
      () => texts.buyTicket,
      "trade",
      ["F2"],
      () => draft("buy"),
    ),
    global(
      "ticket.sell",
      () => texts.sellTicket,
      "trade",
      ["F3"],
      () => draft("sell"),
    ),
    global(
      "account.next",
      () => texts.nextAccount,
      "go",
      ["]"],
      () => moveAccount(1),
    ),
    global(
      "account.previous",
      () => texts.previousAccount,
      "go",
      ["["],
      () => moveAccount(-1),
    ),
    global(
      "instrument.next",
      () => texts.nextInstrument,
      "go",
      ["$mod+ArrowDown"],
      () => moveInstrument(1),
    ),
    global(
      "instrument.previous",
      () => texts.previousInstrument,
      "go",
      ["$mod+ArrowUp"],
      () => moveInstrument(-1),
    ),
    ...allPanels().map((panel, at) =>
      global(
        `panel.${panel.id}`,
        () => panelTexts[panel.id],
        "go",
        at < 9 ? [`g ${at + 1}`] : [],
        () => openPanel(panel.id),
      ),
    ),
    global(
      "view.zone",
      () => texts.zone,
      "view",
      ["v z"],
      () => preferences.set({ zone: preferences.zone === "utc" ? "hongKong" : "utc" }),
    ),
    global("view.undoLayout", () => texts.undoLayout, "view", ["v u"], undoLayout),
    global(
      "view.lockLayout",
      () => texts.lockLayout,
      "view",
      ["v l"],
      () => lockLayout(!isLayoutLocked()),
    ),
    global(
      "view.workspaces",
      () => texts.workspaces,
      "window",
      ["v w"],
      () => dialogs.open({ kind: "workspaces" }),
    ),
    global(
      "alerts.open",
      () => texts.alerts,
      "view",
      ["v a"],
      () => dialogs.open({ kind: "alerts" }),
    ),
    global(
      "apiKeys.open",
      () => texts.apiKeys,
      "window",
      [],
      () => dialogs.open({ kind: "apiKeys" }),
    ),
    global(
      "venue.connect",
      () => texts.connectVenue,
      "window",
      [],
      () => dialogs.open({ kind: "connectVenue" }),
    ),
    global(
      "venue.leave",
      () => texts.leaveVenue,
      "window",
      [],
      () => dialogs.open({ kind: "leaveVenue" }),
    ),
    global(
      "alerts.doNotDisturb",
      () => texts.doNotDisturb,
      "view",
      ["v d"],
      () => alerts.setDoNotDisturb(!alerts.doNotDisturb),
    ),
    global(
      "window.new",
      () => texts.window,
      "window",
      [],
      () => void shellRequest({ type: "openWindow", layout: null }),
    ),
    global(
      "market.running",
      () => texts.market,
      "window",
      [],
      () => void operate({ type: "setMarketRunning", running: readModel.status?.marketRunning !== true }),
    ),
  ];
}

/** Keys that panels handle themselves. */
export const fixedKeys: readonly FixedKey[] = [
  fixed("ladder-panel", "ArrowUp", "ladderMove"),
  fixed("ladder-panel", "b", "ladderBuy"),
  fixed("ladder-panel", "s", "ladderSell"),
  fixed("ladder-panel", "Delete", "ladderCancel"),
  fixed("ladder-panel", "Home", "ladderCentre"),
  fixed("blotter-orders", "Delete", "gridDelete"),
  fixed("blotter-orders", "$mod+c", "gridCopy"),
];

/** Its title is looked up whenever it is read: another language does not make the actions anew. */
function global(id: string, title: () => string, group: Action["group"], keys: readonly string[], run: () => void): Action {
  return {
    id,
    get title() {
      return title();
    },
    group,
    scope: "global",
    keys,
    run,
  };
}

function fixed(scope: string, keys: string, name: keyof typeof handsTexts.fixed): FixedKey {
  return {
    scope,
    keys,
    get title() {
      return handsTexts.fixed[name];
    },
  };
}

/** Puts the passive price of this moment into the ticket. */
function draft(side: "buy" | "sell"): void {
  const { instrumentId } = selection;
  if (instrumentId === null) return;
  openPanel("ticket");
  const ticker = readModel.ticker(instrumentId);
  const limitTicks = (side === "buy" ? ticker?.bidTicks : ticker?.askTicks) ?? ticker?.lastTicks ?? null;
  if (limitTicks !== null) selection.draftPrice({ instrumentId, side, limitTicks, preset: "first" });
}

function moveAccount(by: number): void {
  const choices = ["all" as const, ...readModel.ownAccounts().map(({ accountId }) => accountId)];
  const at = choices.indexOf(selection.account);
  const next = choices[(at + by + choices.length) % choices.length];
  if (next !== undefined) selection.selectAccount(next);
}

function moveInstrument(by: number): void {
  const { instruments } = readModel.catalog;
  const at = instruments.findIndex(({ instrumentId }) => instrumentId === selection.instrumentId);
  const next = instruments[(at + by + instruments.length) % instruments.length];
  if (next !== undefined) selection.selectInstrument(next.instrumentId);
}
