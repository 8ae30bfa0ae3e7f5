import type { PanelDefinition } from "./app/panels.ts";
import { LadderPanel } from "./features/ladder/LadderPanel.tsx";
import { MessagesPanel } from "./features/status/MessagesPanel.tsx";
import { TicketPanel } from "./features/ticket/TicketPanel.tsx";
import { WatchlistPanel } from "./features/watchlist/WatchlistPanel.tsx";

/** Every panel that the workspace can dock. */
export const panels: readonly PanelDefinition[] = [
  { id: "watchlist", title: "Watchlist", component: WatchlistPanel },
  { id: "ticket", title: "Ticket", component: TicketPanel },
  { id: "ladder", title: "Ladder", component: LadderPanel },
  { id: "messages", title: "Messages", component: MessagesPanel },
];
