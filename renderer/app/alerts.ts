import { z } from "zod";
import type { Instrument } from "../../shared/catalog.ts";
import type { FillRow, OrderRow } from "../../shared/views.ts";
import { formatLotsShort, formatMeanPrice, formatPrice, unbroken } from "../ui/format.ts";
import { alertTexts } from "./alertTexts.ts";
import { messages, type Message, type Severity } from "./messages.ts";
import { isPending, type OrderDelta, type OrderEntry } from "./orderEntry.ts";
import { cancelReasonText, describeRequest, refusalText } from "./orderText.ts";
import { orderTexts } from "./orderTexts.ts";
import { readModel } from "./readModel.ts";
import { shellRequest } from "./shell.ts";
import { playTone } from "./sound.ts";
import { topics } from "./topics.ts";
import { TickLots } from "./tickLots.ts";
import { savedSetting, saveSetting } from "./windowState.ts";

/** Fires when the last price, or the size of a position in any account, is at or beyond the value; a price rule ends with that. */
const ruleSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(["price", "position"]),
  symbol: z.string(),
  side: z.enum(["above", "below"]),
  /** Ticks of a price, lots of a position. */
  value: z.number().int().min(1),
});
export type AlertRule = z.infer<typeof ruleSchema>;

/** Settings with more could not be read back. */
const MOST_RULES = 200;

const settingsSchema = z.strictObject({
  doNotDisturb: z.boolean(),
  sound: z.boolean(),
  desktop: z.boolean(),
  /** Which events of the own accounts and of the system alert by themselves. */
  on: z.strictObject({ fill: z.boolean(), order: z.boolean(), system: z.boolean() }),
  rules: z.array(ruleSchema).max(MOST_RULES),
});
export type AlertSettings = z.infer<typeof settingsSchema>;

/** Desktop messages and sounds come at most so often; the list of messages holds every one. */
const DESKTOP_EVERY_MS = 2_000;

let settings: AlertSettings = {
  doNotDisturb: false,
  sound: true,
  desktop: true,
  on: { fill: true, order: true, system: true },
  rules: [],
};
let lastDesktopMs = 0;
/** Position rules that hold at the moment, so that each crossing alerts once. */
const holding = new Set<string>();

export const alerts = {
  get settings(): AlertSettings {
    return settings;
  },
  get doNotDisturb(): boolean {
    return settings.doNotDisturb;
  },
  setDoNotDisturb(doNotDisturb: boolean): void {
    change({ doNotDisturb });
    messages.post({ severity: "info", text: doNotDisturb ? alertTexts.quietOn : alertTexts.quietOff, isQuiet: true });
  },
  set(next: Partial<Omit<AlertSettings, "rules">>): void {
    change(next);
  },
  /** Returns the new rule's id; null, and says so, when there are as many as can be kept. */
  add(rule: Omit<AlertRule, "id">): string | null {
    if (settings.rules.length >= MOST_RULES) {
      messages.post({ severity: "warning", text: alertTexts.tooMany(MOST_RULES), detail: alertTexts.deleteSome });
      return null;
    }
    const id = crypto.randomUUID();
    change({ rules: [...settings.rules, { ...rule, id }] });
    return id;
  },
  /** Moves a rule to another value. */
  change(id: string, to: Pick<AlertRule, "side" | "value">): void {
    change({ rules: settings.rules.map((rule) => (rule.id === id ? { ...rule, ...to } : rule)) });
  },
  remove(id: string): void {
    change({ rules: settings.rules.filter((rule) => rule.id !== id) });
  },
} as const;

function change(next: Partial<AlertSettings>): void {
  settings = { ...settings, ...next };
  saveSetting("alerts", settings);
  topics.bump("alerts");
}

/** Watches prices, positions, fills, orders and messages for the life of the window. */
export function startAlerts(): void {
  settings = savedSetting("alerts", settingsSchema, settings);
  readModel.subscribe("tickers", checkPrices);
  readModel.subscribe("positions", checkPositions);
  readModel.subscribe("past", () => {
    checkPrices();
    checkPositions();
  });
  readModel.onFills((fills, reset) => {
    if (!reset && settings.on.fill) alertFills(fills);
  });
  readModel.onOrders((delta) => {
    if (!delta.reset && settings.on.order) alertOrders(delta);
  });
  messages.onPost((message) => {
    if (settings.on.system && (message.severity === "breach" || message.severity === "halted")) attract(message);
  });
}

/** SC-2: prices and positions of the past are no news. */
function checkPrices(): void {
  if (readModel.past !== null) return;
  for (const rule of settings.rules) {
    if (rule.kind !== "price") continue;
    const instrument = readModel.instrumentBySymbol(rule.symbol);
    const last = instrument === undefined ? null : (readModel.ticker(instrument.instrumentId)?.lastTicks ?? null);
    if (instrument === undefined || last === null || !isBeyond(rule, last)) continue;
    alerts.remove(rule.id);
    raise(
      "warning",
      `${rule.symbol} ${alertTexts.sides[rule.side]} ${formatPrice(rule.value, instrument)}: ${alertTexts.lastIs} ${formatPrice(last, instrument)}.`,
    );
  }
}

function checkPositions(): void {
  if (readModel.past !== null) return;
  for (const rule of settings.rules) {
    if (rule.kind !== "position") continue;
    for (const row of readModel.positions()) {
      const instrument = readModel.instrument(row.instrumentId);
      if (instrument?.symbol !== rule.symbol) continue;
      const key = `${rule.id}:${row.accountId}`;
      if (!isBeyond(rule, Math.abs(row.netLots))) {
        holding.delete(key);
        continue;
      }
      if (holding.has(key)) continue;
      holding.add(key);
      const base = readModel.asset(instrument.baseAssetId)?.code ?? "";
      raise(
        "warning",
        `${alertTexts.position} ${readModel.account(row.accountId)?.code ?? ""} ${rule.symbol} ${alertTexts.sides[rule.side]} ${formatLotsShort(rule.value, instrument)}: ${formatLotsShort(row.netLots, instrument)} ${base}.`,
      );
    }
  }
}

function isBeyond({ side, value }: AlertRule, now: number): boolean {
  return side === "above" ? now >= value : now <= value;
}

/** One message for all that one order filled in one frame. */
function alertFills(fills: readonly FillRow[]): void {
  const byOrder = Map.groupBy(fills, ({ orderId, side }) => `${orderId}:${side}`);
  for (const [first, ...rest] of byOrder.values()) {
    const instrument = first === undefined ? undefined : readModel.instrument(first.instrumentId);
    if (first === undefined || instrument === undefined) continue;
    let lots = 0;
    const value = new TickLots();
    for (const fill of [first, ...rest]) {
      lots += fill.lots;
      value.add(fill.ticks, fill.lots);
    }
    raise(
      "info",
      alertTexts.filled({
        account: readModel.account(first.accountId)?.code ?? "",
        side: orderTexts.sides[first.side],
        quantity: `${formatLotsShort(lots, instrument)} ${instrument.symbol}`,
        price: meanOf(Number(value.value(1)) / lots, instrument),
      }),
      // The blotter shows it where it belongs; a toast for each fill would hide the ticket.
      true,
    );
  }
}

/** One price is told as it stands on the ladder. A mean of several is a statistic; what it is the mean of was added up exactly. */
function meanOf(ticks: number, instrument: Instrument): string {
  return Number.isInteger(ticks) ? formatPrice(ticks, instrument) : formatMeanPrice(ticks, instrument);
}

/** Orders that ended without anybody asking for it: one message for all of an account that ended together for the same reason. */
function alertOrders({ changed }: OrderDelta): void {
  const ended = changed.filter(isOrder).filter(isNews);
  const together = ({ accountId, cancelReason, refusal, orderId }: OrderRow): string =>
    `${accountId}:${refusal === null ? cancelReason : orderId}`;
  for (const [first, ...rest] of Map.groupBy(ended, together).values()) {
    if (first === undefined || first.cancelReason === null) continue;
    const account = readModel.account(first.accountId)?.code ?? "";
    const { refusal } = first;
    const why =
      refusal === null ? alertTexts.because(cancelReasonText(first.cancelReason).toLowerCase()) : refusalText(refusal, readModel, first);
    if (rest.length > 0) raise("warning", alertTexts.endedAll(rest.length + 1, account, why));
    else raise("warning", alertTexts.ended(account, describeRequest(first, readModel), why));
  }
}

/** Did it end without a person, or the order itself, asking for it? */
function isNews({ cancelReason, refusal }: OrderRow): boolean {
  // An order that came off to be changed is news only where nothing went in for it.
  if (cancelReason === "replaced") return refusal !== null;
  return cancelReason !== null && cancelReason !== "user" && cancelReason !== "immediateRemainder" && cancelReason !== "amended";
}

function isOrder(entry: OrderEntry): entry is OrderRow {
  return !isPending(entry);
}

function raise(severity: Severity, text: string, isQuiet = false): void {
  const message = messages.post({ severity, text: unbroken(text), code: alertTexts.code, isQuiet });
  // A breach attracts by itself; see startAlerts.
  if (severity === "info" || severity === "warning") attract(message);
}

/** Sound and desktop message, unless nobody wants to be disturbed. */
function attract({ severity, text, detail }: Message): void {
  if (settings.doNotDisturb) return;
  if (settings.sound) playTone(severity);
  const now = Date.now();
  if (!settings.desktop || document.hasFocus() || now - lastDesktopMs < DESKTOP_EVERY_MS) return;
  lastDesktopMs = now;
  // The window's title says of which venue it is, and whether that is simulated.
  void shellRequest({
    type: "notify",
    title: `${document.title} · ${alertTexts.severities[severity]}`,
    body: `${text} ${detail}`.slice(0, 400),
  });
}
