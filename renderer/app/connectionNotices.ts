import { unreachable } from "../../shared/assert.ts";
import { hostWarningText } from "../../shared/hostWarnings.ts";
import { atMostEvery, type PacedRun } from "../ui/atMostEvery.ts";
import { appTexts } from "./appTexts.ts";
import { engineClient } from "./engineClient.ts";
import type { ConnectionState } from "./connection.ts";
import type { Trouble } from "./frameWatch.ts";
import { messages } from "./messages.ts";
import { readModel } from "./readModel.ts";

/** Writes what the engine warned of at its start into the message list, each warning once. Returns what ends it. */
export function reportWarnings(): () => void {
  const told = new Set<string>();
  return readModel.subscribe("status", () => {
    for (const warning of readModel.status?.warnings ?? []) {
      const key = JSON.stringify(warning);
      if (told.has(key)) continue;
      told.add(key);
      messages.post({ severity: "warning", text: appTexts.engineWarns, detail: hostWarningText(warning) });
    }
  });
}

/** Trouble of one kind that comes again and again is told at once, and what came since at the end of each such pause. */
const TELL_EVERY_MS = 500;

/** Writes into the message list what was wrong with the data: gaps, crossed books, cut lines, fills of cancelled orders. Returns what ends it. */
export function reportTrouble(): () => void {
  const newest = new Map<string, { trouble: Trouble; readonly telling: PacedRun }>();
  const endTrouble = engineClient.onTrouble((trouble) => {
    const key = trouble.kind === "crossed" ? `crossed ${trouble.instrumentId}` : trouble.kind;
    const known = newest.get(key);
    const kept = known ?? { trouble, telling: atMostEvery(TELL_EVERY_MS, () => tell(kept.trouble)) };
    kept.trouble = trouble;
    newest.set(key, kept);
    kept.telling.request();
  });
  const endFills = readModel.onLateFills((fills) => {
    for (const fill of fills) {
      messages.post({
        severity: "breach",
        text: appTexts.lateFill(fill.orderId),
        detail: appTexts.lateFillDetail(fill.tradeId),
        code: "LATE_FILL",
      });
    }
  });
  return () => {
    endTrouble();
    endFills();
    for (const { telling } of newest.values()) telling.cancel();
  };
}

function tell(trouble: Trouble): void {
  switch (trouble.kind) {
    case "gap": {
      const detail = appTexts.gapDetail(trouble.expected ?? 0, trouble.received);
      messages.post({ severity: "warning", text: appTexts.gap, detail, code: "DATA_GAP", isQuiet: true });
      return;
    }
    case "crossed": {
      const symbol = readModel.instrument(trouble.instrumentId)?.symbol ?? String(trouble.instrumentId);
      messages.post({
        severity: "warning",
        text: appTexts.crossedBook(symbol),
        detail: appTexts.crossedBookDetail,
        code: "DATA_CROSSED",
        isQuiet: true,
      });
      return;
    }
    case "lineCut":
      messages.post({ severity: "warning", text: appTexts.lineCut, detail: appTexts.lineCutDetail, code: "LINE_CUT" });
      return;
    default:
      unreachable(trouble);
  }
}

/** Writes into the message list when the engine is lost and when it is back, so that it can be read later. Returns what ends it. */
export function reportConnection(): () => void {
  let lostMs: number | null = null;
  let last: ConnectionState["state"] = readModel.connection.state;
  return readModel.subscribe("connection", () => {
    const { connection } = readModel;
    if (connection.state === last) return;
    last = connection.state;
    // Numbers are as old as the last word that came, not as the moment at which its absence was noticed.
    if (lostMs === null && (connection.state === "down" || connection.state === "stale"))
      lostMs = connection.lastHeardMs ?? connection.sinceMs;
    if (connection.state === "down") {
      messages.post({
        severity: "warning",
        text: appTexts.engineDown,
        detail: connection.reason,
        code: connection.error?.code ?? "ENGINE_DOWN",
        isQuiet: true,
      });
    }
    if (connection.state === "stale") {
      const text = connection.cause === "late" ? appTexts.dataLate : appTexts.engineSilent;
      messages.post({ severity: "warning", text, code: connection.cause === "late" ? "DATA_LATE" : "", isQuiet: true });
    }
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
