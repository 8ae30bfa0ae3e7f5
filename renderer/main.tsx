import { createRoot } from "react-dom/client";
import "@fontsource-variable/inter/wght.css";
import "flexlayout-react/style/dark.css";
import "@fontsource-variable/noto-sans-hk/wght.css";
import "@fontsource-variable/noto-sans-sc/wght.css";
import "./ui/theme.css";
import "./ui/panels.css";
import "./ui/docking.css";
import "./ui/controls.css";
import "./ui/dialogs.css";
import "./ui/themes.css";
import { invariant } from "../shared/assert.ts";
import { registerActions } from "./app/actions.ts";
import { startAlerts } from "./app/alerts.ts";
import { engineClient } from "./app/engineClient.ts";
import { startHotkeys } from "./app/hotkeys.ts";
import { startLinking } from "./app/linkGroup.ts";
import { messages } from "./app/messages.ts";
import { flushNotes, startNotes } from "./app/notes.ts";
import { watchClock } from "./app/clockWatch.ts";
import { reportConnection, reportTrouble, reportWarnings } from "./app/connectionNotices.ts";
import { registerPanels } from "./app/panels.ts";
import { preferences } from "./app/preferences.ts";
import { readModel } from "./app/readModel.ts";
import { reportRiskDeeds } from "./app/riskNotices.ts";
import { learnCurrencies } from "./app/riskTree.ts";
import { reconcileSelection } from "./app/selection.ts";
import { shellBridge } from "./app/shell.ts";
import { startSignIn } from "./app/signIn.ts";
import { showSequence } from "./app/shownSequence.ts";
import { settleUnknownOrders } from "./app/unknownOrders.ts";
import { loadVenueConnection } from "./app/venueConnection.ts";
import { flushWindowState, loadWindowState } from "./app/windowState.ts";
import { fixedKeys, handsActions } from "./features/hands/handsActions.ts";
import { Terminal } from "./Terminal.tsx";
import { panels } from "./panels.ts";

/** Orders without an answer are looked up in the journal so often. */
const SETTLE_EVERY_MS = 1_000;

async function start(): Promise<void> {
  const bridge = shellBridge();
  invariant(bridge !== null, "The page works only inside the application.");
  registerPanels(panels);
  readModel.subscribe("catalog", reconcileSelection);
  reportConnection();
  reportWarnings();
  learnCurrencies();
  reportRiskDeeds();
  reportTrouble();
  watchClock();
  showSequence();
  setInterval(() => void settleUnknownOrders(), SETTLE_EVERY_MS);
  engineClient.onSnapshot(() => void settleUnknownOrders());
  // The engine's snapshot and the kept layout are fetched at the same time.
  engineClient.start(bridge);
  await Promise.all([loadWindowState(), loadVenueConnection()]);
  startSignIn();
  preferences.restore();
  await messages.restore();
  startNotes();
  registerActions(handsActions());
  startHotkeys(fixedKeys);
  startAlerts();
  startLinking();
  reconcileSelection();
  window.addEventListener("pagehide", () => {
    flushWindowState();
    flushNotes();
  });
  const root = document.getElementById("root");
  invariant(root !== null, "index.html holds the root element");
  createRoot(root).render(<Terminal />);
}

void start();
