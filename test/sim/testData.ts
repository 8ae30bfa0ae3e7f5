import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** Real market data that lies beside the project; tests that need it skip, and say so, where it is absent. */
const folder = process.env["TERMINAL_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared/data");

export const candles = {
  present: existsSync(join(folder, "candles")),
  /** Shown in the name of skipped tests. */
  note: `needs ${join("../shared/data", "candles")} or TERMINAL_TEST_DATA`,
  path: (base: "BTC" | "ETH", interval: "30m" | "1h" | "4h"): string =>
    join(folder, "candles", `binance_spot_${base}USDT_${interval}_2024-2026.csv.gz`),
};

/** One hour of NASDAQ's messages about AAPL (LOBSTER's academic sample): each line of a file as its columns, header lines left out. */
export const lobster = {
  present: existsSync(join(folder, "lobster")),
  note: `needs ${join("../shared/data", "lobster")} or TERMINAL_TEST_DATA`,
  messages: (): string[][] => lobsterRows("37800000_message_50.csv.gz"),
  /** Orders that are in the book before the message with the number in the last column. */
  seedOrders: (): string[][] => lobsterRows("37800000_message_50.seed.csv").slice(1),
  /** Executions that did not meet the oldest visible order; the first column is the message's number. */
  priorityExceptions: (): string[][] => lobsterRows("37800000_message_50.fifo_exceptions.csv").slice(1),
  /** The first 999 messages that changed the ten best levels, and those levels after each: ask price, size, bid price, size and so on. */
  topMessages: (): string[][] => lobsterRows("57600000_message_10.csv.gz"),
  topLevels: (): string[][] => lobsterRows("57600000_orderbook_10.csv.gz"),
};

function lobsterRows(name: string): string[][] {
  const bytes = readFileSync(join(folder, "lobster", `AAPL_2012-06-21_34200000_${name}`));
  const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(","));
}
