import type { PanelDefinition } from "./app/panels.ts";
import { AccountTreePanel } from "./features/accounts/AccountTreePanel.tsx";
import { BalancesBlotter } from "./features/blotters/BalancesBlotter.tsx";
import { ClosedBlotter } from "./features/blotters/ClosedBlotter.tsx";
import { FillsBlotter } from "./features/blotters/FillsBlotter.tsx";
import { OrdersBlotter } from "./features/blotters/OrdersBlotter.tsx";
import { BreachesBlotter, DeedsBlotter } from "./features/blotters/RecordBlotter.tsx";
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
  { id: "watchlist", component: WatchlistPanel },
  { id: "ticket", component: TicketPanel },
  { id: "depth", component: DepthPanel },
  { id: "heatmap", component: HeatmapPanel },
  { id: "footprint", component: FootprintPanel },
  { id: "chart", component: ChartPanel },
  { id: "ladder", component: LadderPanel },
  { id: "tape", component: TapePanel },
  { id: "orders", component: OrdersBlotter },
  { id: "fills", component: FillsBlotter },
  { id: "positions", component: PositionsBlotter },
  { id: "balances", component: BalancesBlotter },
  { id: "closed", component: ClosedBlotter },
  { id: "accounts", component: AccountTreePanel },
  { id: "risk", component: RiskPanel },
  { id: "deeds", component: DeedsBlotter },
  { id: "breaches", component: BreachesBlotter },
  { id: "faults", component: FaultsPanel },
  { id: "messages", component: MessagesPanel },
];
