import { z } from "zod";
import type { AccountId, InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { Side } from "../../shared/orders.ts";
import { readModel } from "./readModel.ts";
import { topics } from "./topics.ts";
import { savedSetting, saveSetting } from "./windowState.ts";

/** Accounts on view: one, or all of the owner's; with "all", trading panels ask which. */
export type AccountChoice = AccountId | "all";

/** A price and side that somebody pointed at, for the ticket. */
export type DraftPrice = {
  readonly instrumentId: InstrumentId;
  readonly side: Side;
  readonly limitTicks: PriceTicks;
  /** "second" carries the second quantity preset (right click). */
  readonly preset: "first" | "second";
  /** Counts the gestures, so that the same price twice is two gestures. */
  readonly gesture: number;
};

const savedSchema = z.object({
  symbol: z.string(),
  accountCode: z.string().nullable(),
  /** Lots by symbol: first and second preset. */
  presets: z.record(z.string(), z.tuple([z.number().int().min(1), z.number().int().min(1)])),
});
const nothingSaved: z.infer<typeof savedSchema> = { symbol: "", accountCode: null, presets: {} };

let instrumentId: InstrumentId | null = null;
let account: AccountChoice = "all";
let presets: Record<string, [number, number]> = {};
let draft: DraftPrice | null = null;
let restored = false;

/** What every panel looks at. Changes are heard on the topic "selection". */
export const selection = {
  get instrumentId(): InstrumentId | null {
    return instrumentId;
  },
  get account(): AccountChoice {
    return account;
  },
  get draft(): DraftPrice | null {
    return draft;
  },

  selectInstrument(id: InstrumentId): void {
    if (id === instrumentId) return;
    instrumentId = id;
    draft = null;
    changed();
  },

  selectAccount(choice: AccountChoice): void {
    if (choice === account) return;
    account = choice;
    changed();
  },

  /** Order quantity of the left click (first) or right click (second). */
  preset(id: InstrumentId, which: "first" | "second"): QtyLots {
    const instrument = readModel.instrument(id);
    if (instrument === undefined) return 1 as QtyLots;
    const kept = presets[instrument.symbol];
    const lots = kept?.[which === "first" ? 0 : 1] ?? defaultLots(instrument, which);
    // Presets come from whole numbers of at least 1 and are clamped to what the instrument takes.
    return Math.min(Math.max(lots, instrument.minLots), instrument.maxLots) as QtyLots;
  },

  setPreset(id: InstrumentId, which: "first" | "second", lots: QtyLots): void {
    const instrument = readModel.instrument(id);
    if (instrument === undefined || lots < 1) return;
    const pair: [number, number] = [selection.preset(id, "first"), selection.preset(id, "second")];
    pair[which === "first" ? 0 : 1] = lots;
    presets = { ...presets, [instrument.symbol]: pair };
    changed();
  },

  /** Hands a price to the ticket. */
  draftPrice(price: Omit<DraftPrice, "gesture">): void {
    draft = { ...price, gesture: (draft?.gesture ?? 0) + 1 };
    topics.bump("selection");
  },
} as const;

/** Called when the catalog arrives: brings back what was selected, or the first of each; and lets go of what no longer exists. */
export function reconcileSelection(): void {
  const { instruments } = readModel.catalog;
  const own = readModel.ownAccounts();
  if (instruments.length === 0 || own.length === 0) return;
  if (!restored) {
    restored = true;
    const saved = savedSetting("selection", savedSchema, nothingSaved);
    presets = { ...saved.presets };
    instrumentId = readModel.instrumentBySymbol(saved.symbol)?.instrumentId ?? instruments[0]?.instrumentId ?? null;
    account =
      own.find((row) => row.code === saved.accountCode)?.accountId ??
      (saved.symbol !== "" && saved.accountCode === null ? "all" : (own[0]?.accountId ?? "all"));
    topics.bump("selection");
    return;
  }
  if (instrumentId === null || readModel.instrument(instrumentId) === undefined) instrumentId = instruments[0]?.instrumentId ?? null;
  if (account !== "all" && !own.some((row) => row.accountId === account)) account = "all";
  topics.bump("selection");
}

function changed(): void {
  const symbol = instrumentId === null ? "" : (readModel.instrument(instrumentId)?.symbol ?? "");
  const accountCode = account === "all" ? null : (readModel.account(account)?.code ?? null);
  saveSetting("selection", { symbol, accountCode, presets });
  topics.bump("selection");
}

/** A modest size: a hundredth of the largest order, or ten for the second preset, in round numbers. */
function defaultLots(instrument: { readonly minLots: number; readonly maxLots: number }, which: "first" | "second"): number {
  const base = Math.max(instrument.minLots, 10 ** Math.floor(Math.log10(Math.max(1, instrument.maxLots / 1_000))));
  return which === "first" ? base : base * 5;
}
