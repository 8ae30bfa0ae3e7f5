import { appTexts } from "./appTexts.ts";
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
        text: appTexts.engineDown,
        detail: connection.reason,
        code: connection.error?.code ?? "ENGINE_DOWN",
        isQuiet: true,
      });
    }
    if (connection.state === "stale") messages.post({ severity: "warning", text: appTexts.engineSilent, isQuiet: true });
    if (connection.state !== "live" || lostMs === null) return;
    const seconds = Math.max(0, (connection.sinceMs - lostMs) / 1_000).toFixed(1);
    lostMs = null;
    messages.post({
      severity: "info",
      text: appTexts.engineBack(seconds),
      detail: appTexts.pictureAt(readModel.seq ?? 0),
    });
  });
}
