import { existsSync } from "node:fs";
import { join } from "node:path";

/** Real market data that lies beside the project; tests that need it skip, and say so, where it is absent. */
const folder = process.env["TERMINAL_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared/data");

export const candles = {
  present: existsSync(join(folder, "candles")),
  /** Shown in the name of skipped tests. */
  note: `needs ${join("../shared/data", "candles")} or TERMINAL_TEST_DATA`,
  path: (base: "BTC" | "ETH", interval: "30m" | "1h" | "4h"): string =>
    join(folder, "candles", `binance_spot_${base}USDT_${interval}_2024-2026.csv.gz`),
};
