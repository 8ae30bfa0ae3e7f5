import { useEffect, useState, type ReactNode } from "react";
import { appTexts } from "./app/appTexts.ts";
import { performAction } from "./app/actions.ts";
import { alerts } from "./app/alerts.ts";
import { dialogs } from "./app/dialogs.ts";
import { messages } from "./app/messages.ts";
import { preferences } from "./app/preferences.ts";
import { allPanels, panelTitle } from "./app/panels.ts";
import { selection } from "./app/selection.ts";
import { readModel } from "./app/readModel.ts";
import { shellBridge, shellRequest } from "./app/shell.ts";
import { sourceText } from "./app/sourceText.ts";
import { useView } from "./app/useView.ts";
import { venueConnection } from "./app/venueConnection.ts";
import { useWindowTitle } from "./app/windowTitle.ts";
import { openPanel, Workspace } from "./app/workspace.tsx";
import { AccountSwitch } from "./features/accounts/AccountSwitch.tsx";
import { UserSwitch } from "./features/accounts/UserSwitch.tsx";
import { AlertsDialog } from "./features/alerts/AlertsDialog.tsx";
import { ApiKeysDialog } from "./features/apiKeys/ApiKeysDialog.tsx";
import { CancelDialog } from "./features/blotters/CancelDialog.tsx";
import { FlattenDialog } from "./features/hands/FlattenDialog.tsx";
import { HotkeyScope } from "./features/hands/HotkeyScope.tsx";
import { KeySheet } from "./features/hands/KeySheet.tsx";
import { Palette } from "./features/hands/Palette.tsx";
import { LinkMenu } from "./features/workspaces/LinkMenu.tsx";
import { ConnectVenueDialog } from "./features/venue/ConnectVenueDialog.tsx";
import { LeaveVenueDialog } from "./features/venue/LeaveVenueDialog.tsx";
import { WorkspacesDialog } from "./features/workspaces/WorkspacesDialog.tsx";
import { PastBar, PastButton } from "./features/past/PastBar.tsx";
import { Banner } from "./features/status/Banner.tsx";
import { SettingsDialog } from "./features/settings/SettingsDialog.tsx";
import { settingsTexts } from "./features/settings/settingsTexts.ts";
import { BrokenJournalDialog } from "./features/status/BrokenJournalDialog.tsx";
import { StatusBar } from "./features/status/StatusBar.tsx";
import { TimeControls } from "./features/time/TimeControls.tsx";
import { Menu } from "./ui/controls.tsx";
import "./features/status/status.css";

/** The window: banner, docked panels, status bar, and what stands in front of them. */
export function Terminal(): ReactNode {
  const [generation, setGeneration] = useState(0);
  const broken = useView("status", (model) => model.status?.state === "broken");
  const [dismissed, setDismissed] = useState(false);
  const [settings, setSettings] = useState(false);
  useWindowTitle();
  const language = useView("preferences", () => preferences.all.language);
  // A journal that breaks again is a new question.
  if (!broken && dismissed) setDismissed(false);
  useEffect(
    () =>
      shellBridge()?.onMenu((command) => {
        if (command === "resetLayout") setGeneration((n) => n + 1);
        if (command === "settings") setSettings(true);
        if (command === "connectVenue") performAction("venue.connect", "menu");
        if (command === "leaveVenue") performAction("venue.leave", "menu");
        if (command === "importHistory") void importHistory();
      }),
    [],
  );
  return (
    // Another language is another window: whatever holds a text is made anew.
    <div className="terminal" key={language}>
      <Banner
        onReviewJournal={() => setDismissed(false)}
        controls={<TimeControls />}
        tools={
          <>
            <PastButton />
            <UserSwitch />
            <AccountSwitch />
            <LinkMenu />
            <button
              type="button"
              className="button quiet"
              data-testid="palette-open"
              title={appTexts.searchTitle}
              onClick={() => performAction("palette.open", "menu")}
            >
              {appTexts.search}
            </button>
            <PanelsMenu onReset={() => setGeneration((n) => n + 1)} onSettings={() => setSettings(true)} />
          </>
        }
      />
      <PastBar />
      <main className="workspace">
        <Workspace generation={generation} />
      </main>
      <StatusBar
        tools={
          <>
            <HotkeyScope />
            <MessagesButton />
          </>
        }
      />
      {settings && <SettingsDialog onClose={() => setSettings(false)} />}
      <DialogHost />
      {broken && !dismissed && <BrokenJournalDialog onClose={() => setDismissed(true)} />}
    </div>
  );
}

/** What an action asked to have in front of the window. */
function DialogHost(): ReactNode {
  const request = useView("dialogs", () => dialogs.current);
  switch (request?.kind) {
    case undefined:
      return null;
    case "palette":
      return <Palette initial={request.text} />;
    case "keys":
      return <KeySheet />;
    case "cancelAll":
      return <CancelDialog request={request} account={request.account} onClose={() => dialogs.close()} />;
    case "flatten":
      return <FlattenDialog account={request.account} instrumentId={request.instrumentId} />;
    case "alerts":
      return <AlertsDialog />;
    case "apiKeys":
      return <ApiKeysDialog />;
    case "connectVenue":
      return <ConnectVenueDialog />;
    case "leaveVenue":
      return <LeaveVenueDialog />;
    case "workspaces":
      return <WorkspacesDialog />;
  }
}

function MessagesButton(): ReactNode {
  const unread = useView("messages", () => messages.unread());
  const quiet = useView("alerts", () => alerts.doNotDisturb);
  return (
    <button type="button" className="button quiet" data-testid="messages-open" onClick={() => openPanel("messages")}>
      {quiet && <span title={appTexts.quiet}>☾ </span>}
      {appTexts.messages(unread)}
    </button>
  );
}

function PanelsMenu({ onReset, onSettings }: { readonly onReset: () => void; readonly onSettings: () => void }): ReactNode {
  const { canReturn } = venueConnection();
  return (
    <Menu id="panels-menu" label={appTexts.panels} testId="panels-menu">
      {allPanels().map((panel) => (
        <button key={panel.id} type="button" onClick={() => openPanel(panel.id)}>
          {panelTitle(panel.id, panel.id)}
        </button>
      ))}
      <hr />
      <button type="button" data-testid="menu-layouts" onClick={() => performAction("view.workspaces", "menu")}>
        {appTexts.layouts}
      </button>
      <button type="button" data-testid="menu-alerts" onClick={() => performAction("alerts.open", "menu")}>
        {appTexts.alerts}
      </button>
      <button type="button" data-testid="menu-api-keys" onClick={() => performAction("apiKeys.open", "menu")}>
        {appTexts.apiKeys}
      </button>
      <button type="button" data-testid="menu-connect-venue" onClick={() => performAction("venue.connect", "menu")}>
        {appTexts.connectVenue}
      </button>
      {canReturn && (
        <button type="button" data-testid="menu-leave-venue" onClick={() => performAction("venue.leave", "menu")}>
          {appTexts.leaveVenue}
        </button>
      )}
      <button type="button" data-testid="menu-keys" onClick={() => performAction("keys.sheet", "menu")}>
        {appTexts.keys}
      </button>
      <button type="button" onClick={() => void importHistory()}>
        {appTexts.importHistory}
      </button>
      <button type="button" onClick={onReset}>
        {appTexts.resetLayout}
      </button>
      <button type="button" data-testid="menu-settings" onClick={onSettings}>
        {settingsTexts.open}
      </button>
    </Menu>
  );
}

/** Lets a person choose a file of past bars for the instrument on view. The shell shows the dialog and the engine reads the file. */
async function importHistory(): Promise<void> {
  const instrument = selection.instrumentId === null ? undefined : readModel.instrument(selection.instrumentId);
  if (instrument === undefined) {
    messages.post({ severity: "info", text: appTexts.chooseInstrument });
    return;
  }
  const reply = await shellRequest({ type: "importHistory", symbol: instrument.symbol });
  if (!reply.ok) {
    const { code, message, rule } = reply.error;
    messages.post({
      severity: "warning",
      text: appTexts.notImported(instrument.symbol),
      detail: appTexts.expected(message, rule),
      code,
    });
    return;
  }
  const { imported } = reply;
  if (imported === undefined) return;
  const text = imported.changed ? appTexts.imported(instrument.symbol) : appTexts.inUse(instrument.symbol);
  messages.post({ severity: "info", text, detail: imported.source === null ? "" : sourceText(imported.source) });
}
