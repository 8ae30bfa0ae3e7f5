import { engineClient } from "./engineClient.ts";
import type { ConnectionState } from "./connection.ts";
import { messages } from "./messages.ts";
import { readModel } from "./readModel.ts";

/** Writes what the engine warned of at its start into the message list, each warning once. Returns what ends it. */
export function reportWarnings(): () => void {
  const told = new Set<string>();
  return readModel.subscribe("status", () => {
    for (const warning of readModel.status?.warnings ?? []) {
      if (told.has(warning)) continue;
      told.add(warning);
      messages.post({ severity: "warning", text: warning });
    }
  });
}

/** Repeated trouble of one kind is told once in this time. */
const TELL_AGAIN_MS = 500;

/** Writes into the message list what was wrong with the data: gaps, crossed books, fills of cancelled orders. Returns what ends it. */
export function reportTrouble(): () => void {
  const toldMs = new Map<string, number>();
  const isNews = (what: string): boolean => {
    const now = readModel.nowMs();
    if (now - (toldMs.get(what) ?? Number.NEGATIVE_INFINITY) < TELL_AGAIN_MS) return false;
    toldMs.set(what, now);
    return true;
  };
  const endTrouble = engineClient.onTrouble((trouble) => {
    if (trouble.kind === "gap") {
      if (!isNews("gap")) return;
      const detail = `After sequence ${trouble.expected ?? 0} came one that begins at ${trouble.received}. The whole picture was asked for.`;
      messages.post({ severity: "warning", text: "Data was missed.", detail, code: "DATA_GAP", isQuiet: true });
      return;
    }
    const symbol = readModel.instrument(trouble.instrumentId)?.symbol ?? String(trouble.instrumentId);
    if (!isNews(`crossed ${symbol}`)) return;
    const detail = "Its best bid was not below its best ask. It was not shown; the whole picture was asked for.";
    messages.post({ severity: "warning", text: `A crossed book of ${symbol} arrived.`, detail, code: "DATA_CROSSED", isQuiet: true });
  });
  const endFills = readModel.onLateFills((fills) => {
    for (const fill of fills) {
      messages.post({
        severity: "breach",
        text: `Order ${fill.orderId} filled after its cancel was acknowledged.`,
        detail: `Trade ${fill.tradeId}. Positions and balances include it.`,
        code: "LATE_FILL",
      });
    }
  });
  return () => {
    endTrouble();
    endFills();
  };
}

/** Writes into the message list when the engine is lost and when it is back, so that it can be read later. Returns what ends it. */
export function reportConnection(): () => void {
  let lostMs: number | null = null;
  let last: ConnectionState["state"] = readModel.connection.state;
  return readModel.subscribe("connection", () => {
    const { connection } = readModel;
    if (connection.state === last) return;
    last = connection.state;
    if (lostMs === null && (connection.state === "down" || connection.state === "stale")) lostMs = connection.sinceMs;
    if (connection.state === "down") {
      messages.post({
        severity: "warning",
        text: "The engine is down.",
        detail: connection.reason,
        code: connection.error?.code ?? "ENGINE_DOWN",
        isQuiet: true,
      });
    }
    if (connection.state === "stale") {
      const text =
        connection.cause === "late"
          ? "Market data comes late or not at all; the numbers on the screen are old."
          : "The engine has gone silent; the numbers on the screen are old.";
      messages.post({ severity: "warning", text, code: connection.cause === "late" ? "DATA_LATE" : "", isQuiet: true });
    }
    if (connection.state !== "live" || lostMs === null) return;
    const seconds = Math.max(0, (connection.sinceMs - lostMs) / 1_000).toFixed(1);
    lostMs = null;
    messages.post({
      severity: "info",
      text: `The engine is back after ${seconds} s.`,
      detail: `The picture stands at sequence ${readModel.seq ?? 0}.`,
    });
  });
}
