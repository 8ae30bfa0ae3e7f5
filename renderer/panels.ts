import type { PanelDefinition } from "./app/panels.ts";
import { AccountTreePanel } from "./features/accounts/AccountTreePanel.tsx";
import { BalancesBlotter } from "./features/blotters/BalancesBlotter.tsx";
import { ClosedBlotter } from "./features/blotters/ClosedBlotter.tsx";
import { FillsBlotter } from "./features/blotters/FillsBlotter.tsx";
import { OrdersBlotter } from "./features/blotters/OrdersBlotter.tsx";
import { PositionsBlotter } from "./features/blotters/PositionsBlotter.tsx";
import { FaultsPanel } from "./features/faults/FaultsPanel.tsx";
import { DepthPanel } from "./features/depth/DepthPanel.tsx";
import { ChartPanel } from "./features/chart/ChartPanel.tsx";
import { FootprintPanel } from "./features/footprint/FootprintPanel.tsx";
import { HeatmapPanel } from "./features/heatmap/HeatmapPanel.tsx";
import { LadderPanel } from "./features/ladder/LadderPanel.tsx";
import { MessagesPanel } from "./features/status/MessagesPanel.tsx";
import { RiskPanel } from "./features/risk/RiskPanel.tsx";
import { TapePanel } from "./features/tape/TapePanel.tsx";
import { TicketPanel } from "./features/ticket/TicketPanel.tsx";
import { WatchlistPanel } from "./features/watchlist/WatchlistPanel.tsx";

/** Every panel that the workspace can dock. */
export const panels: readonly PanelDefinition[] = [
  { id: "watchlist", title: "Watchlist", component: WatchlistPanel },
  { id: "ticket", title: "Ticket", component: TicketPanel },
  { id: "depth", title: "Depth", component: DepthPanel },
  { id: "heatmap", title: "Heatmap", component: HeatmapPanel },
  { id: "footprint", title: "Footprint", component: FootprintPanel },
  { id: "chart", title: "Chart", component: ChartPanel },
  { id: "ladder", title: "Ladder", component: LadderPanel },
  { id: "tape", title: "Time & Sales", component: TapePanel },
  { id: "orders", title: "Orders", component: OrdersBlotter },
  { id: "fills", title: "Fills", component: FillsBlotter },
  { id: "positions", title: "Positions", component: PositionsBlotter },
  { id: "balances", title: "Balances", component: BalancesBlotter },
  { id: "closed", title: "Closed P&L", component: ClosedBlotter },
  { id: "accounts", title: "Accounts", component: AccountTreePanel },
  { id: "risk", title: "Risk", component: RiskPanel },
  { id: "faults", title: "Faults", component: FaultsPanel },
  { id: "messages", title: "Messages", component: MessagesPanel },
];
