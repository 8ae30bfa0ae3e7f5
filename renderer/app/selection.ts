import { z } from "zod";
import type { AccountId, InstrumentId } from "../../shared/ids.ts";
import type { PriceTicks, QtyLots } from "../../shared/money.ts";
import type { Side } from "../../shared/orders.ts";
import { appTexts } from "./appTexts.ts";
import { messages } from "./messages.ts";
import { readModel } from "./readModel.ts";
import { topics } from "./topics.ts";
import { usualLots } from "./usualLots.ts";
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

/** Which instrument and account, by the names that outlive a session. A null account is all of them. */
const choiceSchema = z.object({ symbol: z.string(), accountCode: z.string().nullable() });
type Choice = z.infer<typeof choiceSchema>;
const savedSchema = choiceSchema.extend({
  /** Lots by symbol: first and second preset. */
  presets: z.record(z.string(), z.tuple([z.number().int().min(1), z.number().int().min(1)])),
});
const nothingSaved: z.infer<typeof savedSchema> = { symbol: "", accountCode: null, presets: {} };
const linksSchema = z.record(z.string(), choiceSchema);

/** A panel that was just asked for is there within so long. */
const TICKET_WITHIN_MS = 500;

let presets: Record<string, [number, number]> = {};
let gestures = 0;

/** What some panels of a window look at: an instrument and an account. Changes are heard on the topic "selection". */
export class Selection {
  readonly #kept: (choice: Choice) => void;
  #instrumentId: InstrumentId | null = null;
  #account: AccountChoice = "all";
  #draft: DraftPrice | null = null;
  #tickets = 0;
  /** A price that was pointed at while there was no ticket. */
  #untaken: DraftPrice | null = null;

  /** `kept` is told each choice, by names. */
  constructor(kept: (choice: Choice) => void) {
    this.#kept = kept;
  }

  get instrumentId(): InstrumentId | null {
    return this.#instrumentId;
  }
  get account(): AccountChoice {
    return this.#account;
  }

  selectInstrument(id: InstrumentId): void {
    if (id === this.#instrumentId) return;
    this.#instrumentId = id;
    this.#draft = null;
    this.#untaken = null;
    this.#changed();
  }

  selectAccount(choice: AccountChoice): void {
    if (choice === this.#account) return;
    this.#account = choice;
    this.#changed();
  }

  /** Order quantity of the left click (first) or right click (second). The same for every selection. */
  preset(id: InstrumentId, which: "first" | "second"): QtyLots {
    const instrument = readModel.instrument(id);
    if (instrument === undefined) return 1 as QtyLots;
    const kept = presets[instrument.symbol];
    const lots = kept?.[which === "first" ? 0 : 1] ?? usualLots(instrument) * (which === "first" ? 1 : 5);
    // Presets come from whole numbers of at least 1 and are clamped to what the instrument takes.
    return Math.min(Math.max(lots, instrument.minLots), instrument.maxLots) as QtyLots;
  }

  setPreset(id: InstrumentId, which: "first" | "second", lots: QtyLots): void {
    const instrument = readModel.instrument(id);
    if (instrument === undefined || lots < 1) return;
    const pair: [number, number] = [this.preset(id, "first"), this.preset(id, "second")];
    pair[which === "first" ? 0 : 1] = lots;
    presets = { ...presets, [instrument.symbol]: pair };
    keep();
    topics.bump("selection");
  }

  /** A ticket takes the prices that are pointed at, until the returned function is called. */
  takeDrafts(take: (price: DraftPrice) => void): () => void {
    this.#tickets += 1;
    let taken = this.#draft?.gesture ?? 0;
    // A ticket that was opened for it.
    if (this.#untaken !== null) take(this.#untaken);
    this.#untaken = null;
    const stop = topics.subscribe("selection", () => {
      const price = this.#draft;
      if (price === null || price.gesture === taken) return;
      taken = price.gesture;
      take(price);
    });
    return () => {
      this.#tickets -= 1;
      stop();
    };
  }

  /** Hands a price to the ticket that looks at the same; says so when there is none. */
  draftPrice(price: Omit<DraftPrice, "gesture">): void {
    gestures += 1;
    const draft = { ...price, gesture: gestures };
    this.#draft = draft;
    topics.bump("selection");
    if (this.#tickets > 0) return;
    this.#untaken = draft;
    setTimeout(() => {
      if (this.#untaken !== draft) return;
      // SC-3: a ticket that is opened later must not begin with a price of long ago.
      this.#untaken = null;
      messages.post({ severity: "info", text: appTexts.noTicket, detail: appTexts.noTicketDetail });
    }, TICKET_WITHIN_MS);
  }

  /** The choice by its names; an account that is not known counts as all. */
  get choice(): Choice {
    const symbol = this.#instrumentId === null ? "" : (readModel.instrument(this.#instrumentId)?.symbol ?? "");
    return { symbol, accountCode: this.#account === "all" ? null : (readModel.account(this.#account)?.code ?? null) };
  }

  /** Takes a choice over as far as there is what it names, without telling that anything changed. */
  restore({ symbol, accountCode }: Choice): void {
    const { instruments } = readModel.catalog;
    const own = readModel.ownAccounts();
    this.#instrumentId = readModel.instrumentBySymbol(symbol)?.instrumentId ?? instruments[0]?.instrumentId ?? null;
    this.#account =
      own.find((row) => row.code === accountCode)?.accountId ??
      (symbol !== "" && accountCode === null ? "all" : (own[0]?.accountId ?? "all"));
  }

  /** Lets go of what is no longer in the catalog. */
  reconcile(): void {
    const { instruments } = readModel.catalog;
    if (this.#instrumentId === null || readModel.instrument(this.#instrumentId) === undefined)
      this.#instrumentId = instruments[0]?.instrumentId ?? null;
    if (this.#account !== "all" && !readModel.ownAccounts().some((row) => row.accountId === this.#account)) this.#account = "all";
  }

  #changed(): void {
    this.#kept(this.choice);
    topics.bump("selection");
  }
}

/** What the window looks at, and every panel that was not given a link of its own. */
export const selection: Selection = new Selection(() => keep());

const linked = new Map<string, Selection>();
let restored = false;

/** The selection of panels that share a link, by its name; it begins as what the window looks at. */
export function linkedSelection(name: string): Selection {
  const known = linked.get(name);
  if (known !== undefined) return known;
  const made: Selection = new Selection((choice) => saveSetting(LINKS, { ...savedSetting(LINKS, linksSchema, {}), [name]: choice }));
  linked.set(name, made);
  if (restored) made.restore(savedSetting(LINKS, linksSchema, {})[name] ?? selection.choice);
  return made;
}

const LINKS = "selection.links";

/** Called when the catalog arrives: brings back what was selected, or the first of each; and lets go of what no longer exists. */
export function reconcileSelection(): void {
  if (readModel.catalog.instruments.length === 0 || readModel.ownAccounts().length === 0) return;
  if (restored) {
    for (const one of [selection, ...linked.values()]) one.reconcile();
  } else {
    restored = true;
    const saved = savedSetting("selection", savedSchema, nothingSaved);
    presets = { ...saved.presets };
    selection.restore(saved);
    const links = savedSetting(LINKS, linksSchema, {});
    for (const [name, one] of linked) one.restore(links[name] ?? selection.choice);
  }
  topics.bump("selection");
}

function keep(): void {
  saveSetting("selection", { ...selection.choice, presets });
}
